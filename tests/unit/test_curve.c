/* The knee against depths below the chord worked out by hand. */
#include "lookalike/cluster/curve.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The knee of these costs for k = 1, 2, ... */
static int knee_of(const double *cost, int kmax)
{
	struct curve curve;
	int knee;

	curve_init(&curve);
	for (int k = kmax; k >= 1; k--)
		curve_put(&curve, k)->cost = cost[k - 1];
	knee = curve_knee(&curve);
	curve_done(&curve);
	return knee;
}

#define KNEE(...)                              \
	knee_of((const double[]){__VA_ARGS__}, \
		(int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)))

static void test_by_hand(void **state)
{
	double reciprocal[10];

	(void)state;
	/* chord 100 78 56 34 12: depths 38 36 19, then 18 36 19, then 8 16 24 */
	assert_int_equal(KNEE(100, 40, 20, 15, 12), 2);
	assert_int_equal(KNEE(100, 60, 20, 15, 12), 3);
	assert_int_equal(KNEE(100, 70, 40, 10, 12), 4);
	/* chord 9 6 3 0: depths 2 2, the smaller k */
	assert_int_equal(KNEE(9, 4, 1, 0), 2);
	/* 1/k to 10: depth 1 - (k-1)/10 - 1/k is greatest at k = sqrt(10): 0.467 at 3, 0.45 at 4 */
	for (int k = 1; k <= 10; k++)
		reciprocal[k - 1] = 1.0 / k;
	assert_int_equal(knee_of(reciprocal, 10), 3);
}

static void test_scale_does_not_matter(void **state)
{
	(void)state;
	assert_int_equal(KNEE(1e12, 6e11, 2e11, 1.5e11, 1.2e11), 3);
	assert_int_equal(KNEE(1e-12, 6e-13, 2e-13, 1.5e-13, 1.2e-13), 3);
}

static void test_no_knee(void **state)
{
	(void)state;
	assert_int_equal(knee_of(NULL, 0), 0);
	assert_int_equal(KNEE(5), 0);
	assert_int_equal(KNEE(5, 1), 0);
	assert_int_equal(KNEE(5, 4, 3, 2, 1), 0);
	assert_int_equal(KNEE(0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1), 0);
	assert_int_equal(KNEE(10, 9.5, 8, 5, 0), 0); /* above the chord */
	assert_int_equal(KNEE(1, 2, 4, 8), 0);       /* rising */
	assert_int_equal(KNEE(0, 0, 0, 0), 0);
	assert_int_equal(KNEE(3, 1, 3), 0);
}

/* Where k leaves gaps the chord is that of k, not of points: 100 to 0 over 10, 50 below at 2. */
static void test_gaps_and_peaks(void **state)
{
	static const struct curve_point points[] = {
		{1, 100, NAN, 0, -9, NAN}, {2, 40, 0.5, 0, -7, NAN}, {3, 39, 0.7, 0, -3, NAN},
		{5, 38, 0.7, 0, NAN, NAN}, {11, 0, 0.1, 0, -3, NAN},
	};
	struct curve curve, copy;

	(void)state;
	curve_init(&curve);
	for (int i = 4; i >= 0; i--)
		*curve_put(&curve, points[i].k) = points[i];
	curve_copy(&curve, &copy);
	curve_find_peaks(&copy);
	assert_int_equal(copy.knee, 2);
	assert_int_equal(copy.silhouette_k, 3);
	assert_int_equal(copy.bic_k, 3);
	assert_int_equal(curve_kmax(&copy), 11);
	assert_null(curve_at(&copy, 4));
	assert_true(curve_at(&copy, 5)->cost == 38);
	curve_put(&copy, 5)->cost = NAN;
	curve_find_peaks(&copy);
	assert_int_equal(copy.knee, 0);
	curve_done(&copy);
	curve_done(&curve);
	assert_int_equal(curve_kmax(&curve), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_scale_does_not_matter),
		cmocka_unit_test(test_no_knee),
		cmocka_unit_test(test_gaps_and_peaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
