/*
 * From a sweep's labels to the groups on the screen. Labels only number the
 * clusters of one k; what a person sees must keep its place, so every new
 * clustering is matched with the one before by the faces they share.
 */
#include "lookalike/review/grouping.h"

#include "lookalike/base/memory.h"
#include "lookalike/cluster/curve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define K_WITHOUT_KNEE 4

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
	g->version++;
}

/* What a label means may be another thing from now on. */
static void forget_labels(struct grouping *g)
{
	free(g->label_place);
	g->label_place = NULL;
}

void grouping_free(struct grouping *g)
{
	if (!g)
		return;
	groups_clear(g);
	forget_labels(g);
	run_free(g->rest);
	run_free(g->next);
	run_free(g->shown);
	free(g);
}

static void run_job(struct job *job)
{
	struct grouping_run *run = (struct grouping_run *)job;

	run->status = sweep_run(run->sweep, &job->cancelled, &run->err);
}

/* Whether a face is to be grouped: nobody decided on it; the widths of one that is turned say
 * little. */
static bool is_grouped(const struct grouping *g, const struct session_face *face)
{
	if (face->assigned != FACE_OPEN)
		return false;
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

static struct grouping_run *run_new(struct grouping *g)
{
	const struct session *s = g->session;
	struct grouping_run *run = memory_new(sizeof(*run));
	int n = count_grouped(g), row = 0;
	float *values = memory_new((size_t)n * MEASURE_COUNT * sizeof(*values));

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
	scale_apply(values, n, MEASURE_COUNT, run->shift, run->factor);
	run->sweep = sweep_new(values, n, MEASURE_COUNT, g->options.kmax, g->options.k,
			       g->options.restarts, g->options.seed);
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

/*
 * Give each of k labels a place 0..k-1: greedily, the pair of old group and new
 * label that shares most faces first. What is left takes the free places in order.
 */
static void match_places(struct session_face *const *faces, const int32_t *labels, int n, int old_k,
			 int k, int *place)
{
	int *shared = memory_new((size_t)(old_k ? old_k : 1) * (size_t)k * sizeof(*shared));
	bool *taken = memory_new((size_t)k * sizeof(*taken));
	int free_place = 0;

	for (int i = 0; i < n; i++)
		if (faces[i]->group >= 0 && faces[i]->group < old_k)
			shared[faces[i]->group * k + labels[i]]++;
	for (int label = 0; label < k; label++)
		place[label] = -1;
	for (;;) {
		int best = 0, best_old = 0, best_label = 0;

		for (int old = 0; old < old_k && old < k; old++)
			for (int label = 0; label < k; label++)
				if (!taken[old] && place[label] < 0 &&
				    shared[old * k + label] > best) {
					best = shared[old * k + label];
					best_old = old;
					best_label = label;
				}
		if (!best)
			break;
		place[best_label] = best_old;
		taken[best_old] = true;
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
	free(shared);
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

/*
 * Close the gaps that groups leave when a person has decided on all their faces: places become
 * 0..k-1, and the others keep the numbers that they are shown with. Returns k.
 */
static int drop_empty(int32_t *labels, int n, int k, int *numbers)
{
	int *place = memory_new((size_t)k * sizeof(*place));
	int used = 0;

	for (int i = 0; i < n; i++)
		place[labels[i]] = 1;
	for (int c = 0; c < k; c++) {
		if (!place[c])
			continue;
		numbers[used] = numbers[c];
		place[c] = used++;
	}
	for (int i = 0; i < n; i++)
		labels[i] = place[labels[i]];
	free(place);
	return used;
}

/* Sort faces into their groups and describe each. */
static void fill_groups(struct grouping *g, struct session_face **faces, const int32_t *labels,
			const double *measures, const int *numbers, int n, int k)
{
	struct trait(*traits)[TRAITS_MAX] = memory_new((size_t)k * sizeof(*traits));
	int *counts = memory_new((size_t)k * sizeof(*counts));
	struct session_face **at;

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

		group->number = numbers[c];
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
	}
	for (int c = 0; c < k; c++)
		qsort(g->groups[c].faces, (size_t)g->groups[c].size, sizeof(struct session_face *),
		      compare_distance);
	free(counts);
	free(traits);
}

/* The k to show of a run: as wanted, or the knee, if it is ready; else 0. */
static int run_k(const struct grouping *g, const struct grouping_run *run)
{
	int kmax = sweep_kmax(run->sweep), k = g->options.k;

	if (!k) {
		double cost[kmax];

		for (int i = 1; i <= kmax; i++) {
			if (!sweep_ready(run->sweep, i))
				return 0;
			cost[i - 1] = sweep_cost(run->sweep, i);
		}
		k = curve_knee(cost, kmax);
		if (!k)
			k = K_WITHOUT_KNEE;
	}
	if (k > kmax)
		k = kmax;
	return sweep_ready(run->sweep, k) ? k : 0;
}

/*
 * The k of the shown sweep whose labels to take. Decisions can empty groups, so that fewer are
 * shown than the sweep made; until another k is wanted it is still those that are shown.
 */
static int shown_k(const struct grouping *g)
{
	if (!g->shown)
		return 0;
	if (g->label_k && g->options.k == g->label_wanted)
		return g->label_k;
	return run_k(g, g->shown);
}

void grouping_rebuild(struct grouping *g)
{
	const struct session *s = g->session;
	struct grouping_run *run = g->shown;
	int k = shown_k(g), n = count_grouped(g), i = 0, before = g->k;
	struct session_face **faces;
	double *measures;
	int32_t *labels;
	bool same = k && g->label_k == k && g->label_place;
	int *numbers;

	g->session_version = s->version;
	g->left_out = session_open_faces(s) - n;
	if (!n)
		groups_clear(g);
	if (!k || !n)
		return;
	faces = memory_new((size_t)n * sizeof(struct session_face *));
	labels = memory_new((size_t)n * sizeof(*labels));
	measures = memory_new((size_t)n * MEASURE_COUNT * sizeof(*measures));
	numbers = memory_new((size_t)k * sizeof(*numbers));
	for (int image = 0; image < s->image_count; image++) {
		for (int j = 0; j < s->images[image]->face_count; j++) {
			struct session_face *face = &s->images[image]->faces[j];

			if (!is_grouped(g, face)) {
				face->group = -1;
				continue;
			}
			faces[i] = face;
			labels[i] = face->run == run ? sweep_labels(run->sweep, k)[face->row]
						     : nearest_center(run, k, face);
			face->distance = distance_to(run, k, labels[i], face);
			memcpy(measures + (size_t)i * MEASURE_COUNT, face->measures,
			       sizeof(face->measures));
			i++;
		}
	}
	/* A label keeps its place, so that a group that undo brings back is where it was. */
	if (!same) {
		g->label_place = memory_resize(g->label_place, (size_t)k, sizeof(int));
		match_places(faces, labels, n, g->k, k, g->label_place);
	}
	for (i = 0; i < n; i++)
		labels[i] = g->label_place[labels[i]];
	for (int c = 0; c < k; c++)
		numbers[c] = c + 1;
	g->label_k = k;
	k = drop_empty(labels, n, k, numbers);
	/* The k that is wanted counts the groups that are open. */
	if (same && g->options.k && (g->options.k == before || !before))
		g->options.k = k;
	g->label_wanted = g->options.k;
	fill_groups(g, faces, labels, measures, numbers, n, k);
	free(numbers);
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

static void drop_rest(struct grouping *g)
{
	if (g->rest)
		run_drop(g->rest);
	g->rest = NULL;
}

static void show_run(struct grouping *g, struct grouping_run *run)
{
	struct grouping_run *old = g->shown;

	g->shown = run;
	forget_labels(g);
	g->label_k = 0;
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
	run = run_new(g);
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
	drop_rest(g);
	if (!count_grouped(g))
		return;
	if (g->next)
		run_drop(g->next);
	if (g->options.k > g->options.kmax)
		g->options.kmax = g->options.k;
	g->next = run_new(g);
	g->next->job.priority = 1;
	workers_add(workers, &g->next->job);
}

void grouping_prepare(struct grouping *g, struct workers *workers)
{
	drop_rest(g);
	if (!g->shown || !count_grouped(g))
		return;
	g->rest = run_new(g);
	workers_add(workers, &g->rest->job);
}

bool grouping_finished(struct grouping *g, struct grouping_run *run)
{
	run->finished = true;
	if (run->dropped || (run->status && (g->next == run || g->rest == run))) {
		if (g->next == run)
			g->next = NULL;
		if (g->rest == run)
			g->rest = NULL;
		run_free(run);
		return false;
	}
	/* What was shown early may have become better since. */
	if (g->shown == run) {
		forget_labels(g);
		grouping_rebuild(g);
	} else {
		grouping_poll(g);
	}
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
	if (g->shown && shown_k(g) && shown_k(g) != g->label_k) {
		grouping_rebuild(g);
		return true;
	}
	return false;
}

bool grouping_busy(const struct grouping *g)
{
	return g->next || (g->shown && !g->shown->finished);
}

void grouping_set_k(struct grouping *g, int k)
{
	g->options.k = k;
	if (g->rest) {
		if (g->next)
			run_drop(g->next);
		g->next = g->rest;
		g->rest = NULL;
		if (grouping_poll(g))
			return;
	}
	grouping_rebuild(g);
}

int grouping_kmax(const struct grouping *g)
{
	return g->shown ? sweep_kmax(g->shown->sweep) : 0;
}

int grouping_curve(const struct grouping *g, double *cost, int room, int *knee)
{
	int kmax = grouping_kmax(g), ready = 0;

	if (kmax > room)
		kmax = room;
	for (int k = 1; k <= kmax; k++) {
		bool here = sweep_ready(g->shown->sweep, k);

		cost[k - 1] = here ? sweep_cost(g->shown->sweep, k) : NAN;
		ready += here;
	}
	*knee = kmax && ready == kmax ? curve_knee(cost, kmax) : 0;
	return kmax;
}

double grouping_cost(const struct grouping *g)
{
	return g->k ? sweep_cost(g->shown->sweep, g->k) : 0;
}
