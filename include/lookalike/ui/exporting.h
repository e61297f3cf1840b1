/*
 * exporting.h: the key that exports what is shown, and the prompt for format and file.
 *
 * The command does it: 'lookalike export' as a child, told the groups and the filter of the
 * moment. So the file is the one that the command writes, all or nothing, and the interface goes on
 * meanwhile. It ends with the program: with SIGTERM, which leaves nothing behind.
 *
 * Owns     the child and its pipe are in struct app, until exporting_done().
 * Threads  the interface thread, which is the main one: the child ends with it.
 * Errors   shown: the command's own line.
 */
#ifndef LOOKALIKE_UI_EXPORTING_H
#define LOOKALIKE_UI_EXPORTING_H

#include "lookalike/ui/view.h"

/* True if the action was the export's. */
bool exporting_act(struct app *app, enum action action);

/* Keys for the prompt, and for the question whether a file is to be written over. */
void exporting_prompt_key(struct app *app, uint32_t key);
void exporting_prompt_draw(struct app *app, int row, int hints_row);

/* What to poll while an export runs: what the child says, and its end; -1 when none does. */
int exporting_fd(const struct app *app);
void exporting_take(struct app *app);

/* What is being exported, on the status line; returns the cells it took. */
int exporting_draw(struct app *app, struct rect at);

/* Stop it; true when there was one. */
bool exporting_cancel(struct app *app);

/* Stop it, and wait. */
void exporting_done(struct app *app);

#endif
