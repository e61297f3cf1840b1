/*
 * objects.h: the sixels that xterm remembers, for when its window was covered.
 *
 * It has sixteen objects, takes one for each sixel that it is sent, frees none, and when it needs
 * another takes the one highest on the screen, seen or not (379, measured).
 *
 * Owns     nothing.
 * Units    rows of cells.
 * Threads  one thread.
 * Errors   none.
 */
#ifndef LOOKALIKE_UI_OBJECTS_H
#define LOOKALIKE_UI_OBJECTS_H

#include <stdint.h>

#define OBJECTS_MAX 16

struct object {
	int row;
	uint64_t send; /* which sixel it is, from 1 */
};

struct objects {
	struct object list[OBJECTS_MAX];
	int count;
	uint64_t sends;
};

/* Which sixel the next one takes its object from; 0 for none. */
uint64_t objects_loss(const struct objects *objects);

/* A sixel was sent; its number. */
uint64_t objects_take(struct objects *objects, int row);

/* The screen was scrolled up. */
void objects_scroll(struct objects *objects, int rows);

#endif
