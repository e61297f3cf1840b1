/*
 * progress.h: how far a command is, on stderr, in one line that is written over.
 *
 * A line is "WHAT: DONE of ALL", the rate and the time left, or "WHAT: k = N", and ends with a
 * carriage return: so a program that started the command can read it as well.
 *
 * Owns     nothing.
 * Threads  one.
 * Errors   none: what cannot be written is not.
 */
#ifndef LOOKALIKE_CLI_PROGRESS_H
#define LOOKALIKE_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool live; /* nothing is written otherwise */
	bool shown;
	const char *what;
	int64_t began_ms, shown_ms; /* of what; the last line */
};

/* `user` is the struct progress: for struct watch. */
void progress_tell(const char *what, int done, int of, void *user);

/* Take the line away, before anything else is written. */
void progress_end(struct progress *progress);

#endif
