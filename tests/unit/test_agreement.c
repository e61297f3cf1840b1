/* Agreement against scikit-learn, and BCubed and pairwise against every pair looked at. */
#include "lookalike/cluster/agreement.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N 200

static uint32_t hashed(uint32_t i)
{
	uint32_t h = i * 2654435761u;

	return h ^ h >> 15;
}

/* The cases of tests/reference/criteria_sklearn.py. */
static void fill(int which, int32_t *a, int32_t *b)
{
	for (int i = 0; i < N; i++) {
		int h = (int)(hashed((uint32_t)i) % 4), seven = (int)(hashed((uint32_t)i) % 7);
		int six = (int)(hashed((uint32_t)i) % 6);
		const int32_t cases[][2] = {
			{i % 10, h == 0 ? seven : i % 10},
			{i % 12, i % 4},
			{i % 4, i % 12},
			{i % 5, six},
			{i % 5, i},
			{i % 5, 0},
		};

		a[i] = cases[which][0];
		b[i] = cases[which][1];
	}
}

static void test_as_scikit_learn(void **state)
{
	static const double expected[][2] = {
		{0.550764313, 0.655228106},  {0.415009511, 0.716283447}, {0.415009511, 0.716283447},
		{-0.012204415, 0.013592913}, {0, 0.465980003},           {0, 0},
	};
	int32_t a[N], b[N];

	(void)state;
	for (int which = 0; which < 6; which++) {
		struct agreement got;

		fill(which, a, b);
		assert_int_equal(agreement_measure(a, b, N, &got, NULL), OK);
		assert_true(fabs(got.ari - expected[which][0]) < 1e-8);
		assert_true(fabs(got.nmi - expected[which][1]) < 1e-8);
	}
}

/* From the definitions: for each item, and for each pair, by looking at all others. */
static void by_force(const int32_t *a, const int32_t *b, struct retrieval *bcubed,
		     struct retrieval *pairwise)
{
	double both = 0, in_a = 0, in_b = 0;

	*bcubed = (struct retrieval){0};
	for (int i = 0; i < N; i++) {
		int same_a = 0, same_b = 0, same = 0;

		for (int j = 0; j < N; j++) {
			same_a += a[i] == a[j];
			same_b += b[i] == b[j];
			same += a[i] == a[j] && b[i] == b[j];
			if (j > i) {
				in_a += a[i] == a[j];
				in_b += b[i] == b[j];
				both += a[i] == a[j] && b[i] == b[j];
			}
		}
		bcubed->precision += (double)same / same_b / N;
		bcubed->recall += (double)same / same_a / N;
	}
	bcubed->f = 2 / (1 / bcubed->precision + 1 / bcubed->recall);
	pairwise->precision = both / in_b;
	pairwise->recall = both / in_a;
	pairwise->f = 2 * both / (in_a + in_b);
}

static void assert_same(double x, double y)
{
	assert_true(fabs(x - y) < 1e-9 || (isnan(x) && isnan(y)));
}

static void test_by_force(void **state)
{
	int32_t a[N], b[N];

	(void)state;
	for (int which = 0; which < 6; which++) {
		struct retrieval bcubed, pairwise;
		struct agreement got;

		fill(which, a, b);
		by_force(a, b, &bcubed, &pairwise);
		assert_int_equal(agreement_measure(a, b, N, &got, NULL), OK);
		assert_same(got.bcubed.precision, bcubed.precision);
		assert_same(got.bcubed.recall, bcubed.recall);
		assert_same(got.bcubed.f, bcubed.f);
		assert_same(got.pairwise.precision, pairwise.precision);
		assert_same(got.pairwise.recall, pairwise.recall);
		assert_same(got.pairwise.f, pairwise.f);
	}
}

/* Worked out on paper: classes 0 0 0 1 1, groups 5 5 7 7 -1. */
static void test_by_hand(void **state)
{
	const int32_t a[] = {0, 0, 0, 1, 1}, b[] = {5, 5, 7, 7, -1};
	struct agreement got;

	(void)state;
	assert_int_equal(agreement_measure(a, b, 5, &got, NULL), OK);
	assert_int_equal(got.class_count, 2);
	assert_int_equal(got.cluster_count, 3);
	/* pairs: 4 in classes, 2 in groups, 1 in both, of 10; expected 0.8, most 3 */
	assert_same(got.ari, (1 - 0.8) / (3 - 0.8));
	assert_same(got.pairwise.precision, 0.5);
	assert_same(got.pairwise.recall, 0.25);
	assert_same(got.pairwise.f, 1.0 / 3);
	assert_same(got.bcubed.precision, (1 + 1 + 0.5 + 0.5 + 1) / 5);
	assert_same(got.bcubed.recall, (2 / 3.0 + 2 / 3.0 + 1 / 3.0 + 0.5 + 0.5) / 5);
}

static void test_edges(void **state)
{
	const int32_t one[] = {3}, apart[] = {1, 2, 3};
	struct agreement got;
	struct error err;

	(void)state;
	assert_int_equal(agreement_measure(one, one, 0, &got, &err), ERR_INPUT);
	assert_int_equal(agreement_measure(one, one, 1, &got, NULL), OK);
	assert_true(got.ari == 1 && got.nmi == 1 && isnan(got.pairwise.f));
	assert_int_equal(agreement_measure(apart, apart, 3, &got, NULL), OK);
	assert_true(got.ari == 1 && fabs(got.nmi - 1) < 1e-12 && got.bcubed.f == 1);
	assert_true(isnan(got.pairwise.precision) && isnan(got.pairwise.recall));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_scikit_learn),
		cmocka_unit_test(test_by_force),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
