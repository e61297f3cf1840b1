/*
 * suggesting.h: the queue of suggestions at the keyboard: s opens it, y n l answer.
 *
 * The search runs on a worker, anew after everything that changes groups or decisions; until it is
 * back the questions that still stand stay.
 *
 * Owns     what struct app holds of it; suggesting_done() frees that.
 * Threads  the interface thread.
 * Errors   shown with app_message().
 */
#ifndef LOOKALIKE_UI_SUGGESTING_H
#define LOOKALIKE_UI_SUGGESTING_H

#include "lookalike/store/keeper.h"
#include "lookalike/ui/view.h"

/* s anywhere; in the queue all that decides or moves. */
bool suggesting_act(struct app *app, enum action action, int count);

/* Bring questions up to date with groups and decisions; part of app_refresh(). */
void suggesting_follow(struct app *app);

/* A finished search, taken. */
void suggesting_take(struct app *app, struct suggest_search *search);

/* The store has answered, and session and groups are as it said. */
void suggesting_answered(struct app *app, const struct keeper_answer *answer);

/* Stop the search that the queue waits for; true when there is one. */
bool suggesting_cancel(struct app *app);

void suggesting_done(struct app *app);

#endif
