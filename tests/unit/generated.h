/* Data with groups, and data without, from fixed seeds. */
#ifndef TESTS_GENERATED_H
#define TESTS_GENERATED_H

#include "lookalike/base/rng.h"
#include "lookalike/cluster/rule.h"
#include "lookalike/cluster/survey.h"

#include <math.h>
#include <stdlib.h>

#define GROUP_ROWS 60
#define CENTER_SD  8

/* Marsaglia's polar method (1964), so as not to share a mistake with the code under test. */
static inline double generated_normal(struct rng *rng)
{
	for (;;) {
		double x = 2 * rng_uniform(rng) - 1, y = 2 * rng_uniform(rng) - 1;
		double s = x * x + y * y;

		if (s > 0 && s < 1)
			return x * sqrt(-2 * log(s) / s);
	}
}

/* k groups of GROUP_ROWS rows: centres N(0, 8²) per coordinate, unit noise. */
static inline float *generated_groups(int k, int d, uint64_t seed)
{
	float *values = malloc((size_t)k * GROUP_ROWS * (size_t)d * sizeof(*values));
	double *center = malloc((size_t)d * sizeof(*center));
	struct rng rng;

	if (!values || !center)
		abort();
	rng_seed(&rng, seed, 100);
	for (int row = 0; row < k * GROUP_ROWS; row++) {
		for (int j = 0; j < d && row % GROUP_ROWS == 0; j++)
			center[j] = CENTER_SD * generated_normal(&rng);
		for (int j = 0; j < d; j++)
			values[(size_t)row * (size_t)d + (size_t)j] =
				(float)(center[j] + generated_normal(&rng));
	}
	free(center);
	return values;
}

enum structureless {
	UNIFORM,
	GAUSSIAN,
	STRETCHED,
	STRUCTURELESS_COUNT
};

/* A cube, one round Gaussian, or one whose axes are of length 1 to 3. */
static inline float *generated_nothing(enum structureless kind, int n, int d, uint64_t seed)
{
	float *values = malloc((size_t)n * (size_t)d * sizeof(*values));
	struct rng rng;

	if (!values)
		abort();
	rng_seed(&rng, seed, 200 + (uint64_t)kind);
	for (int i = 0; i < n * d; i++) {
		double axis = kind == STRETCHED ? 1 + 2.0 * (i % d) / d : 1;

		values[i] = (float)(kind == UNIFORM ? rng_uniform(&rng)
						    : axis * generated_normal(&rng));
	}
	return values;
}

/* What lookalike makes of it; takes values. kmax 0: the default, and no wall. */
static inline struct curve generated_survey(float *values, int n, int d, int kmax, int restarts)
{
	struct survey_options options = {.kmax_is_wall = kmax > 0, .seed = 1};
	struct sweep *sweep = sweep_new(values, n, d, kmax ? kmax : 20, 0, restarts, 1);
	struct survey *survey = survey_new(sweep, &options);
	struct curve curve;

	sweep_set_threads(sweep, 1);
	if (sweep_run(sweep, NULL, NULL) || survey_run(survey, NULL, NULL))
		abort();
	survey_curve(survey, &curve);
	survey_free(survey);
	sweep_free(sweep);
	return curve;
}

#endif
