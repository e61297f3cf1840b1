/*
 * The suggested k on generated data: right where there are groups, none where there are none, and
 * the same whatever kmax is. "make figures-k" does the same at length.
 */
#include "generated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RESTARTS 10

static void test_separated_groups(void **state)
{
	static const int dimensions[] = {3, 8, 32, 128};
	int right = 0, all = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		for (int k = 2; k <= 15; k += dimensions[i] > 3 ? dimensions[i] > 8 ? 5 : 2 : 1) {
			int d = dimensions[i];
			struct curve curve =
				generated_survey(generated_groups(k, d, (uint64_t)(100 * d + k)),
						 k * GROUP_ROWS, d, 0, RESTARTS);

			assert_true(curve.decided);
			assert_true(*curve.reason);
			right += abs(curve.suggested - k) <= 0.1 * k;
			all++;
			curve_done(&curve);
		}
	print_message("right: %d of %d\n", right, all);
	assert_true(right >= 0.9 * all);
}

static void test_no_structure(void **state)
{
	static const int dimensions[] = {2, 3, 8, 32};

	(void)state;
	for (int kind = 0; kind < STRUCTURELESS_COUNT; kind++) {
		int confident = 0;

		for (int set = 0; set < 40; set++) {
			int d = dimensions[set % 4], n = 60 + 5 * set;
			struct curve curve = generated_survey(
				generated_nothing(kind, n, d, (uint64_t)set + 1000), n, d, 0,
				RESTARTS);

			confident += curve.suggested > 0;
			curve_done(&curve);
		}
		assert_in_range(confident, 0, 2);
	}
}

/*
 * Groups on a line, where a shuffled column is the same data and is not asked. Along one of several
 * columns a shuffled copy has the same groups: nothing is suggested, though both criteria agree.
 */
static void test_one_column(void **state)
{
	const int n = 240;

	(void)state;
	for (int d = 1; d <= 3; d += 2) {
		float *values = generated_nothing(GAUSSIAN, n, d, 4);
		struct curve curve;

		for (int i = 0; i < n; i++)
			values[i * d] += (float)(12 * (i % 3));
		curve = generated_survey(values, n, d, 0, RESTARTS);
		assert_int_equal(curve.bic_k, 3);
		assert_int_equal(curve.silhouette_k, 3);
		assert_int_equal(curve.suggested, d == 1 ? 3 : 0);
		curve_done(&curve);
	}
}

static void test_does_not_move_with_kmax(void **state)
{
	static const int kmaxes[] = {0, 10, 20, 40, 80};

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct curve curve = generated_survey(generated_groups(7, 8, 77), 7 * GROUP_ROWS, 8,
						      kmaxes[i], RESTARTS);

		assert_int_equal(curve.suggested, 7);
		assert_int_equal(curve_kmax(&curve), kmaxes[i] ? kmaxes[i] : 20);
		curve_done(&curve);
	}
}

/* More groups than kmax: found where it is no wall, and no claim made where it is. */
static void test_beyond_kmax(void **state)
{
	struct curve open = generated_survey(generated_groups(27, 8, 5), 27 * GROUP_ROWS, 8, 0, 2);
	struct curve wall = generated_survey(generated_groups(27, 8, 5), 27 * GROUP_ROWS, 8, 20, 2);

	(void)state;
	assert_in_range(open.suggested, 25, 29);
	/* every k near the peak was looked at, and costs never rise */
	for (int k = 25; k <= 29; k++)
		assert_non_null(curve_at(&open, k));
	for (int i = 1; i < open.count; i++)
		assert_true(open.points[i].cost <= open.points[i - 1].cost);
	assert_int_equal(wall.suggested, 0);
	assert_int_equal(curve_kmax(&wall), 20);
	assert_non_null(strstr(wall.reason, "still rises at 20, its last k"));
	curve_done(&open);
	curve_done(&wall);
}

static void test_few_rows(void **state)
{
	(void)state;
	for (int n = 1; n <= 12; n++) {
		struct curve curve = generated_survey(generated_nothing(GAUSSIAN, n, 3, 8), n, 3, 0,
						      RESTARTS);

		assert_true(curve.decided);
		assert_int_equal(curve.suggested, 0);
		assert_in_range(rule_auto(&curve), 1, n);
		curve_done(&curve);
	}
}

static void test_equal_rows(void **state)
{
	const int n = 50, d = 7;
	float *values = malloc((size_t)(n * d) * sizeof(*values));
	struct curve curve;

	(void)state;
	assert_non_null(values);
	for (int i = 0; i < n * d; i++)
		values[i] = 0.1F * (float)(1 + i % d);
	curve = generated_survey(values, n, d, 0, RESTARTS);
	assert_int_equal(curve.suggested, 0);
	assert_int_equal(curve.knee + curve.silhouette_k + curve.bic_k, 0);
	assert_string_equal(curve.reason, "no clear k: all rows are the same");
	assert_int_equal(rule_auto(&curve), 1);
	curve_done(&curve);
}

static void test_auto_and_words(void **state)
{
	struct curve curve = {.bic_k = 6, .silhouette_k = 2};
	char words[40];

	(void)state;
	assert_int_equal(rule_auto(&(struct curve){0}), 0);
	assert_int_equal(rule_auto(&curve), 6);
	rule_words(&curve, words, sizeof(words));
	assert_string_equal(words, "");
	curve.decided = true;
	assert_int_equal(rule_auto(&curve), 6);
	rule_words(&curve, words, sizeof(words));
	assert_string_equal(words, "no clear k: silh 2, bic 6");
	curve.suggested = 7;
	assert_int_equal(rule_auto(&curve), 7);
	rule_words(&curve, words, sizeof(words));
	assert_string_equal(words, "suggested 7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_separated_groups),
		cmocka_unit_test(test_no_structure),
		cmocka_unit_test(test_one_column),
		cmocka_unit_test(test_does_not_move_with_kmax),
		cmocka_unit_test(test_beyond_kmax),
		cmocka_unit_test(test_few_rows),
		cmocka_unit_test(test_equal_rows),
		cmocka_unit_test(test_auto_and_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
