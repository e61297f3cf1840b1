/*
 * decode.h: the bytes of an image file → upright RGB pixels.
 *
 * Owns     decode_image() fills *out, whose image the caller gives to image_done().
 * Units    bytes of a whole file; pixels after EXIF orientation.
 * Threads  any; no state.
 * Errors   the verdict: OK or PARTIAL with pixels, else CORRUPT, UNSUPPORTED or
 *          TOO_LARGE, *out untouched. detail gets a few words, or "".
 */
#ifndef LOOKALIKE_EXTRACTOR_DECODE_H
#define LOOKALIKE_EXTRACTOR_DECODE_H

#include "lookalike/base/image.h"
#include "lookalike/base/photo.h"

#include <stddef.h>
#include <stdint.h>

/* Decoding, turning and detecting need several copies within the worker's memory limit. */
#define DECODE_PIXELS_MAX 100000000

struct decoded {
	struct image image;
	int width_px, height_px; /* of the whole picture, upright */
	int reduction;           /* its pixels for one of the image, each way: 1, 2, 4 or 8 */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * JPEG comes as small as it can with its longer side at least long_side_px, 0 for full size;
 * other formats always come in full size.
 */
enum verdict decode_image(const uint8_t *bytes, size_t len, enum format format, int long_side_px,
			  struct decoded *out, char *detail, size_t detail_size);

#ifdef __cplusplus
}
#endif

#endif
