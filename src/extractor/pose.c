/*
 * pose.c: roll from the line of the eyes, yaw from where the tip of the nose stands on it.
 *
 * Seen from far away, the outer corners of the eyes are w cos(yaw) from their middle, and the tip
 * of the nose, which is d in front of them, is d sin(yaw) from it: the quotient is d/w tan(yaw).
 * After Gee and Cipolla, "Determining the gaze of faces in images" (Image and Vision Computing
 * 12, 1994), whose nose of 0.6 of the way from eyes to mouth makes d/w 0.93. How much closer
 * the eyes of turned faces come in photos fits 0.96 to 1.1 better. An estimate: the landmark
 * model keeps to frontal faces, and noses differ.
 */
#include "lookalike/extractor/pose.h"

#include <math.h>

#define NOSE_TIP   30
#define EYE_RIGHT  36 /* outer corner, on the picture's left */
#define EYE_LEFT   45
#define NOSE_DEPTH 1.0 /* d/w */
#define DEGREES    (180 / 3.14159265358979323846)

void pose_estimate(const struct point landmarks[LANDMARK_COUNT], struct pose *out)
{
	struct point right = landmarks[EYE_RIGHT], left = landmarks[EYE_LEFT];
	struct point tip = landmarks[NOSE_TIP];
	double x = (double)left.x - right.x, y = (double)left.y - right.y;
	double from_x = tip.x - ((double)left.x + right.x) / 2;
	double from_y = tip.y - ((double)left.y + right.y) / 2;
	double along = (from_x * x + from_y * y) / (x * x + y * y); /* in shares of 2 w */

	out->roll_deg = (float)(atan2(y, x) * DEGREES);
	out->yaw_deg = (float)(atan(2 * along / NOSE_DEPTH) * DEGREES);
}
