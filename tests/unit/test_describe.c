/*
 * What sets groups apart, against z worked out by hand. Two groups of two rows
 * with values m + s, m - s and -m + s, -m - s differ by 2m and have the standard
 * deviation sqrt(m² + s²): z of the first is 2m / sqrt(m² + s²).
 */
#include "lookalike/cluster/describe.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static double measures[4 * MEASURE_COUNT];
static const int32_t labels[] = {0, 0, 1, 1};
static struct trait traits[4][TRAITS_MAX];
static int counts[4];

static void set_measure(enum measure measure, double m, double s)
{
	measures[measure] = 0.25 + m + s;
	measures[MEASURE_COUNT + measure] = 0.25 + m - s;
	measures[2 * MEASURE_COUNT + measure] = 0.25 - m + s;
	measures[3 * MEASURE_COUNT + measure] = 0.25 - m - s;
}

static void set_all_constant(void)
{
	for (int m = 0; m < MEASURE_COUNT; m++)
		set_measure((enum measure)m, 0, 0);
}

static void assert_trait(struct trait trait, enum measure measure, double z)
{
	assert_int_equal(trait.measure, measure);
	assert_true(fabs(trait.z - z) < 1e-9);
}

static void test_strongest_three(void **state)
{
	char text[100];

	(void)state;
	set_all_constant();
	set_measure(JAW_RATIO, 1, 3);      /* 0.632, the fourth */
	set_measure(NOSE_SIZE, 1, 2);      /* 0.894 */
	set_measure(EYE_SIZE, 1, 1);       /* 1.414 */
	set_measure(EYEBROW_LIFT, -1, 0);  /* -2 */
	set_measure(EYE_DISTANCE, 0, 0.3); /* 0 */
	describe_groups(measures, labels, 4, 2, traits, counts);
	assert_int_equal(counts[0], 3);
	assert_int_equal(counts[1], 3);
	assert_trait(traits[0][0], EYEBROW_LIFT, -2);
	assert_trait(traits[0][1], EYE_SIZE, 2 / sqrt(2));
	assert_trait(traits[0][2], NOSE_SIZE, 2 / sqrt(5));
	assert_trait(traits[1][0], EYEBROW_LIFT, 2);
	assert_trait(traits[1][2], NOSE_SIZE, -2 / sqrt(5));
	traits_text(traits[0], counts[0], text, sizeof(text));
	assert_string_equal(text, "low brows -2.0, large eyes +1.4, long nose +0.9");
	traits_text(traits[1], counts[1], text, sizeof(text));
	assert_string_equal(text, "raised brows +2.0, small eyes -1.4, short nose -0.9");
}

static void test_half_a_deviation(void **state)
{
	(void)state;
	set_all_constant();
	set_measure(NOSE_RATIO, 1, 3.87);    /* 2 / sqrt(15.977) = 0.5004 */
	set_measure(EYEBROW_WIDTH, 1, 3.88); /* 2 / sqrt(16.054) = 0.4992 */
	describe_groups(measures, labels, 4, 2, traits, counts);
	assert_int_equal(counts[0], 1);
	assert_trait(traits[0][0], NOSE_RATIO, 2 / sqrt(1 + 3.87 * 3.87));
}

static void test_unequal_groups(void **state)
{
	const int32_t uneven[] = {1, 0, 0, 0};

	(void)state;
	set_all_constant();
	/* 5 against 1 1 2: mean 9/4, variance 43/16 */
	for (int i = 0; i < 4; i++)
		measures[i * MEASURE_COUNT + EYE_DISTANCE] = (const double[]){5, 1, 1, 2}[i];
	describe_groups(measures, uneven, 4, 2, traits, counts);
	assert_int_equal(counts[1], 1);
	assert_trait(traits[1][0], EYE_DISTANCE, (5 - 4.0 / 3) / sqrt(43.0 / 16));
	assert_trait(traits[0][0], EYE_DISTANCE, (4.0 / 3 - 5) / sqrt(43.0 / 16));
}

static void test_nothing_to_tell(void **state)
{
	const int32_t one_group[] = {0, 0, 0, 0};
	static double constant[1000 * MEASURE_COUNT];
	static int32_t halves[1000];
	char text[40];

	(void)state;
	set_measure(EYE_SIZE, 1, 0);
	describe_groups(measures, one_group, 4, 1, traits, counts);
	assert_int_equal(counts[0], 0);
	describe_groups(measures, one_group, 1, 1, traits, counts);
	assert_int_equal(counts[0], 0);
	describe_groups(NULL, NULL, 0, 2, traits, counts);
	assert_true(counts[0] == 0 && counts[1] == 0);
	/* 0.1 is no binary fraction: sums of it round, and must not become differences. */
	for (int i = 0; i < 1000; i++) {
		halves[i] = i % 3 == 0;
		for (int m = 0; m < MEASURE_COUNT; m++)
			constant[i * MEASURE_COUNT + m] = 0.1;
	}
	describe_groups(constant, halves, 1000, 2, traits, counts);
	assert_true(counts[0] == 0 && counts[1] == 0);
	traits_text(traits[0], 0, text, sizeof(text));
	assert_string_equal(text, "nothing sets it apart");
}

static void test_words(void **state)
{
	static const struct {
		enum measure measure;
		const char *high, *low;
	} cases[] = {
		{JAW_RATIO, "long face", "wide face"},
		{EYE_DISTANCE, "wide-set eyes", "close-set eyes"},
		{NOSE_RATIO, "narrow nose", "broad nose"},
		{NOSE_SIZE, "long nose", "short nose"},
		{EYE_SIZE, "large eyes", "small eyes"},
		{EYE_SIZE_DIFFERENTIAL, "uneven eyes", "even eyes"},
		{EYEBROW_WIDTH, "wide brows", "narrow brows"},
		{EYEBROW_LIFT, "raised brows", "low brows"},
	};

	(void)state;
	assert_int_equal(sizeof(cases) / sizeof(*cases), MEASURE_COUNT);
	for (size_t i = 0; i < MEASURE_COUNT; i++) {
		assert_string_equal(trait_words(cases[i].measure, 0.7), cases[i].high);
		assert_string_equal(trait_words(cases[i].measure, -0.7), cases[i].low);
	}
}

static void test_text_is_cut_and_terminated(void **state)
{
	const struct trait two[] = {{NOSE_SIZE, 1.26}, {EYE_DISTANCE, -0.94}};
	const char *whole = "long nose +1.3, close-set eyes -0.9";
	char text[64];

	(void)state;
	for (size_t size = 1; size < sizeof(text); size++) {
		size_t len = size - 1 < strlen(whole) ? size - 1 : strlen(whole);

		memset(text, 'x', sizeof(text));
		traits_text(two, 2, text, size);
		assert_int_equal(strlen(text), len);
		assert_memory_equal(text, whole, len);
		assert_int_equal(text[size], 'x');
	}
	traits_text(two, 2, text, 0);
}

static void test_extremes(void **state)
{
	double values[5 * MEASURE_COUNT];
	static const double lift[] = {0.3, 0.1, 0.5, 0.1, 0.2};
	int rows[MEASURE_COUNT][EXTREMES];

	(void)state;
	for (int i = 0; i < 5 * MEASURE_COUNT; i++)
		values[i] = 1;
	for (int i = 0; i < 5; i++)
		values[i * MEASURE_COUNT + EYEBROW_LIFT] = lift[i];
	describe_extremes(values, 5, rows);
	/* of equal ones the first; 0.1 0.1 0.2 0.3 0.5 */
	assert_int_equal(rows[EYEBROW_LIFT][0], 1);
	assert_int_equal(rows[EYEBROW_LIFT][1], 4);
	assert_int_equal(rows[EYEBROW_LIFT][2], 2);
	assert_int_equal(rows[JAW_RATIO][0], 0);
	assert_int_equal(rows[JAW_RATIO][1], 2);
	/* the lower of two middles */
	describe_extremes(values, 4, rows);
	assert_int_equal(rows[EYEBROW_LIFT][1], 3);
	describe_extremes(values, 1, rows);
	assert_int_equal(rows[EYEBROW_LIFT][2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strongest_three),
		cmocka_unit_test(test_half_a_deviation),
		cmocka_unit_test(test_unequal_groups),
		cmocka_unit_test(test_nothing_to_tell),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_text_is_cut_and_terminated),
		cmocka_unit_test(test_extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
