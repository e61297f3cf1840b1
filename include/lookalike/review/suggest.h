/*
 * suggest.h: groups that may be one person, for somebody to say yes or no to.
 *
 * Groups by distance are strict: a person may be in several of them. Pairs of groups whose faces
 * are not much farther apart than the threshold are offered, the nearest first; and with them
 * groups that are near to one that a person made.
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
	int a, b; /* indices of groups, a < b; a is SUGGEST_NAMED + i for group i that a person made
		   */
	double distance;
	const struct session_face *face_a, *face_b; /* the two that are nearest to each other */
	const struct session_image *same_photo;     /* with faces of both groups: hardly one
						     * person; or NULL */
};

#define SUGGEST_NAMED 1000000000

struct suggestions {
	int count;
	struct suggestion *items; /* those of no photo in common first, each by distance */
};

/* Whether a person has said that a face is not in a group that a person made; NULL: never. */
typedef bool suggest_refused_fn(int64_t face_id, int64_t group_id, void *user);

/* Of a grouping by embedding; empty for one by measures. A group is not offered for a named one
 * when any of its faces was refused there. */
void suggest_find(const struct grouping *g, double reach, suggest_refused_fn *refused, void *user,
		  struct suggestions *out);
void suggestions_done(struct suggestions *suggestions);

#endif
