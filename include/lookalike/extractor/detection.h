/*
 * detection.h: boxes with scores, and what is done with lists of them.
 *
 * Owns     detections_add() lets the list grow; detections_done() frees it.
 * Units    pixels of one image, origin top left; angles clockwise.
 * Threads  pure functions.
 * Errors   detections_add(): ERR_NOMEM, the list as it was.
 */
#ifndef LOOKALIKE_EXTRACTOR_DETECTION_H
#define LOOKALIKE_EXTRACTOR_DETECTION_H

#include "lookalike/base/error.h"
#include "lookalike/base/photo.h"

#include <stdbool.h>

struct detection {
	struct box box;
	float score;     /* as its detector gives it: larger is surer */
	float angle_rad; /* how the face was turned when it was confirmed */
	bool confirmed;  /* the box is placed as the landmark model expects it */
};

struct detection_list {
	struct detection *items;
	int count, room;
};

#ifdef __cplusplus
extern "C" {
#endif

enum status detections_add(struct detection_list *list, const struct detection *detection,
			   struct error *err);
void detections_done(struct detection_list *list);

/* Intersection over union, 0 to 1. */
float box_overlap(const struct box *a, const struct box *b);

/*
 * Of detections that overlap by more than limit only the best stays: confirmed before
 * unconfirmed, then by score. Ends sorted in that order.
 */
void detections_merge(struct detection_list *list, float limit);

/*
 * The proposer's outputs to boxes: score pairs (none, face) and offsets (4) of every prior, for
 * an input of width_px × height_px, a multiple of 32 each way or not. Adds those with a
 * probability above one half; not merged yet.
 *
 * Priors and variances after Liu et al., "SSD" (ECCV 2016), with the sizes of Linzaer's
 * Ultra-Light-Fast-Generic-Face-Detector-1MB.
 */
enum status detections_decode(const float *scores, const float *offsets, int width_px,
			      int height_px, struct detection_list *list, struct error *err);

/* How many priors an input has. */
int detections_priors(int width_px, int height_px);

#ifdef __cplusplus
}
#endif

#endif
