/*
 * curve.h: the elbow curve: cost for each k, and where it bends.
 *
 * Threads  pure functions.
 * Errors   none.
 */
#ifndef LOOKALIKE_CLUSTER_CURVE_H
#define LOOKALIKE_CLUSTER_CURVE_H

/*
 * The knee after Satopaa et al., "Finding a Kneedle in a Haystack" (ICDCSW
 * 2011), for a falling convex curve: with k and cost scaled to 0..1, the k whose
 * point lies farthest below the straight line from first to last. cost[0] is
 * for k = 1. Returns 0 when there is none: fewer than three points, or no
 * point below the line.
 */
int curve_knee(const double *cost, int kmax);

#endif
