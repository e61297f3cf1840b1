/*
 * warp.h: cut a frame out of a photo, turned and scaled.
 *
 * Owns     warp_frame() fills *out, which the caller gives to image_done().
 * Units    pixels of the given image.
 * Threads  any; no state.
 * Errors   ERR_INPUT for a frame without area or a size without pixels, ERR_NOMEM, ERR_VISION.
 */
#ifndef LOOKALIKE_EXTRACTOR_WARP_H
#define LOOKALIKE_EXTRACTOR_WARP_H

#include "lookalike/base/image.h"
#include "lookalike/base/photo.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * size_px squared of an RGB image, in RGB (3 channels) or grey (1). What lies outside the photo
 * continues its border.
 */
enum status warp_frame(const struct image *img, const struct frame *frame, int size_px,
		       int channels, struct image *out, struct error *err);

#ifdef __cplusplus
}
#endif

#endif
