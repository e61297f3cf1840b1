/*
 * outline.h: boxes drawn into the pixels of a photo.
 *
 * The face at hand has a whole line in orange, the other measured ones are dashed in blue, and of
 * those that were only seen there are the corners, in grey: the colours are Okabe and Ito's, which
 * all kinds of colour vision tell apart, and the shapes do where colours are few.
 *
 * Units    a box is in shares of the image's sides, (0,0) its top left to (1,1).
 * Threads  any; no state.
 * Errors   none: what lies outside is not drawn.
 */
#ifndef LOOKALIKE_UI_OUTLINE_H
#define LOOKALIKE_UI_OUTLINE_H

#include "lookalike/base/image.h"
#include "lookalike/base/photo.h"

/* In the order in which they are drawn over each other. */
enum outline {
	OUTLINE_SEEN,
	OUTLINE_MEASURED,
	OUTLINE_CURRENT,
	OUTLINE_COUNT,
};

/* An RGB image. */
void outline_draw(struct image *img, const struct box *box, enum outline kind);

#endif
