/*
 * kmeans.h: k-means of the rows of a matrix.
 *
 * Starts from greedy k-means++ (Arthur and Vassilvitskii, SODA 2007). The starts race:
 * after ten of Lloyd's iterations (IEEE Trans. Inf. Theory 28, 1982) the better ones go on,
 * all of them for few clusters, until no label changes, 300 at most; of the results the one
 * of least cost. While many labels change centres have momentum (Polyak, USSR Comput.
 * Math. 4, 1964); rows whose nearest centre cannot have changed are passed over (a bound
 * after Hamerly, SDM 2010): that changes no answer.
 *
 * A row goes to the centre whose squared distance, in double, is least; of equal ones to
 * the one with the lower number while they are being moved. A cluster that runs empty takes
 * the row farthest from its centre among the clusters of two rows and more; with fewer
 * distinct rows than k that is a duplicate. So no cluster is ever empty. A constant column
 * makes no difference.
 *
 * Owns     results go to the caller's arrays.
 * Units    cost (inertia) is the sum of squared distances, in double.
 * Shapes   data n × d floats, row by row; labels n; centres k × d.
 * Threads  pure; starts as many as asked and ends them. Same data, k, restarts and seed give
 *          the same answer on any number of threads and any processor.
 * Errors   ERR_INPUT for k < 1, k > n, or a value that is not finite or beyond
 *          VALUE_MAX (NaN, infinities), naming the first such row; ERR_NOMEM;
 *          ERR_CANCELLED soon after *cancelled became true (see make bench-cluster).
 */
#ifndef LOOKALIKE_CLUSTER_KMEANS_H
#define LOOKALIKE_CLUSTER_KMEANS_H

#include "lookalike/base/error.h"

#include <stdatomic.h>
#include <stdint.h>

/* Larger values could overflow a squared distance. */
#define VALUE_MAX 1e15f

struct matrix {
	int n, d;
	const float *values;
};

struct kmeans_options {
	int restarts; /* random starts; at least 1, or 0 with a start */
	uint64_t seed;
	const float *start;           /* k × d centres to start from as well, last; or NULL */
	const atomic_bool *cancelled; /* or NULL */
	int threads;                  /* 0: one for each processor */
};

/* labels are 0..k-1, numbered by size, largest first, equal ones by first row. */
enum status kmeans_run(const struct matrix *data, int k, const struct kmeans_options *options,
		       int32_t *labels, float *centers, double *cost, struct error *err);

#endif
