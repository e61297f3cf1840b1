/*
 * suggest.h: groups that may be one person, for somebody to say yes or no to.
 *
 * Groups by distance are strict: a person may be in several of them. Pairs of groups whose faces
 * are not much farther apart than the threshold are offered, the nearest first.
 *
 * Owns     suggest_find() allocates; suggestions_done() frees. Faces are the session's.
 * Units    distances as in cluster/linkage.h: the root of the mean squared distance of two faces.
 * Threads  the session's owner.
 * Errors   none.
 */
#ifndef LOOKALIKE_REVIEW_SUGGEST_H
#define LOOKALIKE_REVIEW_SUGGEST_H

#include "lookalike/review/grouping.h"

/* How much farther apart than the threshold of the groups: beyond, yes becomes rare. */
#define SUGGEST_REACH 1.3

struct suggestion {
	int a, b; /* indices of groups, a < b */
	double distance;
	const struct session_face *face_a, *face_b; /* the two that are nearest to each other */
	const struct session_image *same_photo;     /* with faces of both groups: hardly one
						     * person; or NULL */
};

struct suggestions {
	int count;
	struct suggestion *items; /* those of no photo in common first, each by distance */
};

/* Whether a person has said that two groups are not one; NULL for nobody. */
typedef bool suggest_refused_fn(const struct group *a, const struct group *b, void *user);

/* Of a grouping by embedding; empty for one by measures. */
void suggest_find(const struct grouping *g, double reach, suggest_refused_fn *refused, void *user,
		  struct suggestions *out);
void suggestions_done(struct suggestions *suggestions);

#endif
