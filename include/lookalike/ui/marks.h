/*
 * marks.h: the faces that the person at the keyboard has marked for the next decision.
 *
 * A range that is being marked (v) reaches from where it began to the cursor of the faces view, and
 * counts as marked.
 *
 * Owns     the marks are in the session's faces, the range in struct app.
 * Threads  the interface thread.
 * Errors   shown with app_message().
 */
#ifndef LOOKALIKE_UI_MARKS_H
#define LOOKALIKE_UI_MARKS_H

#include "lookalike/ui/view.h"

/* Mark, range, all, none; Esc ends a range. True if the action was one of them. */
bool marks_act(struct app *app, enum action action, int count);

/* Whether the face at an index of the opened group is marked. */
bool marks_has(const struct app *app, int index);

int marks_count(struct app *app);
int marks_count_in(const struct app *app, const struct roster_entry *entry);

/* To be said whenever marks are set: there may be some, and they are to be counted. */
void marks_changed(struct app *app);

/* Make the range marks that stay. */
void marks_settle(struct app *app);
void marks_clear(struct app *app);

#endif
