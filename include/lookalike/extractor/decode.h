/*
 * decode.h: the bytes of an image file → upright RGB pixels.
 *
 * Owns     decode_image() fills *out, whose image the caller gives to image_done().
 * Units    bytes of a whole file; pixels after EXIF orientation.
 * Threads  any; the limit is the process's and is set before the first image.
 * Errors   the verdict: OK or PARTIAL with pixels, else CORRUPT, UNSUPPORTED or
 *          TOO_LARGE, *out untouched. detail gets a few words, or "".
 */
#ifndef LOOKALIKE_EXTRACTOR_DECODE_H
#define LOOKALIKE_EXTRACTOR_DECODE_H

#include "lookalike/base/image.h"
#include "lookalike/base/photo.h"

#include <stddef.h>
#include <stdint.h>

struct decoded {
	struct image image;
	int width_px, height_px; /* of the whole picture, upright */
	int orientation;         /* EXIF's, before it was turned: 1 to 8 */
	int reduction;           /* its pixels for one of the image, each way: 1, 2, 4 or 8 */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * More pixels than this are TOO_LARGE before they are decoded. It is 100 megapixels until told
 * otherwise: decoding, turning and detecting need several copies within the worker's memory.
 */
void decode_limit(uint64_t pixels);

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
