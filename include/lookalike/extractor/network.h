/*
 * network.h: dlib's face recognition network, run on the processor.
 *
 * It turns an aligned face into a point in 128 dimensions: photos of one person lie within about
 * 0.6 of each other, those of different people mostly farther apart.
 *
 * Owns     network_open() allocates everything that a run needs; network_close().
 * Shapes   an RGB image of NETWORK_INPUT_PX squared → EMBEDDING_COUNT floats.
 * Threads  one network per thread or process: a run works in memory of the network.
 * Errors   those of weights.h.
 */
#ifndef LOOKALIKE_EXTRACTOR_NETWORK_H
#define LOOKALIKE_EXTRACTOR_NETWORK_H

#include "lookalike/base/image.h"
#include "lookalike/extractor/weights.h"

struct network;

enum status network_open(const char *path, struct network **out, struct error *err);
struct network *network_new(const struct weights *weights);
void network_close(struct network *network);

void network_run(struct network *network, const struct image *chip, float out[EMBEDDING_COUNT]);

#endif
