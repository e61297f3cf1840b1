/*
 * Bytes from the terminal: every answer that terminals were seen to give and every key, in one
 * piece and split at every byte, and random bytes.
 */
#include "lookalike/base/rng.h"
#include "lookalike/ui/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* One line per event: "key HEX", or "TYPE PREFIX INTERMEDIATE FINAL params text" with - for none.
 */
static void describe(const struct input_event *event, char *out, size_t size)
{
	const struct sequence *s = &event->sequence;
	size_t len;

	if (event->kind == INPUT_KEY) {
		snprintf(out, size, "key %x\n", event->key);
		return;
	}
	if (event->kind == INPUT_PASTED) {
		snprintf(out, size, "pasted %x\n", event->key);
		return;
	}
	len = (size_t)snprintf(out, size, "%c%c%c%c", s->type, s->prefix ? s->prefix : '-',
			       s->intermediate ? s->intermediate : '-', s->final ? s->final : '-');
	for (int i = 0; i < s->param_count; i++)
		len += (size_t)snprintf(out + len, size - len, " %d", s->params[i]);
	snprintf(out + len, size - len, " \"%s\"\n", s->text);
}

static void feed(struct input *in, const char *bytes, size_t len, char *log, size_t size)
{
	struct input_event event;

	for (size_t i = 0; i < len; i++)
		if (input_feed(in, (uint8_t)bytes[i], &event))
			describe(&event, log + strlen(log), size - strlen(log));
}

struct row {
	const char *bytes, *events;
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct input in;
		char log[1024] = "", expected[1024];

		input_init(&in);
		/* A plain key before and behind: it must come through, and only it. */
		feed(&in, "a", 1, log, sizeof(log));
		feed(&in, rows[i].bytes, strlen(rows[i].bytes), log, sizeof(log));
		assert_int_equal(input_wait_ms(&in), 0);
		feed(&in, "b", 1, log, sizeof(log));
		snprintf(expected, sizeof(expected), "key 61\n%skey 62\n", rows[i].events);
		assert_string_equal(log, expected);
	}
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

/* As measured: xterm 379, mlterm 3.9.0, tmux 3.3a, screen 4.9.0. */
static const struct row answers[] = {
	{"\033[?64;1;2;6;9;15;16;17;18;21;22;28c", "[?-c 64 1 2 6 9 15 16 17 18 21 22 28 \"\"\n"},
	{"\033[?63;1;2;4;6;9;15;16;22;28c", "[?-c 63 1 2 4 6 9 15 16 22 28 \"\"\n"},
	{"\033[?63;1;2;3;4;6;7;15;18;22;29c", "[?-c 63 1 2 3 4 6 7 15 18 22 29 \"\"\n"},
	{"\033[?1;2c", "[?-c 1 2 \"\"\n"},
	{"\033[?1;2;4c", "[?-c 1 2 4 \"\"\n"},
	{"\033P>|XTerm(379)\033\\", "P>-| \"XTerm(379)\"\n"},
	{"\033P>|tmux 3.3a\033\\", "P>-| \"tmux 3.3a\"\n"},
	{"\033[?1;0;1024S", "[?-S 1 0 1024 \"\"\n"},
	{"\033[?1;3S", "[?-S 1 3 \"\"\n"},
	{"\033[?1;3;0S", "[?-S 1 3 0 \"\"\n"},
	{"\033[?2;0;480;312S", "[?-S 2 0 480 312 \"\"\n"},
	{"\033[4;456;800t", "[--t 4 456 800 \"\"\n"},
	{"\033[6;19;10t", "[--t 6 19 10 \"\"\n"},
	{"\033[8;24;80t", "[--t 8 24 80 \"\"\n"},
	{"\033[?2026;0$y", "[?$y 2026 0 \"\"\n"},
	{"\033[?8452;2$y", "[?$y 8452 2 \"\"\n"},
	{"\033]11;rgb:ffff/ffff/ffff\033\\", "]--- \"11;rgb:ffff/ffff/ffff\"\n"},
	{"\033]11;rgb:0000/0000/0000\a", "]--- \"11;rgb:0000/0000/0000\"\n"},
	{"\033]11;rgb:00/00/00\x9c", "]--- \"11;rgb:00/00/00\"\n"},
	{"\033P1$r0;48:2::1:2:3m\033\\", "P-$r 1 \"0;48:2::1:2:3m\"\n"},
	{"\033P1$r0;48;5;16m\033\\", "P-$r 1 \"0;48;5;16m\"\n"},
	{"\033_Gi=31;OK\033\\", "_--- \"Gi=31;OK\"\n"},
	{"\033[0n", "[--n 0 \"\"\n"},
	/* 0x9c within a character does not end the string. */
	{"\033]0;\xe2\x9c\x93\x9c", "]--- \"0;\xe2\x9c\x93\"\n"},
};

static const struct row keys[] = {
	{"\033[A", "key 110000\n"},
	{"\033OB", "key 110001\n"},
	{"\033[D\033OC", "key 110002\nkey 110003\n"},
	{"\033[H\033OH\033[1~\033[7~", "key 110004\nkey 110004\nkey 110004\nkey 110004\n"},
	{"\033[F\033OF\033[4~\033[8~", "key 110005\nkey 110005\nkey 110005\nkey 110005\n"},
	{"\033[5~\033[6~", "key 110006\nkey 110007\n"},
	{"\033[Z", "key 110008\n"},
	{"\033[2~\033[3~", "key 110009\nkey 11000a\n"},
	{"\033OP\033OS\033[11~\033[14~", "key 11000b\nkey 11000e\nkey 11000b\nkey 11000e\n"},
	{"\033[15~\033[17~\033[24~", "key 11000f\nkey 110010\nkey 110016\n"},
	{"\033[[A\033[[E", "key 11000b\nkey 11000f\n"},
	{"\033[1;5A\033[1;2D\033[5;3~\033O5A", "key 110000\nkey 110002\nkey 110006\nkey 110000\n"},
	{"\033[97u\033[97;5u\033[97:65;5u\033[27;5;100~", "key 61\nkey 1\nkey 1\nkey 4\n"},
	{"\033Ok\033Om\033OM\033Oy\033OX", "key 2b\nkey 2d\nkey d\nkey 39\nkey 3d\n"},
	{"\r\t\x04\x7f\b", "key d\nkey 9\nkey 4\nkey 7f\nkey 7f\n"},
	{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "key e9\nkey 20ac\nkey 1f600\n"},
	/* Pasted text, with the start of the end in it; without control characters and bad UTF-8.
	 */
	{"\033[200~q\033[A\033[20 ~\033\033[201~", "pasted 71\npasted 41\npasted 20\npasted 7e\n"},
	{"\033[200~\xc3\xa9\r\n\t\x7f\xf0\x9f\x98\x80\033[201~\xc3\xa9",
	 "pasted e9\npasted 1f600\nkey e9\n"},
	{"\033[200~\xc3q\xff\xe2\x82\033[201~", "pasted 71\n"},
	{"\033[200~\033[201~", ""},
	/* Unknown, or with Alt: swallowed whole. */
	{"\033x\033\xc3\xa9\033(B\033\x7f", ""},
	{"\033[M !!\033OI\033[[Z", ""},
	{"\033[31~", "[--~ 31 \"\"\n"},
	{"\033[I", "[--I \"\"\n"},
	/* Cut off in the middle by the next one, or by CAN. */
	{"\033[12\033[A\033]11;rg\033[B\033P1$r\x18\033O\033OA",
	 "key 110000\nkey 110001\nkey 110000\n"},
};

static const struct row invalid[] = {
	{"\xff\xfe\x80\xbf", ""},
	{"\xc0\xaf\xc1\xbf", ""},             /* overlong */
	{"\xe0\x80\xaf\xf0\x80\x80\xaf", ""}, /* overlong */
	{"\xed\xa0\x80", ""},                 /* surrogate */
	{"\xf4\x90\x80\x80", ""},             /* beyond Unicode */
	{"\xc2\x9b", ""},                     /* C1 control */
	{"\xe2\x82q", "key 71\n"},            /* cut short */
	{"\033[1\xc3\xa9", "key e9\n"},
};

static void test_answers(void **state)
{
	(void)state;
	CHECK_ROWS(answers);
}

static void test_keys(void **state)
{
	(void)state;
	CHECK_ROWS(keys);
}

static void test_invalid_utf8(void **state)
{
	(void)state;
	CHECK_ROWS(invalid);
}

/* A pause after any byte, with the time-out where one would come, changes nothing but for ESC. */
static void test_splits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		size_t len = strlen(answers[i].bytes);

		for (size_t cut = 1; cut < len; cut++) {
			struct input in;
			struct input_event event;
			char log[1024] = "";

			input_init(&in);
			feed(&in, answers[i].bytes, cut, log, sizeof(log));
			assert_int_equal(input_wait_ms(&in) > 0, cut == 1);
			if (cut > 1)
				assert_false(input_timeout(&in, &event));
			feed(&in, answers[i].bytes + cut, len - cut, log, sizeof(log));
			assert_string_equal(log, answers[i].events);
		}
	}
}

static void test_escape(void **state)
{
	struct input_event event;
	struct input in;

	(void)state;
	input_init(&in);
	assert_int_equal(input_wait_ms(&in), 0);
	assert_false(input_timeout(&in, &event));
	assert_false(input_feed(&in, 27, &event));
	assert_in_range(input_wait_ms(&in), 1, 100);
	assert_true(input_timeout(&in, &event));
	assert_int_equal(event.kind, INPUT_KEY);
	assert_int_equal(event.key, K_ESC);
	assert_int_equal(input_wait_ms(&in), 0);
	/* Twice: the first is certain at once. */
	assert_false(input_feed(&in, 27, &event));
	assert_true(input_feed(&in, 27, &event));
	assert_int_equal(event.key, K_ESC);
	assert_in_range(input_wait_ms(&in), 1, 100);
	assert_true(input_timeout(&in, &event));
	assert_true(input_feed(&in, 'x', &event));
	assert_int_equal(event.key, 'x');
}

/* The keyboard is not deaf for ever when the end of a paste is lost. */
static void test_paste_without_end(void **state)
{
	struct input_event event;
	char log[256] = "";
	struct input in;

	(void)state;
	input_init(&in);
	feed(&in, "\033[200~a\xc3", 8, log, sizeof(log));
	assert_string_equal(log, "pasted 61\n");
	assert_in_range(input_wait_ms(&in), 1000, 10000);
	assert_false(input_timeout(&in, &event));
	assert_int_equal(input_wait_ms(&in), 0);
	feed(&in, "Q", 1, log, sizeof(log));
	assert_string_equal(log, "pasted 61\nkey 51\n");
}

static void test_overlong(void **state)
{
	struct input_event event;
	struct input in;

	(void)state;
	input_init(&in);
	for (const char *p = "\033P>|"; *p; p++)
		assert_false(input_feed(&in, (uint8_t)*p, &event));
	for (int i = 0; i < 100000; i++)
		assert_false(input_feed(&in, 'x', &event));
	assert_false(input_feed(&in, 27, &event));
	assert_true(input_feed(&in, '\\', &event));
	assert_int_equal(strlen(event.sequence.text), SEQUENCE_TEXT_MAX - 1);

	for (const char *p = "\033["; *p; p++)
		assert_false(input_feed(&in, (uint8_t)*p, &event));
	for (int i = 0; i < 1000; i++)
		for (const char *p = "99999999999;"; *p; p++)
			assert_false(input_feed(&in, (uint8_t)*p, &event));
	assert_true(input_feed(&in, 't', &event));
	assert_int_equal(event.sequence.param_count, SEQUENCE_PARAMS_MAX);
	assert_true(event.sequence.params[0] > 0);
}

/* Half of the bytes from those that mean something, so that every state is reached. */
static void test_garbage(void **state)
{
	static const char telling[] = "\033\033\033[]P_OX^M~;:?$\\\a\x18\x9c\xc3\xe2 019u[";
	struct input_event event;
	struct input in;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, 0);
	input_init(&in);
	for (int i = 0; i < 100000; i++) {
		uint64_t n = rng_next(&rng);
		uint8_t byte = n & 1 ? (uint8_t)(n >> 8)
				     : (uint8_t)telling[(n >> 8) % (sizeof(telling) - 1)];

		if (input_feed(&in, byte, &event) && event.kind == INPUT_KEY)
			assert_true(event.key > 0 && event.key <= K_F12);
		if (n % 64 == 0)
			input_timeout(&in, &event);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),      cmocka_unit_test(test_keys),
		cmocka_unit_test(test_invalid_utf8), cmocka_unit_test(test_splits),
		cmocka_unit_test(test_escape),       cmocka_unit_test(test_paste_without_end),
		cmocka_unit_test(test_overlong),     cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
