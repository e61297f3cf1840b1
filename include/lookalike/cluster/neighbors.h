/*
 * neighbors.h: the nearest rows of every row of a matrix.
 *
 * All pairs are looked at, in blocks that stay in the cache, on all processors; a row keeps its
 * nearest ones only, so memory grows with n and not with its square.
 *
 * Owns     neighbors_find() allocates; neighbors_done() frees.
 * Units    squared Euclidean distances.
 * Shapes   as in kmeans.h.
 * Threads  pure; it starts threads of its own and waits for them. The same rows give the same
 *          answer, whatever their number.
 * Errors   ERR_CANCELLED when *cancelled became true.
 */
#ifndef LOOKALIKE_CLUSTER_NEIGHBORS_H
#define LOOKALIKE_CLUSTER_NEIGHBORS_H

#include "lookalike/cluster/kmeans.h"

#define NEIGHBORS_MAX 32

struct neighbor {
	int32_t row;
	float distance2;
};

struct neighbors {
	int n;
	int32_t *counts;        /* of each row */
	struct neighbor *items; /* n × NEIGHBORS_MAX, nearest first, then by row */
};

/*
 * At most NEIGHBORS_MAX other rows whose squared distance is below limit2, for every row. With done
 * others can read how far it is, up to data->n.
 */
enum status neighbors_find(const struct matrix *data, float limit2, const atomic_bool *cancelled,
			   atomic_int *done, struct neighbors *out, struct error *err);
void neighbors_done(struct neighbors *neighbors);

#endif
