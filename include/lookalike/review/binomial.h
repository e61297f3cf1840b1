/*
 * binomial.h: what so many hits in so many answers say, when each is a hit by chance with a known
 * probability.
 *
 * The tail is the exact one, summed term by term. The interval is Wilson's (JASA 22, 1927), which
 * stays within 0 and 1, and is not empty when all or no answers are hits.
 *
 * Units    probabilities, 0 to 1.
 * Threads  pure functions.
 * Errors   none: 0 <= hits <= n and 0 < p < 1 are the caller's to keep.
 */
#ifndef LOOKALIKE_REVIEW_BINOMIAL_H
#define LOOKALIKE_REVIEW_BINOMIAL_H

/* What "better than chance" is held to: chance alone gets there in one of a hundred tests. */
#define ALPHA 0.01

struct interval {
	double low, high;
};

/* How likely n answers have so many hits, or more. */
double binomial_tail(int hits, int n, double p);

/* The fewest hits that chance gets with a probability of at most alpha; n + 1 when none is. */
int binomial_needed(int n, double p, double alpha);

/* 95 % of the rate behind hits of n; all of 0 to 1 when n is 0. */
struct interval wilson_interval(int hits, int n);

#endif
