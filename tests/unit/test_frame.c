/*
 * The bytes of a frame, played back on a small screen model that keeps characters and pictures as
 * terminals do: text erases the picture in its cells, pictures stay until then.
 */
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/base/rng.h"
#include "lookalike/ui/frame.h"
#include "lookalike/ui/picture.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS 12
#define COLS 20

/* A picture's sixel names its id and its size in cells instead of pixels. */
struct screen {
	uint32_t ch[ROWS][COLS];
	uint64_t picture[ROWS][COLS]; /* id, 0 for none */
	int row, col, saved_row, saved_col;
	int pictures_drawn;
	size_t bytes;
};

static size_t move_ansi(char *out, size_t size, int row, int col)
{
	return (size_t)snprintf(out, size, "\033[%d;%dH", row + 1, col + 1);
}

static struct frame_terminal terminal = {
	.colors = 256,
	.clear = "\033[H\033[2J",
	.move = move_ansi,
};

static void play_picture(struct screen *s, const char *p)
{
	unsigned long id;
	int rows, cols;

	assert_int_equal(sscanf(p, "\033Pq%lu;%d;%d", &id, &rows, &cols), 3);
	for (int r = s->row; r < s->row + rows; r++)
		for (int c = s->col; c < s->col + cols; c++)
			s->picture[r][c] = id;
	s->pictures_drawn++;
}

static const char *play_csi(struct screen *s, const char *p)
{
	const char *end = p + 2 + strspn(p + 2, "0123456789;?");
	int row, col;

	switch (*end) {
	case 'H':
		row = col = 1;
		sscanf(p, "\033[%d;%dH", &row, &col);
		s->row = row - 1;
		s->col = col - 1;
		break;
	case 'J':
		for (int i = 0; i < ROWS * COLS; i++) {
			s->ch[i / COLS][i % COLS] = ' ';
			s->picture[i / COLS][i % COLS] = 0;
		}
		break;
	default:
		assert_int_equal(*end, 'm');
	}
	return end + 1;
}

static const char *play_text(struct screen *s, const char *p, const char *end)
{
	uint32_t ch;
	size_t len = utf8_decode(p, (size_t)(end - p), &ch);

	assert_true(len > 0);
	assert_in_range(s->row, 0, ROWS - 1);
	assert_in_range(s->col, 0, COLS - 1);
	s->ch[s->row][s->col] = ch;
	s->picture[s->row][s->col++] = 0;
	return p + len;
}

static void play(struct screen *s, const char *p, size_t len)
{
	const char *end = p + len;

	s->bytes = len;
	while (p < end) {
		if (*p == '\n') {
			p++;
		} else if (strncmp(p, "\0337", 2) == 0) {
			s->saved_row = s->row;
			s->saved_col = s->col;
			p += 2;
		} else if (strncmp(p, "\0338", 2) == 0) {
			s->row = s->saved_row;
			s->col = s->saved_col;
			p += 2;
		} else if (strncmp(p, "\033P", 2) == 0) {
			play_picture(s, p);
			p = strstr(p, "\033\\") + 2;
		} else if (strncmp(p, "\033[", 2) == 0) {
			p = play_csi(s, p);
		} else {
			p = play_text(s, p, end);
		}
	}
}

static void assert_shows(const struct screen *s, struct grid *g)
{
	for (int r = 0; r < ROWS; r++) {
		for (int c = 0; c < COLS; c++) {
			uint64_t id = 0;

			for (int i = 0; i < g->placement_count; i++) {
				struct rect at = g->placements[i].rect;

				if (r >= at.row && r < at.row + at.rows && c >= at.col &&
				    c < at.col + at.cols)
					id = g->placements[i].picture->id;
			}
			assert_int_equal(s->picture[r][c], id);
			if (id == 0)
				assert_int_equal(s->ch[r][c], grid_cell(g, r, c)->ch);
		}
	}
}

/* Text and pictures, to be freed. */
static char *compose_all(struct frame *f, struct grid *g, size_t *len)
{
	size_t size, more, head;
	const char *bytes = frame_compose(f, &terminal, g, &size);
	char *all = memory_new(size + 1);

	memcpy(all, size ? bytes : "", size);
	while ((bytes = frame_picture(f, &terminal, g, &more, &head))) {
		all = memory_resize(all, size + more + 1, 1);
		memcpy(all + size, bytes, more);
		size += more;
		assert_true(head < more);
	}
	all[size] = '\0';
	*len = size;
	return all;
}

static void present(struct frame *f, struct grid *g, struct screen *s)
{
	size_t len, head;
	char *bytes = compose_all(f, g, &len);

	s->pictures_drawn = 0;
	play(s, bytes, len);
	free(bytes);
	assert_shows(s, g);
	/* Again: nothing. */
	frame_compose(f, &terminal, g, &len);
	assert_int_equal(len, 0);
	assert_null(frame_picture(f, &terminal, g, &len, &head));
}

static struct picture make_picture(uint64_t id, int rows, int cols, char sixel[64])
{
	int len = snprintf(sixel, 64, "\033Pq%lu;%d;%d\033\\", (unsigned long)id, rows, cols);

	return (struct picture){
		.id = id, .rows = rows, .cols = cols, .sixel = sixel, .sixel_len = (size_t)len};
}

static const struct style plain;

static void test_text_only(void **state)
{
	struct frame *f = frame_new();
	struct screen s = {0};
	struct grid g;

	(void)state;
	grid_init(&g, ROWS, COLS);
	grid_text(&g, 0, 0, COLS, plain, "hello");
	grid_text(&g, ROWS - 1, COLS - 3, 3, plain, "end");
	present(f, &g, &s);
	grid_text(&g, 5, 5, 1, plain, "x");
	present(f, &g, &s);
	assert_int_equal(s.bytes, strlen("\033[6;6Hx"));
	/* Two changes with two cells between are one run; a far one is a move. */
	grid_text(&g, 5, 6, 10, plain, "abcdefgh");
	present(f, &g, &s);
	grid_text(&g, 5, 6, 1, plain, "A");
	grid_text(&g, 5, 9, 1, plain, "D");
	present(f, &g, &s);
	assert_int_equal(s.bytes, strlen("\033[6;7HAbcD"));
	grid_clear(&g);
	present(f, &g, &s);
	frame_invalidate(f);
	present(f, &g, &s);
	assert_true(s.bytes > 0);
	grid_done(&g);
	frame_free(f);
}

static void test_styles(void **state)
{
	struct frame_terminal mono = terminal;
	struct frame *f = frame_new();
	struct style style = {COLOR_INDEX(208), COLOR_RGB(1, 2, 3), ATTR_BOLD};
	const char *bytes;
	struct grid g;
	size_t len;

	(void)state;
	grid_init(&g, 1, 4);
	frame_compose(f, &terminal, &g, &len);
	grid_text(&g, 0, 0, 4, style, "ab");
	bytes = frame_compose(f, &terminal, &g, &len);
	assert_string_equal(strndupa(bytes, len), "\033[1;1H\033[0;1;38;5;208;48;5;16mab\033[0m");
	frame_invalidate(f);
	mono.colors = 0;
	bytes = frame_compose(f, &mono, &g, &len);
	assert_string_equal(strndupa(bytes, len), "\033[m\033[H\033[2J\033[1;1H\033[0;1mab\033[0m");
	grid_done(&g);
	frame_free(f);
}

static void test_synchronized(void **state)
{
	struct frame_terminal sync = terminal;
	struct frame *f = frame_new();
	const char *bytes;
	struct grid g;
	size_t len;

	(void)state;
	sync.synchronized = true;
	grid_init(&g, 1, 4);
	frame_compose(f, &sync, &g, &len);
	frame_compose(f, &sync, &g, &len);
	assert_int_equal(len, 0);
	grid_text(&g, 0, 0, 4, plain, "a");
	bytes = frame_compose(f, &sync, &g, &len);
	assert_string_equal(strndupa(bytes, len), "\033[?2026h\033[1;1Ha\033[?2026l");
	grid_done(&g);
	frame_free(f);
}

static void test_last_cell(void **state)
{
	struct frame_terminal scrolling = terminal;
	struct frame *f = frame_new();
	const char *bytes;
	struct grid g;
	size_t len;

	(void)state;
	scrolling.last_cell_scrolls = true;
	grid_init(&g, 2, 2);
	grid_fill(&g, (struct rect){0, 0, 2, 2}, plain, 'x');
	bytes = frame_compose(f, &scrolling, &g, &len);
	assert_string_equal(strndupa(bytes, len), "\033[m\033[H\033[2J\033[1;1Hxx\033[2;1Hx");
	grid_done(&g);
	frame_free(f);
}

static void test_wide(void **state)
{
	struct frame *f = frame_new();
	const char *bytes;
	struct grid g;
	size_t len;

	(void)state;
	grid_init(&g, 1, 6);
	grid_text(&g, 0, 0, 6, plain, "a日b");
	frame_compose(f, &terminal, &g, &len);
	grid_text(&g, 0, 1, 2, plain, "本");
	bytes = frame_compose(f, &terminal, &g, &len);
	assert_string_equal(strndupa(bytes, len), "\033[1;2H本");
	grid_text(&g, 0, 1, 2, plain, "xy");
	bytes = frame_compose(f, &terminal, &g, &len);
	assert_string_equal(strndupa(bytes, len), "\033[1;2Hxy");
	grid_text(&g, 0, 2, 2, plain, "日");
	bytes = frame_compose(f, &terminal, &g, &len);
	assert_string_equal(strndupa(bytes, len), "\033[1;3H日");
	grid_done(&g);
	frame_free(f);
}

static void test_pictures(void **state)
{
	struct frame *f = frame_new();
	char sixel[4][64];
	struct picture a = make_picture(1, 3, 8, sixel[0]), b = make_picture(2, 3, 8, sixel[1]);
	struct picture small = make_picture(3, 2, 4, sixel[2]);
	struct picture large = make_picture(4, 4, 10, sixel[3]);
	struct screen s = {0};
	struct grid g;

	(void)state;
	grid_init(&g, ROWS, COLS);
	grid_text(&g, 2, 0, COLS, plain, "text where a picture comes");
	present(f, &g, &s);
	assert_true(grid_picture(&g, 1, 2, &a));
	present(f, &g, &s);
	assert_int_equal(s.pictures_drawn, 1);
	/* Text beside it, and an unchanged picture is not sent. */
	grid_text(&g, 2, 12, 3, plain, "abc");
	present(f, &g, &s);
	assert_int_equal(s.pictures_drawn, 0);
	/* Another in the same place: nothing but the picture. */
	g.placement_count = 0;
	assert_true(grid_picture(&g, 1, 2, &b));
	present(f, &g, &s);
	assert_int_equal(s.pictures_drawn, 1);
	assert_int_equal(s.bytes, strlen("\0337\033[m\033[2;3H\0338") + b.sixel_len);
	/* Smaller, larger, moved, gone. */
	g.placement_count = 0;
	assert_true(grid_picture(&g, 1, 2, &small));
	present(f, &g, &s);
	g.placement_count = 0;
	assert_true(grid_picture(&g, 1, 2, &large));
	present(f, &g, &s);
	g.placement_count = 0;
	assert_true(grid_picture(&g, 3, 5, &large));
	assert_true(grid_picture(&g, 0, 0, &a));
	present(f, &g, &s);
	assert_int_equal(s.pictures_drawn, 2);
	/* An overlay, and its end. */
	grid_cut(&g, (struct rect){4, 4, 3, 6});
	grid_text(&g, 5, 5, 4, plain, "help");
	present(f, &g, &s);
	assert_int_equal(s.pictures_drawn, 0);
	grid_cut(&g, (struct rect){4, 4, 3, 6});
	assert_true(grid_picture(&g, 3, 5, &large));
	present(f, &g, &s);
	assert_int_equal(s.pictures_drawn, 1);
	grid_clear(&g);
	present(f, &g, &s);
	grid_done(&g);
	frame_free(f);
}

/*
 * What xterm does with its sixteen objects: each sixel takes one, and when all are taken the
 * highest on the screen goes. A live picture must never be the one.
 */
struct object {
	struct rect rect;
	unsigned long id;
};

static void play_objects(struct object objects[16], int *count, const char *p, size_t len)
{
	const char *end = p + len;
	int row = 0, col = 0;

	for (; p < end; p++) {
		struct rect at;
		unsigned long id;
		int i = 0, highest = 0;

		if (*p == '\n')
			for (int o = 0; o < *count; o++)
				objects[o].rect.row--;
		if (strncmp(p, "\033[", 2) == 0 && sscanf(p, "\033[%d;%dH", &row, &col) == 2)
			continue;
		if (strncmp(p, "\033P", 2) != 0)
			continue;
		assert_int_equal(sscanf(p, "\033Pq%lu;%d;%d", &id, &at.rows, &at.cols), 3);
		at.row = row - 1;
		at.col = col - 1;
		if (*count == 16) {
			for (i = 1; i < 16; i++)
				if (objects[i].rect.row < objects[highest].rect.row)
					highest = i;
			i = highest;
		} else {
			i = (*count)++;
		}
		objects[i].rect = at;
		objects[i].id = id;
	}
}

/* 1000 random screens: model and grid agree, and each picture still has its object. */
static void test_random_walk(void **state)
{
	struct frame *f = frame_new();
	struct object objects[16];
	struct screen s = {0};
	char sixel[64][64];
	struct picture pictures[64];
	struct rng rng;
	struct grid g;
	int count = 0;

	(void)state;
	rng_seed(&rng, 7, 0);
	for (int i = 0; i < 64; i++)
		pictures[i] = make_picture((uint64_t)i + 1, 2, 3 + i % 6, sixel[i]);
	grid_init(&g, ROWS, COLS);
	for (int step = 0; step < 1000; step++) {
		char *bytes;
		size_t len;

		if (rng_below(&rng, 4) == 0)
			grid_clear(&g);
		for (int i = 0; i < 5; i++) {
			int row = (int)rng_below(&rng, 5) * 2, col = (int)rng_below(&rng, 12);
			struct rect rect = {row, col, 2, 8};

			grid_cut(&g, rect);
			if (rng_below(&rng, 2))
				grid_picture(&g, row, col, &pictures[rng_below(&rng, 64)]);
			else
				grid_text(&g, row, col, 8, plain, "a text ..");
		}
		bytes = compose_all(f, &g, &len);
		play_objects(objects, &count, bytes, len);
		play(&s, bytes, len);
		free(bytes);
		assert_shows(&s, &g);
		for (int i = 0; i < g.placement_count; i++) {
			int o = 0;

			while (o < count && (objects[o].id != g.placements[i].picture->id ||
					     memcmp(&objects[o].rect, &g.placements[i].rect,
						    sizeof(struct rect)) != 0))
				o++;
			assert_true(o < count);
		}
	}
	grid_done(&g);
	frame_free(f);
}

/* The pictures of a grid one by one, some broken off, with other grids between. */
static void test_pictures_in_turn(void **state)
{
	struct frame *f = frame_new();
	char sixel[2][64];
	struct picture a = make_picture(1, 3, 4, sixel[0]), b = make_picture(2, 3, 4, sixel[1]);
	struct screen s = {0};
	const char *bytes;
	size_t len, head;
	struct grid g;

	(void)state;
	grid_init(&g, ROWS, COLS);
	grid_text(&g, 1, 2, 8, plain, "old text");
	grid_text(&g, 2, 2, 4, plain, "▀▀▀▀");
	present(f, &g, &s);
	grid_fill(&g, (struct rect){1, 2, 2, 8}, plain, ' ');
	assert_true(grid_picture(&g, 1, 2, &a));
	assert_true(grid_picture(&g, 5, 2, &b));
	/* Until its turn comes, its preview in blocks stays, but no words that are not true any
	 * more. */
	bytes = frame_compose(f, &terminal, &g, &len);
	play(&s, bytes, len);
	assert_int_equal(s.ch[1][2], ' ');
	assert_int_equal(s.ch[2][2], 0x2580);
	assert_int_equal(s.ch[1][6], ' ');
	bytes = frame_picture(f, &terminal, &g, &len, &head);
	play(&s, bytes, len);
	assert_int_equal(s.picture[1][2], 1);
	assert_int_equal(s.picture[5][2], 0);
	/* Text first, then the one that is left. */
	grid_text(&g, 10, 0, 4, plain, "text");
	bytes = frame_compose(f, &terminal, &g, &len);
	assert_string_equal(strndupa(bytes, len), "\033[11;1Htext");
	play(&s, bytes, len);
	bytes = frame_picture(f, &terminal, &g, &len, &head);
	assert_int_equal(strncmp(bytes + head, "\033Pq2;", 5), 0);
	/* Broken off, it comes again; broken off and not wanted any more, its cells are written. */
	frame_picture_broken(f, &len);
	frame_compose(f, &terminal, &g, &len);
	assert_int_equal(len, 0);
	bytes = frame_picture(f, &terminal, &g, &len, &head);
	assert_int_equal(strncmp(bytes + head, "\033Pq2;", 5), 0);
	play(&s, bytes, len);
	assert_true(frame_wants_picture(f, &g));
	frame_picture_broken(f, &len);
	g.placement_count = 1;
	assert_false(frame_wants_picture(f, &g));
	present(f, &g, &s);
	assert_int_equal(s.pictures_drawn, 0);
	grid_done(&g);
	frame_free(f);
}

/* tmux frees a picture only where text is written, however many come over it. */
static void test_tmux(void **state)
{
	struct frame_terminal tmux = terminal;
	struct frame *f = frame_new();
	char sixel[2][64];
	struct picture a = make_picture(1, 2, 3, sixel[0]), b = make_picture(2, 2, 3, sixel[1]);
	const char *bytes;
	size_t len, head;
	struct grid g;

	(void)state;
	tmux.tmux = true;
	grid_init(&g, ROWS, COLS);
	assert_true(grid_picture(&g, 1, 2, &a));
	frame_compose(f, &tmux, &g, &len);
	bytes = frame_picture(f, &tmux, &g, &len, &head);
	assert_string_equal(strndupa(bytes, head), "\0337\033[m\033[2;3H");
	g.placements[0].picture = &b;
	frame_compose(f, &tmux, &g, &len);
	assert_int_equal(len, 0);
	bytes = frame_picture(f, &tmux, &g, &len, &head);
	assert_string_equal(strndupa(bytes, head), "\033[2;3H   \033[3;3H   \0337\033[m\033[2;3H");
	/* More places than xterm has pictures, one after another: the screen is never wiped. */
	for (int i = 0; i < 40; i++) {
		g.placement_count = 0;
		assert_true(grid_picture(&g, i % 10, i / 10, &a));
		bytes = frame_compose(f, &tmux, &g, &len);
		assert_null(memmem(bytes, len, tmux.clear, strlen(tmux.clear)));
		assert_non_null(frame_picture(f, &tmux, &g, &len, &head));
	}
	grid_done(&g);
	frame_free(f);
}

/* The terminal has 24-bit colours, as it turns out: only what has them is written again. */
static void test_recolor(void **state)
{
	struct style red = {.fg = COLOR_RGB(200, 10, 20)};
	struct frame_terminal direct = terminal;
	struct frame *f = frame_new();
	const char *bytes;
	struct grid g;
	size_t len;

	(void)state;
	frame_recolor(f);
	grid_init(&g, ROWS, COLS);
	grid_text(&g, 0, 0, 4, plain, "text");
	grid_text(&g, 3, 1, 3, red, "red");
	bytes = frame_compose(f, &terminal, &g, &len);
	assert_non_null(memmem(bytes, len, "\033[38;5;160mred", 14));
	direct.direct_color = true;
	frame_recolor(f);
	bytes = frame_compose(f, &direct, &g, &len);
	assert_string_equal(strndupa(bytes, len), "\033[4;2H\033[38;2;200;10;20mred\033[39m");
	grid_done(&g);
	frame_free(f);
}

static void test_resize(void **state)
{
	struct frame *f = frame_new();
	struct grid g;
	size_t len;

	(void)state;
	for (int size = 0; size < 40; size = size * 2 + 1) {
		grid_init(&g, size, size);
		frame_compose(f, &terminal, &g, &len);
		assert_true(len > 0);
		frame_compose(f, &terminal, &g, &len);
		assert_int_equal(len, 0);
		grid_done(&g);
	}
	frame_free(f);
	frame_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_only),    cmocka_unit_test(test_styles),
		cmocka_unit_test(test_synchronized), cmocka_unit_test(test_last_cell),
		cmocka_unit_test(test_wide),         cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_random_walk),  cmocka_unit_test(test_pictures_in_turn),
		cmocka_unit_test(test_recolor),      cmocka_unit_test(test_tmux),
		cmocka_unit_test(test_resize),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
