/*
 * overview.h: the summary view: what a collection has, and what needs a look; its lines open as
 * filters of images.
 *
 * It is of the whole collection, whatever the filter. q in the images that a line has opened comes
 * back to it, and puts back the filter there was.
 *
 * Owns     struct overview is in struct app; summary_done() frees what it holds.
 * Threads  the interface thread.
 * Errors   none.
 */
#ifndef LOOKALIKE_UI_OVERVIEW_H
#define LOOKALIKE_UI_OVERVIEW_H

#include "lookalike/ui/view.h"

/* Show it; q goes back to where this was called. */
void summary_open(struct app *app);

/* From the images that it has opened. */
void summary_return(struct app *app);

#endif
