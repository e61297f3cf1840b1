/*
 * landmarks.h: the 68 points of a face in a box.
 *
 * Owns     points are the caller's.
 * Units    pixels of the given image, origin top left; points may lie outside of it.
 * Threads  one model may serve several threads or processes.
 * Errors   ERR_INPUT for a box without area, ERR_NOMEM, ERR_VISION; points are untouched on
 *          failure.
 */
#ifndef LOOKALIKE_EXTRACTOR_LANDMARKS_H
#define LOOKALIKE_EXTRACTOR_LANDMARKS_H

#include "lookalike/base/image.h"
#include "lookalike/extractor/detection.h"
#include "lookalike/extractor/landmark_model.h"

/* RGB images only; the detection is a confirmed one. */
enum status landmarks_find(const struct landmark_model *model, const struct image *img,
			   const struct detection *face, struct point points[LANDMARK_COUNT],
			   struct error *err);

/*
 * One run of the predictor: the points for one square of a grey image, as dlib finds them but not
 * rounded to whole pixels. Left and top are the middle of the square's first pixel; side_px
 * counts pixels, which need not be whole ones.
 */
void landmarks_predict(const struct landmark_model *model, const struct image *grey, float left_px,
		       float top_px, float side_px, struct point points[LANDMARK_COUNT]);

#endif
