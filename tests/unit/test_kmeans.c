/*
 * kmeans_run() against the best of all partitions of a few rows, against
 * scikit-learn on many, and on the input that tends to go wrong.
 */
#include "lookalike/cluster/kmeans.h"

#include "rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define N_MAX 500
#define D_MAX 130

static int32_t labels[N_MAX];
static float centers[N_MAX * D_MAX];
static double cost;

static enum status run(const float *values, int n, int d, int k, int restarts, uint64_t seed)
{
	struct matrix data = {.n = n, .d = d, .values = values};
	struct kmeans_options options = {.restarts = restarts, .seed = seed};

	return kmeans_run(&data, k, &options, labels, centers, &cost, NULL);
}

static double partition_cost(const float *values, int n, int d, const int *groups, int k)
{
	double sum = 0;

	for (int g = 0; g < k; g++)
		for (int j = 0; j < d; j++) {
			double mean = 0, count = 0;

			for (int i = 0; i < n; i++)
				if (groups[i] == g) {
					mean += values[i * d + j];
					count++;
				}
			mean /= count;
			for (int i = 0; i < n; i++)
				if (groups[i] == g)
					sum += pow(values[i * d + j] - mean, 2);
		}
	return sum;
}

/* The least cost of all partitions of rows into k groups; rows before `row` are placed. */
static double best_partition(const float *values, int n, int d, int k, int *groups, int row,
			     int used)
{
	double best = INFINITY;

	if (row == n)
		return used == k ? partition_cost(values, n, d, groups, k) : INFINITY;
	for (int g = 0; g <= used && g < k; g++) {
		groups[row] = g;
		best = fmin(best, best_partition(values, n, d, k, groups, row + 1,
						 g == used ? used + 1 : used));
	}
	return best;
}

/* Whatever the data: labels in range, sizes falling, none empty, centres means, cost theirs. */
static void assert_consistent(const float *values, int n, int d, int k)
{
	int groups[N_MAX], sizes[N_MAX] = {0}, first[N_MAX];

	for (int i = n - 1; i >= 0; i--) {
		assert_in_range(labels[i], 0, k - 1);
		groups[i] = labels[i];
		sizes[labels[i]]++;
		first[labels[i]] = i;
	}
	for (int g = 0; g < k; g++) {
		assert_true(sizes[g] > 0);
		if (g > 0)
			assert_true(sizes[g - 1] > sizes[g] ||
				    (sizes[g - 1] == sizes[g] && first[g - 1] < first[g]));
	}
	for (int g = 0; g < k; g++)
		for (int j = 0; j < d; j++) {
			double mean = 0;

			for (int i = 0; i < n; i++)
				mean += groups[i] == g ? values[i * d + j] : 0;
			mean /= sizes[g];
			assert_true(fabs(mean - centers[g * d + j]) <= 1e-6 * (1 + fabs(mean)));
		}
	double expected = partition_cost(values, n, d, groups, k);

	assert_true(fabs(cost - expected) <= 1e-6 * (1 + expected));
}

static void assert_optimal(const float *values, int n, int d)
{
	int groups[9];

	for (int k = 1; k <= n; k++) {
		double best = best_partition(values, n, d, k, groups, 0, 0);

		assert_int_equal(run(values, n, d, k, 30, 1), OK);
		assert_consistent(values, n, d, k);
		assert_true(fabs(cost - best) <= 1e-6 * (1 + best));
	}
}

static void test_small_cases_are_optimal(void **state)
{
	const float line[] = {0, 1, 2, 10, 11, 30, 31, 33, 100};
	const float plane[] = {0, 0, 0, 3, 4, 0, 5, 5, 9, 1, 9, 9, 2, 8, 7, 3};
	const float negative[] = {-5.5f, -5.25f, 0, 0.125f, 7, 7.5f};

	(void)state;
	assert_optimal(line, 9, 1);
	assert_optimal(plane, 8, 2);
	assert_optimal(negative, 6, 1);
	for (int n = 1; n <= 9; n++) {
		float *values = rows_new(n, 3);

		assert_optimal(values, n, 3);
		free(values);
	}
}

static void test_by_hand(void **state)
{
	const float values[] = {10, 0, 0, 12, 1, 11};
	const int32_t expected[] = {0, 1, 1, 0, 1, 0};

	(void)state;
	/* {10, 12, 11}: mean 11, cost 2; {0, 0, 1}: mean 1/3, cost 2/3. */
	assert_int_equal(run(values, 6, 1, 2, 5, 1), OK);
	assert_memory_equal(labels, expected, sizeof(expected));
	assert_true(fabs(cost - 8.0 / 3) < 1e-6);
	assert_true(centers[0] == 11 && fabsf(centers[1] - 1 / 3.0f) < 1e-6f);
}

static void test_one_and_two_rows(void **state)
{
	const float values[] = {3, 4, 5, 8};

	(void)state;
	assert_int_equal(run(values, 1, 2, 1, 1, 1), OK);
	assert_true(labels[0] == 0 && cost == 0 && centers[0] == 3 && centers[1] == 4);
	assert_int_equal(run(values, 2, 2, 1, 3, 1), OK);
	/* Mean (4, 6): each row is sqrt(1 + 4) away. */
	assert_true(labels[0] == 0 && labels[1] == 0 && cost == 10);
	assert_int_equal(run(values, 2, 2, 2, 3, 1), OK);
	assert_true(labels[0] == 0 && labels[1] == 1 && cost == 0);
}

static void test_bad_input(void **state)
{
	float values[] = {1, 2, 3, 4};
	const float bad[] = {NAN, INFINITY, -INFINITY, 2e15f};
	struct matrix data = {.n = 4, .d = 1, .values = values};
	struct kmeans_options options = {.restarts = 1};
	struct error err;

	(void)state;
	assert_int_equal(run(NULL, 0, 1, 1, 1, 1), ERR_INPUT);
	assert_int_equal(run(values, 4, 1, 0, 1, 1), ERR_INPUT);
	assert_int_equal(run(values, 4, 1, -1, 1, 1), ERR_INPUT);
	assert_int_equal(run(values, 4, 1, 5, 1, 1), ERR_INPUT);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		values[2] = bad[i];
		labels[0] = 77;
		cost = -1;
		assert_int_equal(kmeans_run(&data, 2, &options, labels, centers, &cost, &err),
				 ERR_INPUT);
		assert_non_null(strstr(err.msg, "row 3, column 1"));
		assert_true(labels[0] == 77 && cost == -1);
	}
}

static void test_duplicates(void **state)
{
	float values[40];

	(void)state;
	for (int i = 0; i < 40; i++)
		values[i] = (float)(i % 3) + 0.1f;
	for (int k = 1; k <= 40; k++)
		for (uint64_t seed = 0; seed < 5; seed++) {
			assert_int_equal(run(values, 40, 1, k, 2, seed), OK);
			assert_consistent(values, 40, 1, k);
			assert_true(k < 3 || cost == 0);
		}
	for (int i = 0; i < 40; i++)
		values[i] = -0.3f;
	for (int k = 1; k <= 20; k++) {
		assert_int_equal(run(values, 20, 2, k, 2, 1), OK);
		assert_consistent(values, 20, 2, k);
		assert_true(cost == 0);
	}
}

static void test_constant_column(void **state)
{
	const float values[] = {5, 0, 5, 1, 5, 10, 5, 11};
	const int32_t expected[] = {0, 0, 1, 1};

	(void)state;
	assert_int_equal(run(values, 4, 2, 2, 3, 1), OK);
	assert_memory_equal(labels, expected, sizeof(expected));
	assert_true(cost == 1 && centers[0] == 5 && centers[2] == 5);
}

static void test_every_row_its_own_group(void **state)
{
	float *values = rows_new(100, 8);

	(void)state;
	assert_int_equal(run(values, 100, 8, 100, 1, 1), OK);
	for (int i = 0; i < 100; i++)
		assert_int_equal(labels[i], i);
	assert_true(cost == 0);
	assert_memory_equal(centers, values, 800 * sizeof(*values));
	free(values);
}

/* Rows and columns that do not fill the blocks the inner loops work on. */
static void test_odd_shapes(void **state)
{
	const int shapes[][2] = {{31, 1}, {32, 7}, {33, 8}, {65, 128}, {97, 129}};

	(void)state;
	for (size_t s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
		int n = shapes[s][0], d = shapes[s][1];
		float *values = rows_new(n, d);

		for (int k = 1; k <= 7; k++) {
			assert_int_equal(run(values, n, d, k, 2, 1), OK);
			assert_consistent(values, n, d, k);
		}
		free(values);
	}
}

static void test_same_seed_same_labels(void **state)
{
	float *values = rows_new(300, 4);
	int32_t first[300];
	double first_cost;

	(void)state;
	assert_int_equal(run(values, 300, 4, 9, 2, 42), OK);
	memcpy(first, labels, sizeof(first));
	first_cost = cost;
	assert_int_equal(run(values, 300, 4, 9, 2, 42), OK);
	assert_memory_equal(first, labels, sizeof(first));
	assert_true(first_cost == cost);
	/* More restarts with the same seed contain the first ones. */
	assert_int_equal(run(values, 300, 4, 9, 6, 42), OK);
	assert_true(cost <= first_cost);
	free(values);
}

static void test_given_start(void **state)
{
	const float values[] = {0, 1, 10, 11, 50}, start[] = {50, 0};
	struct matrix data = {.n = 5, .d = 1, .values = values};
	struct kmeans_options options = {.start = start};
	const int32_t expected[] = {0, 0, 0, 0, 1};

	(void)state;
	/* From 50 and 0: rows 0 to 3 join 0; their mean 5.5 is 5.5, 4.5 away. */
	assert_int_equal(kmeans_run(&data, 2, &options, labels, centers, &cost, NULL), OK);
	assert_memory_equal(labels, expected, sizeof(expected));
	assert_true(cost == 2 * (5.5 * 5.5 + 4.5 * 4.5) && centers[0] == 5.5f);
}

static void test_cancel(void **state)
{
	const float values[] = {1, 2, 3};
	struct matrix data = {.n = 3, .d = 1, .values = values};
	atomic_bool cancelled = true;
	struct kmeans_options options = {.restarts = 1, .cancelled = &cancelled};

	(void)state;
	labels[0] = 77;
	assert_int_equal(kmeans_run(&data, 1, &options, labels, centers, &cost, NULL),
			 ERR_CANCELLED);
	assert_int_equal(kmeans_run(&data, 2, &options, labels, centers, &cost, NULL),
			 ERR_CANCELLED);
	assert_int_equal(labels[0], 77);
}

/* 200 of our starts, which are plain, for 50 of its greedy ones. */
static void test_cost_as_scikit_learn(void **state)
{
	/* inertia_ for k = 1.., n_init = 50, by tests/reference/kmeans_sklearn.py */
	static const double expected[] = {
		324054561.004000, 153217871.149485, 85964785.979294, 50500173.027487,
		44246080.853322,  38543646.474797,  36689795.169201, 35031285.455549,
		33378927.711930,  31742550.464335,
	};
	float *values = rows_new(500, 4);
	double sum = 0;

	(void)state;
	for (int i = 0; i < 2000; i++)
		sum += values[i];
	assert_true(sum == 1355948); /* the formula is still the script's */
	for (int k = 1; k <= 10; k++) {
		assert_int_equal(run(values, 500, 4, k, 200, 1), OK);
		assert_consistent(values, 500, 4, k);
		assert_true(cost <= 1.0001 * expected[k - 1]);
	}
	free(values);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_cases_are_optimal),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_one_and_two_rows),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_constant_column),
		cmocka_unit_test(test_every_row_its_own_group),
		cmocka_unit_test(test_odd_shapes),
		cmocka_unit_test(test_same_seed_same_labels),
		cmocka_unit_test(test_given_start),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_cost_as_scikit_learn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
