/*
 * quality.h: what is seen of a photo and of a face besides their shape: how sharp, how bright,
 * how much of it is there, and what it looks like from afar.
 *
 * Everything is a plain number that is stored; what counts as blurred or dark is decided by who
 * reads it (review/findings.h).
 *
 * Owns     the caller's memory only.
 * Units    brightness: 0 is black, 1 is white, of grey levels as stored (not linear light).
 *          Sharpness: the variance of the Laplacian divided by the variance of the picture, so
 *          that light and contrast cancel out. The picture has a fixed size (a face is
 *          QUALITY_FACE_PX wide, a photo's longer side QUALITY_PHOTO_PX), so that it means detail
 *          for the size of the face or photo: 0 where there is none, 20 for noise alone.
 * Threads  pure functions.
 * Errors   quality_of_photo(): ERR_NOMEM, ERR_VISION; *out untouched then.
 */
#ifndef LOOKALIKE_EXTRACTOR_QUALITY_H
#define LOOKALIKE_EXTRACTOR_QUALITY_H

#include "lookalike/base/image.h"
#include "lookalike/base/photo.h"

#define QUALITY_PHOTO_PX 320
#define QUALITY_FACE_PX  96 /* the middle of a thumbnail: brows to chin, ear to ear */
#define QUALITY_HASH_PX  64

/* An upright RGB image; orientation is what EXIF said before it was turned. */
enum status quality_of_photo(const struct image *img, int orientation, struct photo_quality *out,
			     struct error *err);

/* Sharpness and brightness of the face in a thumbnail: RGB, THUMB_PX squared. */
void quality_of_thumb(const struct image *thumb, struct face_quality *out);

/*
 * The share of a face that lies beyond the edges of its photo: of the detector's box, or of the
 * upright rectangle around its landmarks, whichever is more. The rectangle's top is the hair: the
 * landmarks end at the brows, and from there it is half as far as from brows to chin. Landmarks see
 * more, but those of a face that is cut may be drawn inside; the box is not.
 */
float quality_cut(const struct box *box, const struct point landmarks[LANDMARK_COUNT], int width_px,
		  int height_px);

/* Of grey levels, rows of stride values; the outermost pixels are only neighbours. */
float quality_sharpness(const uint8_t *grey, int width_px, int height_px, int stride);

/*
 * A hash that stays nearly the same when a picture is scaled or compressed anew: bit i says
 * whether the i-th of the 16 × 16 lowest frequencies but the constant ones, of the discrete cosine
 * transform of QUALITY_HASH_PX squared grey levels, is above their median (Zauner,
 * "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, with 256 bits instead
 * of 64). All 0 for a picture that does not vary both
 * across and down.
 */
void quality_hash(const uint8_t grey[QUALITY_HASH_PX * QUALITY_HASH_PX],
		  uint8_t out[PERCEPTUAL_HASH_BYTES]);

#endif
