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

/* A larger answer that gave way to a better one, kept for its readers. */
struct retired {
	struct answer *answer;
	struct retired *next;
};

struct sweep {
	struct matrix data;
	float *values;
	int kmax, first_k, restarts, threads;
	uint64_t seed;
	struct answer *_Atomic *answers; /* by k - 1, n of them; NULL until ready */
	struct answer *early;            /* first_k's, while it is the random starts' alone */
	struct retired *retired;
};

const char *scale_name(enum scale scale)
{
	static const char *const names[] = {"zscore", "reliability", "none"};

	return names[scale];
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

/* The centres of below and, one after the other, the rows farthest from all centres so far. */
static float *start_from(const struct sweep *sweep, const struct answer *below, int below_k, int k)
{
	size_t n = (size_t)sweep->data.n, d = (size_t)sweep->data.d;
	float *start = malloc((size_t)k * d * sizeof(*start));
	double *nearest = malloc(n * sizeof(*nearest));

	if (!start || !nearest) {
		free(start);
		free(nearest);
		return NULL;
	}
	memcpy(start, below->centers, (size_t)below_k * d * sizeof(*start));
	for (size_t i = 0; i < n; i++)
		nearest[i] = squared_distance(sweep, below, (int)i);
	for (int c = below_k; c < k; c++) {
		const float *added = start + (size_t)c * d;
		size_t farthest = 0;

		for (size_t i = 1; i < n; i++)
			if (nearest[i] > nearest[farthest])
				farthest = i;
		memcpy(start + (size_t)c * d, sweep->values + farthest * d, d * sizeof(*start));
		for (size_t i = 0; i < n; i++) {
			double squared = 0;

			for (size_t j = 0; j < d; j++) {
				double diff = (double)sweep->values[i * d + j] - added[j];

				squared += diff * diff;
			}
			nearest[i] = fmin(nearest[i], squared);
		}
	}
	free(nearest);
	return start;
}

/* The next smaller k that is answered; 0 for none. */
static int answered_below(const struct sweep *sweep, int k)
{
	do
		k--;
	while (k > 0 && !atomic_load(&sweep->answers[k - 1]));
	return k;
}

static enum status answer_split(const struct sweep *sweep, int k, const atomic_bool *cancelled,
				struct answer **out, struct error *err)
{
	int below_k = answered_below(sweep, k);
	float *start = start_from(sweep, atomic_load(&sweep->answers[below_k - 1]), below_k, k);
	enum status status;

	if (!start)
		return error_set(err, ERR_NOMEM, "not enough memory for %d groups", k);
	status = answer_new(sweep, k, start, cancelled, out, err);
	free(start);
	return status;
}

static void publish(struct sweep *sweep, int k, struct answer *answer)
{
	struct answer *old = atomic_load(&sweep->answers[k - 1]);

	if (old && old != answer) {
		struct retired *retired = memory_new(sizeof(*retired));

		*retired = (struct retired){.answer = old, .next = sweep->retired};
		sweep->retired = retired;
	}
	atomic_store(&sweep->answers[k - 1], answer);
}

static enum status sweep_k(struct sweep *sweep, int k, const atomic_bool *cancelled,
			   struct error *err)
{
	struct answer *random = NULL, *split = NULL;
	enum status status = OK;

	if (k == sweep->first_k && sweep->early)
		random = sweep->early;
	else
		status = answer_new(sweep, k, NULL, cancelled, &random, err);
	if (status == OK && k > 1)
		status = answer_split(sweep, k, cancelled, &split, err);
	if (status == OK && split && split->cost < random->cost) {
		publish(sweep, k, split);
		split = NULL;
	} else if (status == OK) {
		publish(sweep, k, random);
	}
	if (random == sweep->early)
		sweep->early = NULL;
	else if (random != atomic_load(&sweep->answers[k - 1]))
		answer_free(random);
	answer_free(split);
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
	sweep->answers = memory_new((size_t)n * sizeof(*sweep->answers));
	return sweep;
}

void sweep_free(struct sweep *sweep)
{
	if (!sweep)
		return;
	for (int k = 1; k <= sweep->data.n; k++)
		answer_free(atomic_load(&sweep->answers[k - 1]));
	while (sweep->retired) {
		struct retired *retired = sweep->retired;

		sweep->retired = retired->next;
		answer_free(retired->answer);
		free(retired);
	}
	free(sweep->answers);
	free(sweep->values);
	free(sweep);
}

void sweep_set_threads(struct sweep *sweep, int threads)
{
	sweep->threads = threads;
}

enum status sweep_run(struct sweep *sweep, const atomic_bool *cancelled, struct error *err)
{
	enum status status = OK;

	if (!sweep->kmax)
		return error_set(err, ERR_INPUT, "there is nothing to group");
	if (sweep->first_k) {
		status = answer_new(sweep, sweep->first_k, NULL, cancelled, &sweep->early, err);
		if (status == OK)
			publish(sweep, sweep->first_k, sweep->early);
	}
	for (int k = 1; k <= sweep->kmax && status == OK; k++)
		status = sweep_k(sweep, k, cancelled, err);
	return status;
}

enum status sweep_add(struct sweep *sweep, int k, const atomic_bool *cancelled, struct error *err)
{
	enum status status;
	double cost;

	if (k < 1 || k > sweep->data.n)
		return error_set(err, ERR_INPUT,
				 "cannot make %d groups of %d rows: choose k from 1 to %d", k,
				 sweep->data.n, sweep->data.n);
	if (sweep_ready(sweep, k))
		return OK;
	status = sweep_k(sweep, k, cancelled, err);
	if (status != OK)
		return status;
	/* Larger k that this one beats start from it. */
	cost = sweep_cost(sweep, k);
	for (int above = k + 1; above <= sweep->data.n && status == OK; above++) {
		struct answer *better;

		if (!sweep_ready(sweep, above))
			continue;
		if (sweep_cost(sweep, above) <= cost)
			break;
		status = answer_split(sweep, above, cancelled, &better, err);
		if (status == OK) {
			publish(sweep, above, better);
			cost = better->cost;
		}
	}
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
	return k >= 1 && k <= sweep->data.n && atomic_load(&sweep->answers[k - 1]);
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
