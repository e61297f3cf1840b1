/*
 * agreement.h: how well groups agree with known classes.
 *
 * Adjusted Rand index (Hubert and Arabie 1985); normalised mutual information, by the mean of the
 * two entropies; BCubed (Bagga and Baldwin 1998), the mean over items; pairwise, over pairs of
 * items.
 *
 * Owns     the caller's memory only.
 * Shapes   two labels for each of n items, any whole numbers.
 * Threads  pure functions.
 * Errors   ERR_INPUT for no items; ERR_NOMEM.
 */
#ifndef LOOKALIKE_CLUSTER_AGREEMENT_H
#define LOOKALIKE_CLUSTER_AGREEMENT_H

#include "lookalike/base/error.h"

#include <stdint.h>

/* NaN where it is not defined: a precision of no pairs. */
struct retrieval {
	double precision, recall, f;
};

struct agreement {
	double ari, nmi;
	int class_count, cluster_count;
	struct retrieval bcubed, pairwise;
};

enum status agreement_measure(const int32_t *classes, const int32_t *clusters, int n,
			      struct agreement *out, struct error *err);

#endif
