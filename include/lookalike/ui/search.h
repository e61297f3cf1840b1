/*
 * search.h: find images by path and groups by name, from the cursor on and round the end.
 *
 * A text is found anywhere in a path below the collection's folder, or in a group's name; letters
 * of ASCII are compared without case. In clusters a group is found by its name or by a face in it.
 *
 * Owns     the text is in struct app.
 * Threads  the interface thread.
 * Errors   shown with app_message().
 */
#ifndef LOOKALIKE_UI_SEARCH_H
#define LOOKALIKE_UI_SEARCH_H

#include "lookalike/ui/view.h"

/* Search, next, previous; true if the action was one of them. */
bool search_act(struct app *app, enum action action, int count);

/* The prompt for the text. */
void search_prompt_key(struct app *app, uint32_t key);
void search_prompt_draw(struct app *app, int row, int hints_row);

#endif
