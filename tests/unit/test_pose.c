/*
 * Heads drawn from three points in space, turned, tilted, and seen from far away.
 *
 * The outer corners of the eyes are 1 to the left and right, the tip of the nose is 1 before
 * them: the proportion that the estimate assumes, so that it has to give back the angles.
 */
#include "lookalike/extractor/pose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#define RAD(deg) ((deg)*3.14159265358979323846 / 180)

/* A point of the head, x to the picture's right, y down, z towards the camera. */
static struct point seen_at(double x, double y, double z, double yaw_deg, double roll_deg,
			    double scale)
{
	double turned = x * cos(RAD(yaw_deg)) + z * sin(RAD(yaw_deg));
	double c = cos(RAD(roll_deg)), s = sin(RAD(roll_deg));

	return (struct point){(float)(500 + scale * (c * turned - s * y)),
			      (float)(300 + scale * (s * turned + c * y))};
}

static void draw_head(struct point p[LANDMARK_COUNT], double yaw_deg, double roll_deg,
		      double nose_drop, double scale)
{
	memset(p, 0, LANDMARK_COUNT * sizeof(*p));
	p[36] = seen_at(-1, 0, 0, yaw_deg, roll_deg, scale);
	p[45] = seen_at(1, 0, 0, yaw_deg, roll_deg, scale);
	p[30] = seen_at(0, nose_drop, 1, yaw_deg, roll_deg, scale);
}

static void test_angles(void **state)
{
	static const double drops[] = {0, 0.5, 1.1}, scales[] = {3, 100, 2000};
	struct point p[LANDMARK_COUNT];
	struct pose pose;

	(void)state;
	for (int yaw = -75; yaw <= 75; yaw += 15)
		for (int roll = -170; roll <= 170; roll += 17)
			for (int i = 0; i < 3; i++) {
				draw_head(p, yaw, roll, drops[i], scales[i]);
				pose_estimate(p, &pose);
				assert_true(fabs((double)pose.yaw_deg - yaw) < 0.05);
				assert_true(fabs((double)pose.roll_deg - roll) < 0.05);
			}
}

/* Looking ahead is 0; to the picture's right is positive, whatever the tilt. */
static void test_signs(void **state)
{
	struct point p[LANDMARK_COUNT] = {[36] = {100, 100}, [45] = {200, 100}, [30] = {150, 160}};
	struct pose pose;

	(void)state;
	pose_estimate(p, &pose);
	assert_true(pose.yaw_deg == 0 && pose.roll_deg == 0);
	p[30].x = 170;
	pose_estimate(p, &pose);
	assert_true(pose.yaw_deg > 20 && pose.yaw_deg < 30);
	p[45].y = 130;
	pose_estimate(p, &pose);
	assert_true(pose.roll_deg > 16 && pose.roll_deg < 17);
}

static void test_no_face(void **state)
{
	struct point p[LANDMARK_COUNT] = {{0, 0}};
	struct pose pose;

	(void)state;
	pose_estimate(p, &pose);
	assert_false(isfinite(pose.yaw_deg));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_angles),
		cmocka_unit_test(test_signs),
		cmocka_unit_test(test_no_face),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
