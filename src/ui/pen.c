/* What a terminal is told about text; see pen.h. */
#include "pen.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/ui/color.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void pen_begin(struct pen *pen, const struct frame_terminal *term)
{
	pen->term = term;
	pen_rewind(pen, 0);
}

void pen_rewind(struct pen *pen, size_t len)
{
	pen->len = len;
	pen->style = (struct style){0};
	pen->row = -1;
}

void pen_done(struct pen *pen)
{
	free(pen->bytes);
	pen->bytes = NULL;
}

void pen_bytes(struct pen *pen, const char *bytes, size_t len)
{
	if (pen->len + len > pen->capacity) {
		pen->capacity = (pen->len + len) * 2;
		pen->bytes = memory_resize(pen->bytes, pen->capacity, 1);
	}
	memcpy(pen->bytes + pen->len, bytes, len);
	pen->len += len;
}

void pen_text(struct pen *pen, const char *text)
{
	pen_bytes(pen, text, strlen(text));
}

void pen_move(struct pen *pen, int row, int col)
{
	char bytes[64];

	pen_bytes(pen, bytes, pen->term->move(bytes, sizeof(bytes), row, col));
	pen->row = row;
	pen->col = col;
}

/* base is 30 for the foreground, 40 for the background. */
static int format_color(char *out, size_t size, int base, uint32_t color)
{
	unsigned index = color & 0xff;

	if (color == COLOR_TERMINAL)
		return snprintf(out, size, ";%d", base + 9);
	if (color >= COLOR_RGB(0, 0, 0))
		return snprintf(out, size, ";%d;2;%u;%u;%u", base + 8, (color >> 16) & 0xff,
				(color >> 8) & 0xff, index);
	if (index < 8)
		return snprintf(out, size, ";%d", base + (int)index);
	if (index < 16)
		return snprintf(out, size, ";%d", base + 60 + (int)index - 8);
	return snprintf(out, size, ";%d;5;%u", base + 8, index);
}

static int format_attributes(char *out, size_t size, uint32_t attrs)
{
	return snprintf(out, size, ";0%s%s%s%s", attrs & ATTR_BOLD ? ";1" : "",
			attrs & ATTR_DIM ? ";2" : "", attrs & ATTR_UNDERLINE ? ";4" : "",
			attrs & ATTR_REVERSE ? ";7" : "");
}

void pen_style(struct pen *pen, struct style style)
{
	struct style *now = &pen->style;
	char codes[96];
	int len = 0;

	style.fg = color_reduce(style.fg, pen->term->colors, pen->term->direct_color);
	style.bg = color_reduce(style.bg, pen->term->colors, pen->term->direct_color);
	if (style.attrs != now->attrs) {
		len += format_attributes(codes, sizeof(codes), style.attrs);
		*now = (struct style){.attrs = style.attrs};
	}
	if (style.fg != now->fg)
		len += format_color(codes + len, sizeof(codes) - (size_t)len, 30, style.fg);
	if (style.bg != now->bg)
		len += format_color(codes + len, sizeof(codes) - (size_t)len, 40, style.bg);
	*now = style;
	if (len == 0)
		return;
	pen_text(pen, "\033[");
	pen_bytes(pen, codes + 1, (size_t)len - 1);
	pen_text(pen, "m");
}

void pen_char(struct pen *pen, const struct cell *cell)
{
	char bytes[4];

	pen_style(pen, cell->style);
	pen_bytes(pen, bytes, utf8_encode(cell->ch ? cell->ch : ' ', bytes));
	for (int i = 0; i < CELL_MARKS_MAX && cell->marks[i]; i++)
		pen_bytes(pen, bytes, utf8_encode(cell->marks[i], bytes));
}
