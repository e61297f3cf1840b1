/*
 * criteria.h: what speaks for one number of groups rather than another.
 *
 * Silhouette after Rousseeuw (J. Comput. Appl. Math. 20, 1987): for each row, how much nearer its
 * own group is than the next one, -1 to 1; 0 for a group of one. BIC as in x-means (Pelleg and
 * Moore, ICML 2000): groups are spheres of one variance, and each group pays for its parameters.
 * Stability: whether two random halves of the rows give the same groups, as an adjusted Rand index.
 *
 * Owns     the caller's memory only.
 * Shapes   as in kmeans.h.
 * Threads  pure functions: same arguments, same answer.
 * Errors   ERR_NOMEM; ERR_CANCELLED when *cancelled became true.
 */
#ifndef LOOKALIKE_CLUSTER_CRITERIA_H
#define LOOKALIKE_CLUSTER_CRITERIA_H

#include "lookalike/cluster/kmeans.h"

/* Up to so many rows the silhouette is exact, and copies and halves are taken of all rows. */
#define EXACT_ROWS_MAX 5000

struct labelling {
	int k;
	const int32_t *labels; /* of all rows, 0..k-1, no group empty */
};

struct silhouette {
	double mean;  /* NaN for one group */
	double error; /* standard error of mean where it is taken over a sample; 0 where exact */
};

/*
 * The mean silhouette of each of count labellings, for which the distances are computed once.
 * Above EXACT_ROWS_MAX rows it is the mean over a sample of the rows, each against all rows: the
 * same sample for every labelling.
 */
enum status silhouette_means(const struct matrix *data, const struct labelling *by, int count,
			     const atomic_bool *cancelled, struct silhouette *out,
			     struct error *err);

/*
 * The higher the better; parameters are k - 1 shares, k · d coordinates and one variance. INFINITY
 * when cost is 0; NaN above k = 2n/3, where so few rows are left over to tell the variance from
 * that BIC rises again towards n whatever the data.
 */
double bic_score(const struct labelling *by, int n, int d, double cost);

/* Adjusted Rand index of the groups that two random halves give to all rows; NaN if 2k > n. */
enum status stability_measure(const struct matrix *data, int k, uint64_t seed,
			      const atomic_bool *cancelled, double *out, struct error *err);

#endif
