/*
 * Groups by distance against scipy's average linkage (tests/reference/linkage_scipy.py), and the
 * nearest rows against all of them.
 */
#include "lookalike/base/memory.h"
#include "lookalike/base/rng.h"
#include "lookalike/cluster/linkage.h"
#include "lookalike/cluster/neighbors.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROWS    60
#define COLUMNS 3

static const struct {
	double threshold;
	int k;
	int32_t labels[ROWS];
} expected[] = {
	{0.1, 14, {6, 0, 0,  6, 1, 4, 2, 0, 4, 5,  10, 7,  8, 1,  0,  5, 2,  9,  9, 2,
		   5, 0, 12, 8, 0, 4, 7, 3, 6, 13, 3,  10, 1, 11, 11, 1, 12, 3,  2, 0,
		   4, 5, 10, 7, 3, 1, 7, 2, 8, 3,  3,  8,  9, 5,  6,  4, 2,  11, 9, 1}},
	{0.3, 4, {2, 1, 1, 2, 2, 0, 3, 1, 0, 1, 0, 1, 0, 2, 1, 1, 3, 3, 3, 3,
		  1, 1, 2, 0, 1, 0, 1, 0, 2, 1, 0, 0, 2, 2, 2, 2, 2, 0, 3, 1,
		  0, 1, 0, 1, 0, 2, 1, 3, 0, 0, 0, 0, 3, 1, 2, 0, 3, 2, 3, 2}},
	{0.5, 3, {2, 0, 0, 2, 2, 1, 0, 0, 1, 0, 1, 0, 1, 2, 0, 0, 0, 0, 0, 0,
		  0, 0, 2, 1, 0, 1, 0, 1, 2, 0, 1, 1, 2, 2, 2, 2, 2, 1, 0, 0,
		  1, 0, 1, 0, 1, 2, 0, 0, 1, 1, 1, 1, 0, 0, 2, 1, 0, 2, 0, 2}},
};

static void test_like_scipy(void **state)
{
	float values[ROWS * COLUMNS];
	const struct matrix data = {ROWS, COLUMNS, values};
	int32_t labels[ROWS];
	int k;

	(void)state;
	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j < COLUMNS; j++)
			values[i * COLUMNS + j] =
				(float)((i * 7919 + j * 104729 + i * i * 31) % 1000) / 1000;
	for (size_t c = 0; c < sizeof(expected) / sizeof(expected[0]); c++) {
		assert_int_equal(linkage_groups(&data, expected[c].threshold, NULL, labels, &k,
						NULL),
				 OK);
		assert_int_equal(k, expected[c].k);
		assert_memory_equal(labels, expected[c].labels, sizeof(labels));
	}
}

/* Twins are one group however near the threshold is to nothing, strangers are alone. */
static void test_extremes(void **state)
{
	static const float values[] = {1, 1, 5, 5, 1, 1, 9, 0, 1, 1};
	const struct matrix data = {5, 2, values};
	static const int32_t twins[] = {0, 1, 0, 2, 0};
	int32_t labels[5];
	int k;

	(void)state;
	assert_int_equal(linkage_groups(&data, 0.01, NULL, labels, &k, NULL), OK);
	assert_int_equal(k, 3);
	assert_memory_equal(labels, twins, sizeof(twins));
	assert_int_equal(linkage_groups(&data, 1000, NULL, labels, &k, NULL), OK);
	assert_int_equal(k, 1);
	assert_int_equal(linkage_groups(&(struct matrix){0, 2, values}, 1, NULL, labels, &k, NULL),
			 ERR_INPUT);
}

static void test_cancelled(void **state)
{
	static const float values[] = {1, 2};
	const struct matrix data = {2, 1, values};
	atomic_bool cancelled = true;
	int32_t labels[2];
	int k = 7;

	(void)state;
	assert_int_equal(linkage_groups(&data, 5, &cancelled, labels, &k, NULL), ERR_CANCELLED);
	assert_int_equal(k, 7);
}

/* More rows than one thread takes, and not a multiple of anything. */
static void test_neighbors(void **state)
{
	enum {
		n = 701,
		d = 13
	};
	float *values = memory_new(n * d * sizeof(*values));
	const struct matrix data = {n, d, values};
	const float limit2 = 0.9f;
	struct neighbors found;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3, 0);
	for (int i = 0; i < n * d; i++)
		values[i] = (float)rng_uniform(&rng);
	assert_int_equal(neighbors_find(&data, limit2, NULL, NULL, &found, NULL), OK);
	for (int i = 0; i < n; i++) {
		int near = 0;

		for (int j = 0; j < n; j++) {
			double sum = 0;

			for (int v = 0; v < d; v++)
				sum += pow((double)values[i * d + v] - values[j * d + v], 2);
			near += j != i && sum < (double)limit2;
		}
		assert_int_equal(found.counts[i], near < NEIGHBORS_MAX ? near : NEIGHBORS_MAX);
		for (int v = 1; v < found.counts[i]; v++)
			assert_true(found.items[i * NEIGHBORS_MAX + v].distance2 >=
				    found.items[i * NEIGHBORS_MAX + v - 1].distance2);
	}
	neighbors_done(&found);
	free(values);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_scipy),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_neighbors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
