/*
 * From a sweep's labels to the groups on the screen. Labels only number the
 * clusters of one k; what a person sees must keep its place, so every new
 * clustering is matched with the one before by the faces they share.
 */
#include "lookalike/review/grouping.h"

#include "lookalike/base/memory.h"
#include "lookalike/cluster/criteria.h"
#include "lookalike/cluster/reliability.h"
#include "lookalike/cluster/rule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct grouping *grouping_new(struct session *session, const struct grouping_options *options)
{
	struct grouping *g = memory_new(sizeof(*g));

	g->session = session;
	g->options = *options;
	return g;
}

static void run_free(struct grouping_run *run)
{
	if (!run)
		return;
	survey_free(run->survey);
	sweep_free(run->sweep);
	free(run->faces);
	free(run);
}

static void groups_clear(struct grouping *g)
{
	free(g->groups);
	free(g->faces);
	g->groups = NULL;
	g->faces = NULL;
	g->k = 0;
}

void grouping_free(struct grouping *g)
{
	if (!g)
		return;
	groups_clear(g);
	run_free(g->next);
	run_free(g->shown);
	free(g);
}

static void run_job(struct job *job)
{
	struct grouping_run *run = (struct grouping_run *)job;

	run->status = sweep_run(run->sweep, &job->cancelled, &run->err);
	atomic_store(&run->swept, true);
	if (!run->status && run->criteria)
		run->status = survey_run(run->survey, &job->cancelled, &run->err);
}

static void add_job(struct job *job)
{
	struct grouping_run *run = (struct grouping_run *)job;

	run->status = sweep_add(run->sweep, run->added_k, &job->cancelled, &run->err);
}

/* Whether a face belongs in a group: the widths of one that is turned say little. */
static bool is_grouped(const struct grouping *g, const struct session_face *face)
{
	return !g->options.max_yaw_deg || fabsf(face->yaw_deg) <= (float)g->options.max_yaw_deg;
}

static int count_grouped(const struct grouping *g)
{
	const struct session *s = g->session;
	int n = 0;

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			n += is_grouped(g, &s->images[i]->faces[j]);
	return n;
}

static struct grouping_run *run_new(struct grouping *g, bool stability)
{
	const struct session *s = g->session;
	struct grouping_run *run = memory_new(sizeof(*run));
	int n = count_grouped(g), row = 0;
	float *values = memory_new((size_t)n * MEASURE_COUNT * sizeof(*values));
	double weights[MEASURE_COUNT];

	run->options = g->options;
	run->n = n;
	run->faces = memory_new((size_t)n * sizeof(struct session_face *));
	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			struct session_face *face = &s->images[i]->faces[j];

			if (!is_grouped(g, face))
				continue;
			run->faces[row] = face;
			for (int m = 0; m < MEASURE_COUNT; m++)
				values[row * MEASURE_COUNT + m] = (float)face->measures[m];
			row++;
		}
	}
	scale_fit(g->options.scale, values, n, MEASURE_COUNT, run->shift, run->factor);
	reliability_weights(s->reliability, weights);
	for (int m = 0; m < MEASURE_COUNT && g->options.scale == SCALE_RELIABILITY; m++)
		run->factor[m] *= weights[m];
	scale_apply(values, n, MEASURE_COUNT, run->shift, run->factor);
	run->sweep = sweep_new(values, n, MEASURE_COUNT, g->options.kmax, g->options.k,
			       g->options.restarts, g->options.seed);
	run->survey = survey_new(run->sweep,
				 &(struct survey_options){.kmax_is_wall = g->options.kmax_is_wall,
							  .stability = stability,
							  .seed = g->options.seed});
	run->job.item.kind = JOB_SWEEP;
	run->job.run = run_job;
	return run;
}

/* The cluster of a face that came after the sweep: the nearest centre. */
static int nearest_center(const struct grouping_run *run, int k, const struct session_face *face)
{
	const float *centers = sweep_centers(run->sweep, k);
	double best = INFINITY;
	int nearest = 0;

	for (int c = 0; c < k; c++) {
		double sum = 0;

		for (int m = 0; m < MEASURE_COUNT; m++) {
			double x = (face->measures[m] - run->shift[m]) * run->factor[m];
			double d = x - centers[c * MEASURE_COUNT + m];

			sum += d * d;
		}
		if (sum < best) {
			best = sum;
			nearest = c;
		}
	}
	return nearest;
}

static float distance_to(const struct grouping_run *run, int k, int label,
			 const struct session_face *face)
{
	const float *center = sweep_centers(run->sweep, k) + (size_t)label * MEASURE_COUNT;
	double sum = 0;

	for (int m = 0; m < MEASURE_COUNT; m++) {
		double d = (face->measures[m] - run->shift[m]) * run->factor[m] - center[m];

		sum += d * d;
	}
	return (float)sqrt(sum);
}

/* How many faces an old group and a new label share. */
struct overlap {
	int old, label, shared;
};

static int compare_overlap(const void *a, const void *b)
{
	const struct overlap *x = a, *y = b;

	if (x->shared != y->shared)
		return x->shared > y->shared ? -1 : 1;
	return x->old != y->old ? x->old - y->old : x->label - y->label;
}

/* All overlaps that are not empty, the largest first. */
static struct overlap *list_overlaps(struct session_face *const *faces, const int32_t *labels,
				     int n, int old_k, int k, int *count)
{
	size_t pairs = (size_t)old_k * (size_t)k;
	int *shared = memory_new((pairs ? pairs : 1) * sizeof(*shared));
	struct overlap *overlaps = memory_new(((size_t)n + 1) * sizeof(*overlaps));

	*count = 0;
	for (int i = 0; i < n; i++)
		if (faces[i]->group >= 0 && faces[i]->group < old_k)
			shared[(size_t)faces[i]->group * (size_t)k + (size_t)labels[i]]++;
	for (size_t pair = 0; pair < pairs; pair++)
		if (shared[pair])
			overlaps[(*count)++] = (struct overlap){
				.old = (int)(pair / (size_t)k),
				.label = (int)(pair % (size_t)k),
				.shared = shared[pair],
			};
	free(shared);
	qsort(overlaps, (size_t)*count, sizeof(*overlaps), compare_overlap);
	return overlaps;
}

/*
 * Give each of k labels a place 0..k-1: greedily, the pair of old group and new
 * label that shares most faces first. What is left takes the free places in order.
 */
static void match_places(struct session_face *const *faces, const int32_t *labels, int n, int old_k,
			 int k, int *place)
{
	bool *taken = memory_new((size_t)k * sizeof(*taken));
	int count, free_place = 0;
	struct overlap *overlaps = list_overlaps(faces, labels, n, old_k, k, &count);

	for (int label = 0; label < k; label++)
		place[label] = -1;
	for (int i = 0; i < count; i++) {
		const struct overlap *overlap = &overlaps[i];

		if (overlap->old >= k || taken[overlap->old] || place[overlap->label] >= 0)
			continue;
		place[overlap->label] = overlap->old;
		taken[overlap->old] = true;
	}
	for (int label = 0; label < k; label++) {
		if (place[label] >= 0)
			continue;
		while (taken[free_place])
			free_place++;
		place[label] = free_place;
		taken[free_place] = true;
	}
	free(taken);
	free(overlaps);
}

static int compare_distance(const void *a, const void *b)
{
	const struct session_face *x = *(struct session_face *const *)a;
	const struct session_face *y = *(struct session_face *const *)b;
	int order;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	order = strcmp(x->image->path, y->image->path);
	return order ? order : x->position - y->position;
}

/* Sort faces into their groups and describe each. */
static void fill_groups(struct grouping *g, struct session_face **faces, const int32_t *labels,
			const double *measures, int n, int k)
{
	struct trait(*traits)[TRAITS_MAX] = memory_new((size_t)k * sizeof(*traits));
	int *counts = memory_new((size_t)k * sizeof(*counts));
	struct session_face **at;
	int rows[MEASURE_COUNT][EXTREMES];

	groups_clear(g);
	g->k = k;
	g->groups = memory_new((size_t)k * sizeof(*g->groups));
	g->faces = memory_new((size_t)n * sizeof(struct session_face *));
	describe_groups(measures, labels, n, k, traits, counts);
	for (int i = 0; i < n; i++)
		g->groups[labels[i]].size++;
	at = g->faces;
	for (int c = 0; c < k; c++) {
		struct group *group = &g->groups[c];

		group->number = c + 1;
		group->faces = at;
		at += group->size;
		group->size = 0;
		group->trait_count = counts[c];
		memcpy(group->traits, traits[c], sizeof(group->traits));
	}
	for (int i = 0; i < n; i++) {
		struct group *group = &g->groups[labels[i]];

		faces[i]->group = labels[i];
		group->faces[group->size++] = faces[i];
		group->spread += (double)faces[i]->distance * faces[i]->distance;
	}
	describe_extremes(measures, n, rows);
	for (int m = 0; m < MEASURE_COUNT; m++)
		for (int e = 0; e < EXTREMES; e++)
			g->extremes[m][e] = faces[rows[m][e]];
	for (int c = 0; c < k; c++) {
		struct group *group = &g->groups[c];

		group->spread = group->size ? sqrt(group->spread / group->size) : 0;
		qsort(group->faces, (size_t)group->size, sizeof(struct session_face *),
		      compare_distance);
	}
	free(counts);
	free(traits);
}

/* For each group the one whose centre is nearest; place says where a label's group is. */
static void find_nearest(struct grouping *g, const struct grouping_run *run, const int *place)
{
	const float *centers = sweep_centers(run->sweep, g->k);

	for (int a = 0; a < g->k; a++) {
		struct group *group = &g->groups[place[a]];

		group->nearest_distance = INFINITY;
		for (int b = 0; b < g->k; b++) {
			double squared = 0;

			for (int m = 0; m < MEASURE_COUNT; m++) {
				double diff = (double)centers[a * MEASURE_COUNT + m] -
					      centers[b * MEASURE_COUNT + m];

				squared += diff * diff;
			}
			if (b == a || sqrt(squared) >= group->nearest_distance)
				continue;
			group->nearest_distance = sqrt(squared);
			group->nearest = place[b] + 1;
		}
	}
}

/* The k to show of a run: as wanted, or as the criteria say by now, if it is ready; else 0. */
static int run_k(const struct grouping *g, const struct grouping_run *run)
{
	int k = g->options.k;

	if (!k) {
		struct curve curve;

		survey_curve(run->survey, &curve);
		k = rule_auto(&curve);
		curve_done(&curve);
	}
	if (k > run->n)
		k = run->n;
	return sweep_ready(run->sweep, k) ? k : 0;
}

void grouping_rebuild(struct grouping *g)
{
	const struct session *s = g->session;
	struct grouping_run *run = g->shown;
	int k = run ? run_k(g, run) : 0, n = count_grouped(g), i = 0;
	struct session_face **faces;
	double *measures;
	int32_t *labels;
	int *place;

	g->session_version = s->version;
	g->left_out = s->totals.faces - n;
	if (!n)
		groups_clear(g);
	if (!k || !n)
		return;
	faces = memory_new((size_t)n * sizeof(struct session_face *));
	labels = memory_new((size_t)n * sizeof(*labels));
	measures = memory_new((size_t)n * MEASURE_COUNT * sizeof(*measures));
	place = memory_new((size_t)k * sizeof(*place));
	for (int image = 0; image < s->image_count; image++) {
		for (int j = 0; j < s->images[image]->face_count; j++) {
			struct session_face *face = &s->images[image]->faces[j];

			if (!is_grouped(g, face))
				continue;
			faces[i] = face;
			labels[i] = face->run == run ? sweep_labels(run->sweep, k)[face->row]
						     : nearest_center(run, k, face);
			face->distance = distance_to(run, k, labels[i], face);
			memcpy(measures + (size_t)i * MEASURE_COUNT, face->measures,
			       sizeof(face->measures));
			i++;
		}
	}
	match_places(faces, labels, n, g->k, k, place);
	for (i = 0; i < n; i++)
		labels[i] = place[labels[i]];
	fill_groups(g, faces, labels, measures, n, k);
	find_nearest(g, run, place);
	free(place);
	free(measures);
	free(labels);
	free(faces);
}

/* A run that nobody waits for any more: freed now, or when its job comes back. */
static void run_drop(struct grouping_run *run)
{
	if (run->finished) {
		run_free(run);
		return;
	}
	run->dropped = true;
	atomic_store(&run->job.cancelled, true);
}

static void show_run(struct grouping *g, struct grouping_run *run)
{
	struct grouping_run *old = g->shown;

	g->shown = run;
	for (int i = 0; i < run->n; i++) {
		run->faces[i]->run = run;
		run->faces[i]->row = i;
	}
	grouping_rebuild(g);
	if (old)
		run_drop(old);
}

enum status grouping_compute(struct grouping *g, struct error *err)
{
	int n = count_grouped(g);
	struct grouping_run *run;
	enum status status;

	if (!n)
		return error_set(err, ERR_INPUT, "no faces to cluster");
	if (g->options.k > n)
		return error_set(err, ERR_INPUT, "-k %d is more than the %d face%s there %s",
				 g->options.k, n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
	if (g->options.k > g->options.kmax)
		g->options.kmax = g->options.k;
	run = run_new(g, g->options.stability);
	run->criteria = !g->options.k || g->options.stability;
	run_job(&run->job);
	run->finished = true;
	status = run->status;
	if (status) {
		error_set(err, status, "%s", run->err.msg);
		run_free(run);
		return status;
	}
	show_run(g, run);
	return OK;
}

void grouping_start(struct grouping *g, struct workers *workers)
{
	if (!count_grouped(g))
		return;
	if (g->next)
		run_drop(g->next);
	if (g->options.k > g->options.kmax)
		g->options.kmax = g->options.k;
	/* The criteria of what is shown would be out of date before they are there. */
	if (g->shown && !g->shown->finished && atomic_load(&g->shown->swept))
		atomic_store(&g->shown->job.cancelled, true);
	g->next = run_new(g, true);
	g->next->criteria = true;
	g->next->job.priority = 1;
	workers_add(workers, &g->next->job);
}

bool grouping_finished(struct grouping *g, struct grouping_run *run)
{
	run->finished = true;
	if (run->dropped || (run->status && g->next == run)) {
		if (g->next == run)
			g->next = NULL;
		run_free(run);
		return false;
	}
	/* What was shown early may have become better since. */
	if (g->shown == run)
		grouping_rebuild(g);
	else
		grouping_poll(g);
	return true;
}

bool grouping_poll(struct grouping *g)
{
	struct grouping_run *run = g->next;

	if (run && run_k(g, run)) {
		g->next = NULL;
		show_run(g, run);
		return true;
	}
	/* The shown sweep goes on, and may reach the wanted k only now. */
	if (g->shown && run_k(g, g->shown) && run_k(g, g->shown) != g->k) {
		grouping_rebuild(g);
		return true;
	}
	if (g->shown && survey_version(g->shown->survey) != g->survey_version) {
		g->survey_version = survey_version(g->shown->survey);
		return true;
	}
	return false;
}

bool grouping_busy(const struct grouping *g)
{
	return g->next || (g->shown && !atomic_load(&g->shown->swept)) ||
	       (g->shown && g->shown->added_k && !g->shown->finished);
}

void grouping_set_k(struct grouping *g, int k)
{
	g->options.k = k;
	grouping_rebuild(g);
}

bool grouping_has(const struct grouping *g, int k)
{
	return k <= grouping_kmax(g) || (g->shown && sweep_ready(g->shown->sweep, k));
}

void grouping_add_k(struct grouping *g, int k, struct workers *workers)
{
	struct grouping_run *run = g->shown;

	g->options.k = k;
	if (!run || !run->finished || g->next) {
		grouping_start(g, workers);
		return;
	}
	run->finished = false;
	run->added_k = k;
	run->job.run = add_job;
	workers_add(workers, &run->job);
}

int grouping_kmax(const struct grouping *g)
{
	return g->shown ? sweep_kmax(g->shown->sweep) : 0;
}

void grouping_curve(const struct grouping *g, struct curve *out)
{
	curve_init(out);
	if (g->shown)
		survey_curve(g->shown->survey, out);
}

const char *grouping_chosen_by(const struct grouping *g)
{
	struct curve curve;
	bool suggested;

	if (!g->k)
		return NULL;
	if (g->options.k)
		return "user";
	grouping_curve(g, &curve);
	suggested = curve.suggested == g->k;
	curve_done(&curve);
	return suggested ? "suggested" : "bic";
}

double grouping_cost(const struct grouping *g)
{
	return g->k ? sweep_cost(g->shown->sweep, g->k) : 0;
}

enum status grouping_silhouette(const struct grouping *g, double *out, struct error *err)
{
	struct labelling by = {.k = g->k, .labels = sweep_labels(g->shown->sweep, g->k)};
	struct silhouette silhouette;
	enum status status = silhouette_means(sweep_data(g->shown->sweep), &by, 1, NULL,
					      &silhouette, err);

	if (!status)
		*out = silhouette.mean;
	return status;
}
