/* Tail and interval against scipy (tests/reference/binomial_scipy.py), and what the test promises.
 */
#include "lookalike/review/binomial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	int hits, n, ways;
	double tail, low, high;
} cases[] = {
	{0, 1, 6, 1, 0, 0.793450685623},
	{1, 1, 6, 0.166666666667, 0.206549314377, 1},
	{3, 18, 6, 0.597345685948, 0.0583657680586, 0.392220381039},
	{7, 18, 6, 0.0206389363454, 0.203052465722, 0.613809583978},
	{8, 18, 6, 0.00533855319263, 0.24559518127, 0.66283584358},
	{18, 18, 6, 9.84640042005e-15, 0.824120776353, 1},
	{0, 18, 6, 1, 0, 0.175879223647},
	{2, 10, 6, 0.51548325133, 0.0566821514544, 0.509837528463},
	{6, 10, 6, 0.00243815649926, 0.312673769734, 0.831819670294},
	{5, 30, 3, 0.987770276162, 0.0733654237185, 0.335643505064},
	{17, 30, 3, 0.00722284130445, 0.391973070008, 0.726225144235},
	{21, 40, 2, 0.43731465619, 0.374973621067, 0.670645298873},
	{37, 40, 2, 9.73250280367e-09, 0.801357664757, 0.974163974225},
	{40, 40, 2, 9.09494701773e-13, 0.912378398803, 1},
	{90, 480, 6, 0.123175877631, 0.155114363064, 0.224847823866},
	{120, 480, 6, 2.23106492921e-06, 0.213350747284, 0.290619002259},
	{1700, 5000, 3, 0.162298994408, 0.326997002652, 0.353248661971},
};

static void test_like_scipy(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double tail = binomial_tail(cases[i].hits, cases[i].n, 1.0 / cases[i].ways);
		struct interval got = wilson_interval(cases[i].hits, cases[i].n);

		assert_true(fabs(tail / cases[i].tail - 1) < 1e-9);
		assert_true(fabs(got.low - cases[i].low) < 1e-9);
		assert_true(fabs(got.high - cases[i].high) < 1e-9);
	}
}

static void test_no_answers(void **state)
{
	struct interval got = wilson_interval(0, 0);

	(void)state;
	assert_true(got.low == 0 && got.high == 1);
	assert_true(binomial_tail(0, 0, 0.5) == 1);
	assert_int_equal(binomial_needed(0, 0.5, ALPHA), 1);
}

/* How likely n answers of a true rate reach so many hits, by going through them one by one. */
static double reach(int n, int hits, double rate)
{
	double at[64] = {1}, sum = 0;

	for (int i = 0; i < n; i++)
		for (int h = i + 1; h >= 0; h--)
			at[h] = at[h] * (1 - rate) + (h ? at[h - 1] * rate : 0);
	for (int h = hits; h <= n; h++)
		sum += at[h];
	return sum;
}

/* The figures that the manual gives of a run: 18 six-way trials, 8 hits. */
static void test_planned_end(void **state)
{
	int needed = binomial_needed(18, 1.0 / 6, ALPHA);

	(void)state;
	assert_int_equal(needed, 8);
	assert_true(fabs(reach(18, needed, 1.0 / 6) - 0.00533855319263) < 1e-12);
	assert_true(fabs(reach(18, needed, 0.6) - 0.942352661179) < 1e-9);
	assert_true(fabs(binomial_tail(needed, 18, 0.6) - reach(18, needed, 0.6)) < 1e-12);
}

/* Of every length: the number is the least, so false positives stay under alpha. */
static void test_needed(void **state)
{
	(void)state;
	for (int n = 1; n < 60; n++) {
		for (int ways = 2; ways <= 6; ways++) {
			int needed = binomial_needed(n, 1.0 / ways, ALPHA);

			assert_true(needed == n + 1 || reach(n, needed, 1.0 / ways) <= ALPHA);
			assert_true(reach(n, needed - 1, 1.0 / ways) > ALPHA);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_scipy),
		cmocka_unit_test(test_no_answers),
		cmocka_unit_test(test_planned_end),
		cmocka_unit_test(test_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
