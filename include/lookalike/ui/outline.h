/*
 * outline.h: boxes drawn into the pixels of a photo.
 *
 * The one that is current is a whole line in orange, the others are dashed in blue: Okabe and
 * Ito's colours, which all kinds of colour vision tell apart, and the dashes do where colours
 * are few.
 *
 * Units    a box is in shares of the image's sides, (0,0) its top left to (1,1).
 * Threads  any; no state.
 * Errors   none: what lies outside is not drawn.
 */
#ifndef LOOKALIKE_UI_OUTLINE_H
#define LOOKALIKE_UI_OUTLINE_H

#include "lookalike/base/image.h"
#include "lookalike/base/photo.h"

#include <stdbool.h>

/* An RGB image. */
void outline_draw(struct image *img, const struct box *box, bool current);

#endif
