/* The grid: clipping, wide and combining characters, cutting, plain text. */
#include "lookalike/ui/color.h"
#include "lookalike/ui/grid.h"
#include "lookalike/ui/picture.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct style plain;

static void assert_grid(const struct grid *g, const char *expected)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	grid_write(g, out);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void test_text(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 3, 8);
	assert_int_equal(grid_text(&g, 0, 1, 20, plain, "abc"), 3);
	assert_int_equal(grid_text(&g, 1, 0, 8, plain, "12345678"), 8);
	assert_int_equal(grid_text(&g, 2, 0, 5, plain, "123456"), 5);
	assert_grid(&g, " abc\n12345678\n1234…\n");
	assert_int_equal(grid_text(&g, 0, 5, 20, plain, "abcdef"), 3);
	assert_grid(&g, " abc ab…\n12345678\n1234…\n");
	assert_int_equal(grid_text(&g, 3, 0, 5, plain, "x"), 0);
	assert_int_equal(grid_text(&g, -1, 0, 5, plain, "x"), 0);
	assert_int_equal(grid_text(&g, 0, 8, 5, plain, "x"), 0);
	assert_int_equal(grid_text(&g, 0, 0, 0, plain, "x"), 0);
	assert_int_equal(grid_text(&g, 0, 0, 8, plain, ""), 0);
	grid_text(&g, 1, -3, 8, plain, "ABCDE");
	assert_grid(&g, " abc ab…\nDE345678\n1234…\n");
	grid_printf(&g, 2, 0, 8, plain, "%d+%s", 4, "k");
	assert_grid(&g, " abc ab…\nDE345678\n4+k4…\n");
	grid_done(&g);
}

static void test_paragraph(void **state)
{
	struct rect rect = {0, 1, 4, 8};
	struct grid g;

	(void)state;
	grid_init(&g, 4, 10);
	assert_int_equal(grid_paragraph(&g, rect, plain, "one two three"), 2);
	assert_grid(&g, " one two\n three\n\n\n");
	grid_clear(&g);
	assert_int_equal(grid_paragraph(&g, rect, plain, "12345678 x"), 2);
	assert_grid(&g, " 12345678\n x\n\n\n");
	grid_clear(&g);
	assert_int_equal(grid_paragraph(&g, rect, plain, "a 12345678901 \u4e16\u754c\u4e16\u754c"),
			 4);
	assert_grid(&g, " a\n 12345678\n 901\n \u4e16\u754c\u4e16\u754c\n");
	grid_clear(&g);
	rect.rows = 2;
	assert_int_equal(grid_paragraph(&g, rect, plain, "one two three four five"), 2);
	assert_grid(&g, " one two\n three f…\n\n\n");
	rect.rows = 100;
	assert_int_equal(grid_paragraph(NULL, rect, plain, "one two three four five"), 4);
	rect.cols = 1;
	assert_int_equal(grid_paragraph(NULL, rect, plain, "\u4e16\u754c"), 2);
	assert_int_equal(grid_paragraph(NULL, rect, plain, ""), 0);
	rect.cols = 0;
	assert_int_equal(grid_paragraph(NULL, rect, plain, "a"), 0);
	grid_done(&g);
}

static void test_wide_characters(void **state)
{
	struct grid g;

	(void)state;
	assert_int_equal(grid_text_width("日本"), 4);
	assert_int_equal(grid_text_width("e\xcc\x81t"), 2);
	grid_init(&g, 1, 6);
	assert_int_equal(grid_text(&g, 0, 0, 6, plain, "日本x"), 5);
	assert_int_equal(grid_cell(&g, 0, 1)->ch, 0);
	assert_grid(&g, "日本x\n");
	/* Overwriting either half blanks the other. */
	grid_text(&g, 0, 1, 1, plain, "a");
	assert_grid(&g, " a本x\n");
	grid_text(&g, 0, 2, 1, plain, "b");
	assert_grid(&g, " ab x\n");
	/* A wide one that would be cut in two is left out. */
	grid_clear(&g);
	assert_int_equal(grid_text(&g, 0, 0, 4, plain, "a日本"), 4);
	assert_grid(&g, "a日…\n");
	assert_int_equal(grid_text(&g, 0, 0, 3, plain, "a日本"), 2);
	grid_clear(&g);
	/* Combining marks stay with their character, as many as there is room for. */
	assert_int_equal(grid_text(&g, 0, 0, 6, plain, "e\xcc\x81\xcc\x82\xcc\x83t"), 2);
	assert_grid(&g, "e\xcc\x81\xcc\x82t\n");
	grid_done(&g);
}

static void test_unprintable(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 1, 20);
	grid_text(&g, 0, 0, 20, plain, "a\033[b\x7f\xff\xc3\xc2\x9b.");
	assert_grid(&g, "a?[b????.\n");
	grid_clear(&g);
	grid_set_ascii(true);
	grid_text(&g, 0, 0, 4, plain, "caf\xc3\xa9");
	grid_text(&g, 0, 5, 4, plain, "e\xcc\x81 long");
	assert_grid(&g, "caf? e l~\n");
	grid_set_ascii(false);
	grid_done(&g);
}

static void test_fill_style_cut(void **state)
{
	struct style reverse = {.attrs = ATTR_REVERSE};
	struct picture wide = {.id = 1, .rows = 2, .cols = 3};
	struct grid g;

	(void)state;
	grid_init(&g, 4, 6);
	grid_fill(&g, (struct rect){-1, -1, 99, 99}, plain, '#');
	grid_style(&g, (struct rect){1, 1, 1, 2}, reverse);
	assert_int_equal(grid_cell(&g, 1, 1)->style.attrs, ATTR_REVERSE);
	assert_int_equal(grid_cell(&g, 1, 3)->style.attrs, 0);
	assert_int_equal(grid_cell(&g, 1, 1)->ch, '#');
	assert_true(grid_picture(&g, 0, 0, &wide));
	assert_true(grid_picture(&g, 1, 3, &wide));
	assert_grid(&g, "   ###\n\n###\n######\n");
	/* Not on the last row, not over the edges. */
	assert_false(grid_picture(&g, 2, 0, &wide));
	assert_false(grid_picture(&g, 0, 4, &wide));
	assert_false(grid_picture(&g, -1, 0, &wide));
	assert_int_equal(g.placement_count, 2);
	grid_cut(&g, (struct rect){2, 4, 1, 1});
	assert_int_equal(g.placement_count, 1);
	assert_int_equal(g.placements[0].rect.col, 0);
	grid_clear(&g);
	assert_int_equal(g.placement_count, 0);
	grid_done(&g);
}

static void test_picture_limit(void **state)
{
	struct picture dot = {.id = 1, .rows = 1, .cols = 1};
	struct grid g;

	(void)state;
	grid_init(&g, 30, 3);
	for (int i = 0; i < GRID_PICTURES_MAX; i++)
		assert_true(grid_picture(&g, i, 0, &dot));
	assert_false(grid_picture(&g, 20, 0, &dot));
	grid_done(&g);
}

static void test_picture_of_cells(void **state)
{
	struct cell cells[4] = {{.ch = 'a'}, {.ch = 'b'}, {.ch = 'c'}, {.ch = 'd'}};
	struct picture p = {.id = 1, .rows = 2, .cols = 2, .cells = cells};
	struct grid g;

	(void)state;
	grid_init(&g, 2, 3);
	assert_true(grid_picture(&g, 0, 0, &p));
	assert_true(grid_picture(&g, 1, 2, &p));
	assert_int_equal(g.placement_count, 0);
	assert_grid(&g, "ab\ncda\n");
	grid_done(&g);
}

static void test_empty_grid(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 0, 0);
	grid_clear(&g);
	assert_null(grid_cell(&g, 0, 0));
	assert_int_equal(grid_text(&g, 0, 0, 5, plain, "x"), 0);
	grid_cut(&g, (struct rect){0, 0, 5, 5});
	assert_grid(&g, "");
	grid_done(&g);
}

/* Expected values by hand from xterm's palette: cube levels 0 95 135 175 215 255, greys 8+10i. */
static void test_colors(void **state)
{
	(void)state;
	assert_int_equal(color_reduce(COLOR_RGB(255, 0, 0), 256, false), COLOR_INDEX(196));
	assert_int_equal(color_reduce(COLOR_RGB(100, 130, 180), 256, false), COLOR_INDEX(67));
	assert_int_equal(color_reduce(COLOR_RGB(128, 128, 128), 256, false), COLOR_INDEX(244));
	assert_int_equal(color_reduce(COLOR_RGB(0, 0, 0), 256, false), COLOR_INDEX(16));
	assert_int_equal(color_reduce(COLOR_RGB(255, 255, 255), 256, false), COLOR_INDEX(231));
	assert_int_equal(color_reduce(COLOR_RGB(1, 2, 3), 8, true), COLOR_RGB(1, 2, 3));
	assert_int_equal(color_reduce(COLOR_INDEX(208), 8, true), COLOR_RGB(255, 135, 0));
	assert_int_equal(color_reduce(COLOR_INDEX(208), 256, true), COLOR_INDEX(208));
	assert_int_equal(color_reduce(COLOR_INDEX(208), 8, false), COLOR_INDEX(3));
	assert_int_equal(color_reduce(COLOR_INDEX(9), 16, false), COLOR_INDEX(9));
	assert_int_equal(color_reduce(COLOR_INDEX(9), 8, false), COLOR_INDEX(1));
	assert_int_equal(color_reduce(COLOR_INDEX(2), 8, false), COLOR_INDEX(2));
	assert_int_equal(color_reduce(COLOR_RGB(9, 9, 9), 0, true), COLOR_TERMINAL);
	assert_int_equal(color_reduce(COLOR_TERMINAL, 256, true), COLOR_TERMINAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_wide_characters),
		cmocka_unit_test(test_paragraph),
		cmocka_unit_test(test_unprintable),
		cmocka_unit_test(test_fill_style_cut),
		cmocka_unit_test(test_picture_limit),
		cmocka_unit_test(test_picture_of_cells),
		cmocka_unit_test(test_empty_grid),
		cmocka_unit_test(test_colors),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
