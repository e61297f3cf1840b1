/* Lines of long work, drawn into a grid and compared with what they have to say. */
#include "lookalike/ui/bar.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_bar(int cols, const struct bar *bar, const char *expected)
{
	char *text = NULL;
	struct grid g;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int used;

	assert_non_null(out);
	grid_init(&g, 1, cols);
	used = bar_draw(&g, 0, 0, cols, bar);
	grid_write(&g, out);
	fclose(out);
	text[strcspn(text, "\n")] = '\0';
	assert_string_equal(text, expected);
	assert_int_equal(used, grid_text_width(expected));
	free(text);
	grid_done(&g);
}

/* 40 of 160 in 10 s are 4 a second: 120 more take 30 s. */
static void share_counts_rate_and_time_left(void **state)
{
	struct bar bar = {.what = "exporting",
			  .done = 40,
			  .of = 160,
			  .unit = "faces",
			  .seconds = 10,
			  .note = "html to a.html",
			  .stop = "C-c stops"};

	(void)state;
	assert_bar(120, &bar,
		   "exporting   #####...............  25 %  40 / 160   4.0 faces/s   30 s left   "
		   "html to a.html   C-c stops");
	bar.growing = true; /* nobody knows how long */
	assert_bar(120, &bar,
		   "exporting   #####...............  25 %  40 / 160+   4.0 faces/s   "
		   "html to a.html   C-c stops");
	bar.growing = false;
	bar.seconds = 0.1; /* too early for a rate */
	assert_bar(120, &bar,
		   "exporting   #####...............  25 %  40 / 160   0 faces/s   "
		   "html to a.html   C-c stops");
}

/* 100 were known: 20 in 10 s, so the last 40 take 20 s. */
static void what_was_known_has_no_part_in_the_rate(void **state)
{
	struct bar bar = {.done = 120, .known = 100, .of = 160, .unit = "photos", .seconds = 10};

	(void)state;
	assert_bar(120, &bar, "###############.....  75 %  120 / 160   2.0 photos/s   20 s left");
}

static void without_counts_there_are_seconds(void **state)
{
	struct bar bar = {.what = "clustering", .seconds = 3.9, .stop = "C-c stops"};

	(void)state;
	assert_bar(80, &bar, "clustering   3 s   C-c stops");
}

/* Whatever the width, share and counts stay, and nothing is longer than the line. */
static void less_is_said_where_there_is_less_room(void **state)
{
	struct bar bar = {.what = "exporting",
			  .done = 40,
			  .of = 160,
			  .unit = "faces",
			  .seconds = 10,
			  .note = "html to a-rather-long-name.html",
			  .stop = "C-c stops"};

	(void)state;
	assert_bar(100, &bar,
		   "exporting   #####...............  25 %  40 / 160   30 s left   "
		   "html to a-rather-long-na~   C-c stops");
	assert_bar(66, &bar, "#####...............  25 %  40 / 160   30 s left   html to a-rath~");
	assert_bar(60, &bar, "#####...............  25 %  40 / 160   30 s left");
	assert_bar(40, &bar, "##........  25 %  40 / 160   30 s left");
	assert_bar(27, &bar, "##........  25 %  40 / 160");
}

static void durations_are_read_at_a_glance(void **state)
{
	static const struct {
		double seconds;
		const char *words;
	} cases[] = {{0, "0 s"},        {119, "119 s"},       {125, "2 min"},
		     {7100, "118 min"}, {7200, "2 h 00 min"}, {11100, "3 h 05 min"}};
	char words[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		duration_words(cases[i].seconds, words, sizeof(words));
		assert_string_equal(words, cases[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(share_counts_rate_and_time_left),
		cmocka_unit_test(what_was_known_has_no_part_in_the_rate),
		cmocka_unit_test(without_counts_there_are_seconds),
		cmocka_unit_test(less_is_said_where_there_is_less_room),
		cmocka_unit_test(durations_are_read_at_a_glance),
	};

	grid_set_ascii(true);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
