/*
 * image.h: pixels in memory, and the JPEG form in which thumbnails are stored.
 *
 * Owns     struct image owns its pixels (malloc): image_alloc()/image_done().
 * Units    8 bits per channel, rows packed without padding, origin top left.
 *          1 channel is grey, 3 are red, green, blue.
 * Threads  no state; one image per thread at a time.
 * Errors   ERR_NOMEM over IMAGE_BYTES_MAX or out of memory; ERR_INPUT for bytes
 *          that are not a JPEG of ours.
 */
#ifndef LOOKALIKE_BASE_IMAGE_H
#define LOOKALIKE_BASE_IMAGE_H

#include "lookalike/base/error.h"

#include <stddef.h>
#include <stdint.h>

#define IMAGE_BYTES_MAX ((size_t)1 << 30)

struct image {
	int width_px, height_px;
	int channels;
	uint8_t *pixels;
};

/* Pixels are uninitialised. On failure the image is left as it was. */
enum status image_alloc(struct image *img, int width_px, int height_px, int channels,
			struct error *err);
void image_done(struct image *img);

/* Bring the mean and the spread of the brightness to those that every equalised image has, as far
 * as can be done by a factor of 1/3 to 3. */
void image_equalize(struct image *img);

/* A new image of another size: averaged when smaller, bilinear when larger. */
enum status image_scale(const struct image *src, int width_px, int height_px, struct image *out,
			struct error *err);

/* RGB images only; *bytes is malloc'd for the caller. */
enum status image_to_jpeg(const struct image *img, int quality, uint8_t **bytes, size_t *len,
			  struct error *err);
enum status image_from_jpeg(const uint8_t *bytes, size_t len, struct image *out, struct error *err);

#endif
