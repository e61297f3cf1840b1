/*
 * Text first, then pictures one by one, because whatever is written into a cell erases the picture
 * there. The cells under a new picture are written just before it, so that on a slow line the old
 * content stays until its turn comes. A picture that replaces one of the very same place is
 * drawn over it, which does not flicker; any other change of place rewrites the old cells, as
 * terminals keep pictures as objects and would bring covered ones back.
 *
 * xterm has few such objects, and takes some from pictures that are seen (objects.h): before that
 * happens the screen is scrolled away once, which makes the old objects the first to be taken, and
 * painted anew. tmux keeps few as well, and frees one only when a cell of it is written.
 *
 * kitty keeps pictures by number, beside the text: each has to be deleted. A new one gets a
 * number that is free, and the old one of its place goes when it is there.
 */
#include "pen.h"

#include "lookalike/base/memory.h"
#include "lookalike/ui/objects.h"
#include "lookalike/ui/picture.h"

#include <stdlib.h>
#include <string.h>

/* kitty's graphics protocol: four digits, as a shorter number that a break leaves is none of ours.
 */
#define KITTY_FIRST  1001
#define KITTY_CHUNK  4096 /* characters of base64 in one control string */
#define KITTY_DELETE "\033_Ga=d,d=I,q=2,i=%d\033\\"

/* An unchanged stretch this long is cheaper rewritten than jumped over. */
#define GAP_MAX 4

enum cell_flag {
	CELL_PICTURE = 1, /* a picture lies here, or will */
	CELL_WRITTEN = 2,
};

/* No character: what is on the screen there has to be written anew. */
#define UNKNOWN_CHAR UINT32_MAX

struct shown {
	uint64_t id; /* 0: a part of one, or covered */
	struct rect rect;
	int image;     /* kitty's number for it; 0: a sixel */
	uint64_t send; /* the sixel's */
};

struct frame {
	bool known;
	int rows, cols;
	struct cell *cells;
	uint8_t *flags; /* enum cell_flag, or-ed */
	struct shown shown[GRID_PICTURES_MAX];
	int shown_count;
	struct shown sent; /* the last picture */
	int replaced;      /* kitty's number for the one before it in its place, or 0 */
	bool kitty;        /* has had pictures */
	struct objects objects;
	struct pen pen;
};

/* What is being composed. */
struct composition {
	struct frame *f;
	const struct frame_terminal *term;
	const struct grid *grid;
};

struct frame *frame_new(void)
{
	return memory_new(sizeof(struct frame));
}

void frame_free(struct frame *f)
{
	if (!f)
		return;
	free(f->cells);
	free(f->flags);
	pen_done(&f->pen);
	free(f);
}

void frame_invalidate(struct frame *f)
{
	f->known = false;
}

static bool is_rgb(uint32_t color)
{
	return color >> 24 == COLOR_RGB(0, 0, 0) >> 24;
}

void frame_recolor(struct frame *f)
{
	for (int i = 0; i < f->rows * f->cols; i++)
		if (is_rgb(f->cells[i].style.fg) || is_rgb(f->cells[i].style.bg))
			f->cells[i].ch = UNKNOWN_CHAR;
}

static size_t cell_at(const struct frame *f, int row, int col)
{
	return (size_t)row * (size_t)f->cols + (size_t)col;
}

static void put_kitty_delete(struct frame *f, int image)
{
	char bytes[64];

	if (image)
		pen_bytes(&f->pen, bytes,
			  (size_t)snprintf(bytes, sizeof(bytes), KITTY_DELETE, image));
}

static int char_width(const struct cell *cells, int col, int cols)
{
	return col + 1 < cols && cells[col].ch != 0 && cells[col + 1].ch == 0 ? 2 : 1;
}

static bool style_equal(const struct style *a, const struct style *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attrs == b->attrs;
}

static bool cell_equal(const struct cell *a, const struct cell *b)
{
	return a->ch == b->ch && memcmp(a->marks, b->marks, sizeof(a->marks)) == 0 &&
	       style_equal(&a->style, &b->style);
}

/* Put the cursor on a cell, by writing what lies between if that is little and harmless. */
static void reach(struct composition *c, int row, int col)
{
	struct frame *f = c->f;
	size_t line = cell_at(f, row, 0);

	if (f->pen.row == row && f->pen.col <= col && col - f->pen.col <= GAP_MAX) {
		int at = f->pen.col;

		while (at < col && f->flags[line + (size_t)at] == 0 &&
		       style_equal(&c->grid->cells[line + (size_t)at].style,
				   &c->grid->cells[line + (size_t)col].style))
			at++;
		if (at == col) {
			for (at = f->pen.col; at < col; at++)
				if (c->grid->cells[line + (size_t)at].ch != 0)
					pen_char(&f->pen, &c->grid->cells[line + (size_t)at]);
			f->pen.col = col;
			return;
		}
	}
	pen_move(&f->pen, row, col);
}

static void write_char(struct composition *c, int row, int col, int width)
{
	struct frame *f = c->f;
	size_t at = cell_at(f, row, col);
	bool dirty = false;

	for (int i = 0; i < width; i++) {
		size_t cell = at + (size_t)i;

		if (!cell_equal(&f->cells[cell], &c->grid->cells[cell]))
			dirty = true;
	}
	if (!dirty)
		return;
	for (int i = 0; i < width; i++) {
		size_t cell = at + (size_t)i;

		f->cells[cell] = c->grid->cells[cell];
		f->flags[cell] |= CELL_WRITTEN;
	}
	if (c->term->last_cell_scrolls && row == f->rows - 1 && col + width == f->cols)
		return;
	reach(c, row, col);
	pen_char(&f->pen, &c->grid->cells[at]);
	f->pen.col += width;
	if (f->pen.col >= f->cols)
		f->pen.row = -1; /* some terminals have wrapped now, others will */
}

/* Words would stand where a picture will come until it does. Its own preview in blocks may. */
static bool is_words(struct cell cell)
{
	bool block = cell.ch >= 0x2580 && cell.ch <= 0x259f;

	return cell.ch != ' ' && cell.ch != UNKNOWN_CHAR && !block;
}

/*
 * Write what changed in the rect; without over_pictures, what lies under pictures that are still to
 * be sent is left, but for words.
 */
static void write_cells(struct composition *c, struct rect rect, bool over_pictures)
{
	struct frame *f = c->f;
	size_t bytes = (size_t)rect.cols * sizeof(struct cell);

	for (int row = rect.row; row < rect.row + rect.rows; row++) {
		const struct cell *wanted = &c->grid->cells[cell_at(f, row, 0)];
		const struct cell *shown = &f->cells[cell_at(f, row, 0)];
		const uint8_t *flags = &f->flags[cell_at(f, row, 0)];
		int width;

		/* Most lines are as they were, and this is the fastest way to see it. */
		if (!memcmp(wanted + rect.col, shown + rect.col, bytes))
			continue;
		for (int col = rect.col; col < rect.col + rect.cols; col += width) {
			width = char_width(wanted, col, f->cols);
			if (over_pictures || !(flags[col] & CELL_PICTURE) || is_words(shown[col]))
				write_char(c, row, col, width);
		}
	}
}

static void flag_cells(struct frame *f, struct rect rect, enum cell_flag flag)
{
	for (int row = rect.row; row < rect.row + rect.rows; row++)
		for (int col = rect.col; col < rect.col + rect.cols; col++)
			f->flags[cell_at(f, row, col)] |= (uint8_t)flag;
}

static void forget_cells(struct frame *f, struct rect rect)
{
	for (int row = rect.row; row < rect.row + rect.rows; row++)
		for (int col = rect.col; col < rect.col + rect.cols; col++)
			f->cells[cell_at(f, row, col)].ch = UNKNOWN_CHAR;
}

static bool any_written(const struct frame *f, struct rect rect)
{
	for (int row = rect.row; row < rect.row + rect.rows; row++)
		for (int col = rect.col; col < rect.col + rect.cols; col++)
			if (f->flags[cell_at(f, row, col)] & CELL_WRITTEN)
				return true;
	return false;
}

static bool rect_equal(struct rect a, struct rect b)
{
	return a.row == b.row && a.col == b.col && a.rows == b.rows && a.cols == b.cols;
}

static struct shown *find_shown(struct frame *f, struct rect rect)
{
	for (int i = 0; i < f->shown_count; i++)
		if (rect_equal(f->shown[i].rect, rect))
			return &f->shown[i];
	return NULL;
}

static const struct placement *find_placement(const struct grid *grid, struct rect rect)
{
	for (int i = 0; i < grid->placement_count; i++)
		if (rect_equal(grid->placements[i].rect, rect))
			return &grid->placements[i];
	return NULL;
}

/* The picture that is there and is to stay. */
static bool stays(struct composition *c, uint64_t send)
{
	for (int i = 0; i < c->f->shown_count; i++) {
		const struct shown *shown = &c->f->shown[i];
		const struct placement *p = find_placement(c->grid, shown->rect);

		if (shown->send == send && p && shown->id == p->picture->id)
			return true;
	}
	return false;
}

/* Whether the sixels to be sent take no object of one that is seen. */
static bool objects_suffice(struct composition *c)
{
	struct objects trial = c->f->objects;

	for (int i = 0; i < c->grid->placement_count && !c->term->tmux; i++) {
		const struct placement *p = &c->grid->placements[i];
		const struct shown *shown = find_shown(c->f, p->rect);
		uint64_t lost = objects_loss(&trial);

		if (!p->picture->sixel || (shown && shown->id == p->picture->id))
			continue;
		if (lost > c->f->objects.sends || (lost && stays(c, lost)))
			return false;
		objects_take(&trial, p->rect.row);
	}
	return true;
}

static bool has_sixel(const struct grid *grid)
{
	for (int i = 0; i < grid->placement_count; i++)
		if (grid->placements[i].picture->sixel)
			return true;
	return false;
}

/* An empty screen of the grid's size, and a frame that knows it. */
static void wipe(struct composition *c)
{
	struct frame *f = c->f;
	size_t count = (size_t)c->grid->rows * (size_t)c->grid->cols;

	if (f->rows != c->grid->rows || f->cols != c->grid->cols) {
		f->cells = memory_resize(f->cells, count, sizeof(*f->cells));
		f->flags = memory_resize(f->flags, count, 1);
		f->rows = c->grid->rows;
		f->cols = c->grid->cols;
	}
	for (size_t i = 0; i < count; i++)
		f->cells[i] = (struct cell){.ch = ' '};
	pen_text(&f->pen, "\033[m");
	if (f->kitty)
		pen_text(&f->pen, FRAME_KITTY_END);
	if (f->objects.count > 0 || has_sixel(c->grid)) {
		pen_move(&f->pen, f->rows - 1, 0);
		for (int i = 0; i < f->rows; i++)
			pen_text(&f->pen, "\n");
		objects_scroll(&f->objects, f->rows);
	}
	pen_text(&f->pen, c->term->clear);
	f->shown_count = 0;
	f->known = true;
}

/* Pictures that go leave cells to be written. */
static void plan(struct composition *c)
{
	struct frame *f = c->f;
	int kept = 0;

	if (!f->known || f->rows != c->grid->rows || f->cols != c->grid->cols)
		wipe(c);
	if (f->rows > 0)
		memset(f->flags, 0, (size_t)f->rows * (size_t)f->cols);
	for (int i = 0; i < f->shown_count; i++) {
		if (find_placement(c->grid, f->shown[i].rect)) {
			f->shown[kept++] = f->shown[i];
			continue;
		}
		put_kitty_delete(f, f->shown[i].image);
		forget_cells(f, f->shown[i].rect);
	}
	f->shown_count = kept;
	for (int i = 0; i < c->grid->placement_count; i++)
		flag_cells(f, c->grid->placements[i].rect, CELL_PICTURE);
}

/* A picture that stays, and under which something was written, is there no more. */
static void look_under(struct composition *c)
{
	for (int i = 0; i < c->f->shown_count; i++) {
		struct shown *shown = &c->f->shown[i];
		const struct placement *p = find_placement(c->grid, shown->rect);

		if (shown->id != p->picture->id)
			continue;
		write_cells(c, shown->rect, true);
		if (any_written(c->f, shown->rect))
			shown->id = 0;
	}
}

static void compose(struct composition *c)
{
	plan(c);
	write_cells(c, (struct rect){0, 0, c->grid->rows, c->grid->cols}, false);
	look_under(c);
}

const char *frame_compose(struct frame *f, const struct frame_terminal *term,
			  const struct grid *grid, size_t *len)
{
	static const char sync[] = "\033[?2026h", end[] = "\033[?2026l";
	struct composition c = {.f = f, .term = term, .grid = grid};
	size_t start;

	pen_begin(&f->pen, term);
	if (term->synchronized)
		pen_text(&f->pen, sync);
	start = f->pen.len;
	compose(&c);
	if (!objects_suffice(&c)) {
		pen_rewind(&f->pen, start);
		f->known = false;
		compose(&c);
	}
	pen_style(&f->pen, (struct style){0});
	if (f->pen.len == start)
		f->pen.len = 0;
	else if (term->synchronized)
		pen_text(&f->pen, end);
	*len = f->pen.len;
	return f->pen.bytes;
}

/* The first placement whose picture is not on the screen; NULL when all are. */
static const struct placement *find_due(struct frame *f, const struct grid *grid)
{
	for (int i = 0; i < grid->placement_count; i++) {
		const struct placement *p = &grid->placements[i];
		const struct shown *shown = find_shown(f, p->rect);

		if (!shown || shown->id != p->picture->id)
			return p;
	}
	return NULL;
}

bool frame_has_picture(struct frame *f, const struct grid *grid)
{
	return f->known && find_due(f, grid);
}

bool frame_wants_picture(const struct frame *f, const struct grid *grid)
{
	const struct placement *p = find_placement(grid, f->sent.rect);

	return f->known && p && p->picture->id == f->sent.id;
}

static int free_number(const struct frame *f)
{
	int number = KITTY_FIRST;

	for (int i = 0; i < f->shown_count; i++) {
		if (f->shown[i].image == number) {
			number++;
			i = -1;
		}
	}
	return number;
}

/* Sent whole and shown, in chunks; quietly, or its answers would come as keys. */
static void put_kitty(struct frame *f, const struct picture *p, int image)
{
	char head[160];

	snprintf(head, sizeof(head), "q=2,a=T,i=%d,f=100,c=%d,r=%d,C=1,", image, p->cols, p->rows);
	for (size_t at = 0; at < p->png64_len; at += KITTY_CHUNK) {
		size_t left = p->png64_len - at;

		pen_text(&f->pen, "\033_G");
		pen_text(&f->pen, at == 0 ? head : "q=2,");
		pen_text(&f->pen, left > KITTY_CHUNK ? "m=1;" : "m=0;");
		pen_bytes(&f->pen, p->png64 + at, left > KITTY_CHUNK ? KITTY_CHUNK : left);
		pen_text(&f->pen, "\033\\");
	}
	f->kitty = true;
}

const char *frame_picture(struct frame *f, const struct frame_terminal *term,
			  const struct grid *grid, size_t *len, size_t *head)
{
	struct composition c = {.f = f, .term = term, .grid = grid};
	const struct placement *p = f->known ? find_due(f, grid) : NULL;
	struct shown *shown;

	if (!p)
		return NULL;
	pen_begin(&f->pen, term);
	shown = find_shown(f, p->rect);
	if (shown && term->tmux)
		forget_cells(f, p->rect);
	write_cells(&c, p->rect, true);
	pen_style(&f->pen, (struct style){0});
	pen_text(&f->pen, "\0337\033[m");
	pen_move(&f->pen, p->rect.row, p->rect.col);
	*head = f->pen.len;
	f->replaced = shown ? shown->image : 0;
	f->sent = (struct shown){.id = p->picture->id, .rect = p->rect};
	if (p->picture->sixel) {
		pen_bytes(&f->pen, p->picture->sixel, p->picture->sixel_len);
		if (!term->tmux)
			f->sent.send = objects_take(&f->objects, p->rect.row);
	} else {
		f->sent.image = free_number(f);
		put_kitty(f, p->picture, f->sent.image);
	}
	put_kitty_delete(f, f->replaced);
	pen_text(&f->pen, FRAME_AFTER_PICTURE);
	if (!shown)
		shown = &f->shown[f->shown_count++];
	*shown = f->sent;
	*len = f->pen.len;
	return f->pen.bytes;
}

const char *frame_picture_broken(struct frame *f, size_t *len)
{
	struct shown *shown = find_shown(f, f->sent.rect);

	pen_begin(&f->pen, NULL);
	if (f->sent.image) {
		/* An end before its time is an error, after which the next one is not its rest. */
		pen_text(&f->pen, FRAME_KITTY_ABORT);
		put_kitty_delete(f, f->sent.image);
	}
	pen_text(&f->pen, FRAME_AFTER_PICTURE);
	if (shown) {
		shown->id = 0;
		shown->image = f->replaced;
	}
	*len = f->pen.len;
	return f->pen.bytes;
}
