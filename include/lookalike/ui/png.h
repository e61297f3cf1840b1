/*
 * png.h: pixels of a palette → a PNG file (W3C, Portable Network Graphics, second edition).
 *
 * Owns     the bytes belong to the caller, who frees them.
 * Units    pixels; a byte each, an index of the palette.
 * Shapes   indices is height_px × width_px, palette colors × 3 (RGB), colors 1 to 256.
 * Threads  pure functions.
 * Errors   ERR_NOMEM.
 */
#ifndef LOOKALIKE_UI_PNG_H
#define LOOKALIKE_UI_PNG_H

#include "lookalike/base/error.h"

#include <stddef.h>
#include <stdint.h>

enum status png_encode(const uint8_t *indices, int width_px, int height_px, const uint8_t *palette,
		       int colors, uint8_t **out, size_t *len, struct error *err);

#endif
