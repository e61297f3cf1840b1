/*
 * status.h: the line above the key hints.
 *
 * Owns     nothing.
 * Threads  the interface thread.
 * Errors   none.
 */
#ifndef LOOKALIKE_UI_STATUS_H
#define LOOKALIKE_UI_STATUS_H

#include "lookalike/scan/scan.h"
#include "lookalike/ui/view.h"

/* A message, or the work that goes on, or what there is; at its end decisions made, faces left. */
void status_draw(struct app *app, int row, const struct scan_progress *progress, bool scanning);

#endif
