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

void reliability_weights(double weights[MEASURE_COUNT])
{
	double squares = 0;

	for (int m = 0; m < MEASURE_COUNT; m++) {
		weights[m] = sqrt(reliability[m] / (1 - reliability[m]));
		squares += weights[m] * weights[m];
	}
	for (int m = 0; m < MEASURE_COUNT; m++)
		weights[m] /= sqrt(squares / MEASURE_COUNT);
}
