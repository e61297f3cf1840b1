/*
 * header.h: size and orientation of an image file, before anything is decoded.
 *
 * Owns     nothing.
 * Units    pixels as stored, before the image is turned.
 * Threads  pure functions.
 * Errors   none: what cannot be found is 0 (size) or 1 (orientation, upright).
 *          Every read is checked against len; the bytes may be hostile.
 */
#ifndef LOOKALIKE_EXTRACTOR_HEADER_H
#define LOOKALIKE_EXTRACTOR_HEADER_H

#include "lookalike/base/photo.h"

#include <stddef.h>
#include <stdint.h>

struct image_header {
	uint32_t width_px, height_px;
	int orientation; /* EXIF's, 1 to 8 */
};

void header_read(const uint8_t *bytes, size_t len, enum format format, struct image_header *out);

/* EXIF data as JPEG, PNG and WebP hold it, with or without the leading "Exif\0\0". */
int header_exif_orientation(const uint8_t *bytes, size_t len);

#endif
