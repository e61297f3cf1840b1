/*
 * kmeans.h: k-means of the rows of a matrix.
 *
 * Starts from greedy-free k-means++ (Arthur and Vassilvitskii, SODA 2007), then
 * Lloyd's iterations until no label changes; the best of several restarts.
 * A cluster that runs empty takes the row farthest from its centre.
 *
 * Owns     results go to the caller's arrays.
 * Units    cost (inertia) is the sum of squared distances, in double.
 * Shapes   data n × d floats, row by row; labels n; centres k × d.
 * Threads  pure; same data, k, restarts and seed give the same answer everywhere.
 * Errors   ERR_INPUT for k < 1, k > n, or a value that is not finite;
 *          ERR_CANCELLED when *cancelled became true.
 */
#ifndef LOOKALIKE_CLUSTER_KMEANS_H
#define LOOKALIKE_CLUSTER_KMEANS_H

#include "lookalike/base/error.h"

#include <stdatomic.h>
#include <stdint.h>

struct matrix {
	int n, d;
	const float *values;
};

struct kmeans_options {
	int restarts; /* at least 1 */
	uint64_t seed;
	const atomic_bool *cancelled; /* or NULL */
};

/* labels are 0..k-1, numbered by size, largest first, equal ones by first row. */
enum status kmeans_run(const struct matrix *data, int k, const struct kmeans_options *options,
		       int32_t *labels, float *centers, double *cost, struct error *err);

#endif
