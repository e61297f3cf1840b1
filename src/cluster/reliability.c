/* The table of reliabilities: column "face" of make figures, which README shows too. */
#include "lookalike/cluster/reliability.h"

#include <math.h>

static const double reliability[MEASURE_COUNT] = {
	[JAW_RATIO] = 0.9268,     [EYE_DISTANCE] = 0.9776, [NOSE_RATIO] = 0.9055,
	[NOSE_SIZE] = 0.9495,     [EYE_SIZE] = 0.8285,     [EYE_SIZE_DIFFERENTIAL] = 0.6304,
	[EYEBROW_WIDTH] = 0.9392, [EYEBROW_LIFT] = 0.9565,
};

double measure_reliability(enum measure measure)
{
	return reliability[measure];
}

bool measure_is_noise(enum measure measure)
{
	return reliability[measure] < RELIABILITY_NOISE;
}

double reliability_weight(double r)
{
	r = fmin(fmax(r, 0), 0.999);
	return sqrt(r / (1 - r));
}
