/*
 * photo.h: the photo view's keys, of which some mean something else in the other views.
 *
 * The photo is fetched as large as it is shown (large.h), with the boxes of its faces, also of
 * those that were only seen. The face view has a small one.
 *
 * Owns     what it shows is in struct app.
 * Threads  the interface thread.
 * Errors   a photo that cannot be had is said in its place.
 */
#ifndef LOOKALIKE_UI_PHOTO_H
#define LOOKALIKE_UI_PHOTO_H

#include "lookalike/ui/view.h"

/*
 * What such a view shows of a photo, with boxes: as large as the area and the terminal allow. NULL
 * while it is being made, and when it cannot be: large_problem().
 */
const struct picture *photo_picture(struct app *app, const struct photo_view *v,
				    const struct rect *area);

/* True if the action opened a photo, or meant something in the one that is open. */
bool photo_act(struct app *app, enum action action, int count);

#endif
