/*
 * curve.h: the elbow curve: for each k the cost and the criteria, their peaks, and the k they
 * suggest.
 *
 * Owns     curve_init()/curve_done() for the points; curve_copy() makes another.
 * Shapes   points by rising k; above some k not every one is there.
 * Threads  pure functions.
 * Errors   none.
 */
#ifndef LOOKALIKE_CLUSTER_CURVE_H
#define LOOKALIKE_CLUSTER_CURVE_H

#include <stdbool.h>

struct curve_point {
	int k;
	/* NaN where not computed, or not defined */
	double cost;
	double silhouette, silhouette_error; /* see criteria.h */
	double bic;
	double stability;
};

struct curve {
	struct curve_point *points;
	int count, room;
	int knee, silhouette_k, bic_k; /* where each peaks; 0: nowhere, or not known yet */
	bool decided;                  /* the next two are final */
	int suggested;                 /* 0: no clear k */
	char reason[160];              /* for that, in words */
};

void curve_init(struct curve *curve);
void curve_done(struct curve *curve);
void curve_copy(const struct curve *from, struct curve *out);

/* The point for k, made with NaN if it is not there; and the one there is, or NULL. */
struct curve_point *curve_put(struct curve *curve, int k);
const struct curve_point *curve_at(const struct curve *curve, int k);

/* The largest k, 0 when there is none. */
int curve_kmax(const struct curve *curve);

/* All rows are the same: one group costs nothing, and there is nothing to divide. */
bool curve_is_flat(const struct curve *curve);

/*
 * Where the criteria peak among two groups and more, the smallest k of equal ones; nowhere when the
 * curve is flat.
 */
void curve_find_peaks(struct curve *curve);

/*
 * The knee after Satopaa et al., "Finding a Kneedle in a Haystack" (ICDCSW
 * 2011), for a falling convex curve: with k and cost scaled to 0..1, the k whose
 * point lies farthest below the straight line from first to last. 0 when there is none:
 * fewer than three points, one that is missing, or no point below the line.
 */
int curve_knee(const struct curve *curve);

#endif
