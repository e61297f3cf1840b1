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
	double weights[MEASURE_COUNT], squares = 0;

	(void)state;
	reliability_weights(weights);
	for (int m = 0; m < MEASURE_COUNT; m++)
		squares += weights[m] * weights[m];
	assert_true(fabs(squares - MEASURE_COUNT) < 1e-9);
	/* 0.9776 / 0.0224 = 43.64 and 0.8285 / 0.1715 = 4.831: their roots are as 3.006 to 1 */
	assert_true(fabs(weights[EYE_DISTANCE] / weights[EYE_SIZE] - 3.006) < 0.001);
	for (int m = 0; m < MEASURE_COUNT; m++)
		assert_int_equal(measure_is_noise(m), m == EYE_SIZE_DIFFERENTIAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
