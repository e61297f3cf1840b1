/*
 * The best of several starts, in three heats: a few iterations for all, most of the way for
 * the better half, the rest for the best. Small jobs run one fit on each thread, large ones one fit
 * on all threads: nothing but the time depends on that.
 */
#include "internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RACE_ITERATIONS 10

/*
 * Those that go on do so until no more than one row in so many changes its label: what comes
 * after that changes costs by less than what they differ by. Only the best go to the end.
 */
#define CALM_CHANGES 1000
#define LAST         2

struct race {
	const struct search *search;
	struct starts *starts;
	struct fit **fits;  /* one for each start that runs at the same time */
	atomic_bool *taken; /* by fit */
	int fit_count;
	double *costs;           /* by start: after the race */
	int *order;              /* starts, the best first */
	struct answer **answers; /* of the best */
	atomic_bool out_of_memory;
};

void answer_free(struct answer *answer)
{
	if (!answer)
		return;
	free(answer->labels);
	free(answer->centers);
	free(answer);
}

static struct answer *answer_new(int n, int d, int k)
{
	struct answer *answer = calloc(1, sizeof(*answer));

	if (!answer)
		return NULL;
	answer->labels = malloc((size_t)n * sizeof(*answer->labels));
	answer->centers = malloc((size_t)k * (size_t)d * sizeof(*answer->centers));
	if (answer->labels && answer->centers)
		return answer;
	answer_free(answer);
	return NULL;
}

struct cluster_rank {
	int id, size, first_row;
};

static int by_size(const void *a, const void *b)
{
	const struct cluster_rank *x = a, *y = b;

	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->first_row < y->first_row ? -1 : 1;
}

/* Clusters numbered by size. */
static struct answer *answer_of(struct fit *fit)
{
	int n = fit->points->data.n, k = fit->k;
	size_t d = (size_t)fit->points->data.d;
	struct answer *answer = answer_new(n, (int)d, k);
	struct cluster_rank *ranks = calloc((size_t)k, sizeof(*ranks));
	int *new_ids = malloc((size_t)k * sizeof(*new_ids));

	if (!answer || !ranks || !new_ids) {
		answer_free(answer);
		answer = NULL;
		goto out;
	}
	for (int c = 0; c < k; c++)
		ranks[c].id = c;
	for (int i = n - 1; i >= 0 && !is_cancelled(fit->cancelled); i--) {
		ranks[fit->labels[i]].size++;
		ranks[fit->labels[i]].first_row = i;
	}
	qsort(ranks, (size_t)k, sizeof(*ranks), by_size);
	for (int c = 0; c < k; c++) {
		new_ids[ranks[c].id] = c;
		memcpy(answer->centers + (size_t)c * d, fit->centers + (size_t)ranks[c].id * d,
		       d * sizeof(*fit->centers));
	}
	for (int i = 0; i < n && !is_cancelled(fit->cancelled); i++)
		answer->labels[i] = new_ids[fit->labels[i]];
	answer->cost = fit_cost(fit);
out:
	free(ranks);
	free(new_ids);
	return answer;
}

static float *start_centers(const struct race *race, int start)
{
	size_t size = (size_t)race->starts->k * (size_t)race->search->points->data.d;

	return race->starts->centers + (size_t)start * size;
}

/* There are as many fits as parts run at the same time. */
static int take_fit(struct race *race, int start)
{
	int f = 0;

	while (atomic_exchange(&race->taken[f], true))
		f = (f + 1) % race->fit_count;
	memcpy(race->fits[f]->centers, start_centers(race, start),
	       (size_t)race->starts->k * (size_t)race->search->points->data.d * sizeof(float));
	fit_begin(race->fits[f], race->starts->k);
	return f;
}

/* On from where the start has come to. */
static void run_start(struct race *race, int start, int iterations, int calm)
{
	int f = take_fit(race, start);
	struct fit *fit = race->fits[f];

	if (fit_run(fit, iterations, calm)) {
		race->costs[start] = fit_quick_cost(fit);
		memcpy(start_centers(race, start), fit->centers,
		       (size_t)fit->k * (size_t)fit->points->data.d * sizeof(float));
	}
	atomic_store(&race->taken[f], false);
}

static void race_start(void *context, int start)
{
	run_start(context, start, RACE_ITERATIONS, 0);
}

static void calm_start(void *context, int place)
{
	struct race *race = context;

	run_start(race, race->order[place], ITERATIONS_MAX,
		  race->search->points->data.n / CALM_CHANGES);
}

static void finish(struct race *race, int place, bool (*run)(struct fit *fit))
{
	int f = take_fit(race, race->order[place]);

	if (run(race->fits[f])) {
		race->answers[place] = answer_of(race->fits[f]);
		if (!race->answers[place])
			atomic_store(&race->out_of_memory, true);
	}
	atomic_store(&race->taken[f], false);
}

static bool run_to_end(struct fit *fit)
{
	return fit_run(fit, ITERATIONS_MAX, 0);
}

static bool run_once(struct fit *fit)
{
	return fit_run(fit, 1, 0);
}

static void finish_start(void *context, int place)
{
	finish(context, place, run_to_end);
}

static void finish_early(void *context, int place)
{
	finish(context, place, run_once);
}

static void finish_still(void *context, int place)
{
	finish(context, place, fit_place);
}

/* The first so many places, by cost. */
static void order_starts(struct race *race, int count)
{
	for (int i = 1; i < count; i++) {
		int start = race->order[i], at = i;

		for (; at > 0 && race->costs[race->order[at - 1]] > race->costs[start]; at--)
			race->order[at] = race->order[at - 1];
		race->order[at] = start;
	}
}

static void run_parts(struct race *race, int parts, void (*part)(void *context, int i))
{
	team_run(race->fit_count > 1 ? race->search->team : NULL, parts, part, race);
}

static enum status race_init(struct race *race, struct error *err)
{
	const struct points *points = race->search->points;
	size_t count = (size_t)race->starts->count;

	race->fit_count = is_large(points) ? 1 : team_size(race->search->team);
	race->fits = calloc((size_t)race->fit_count, sizeof(struct fit *));
	race->taken = calloc((size_t)race->fit_count, sizeof(*race->taken));
	race->costs = calloc(count, sizeof(*race->costs));
	race->order = calloc(count, sizeof(*race->order));
	race->answers = calloc(count, sizeof(struct answer *));
	if (!race->fits || !race->taken || !race->costs || !race->order || !race->answers)
		goto nomem;
	for (int i = 0; i < race->starts->count; i++)
		race->order[i] = i;
	for (int f = 0; f < race->fit_count; f++) {
		race->fits[f] = fit_new(points, race->starts->k,
					race->fit_count == 1 ? race->search->team : NULL,
					race->search->cancelled);
		if (!race->fits[f])
			goto nomem;
	}
	return OK;
nomem:
	return error_set(err, ERR_NOMEM, "not enough memory for %d groups", race->starts->k);
}

static void race_done(struct race *race)
{
	for (int i = 0; race->answers && i < race->starts->count; i++)
		answer_free(race->answers[i]);
	for (int f = 0; race->fits && f < race->fit_count; f++)
		fit_free(race->fits[f]);
	free(race->fits);
	free(race->taken);
	free(race->costs);
	free(race->order);
	free(race->answers);
}

/* How many go on: on rows without structure the better half has the best of all in it. */
static int finalists(const struct starts *starts)
{
	int some = 2 + starts->count / 2;

	return starts->k <= FEW_CLUSTERS || starts->count < some ? starts->count : some;
}

/* From the first so many places to the best answer. */
static enum status finish_race(struct race *race, int places,
			       void (*last)(void *context, int place), struct answer **out,
			       struct error *err)
{
	const struct search *search = race->search;
	int best = 0;

	if (!is_cancelled(search->cancelled))
		run_parts(race, places, last);
	if (is_cancelled(search->cancelled))
		return error_set(err, ERR_CANCELLED, "grouping was interrupted");
	if (atomic_load(&race->out_of_memory))
		return error_set(err, ERR_NOMEM, "not enough memory for %d groups",
				 race->starts->k);
	for (int place = 1; place < places; place++)
		if (race->answers[place]->cost < race->answers[best]->cost)
			best = place;
	*out = race->answers[best];
	race->answers[best] = NULL;
	return OK;
}

enum status search_run(const struct search *search, struct starts *starts, bool early,
		       struct answer **out, struct error *err)
{
	struct race race = {.search = search, .starts = starts};
	enum status status = race_init(&race, err);
	int places = finalists(starts);

	if (status == OK) {
		run_parts(&race, starts->count, race_start);
		order_starts(&race, starts->count);
	}
	if (status == OK && !early && places > LAST) {
		run_parts(&race, places, calm_start);
		order_starts(&race, places);
	}
	if (status == OK)
		status = finish_race(&race, early || places < LAST ? 1 : LAST,
				     early ? finish_early : finish_start, out, err);
	race_done(&race);
	return status;
}

enum status search_still(const struct search *search, struct starts *starts, struct answer **out,
			 struct error *err)
{
	struct race race = {.search = search, .starts = starts};
	enum status status = race_init(&race, err);

	if (status == OK)
		status = finish_race(&race, 1, finish_still, out, err);
	race_done(&race);
	return status;
}
