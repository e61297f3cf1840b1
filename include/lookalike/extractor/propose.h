/*
 * propose.h: where faces may be: a small network over the whole photo.
 *
 * Owns     struct proposer holds the model; proposer_open()/proposer_free(). Proposals are added
 *          to the caller's list.
 * Units    boxes in pixels of the given image; scores are probabilities.
 * Threads  one proposer per thread or process.
 * Errors   proposer_open(): ERR_MISSING when there is no such file, ERR_MODEL when it cannot be
 *          used; proposer_find(): ERR_NOMEM, ERR_VISION.
 */
#ifndef LOOKALIKE_EXTRACTOR_PROPOSE_H
#define LOOKALIKE_EXTRACTOR_PROPOSE_H

#include "lookalike/base/image.h"
#include "lookalike/extractor/detection.h"

/* Long sides of the input; each finds faces of half the size that the one before does. */
#define PROPOSER_INPUTS          5
#define PROPOSER_INPUT_PX(input) (160 << (input))

struct proposer;

#ifdef __cplusplus
extern "C" {
#endif

enum status proposer_open(const char *path, struct proposer **out, struct error *err);
void proposer_free(struct proposer *proposer);

/* RGB images only. Proposals of one call are merged among each other. */
enum status proposer_find(struct proposer *proposer, const struct image *img, int input,
			  struct detection_list *list, struct error *err);

#ifdef __cplusplus
}
#endif

#endif
