/* quality.c: sums over small grey pictures; see quality.h. */
#include "lookalike/extractor/quality.h"

#include "lookalike/extractor/shrink.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HASH_SIDE 16 /* frequencies each way */
#define HASH_BITS (HASH_SIDE * HASH_SIDE)

/* Twice what rounding grey levels to whole ones does to a coefficient. */
#define PATTERN_MIN   1.0

#define FOREHEAD_PART 0.5f /* of the height from brows to chin */

float quality_sharpness(const uint8_t *grey, int width_px, int height_px, int stride)
{
	int64_t n = (int64_t)(width_px - 2) * (height_px - 2);
	int64_t sum = 0, squares = 0, edge_sum = 0, edge_squares = 0;
	double variance, edge_variance;

	if (width_px < 3 || height_px < 3)
		return 0;
	for (int y = 1; y < height_px - 1; y++) {
		const uint8_t *row = grey + (ptrdiff_t)y * stride;
		int row_sum = 0, row_edge_sum = 0;
		int64_t row_squares = 0, row_edge_squares = 0;

		for (int x = 1; x < width_px - 1; x++) {
			int v = row[x];
			int edge = row[x - 1] + row[x + 1] + row[x - stride] + row[x + stride] -
				   4 * v;

			row_sum += v;
			row_squares += v * v;
			row_edge_sum += edge;
			row_edge_squares += edge * edge;
		}
		sum += row_sum;
		squares += row_squares;
		edge_sum += row_edge_sum;
		edge_squares += row_edge_squares;
	}
	variance = (double)squares - (double)sum * (double)sum / (double)n;
	edge_variance = (double)edge_squares - (double)edge_sum * (double)edge_sum / (double)n;
	return variance > 0 ? (float)(edge_variance / variance) : 0;
}

static void levels(const uint8_t *grey, int count, struct photo_quality *out)
{
	int histogram[256] = {0}, below = 0, level = 0;
	int64_t sum = 0;

	for (int i = 0; i < count; i++) {
		histogram[grey[i]]++;
		sum += grey[i];
	}
	out->brightness = (float)sum / (float)count / 255;
	for (; (below += histogram[level]) < 0.05 * count; level++)
		;
	out->shadows = (float)level / 255;
	for (below -= histogram[level]; (below += histogram[level]) < 0.95 * count; level++)
		;
	out->highlights = (float)level / 255;
}

static int compare_doubles(const void *pa, const void *pb)
{
	double a = *(const double *)pa, b = *(const double *)pb;

	return (a > b) - (a < b);
}

/* The DCT-II, orthonormal, of frequencies 1 to HASH_SIDE each way. */
static void low_frequencies(const uint8_t *grey, double out[HASH_BITS])
{
	double wave[HASH_SIDE][QUALITY_HASH_PX];
	double rows[QUALITY_HASH_PX][HASH_SIDE];

	for (int k = 0; k < HASH_SIDE; k++)
		for (int x = 0; x < QUALITY_HASH_PX; x++)
			wave[k][x] = sqrt(2.0 / QUALITY_HASH_PX) *
				     cos(M_PI * (x + 0.5) * (k + 1) / QUALITY_HASH_PX);
	for (int y = 0; y < QUALITY_HASH_PX; y++)
		for (int k = 0; k < HASH_SIDE; k++) {
			rows[y][k] = 0;
			for (int x = 0; x < QUALITY_HASH_PX; x++)
				rows[y][k] += wave[k][x] * grey[y * QUALITY_HASH_PX + x];
		}
	memset(out, 0, HASH_BITS * sizeof(*out));
	for (int j = 0; j < HASH_SIDE; j++)
		for (int y = 0; y < QUALITY_HASH_PX; y++)
			for (int k = 0; k < HASH_SIDE; k++)
				out[j * HASH_SIDE + k] += wave[j][y] * rows[y][k];
}

void quality_hash(const uint8_t grey[QUALITY_HASH_PX * QUALITY_HASH_PX],
		  uint8_t out[PERCEPTUAL_HASH_BYTES])
{
	double frequencies[HASH_BITS], sorted[HASH_BITS], median;
	double largest = 0;

	low_frequencies(grey, frequencies);
	memcpy(sorted, frequencies, sizeof(sorted));
	qsort(sorted, HASH_BITS, sizeof(*sorted), compare_doubles);
	median = (sorted[HASH_BITS / 2 - 1] + sorted[HASH_BITS / 2]) / 2;
	largest = fmax(-sorted[0], sorted[HASH_BITS - 1]);
	memset(out, 0, PERCEPTUAL_HASH_BYTES);
	for (int i = 0; i < HASH_BITS && largest >= PATTERN_MIN; i++)
		if (frequencies[i] > median)
			out[i / 8] |= (uint8_t)(1 << i % 8);
}

static int at_least_1(double v)
{
	return v < 1 ? 1 : (int)lround(v);
}

enum status quality_of_photo(const struct image *img, int orientation, struct photo_quality *out,
			     struct error *err)
{
	int longer = img->width_px > img->height_px ? img->width_px : img->height_px;
	double scale = longer > QUALITY_PHOTO_PX ? (double)QUALITY_PHOTO_PX / longer : 1;
	struct image small = {0}, square = {0};
	enum status status = shrink_grey(img, at_least_1(img->width_px * scale),
					 at_least_1(img->height_px * scale), &small, err);

	if (status == OK)
		status = shrink_grey(&small, QUALITY_HASH_PX, QUALITY_HASH_PX, &square, err);
	if (status == OK) {
		out->orientation = orientation;
		out->sharpness = quality_sharpness(small.pixels, small.width_px, small.height_px,
						   small.width_px);
		levels(small.pixels, small.width_px * small.height_px, out);
		quality_hash(square.pixels, out->perceptual_hash);
	}
	image_done(&small);
	image_done(&square);
	return status;
}

void quality_of_thumb(const struct image *thumb, struct face_quality *out)
{
	uint8_t grey[QUALITY_FACE_PX * QUALITY_FACE_PX], *to = grey;
	int margin = (THUMB_PX - QUALITY_FACE_PX) / 2;
	int64_t sum = 0;

	for (int y = 0; y < QUALITY_FACE_PX; y++) {
		const uint8_t *rgb = thumb->pixels + ((margin + y) * THUMB_PX + margin) * 3;

		/* ITU-R BT.601, in 256ths. */
		for (int x = 0; x < QUALITY_FACE_PX; x++, rgb += 3, to++) {
			*to = (uint8_t)((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2] + 128) >> 8);
			sum += *to;
		}
	}
	out->brightness = (float)sum / (float)(QUALITY_FACE_PX * QUALITY_FACE_PX) / 255;
	out->sharpness = quality_sharpness(grey, QUALITY_FACE_PX, QUALITY_FACE_PX, QUALITY_FACE_PX);
}

/* How much of a stretch lies between 0 and limit. */
static float inside(float from, float to, float limit)
{
	float length = fminf(to, limit) - fmaxf(from, 0);

	return length > 0 ? length : 0;
}

static float beyond(float min_x, float min_y, float max_x, float max_y, int width_px, int height_px)
{
	float part = inside(min_x, max_x, (float)width_px) *
		     inside(min_y, max_y, (float)height_px) / ((max_x - min_x) * (max_y - min_y));

	/* Rounding, and rectangles without area. */
	return part >= 1 ? 0 : part >= 0 ? 1 - part : 1;
}

float quality_cut(const struct box *box, const struct point landmarks[LANDMARK_COUNT], int width_px,
		  int height_px)
{
	float min_x = INFINITY, min_y = INFINITY, max_x = -INFINITY, max_y = -INFINITY;

	for (int i = 0; i < LANDMARK_COUNT; i++) {
		min_x = fminf(min_x, landmarks[i].x);
		max_x = fmaxf(max_x, landmarks[i].x);
		min_y = fminf(min_y, landmarks[i].y);
		max_y = fmaxf(max_y, landmarks[i].y);
	}
	min_y -= FOREHEAD_PART * (max_y - min_y);
	return fmaxf(beyond(min_x, min_y, max_x, max_y, width_px, height_px),
		     beyond(box->x, box->y, box->x + box->width, box->y + box->height, width_px,
			    height_px));
}
