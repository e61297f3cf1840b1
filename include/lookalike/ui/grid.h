/*
 * grid.h: the screen as cells, before any terminal is involved.
 *
 * Views draw into a grid; tty.c sends what changed to the terminal, and a test
 * or a report can write it as plain text. Pictures (sixel) lie over cells: a
 * picture's cells are blank in the grid.
 *
 * Owns     grid_init()/grid_done() for the cells. Placements borrow pictures,
 *          which must live until the next grid is presented.
 * Units    rows and columns in cells, from 0 at the top left.
 * Threads  one thread.
 * Errors   none: drawing outside is clipped; no memory ends the program.
 */
#ifndef LOOKALIKE_UI_GRID_H
#define LOOKALIKE_UI_GRID_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct picture;

/* A colour: the terminal's own, one of its 256, or 24 bits. */
#define COLOR_TERMINAL 0u
#define COLOR_INDEX(i) (0x01000000u | (uint32_t)(i))
/*
 * One of the 256 for text on the terminal's own background, whatever that is: where there are fewer
 * colours, none of which can be read on black and on white, it is the terminal's.
 */
#define COLOR_TEXT(i)      (0x03000000u | (uint32_t)(i))
#define COLOR_RGB(r, g, b) (0x02000000u | (uint32_t)(r) << 16 | (uint32_t)(g) << 8 | (uint32_t)(b))

enum attribute {
	ATTR_BOLD = 1,
	ATTR_DIM = 2,
	ATTR_UNDERLINE = 4,
	ATTR_REVERSE = 8,
};

struct style {
	uint32_t fg, bg; /* colours as above */
	uint32_t attrs;  /* enum attribute, or-ed */
};

#define CELL_MARKS_MAX 2

struct cell {
	uint32_t ch; /* code point; ' ' when empty, 0 in the right half of a wide one */
	uint32_t marks[CELL_MARKS_MAX]; /* combining characters, 0 when none */
	struct style style;
};

struct rect {
	int row, col, rows, cols;
};

#define GRID_PICTURES_MAX 15

struct placement {
	struct rect rect; /* at least as large as the picture */
	const struct picture *picture;
};

struct grid {
	int rows, cols;
	struct cell *cells;
	struct placement placements[GRID_PICTURES_MAX];
	int placement_count;
};

void grid_init(struct grid *g, int rows, int cols);
void grid_done(struct grid *g);

/* All cells blank, no pictures. */
void grid_clear(struct grid *g);

struct cell *grid_cell(struct grid *g, int row, int col); /* NULL outside */

/*
 * Draw UTF-8 text, at most cols cells wide, and return the cells used. Text that
 * does not fit ends in "…" ("~" when the grid is to be pure ASCII). The text must
 * have passed quote_bytes() if it came from a file; what is not printable becomes '?'.
 */
int grid_text(struct grid *g, int row, int col, int cols, struct style style, const char *text);

int grid_printf(struct grid *g, int row, int col, int cols, struct style style, const char *fmt,
		...) __attribute__((format(printf, 6, 7)));

/*
 * Draw text in as many of the rect's rows as it takes, broken at blanks, and return those that it
 * takes; what does not fit ends in "…". A grid that is NULL only counts.
 */
int grid_paragraph(struct grid *g, struct rect rect, struct style style, const char *text);

/* Width of a UTF-8 text in cells. */
int grid_text_width(const char *text);

void grid_fill(struct grid *g, struct rect rect, struct style style, uint32_t ch);

/* Change the style of cells and leave their characters. */
void grid_style(struct grid *g, struct rect rect, struct style style);

/* Blank the rect and drop every placement that touches it: for what is drawn over a view. */
void grid_cut(struct grid *g, struct rect rect);

/*
 * Place a picture. One of cells is copied into the grid; one of pixels is
 * listed, and false returned when there are too many already or it would
 * touch the last row or stick out (terminals scroll there).
 */
bool grid_picture(struct grid *g, int row, int col, const struct picture *picture);

/* The cells of another grid, from a row of it on and from its left edge, into the rect. */
void grid_paste(struct grid *g, struct rect rect, const struct grid *from, int from_row);

/* The cells as UTF-8 lines without trailing blanks, for reports and tests. */
void grid_write(const struct grid *g, FILE *out);

/* Whether text may use characters outside ASCII; true until set. */
void grid_set_ascii(bool ascii);
bool grid_is_ascii(void);

#endif
