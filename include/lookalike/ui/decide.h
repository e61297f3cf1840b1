/*
 * decide.h: keys → decisions on faces, and what is said when the store has answered.
 *
 * A decision is about the marked faces; without marks, in clusters about the group under the
 * cursor, else about the one face. The session changes when the store has acknowledged, so that
 * the screen never shows what could not be saved.
 *
 * Owns     what struct app holds of it.
 * Threads  the interface thread.
 * Errors   shown with app_message().
 */
#ifndef LOOKALIKE_UI_DECIDE_H
#define LOOKALIKE_UI_DECIDE_H

#include "lookalike/store/keeper.h"
#include "lookalike/ui/view.h"

/* Assign, set aside, merge, split, undo, redo, and the ways between groups. */
bool decide_act(struct app *app, enum action action, int count);

/* Put faces into the group of a name; or, where that is NULL, ask for one. */
struct face_list {
	struct session_face *const *faces;
	int count;
};
void decide_put(struct app *app, const struct face_list *lists, int count, const char *name);

/* Whether an action has to wait while a decision is with the store: it would mean other faces. */
bool decide_must_wait(enum action action);

/* The prompt for a group's name. */
void decide_prompt_key(struct app *app, uint32_t key);
void decide_prompt_draw(struct app *app, int row, int hints_row);

/* The store has answered, and session and groups are as it said. */
void decide_answered(struct app *app, const struct keeper_answer *answer);

#endif
