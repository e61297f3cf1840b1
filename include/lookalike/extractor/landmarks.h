/*
 * landmarks.h: the 68 points of a face in a box.
 *
 * Owns     struct landmark_model holds the trained trees; landmarks_open()/landmarks_close().
 * Units    pixels of the given image, origin top left; points may lie outside of it.
 * Threads  one model may serve several threads or processes.
 * Errors   landmarks_open(): ERR_MODEL with what to do. landmarks_find():
 *          ERR_NOMEM, ERR_VISION; points are untouched on failure.
 */
#ifndef LOOKALIKE_EXTRACTOR_LANDMARKS_H
#define LOOKALIKE_EXTRACTOR_LANDMARKS_H

#include "lookalike/base/image.h"
#include "lookalike/base/photo.h"

struct landmark_model;

#ifdef __cplusplus
extern "C" {
#endif

enum status landmarks_open(const char *path, struct landmark_model **out, struct error *err);
void landmarks_close(struct landmark_model *model);

/* RGB images only; the box is as detect_faces() places it. */
enum status landmarks_find(const struct landmark_model *model, const struct image *img,
			   const struct box *box, struct point points[LANDMARK_COUNT],
			   struct error *err);

#ifdef __cplusplus
}
#endif

#endif
