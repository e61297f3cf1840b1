/*
 * shrink.h: an RGB image in grey, of another size: averaged where smaller.
 *
 * Owns     shrink_grey() fills *out, which the caller gives to image_done().
 * Units    pixels.
 * Threads  any; no state.
 * Errors   ERR_NOMEM, ERR_VISION.
 */
#ifndef LOOKALIKE_EXTRACTOR_SHRINK_H
#define LOOKALIKE_EXTRACTOR_SHRINK_H

#include "lookalike/base/image.h"

#ifdef __cplusplus
extern "C" {
#endif

enum status shrink_grey(const struct image *img, int width_px, int height_px, struct image *out,
			struct error *err);

#ifdef __cplusplus
}
#endif

#endif
