/*
 * arena.h: memory for many small things that live as long as their owner.
 *
 * What is taken lies side by side in large pieces, which the kernel can give as huge pages: a
 * collection of 100,000 images is loaded in two thirds of the time: the rest went into page faults.
 *
 * Owns     arena_init()/arena_done(): everything that was taken goes at once.
 * Units    bytes; what is taken is zeroed, and aligned for any type.
 * Threads  one thread at a time.
 * Errors   no memory ends the program, as in memory.h.
 */
#ifndef LOOKALIKE_BASE_ARENA_H
#define LOOKALIKE_BASE_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_piece *pieces;
	char *free;
	size_t left;
};

void arena_init(struct arena *arena);
void arena_done(struct arena *arena);
void *arena_take(struct arena *arena, size_t size);

#endif
