/*
 * filtering.h: the key that shows only what passes a filter, and the prompt for it.
 *
 * images, clusters and faces show what passes, and what is done to a group there is done to the
 * faces that are shown; marks stay when their faces are not. The elbow is that of the whole.
 *
 * Owns     the filter and the list of what passes are in struct app, until filtering_done().
 * Threads  the interface thread.
 * Errors   the prompt stays, with what is wrong below it and a mark at its place.
 */
#ifndef LOOKALIKE_UI_FILTERING_H
#define LOOKALIKE_UI_FILTERING_H

#include "lookalike/ui/view.h"

/* True if the action was the filter's. */
bool filtering_act(struct app *app, enum action action);

/* Show what passes a text; false, with filter_error set, when it is no filter. */
bool filtering_set(struct app *app, const char *text);

void filtering_prompt_key(struct app *app, uint32_t key);
void filtering_prompt_draw(struct app *app, int row, int hints_row);

void filtering_done(struct app *app);

#endif
