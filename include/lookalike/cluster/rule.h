/*
 * rule.h: which k is suggested, if any.
 *
 * The suggestion is BIC's peak, if BIC is higher there than for one group and lower again for more,
 * if the silhouette bears it out (its own peak is within 20 % of it, or at BIC's peak it is at
 * least 85 % as high as at its own), and if the data's silhouette there is clearly higher than that
 * of each copy of the data without groups: each column shuffled by itself, and one Gaussian with
 * the same covariance (as in SigClust, Liu et al., JASA 2008). Otherwise there is no clear k. The
 * knee has no vote. To suggest the silhouette's peak was tried: it takes two groups that touch for
 * one.
 *
 * Owns     the caller's memory only.
 * Threads  pure functions.
 * Errors   as in criteria.h.
 */
#ifndef LOOKALIKE_CLUSTER_RULE_H
#define LOOKALIKE_CLUSTER_RULE_H

#include "lookalike/cluster/curve.h"
#include "lookalike/cluster/kmeans.h"

#include <stddef.h>

/* Decide from the peaks, which must have been found: suggested, reason, decided. */
enum status rule_decide(struct curve *curve, const struct matrix *data, uint64_t seed,
			const atomic_bool *cancelled, struct error *err);

/* The k of "-k auto": as suggested, else BIC's peak; 0 while neither is known. */
int rule_auto(const struct curve *curve);

/* "k 7 suggested", "no clear k: silh 2, bic 6", or nothing before it is decided: for a title. */
void rule_words(const struct curve *curve, char *out, size_t out_size);

#endif
