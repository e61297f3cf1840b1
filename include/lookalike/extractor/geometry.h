/*
 * geometry.h: 68 landmarks → the eight measures of a face.
 *
 * Owns     the caller's memory only.
 * Units    landmarks in pixels of any scale: every measure is a ratio.
 * Threads  pure function.
 * Errors   none: points that coincide give measures that are not finite, and
 *          such a face must not be counted as measured.
 */
#ifndef LOOKALIKE_EXTRACTOR_GEOMETRY_H
#define LOOKALIKE_EXTRACTOR_GEOMETRY_H

#include "lookalike/base/photo.h"

void geometry_measure(const struct point landmarks[LANDMARK_COUNT], double measures[MEASURE_COUNT]);

#endif
