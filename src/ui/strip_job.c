/* Pictures, made on worker threads; see strip_job.h. */
#include "strip_job.h"

#include "lookalike/base/memory.h"
#include "lookalike/review/grouping.h"

#include <stdlib.h>
#include <string.h>

/* In cells a pixel is large enough for a point. */
#define POINTS_WIDER_PX 160

static void draw_points(struct image *img, const struct point *points)
{
	static const uint8_t color[3] = {0, 255, 128};
	int radius = img->width_px < POINTS_WIDER_PX ? 0 : 1 + img->width_px / 500;

	for (int i = 0; i < LANDMARK_COUNT; i++) {
		int cx = (int)(points[i].x * (float)img->width_px);
		int cy = (int)(points[i].y * (float)img->height_px);

		for (int y = cy - radius; y <= cy + radius; y++)
			for (int x = cx - radius; x <= cx + radius; x++)
				if (x >= 0 && y >= 0 && x < img->width_px && y < img->height_px)
					memcpy(img->pixels + ((size_t)y * img->width_px + x) * 3,
					       color, 3);
	}
}

/* Points are drawn after scaling, or they would melt away with the pixels. */
static void add_points(struct image *img, const struct strip_job *job)
{
	const struct picture_options *o = &job->options;
	int width = o->thumb_cols * o->cell_width_px;
	int height = o->thumb_rows * o->cell_height_px;
	int side = width < height ? width : height;
	struct image scaled = {0};

	if (image_scale(img, side, side, &scaled, NULL))
		return;
	image_done(img);
	*img = scaled;
	draw_points(img, job->points);
}

/* The same for boxes: the image is made as large as it will be shown. */
static void add_boxes(struct image *img, const struct strip_job *job)
{
	struct image scaled = {0};
	int width, height;

	picture_fit(img, &job->options, &width, &height);
	if (image_scale(img, width, height, &scaled, NULL))
		return;
	image_done(img);
	*img = scaled;
	/* The current one last: over the others. */
	for (int kind = 0; kind < OUTLINE_COUNT; kind++)
		for (int i = 0; i < job->box_count; i++)
			if (job->boxes[i].kind == (enum outline)kind)
				outline_draw(img, &job->boxes[i].box, job->boxes[i].kind);
}

static void make_picture(struct job *base)
{
	struct strip_job *job = (struct strip_job *)base;
	struct image images[STRIP_FACES_MAX] = {0};
	const struct image *borrowed[STRIP_FACES_MAX] = {0};

	if (atomic_load(&base->cancelled))
		return;
	for (int i = 0; i < job->count; i++) {
		if (job->image.pixels) {
			images[i] = job->image;
			memset(&job->image, 0, sizeof(job->image));
		} else if (!job->jpeg[i] ||
			   image_from_jpeg(job->jpeg[i], job->jpeg_len[i], &images[i], NULL)) {
			continue;
		}
		/* In two colours a dark face or a bright one would have nothing in it. */
		if (job->options.equalize || job->options.graphics == GRAPHICS_MONO)
			image_equalize(&images[i]);
		if (job->with_points)
			add_points(&images[i], job);
		if (job->box_count)
			add_boxes(&images[i], job);
		borrowed[i] = &images[i];
	}
	picture_make(borrowed, job->count, &job->options, &job->picture, NULL);
	for (int i = 0; i < job->count; i++)
		image_done(&images[i]);
}

struct strip_job *strip_job_new(uint64_t key, const struct picture_options *options, int count)
{
	struct strip_job *job = memory_new(sizeof(*job));

	job->job.item.kind = JOB_PICTURE;
	job->job.priority = 2;
	job->job.run = make_picture;
	job->key = key;
	job->options = *options;
	job->count = count;
	return job;
}

void strip_job_set_thumb(struct strip_job *job, int place, const struct face *face)
{
	if (!face || !face->thumb)
		return;
	job->jpeg[place] = memory_new(face->thumb_len);
	job->jpeg_len[place] = face->thumb_len;
	memcpy(job->jpeg[place], face->thumb, face->thumb_len);
}

void strip_job_set_image(struct strip_job *job, const struct image *image, int left_px, int top_px,
			 int width_px, int height_px)
{
	size_t pixel = (size_t)image->channels, row = (size_t)width_px * pixel;

	if (image_alloc(&job->image, width_px, height_px, image->channels, NULL))
		return;
	for (int y = 0; y < height_px; y++)
		memcpy(job->image.pixels + (size_t)y * row,
		       image->pixels +
			       ((size_t)(top_px + y) * (size_t)image->width_px + (size_t)left_px) *
				       pixel,
		       row);
}

void strip_job_free(struct strip_job *job)
{
	for (int i = 0; i < job->count; i++)
		free(job->jpeg[i]);
	image_done(&job->image);
	free(job);
}
