/*
 * What is written in colour can be read, whatever colours the terminal has: contrast by the formula
 * of WCAG 2.1 (https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio), with xterm's 256 colours.
 */
#include "lookalike/ui/color.h"
#include "lookalike/ui/view.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define READABLE 4.5

static double linear(uint32_t channel)
{
	double c = channel / 255.0;

	return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t rgb)
{
	return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) +
	       0.0722 * linear(rgb & 0xff);
}

static double contrast(uint32_t a, uint32_t b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

	return x > y ? x / y : y / x;
}

/* What xterm shows for a reduced colour (charproc.c, 256colres.h). */
static uint32_t shown(uint32_t color)
{
	static const uint32_t basic[] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
					 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
					 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
	uint32_t i = color & 0xff, rgb = 0;

	if (color >> 24 == COLOR_RGB(0, 0, 0) >> 24)
		return color & 0xffffff;
	if (i < 16)
		return basic[i];
	if (i >= 232)
		return (8 + 10 * (i - 232)) * 0x010101;
	for (uint32_t part = 36; part; part /= 6) {
		uint32_t level = (i - 16) / part % 6;

		rgb = rgb << 8 | (level ? 55 + 40 * level : 0);
	}
	return rgb;
}

static const struct depth {
	int colors;
	bool direct;
} depths[] = {{256, true}, {256, false}, {88, false}, {16, false}, {8, false}};

#define DEPTH_COUNT (sizeof(depths) / sizeof(depths[0]))

static void text_is_readable_on_black_and_on_white(void **state)
{
	static const uint32_t palette[] = {COLOR_CURRENT, COLOR_PEAK};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < DEPTH_COUNT; j++) {
			uint32_t color = color_reduce(palette[i], depths[j].colors,
						      depths[j].direct);

			if (depths[j].colors < 256) {
				assert_int_equal(color, COLOR_TERMINAL);
				continue;
			}
			assert_int_not_equal(color, COLOR_TERMINAL);
			assert_true(contrast(shown(color), 0x000000) >= READABLE);
			assert_true(contrast(shown(color), 0xffffff) >= READABLE);
		}
		assert_int_equal(color_reduce(palette[i], 0, false), COLOR_TERMINAL);
	}
}

static void marks_are_readable(void **state)
{
	(void)state;
	for (size_t j = 0; j < DEPTH_COUNT; j++) {
		uint32_t fg = color_reduce(STYLE_MARK.fg, depths[j].colors, depths[j].direct);
		uint32_t bg = color_reduce(STYLE_MARK.bg, depths[j].colors, depths[j].direct);

		assert_true(contrast(shown(fg), shown(bg)) >= READABLE);
	}
	/* Without colours the sign alone says it. */
	assert_int_equal(color_reduce(STYLE_MARK.bg, 0, false), COLOR_TERMINAL);
}

static void other_styles_are_the_terminal_s(void **state)
{
	const struct style *styles[] = {&STYLE_PLAIN, &STYLE_BOLD, &STYLE_DIM, &STYLE_CURSOR};

	(void)state;
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
		assert_int_equal(styles[i]->fg, COLOR_TERMINAL);
		assert_int_equal(styles[i]->bg, COLOR_TERMINAL);
	}
}

static void themes_give_a_background(void **state)
{
	static const struct {
		enum theme theme;
		uint8_t answered, background;
	} cases[] = {
		{THEME_AUTO, 30, 30}, {THEME_AUTO, 240, 240}, {THEME_DARK, 30, 30},
		{THEME_DARK, 240, 0}, {THEME_LIGHT, 30, 255}, {THEME_LIGHT, 240, 240},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t c = cases[i].answered;
		struct terminal_caps caps = {.background = {c, c, c}};

		theme_decide(cases[i].theme, &caps);
		assert_int_equal(caps.background[0], cases[i].background);
		assert_int_equal(caps.background[2], cases[i].background);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_readable_on_black_and_on_white),
		cmocka_unit_test(marks_are_readable),
		cmocka_unit_test(other_styles_are_the_terminal_s),
		cmocka_unit_test(themes_give_a_background),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
