/*
 * Pieces in a list, the newest first; what is left of one is given up for the next. The first is
 * small, for the many collections that are: a piece is as large as all before it together.
 */
#include "lookalike/base/arena.h"

#include "lookalike/base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define FIRST_BYTES ((size_t)64 << 10)
#define HUGE_BYTES  ((size_t)2 << 20)
#define MOST_BYTES  ((size_t)16 << 20)
#define ALIGN       _Alignof(max_align_t)

struct arena_piece {
	struct arena_piece *next;
	size_t size;
	max_align_t bytes[];
};

void arena_init(struct arena *arena)
{
	memset(arena, 0, sizeof(*arena));
}

void arena_done(struct arena *arena)
{
	struct arena_piece *piece = arena->pieces, *next;

	for (; piece; piece = next) {
		next = piece->next;
		munmap(piece, piece->size);
	}
	arena_init(arena);
}

static void add_piece(struct arena *arena, size_t need)
{
	size_t size = arena->pieces ? 2 * arena->pieces->size : FIRST_BYTES;
	struct arena_piece *piece;

	if (size > MOST_BYTES)
		size = MOST_BYTES;
	if (size < need + sizeof(*piece))
		size = need + sizeof(*piece);
	piece = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (piece == MAP_FAILED)
		memory_out();
	if (size >= HUGE_BYTES)
		madvise(piece, size, MADV_HUGEPAGE);
	piece->next = arena->pieces;
	piece->size = size;
	arena->pieces = piece;
	arena->free = (char *)piece->bytes;
	arena->left = size - sizeof(*piece);
}

void *arena_take(struct arena *arena, size_t size)
{
	void *taken;

	size = size ? (size + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
	if (size > arena->left)
		add_piece(arena, size);
	taken = arena->free;
	arena->free += size;
	arena->left -= size;
	return taken;
}
