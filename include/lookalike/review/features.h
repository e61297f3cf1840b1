/*
 * features.h: what faces are compared by: the eight measures, or the embedding.
 *
 * Owns     nothing.
 * Shapes   a face is features_count() float32.
 * Threads  pure functions.
 * Errors   a face without an embedding has no vector.
 */
#ifndef LOOKALIKE_REVIEW_FEATURES_H
#define LOOKALIKE_REVIEW_FEATURES_H

#include "lookalike/review/session.h"

#include <stdbool.h>

enum features {
	FEATURES_GEOMETRY, /* the eight measures */
	FEATURES_NEURAL,   /* the embedding */
};

/* "geometry" or "neural". */
const char *features_name(enum features features);

int features_count(enum features features);

/* A face's own vector goes to out; false when it has none. */
bool features_of(enum features features, const struct session_face *face, float *out);

#endif
