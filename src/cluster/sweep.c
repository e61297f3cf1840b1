/*
 * k-means for every k. Each k depends on the one below it, so the answers are
 * made in one order whatever is asked for first; only the random starts of
 * first_k, which depend on nothing, are done ahead and shown until its turn
 * comes.
 */
#include "lookalike/cluster/sweep.h"

#include "lookalike/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All of a result in one block, which is never written again once it is published. */
struct answer {
	double cost;
	int32_t *labels;
	float *centers;
};

struct sweep {
	struct matrix data;
	float *values;
	int kmax, first_k, restarts;
	uint64_t seed;
	struct answer *_Atomic *answers; /* by k - 1; NULL until ready */
	struct answer *early;            /* first_k's, kept for its readers */
};

const char *scale_name(enum scale scale)
{
	return scale == SCALE_NONE ? "none" : "zscore";
}

void scale_fit(enum scale scale, const float *values, int n, int d, double *shift, double *factor)
{
	for (int j = 0; j < d; j++) {
		double mean = 0, squares = 0, sd;

		shift[j] = 0;
		factor[j] = 1;
		if (scale == SCALE_NONE || !n)
			continue;
		for (size_t i = 0; i < (size_t)n; i++)
			mean += values[i * d + j];
		mean /= n;
		for (size_t i = 0; i < (size_t)n; i++)
			squares += (values[i * d + j] - mean) * (values[i * d + j] - mean);
		sd = sqrt(squares / n);
		shift[j] = mean;
		factor[j] = sd == 0 ? 0 : 1 / sd;
	}
}

void scale_apply(float *values, int n, int d, const double *shift, const double *factor)
{
	for (size_t i = 0; i < (size_t)n; i++)
		for (int j = 0; j < d; j++)
			values[i * d + j] = (float)((values[i * d + j] - shift[j]) * factor[j]);
}

static void answer_free(struct answer *answer)
{
	if (!answer)
		return;
	free(answer->labels);
	free(answer->centers);
	free(answer);
}

/* From the random starts, or from the given centres alone. */
static enum status answer_new(const struct sweep *sweep, int k, const float *start,
			      const atomic_bool *cancelled, struct answer **out, struct error *err)
{
	struct kmeans_options options = {
		.restarts = start ? 0 : sweep->restarts,
		.seed = sweep->seed,
		.start = start,
		.cancelled = cancelled,
	};
	struct answer *answer = memory_new(sizeof(*answer));
	enum status status;

	answer->labels = calloc((size_t)sweep->data.n, sizeof(*answer->labels));
	answer->centers = calloc((size_t)k * (size_t)sweep->data.d, sizeof(*answer->centers));
	if (!answer->labels || !answer->centers)
		status = error_set(err, ERR_NOMEM, "not enough memory for %d groups", k);
	else
		status = kmeans_run(&sweep->data, k, &options, answer->labels, answer->centers,
				    &answer->cost, err);
	if (status == OK)
		*out = answer;
	else
		answer_free(answer);
	return status;
}

static double squared_distance(const struct sweep *sweep, const struct answer *answer, int row)
{
	size_t d = (size_t)sweep->data.d;
	const float *values = sweep->values + (size_t)row * d;
	const float *center = answer->centers + (size_t)answer->labels[row] * d;
	double squared = 0;

	for (size_t j = 0; j < d; j++) {
		double diff = (double)values[j] - center[j];

		squared += diff * diff;
	}
	return squared;
}

/* The answer for k from the centres of k - 1 and the row farthest from its own. */
static enum status answer_split(const struct sweep *sweep, int k, const atomic_bool *cancelled,
				struct answer **out, struct error *err)
{
	const struct answer *below = atomic_load(&sweep->answers[k - 2]);
	size_t d = (size_t)sweep->data.d, used = (size_t)(k - 1) * d;
	float *start = malloc((size_t)k * d * sizeof(*start));
	double farthest_squared = -1;
	size_t farthest = 0;
	enum status status;

	if (!start)
		return error_set(err, ERR_NOMEM, "not enough memory for %d groups", k);
	for (int i = 0; i < sweep->data.n; i++) {
		double squared = squared_distance(sweep, below, i);

		if (squared > farthest_squared) {
			farthest_squared = squared;
			farthest = (size_t)i;
		}
	}
	memcpy(start, below->centers, used * sizeof(*start));
	memcpy(start + used, sweep->values + farthest * d, d * sizeof(*start));
	status = answer_new(sweep, k, start, cancelled, out, err);
	free(start);
	return status;
}

static enum status sweep_k(struct sweep *sweep, int k, const atomic_bool *cancelled,
			   struct error *err)
{
	struct answer *random = sweep->early, *split = NULL;
	enum status status = OK;

	if (k != sweep->first_k)
		status = answer_new(sweep, k, NULL, cancelled, &random, err);
	if (status != OK)
		return status;
	if (k > 1)
		status = answer_split(sweep, k, cancelled, &split, err);
	if (status == OK && split && split->cost < random->cost) {
		atomic_store(&sweep->answers[k - 1], split);
		split = NULL;
	} else if (status == OK) {
		atomic_store(&sweep->answers[k - 1], random);
	}
	answer_free(split);
	if (random != sweep->early && random != atomic_load(&sweep->answers[k - 1]))
		answer_free(random);
	return status;
}

struct sweep *sweep_new(float *values, int n, int d, int kmax, int first_k, int restarts,
			uint64_t seed)
{
	struct sweep *sweep = memory_new(sizeof(*sweep));

	assert(kmax >= 1 && restarts >= 1);
	sweep->data = (struct matrix){.n = n, .d = d, .values = values};
	sweep->values = values;
	sweep->kmax = kmax < n ? kmax : n;
	sweep->first_k = first_k <= sweep->kmax ? first_k : 0;
	sweep->restarts = restarts;
	sweep->seed = seed;
	sweep->answers = memory_new((size_t)sweep->kmax * sizeof(*sweep->answers));
	return sweep;
}

void sweep_free(struct sweep *sweep)
{
	if (!sweep)
		return;
	for (int k = 1; k <= sweep->kmax; k++) {
		struct answer *answer = atomic_load(&sweep->answers[k - 1]);

		if (answer != sweep->early)
			answer_free(answer);
	}
	answer_free(sweep->early);
	free(sweep->answers);
	free(sweep->values);
	free(sweep);
}

enum status sweep_run(struct sweep *sweep, const atomic_bool *cancelled, struct error *err)
{
	enum status status = OK;

	if (!sweep->kmax)
		return error_set(err, ERR_INPUT, "there is nothing to group");
	if (sweep->first_k) {
		status = answer_new(sweep, sweep->first_k, NULL, cancelled, &sweep->early, err);
		if (status == OK)
			atomic_store(&sweep->answers[sweep->first_k - 1], sweep->early);
	}
	for (int k = 1; k <= sweep->kmax && status == OK; k++)
		status = sweep_k(sweep, k, cancelled, err);
	return status;
}

static const struct answer *sweep_answer(const struct sweep *sweep, int k)
{
	const struct answer *answer = atomic_load(&sweep->answers[k - 1]);

	assert(answer);
	return answer;
}

int sweep_kmax(const struct sweep *sweep)
{
	return sweep->kmax;
}

bool sweep_ready(const struct sweep *sweep, int k)
{
	return k >= 1 && k <= sweep->kmax && atomic_load(&sweep->answers[k - 1]);
}

double sweep_cost(const struct sweep *sweep, int k)
{
	return sweep_answer(sweep, k)->cost;
}

const int32_t *sweep_labels(const struct sweep *sweep, int k)
{
	return sweep_answer(sweep, k)->labels;
}

const float *sweep_centers(const struct sweep *sweep, int k)
{
	return sweep_answer(sweep, k)->centers;
}

const struct matrix *sweep_data(const struct sweep *sweep)
{
	return &sweep->data;
}

void sweep_distances(const struct sweep *sweep, int k, float *out)
{
	const struct answer *answer = sweep_answer(sweep, k);

	for (int i = 0; i < sweep->data.n; i++)
		out[i] = (float)sqrt(squared_distance(sweep, answer, i));
}
