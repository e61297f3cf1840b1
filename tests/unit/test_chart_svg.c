/* The SVG of a curve: what is in it, and where. */
#include "lookalike/cli/chart_svg.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *drawn(const struct curve *curve, int k)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	chart_svg(out, curve, k);
	fclose(out);
	return text;
}

static int count(const char *text, const char *what)
{
	int found = 0;

	for (const char *at = text; (at = strstr(at, what)); at++)
		found++;
	return found;
}

static void test_curve(void **state)
{
	static const double cost[] = {100, 60, NAN, 20};
	struct curve curve;
	char *svg;

	(void)state;
	curve_init(&curve);
	for (int k = 1; k <= 4; k++) {
		struct curve_point *point = curve_put(&curve, k);

		point->cost = cost[k - 1];
		point->silhouette = k > 1 ? 0.2 * k : NAN;
		point->bic = k;
	}
	curve_find_peaks(&curve);
	svg = drawn(&curve, 2);
	assert_memory_equal(svg, "<svg ", 5);
	assert_string_equal(svg + strlen(svg) - 7, "</svg>\n");
	assert_int_equal(count(svg, "<circle"), 3);
	assert_int_equal(count(svg, "stroke-width=\"2\""), 3);
	/* from k 1 at x 70 to 4 at 700; from 100 at y 30 to 20 at 270 */
	assert_non_null(strstr(svg, "points=\"70.0,30.0 280.0,150.0 700.0,270.0 \""));
	assert_non_null(strstr(svg, "k = 2</text>"));
	assert_non_null(strstr(svg, "Silhouette: k = 4"));
	assert_non_null(strstr(svg, "BIC: k = 4"));
	assert_null(strstr(svg, "Knee"));
	assert_null(strstr(svg, "nan"));
	free(svg);
	curve_done(&curve);
}

static void test_edges(void **state)
{
	struct curve curve;
	char *svg;

	(void)state;
	curve_init(&curve);
	svg = drawn(&curve, 1);
	assert_string_equal(svg, "");
	free(svg);
	curve_put(&curve, 1)->cost = 0;
	svg = drawn(&curve, 1);
	assert_int_equal(count(svg, "<circle"), 1);
	assert_null(strstr(svg, "nan"));
	assert_null(strstr(svg, "inf"));
	free(svg);
	curve_done(&curve);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_curve),
		cmocka_unit_test(test_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
