/*
 * The survey works on a curve of its own and shows copies of it: what is read by others is whole,
 * and a reader waits for no more than the copying.
 */
#include "lookalike/cluster/survey.h"

#include "lookalike/base/memory.h"
#include "lookalike/cluster/criteria.h"
#include "lookalike/cluster/rule.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#define STEP_SHARE   0.15
#define STEPS_FALLEN 5
#define WINDOW_SHARE 0.1

struct survey {
	struct sweep *sweep;
	struct survey_options options;
	struct curve work;        /* the thread's own */
	const int32_t **measured; /* by k - 1: the labels that work has criteria of */
	pthread_mutex_t lock;
	struct curve shown; /* under lock */
	atomic_int version;
};

/* As far as the survey may go. */
static int survey_end(const struct survey *s)
{
	int n = sweep_data(s->sweep)->n, end = n - 1 < SURVEY_KMAX ? n - 1 : SURVEY_KMAX;

	return s->options.kmax_is_wall || end < sweep_kmax(s->sweep) ? sweep_kmax(s->sweep) : end;
}

struct survey *survey_new(struct sweep *sweep, const struct survey_options *options)
{
	struct survey *s = memory_new(sizeof(*s));

	s->sweep = sweep;
	s->options = *options;
	s->measured = memory_new((size_t)(survey_end(s) + 1) * sizeof(int32_t *));
	curve_init(&s->work);
	curve_init(&s->shown);
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void survey_free(struct survey *s)
{
	if (!s)
		return;
	curve_done(&s->work);
	curve_done(&s->shown);
	pthread_mutex_destroy(&s->lock);
	free(s->measured);
	free(s);
}

static void publish(struct survey *s)
{
	struct curve copy, old;

	curve_copy(&s->work, &copy);
	pthread_mutex_lock(&s->lock);
	old = s->shown;
	s->shown = copy;
	pthread_mutex_unlock(&s->lock);
	atomic_fetch_add(&s->version, 1);
	curve_done(&old);
}

void survey_curve(struct survey *s, struct curve *out)
{
	pthread_mutex_lock(&s->lock);
	curve_copy(&s->shown, out);
	pthread_mutex_unlock(&s->lock);
	if (out->count)
		return;
	for (int k = 1; k <= sweep_kmax(s->sweep); k++) {
		struct curve_point *point = curve_put(out, k);

		if (sweep_ready(s->sweep, k))
			point->cost = sweep_cost(s->sweep, k);
	}
}

int survey_version(struct survey *s)
{
	return atomic_load(&s->version);
}

/* The costs and the BIC of whatever the sweep has, and whether its labels are new to us. */
static bool put_cost(struct survey *s, int k)
{
	const struct matrix *data = sweep_data(s->sweep);
	struct labelling by = {.k = k, .labels = sweep_labels(s->sweep, k)};
	struct curve_point *point = curve_put(&s->work, k);

	if (s->measured[k - 1] == by.labels)
		return false;
	point->cost = sweep_cost(s->sweep, k);
	point->bic = bic_score(&by, data->n, data->d, point->cost);
	return true;
}

/* All criteria of each k that the sweep has answered, or answered anew, since the last time. */
static enum status measure_new(struct survey *s, const atomic_bool *cancelled, struct error *err)
{
	int end = survey_end(s), count = 0;
	struct labelling *by = memory_new((size_t)end * sizeof(*by));
	struct silhouette *found = memory_new((size_t)end * sizeof(*found));
	enum status status;

	for (int k = 1; k <= end; k++)
		if (sweep_ready(s->sweep, k) && put_cost(s, k))
			by[count++] = (struct labelling){.k = k,
							 .labels = sweep_labels(s->sweep, k)};
	if (count)
		watch_tell(&s->options.watch, "criteria", by[count - 1].k, 0);
	curve_find_peaks(&s->work);
	publish(s);
	status = silhouette_means(sweep_data(s->sweep), by, count, cancelled, found, err);
	for (int i = 0; i < count && !status; i++) {
		struct curve_point *point = curve_put(&s->work, by[i].k);

		point->silhouette = found[i].mean;
		point->silhouette_error = found[i].error;
		s->measured[by[i].k - 1] = by[i].labels;
	}
	curve_find_peaks(&s->work);
	if (!status)
		publish(s);
	free(by);
	free(found);
	return status;
}

/* How many points of the curve lie beyond both peaks. */
static int steps_fallen(const struct curve *curve)
{
	int peak = curve->silhouette_k > curve->bic_k ? curve->silhouette_k : curve->bic_k;
	int steps = 0;

	for (int i = curve->count - 1; i >= 0 && curve->points[i].k > peak; i--)
		steps++;
	return steps;
}

static enum status step_on(struct survey *s, const atomic_bool *cancelled, struct error *err)
{
	int k = sweep_kmax(s->sweep), end = survey_end(s);
	enum status status = OK;

	while (!status && k < end && steps_fallen(&s->work) < STEPS_FALLEN) {
		k += (int)ceil(k * STEP_SHARE);
		k = k < end ? k : end;
		status = sweep_add(s->sweep, k, cancelled, err);
		if (!status)
			status = measure_new(s, cancelled, err);
	}
	return status;
}

/* Every k near a peak that a step has missed. */
static enum status fill_near(struct survey *s, int peak, const atomic_bool *cancelled,
			     struct error *err)
{
	int first = (int)ceil(peak * (1 - WINDOW_SHARE)), end = survey_end(s);
	int last = (int)floor(peak * (1 + WINDOW_SHARE));
	enum status status = OK;

	for (int k = first > 1 ? first : 1; k <= last && k <= end && !status; k++)
		status = sweep_add(s->sweep, k, cancelled, err);
	return status;
}

/* Again until the peaks stay where they are: a filled k may be higher than its neighbours. */
static enum status fill_windows(struct survey *s, const atomic_bool *cancelled, struct error *err)
{
	int silhouette_k = 0, bic_k = 0;
	enum status status = OK;

	while (!status && (s->work.silhouette_k != silhouette_k || s->work.bic_k != bic_k)) {
		silhouette_k = s->work.silhouette_k;
		bic_k = s->work.bic_k;
		status = fill_near(s, silhouette_k, cancelled, err);
		if (!status)
			status = fill_near(s, bic_k, cancelled, err);
		if (!status)
			status = measure_new(s, cancelled, err);
	}
	return status;
}

static enum status measure_stability(struct survey *s, const atomic_bool *cancelled,
				     struct error *err)
{
	enum status status = OK;

	for (int i = 0; i < s->work.count && !status; i++) {
		struct curve_point *point = &s->work.points[i];

		watch_tell(&s->options.watch, "stability", i, s->work.count);
		status = stability_measure(sweep_data(s->sweep), point->k, s->options.seed,
					   cancelled, &point->stability, err);
		if (!status)
			publish(s);
	}
	return status;
}

enum status survey_run(struct survey *s, const atomic_bool *cancelled, struct error *err)
{
	enum status status = measure_new(s, cancelled, err);

	if (!status && !s->options.kmax_is_wall) {
		status = step_on(s, cancelled, err);
		if (!status)
			status = fill_windows(s, cancelled, err);
	}
	if (!status)
		status = rule_decide(&s->work, sweep_data(s->sweep), s->options.seed, cancelled,
				     err);
	if (!status)
		publish(s);
	if (!status && s->options.stability)
		status = measure_stability(s, cancelled, err);
	return status;
}
