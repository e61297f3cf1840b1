/* Boxes drawn into a small image, against pixels worked out by hand. */
#include "lookalike/ui/outline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The image as letters: orange O, blue B, grey S, untouched a point. */
static void drawn(const struct box *box, enum outline kind, const char *expected)
{
	struct image img = {0};
	char text[128] = "";
	size_t len = 0;

	assert_int_equal(image_alloc(&img, 9, 6, 3, NULL), OK);
	memset(img.pixels, 0, 9 * 6 * 3);
	outline_draw(&img, box, kind);
	for (int i = 0; i < 9 * 6; i++) {
		const uint8_t *p = img.pixels + 3 * i;

		text[len++] = p[0] == 230 && p[1] == 159 && p[2] == 0    ? 'O'
			      : p[0] == 86 && p[1] == 180 && p[2] == 233 ? 'B'
			      : p[0] == 200                              ? 'S'
									 : '.';
		if (i % 9 == 8)
			text[len++] = '\n';
	}
	image_done(&img);
	assert_string_equal(text, expected);
}

static void the_current_box_is_whole(void **state)
{
	(void)state;
	drawn(&(struct box){0.25f, 0.2f, 0.5f, 0.6f}, OUTLINE_CURRENT,
	      ".........\n"
	      "..OOOOO..\n"
	      "..O...O..\n"
	      "..O...O..\n"
	      "..OOOOO..\n"
	      ".........\n");
}

static void others_are_dashed(void **state)
{
	(void)state;
	drawn(&(struct box){0, 0, 1, 1}, OUTLINE_MEASURED,
	      "BB..BB..B\n"
	      "B.......B\n"
	      ".........\n"
	      ".........\n"
	      "B.......B\n"
	      "BB..BB..B\n");
}

static void seen_ones_have_corners(void **state)
{
	(void)state;
	drawn(&(struct box){0, 0, 1, 1}, OUTLINE_SEEN,
	      "SSS...SSS\n"
	      "S.......S\n"
	      ".........\n"
	      ".........\n"
	      "S.......S\n"
	      "SSS...SSS\n");
}

static void what_is_outside_is_not_drawn(void **state)
{
	(void)state;
	drawn(&(struct box){-0.5f, 0.2f, 1, 50}, OUTLINE_CURRENT,
	      ".........\n"
	      "OOOOO....\n"
	      "....O....\n"
	      "....O....\n"
	      "....O....\n"
	      "....O....\n");
	drawn(&(struct box){3, 3, 1e30f, 1e30f}, OUTLINE_CURRENT,
	      ".........\n.........\n.........\n.........\n.........\n.........\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_current_box_is_whole),
		cmocka_unit_test(others_are_dashed),
		cmocka_unit_test(seen_ones_have_corners),
		cmocka_unit_test(what_is_outside_is_not_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
