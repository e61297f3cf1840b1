/*
 * strip_job.h: a picture that a worker thread makes for strip.c: decoded, drawn into, encoded.
 *
 * Owns     strip_job_new()/strip_job_free(). What it is made of are copies, as the cache may forget
 *          the originals; the picture is the caller's.
 * Units    points and boxes from (0,0) to (1,1) of the image.
 * Threads  whoever has the job: the interface, a worker while it runs, the interface again.
 * Errors   a thumbnail that cannot be decoded leaves its place blank; no picture is NULL.
 */
#ifndef LOOKALIKE_UI_STRIP_JOB_H
#define LOOKALIKE_UI_STRIP_JOB_H

#include "lookalike/ui/strip.h"

struct strip_job {
	struct job job;
	uint64_t key;
	struct picture_options options;
	int count;
	uint8_t *jpeg[STRIP_FACES_MAX];
	size_t jpeg_len[STRIP_FACES_MAX];
	struct image image; /* in place of the only thumbnail, when it has pixels */
	bool with_points;
	struct point points[LANDMARK_COUNT];
	struct photo_box boxes[PHOTO_BOXES_MAX];
	int box_count;
	bool fine; /* for the cache: with more colours than the one that is shown */
	struct picture *picture;
};

struct strip_job *strip_job_new(uint64_t key, const struct picture_options *options, int count);
void strip_job_free(struct strip_job *job);

/* NULL, or a face without one, is a blank. */
void strip_job_set_thumb(struct strip_job *job, int place, const struct face *face);

/* A part of an image; all of it has the image's own size. */
void strip_job_set_image(struct strip_job *job, const struct image *image, int left_px, int top_px,
			 int width_px, int height_px);

#endif
