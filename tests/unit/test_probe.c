/*
 * The decision for each terminal, from the answers it was measured (xterm 379, mlterm 3.9.0,
 * tmux 3.3a, GNU screen 4.9.0) or is documented to give.
 */
#include "lookalike/ui/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void answer(struct probe *probe, const char *answers)
{
	struct input_event event;
	struct input in;

	input_init(&in);
	for (; *answers; answers++)
		if (input_feed(&in, (uint8_t)*answers, &event)) {
			assert_int_equal(event.kind, INPUT_SEQUENCE);
			assert_true(probe_take(probe, &event.sequence));
		}
}

static struct probe ask(const char *answers)
{
	struct probe probe;

	probe_init(&probe);
	answer(&probe, answers);
	return probe;
}

static const struct probe_environment xterm_80x24 = {
	.term = "xterm",
	.utf8 = true,
	.colors = 8,
	.rows = 24,
	.cols = 80,
	.width_px = 484,
	.height_px = 316,
};

static struct terminal_caps decide(const char *answers, const struct probe_environment *env)
{
	struct probe probe = ask(answers);
	struct terminal_caps caps;

	probe_decide(&probe, env, -1, &caps);
	return caps;
}

#define XTERM_COMMON "\033P>|XTerm(379)\033\\\033P1$r0;48:2::1:2:3m\033\\"
#define XTERM_REST   "\033[?2026;0$y\033]11;rgb:ffff/8080/0000\033\\"

static void test_xterm_default(void **state)
{
	struct terminal_caps caps = decide(XTERM_COMMON "\033[?1;3S\033[?2;3S\033[?2;3S" XTERM_REST
							"\033[?64;1;2;6;9;15;16;17;18;21;22;28c",
					   &xterm_80x24);

	(void)state;
	assert_int_equal(caps.graphics, GRAPHICS_BLOCKS);
	assert_true(caps.direct_color);
	assert_false(caps.synchronized);
	assert_non_null(strstr(caps.reason, "vt340"));
	assert_int_equal(caps.cell_width_px, 6);
	assert_int_equal(caps.cell_height_px, 13);
	assert_int_equal(caps.background[0], 255);
	assert_int_equal(caps.background[1], 128);
	assert_int_equal(caps.background[2], 0);
}

static void test_xterm_vt340(void **state)
{
	struct terminal_caps caps = decide(XTERM_COMMON "\033[?1;0;1024S\033[?2;0;480;312S"
							"\033[?2;0;1000;1000S" XTERM_REST
							"\033[?63;1;2;4;6;9;15;16;22;28c",
					   &xterm_80x24);

	(void)state;
	assert_int_equal(caps.graphics, GRAPHICS_SIXEL);
	assert_int_equal(caps.cell_width_px, 6);
	assert_int_equal(caps.cell_height_px, 13);
	assert_int_equal(caps.picture_max_width_px, 1000);
	assert_int_equal(caps.registers, 1024);
	assert_false(caps.whole_bands);
	assert_false(caps.tmux);
}

/* 200×50 cells of 6×13: the text area, 1200 wide, is reported as 1000. */
static void test_xterm_vt340_wide(void **state)
{
	struct probe_environment env = xterm_80x24;
	struct terminal_caps caps;

	(void)state;
	env.cols = 200;
	env.rows = 50;
	env.width_px = 1204;
	env.height_px = 654;
	caps = decide("\033[?1;0;1024S\033[?2;0;1000;650S\033[?2;0;1000;1000S\033[?63;4c", &env);
	assert_int_equal(caps.cell_width_px, 6);
	assert_int_equal(caps.cell_height_px, 13);
}

static void check_cell(const struct probe *probe, const struct probe_environment *env, int width_px,
		       int height_px)
{
	struct terminal_caps caps;

	probe_decide(probe, env, -1, &caps);
	assert_int_equal(caps.cell_width_px, width_px);
	assert_int_equal(caps.cell_height_px, height_px);
	assert_int_equal(caps.picture_max_width_px, 900);
}

/* The old text area says nothing of a new window, and another is not the largest sixel. */
static void test_resized(void **state)
{
	struct probe probe = ask("\033[?2;0;480;312S\033[?2;0;900;900S\033[?63;4c");
	struct probe_environment env = xterm_80x24;

	(void)state;
	check_cell(&probe, &env, 6, 13);
	env.cols = 70;
	env.rows = 20;
	env.width_px = 424;
	env.height_px = 264;
	assert_non_null(strstr(probe_resized(&probe), "\033[?2;1;0S"));
	check_cell(&probe, &env, 6, 13);
	answer(&probe, "\033[?2;0;420;260S");
	check_cell(&probe, &env, 6, 13);
	/* Twice at once, with a larger font in between. */
	probe_resized(&probe);
	probe_resized(&probe);
	env.cols = 40;
	env.rows = 10;
	answer(&probe, "\033[?2;0;420;260S\033[?2;0;400;200S");
	check_cell(&probe, &env, 10, 20);
}

static void test_mlterm(void **state)
{
	struct probe_environment env = xterm_80x24;
	struct terminal_caps caps;

	(void)state;
	env.width_px = 800;
	env.height_px = 456;
	caps = decide("\033P1$r0;48;5;16m\033\\\033[?1;0;1024S\033[?1;3;0S\033[?1;3;0S\033[6;19;10t"
		      "\033[4;456;800t\033[?2026;0$y\033]11;rgb:ffff/ffff/ffff\033\\"
		      "\033[?63;1;2;3;4;6;7;15;18;22;29c",
		      &env);
	assert_int_equal(caps.graphics, GRAPHICS_SIXEL);
	assert_false(caps.direct_color);
	assert_int_equal(caps.cell_width_px, 10);
	assert_int_equal(caps.cell_height_px, 19);
	assert_int_equal(caps.registers, 1024);
	assert_int_equal(caps.picture_max_width_px, 1000);
	assert_false(caps.whole_bands);
}

static void test_tmux(void **state)
{
	struct probe_environment env = xterm_80x24;
	struct terminal_caps caps;

	(void)state;
	env.term = "screen";
	env.multiplexer = true;
	env.rows = 23;
	env.width_px = 480;
	env.height_px = 299;
	caps = decide("\033P>|tmux 3.3a\033\\\033[?1;2c", &env);
	assert_int_equal(caps.graphics, GRAPHICS_BLOCKS);
	assert_true(caps.direct_color);
	assert_int_equal(caps.cell_width_px, 6);
	assert_int_equal(caps.cell_height_px, 13);
	/* From 3.4 on, when built with sixel. */
	caps = decide("\033P>|tmux 3.4\033\\\033[?1;0;1024S\033[?1;2;4c", &env);
	assert_int_equal(caps.graphics, GRAPHICS_SIXEL);
	assert_int_equal(caps.pictures_max, 9);
	assert_true(caps.tmux);
	assert_true(caps.whole_bands);
	caps = decide("\033P>|tmux 3.6a\033\\\033[?1;2;4c", &env);
	assert_int_equal(caps.pictures_max, 9);
	caps = decide("\033P>|tmux 3.7\033\\\033[?1;2;4c", &env);
	assert_int_equal(caps.pictures_max, 15);
	caps = decide("\033P>|tmux next-3.8\033\\\033[?1;2;4c", &env);
	assert_int_equal(caps.pictures_max, 9);
	caps = decide("\033P>|XTerm(379)\033\\\033[?1;2;4c", &env);
	assert_int_equal(caps.pictures_max, 15);
}

/* tmux says that it has sixel whatever the terminal around it has. */
static void test_around_tmux(void **state)
{
	static const enum graphics wanted[] = {[OUTER_UNKNOWN] = GRAPHICS_SIXEL,
					       [OUTER_ASKED] = GRAPHICS_BLOCKS,
					       [OUTER_SIXEL] = GRAPHICS_SIXEL,
					       [OUTER_NO_SIXEL] = GRAPHICS_BLOCKS};
	struct probe probe = ask("\033P>|tmux 3.5a\033\\\033[?1;2;4c");
	struct terminal_caps caps;

	(void)state;
	assert_true(probe_is_tmux_with_sixel(&probe));
	for (int outer = OUTER_UNKNOWN; outer <= OUTER_NO_SIXEL; outer++) {
		probe.outer = (enum outer_sixel)outer;
		probe_decide(&probe, &xterm_80x24, -1, &caps);
		assert_int_equal(caps.graphics, wanted[outer]);
	}
	assert_non_null(strstr(caps.reason, "around tmux"));
	probe = ask("\033P>|tmux 3.3a\033\\\033[?1;2c");
	assert_false(probe_is_tmux_with_sixel(&probe));
	probe = ask("\033P>|foot(1.21.0)\033\\\033[?62;4c");
	assert_false(probe_is_tmux_with_sixel(&probe));
}

/* Its OSC 11 answer is the outer terminal's and comes after DA1; COLORTERM is leaked. */
static void test_screen(void **state)
{
	struct probe_environment env = xterm_80x24;
	struct terminal_caps caps;

	(void)state;
	env.term = "screen.xterm-256color";
	env.colorterm = "truecolor";
	env.multiplexer = true;
	env.colors = 256;
	caps = decide("\033[?1;2c\033]11;rgb:ffff/ffff/ffff\033\\", &env);
	assert_int_equal(caps.graphics, GRAPHICS_BLOCKS256);
	assert_false(caps.direct_color);
	assert_int_equal(caps.background[0], 255);
}

static void test_foot(void **state)
{
	struct probe_environment env = xterm_80x24;
	struct terminal_caps caps;

	(void)state;
	env.colors = 256;
	env.width_px = env.height_px = 0;
	caps = decide("\033P>|foot(1.13.1)\033\\\033P1$r0;48:2::1:2:3m\033\\\033[?1;0;256S"
		      "\033[?2;0;800;480S\033[?2;0;10000;10000S\033[6;20;10t\033[4;480;800t"
		      "\033[?2026;2$y\033]11;rgb:2424/2424/2424\033\\\033[?62;4;22c",
		      &env);
	assert_int_equal(caps.graphics, GRAPHICS_SIXEL);
	assert_true(caps.synchronized);
	assert_int_equal(caps.cell_width_px, 10);
	assert_int_equal(caps.cell_height_px, 20);
	assert_int_equal(caps.picture_max_width_px, 10000);
	assert_int_equal(caps.background[0], 0x24);
}

/* A virtual cell of 10×20 whatever the font, no pixels from the kernel. */
static void test_windows_terminal(void **state)
{
	struct probe_environment env = xterm_80x24;
	struct terminal_caps caps;

	(void)state;
	env.width_px = env.height_px = 0;
	caps = decide(
		"\033[6;20;10t\033[4;480;800t\033[?2026;0$y\033[?61;4;6;7;14;21;22;23;24;28;32;42c",
		&env);
	assert_int_equal(caps.graphics, GRAPHICS_SIXEL);
	assert_int_equal(caps.cell_width_px, 10);
	assert_int_equal(caps.cell_height_px, 20);
}

static void test_konsole(void **state)
{
	struct probe_environment env = xterm_80x24;
	struct terminal_caps caps;

	(void)state;
	env.colorterm = "truecolor";
	env.colors = 256;
	caps = decide("\033P>|Konsole 23.08.1\033\\\033[?62;1;4c", &env);
	assert_int_equal(caps.graphics, GRAPHICS_BLOCKS);
	assert_non_null(strstr(caps.reason, "Konsole"));
}

static void test_silence(void **state)
{
	struct probe_environment env = xterm_80x24;
	struct terminal_caps caps;

	(void)state;
	env.colors = 8;
	caps = decide("", &env);
	assert_int_equal(caps.graphics, GRAPHICS_BLOCKS16);
	assert_int_equal(caps.colors, 8);
	env.colors = 256;
	caps = decide("", &env);
	assert_int_equal(caps.graphics, GRAPHICS_BLOCKS256);
	env.term = "xterm-direct";
	caps = decide("", &env);
	assert_int_equal(caps.graphics, GRAPHICS_BLOCKS);
	env.utf8 = false;
	caps = decide("\033[?1;2c", &env);
	assert_int_equal(caps.graphics, GRAPHICS_ASCII);
	/* Sixel needs neither UTF-8 nor colours of text. */
	env.colors = 0;
	caps = decide("\033P1$r48;2;1;2;3m\033\\\033[?62;4c", &env);
	assert_int_equal(caps.graphics, GRAPHICS_SIXEL);
	assert_false(caps.direct_color);
	env.utf8 = true;
	caps = decide("\033P1$r48;2;1;2;3m\033\\\033[?62c", &env);
	assert_int_equal(caps.graphics, GRAPHICS_MONO);
}

static void test_cell_size(void **state)
{
	struct probe_environment env = xterm_80x24;
	struct terminal_caps caps;

	(void)state;
	/* The kernel's and the terminal's disagree. */
	caps = decide("\033[6;20;10t\033[?62;4c", &env);
	assert_int_equal(caps.cell_width_px, 10);
	/* Not plausible: 1×3 pixels a cell. */
	env.width_px = 80;
	env.height_px = 72;
	caps = decide("\033[4;480;800t\033[?62;4c", &env);
	assert_int_equal(caps.cell_width_px, 10);
	assert_int_equal(caps.cell_height_px, 20);
	caps = decide("\033[6;0;0t\033[?62;4c", &env);
	assert_int_equal(caps.cell_width_px, 10);
	assert_int_equal(caps.cell_height_px, 20);
	env.rows = env.cols = 0;
	caps = decide("\033[?2;0;480;312S\033[4;480;800t\033[?62;4c", &env);
	assert_int_equal(caps.cell_width_px, 10);
}

static void test_forced(void **state)
{
	struct probe probe = ask("\033[?1;2c");
	struct probe_environment env = xterm_80x24;
	struct terminal_caps caps;

	(void)state;
	env.colors = 256;
	for (int forced = GRAPHICS_NONE; forced <= GRAPHICS_KITTY; forced++) {
		probe_decide(&probe, &env, forced, &caps);
		assert_int_equal(caps.graphics, forced);
	}
	/* Half blocks in the colours that there are. */
	env.colors = 16;
	probe_decide(&probe, &env, GRAPHICS_BLOCKS, &caps);
	assert_int_equal(caps.graphics, GRAPHICS_BLOCKS16);
	env.colors = 0;
	probe_decide(&probe, &env, GRAPHICS_BLOCKS, &caps);
	assert_int_equal(caps.graphics, GRAPHICS_MONO);
}

/* DECRQSS: refused, or another colour than was set; XTSMGRAPHICS and OSC 11: nonsense. */
static void test_nonsense(void **state)
{
	struct probe probe = ask("\033P0$r\033\\\033[?2;0;5S\033[?7;0;5;5S\033]11;rgb:zz/1/1\a"
				 "\033]11;?\a\033[?c");

	(void)state;
	assert_false(probe.direct_color);
	assert_false(probe.has_background);
	assert_int_equal(probe.geometry_width_px, 0);
	assert_true(probe.complete);
	assert_false(probe.sixel);
	probe = ask("\033P1$r0;48;2;0;0;0m\033\\");
	assert_false(probe.direct_color);
	/* 4 is an attribute only behind the first number. */
	probe = ask("\033[?4;6c");
	assert_false(probe.sixel);
	probe = ask("\033]11;rgb:f/8/0\a");
	assert_true(probe.has_background);
	assert_int_equal(probe.background[0], 255);
	assert_int_equal(probe.background[1], 136);
}

static void test_questions(void **state)
{
	const char *q = probe_questions();
	struct probe probe;

	(void)state;
	/* DA1 last; 18 t never: tmux answers it with rows and columns swapped. */
	assert_string_equal(q + strlen(q) - 3, "\033[c");
	assert_null(strstr(q, "18t"));
	/* GNU screen writes what is in a DCS on the screen (4.9, seen), and tells no name. */
	assert_null(strstr(q, "\033P"));
	probe = ask("\033[?1;2c");
	assert_null(probe_color_question(&probe));
	probe = ask("\033P>|tmux 3.5a\033\\");
	assert_null(probe_color_question(&probe));
	probe = ask("\033P>|XTerm(379)\033\\");
	assert_string_equal(probe_color_question(&probe), "\033[48;2;1;2;3m\033P$qm\033\\\033[m");
	assert_null(probe_color_question(&probe));
	assert_false(probe.color_answered);
	answer(&probe, "\033P1$r0;48:2::1:2:3m\033\\");
	assert_true(probe.color_answered);
}

static void test_not_ours(void **state)
{
	struct sequence focus = {.type = '[', .final = 'I'};
	struct sequence title = {.type = ']', .text = "0;title"};
	struct probe probe;

	(void)state;
	probe_init(&probe);
	assert_false(probe_take(&probe, &focus));
	assert_false(probe_take(&probe, &title));
}

/* What they answered when they were run (Debian 12 and 13), in windows of these cells. */
static void test_answered(void **state)
{
	static const struct {
		const char *answers, *term, *colorterm;
		int rows, cols;
		enum graphics graphics;
		int cell_width_px, cell_height_px;
		bool direct_color, synchronized, whole_bands;
	} cases[] = {
		{"\033P>|kitty(0.26.5)\033\\\033P1$r48:2:1:2:3m\033\\\033[6;17;8t\033[4;612;1000t"
		 "\033[?2026;2$y\033]11;rgb:0000/0000/0000\033\\\033[?62;c",
		 "xterm-kitty", "truecolor", 36, 125, GRAPHICS_KITTY, 8, 17, true, true, true},
		{"\033P>|foot(1.13.1)\033\\\033P1$r0;48:2::1:2:3m\033\\\033[?1;0;1024S"
		 "\033[?2;0;994;616S\033[?2;0;10000;10000S\033[6;14;7t\033[4;616;994t"
		 "\033[?2026;2$y\033]11;rgb:1111/1111/1111\033\\\033[?62;4;22c",
		 "foot", "truecolor", 44, 142, GRAPHICS_SIXEL, 7, 14, true, true, true},
		{"\033P>|foot(1.21.0)\033\\\033P1$r0;48:2::1:2:3m\033\\\033[?1;0;1024S"
		 "\033[?2;0;996;611S\033[?2;0;10000;10000S\033[6;13;6t\033[4;611;996t"
		 "\033[?2026;2$y\033]11;rgb:2424/2424/2424\033\\\033[?62;4;22;28c",
		 "foot", "truecolor", 47, 166, GRAPHICS_SIXEL, 6, 13, true, true, true},
		/* VTE 0.70 */
		{"\033P0$r\033\\\033[?1;1S\033[?2;1S\033[?2;1S\033[4;684;1200t\033[?2026;4$y"
		 "\033]11;rgb:0000/0000/0000\033\\\033[?65;1;9c",
		 "xterm-256color", "truecolor", 36, 120, GRAPHICS_BLOCKS, 10, 19, true, false,
		 false},
		{"\033[4;498;766t\033[?2026;0$y\033[?1;2c", "rxvt-unicode-256color", "rxvt-xpm", 38,
		 125, GRAPHICS_BLOCKS256, 6, 13, false, false, false},
		{"\033P>|Konsole 22.12.3\033\\\033[?1;0;256S\033[?2;0;16384;16384S"
		 "\033[?2;0;16384;16384S\033[6;17;8t\033[4;578;976t"
		 "\033]11;rgb:2323/2626/2727\033\\\033[?62;1;4c",
		 "xterm-256color", "truecolor", 34, 122, GRAPHICS_BLOCKS, 8, 17, true, false, true},
	};
	struct probe_environment env = xterm_80x24;

	(void)state;
	env.colors = 256;
	env.width_px = env.height_px = 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct terminal_caps caps;

		env.term = cases[i].term;
		env.colorterm = cases[i].colorterm;
		env.rows = cases[i].rows;
		env.cols = cases[i].cols;
		caps = decide(cases[i].answers, &env);
		assert_int_equal(caps.graphics, cases[i].graphics);
		assert_int_equal(caps.cell_width_px, cases[i].cell_width_px);
		assert_int_equal(caps.cell_height_px, cases[i].cell_height_px);
		assert_int_equal(caps.direct_color, cases[i].direct_color);
		assert_int_equal(caps.synchronized, cases[i].synchronized);
		assert_int_equal(caps.whole_bands, cases[i].whole_bands);
		assert_false(caps.tmux);
	}
}

/* Not run here: the names and attributes that their documentation and sources give. */
static void test_documented(void **state)
{
	static const struct {
		const char *answers;
		enum graphics graphics;
		int cell_width_px;
		bool synchronized;
	} cases[] = {
		{"\033P>|WezTerm 20240203\033\\\033[6;22;11t\033[?2026;2$y\033[?65;4;6;18;22c",
		 GRAPHICS_SIXEL, 11, true},
		{"\033P>|iTerm2 3.5.0\033\\\033[6;18;9t\033[?2026;2$y\033[?64;1;2;4;6;17;18;21;22c",
		 GRAPHICS_SIXEL, 9, true},
		{"\033P>|kitty(0.36.4)\033\\\033[6;20;9t\033[?2026;2$y\033[?62c", GRAPHICS_KITTY, 9,
		 true},
		{"\033P>|ghostty 1.0.0\033\\\033[6;20;9t\033[?2026;2$y\033[?62;22c", GRAPHICS_KITTY,
		 9, true},
		/* mosh answers for itself, and knows of no pictures. */
		{"\033[?62c", GRAPHICS_BLOCKS, 10, false},
	};
	struct probe_environment env = xterm_80x24;

	(void)state;
	env.term = "xterm-256color";
	env.colorterm = "truecolor";
	env.colors = 256;
	env.width_px = env.height_px = 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct terminal_caps caps = decide(cases[i].answers, &env);

		assert_int_equal(caps.graphics, cases[i].graphics);
		assert_int_equal(caps.cell_width_px, cases[i].cell_width_px);
		assert_int_equal(caps.synchronized, cases[i].synchronized);
	}
	/* A multiplexer passes the outer terminal's name on, perhaps, but not its pictures. */
	env.multiplexer = true;
	assert_int_equal(decide(cases[2].answers, &env).graphics, GRAPHICS_BLOCKS256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xterm_default),
		cmocka_unit_test(test_xterm_vt340),
		cmocka_unit_test(test_xterm_vt340_wide),
		cmocka_unit_test(test_resized),
		cmocka_unit_test(test_mlterm),
		cmocka_unit_test(test_tmux),
		cmocka_unit_test(test_around_tmux),
		cmocka_unit_test(test_screen),
		cmocka_unit_test(test_foot),
		cmocka_unit_test(test_windows_terminal),
		cmocka_unit_test(test_konsole),
		cmocka_unit_test(test_answered),
		cmocka_unit_test(test_documented),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_cell_size),
		cmocka_unit_test(test_forced),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
