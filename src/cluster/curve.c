/*
 * The knee of the cost curve. Scaling both axes to 0..1 does not move the point
 * that is farthest below the chord, so the costs are compared as they are.
 */
#include "lookalike/cluster/curve.h"

int curve_knee(const double *cost, int kmax)
{
	double fall, deepest;
	int knee = 0;

	if (kmax < 3)
		return 0;
	fall = cost[0] - cost[kmax - 1];
	deepest = 1e-9 * fall; /* rounding alone bends a straight line by about this */
	if (!(fall > 0))
		return 0;
	for (int k = 2; k < kmax; k++) {
		double chord = cost[0] - fall * (k - 1) / (kmax - 1);
		double depth = chord - cost[k - 1];

		if (depth > deepest) {
			deepest = depth;
			knee = k;
		}
	}
	return knee;
}
