/* Scaling against scikit-learn; the sweep: order, determinism, costs, readers. */
#include "lookalike/cluster/sweep.h"

#include "../../src/cluster/distance.h"
#include "rows.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void scaled(enum scale scale, float *values, int n, int d)
{
	double shift[8], factor[8];

	scale_fit(scale, values, n, d, shift, factor);
	scale_apply(values, n, d, shift, factor);
}

static void test_scale_as_scikit_learn(void **state)
{
	/* StandardScaler, by tests/reference/kmeans_sklearn.py; column 2 is constant */
	static const double expected[] = {
		-1.429198607, -0.580055567, 0, 0.490960434,
		0.049282711,  1.243148135,  0, -0.171446501,
		0.581915083,  -0.736502090, 0, -1.301434800,
		1.470899363,  1.170942048,  0, -0.639027866,
		-0.672898549, -1.097532526, 0, 1.620948733,
	};
	float *values = rows_new(5, 4), *same = rows_new(5, 4);

	(void)state;
	scaled(SCALE_NONE, values, 5, 4);
	assert_memory_equal(values, same, 20 * sizeof(*values));
	for (int i = 0; i < 5; i++)
		values[i * 4 + 2] = 7;
	scaled(SCALE_ZSCORE, values, 5, 4);
	for (int i = 0; i < 20; i++)
		assert_true(fabs(values[i] - expected[i]) < 1e-6);
	free(values);
	free(same);
}

static void test_scale_edges(void **state)
{
	float one[] = {3, -4}, two[] = {1, 5, 3, 5}, constant[1000], bad[] = {1, NAN, 2};

	(void)state;
	scaled(SCALE_ZSCORE, NULL, 0, 8);
	scaled(SCALE_ZSCORE, one, 1, 2);
	assert_true(one[0] == 0 && one[1] == 0);
	scaled(SCALE_ZSCORE, two, 2, 2);
	assert_true(two[0] == -1 && two[1] == 0 && two[2] == 1 && two[3] == 0);
	for (int i = 0; i < 1000; i++)
		constant[i] = 0.1f;
	scaled(SCALE_ZSCORE, constant, 1000, 1);
	for (int i = 0; i < 1000; i++)
		assert_true(constant[i] == 0);
	scaled(SCALE_ZSCORE, bad, 3, 1);
	assert_true(isnan(bad[1])); /* for kmeans_run() to refuse */
	assert_string_equal(scale_name(SCALE_ZSCORE), "zscore");
	assert_string_equal(scale_name(SCALE_NONE), "none");
}

static struct sweep *swept(int n, int d, int kmax, int first_k, int restarts)
{
	struct sweep *sweep = sweep_new(rows_new(n, d), n, d, kmax, first_k, restarts, 7);

	assert_int_equal(sweep_run(sweep, NULL, NULL), OK);
	for (int k = 1; k <= sweep_kmax(sweep); k++)
		assert_true(sweep_ready(sweep, k));
	return sweep;
}

static void assert_same_answers(const struct sweep *a, const struct sweep *b)
{
	const struct matrix *data = sweep_data(a);

	assert_int_equal(sweep_kmax(a), sweep_kmax(b));
	for (int k = 1; k <= sweep_kmax(a); k++) {
		assert_true(sweep_cost(a, k) == sweep_cost(b, k));
		assert_memory_equal(sweep_labels(a, k), sweep_labels(b, k),
				    (size_t)data->n * sizeof(int32_t));
		assert_memory_equal(sweep_centers(a, k), sweep_centers(b, k),
				    (size_t)(k * data->d) * sizeof(float));
	}
}

static void test_first_k_changes_nothing(void **state)
{
	/* One restart, so that some answers are replaced by those made from k - 1. */
	struct sweep *plain = swept(200, 3, 12, 0, 1);

	(void)state;
	for (int first_k = 1; first_k <= 13; first_k++) {
		struct sweep *other = swept(200, 3, 12, first_k, 1);

		assert_same_answers(plain, other);
		sweep_free(other);
	}
	sweep_free(plain);
}

/* A grid has ties, duplicates have nothing else, the last shape is shared by the threads. */
static float *hard_rows(int kind, int *n, int *d)
{
	const int shapes[][2] = {{700, 3}, {1500, 40}, {3000, 2}, {2049, 5}, {33000, 128}};
	float *values;

	*n = shapes[kind][0];
	*d = shapes[kind][1];
	values = rows_new(*n, *d);
	for (int i = 0; i < *n * *d; i++) {
		if (kind == 1) /* far from 0, where floats are coarse */
			values[i] = values[i] / 64 + 1e5f;
		if (kind == 2)
			values[i] = (float)((int)values[i] % 8);
		if (kind == 3)
			values[i] = (float)(i / 5 % 4) * 0.1f;
	}
	return values;
}

/* Threads and kinds of inner loops: the same labels, centres and costs to the last bit. */
static void test_same_on_any_machine(void **state)
{
	const int threads[] = {1, 2, 5};

	(void)state;
	for (int kind = 0; kind < 5; kind++) {
		int kmax = kind == 4 ? 4 : 9, n, d;
		struct sweep *first = NULL;

		for (int machine = 0; machine < 9; machine++) {
			float *values;
			struct sweep *sweep;

			if (!kernels_choose(machine / 3))
				break;
			values = hard_rows(kind, &n, &d);
			sweep = sweep_new(values, n, d, kmax, 0, 2, 3);
			sweep_set_threads(sweep, threads[machine % 3]);
			assert_int_equal(sweep_run(sweep, NULL, NULL), OK);
			assert_int_equal(sweep_add(sweep, kmax + 3, NULL, NULL), OK);
			if (first) {
				assert_same_answers(first, sweep);
				assert_memory_equal(sweep_labels(first, kmax + 3),
						    sweep_labels(sweep, kmax + 3),
						    (size_t)n * sizeof(int32_t));
				sweep_free(sweep);
			} else {
				first = sweep;
			}
		}
		sweep_free(first);
	}
	kernels_choose(0);
}

static double squared(const float *a, const float *b, int d)
{
	double sum = 0;

	for (int j = 0; j < d; j++)
		sum += ((double)a[j] - b[j]) * ((double)a[j] - b[j]);
	return sum;
}

/* No row has a centre that is nearer than its own: bounds and floats have hidden none. */
static void test_every_row_at_its_nearest(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		int n, d;
		float *values = hard_rows(kind, &n, &d);
		struct sweep *sweep = sweep_new(values, n, d, 12, 0, 3, 5);

		assert_int_equal(sweep_run(sweep, NULL, NULL), OK);
		for (int k = 1; k <= 12; k++)
			for (int i = 0; i < n; i++) {
				const float *centers = sweep_centers(sweep, k);
				const float *own = centers + sweep_labels(sweep, k)[i] * d;
				double distance = squared(values + i * d, own, d);

				for (int c = 0; c < k; c++)
					assert_true(distance <=
						    squared(values + i * d, centers + c * d, d) +
							    1e-9 * distance);
			}
		sweep_free(sweep);
	}
}

/* inertia_ for k = 1.., n_init = 50, by tests/reference/kmeans_sklearn.py */
static void test_costs_as_scikit_learn(void **state)
{
	static const double expected[] = {
		324054561.004000, 153217871.149485, 85964785.979294, 50500173.027487,
		44246080.853322,  38543646.474797,  36689795.169201, 35031285.455549,
		33378927.711930,  31742550.464335,
	};
	struct sweep *sweep = swept(500, 4, 10, 0, 50);

	(void)state;
	for (int k = 1; k <= 10; k++)
		assert_true(sweep_cost(sweep, k) <= 1.001 * expected[k - 1]);
	sweep_free(sweep);
}

static void assert_never_rises(const struct sweep *sweep)
{
	for (int k = 2; k <= sweep_kmax(sweep); k++)
		assert_true(sweep_cost(sweep, k) <= sweep_cost(sweep, k - 1));
}

static void test_cost_never_rises(void **state)
{
	struct sweep *sweep;
	float *few, *far;

	(void)state;
	sweep = swept(60, 2, 60, 0, 1);
	assert_never_rises(sweep);
	assert_true(sweep_cost(sweep, 60) == 0);
	sweep_free(sweep);

	/* Five distinct rows; then rows far from 0, where floats are coarse. */
	few = rows_new(50, 2);
	far = rows_new(50, 2);
	for (int i = 0; i < 100; i++) {
		few[i] = (float)(i / 2 % 5) * 0.1f;
		far[i] = far[i] / 64 + 1e6f;
	}
	sweep = sweep_new(few, 50, 2, 50, 0, 1, 1);
	assert_int_equal(sweep_run(sweep, NULL, NULL), OK);
	assert_never_rises(sweep);
	assert_true(sweep_cost(sweep, 4) > 0 && sweep_cost(sweep, 5) == 0);
	sweep_free(sweep);
	sweep = sweep_new(far, 50, 2, 50, 9, 1, 1);
	assert_int_equal(sweep_run(sweep, NULL, NULL), OK);
	assert_never_rises(sweep);
	sweep_free(sweep);
}

/* Any k on request, in any order: cost falls among those that are answered. */
static void test_add(void **state)
{
	const int wanted[] = {40, 25, 60, 13, 26, 200, 150, 8};
	struct sweep *sweep = swept(200, 2, 10, 0, 1);
	atomic_bool cancelled = true;
	struct error err;

	(void)state;
	assert_int_equal(sweep_add(sweep, 0, NULL, &err), ERR_INPUT);
	assert_int_equal(sweep_add(sweep, 201, NULL, &err), ERR_INPUT);
	assert_int_equal(sweep_add(sweep, 90, &cancelled, &err), ERR_CANCELLED);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		double above = -1;

		assert_int_equal(sweep_add(sweep, wanted[i], NULL, NULL), OK);
		assert_true(sweep_ready(sweep, wanted[i]));
		for (int k = 200; k >= 1; k--) {
			if (!sweep_ready(sweep, k))
				continue;
			assert_true(sweep_cost(sweep, k) >= above);
			above = sweep_cost(sweep, k);
		}
	}
	assert_false(sweep_ready(sweep, 11) || sweep_ready(sweep, 90));
	assert_int_equal(sweep_kmax(sweep), 10);
	assert_true(sweep_cost(sweep, 200) == 0);
	sweep_free(sweep);
}

static void test_few_rows(void **state)
{
	struct sweep *sweep;
	struct error err;

	(void)state;
	sweep = sweep_new(NULL, 0, 8, 20, 4, 3, 1);
	assert_int_equal(sweep_kmax(sweep), 0);
	assert_int_equal(sweep_run(sweep, NULL, &err), ERR_INPUT);
	assert_false(sweep_ready(sweep, 1));
	sweep_free(sweep);
	for (int n = 1; n <= 3; n++) {
		sweep = swept(n, 8, 20, 4, 3);
		assert_int_equal(sweep_kmax(sweep), n);
		assert_true(sweep_cost(sweep, n) == 0);
		assert_false(sweep_ready(sweep, 0) || sweep_ready(sweep, n + 1));
		sweep_free(sweep);
	}
	sweep_free(NULL);
}

static void test_distances(void **state)
{
	float *values = malloc(6 * sizeof(*values));
	const float rows[] = {0, 0, 6, 8, 100, 100};
	struct sweep *sweep;
	float distances[3];

	(void)state;
	assert_non_null(values);
	memcpy(values, rows, sizeof(rows));
	sweep = sweep_new(values, 3, 2, 2, 2, 3, 1);
	assert_int_equal(sweep_run(sweep, NULL, NULL), OK);
	sweep_distances(sweep, 2, distances);
	/* (0, 0) and (6, 8) are 10 apart, their centre half way. */
	assert_true(distances[0] == 5 && distances[1] == 5 && distances[2] == 0);
	sweep_free(sweep);
}

static void test_failures(void **state)
{
	atomic_bool cancelled = true;
	float *bad = rows_new(4, 1);
	struct sweep *sweep;

	(void)state;
	sweep = sweep_new(rows_new(10, 1), 10, 1, 5, 3, 2, 1);
	assert_int_equal(sweep_run(sweep, &cancelled, NULL), ERR_CANCELLED);
	assert_false(sweep_ready(sweep, 3));
	sweep_free(sweep);
	bad[3] = NAN;
	sweep = sweep_new(bad, 4, 1, 5, 0, 2, 1);
	assert_int_equal(sweep_run(sweep, NULL, NULL), ERR_INPUT);
	assert_false(sweep_ready(sweep, 1));
	sweep_free(sweep);
}

struct running {
	struct sweep *sweep;
	atomic_bool done;
};

static void *run_sweep(void *arg)
{
	struct running *running = arg;

	sweep_run(running->sweep, NULL, NULL);
	atomic_store(&running->done, true);
	return NULL;
}

/* What was once read stays as it was, also first_k's early answer. */
static void test_read_while_running(void **state)
{
	struct running running = {.sweep = sweep_new(rows_new(400, 3), 400, 3, 15, 9, 1, 7)};
	const int32_t *early = NULL;
	int32_t copy[400];
	struct sweep *other;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, run_sweep, &running), 0);
	while (!atomic_load(&running.done)) {
		for (int k = 1; k <= 15; k++)
			if (sweep_ready(running.sweep, k))
				for (int i = 0; i < 400; i++)
					assert_in_range(sweep_labels(running.sweep, k)[i], 0,
							k - 1);
		if (!early && sweep_ready(running.sweep, 9)) {
			early = sweep_labels(running.sweep, 9);
			memcpy(copy, early, sizeof(copy));
		}
	}
	pthread_join(thread, NULL);
	if (early)
		assert_memory_equal(early, copy, sizeof(copy));
	other = swept(400, 3, 15, 0, 1);
	assert_same_answers(running.sweep, other);
	sweep_free(other);
	sweep_free(running.sweep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scale_as_scikit_learn),
		cmocka_unit_test(test_scale_edges),
		cmocka_unit_test(test_first_k_changes_nothing),
		cmocka_unit_test(test_same_on_any_machine),
		cmocka_unit_test(test_every_row_at_its_nearest),
		cmocka_unit_test(test_costs_as_scikit_learn),
		cmocka_unit_test(test_cost_never_rises),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_few_rows),
		cmocka_unit_test(test_distances),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_read_while_running),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
