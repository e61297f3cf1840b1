/* Pixels, and thumbnails as JPEG through libjpeg-turbo. */
#include "lookalike/base/image.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

enum status image_alloc(struct image *img, int width_px, int height_px, int channels,
			struct error *err)
{
	uint8_t *pixels;
	size_t bytes;

	if (width_px < 1 || height_px < 1 || (channels != 1 && channels != 3))
		return error_set(err, ERR_INPUT, "an image of %d x %d x %d is not possible",
				 width_px, height_px, channels);
	bytes = (size_t)width_px * (size_t)height_px * (size_t)channels;
	if (bytes > IMAGE_BYTES_MAX)
		return error_set(err, ERR_NOMEM, "an image of %d x %d is over the limit", width_px,
				 height_px);
	pixels = malloc(bytes);
	if (!pixels)
		return error_set(err, ERR_NOMEM, "no memory for an image of %d x %d", width_px,
				 height_px);
	img->width_px = width_px;
	img->height_px = height_px;
	img->channels = channels;
	img->pixels = pixels;
	return OK;
}

void image_done(struct image *img)
{
	free(img->pixels);
	memset(img, 0, sizeof(*img));
}

/* Which source pixels, with which weights, make one target pixel of an axis. */
struct span {
	int first, count;
	float lead, last; /* weights of the outer two; those between count 1 */
};

static struct span span_of(int target, int target_px, int source_px)
{
	double scale = (double)source_px / target_px;
	struct span s;

	if (scale <= 1) { /* enlarge: between the two nearest */
		double center = (target + 0.5) * scale - 0.5;

		if (center < 0)
			center = 0;
		if (center > source_px - 1)
			center = source_px - 1;
		s.first = (int)center;
		s.count = s.first + 1 < source_px ? 2 : 1;
		s.last = (float)(center - s.first);
		s.lead = s.count == 2 ? 1 - s.last : 1;
		return s;
	}
	double from = target * scale, to = from + scale;

	s.first = (int)from;
	s.count = (int)to - s.first + (to > (int)to ? 1 : 0);
	if (s.first + s.count > source_px)
		s.count = source_px - s.first;
	s.lead = (float)(s.first + 1 - from);
	s.last = (float)(to - (s.first + s.count - 1));
	return s;
}

static float span_weight(const struct span *s, int i)
{
	return i == 0 ? s->lead : i == s->count - 1 ? s->last : 1;
}

static void scale_pixel(const struct image *src, const struct span *sx, const struct span *sy,
			uint8_t *out)
{
	float sum[3] = {0}, total = 0;

	for (int j = 0; j < sy->count; j++) {
		const uint8_t *row = src->pixels +
				     ((size_t)(sy->first + j) * src->width_px + sx->first) *
					     src->channels;
		float wy = span_weight(sy, j);

		for (int i = 0; i < sx->count; i++) {
			float w = wy * span_weight(sx, i);

			for (int c = 0; c < src->channels; c++)
				sum[c] += w * row[i * src->channels + c];
			total += w;
		}
	}
	for (int c = 0; c < src->channels; c++)
		out[c] = (uint8_t)(sum[c] / total + 0.5f);
}

enum status image_scale(const struct image *src, int width_px, int height_px, struct image *out,
			struct error *err)
{
	struct image scaled = {0};
	enum status status = image_alloc(&scaled, width_px, height_px, src->channels, err);
	uint8_t *p = scaled.pixels;

	if (status)
		return status;
	for (int y = 0; y < height_px; y++) {
		struct span sy = span_of(y, height_px, src->height_px);

		for (int x = 0; x < width_px; x++, p += src->channels) {
			struct span sx = span_of(x, width_px, src->width_px);

			scale_pixel(src, &sx, &sy, p);
		}
	}
	*out = scaled;
	return OK;
}

enum status image_to_jpeg(const struct image *img, int quality, uint8_t **bytes, size_t *len,
			  struct error *err)
{
	tjhandle tj = tjInitCompress();
	unsigned char *buffer = NULL;
	unsigned long size = 0;
	enum status status = OK;

	if (!tj)
		return error_set(err, ERR_NOMEM, "no memory to compress a thumbnail");
	if (img->channels != 3 ||
	    tjCompress2(tj, img->pixels, img->width_px, 0, img->height_px, TJPF_RGB, &buffer, &size,
			TJSAMP_444, quality, TJFLAG_ACCURATEDCT)) {
		status = error_set(err, ERR_INPUT, "a thumbnail could not be compressed: %s",
				   tjGetErrorStr2(tj));
		goto out;
	}
	*bytes = malloc(size);
	if (!*bytes) {
		status = error_set(err, ERR_NOMEM, "no memory for a thumbnail");
		goto out;
	}
	memcpy(*bytes, buffer, size);
	*len = size;
out:
	tjFree(buffer);
	tjDestroy(tj);
	return status;
}

enum status image_from_jpeg(const uint8_t *bytes, size_t len, struct image *out, struct error *err)
{
	tjhandle tj = tjInitDecompress();
	int width = 0, height = 0, subsampling, colorspace;
	struct image img = {0};
	enum status status = OK;

	if (!tj)
		return error_set(err, ERR_NOMEM, "no memory to read a thumbnail");
	if (tjDecompressHeader3(tj, bytes, (unsigned long)len, &width, &height, &subsampling,
				&colorspace)) {
		status = error_set(err, ERR_INPUT, "a thumbnail is damaged: %s",
				   tjGetErrorStr2(tj));
		goto out;
	}
	status = image_alloc(&img, width, height, 3, err);
	if (status)
		goto out;
	if (tjDecompress2(tj, bytes, (unsigned long)len, img.pixels, width, 0, height, TJPF_RGB,
			  0)) {
		status = error_set(err, ERR_INPUT, "a thumbnail is damaged: %s",
				   tjGetErrorStr2(tj));
		goto out;
	}
	*out = img;
	img.pixels = NULL;
out:
	image_done(&img);
	tjDestroy(tj);
	return status;
}

#define EQUAL_MEAN   118.0 /* of the brightness of 0 to 255 */
#define EQUAL_SPREAD 52.0  /* its standard deviation */
#define EQUAL_FACTOR 3.0

void image_equalize(struct image *img)
{
	size_t count = (size_t)img->width_px * (size_t)img->height_px * (size_t)img->channels;
	double sum = 0, squares = 0, mean, spread, factor;

	if (!count)
		return;
	for (size_t i = 0; i < count; i++) {
		sum += img->pixels[i];
		squares += (double)img->pixels[i] * img->pixels[i];
	}
	mean = sum / (double)count;
	spread = sqrt(fmax(squares / (double)count - mean * mean, 1));
	factor = fmin(fmax(EQUAL_SPREAD / spread, 1 / EQUAL_FACTOR), EQUAL_FACTOR);
	for (size_t i = 0; i < count; i++) {
		double value = (img->pixels[i] - mean) * factor + EQUAL_MEAN;

		img->pixels[i] = (uint8_t)fmin(fmax(value + 0.5, 0), 255);
	}
}
