/*
 * pen.h: bytes for a terminal, and in which style and where they leave it.
 *
 * Owns     pen_done() frees the bytes; a pen of zeros is empty.
 * Units    cells.
 * Threads  one thread.
 * Errors   none; no memory ends the program.
 */
#ifndef LOOKALIKE_UI_PEN_H
#define LOOKALIKE_UI_PEN_H

#include "lookalike/ui/frame.h"

struct pen {
	const struct frame_terminal *term;
	char *bytes;
	size_t len, capacity;
	struct style style;
	int row, col; /* of the cursor; row -1: not known */
};

/* Nothing is written yet, and the terminal writes plainly; without term, bytes only. */
void pen_begin(struct pen *pen, const struct frame_terminal *term);
void pen_done(struct pen *pen);

/* Take back all but the first len bytes, which moved and styled nothing. */
void pen_rewind(struct pen *pen, size_t len);

void pen_bytes(struct pen *pen, const char *bytes, size_t len);
void pen_text(struct pen *pen, const char *text);

void pen_move(struct pen *pen, int row, int col);

/* Only what is different is written. */
void pen_style(struct pen *pen, struct style style);

/* A character with its style and marks; the cursor is the caller's to count on. */
void pen_char(struct pen *pen, const struct cell *cell);

#endif
