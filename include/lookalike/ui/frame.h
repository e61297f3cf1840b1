/*
 * frame.h: two grids → the bytes that turn the one on the screen into the other.
 *
 * The part of tty.c that needs no terminal. Only cells that differ are written; nothing is
 * ever erased, inserted or scrolled, save for one wipe of the whole screen when its contents
 * are not known.
 *
 * Owns     frame_new()/frame_free(). The bytes stay valid until the next call.
 * Units    cells.
 * Threads  one thread.
 * Errors   none; no memory ends the program.
 */
#ifndef LOOKALIKE_UI_FRAME_H
#define LOOKALIKE_UI_FRAME_H

#include "lookalike/ui/grid.h"

#include <stdbool.h>
#include <stddef.h>

struct frame;

struct frame_terminal {
	int colors; /* 0: none */
	bool direct_color;
	bool synchronized; /* mode 2026 */
	bool tmux; /* keeps a sixel until something is written over it, others over it as well */
	bool last_cell_scrolls; /* writing the bottom right cell would scroll */
	const char *clear;
	/* Writes the sequence that moves the cursor and returns its length. */
	size_t (*move)(char *out, size_t size, int row, int col);
};

struct frame *frame_new(void);
void frame_free(struct frame *f);

/* Forget what is on the screen. */
void frame_invalidate(struct frame *f);

/* Colours are reduced in another way now: what has 24-bit ones is to be written anew. */
void frame_recolor(struct frame *f);

/* The bytes to send, without new pictures; *len is 0 when nothing changed. */
const char *frame_compose(struct frame *f, const struct frame_terminal *term,
			  const struct grid *grid, size_t *len);

/*
 * The next picture of the grid that was composed last, or NULL when all are sent. Of *len bytes,
 * the first *head come before its control string, FRAME_AFTER_PICTURE after it.
 */
const char *frame_picture(struct frame *f, const struct frame_terminal *term,
			  const struct grid *grid, size_t *len, size_t *head);

bool frame_has_picture(struct frame *f, const struct grid *grid);

/* Whether the last one it returned is in the grid still. */
bool frame_wants_picture(const struct frame *f, const struct grid *grid);

#define FRAME_AFTER_PICTURE "\0338" /* the cursor is where it was */

/*
 * It was not sent to its end: it has to be sent again, or taken away. Returns what to send
 * now, behind the end of the control string (ST) if it was broken off within one.
 */
const char *frame_picture_broken(struct frame *f, size_t *len);

/* kitty's graphics protocol: give up a picture that is half sent; and delete all there are. */
#define FRAME_KITTY_ABORT "\033_Gm=0,q=2;\033\\"
#define FRAME_KITTY_END   FRAME_KITTY_ABORT "\033_Ga=d,d=A,q=2\033\\"

#endif
