/* Silhouette and BIC against scikit-learn and NumPy; stability and copies by what must hold. */
#include "lookalike/cluster/criteria.h"
#include "lookalike/cluster/subset.h"

#include "generated.h"
#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int32_t *labels_new(int n, int k)
{
	int32_t *labels = calloc((size_t)n, sizeof(*labels));

	assert_non_null(labels);
	for (int i = 0; i < n; i++)
		labels[i] = i % k;
	return labels;
}

static struct silhouette silhouette_of(const struct matrix *data, int k, const int32_t *labels)
{
	struct labelling by = {.k = k, .labels = labels};
	struct silhouette out = {0};

	assert_int_equal(silhouette_means(data, &by, 1, NULL, &out, NULL), OK);
	return out;
}

/* By tests/reference/criteria_sklearn.py. */
static void test_as_scikit_learn(void **state)
{
	static const struct {
		int k;
		double silhouette, bic, cost;
	} expected[] = {
		{2, 0.424744596, -8768.738021, 105332830.053},
		{3, 0.078867993, -9123.720332, 151750238.860},
		{6, 0.307842756, -8282.719081, 24595020.640},
		{7, -0.041385313, -9588.435058, 195946005.662},
	};
	struct matrix data = {.n = 300, .d = 4, .values = rows_new(300, 4)};
	struct labelling by[4];
	struct silhouette all[4];

	(void)state;
	for (int i = 0; i < 4; i++) {
		by[i].k = expected[i].k;
		by[i].labels = labels_new(300, by[i].k);
	}
	assert_int_equal(silhouette_means(&data, by, 4, NULL, all, NULL), OK);
	for (int i = 0; i < 4; i++) {
		assert_true(fabs(all[i].mean - expected[i].silhouette) < 1e-6);
		assert_true(all[i].error == 0);
		assert_true(fabs(bic_score(&by[i], 300, 4, expected[i].cost) - expected[i].bic) <
			    1e-3);
		free((void *)by[i].labels);
	}
	free((void *)data.values);
}

static void test_group_of_one(void **state)
{
	struct matrix data = {.n = 300, .d = 4, .values = rows_new(300, 4)};
	int32_t labels[300];

	(void)state;
	/* as the reference has it */
	for (int i = 0; i < 300; i++)
		labels[i] = (i > 7 ? i - 1 : i) % 2 ? 2 : 0;
	labels[7] = 1;
	assert_true(fabs(silhouette_of(&data, 3, labels).mean - 0.076913976) < 1e-6);
	free((void *)data.values);
}

static void test_edges(void **state)
{
	float same[] = {1, 1, 1, 1, 1, 1, 1, 1};
	struct matrix data = {.n = 4, .d = 2, .values = same};
	int32_t two[] = {0, 0, 1, 1}, one[] = {0, 0, 0, 0}, each[] = {0, 1, 2, 3};
	struct labelling by = {.k = 1, .labels = one};
	atomic_bool cancelled = true;
	struct silhouette out;
	double stability = -2;

	(void)state;
	assert_true(isnan(silhouette_of(&data, 1, one).mean));
	assert_true(silhouette_of(&data, 2, two).mean == 0);
	assert_true(silhouette_of(&data, 4, each).mean == 0);
	assert_true(isinf(bic_score(&by, 4, 2, 0)));
	assert_true(isnan(bic_score(&(struct labelling){.k = 4, .labels = each}, 4, 2, 0)));
	assert_int_equal(silhouette_means(&data, &by, 1, &cancelled, &out, NULL), ERR_CANCELLED);
	assert_int_equal(stability_measure(&data, 3, 1, NULL, &stability, NULL), OK);
	assert_true(isnan(stability));
}

/* Above 5,000 rows: what it says of its own error must cover the whole, worked out here. */
static void test_sampled(void **state)
{
	const int n = 6000, k = 3;
	struct matrix data = {.n = n, .d = 2};
	float *values = generated_nothing(GAUSSIAN, n, 2, 5);
	int32_t *labels = labels_new(n, k);
	struct silhouette sampled;
	double sum = 0;

	(void)state;
	data.values = values;
	for (int i = 0; i < n; i++)
		labels[i] = values[2 * i] < -0.4F ? 0 : values[2 * i] < 0.6F ? 1 : 2;
	for (int i = 0; i < n; i++) {
		double to[3] = {0}, a, b = INFINITY;
		int count[3] = {0};

		for (int j = 0; j < n; j++) {
			to[labels[j]] += hypot((double)values[2 * i] - values[2 * j],
					       (double)values[2 * i + 1] - values[2 * j + 1]);
			count[labels[j]] += j != i;
		}
		a = to[labels[i]] / count[labels[i]];
		for (int c = 0; c < k; c++)
			if (c != labels[i])
				b = fmin(b, to[c] / count[c]);
		sum += (b - a) / fmax(a, b);
	}
	sampled = silhouette_of(&data, k, labels);
	assert_true(sampled.error > 0 && sampled.error < 0.01);
	assert_true(fabs(sampled.mean - sum / n) < 4 * sampled.error);
	assert_true(sampled.mean != sum / n);
	free(labels);
	free(values);
}

static void test_stability(void **state)
{
	struct matrix data = {.n = 240, .d = 8, .values = generated_groups(4, 8, 3)};
	double right, wrong, nothing, again;

	(void)state;
	assert_int_equal(stability_measure(&data, 4, 1, NULL, &right, NULL), OK);
	assert_int_equal(stability_measure(&data, 9, 1, NULL, &wrong, NULL), OK);
	assert_int_equal(stability_measure(&data, 9, 1, NULL, &again, NULL), OK);
	assert_true(right > 0.999);
	assert_true(wrong < 0.9 && wrong == again);
	free((void *)data.values);
	data.values = generated_nothing(GAUSSIAN, 240, 8, 3);
	assert_int_equal(stability_measure(&data, 4, 1, NULL, &nothing, NULL), OK);
	assert_true(nothing < 0.6);
	free((void *)data.values);
}

static int compare_floats(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* Each column has the same numbers in another order. */
static void test_shuffled_copy(void **state)
{
	struct matrix data = {.n = 300, .d = 4, .values = rows_new(300, 4)};
	float *copy = copy_shuffled(&data, 1), a[300], b[300];

	(void)state;
	assert_non_null(copy);
	for (int j = 0; j < 4; j++) {
		int moved = 0;

		for (int i = 0; i < 300; i++) {
			a[i] = data.values[4 * i + j];
			b[i] = copy[4 * i + j];
			moved += a[i] != b[i];
		}
		assert_true(moved > 200);
		qsort(a, 300, sizeof(float), compare_floats);
		qsort(b, 300, sizeof(float), compare_floats);
		assert_memory_equal(a, b, sizeof(a));
	}
	free(copy);
	free((void *)data.values);
}

/* Two columns that are one another's double, a third that is constant, and a fourth. */
static void test_gaussian_copy(void **state)
{
	const int n = 4000;
	float *values = generated_nothing(UNIFORM, n, 4, 9), *copy;
	struct matrix data = {.n = n, .d = 4, .values = values};
	double mean[4] = {0}, variance[4] = {0};

	(void)state;
	for (int i = 0; i < n; i++) {
		values[4 * i + 1] = 2 * values[4 * i];
		values[4 * i + 2] = 7;
	}
	copy = copy_gaussian(&data, 1);
	assert_non_null(copy);
	for (int i = 0; i < n; i++) {
		assert_true(fabsf(copy[4 * i + 1] - 2 * copy[4 * i]) < 1e-4);
		assert_true(copy[4 * i + 2] == 7);
		for (int j = 0; j < 4; j++)
			mean[j] += (double)copy[4 * i + j] / n;
	}
	for (int i = 0; i < n; i++)
		for (int j = 0; j < 4; j++)
			variance[j] += pow(copy[4 * i + j] - mean[j], 2) / n;
	/* of the uniform distribution: mean 1/2, variance 1/12 */
	assert_true(fabs(mean[0] - 0.5) < 0.03 && fabs(mean[3] - 0.5) < 0.03);
	assert_true(fabs(variance[0] - 1 / 12.0) < 0.008 && fabs(variance[3] - 1 / 12.0) < 0.008);
	free(copy);
	free(values);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_scikit_learn), cmocka_unit_test(test_group_of_one),
		cmocka_unit_test(test_edges),           cmocka_unit_test(test_sampled),
		cmocka_unit_test(test_stability),       cmocka_unit_test(test_shuffled_copy),
		cmocka_unit_test(test_gaussian_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
