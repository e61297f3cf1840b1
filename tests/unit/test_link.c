/*
 * The line's speed: against a line that is simulated here, with a buffer that takes everything.
 */
#include "lookalike/ui/link.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A line of so many bytes a millisecond; when all that was put on it has gone over it. */
struct line {
	double rate, delay_ms, free_ms;
};

static void put(struct line *line, double bytes, double now)
{
	line->free_ms = (line->free_ms > now ? line->free_ms : now) + bytes / line->rate;
}

/* Send what takes five seconds, with a question behind each twentieth; the longest that a byte
 * waited on the line. */
static double longest_wait(struct link *link, struct line *line, double *now)
{
	double answers[64], longest = 0;
	size_t all = (size_t)(5000 * line->rate), sent = 0, since = 0;
	int asked = 0, answered = 0;

	while (sent < all) {
		size_t room = link_room(link, *now), piece = (size_t)(link->rate * 10) + 1;

		while (answered < asked && answers[answered] <= *now) {
			link_answered(link, *now);
			answered++;
		}
		if (room >= piece && link_may_ask(link, *now)) {
			put(line, (double)piece, *now);
			link_sent(link, piece, *now);
			sent += piece;
			since += piece;
			if (line->free_ms - *now > longest)
				longest = line->free_ms - *now;
		} else {
			*now += 1;
			assert_true(*now < 1e6);
		}
		if (since >= all / 20) {
			since = 0;
			link_asked(link, *now);
			answers[asked++] = line->free_ms + 2 * line->delay_ms;
		}
	}
	return longest;
}

static double read_at(double when, double from, double until)
{
	return when >= from && when < until ? until : when;
}

/* Answers that come in the pause [from, until) are read at its end. Returns how often it was
 * measured. */
static int measure(struct link *link, struct line *line, double *now, double from, double until)
{
	size_t len, parts = LINK_MEASURES;
	int turns = 0;

	link_init(link);
	do {
		double began = *now;

		assert_non_null(link_measure(link, began, &len));
		assert_int_equal(link_room(link, began), 0);
		turns++;
		put(line, 4, began);
		for (size_t i = 0; i <= parts; i++) {
			*now = read_at(line->free_ms + 2 * line->delay_ms, from, until);
			assert_true(link->measuring);
			link_answered(link, *now);
			put(line, (double)(len - 4) / (double)parts, began);
		}
		line->free_ms = 0;
	} while (link->measure_due);
	assert_false(link->measuring);
	return turns;
}

/* 56 kbit/s to 100 Mbit/s, at hand and far away: measured within a tenth, never far ahead of it. */
static void test_speeds(void **state)
{
	static const double rates[] = {7, 32, 125, 1250, 12500}, delays[] = {0, 25, 100, 300};

	(void)state;
	for (size_t r = 0; r < sizeof(rates) / sizeof(*rates); r++) {
		for (size_t d = 0; d < sizeof(delays) / sizeof(*delays); d++) {
			struct line line = {rates[r], delays[d], 0};
			struct link link;
			double now = 1000;

			/* Answers at once from afar are not taken on trust. */
			assert_int_equal(measure(&link, &line, &now, 0, 0), r == 4 && d ? 2 : 1);
			assert_true(link.rate > 0.9 * rates[r] && link.rate < 1.1 * rates[r]);
			assert_int_equal(link_is_slow(&link), r < 2);
			/* On the slowest a question alone is a while behind the answer before. */
			assert_true(longest_wait(&link, &line, &now) <
				    (r ? 120 : 600) + 0.6 * delays[d]);
		}
	}
}

/* This program pauses while answers come: it does not take the line for a faster one. */
static void test_pause(void **state)
{
	struct line line = {125, 50, 0};
	struct link link;
	double now = 1000;

	(void)state;
	assert_int_equal(measure(&link, &line, &now, 1090, 1140), 2);
	assert_true(link.rate > 110 && link.rate < 130);
	/* A fast one no slow one. */
	line = (struct line){12500, 1, 0};
	now = 1000;
	assert_int_equal(measure(&link, &line, &now, 1002.2, 1040), 2);
	assert_true(link.rate > 11000 && link.rate < 13000);
	/* Nor when it was away until the last one was there. */
	line = (struct line){125, 50, 0};
	now = 1000;
	assert_int_equal(measure(&link, &line, &now, 1090, 2000), 2);
	assert_true(link.rate > 110 && link.rate < 130);
	/* Even if it does: no second picture goes before the first has come through. */
	link.rate = 10000;
	assert_true(link_may_ask(&link, now));
	link_sent(&link, 25000, now);
	link_asked(&link, now);
	assert_false(link_may_ask(&link, now));
	link.rate = 125;
	assert_true(fabs(link_delay_ms(&link, 12500, now) - 300) < 0.01);
	assert_true(fabs(link_delay_ms(&link, 12500, now + 100) - 200) < 0.01);
	link_answered(&link, now + 300);
	assert_true(link_may_ask(&link, now + 300));
}

/* The line becomes ten times slower: it is found out, and what is ahead gets less again. */
static void test_slower(void **state)
{
	struct line line = {1250, 25, 0};
	struct link link;
	double now = 1000;

	(void)state;
	measure(&link, &line, &now, 0, 0);
	line.rate = 125;
	longest_wait(&link, &line, &now);
	assert_true(link.rate < 250);
	now += 1000;
	assert_true(longest_wait(&link, &line, &now) < 150);
}

/* Nobody answers: after a while all is sent. */
static void test_silence(void **state)
{
	struct link link;
	size_t len;

	(void)state;
	link_init(&link);
	assert_true(link_room(&link, 0) > 1000000);
	link_measure(&link, 0, &len);
	assert_int_equal(link_room(&link, 100), 0);
	assert_true(link_room(&link, 10000) > 1000000);
	for (int i = 0; i < 100; i++)
		link_asked(&link, 10000 * i);
	assert_true(link_may_ask(&link, 1100000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_speeds),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_slower),
		cmocka_unit_test(test_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
