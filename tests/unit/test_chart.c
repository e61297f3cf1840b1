/* The chart, drawn into small grids and compared with drawings checked by eye. */
#include "lookalike/ui/chart.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_chart(int rows, int cols, const struct chart *chart, const char *expected)
{
	struct rect all = {0, 0, rows, cols};
	char *text = NULL;
	struct grid g;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	grid_init(&g, rows, cols);
	chart_draw(&g, all, chart);
	grid_write(&g, out);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
	grid_done(&g);
}

/* A curve of these costs for k = 1, 2, ..., NaN where there is none yet. */
static struct curve curve_of(const double *cost, int kmax)
{
	struct curve curve;

	curve_init(&curve);
	for (int k = 1; k <= kmax; k++)
		curve_put(&curve, k)->cost = cost[k - 1];
	return curve;
}

/* With a knee, a silhouette that peaks at 3 too, and BIC at 5. */
static struct curve elbow_curve(void)
{
	static const double cost[] = {100, 60, 30, 25, 22, 20};
	static const double silhouette[] = {NAN, 0.35, 0.8, 0.4, 0.05, -0.2};
	struct curve curve = curve_of(cost, 6);

	for (int k = 1; k <= 6; k++) {
		curve_put(&curve, k)->silhouette = silhouette[k - 1];
		curve_put(&curve, k)->bic = -(k - 5) * (k - 5);
	}
	curve_find_peaks(&curve);
	return curve;
}

static void test_utf8(void **state)
{
	struct curve curve = elbow_curve();
	struct chart chart = {&curve, 4};

	(void)state;
	assert_chart(10, 32, &chart,
		     "cost               K 3  S 3  B 5\n"
		     "                   k=4\n"
		     "100 ┤ •⡀            ┊\n"
		     "    │  ⠈⠢⢄          ┊\n"
		     "    │     ⠑•⣀       ┊\n"
		     " 50 ┤        ⠑⠢⢄S   ┊\n"
		     "    │           K⠉⠉⠉•⠒⠒⠒⠒B⠒⠒⠒⠒•\n"
		     "    └─┬────┬────┬───┬────┬────┬\n"
		     "   k  1    2    3   4    5    6\n"
		     "silh       ▄    █   ▄    ▁    ▁\n");
	curve_done(&curve);
}

static void test_ascii(void **state)
{
	struct curve curve = elbow_curve();
	struct chart chart = {&curve, 4};

	(void)state;
	grid_set_ascii(true);
	assert_chart(10, 32, &chart,
		     "cost               K 3  S 3  B 5\n"
		     "                   k=4\n"
		     "100 + *.            :\n"
		     "    |   ..          :\n"
		     "    |     .*.       :\n"
		     " 50 +        ...S   :\n"
		     "    |           K...*....B....*\n"
		     "    +-+----+----+---+----+----+\n"
		     "   k  1    2    3   4    5    6\n"
		     "silh       3    8   4    0    0\n");
	grid_set_ascii(false);
	curve_done(&curve);
}

/* While a sweep runs: k = 4 is not computed yet, and nothing is marked. */
static void test_gap(void **state)
{
	double cost[] = {100, 60, 30, NAN, 22, NAN};
	struct curve curve = curve_of(cost, 6);
	struct chart chart = {&curve, 0};

	(void)state;
	grid_set_ascii(true);
	assert_chart(8, 24, &chart,
		     "100 + *\n"
		     "    |  .\n"
		     "    |   .\n"
		     " 50 +    *.\n"
		     "    |      .*\n"
		     "    |        ......*\n"
		     "    +-+--+--+---+--+--+\n"
		     "   k  1  2  3   4  5  6\n");
	grid_set_ascii(false);
	curve_done(&curve);
}

static void test_one_and_none(void **state)
{
	double none[] = {NAN, NAN}, zero[] = {0};
	struct curve no_costs = curve_of(none, 2), one = curve_of(zero, 1), empty = {0};
	struct chart chart = {&no_costs, 1};

	(void)state;
	assert_chart(3, 20, &chart, "\nno costs yet\n\n");
	grid_set_ascii(true);
	chart = (struct chart){&one, 1};
	assert_chart(6, 16, &chart,
		     "1.0 +     :\n"
		     "    |     :\n"
		     "0.5 +     :\n"
		     "0.0 +     *\n"
		     "    +-----+----\n"
		     "   k      1\n");
	grid_set_ascii(false);
	chart = (struct chart){&empty, 0};
	assert_chart(1, 4, &chart, "\n");
	curve_done(&no_costs);
	curve_done(&one);
}

/* Whatever the size, nothing is drawn outside the rect, and nothing crashes. */
static void test_sizes(void **state)
{
	struct curve curve;
	struct chart chart = {&curve, 57};

	(void)state;
	curve_init(&curve);
	for (int k = 1; k <= 100; k++) {
		struct curve_point *point = curve_put(&curve, k);

		point->cost = 12345.678 / k;
		point->silhouette = k > 1 ? sin(k) : NAN;
		point->bic = -k;
	}
	curve_find_peaks(&curve);
	for (int rows = 0; rows <= 14; rows++) {
		for (int cols = 0; cols <= 40; cols++) {
			struct grid g;

			grid_init(&g, 16, 44);
			grid_fill(&g, (struct rect){0, 0, 16, 44}, (struct style){0}, '#');
			chart_draw(&g, (struct rect){1, 2, rows, cols}, &chart);
			for (int r = 0; r < 16; r++)
				for (int c = 0; c < 44; c++)
					if (r < 1 || r >= 1 + rows || c < 2 || c >= 2 + cols)
						assert_int_equal(grid_cell(&g, r, c)->ch, '#');
			grid_done(&g);
		}
	}
	curve_done(&curve);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8),  cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_gap),   cmocka_unit_test(test_one_and_none),
		cmocka_unit_test(test_sizes),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
