/*
 * The grid is what views draw into. It keeps one rule that everything after it relies on: a wide
 * character is either whole (a cell and an empty one to its right) or not there, so whatever
 * overwrites one half blanks the other. That is why all writing goes through cell_take().
 */
#include "lookalike/ui/grid.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/ui/picture.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static bool ascii_only;

void grid_set_ascii(bool ascii)
{
	ascii_only = ascii;
}

bool grid_is_ascii(void)
{
	return ascii_only;
}

void grid_init(struct grid *g, int rows, int cols)
{
	memset(g, 0, sizeof(*g));
	g->rows = rows > 0 ? rows : 0;
	g->cols = cols > 0 ? cols : 0;
	g->cells = memory_resize(NULL, (size_t)g->rows * (size_t)g->cols, sizeof(*g->cells));
	grid_clear(g);
}

void grid_done(struct grid *g)
{
	free(g->cells);
	memset(g, 0, sizeof(*g));
}

static const struct cell blank = {.ch = ' '};

void grid_clear(struct grid *g)
{
	size_t count = (size_t)g->rows * (size_t)g->cols;

	for (size_t i = 0; i < count; i++)
		g->cells[i] = blank;
	g->placement_count = 0;
}

struct cell *grid_cell(struct grid *g, int row, int col)
{
	if (row < 0 || col < 0 || row >= g->rows || col >= g->cols)
		return NULL;
	return &g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

/* The cell, to be overwritten; the other half of a wide character that was there is blanked. */
static struct cell *cell_take(struct grid *g, int row, int col)
{
	struct cell *cell = grid_cell(g, row, col);

	if (!cell)
		return NULL;
	if (cell->ch == 0 && col > 0) {
		cell[-1].ch = ' ';
		memset(cell[-1].marks, 0, sizeof(cell[-1].marks));
	}
	if (cell->ch != 0 && col + 1 < g->cols && cell[1].ch == 0)
		cell[1].ch = ' ';
	*cell = blank;
	return cell;
}

static struct rect rect_clip(const struct grid *g, struct rect rect)
{
	long end_row = (long)rect.row + rect.rows, end_col = (long)rect.col + rect.cols;

	if (end_row > g->rows)
		end_row = g->rows;
	if (end_col > g->cols)
		end_col = g->cols;
	if (rect.row < 0)
		rect.row = 0;
	if (rect.col < 0)
		rect.col = 0;
	rect.rows = end_row > rect.row ? (int)end_row - rect.row : 0;
	rect.cols = end_col > rect.col ? (int)end_col - rect.col : 0;
	return rect;
}

/*
 * The next character to show and its width in cells, 0 for a combining one. Bytes that are no
 * UTF-8 are taken one at a time.
 */
static const char *next_char(const char *text, uint32_t *ch, int *width)
{
	size_t len = utf8_decode(text, strnlen(text, 4), ch);

	if (len == 0) {
		*ch = '?';
		*width = 1;
		return text + 1;
	}
	*width = *ch < 0x80 ? (*ch >= ' ' && *ch != 0x7f ? 1 : -1) : wcwidth((wchar_t)*ch);
	if (ascii_only && *ch >= 0x80 && *width != 0)
		*width = -1;
	if (*width < 0 || *width > 2) {
		*ch = '?';
		*width = 1;
	}
	return text + len;
}

int grid_text_width(const char *text)
{
	int total = 0, width;
	uint32_t ch;

	while (*text) {
		text = next_char(text, &ch, &width);
		total += width;
	}
	return total;
}

static void put_mark(struct cell *cell, uint32_t mark)
{
	if (!cell || ascii_only)
		return;
	for (int i = 0; i < CELL_MARKS_MAX; i++) {
		if (cell->marks[i] == 0) {
			cell->marks[i] = mark;
			return;
		}
	}
}

static struct cell *put_char(struct grid *g, int row, int col, struct style style, uint32_t ch,
			     int width)
{
	struct cell *right = NULL, *cell;

	if (width == 2) {
		right = cell_take(g, row, col + 1);
		if (right)
			right->style = style;
	}
	cell = cell_take(g, row, col);
	if (!cell)
		return NULL;
	cell->ch = width == 2 && !right ? ' ' : ch;
	cell->style = style;
	if (right)
		right->ch = 0;
	return cell;
}

int grid_text(struct grid *g, int row, int col, int cols, struct style style, const char *text)
{
	int used = 0, limit = cols, room = g->cols - col, width;
	struct cell *last = NULL;
	bool cut = false;
	uint32_t ch;

	if (room < limit)
		limit = room;
	if (row < 0 || row >= g->rows || limit <= 0)
		return 0;
	if (grid_text_width(text) > limit) {
		cut = true;
		limit--;
	}
	while (*text) {
		text = next_char(text, &ch, &width);
		if (used + width > limit)
			break;
		if (width == 0) {
			put_mark(last, ch);
			continue;
		}
		last = put_char(g, row, col + used, style, ch, width);
		used += width;
	}
	if (cut) {
		put_char(g, row, col + used, style, ascii_only ? '~' : 0x2026, 1);
		used++;
	}
	return used;
}

/* The bytes of the first line of text that is cols wide: to a blank, or within a long word. */
static size_t line_bytes(const char *text, int cols)
{
	const char *at = text, *gap = NULL;
	int used = 0, width;
	uint32_t ch;

	while (*at) {
		const char *next = next_char(at, &ch, &width);

		if (ch == ' ')
			gap = at;
		used += width;
		if (used > cols && gap && gap > text)
			return (size_t)(gap - text);
		if (used > cols)
			return (size_t)((at > text ? at : next) - text);
		at = next;
	}
	return (size_t)(at - text);
}

int grid_paragraph(struct grid *g, struct rect rect, struct style style, const char *text)
{
	int rows = 0;

	if (rect.cols < 1)
		return 0;
	for (; *text && rows < rect.rows; rows++) {
		size_t len = line_bytes(text, rect.cols);
		char *line = text_format("%.*s", (int)len, text);

		if (g)
			grid_text(g, rect.row + rows, rect.col, rect.cols, style,
				  rows == rect.rows - 1 ? text : line);
		free(line);
		text += len;
		text += strspn(text, " ");
	}
	return rows;
}

int grid_printf(struct grid *g, int row, int col, int cols, struct style style, const char *fmt,
		...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return grid_text(g, row, col, cols, style, text);
}

void grid_fill(struct grid *g, struct rect rect, struct style style, uint32_t ch)
{
	rect = rect_clip(g, rect);
	for (int row = rect.row; row < rect.row + rect.rows; row++)
		for (int col = rect.col; col < rect.col + rect.cols; col++)
			put_char(g, row, col, style, ch, 1);
}

void grid_style(struct grid *g, struct rect rect, struct style style)
{
	rect = rect_clip(g, rect);
	for (int row = rect.row; row < rect.row + rect.rows; row++)
		for (int col = rect.col; col < rect.col + rect.cols; col++)
			grid_cell(g, row, col)->style = style;
}

static bool rects_touch(struct rect a, struct rect b)
{
	return a.row < b.row + b.rows && b.row < a.row + a.rows && a.col < b.col + b.cols &&
	       b.col < a.col + a.cols;
}

void grid_cut(struct grid *g, struct rect rect)
{
	int kept = 0;

	for (int i = 0; i < g->placement_count; i++)
		if (!rects_touch(g->placements[i].rect, rect))
			g->placements[kept++] = g->placements[i];
	g->placement_count = kept;
	grid_fill(g, rect, (struct style){0}, ' ');
}

static void copy_cells(struct grid *g, int row, int col, const struct picture *picture)
{
	for (int r = 0; r < picture->rows; r++) {
		for (int c = 0; c < picture->cols; c++) {
			struct cell *cell = cell_take(g, row + r, col + c);

			if (cell)
				*cell = picture->cells[r * picture->cols + c];
		}
	}
}

bool grid_picture(struct grid *g, int row, int col, const struct picture *picture)
{
	struct rect rect = {row, col, picture->rows, picture->cols};

	if (picture->cells) {
		copy_cells(g, row, col, picture);
		return true;
	}
	if (g->placement_count == GRID_PICTURES_MAX || row < 0 || col < 0 ||
	    row + picture->rows >= g->rows || col + picture->cols > g->cols)
		return false;
	grid_fill(g, rect, (struct style){0}, ' ');
	g->placements[g->placement_count++] = (struct placement){rect, picture};
	return true;
}

void grid_paste(struct grid *g, struct rect rect, const struct grid *from, int from_row)
{
	for (int r = 0; r < rect.rows && from_row + r < from->rows; r++) {
		for (int c = 0; c < rect.cols && c < from->cols; c++) {
			struct cell *cell = cell_take(g, rect.row + r, rect.col + c);

			if (cell)
				*cell = from->cells[(from_row + r) * from->cols + c];
		}
	}
}

static void write_char(uint32_t ch, FILE *out)
{
	char bytes[4];

	fwrite(bytes, 1, utf8_encode(ch, bytes), out);
}

void grid_write(const struct grid *g, FILE *out)
{
	for (int row = 0; row < g->rows; row++) {
		const struct cell *line = &g->cells[(size_t)row * (size_t)g->cols];
		int end = g->cols;

		while (end > 0 && line[end - 1].ch == ' ')
			end--;
		for (int col = 0; col < end; col++) {
			if (line[col].ch == 0)
				continue;
			write_char(line[col].ch, out);
			for (int i = 0; i < CELL_MARKS_MAX && line[col].marks[i]; i++)
				write_char(line[col].marks[i], out);
		}
		putc('\n', out);
	}
}
