/*
 * pose.h: how a face is turned, from its landmarks.
 *
 * Owns     nothing.
 * Units    degrees. Roll is clockwise, 0 when the eyes are level. Yaw is positive when the face
 *          looks to the picture's right, 0 when it looks ahead.
 * Threads  pure function.
 * Errors   none: points that coincide give values that are not finite, and such a face must
 *          not be counted as measured.
 */
#ifndef LOOKALIKE_EXTRACTOR_POSE_H
#define LOOKALIKE_EXTRACTOR_POSE_H

#include "lookalike/base/photo.h"

struct pose {
	float roll_deg, yaw_deg;
};

void pose_estimate(const struct point landmarks[LANDMARK_COUNT], struct pose *out);

#endif
