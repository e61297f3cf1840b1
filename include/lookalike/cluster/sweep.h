/*
 * sweep.h: k-means for every k from 1 to kmax and for others on request, and how
 * the rows are scaled.
 *
 * The answer for k is the best of the random starts and of some that add rows to the
 * centres of the next smaller k, drawn as in k-means++: a way to reach better optima than
 * restarts do, after the global k-means of Likas, Vlassis and Verbeek (Pattern
 * Recognition 36, 2003). Cost never rises with k among the answers there are.
 *
 * Owns     sweep_new()/sweep_free(); results live with the sweep.
 * Shapes   as in kmeans.h.
 * Threads  sweep_run(), once, and then sweep_add(), as often as one likes, on one
 *          thread; they compute on several. Results for a k may be read by
 *          others after sweep_ready(k) said true. What they point to never
 *          changes; but the early answer for first_k may give way to a better
 *          one until sweep_run() returns, and those for larger k than the one
 *          added until sweep_add() returns: read those again then.
 * Errors   as kmeans_run(). kmax is lowered to the number of rows.
 */
#ifndef LOOKALIKE_CLUSTER_SWEEP_H
#define LOOKALIKE_CLUSTER_SWEEP_H

#include "lookalike/base/watch.h"
#include "lookalike/cluster/kmeans.h"

#include <stdbool.h>

enum scale {
	SCALE_ZSCORE,      /* each column to mean 0 and standard deviation 1 (over n) */
	SCALE_RELIABILITY, /* the same; the weights of the measures are reliability.h's */
	SCALE_NONE,
	SCALE_COUNT,
};

const char *scale_name(enum scale scale);

/*
 * What scaling does to each of d columns: shift, then factor. A constant column gets factor 0.
 * Rows that come later are scaled with the shift and factor of the earlier ones.
 */
void scale_fit(enum scale scale, const float *values, int n, int d, double *shift, double *factor);
void scale_apply(float *values, int n, int d, const double *shift, const double *factor);

struct sweep;

/*
 * Takes values (malloc'd, n × d, already scaled). first_k is computed first, 0
 * for none; what the answers are in the end does not depend on it.
 */
struct sweep *sweep_new(float *values, int n, int d, int kmax, int first_k, int restarts,
			uint64_t seed);
void sweep_free(struct sweep *sweep);

/* How many threads compute; one for each processor otherwise. The answers do not depend on it. */
void sweep_set_threads(struct sweep *sweep, int threads);

/* To be told of each k that sweep_run() begins with, as "k". */
void sweep_watch(struct sweep *sweep, struct watch watch);

enum status sweep_run(struct sweep *sweep, const atomic_bool *cancelled, struct error *err);

/*
 * The answer for any k from 1 to the number of rows, after sweep_run(); at once if it is there.
 * What k's were added, and in which order, can make a difference to the answers.
 */
enum status sweep_add(struct sweep *sweep, int k, const atomic_bool *cancelled, struct error *err);

/* Every k from 1 to here is answered by sweep_run(); sweep_add() does not change it. */
int sweep_kmax(const struct sweep *sweep);
bool sweep_ready(const struct sweep *sweep, int k);
double sweep_cost(const struct sweep *sweep, int k);
const int32_t *sweep_labels(const struct sweep *sweep, int k);
const float *sweep_centers(const struct sweep *sweep, int k);
const struct matrix *sweep_data(const struct sweep *sweep);

/* Distance of every row to the centre of its cluster at k. */
void sweep_distances(const struct sweep *sweep, int k, float *out);

#endif
