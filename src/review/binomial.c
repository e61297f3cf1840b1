#include "lookalike/review/binomial.h"

#include <math.h>

#define Z95 1.959963984540054 /* the normal distribution has 2.5 % beyond */

/* In logarithms: n may be thousands. */
static double term(int hits, int n, double p)
{
	return exp(lgamma(n + 1) - lgamma(hits + 1) - lgamma(n - hits + 1) + hits * log(p) +
		   (n - hits) * log1p(-p));
}

double binomial_tail(int hits, int n, double p)
{
	double sum = 0;

	if (hits <= 0)
		return 1;
	/* The smallest first. */
	for (int i = n; i >= hits; i--)
		sum += term(i, n, p);
	return fmin(sum, 1);
}

int binomial_needed(int n, double p, double alpha)
{
	int hits = n + 1;

	while (hits > 0 && binomial_tail(hits - 1, n, p) <= alpha)
		hits--;
	return hits;
}

struct interval wilson_interval(int hits, int n)
{
	double rate, middle, half, shrink;

	if (!n)
		return (struct interval){0, 1};
	rate = (double)hits / n;
	shrink = 1 + Z95 * Z95 / n;
	middle = (rate + Z95 * Z95 / (2 * n)) / shrink;
	half = Z95 / shrink * sqrt(rate * (1 - rate) / n + Z95 * Z95 / (4.0 * n * n));
	/* At the ends the bound is exact, and rounding must not say otherwise. */
	return (struct interval){hits ? fmax(middle - half, 0) : 0,
				 hits < n ? fmin(middle + half, 1) : 1};
}
