/*
 * backlog.h: files that were found and wait to be read, first in, first out.
 *
 * The walk runs far ahead of the workers so that the totals are known; with a million
 * files waiting, memory matters. Neighbours share most of their path, so each entry
 * keeps only what differs from the one before it.
 *
 * Owns     struct backlog is the caller's: backlog_init()/backlog_done().
 * Threads  one thread.
 * Errors   none: no memory ends the program.
 */
#ifndef LOOKALIKE_SCAN_BACKLOG_H
#define LOOKALIKE_SCAN_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>

struct backlog {
	unsigned char *bytes;
	size_t head, tail, capacity;
	char *first, *last; /* paths last taken and last put */
	size_t first_len, last_len;
};

void backlog_init(struct backlog *b);
void backlog_done(struct backlog *b);

void backlog_put(struct backlog *b, const char *path);

/* The oldest path, valid until the next call; NULL when there is none. */
const char *backlog_take(struct backlog *b);

bool backlog_empty(const struct backlog *b);

#endif
