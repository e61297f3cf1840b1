/*
 * The eight measures of a face drawn on squared paper, worked out by hand.
 *
 * Jaw: three sides of a rectangle, 100 wide and 80 high, from (0,100) down to (0,180), along to
 * (100,180) and up to (100,100); its chin, point 8, is (50,180).
 *     jaw width 100, area 100 x 80 = 8000, height from (50,100) to (50,180) = 80
 * Nose: from (50,90) down to its tip (50,120) = 30; 20 wide, from (40,125) to (60,125).
 * Eyes: hexagons. Right: 16 long, 4 high in the middle 8: (20,90) (24,88) (32,88) (36,90) (32,92)
 * (24,92): area 8 x 4 + 2 x (4 x 4 / 2) = 48, centre (28,90).
 *     Left: the same, twice as high: area 96, centre (72,90).
 * Brows: right from (18,75) to (38,75), 20 wide, centre (28,75): 15 above its eye.
 *     Left from (60,65) to (84,65), 24 wide, centre (72,65): 25 above its eye.
 */
#include "lookalike/extractor/geometry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#define TOLERANCE 1e-6

static void put_eye(struct point *eye, float center_x, float half_height)
{
	const float dx[] = {-8, -4, 4, 8, 4, -4}, dy[] = {0, -1, -1, 0, 1, 1};

	for (int i = 0; i < 6; i++)
		eye[i] = (struct point){center_x + dx[i], 90 + half_height * dy[i]};
}

static void draw_face(struct point p[LANDMARK_COUNT])
{
	memset(p, 0, LANDMARK_COUNT * sizeof(*p));
	for (int i = 0; i <= 4; i++) {
		p[i] = (struct point){0, 100 + 20.0f * (float)i};
		p[16 - i] = (struct point){100, 100 + 20.0f * (float)i};
	}
	for (int i = 5; i <= 11; i++)
		p[i] = (struct point){12.5f * (float)(i - 4), 180};
	for (int i = 0; i < 5; i++) {
		p[17 + i] = (struct point){18 + 5.0f * (float)i, 75};
		p[22 + i] = (struct point){60 + 6.0f * (float)i, 65};
	}
	p[27] = (struct point){50, 90};
	p[31] = (struct point){40, 125};
	p[33] = (struct point){50, 120};
	p[35] = (struct point){60, 125};
	put_eye(p + 36, 28, 2);
	put_eye(p + 42, 72, 4);
}

static const double by_hand[MEASURE_COUNT] = {
	[JAW_RATIO] = 80.0 / 100,     [EYE_DISTANCE] = 44.0 / 100,
	[NOSE_RATIO] = 30.0 / 20,     [NOSE_SIZE] = 30.0 / 100,
	[EYE_SIZE] = 72.0 / 8000,     [EYE_SIZE_DIFFERENTIAL] = 48.0 / 8000,
	[EYEBROW_WIDTH] = 22.0 / 100, [EYEBROW_LIFT] = 20.0 / 100,
};

static void assert_measures(const struct point p[LANDMARK_COUNT])
{
	double measures[MEASURE_COUNT];

	geometry_measure(p, measures);
	for (int i = 0; i < MEASURE_COUNT; i++)
		assert_true(fabs(measures[i] - by_hand[i]) < TOLERANCE);
}

static void test_by_hand(void **state)
{
	struct point p[LANDMARK_COUNT];

	(void)state;
	draw_face(p);
	assert_measures(p);
}

/* Nothing depends on where the face is, how large, how turned, or whether it is mirrored. */
static void test_invariance(void **state)
{
	struct point p[LANDMARK_COUNT], q[LANDMARK_COUNT];

	(void)state;
	draw_face(p);
	for (int i = 0; i < LANDMARK_COUNT; i++) {
		double angle = 0.5, x = p[i].x, y = p[i].y;

		q[i].x = (float)(3 * (cos(angle) * x - sin(angle) * y) + 700);
		q[i].y = (float)(3 * (sin(angle) * x + cos(angle) * y) - 40);
	}
	assert_measures(q);
	for (int i = 0; i < LANDMARK_COUNT; i++)
		q[i] = (struct point){-p[i].x, p[i].y};
	assert_measures(q);
}

static void test_degenerate(void **state)
{
	struct point p[LANDMARK_COUNT];
	double measures[MEASURE_COUNT];

	(void)state;
	memset(p, 0, sizeof(p));
	geometry_measure(p, measures);
	for (int i = 0; i < MEASURE_COUNT; i++)
		assert_false(isfinite(measures[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_invariance),
		cmocka_unit_test(test_degenerate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
