/*
 * script.h: keys from a file instead of a person, and the screens they end at, for tests.
 *
 * A line is a command: "keys NAME...", "wait-idle", "resize ROWS COLS", "save-screen FILE NAME";
 * the manual says what each does. It is known, and not guessed from silence, when the interface
 * is idle: all jobs and requests are counted until their results are taken, and at last
 * the terminal is asked a question, which it answers when it has read all before it.
 *
 * Owns     script_read()/script_free().
 * Threads  the interface thread.
 * Errors   ERR_USAGE with the line's number for a line that is no command; what fails later ends
 *          the interface, and script_failed() tells it.
 */
#ifndef LOOKALIKE_UI_SCRIPT_H
#define LOOKALIKE_UI_SCRIPT_H

#include "loop.h"

enum status script_read(const char *path, struct script **out, struct error *err);
void script_free(struct script *script);

/* The next key, or whatever is to be done now; at the script's end the interface ends. */
void script_step(struct loop *l);

/* How long until script_step() has something to do, if nothing happens before. */
int script_wait_ms(const struct loop *l);

/* The terminal has answered LINK_QUESTION; true if the script had asked. */
bool script_answered(struct loop *l);

enum status script_failed(const struct script *script, struct error *err);

#endif
