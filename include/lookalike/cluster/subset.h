/*
 * subset.h: some of the rows, drawn at random, and copies of a matrix without its structure.
 *
 * Owns     what is returned is the caller's, free(); NULL when memory is short.
 * Shapes   as in kmeans.h.
 * Threads  pure functions: same arguments, same answer.
 */
#ifndef LOOKALIKE_CLUSTER_SUBSET_H
#define LOOKALIKE_CLUSTER_SUBSET_H

#include "lookalike/cluster/kmeans.h"

/* count of the numbers 0..n-1 in random order (count = n: a permutation). */
int *subset_new(int n, int count, uint64_t seed);

/* Those rows, one after the other. */
float *subset_rows(const struct matrix *data, const int *rows, int count);

/* Each column shuffled by itself: every measure as it was, and nothing that ties them together. */
float *copy_shuffled(const struct matrix *data, uint64_t seed);

/* As many rows from the one Gaussian that has the mean and the covariance of the data. */
float *copy_gaussian(const struct matrix *data, uint64_t seed);

#endif
