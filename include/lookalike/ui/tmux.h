/*
 * tmux.h: whether the terminal around tmux has sixel.
 *
 * tmux (3.4 and later, built with sixel) says that it has, whatever terminal it is shown in, and
 * draws boxes of text there when that has not. Its own command tells.
 *
 * Owns     tmux_ask_new(): tmux_ask_take() frees it.
 * Threads  tmux_outer_sixel() from any thread: it waits for the command, for at most two seconds.
 * Errors   OUTER_UNKNOWN.
 */
#ifndef LOOKALIKE_UI_TMUX_H
#define LOOKALIKE_UI_TMUX_H

#include "lookalike/base/worker.h"
#include "lookalike/ui/probe.h"

#define JOB_TMUX 360

enum outer_sixel tmux_outer_sixel(void);

/* The same as a job for a worker, and what came of it. */
struct job *tmux_ask_new(void);
enum outer_sixel tmux_ask_take(struct job *job);

#endif
