/*
 * landmarks.c: the landmark predictor, run several times for each face.
 *
 * The predictor reads single pixels, so another crop of the same face gives other points: the
 * noise of one run is as large as what tells people's eyes apart. Each face is therefore brought
 * to one size by averaging, and the points are the mean of runs on slightly shifted and
 * scaled boxes, on the face and on its mirror image.
 */
#include "lookalike/extractor/landmarks.h"

#include "lookalike/extractor/warp.h"

#include <math.h>
#include <string.h>

#define FACE_PX     150 /* side of the box in the crop */
#define MARGIN_PX   60  /* kept around it */
#define CROP_PX     (FACE_PX + 2 * MARGIN_PX)
#define AHEAD_TREES 8 /* how far ahead leaves are fetched: memory is the slow part */
#define LINE_BYTES  64

/* Shift and growth of the boxes, in shares of the side. */
static const struct {
	float x, y, scale;
} jitters[] = {
	{0.03f, 0.03f, 1.03f},
	{-0.03f, -0.03f, 0.97f},
};

#define JITTERS (sizeof(jitters) / sizeof(jitters[0]))

/* The point that each point becomes in a mirror. */
static const uint8_t mirrored[LANDMARK_COUNT] = {
	16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4, 3, 2, 1, 0, /* jaw */
	26, 25, 24, 23, 22, 21, 20, 19, 18, 17,                        /* brows */
	27, 28, 29, 30, 35, 34, 33, 32, 31,                            /* nose */
	45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,                /* eyes */
	54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55,                /* lips */
	64, 63, 62, 61, 60, 67, 66, 65,                                /* mouth */
};

/* Turning and scaling, without shifting: x' = c x - s y, y' = s x + c y. */
struct similarity {
	float c, s;
};

/* From the mean shape to this one: least squares after Umeyama (PAMI 13, 1991). */
static struct similarity similarity_to(const struct point *mean, const struct point *shape)
{
	float mx = 0, my = 0, sx = 0, sy = 0, dot = 0, cross = 0, norm = 0;

	for (int i = 0; i < LANDMARK_COUNT; i++) {
		mx += mean[i].x / LANDMARK_COUNT;
		my += mean[i].y / LANDMARK_COUNT;
		sx += shape[i].x / LANDMARK_COUNT;
		sy += shape[i].y / LANDMARK_COUNT;
	}
	for (int i = 0; i < LANDMARK_COUNT; i++) {
		float ax = mean[i].x - mx, ay = mean[i].y - my;
		float bx = shape[i].x - sx, by = shape[i].y - sy;

		dot += ax * bx + ay * by;
		cross += ax * by - ay * bx;
		norm += ax * ax + ay * ay;
	}
	return (struct similarity){dot / norm, cross / norm};
}

/* The pixel whose middle is nearest; black outside the image. */
static int grey_at(const struct image *grey, float x, float y)
{
	float col = floorf(x + 0.5f), row = floorf(y + 0.5f);

	if (!(col >= 0 && row >= 0 && col < (float)grey->width_px && row < (float)grey->height_px))
		return 0;
	return grey->pixels[(size_t)row * (size_t)grey->width_px + (size_t)col];
}

static const int16_t *leaf_of(const struct landmark_model *m, size_t tree, const int16_t *levels)
{
	const struct landmark_split *split = m->split + tree * (size_t)m->splits;
	int at = 0;

	while (at < m->splits) {
		int step = levels[split[at].a] - levels[split[at].b];

		at = 2 * at + ((float)step > split[at].threshold ? 1 : 2);
	}
	return m->leaf + (tree * (size_t)(m->splits + 1) + (size_t)(at - m->splits)) * LEAF_VALUES;
}

static void fetch(const int16_t *leaf)
{
	for (size_t byte = 0; byte < LEAF_VALUES * sizeof(*leaf); byte += LINE_BYTES)
		__builtin_prefetch((const char *)leaf + byte);
}

/* The sum of one leaf of every tree of a forest. */
static void sum_leaves(const struct landmark_model *m, int forest, const int16_t *levels,
		       int32_t sum[LEAF_VALUES])
{
	size_t first = (size_t)forest * (size_t)m->trees;
	const int16_t *leaves[AHEAD_TREES];

	memset(sum, 0, LEAF_VALUES * sizeof(*sum));
	for (int t = 0; t < m->trees + AHEAD_TREES; t++) {
		const int16_t **place = &leaves[t % AHEAD_TREES];

		if (t >= AHEAD_TREES)
			for (int i = 0; i < LEAF_VALUES; i++)
				sum[i] += (*place)[i];
		if (t < m->trees) {
			*place = leaf_of(m, first + (size_t)t, levels);
			fetch(*place);
		}
	}
}

void landmarks_predict(const struct landmark_model *m, const struct image *grey, float left_px,
		       float top_px, float side_px, struct point points[LANDMARK_COUNT])
{
	struct point shape[LANDMARK_COUNT]; /* in shares of the box */
	int16_t levels[FEATURES_MAX];
	int32_t sum[LEAF_VALUES];
	float step = side_px - 1; /* from the first pixel's middle to the last one's */

	memcpy(shape, m->mean, sizeof(shape));
	for (int f = 0; f < m->forests; f++) {
		struct similarity sim = similarity_to(m->mean, shape);

		for (int i = 0; i < m->features; i++) {
			const struct landmark_feature *feature =
				&m->feature[(size_t)f * (size_t)m->features + (size_t)i];
			struct point o = feature->offset, at = shape[feature->point];

			at.x += sim.c * o.x - sim.s * o.y;
			at.y += sim.s * o.x + sim.c * o.y;
			levels[i] = (int16_t)grey_at(grey, left_px + step * at.x,
						     top_px + step * at.y);
		}
		sum_leaves(m, f, levels, sum);
		for (int i = 0; i < LANDMARK_COUNT; i++) {
			shape[i].x += (float)sum[2 * i] * m->leaf_scale[f];
			shape[i].y += (float)sum[2 * i + 1] * m->leaf_scale[f];
		}
	}
	for (int i = 0; i < LANDMARK_COUNT; i++)
		points[i] = (struct point){left_px + step * shape[i].x, top_px + step * shape[i].y};
}

static void mirror(struct image *grey)
{
	for (int row = 0; row < grey->height_px; row++) {
		uint8_t *left = grey->pixels + (size_t)row * (size_t)grey->width_px;
		uint8_t *right = left + grey->width_px - 1;

		for (; left < right; left++, right--) {
			uint8_t level = *left;

			*left = *right;
			*right = level;
		}
	}
}

/* The mean over all boxes, of the crop and its mirror image; in pixels of the crop. */
static void predict_mean(const struct landmark_model *model, struct image *crop,
			 struct point mean[LANDMARK_COUNT])
{
	struct point points[LANDMARK_COUNT];
	float share = 1.0f / (2 * JITTERS);

	memset(mean, 0, LANDMARK_COUNT * sizeof(*mean));
	for (size_t run = 0; run < 2 * JITTERS; run++) {
		float side = FACE_PX * jitters[run % JITTERS].scale;
		float left = (CROP_PX - side) / 2 + FACE_PX * jitters[run % JITTERS].x;
		float top = (CROP_PX - side) / 2 + FACE_PX * jitters[run % JITTERS].y;

		if (run == JITTERS)
			mirror(crop);
		landmarks_predict(model, crop, left, top, side, points);
		for (int i = 0; i < LANDMARK_COUNT; i++) {
			bool flipped = run >= JITTERS;
			struct point p = points[flipped ? mirrored[i] : i];

			mean[i].x += share * (flipped ? CROP_PX - 1 - p.x : p.x);
			mean[i].y += share * p.y;
		}
	}
}

enum status landmarks_find(const struct landmark_model *model, const struct image *img,
			   const struct detection *face, struct point points[LANDMARK_COUNT],
			   struct error *err)
{
	const struct box *box = &face->box;
	struct frame frame = {
		.center_x = box->x + box->width / 2,
		.center_y = box->y + box->height / 2,
		.side = box->width * CROP_PX / FACE_PX,
		.angle_rad = face->angle_rad,
	};
	float step = frame.side / CROP_PX, c = cosf(frame.angle_rad), s = sinf(frame.angle_rad);
	struct point mean[LANDMARK_COUNT];
	struct image crop = {0};
	enum status status = warp_frame(img, &frame, CROP_PX, 1, &crop, err);

	if (status != OK)
		return status;
	predict_mean(model, &crop, mean);
	image_done(&crop);
	for (int i = 0; i < LANDMARK_COUNT; i++) {
		float u = (mean[i].x + 0.5f - CROP_PX / 2.0f) * step;
		float v = (mean[i].y + 0.5f - CROP_PX / 2.0f) * step;

		points[i] = (struct point){frame.center_x + c * u - s * v,
					   frame.center_y + s * u + c * v};
	}
	return OK;
}
