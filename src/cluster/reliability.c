/* The table of reliabilities: column "face" of make figures, which README shows too. */
#include "lookalike/cluster/reliability.h"

#include <math.h>
#include <string.h>

#define RELIABILITY_MOST 0.999

static const double reliability[MEASURE_COUNT] = {
	[JAW_RATIO] = 0.9268,     [EYE_DISTANCE] = 0.9776, [NOSE_RATIO] = 0.9055,
	[NOSE_SIZE] = 0.9495,     [EYE_SIZE] = 0.8285,     [EYE_SIZE_DIFFERENTIAL] = 0.6304,
	[EYEBROW_WIDTH] = 0.9392, [EYEBROW_LIFT] = 0.9565,
};

void reliability_default(double r[MEASURE_COUNT])
{
	memcpy(r, reliability, sizeof(reliability));
}

/* Values are taken relative to the first, so that a constant measure varies by exactly 0. */
void reliability_estimate(const double *measures, int n, int runs, double r[MEASURE_COUNT])
{
	for (int m = 0; m < MEASURE_COUNT; m++) {
		double all = 0, between = 0, within = 0;

		for (int i = 0; i < n * runs; i++)
			all += (measures[i * MEASURE_COUNT + m] - measures[m]) / ((double)n * runs);
		for (int i = 0; i < n; i++) {
			const double *face = measures + (size_t)i * (size_t)runs * MEASURE_COUNT;
			double mean = 0;

			for (int j = 0; j < runs; j++)
				mean += (face[j * MEASURE_COUNT + m] - measures[m]) / runs;
			between += runs * (mean - all) * (mean - all);
			for (int j = 0; j < runs; j++)
				within += pow(face[j * MEASURE_COUNT + m] - measures[m] - mean, 2);
		}
		between /= n - 1;
		within /= (double)n * (runs - 1);
		r[m] = between > within ? (between - within) / (between + (runs - 1) * within) : 0;
	}
}

bool reliability_is_noise(double r)
{
	return r < RELIABILITY_NOISE;
}

void reliability_weights(const double r[MEASURE_COUNT], double weights[MEASURE_COUNT])
{
	double squares = 0;

	for (int m = 0; m < MEASURE_COUNT; m++) {
		double held = fmin(fmax(r[m], 0), RELIABILITY_MOST);

		weights[m] = sqrt(held / (1 - held));
		squares += weights[m] * weights[m];
	}
	for (int m = 0; m < MEASURE_COUNT; m++)
		weights[m] = squares > 0 ? weights[m] / sqrt(squares / MEASURE_COUNT) : 1;
}
