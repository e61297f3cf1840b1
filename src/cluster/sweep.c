/*
 * k-means for every k. Each k depends on the one below it, so the answers are
 * made in one order whatever is asked for first; only a first answer for first_k,
 * from its random starts, is made ahead and shown until its turn comes.
 *
 * What neighbouring k share: the rows packed for the inner loops; the random
 * starts, as the first k rows that greedy k-means++ takes are a start for k; and
 * what was found for the k below, which with the best of some rows added is one
 * more start. An answer is never written again once it is published.
 */
#include "lookalike/cluster/sweep.h"

#include "internal.h"

#include "lookalike/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An answer that gave way to a better one, kept for its readers. */
struct retired {
	struct answer *answer;
	struct retired *next;
};

struct sweep {
	struct matrix data;
	float *values;
	int kmax, first_k, restarts, threads;
	uint64_t seed;
	struct watch watch;
	struct answer *_Atomic *answers; /* by k - 1, n of them; NULL until ready */
	struct retired *retired;
	struct search search;
	struct points *points;
	int *seeds; /* rows: seed_room for each random start */
	int seed_room;
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

/* With few clusters restarts find more than rows beside the answer below, and cost little. */
static int starts_random(const struct sweep *sweep, int k)
{
	if (k == 1) /* they all lead to the mean */
		return 1;
	return k <= FEW_CLUSTERS ? 2 * sweep->restarts - 1 : sweep->restarts;
}

/* Rows to start from for every k up to here. */
static enum status seed_restarts(struct sweep *sweep, int room, struct error *err)
{
	int restarts = 2 * sweep->restarts - 1, *rows;
	struct seeds *seeds;
	enum status status;

	if (room <= sweep->seed_room)
		return OK;
	if (room > sweep->data.n)
		room = sweep->data.n;
	rows = malloc((size_t)restarts * (size_t)room * sizeof(*rows));
	seeds = malloc((size_t)restarts * sizeof(*seeds));
	for (int i = 0; rows && seeds && i < restarts; i++) {
		seeds[i] = (struct seeds){
			.tries = seed_tries(room),
			.count = room,
			.rows = rows + (size_t)i * (size_t)room,
		};
		rng_seed(&seeds[i].rng, sweep->seed, (uint64_t)i);
	}
	if (rows && seeds)
		status = seed_rows(sweep->points, sweep->search.team, seeds, restarts,
				   sweep->search.cancelled, err);
	else
		status = error_set(err, ERR_NOMEM, "not enough memory for %d groups", room);
	free(seeds);
	if (status != OK) {
		free(rows);
		return status;
	}
	free(sweep->seeds);
	sweep->seeds = rows;
	sweep->seed_room = room;
	return OK;
}

static void copy_rows(const struct sweep *sweep, const int *rows, int count, float *out)
{
	size_t d = (size_t)sweep->data.d;

	for (int c = 0; c < count; c++, out += d)
		memcpy(out, sweep->values + (size_t)rows[c] * d, d * sizeof(*out));
}

/* The next smaller k that is answered; 0 for none. */
static int answered_below(const struct sweep *sweep, int k)
{
	do
		k--;
	while (k > 0 && !atomic_load(&sweep->answers[k - 1]));
	return k;
}

/* The centres of the answer below and rows beside them: starts that cost less than it. */
static enum status start_beside(const struct sweep *sweep, int below_k, int k, int count,
				float *out, struct error *err)
{
	const struct answer *below = atomic_load(&sweep->answers[below_k - 1]);
	size_t d = (size_t)sweep->data.d, used = (size_t)below_k * d;
	int added = k - below_k, *rows = malloc((size_t)count * (size_t)added * sizeof(*rows));
	struct seeds *seeds = malloc((size_t)count * sizeof(*seeds));
	enum status status;

	for (int i = 0; rows && seeds && i < count; i++) {
		seeds[i] = (struct seeds){
			.centers = below->centers,
			.center_count = below_k,
			.tries = SEED_TRIES_MAX,
			.count = added,
			.rows = rows + (size_t)i * (size_t)added,
		};
		rng_seed(&seeds[i].rng, sweep->seed, (uint64_t)k << 32 | (uint64_t)i);
	}
	if (rows && seeds)
		status = seed_rows(sweep->points, sweep->search.team, seeds, count,
				   sweep->search.cancelled, err);
	else
		status = error_set(err, ERR_NOMEM, "not enough memory for %d groups", k);
	for (int i = 0; i < count && status == OK; i++, out += (size_t)k * d) {
		memcpy(out, below->centers, used * sizeof(*out));
		copy_rows(sweep, seeds[i].rows, added, out + used);
	}
	free(rows);
	free(seeds);
	return status;
}

enum start {
	START_RANDOM = 1,
	START_BELOW = 2,
};

/* How many starts are made from the answer below: they are the better ones, as a rule. */
static int starts_below(const struct sweep *sweep)
{
	return 1 + sweep->restarts / 2;
}

static enum status make_starts(struct sweep *sweep, struct starts *starts, int randoms, int below_k,
			       struct error *err)
{
	int k = starts->k;
	size_t size = (size_t)k * (size_t)sweep->data.d;
	enum status status = OK;

	if (randoms)
		status = seed_restarts(sweep, k > sweep->kmax ? k + k / 2 : sweep->kmax, err);
	for (int i = 0; i < randoms && status == OK; i++)
		copy_rows(sweep, sweep->seeds + (size_t)i * (size_t)sweep->seed_room, k,
			  starts->centers + (size_t)i * size);
	if (status == OK && starts->count > randoms)
		status = start_beside(sweep, below_k, k, starts->count - randoms,
				      starts->centers + (size_t)randoms * size, err);
	return status;
}

/* The best from the starts; never worse than the answer below. */
static enum status answer_new(struct sweep *sweep, int k, int from, bool early, struct answer **out,
			      struct error *err)
{
	int below_k = from & START_BELOW ? answered_below(sweep, k) : 0;
	int randoms = from & START_RANDOM ? starts_random(sweep, k) : 0;
	struct starts starts = {.k = k};
	size_t size = (size_t)k * (size_t)sweep->data.d;
	struct answer *answer = NULL;
	enum status status;

	starts.count = randoms + (below_k ? starts_below(sweep) : 0);
	starts.centers = malloc((size_t)starts.count * size * sizeof(*starts.centers));
	if (!starts.centers)
		return error_set(err, ERR_NOMEM, "not enough memory for %d groups", k);
	status = make_starts(sweep, &starts, randoms, below_k, err);
	if (status == OK)
		status = search_run(&sweep->search, &starts, early, &answer, err);
	if (status == OK && below_k && answer->cost > sweep_cost(sweep, below_k)) {
		/* By roundings, or because momentum went astray. */
		answer_free(answer);
		status = start_beside(sweep, below_k, k, 1, starts.centers, err);
		if (status == OK)
			status = search_still(&sweep->search, &starts, &answer, err);
	}
	if (status == OK)
		*out = answer;
	free(starts.centers);
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

static enum status sweep_k(struct sweep *sweep, int k, struct error *err)
{
	struct answer *answer;
	enum status status = answer_new(sweep, k, START_RANDOM | START_BELOW, false, &answer, err);

	if (status == OK)
		publish(sweep, k, answer);
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
	free(sweep->seeds);
	points_free(sweep->points);
	free(sweep->values);
	free(sweep);
}

void sweep_set_threads(struct sweep *sweep, int threads)
{
	sweep->threads = threads;
}

void sweep_watch(struct sweep *sweep, struct watch watch)
{
	sweep->watch = watch;
}

/* Threads and packed rows; the rows stay packed for sweep_add(). */
static enum status search_begin(struct sweep *sweep, const atomic_bool *cancelled,
				struct error *err)
{
	enum status status = OK;

	sweep->search.team = team_new(sweep->threads);
	sweep->search.cancelled = cancelled;
	if (!sweep->points)
		status = points_new(&sweep->data, sweep->search.team, cancelled, &sweep->points,
				    err);
	sweep->search.points = sweep->points;
	return status;
}

static void search_end(struct sweep *sweep)
{
	team_free(sweep->search.team);
	sweep->search.team = NULL;
}

enum status sweep_run(struct sweep *sweep, const atomic_bool *cancelled, struct error *err)
{
	enum status status = search_begin(sweep, cancelled, err);

	if (status == OK && sweep->first_k) {
		struct answer *early;

		status = answer_new(sweep, sweep->first_k, START_RANDOM, true, &early, err);
		if (status == OK)
			publish(sweep, sweep->first_k, early);
	}
	for (int k = 1; k <= sweep->kmax && status == OK; k++) {
		watch_tell(&sweep->watch, "k", k, sweep->kmax);
		status = sweep_k(sweep, k, err);
	}
	search_end(sweep);
	return status;
}

/* Larger k that are beaten by k start again from the answer below them. */
static enum status improve_above(struct sweep *sweep, int k, struct error *err)
{
	double cost = sweep_cost(sweep, k);

	for (int above = k + 1; above <= sweep->data.n; above++) {
		struct answer *better;
		enum status status;

		if (!sweep_ready(sweep, above))
			continue;
		if (sweep_cost(sweep, above) <= cost)
			break;
		status = answer_new(sweep, above, START_BELOW, false, &better, err);
		if (status != OK)
			return status;
		publish(sweep, above, better);
		cost = better->cost;
	}
	return OK;
}

enum status sweep_add(struct sweep *sweep, int k, const atomic_bool *cancelled, struct error *err)
{
	enum status status;

	if (k < 1 || k > sweep->data.n)
		return error_set(err, ERR_INPUT,
				 "cannot make %d groups of %d rows: choose k from 1 to %d", k,
				 sweep->data.n, sweep->data.n);
	if (sweep_ready(sweep, k))
		return OK;
	status = search_begin(sweep, cancelled, err);
	if (status == OK)
		status = sweep_k(sweep, k, err);
	if (status == OK)
		status = improve_above(sweep, k, err);
	search_end(sweep);
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
	size_t d = (size_t)sweep->data.d;

	for (int i = 0; i < sweep->data.n; i++)
		out[i] = (float)sqrt(
			squared_distance(sweep->values + (size_t)i * d,
					 answer->centers + (size_t)answer->labels[i] * d, (int)d));
}
