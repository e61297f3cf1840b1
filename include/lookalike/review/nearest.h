/*
 * nearest.h: the faces of a collection that are most like one.
 *
 * Owns     the caller's memory only; faces are the session's.
 * Units    distances as the mode compares: of scaled measures, or of embeddings (Euclidean).
 * Threads  the session's owner.
 * Errors   none: a face without an embedding is near to none, and none is near to it.
 */
#ifndef LOOKALIKE_REVIEW_NEAREST_H
#define LOOKALIKE_REVIEW_NEAREST_H

#include "lookalike/review/grouping.h"

struct nearest {
	const struct session_face *face;
	double distance;
};

/*
 * The nearest faces to one, the nearest first, at most max of them; returns how many. Measures are
 * scaled over the whole collection as the options say. Other faces of the same photo count too.
 */
int nearest_find(struct session *session, const struct grouping_options *by,
		 const struct session_face *face, struct nearest *out, int max);

#endif
