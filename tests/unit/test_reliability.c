/* The weights of the measures against the formula, worked out from README's table. */
#include "lookalike/cluster/reliability.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_weights(void **state)
{
	double r[MEASURE_COUNT], weights[MEASURE_COUNT], squares = 0;

	(void)state;
	reliability_default(r);
	reliability_weights(r, weights);
	for (int m = 0; m < MEASURE_COUNT; m++)
		squares += weights[m] * weights[m];
	assert_true(fabs(squares - MEASURE_COUNT) < 1e-9);
	/* 0.9776 / 0.0224 = 43.64 and 0.8285 / 0.1715 = 4.831: their roots are as 3.006 to 1 */
	assert_true(fabs(weights[EYE_DISTANCE] / weights[EYE_SIZE] - 3.006) < 0.001);
	for (int m = 0; m < MEASURE_COUNT; m++)
		assert_int_equal(reliability_is_noise(r[m]), m == EYE_SIZE_DIFFERENTIAL);
}

static void test_edges(void **state)
{
	double r[MEASURE_COUNT] = {0}, weights[MEASURE_COUNT];

	(void)state;
	reliability_weights(r, weights);
	assert_true(weights[0] == 1 && weights[7] == 1);
	r[2] = 1;
	r[3] = 0.999;
	reliability_weights(r, weights);
	assert_true(weights[0] == 0 && fabs(weights[2] - 2) < 1e-9 && weights[2] == weights[3]);
}

/* Shrout and Fleiss (1979), table 2: six targets, four judges; their table 4 has ICC(1,1) = 0.17.
 */
static void test_estimate(void **state)
{
	static const double ratings[6][4] = {{9, 2, 5, 8}, {6, 1, 3, 2},  {8, 4, 6, 8},
					     {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}};
	double measures[6][4][MEASURE_COUNT] = {0}, r[MEASURE_COUNT];

	(void)state;
	for (int i = 0; i < 6; i++)
		for (int j = 0; j < 4; j++) {
			measures[i][j][0] = ratings[i][j];
			measures[i][j][1] = i; /* the same each time */
			measures[i][j][2] = j; /* nothing of the face */
			measures[i][j][3] = 7; /* nothing at all */
		}
	reliability_estimate(&measures[0][0][0], 6, 4, r);
	assert_true(fabs(r[0] - 0.17) < 0.005);
	assert_true(fabs(r[1] - 1) < 1e-12);
	assert_true(r[2] == 0 && r[3] == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_estimate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
