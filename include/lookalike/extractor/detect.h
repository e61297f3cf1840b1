/*
 * detect.h: find face boxes in a photo.
 *
 * Owns     struct face_detector holds the model; detector_new()/detector_free().
 *          detect_faces() gives *out memory that the caller frees.
 * Units    boxes in pixels of the given image, origin top left; scores as the
 *          detector gives them, larger is surer.
 * Threads  one detector per thread or process; no locking inside.
 * Errors   ERR_NOMEM, ERR_VISION; *out is untouched on failure.
 */
#ifndef LOOKALIKE_EXTRACTOR_DETECT_H
#define LOOKALIKE_EXTRACTOR_DETECT_H

#include "lookalike/base/image.h"
#include "lookalike/base/photo.h"

struct face_detector;

struct detection {
	struct box box;
	float score;
};

struct detection_list {
	struct detection *items;
	int count;
};

#ifdef __cplusplus
extern "C" {
#endif

enum status detector_new(struct face_detector **out, struct error *err);
void detector_free(struct face_detector *detector);

/* RGB images only. */
enum status detect_faces(struct face_detector *detector, const struct image *img,
			 struct detection_list *out, struct error *err);

#ifdef __cplusplus
}
#endif

#endif
