/*
 * suggest.h: groups that may be one person, and single faces that may be somebody who has a name,
 * for a person to say yes or no to.
 *
 * Strict groups leave a person in several of them. Pairs of groups whose faces are not much farther
 * apart than the threshold are offered, the nearest first; and single faces of a group that lie
 * nearer to a named group than to the rest of their own. Who was said not to be one person (group
 * not, group apart, or n in the interface) is not offered.
 *
 * Owns     suggest_new()/suggest_free(); suggestions_done() frees a list. Faces are the session's.
 * Units    distances as in cluster/linkage.h: the root of the mean squared distance of two faces.
 * Threads  the session's owner; the search's job on a worker thread.
 * Errors   none; a search that was cancelled has found nothing.
 */
#ifndef LOOKALIKE_REVIEW_SUGGEST_H
#define LOOKALIKE_REVIEW_SUGGEST_H

#include "lookalike/review/roster.h"

/* How much farther apart than the threshold of the groups: beyond, yes becomes rare. */
#define SUGGEST_REACH 1.3

struct suggestion {
	struct roster_key a, b;          /* b is open; a has a name where one of them has */
	const struct session_face *face; /* only this face of b is meant; or NULL */
	double distance;
	const struct session_image *same_photo; /* with faces of both: hardly one person; or NULL */
};

struct suggestions {
	int count;
	struct suggestion *items; /* those of no photo in common first, each by distance */
};

struct suggest_search;

/* How far a grouping's suggestions reach. */
double suggest_reach(const struct grouping *grouping);

/* A search in groups by embedding: a job of kind JOB_SUGGEST that keeps what it needs of them. */
struct suggest_search *suggest_new(const struct roster *roster, double reach);
struct job *suggest_job(struct suggest_search *search);
struct suggest_search *suggest_of(struct job *job);
void suggest_free(struct suggest_search *search);

/* How many groups of how many it has compared with all others, and for how long it has been there:
 * for the owner, while it runs. */
void suggest_progress(struct suggest_search *search, int *done, int *of, double *seconds);

/* What a finished search found, without what was refused by now; the list is the caller's. */
void suggest_take(struct suggest_search *search, const struct roster *roster,
		  struct suggestions *out);

/* All of it here and now. */
void suggest_find(const struct roster *roster, double reach, struct suggestions *out);
void suggestions_done(struct suggestions *suggestions);

/* Whether it still stands: the groups are there, and nobody has said no. */
bool suggest_stands(const struct roster *roster, const struct suggestion *s);

bool suggest_equal(const struct suggestion *a, const struct suggestion *b);

/* The faces of its second side: all of b, or the one. */
struct session_face *const *suggest_faces(const struct roster *roster, const struct suggestion *s,
					  int *count);

/* The two faces, one of each side, that are nearest to each other; all pairs are looked at. */
void suggest_nearest(const struct roster *roster, const struct suggestion *s,
		     const struct session_face **a, const struct session_face **b);

#endif
