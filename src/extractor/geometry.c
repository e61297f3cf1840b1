/*
 * geometry.c: eight proportions of a face, as ratios of distances and areas.
 *
 * The scheme of 68 points, from 0: jaw 0-16, right brow 17-21, left brow 22-26, nose 27-35,
 * right eye 36-41, left eye 42-47. Right and left are the person's own, so the right eye is on
 * the picture's left. Distances are divided by the width of the jaw and areas by its area, so
 * that the size of the face in the photo does not matter.
 */
#include "lookalike/extractor/geometry.h"

#include <math.h>

#define JAW         0
#define JAW_CHIN    8
#define JAW_END     16
#define JAW_POINTS  17
#define BROW_RIGHT  17
#define BROW_LEFT   22
#define BROW_POINTS 5
#define NOSE_TOP    27
#define NOSE_RIGHT  31
#define NOSE_TIP    33
#define NOSE_LEFT   35
#define EYE_RIGHT   36
#define EYE_LEFT    42
#define EYE_POINTS  6

static double distance(struct point a, struct point b)
{
	return hypot((double)a.x - b.x, (double)a.y - b.y);
}

static struct point centroid(const struct point *points, int count)
{
	double x = 0, y = 0;

	for (int i = 0; i < count; i++) {
		x += points[i].x;
		y += points[i].y;
	}
	return (struct point){(float)(x / count), (float)(y / count)};
}

/* The shoelace formula. */
static double polygon_area(const struct point *points, int count)
{
	double twice = 0;

	for (int i = 0; i < count; i++) {
		struct point a = points[i], b = points[(i + 1) % count];

		twice += (double)a.x * b.y - (double)b.x * a.y;
	}
	return fabs(twice) / 2;
}

void geometry_measure(const struct point landmarks[LANDMARK_COUNT], double measures[MEASURE_COUNT])
{
	const struct point *p = landmarks;
	struct point jaw_ends[2] = {p[JAW], p[JAW_END]};
	struct point eye_right = centroid(p + EYE_RIGHT, EYE_POINTS);
	struct point eye_left = centroid(p + EYE_LEFT, EYE_POINTS);
	double jaw_width = distance(p[JAW], p[JAW_END]);
	double jaw_height = distance(centroid(jaw_ends, 2), p[JAW_CHIN]);
	double jaw_area = polygon_area(p + JAW, JAW_POINTS);
	double nose_length = distance(p[NOSE_TOP], p[NOSE_TIP]);
	double nose_width = distance(p[NOSE_RIGHT], p[NOSE_LEFT]);
	double area_right = polygon_area(p + EYE_RIGHT, EYE_POINTS);
	double area_left = polygon_area(p + EYE_LEFT, EYE_POINTS);
	double brow_widths = distance(p[BROW_RIGHT], p[BROW_RIGHT + BROW_POINTS - 1]) +
			     distance(p[BROW_LEFT], p[BROW_LEFT + BROW_POINTS - 1]);
	double brow_lifts = distance(centroid(p + BROW_RIGHT, BROW_POINTS), eye_right) +
			    distance(centroid(p + BROW_LEFT, BROW_POINTS), eye_left);

	measures[JAW_RATIO] = jaw_height / jaw_width;
	measures[EYE_DISTANCE] = distance(eye_left, eye_right) / jaw_width;
	measures[NOSE_RATIO] = nose_length / nose_width;
	measures[NOSE_SIZE] = nose_length / jaw_width;
	measures[EYE_SIZE] = (area_left + area_right) / 2 / jaw_area;
	measures[EYE_SIZE_DIFFERENTIAL] = fabs(area_left - area_right) / jaw_area;
	measures[EYEBROW_WIDTH] = brow_widths / 2 / jaw_width;
	measures[EYEBROW_LIFT] = brow_lifts / 2 / jaw_width;
}
