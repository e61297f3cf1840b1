/*
 * What is wanted, what is shown and what is being computed: at most one run of each.
 */
#include "internal.h"

#include "lookalike/base/memory.h"
#include "lookalike/cluster/criteria.h"
#include "lookalike/cluster/rule.h"

#include <math.h>
#include <stdlib.h>

const char *grouping_scale_name(const struct grouping *g)
{
	return scale_name(g->options.features == FEATURES_NEURAL ? SCALE_NONE : g->options.scale);
}

struct grouping *grouping_new(struct session *session, const struct grouping_options *options)
{
	struct grouping *g = memory_new(sizeof(*g));

	g->session = session;
	g->options = *options;
	return g;
}

void grouping_free(struct grouping *g)
{
	if (!g)
		return;
	groups_clear(g);
	free(g->label_place);
	run_free(g->rest);
	run_free(g->next);
	run_free(g->shown);
	free(g);
}

/* The k to show of a run: as wanted, or as the criteria say by now, if it is ready; else 0. */
static int run_k(const struct grouping *g, const struct grouping_run *run)
{
	int k = g->options.k ? g->options.k : g->held_k;

	if (!run->sweep)
		return run->linked && run->finished ? run->linked->k : 0;
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

/*
 * The k of the shown sweep whose labels to take. Decisions can empty groups, so that fewer are
 * shown than the sweep made; until another k is wanted it is still those that are shown.
 */
static int shown_k(const struct grouping *g)
{
	if (!g->shown)
		return 0;
	if (g->label_k && g->options.k && g->options.k == g->label_wanted)
		return g->label_k;
	return run_k(g, g->shown);
}

void grouping_rebuild(struct grouping *g)
{
	const struct session *s = g->session;
	int k = shown_k(g), n = count_grouped(g);

	if (g->asleep)
		return;
	g->session_version = s->version;
	g->left_out = session_open_faces(s) - n;
	if (!n)
		groups_clear(g);
	else if (k)
		groups_make(g, k);
}

void grouping_wake(struct grouping *g, struct grouping *other)
{
	struct session *s = g->session;

	other->asleep = true;
	g->asleep = false;
	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			s->images[i]->faces[j].group = -1;
	if (g->shown)
		run_claim_faces(g->shown, s);
	for (int i = 0; i < g->k; i++)
		for (int j = 0; j < g->groups[i].size; j++)
			g->groups[i].faces[j]->group = i;
	/* Which also puts the distances back. */
	grouping_rebuild(g);
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
	g->placed = NULL;
	g->label_k = 0;
	run_claim_faces(run, g->session);
	grouping_rebuild(g);
	if (old)
		run_drop(old);
}

enum status grouping_compute(struct grouping *g, struct error *err)
{
	int n = count_grouped(g);
	struct grouping_run *run;
	enum status status;

	if (!n && g->options.features == FEATURES_NEURAL && g->session->totals.faces)
		return error_set(
			err, ERR_INPUT,
			"no face has an embedding: get the model with models/fetch models, "
			"then run lookalike scan again");
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
	drop_rest(g);
	g->held_k = 0;
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

void grouping_prepare(struct grouping *g, struct workers *workers)
{
	drop_rest(g);
	if (!g->shown || !count_grouped(g))
		return;
	g->rest = run_new(g, true);
	g->rest->criteria = true;
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
	if (g->asleep)
		return false;
	if (g->shown == run)
		grouping_rebuild(g);
	else
		grouping_poll(g);
	return true;
}

bool grouping_poll(struct grouping *g)
{
	struct grouping_run *run = g->next;

	if (g->asleep)
		return false;
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
	if (g->shown && g->shown->survey && survey_version(g->shown->survey) != g->survey_version) {
		g->survey_version = survey_version(g->shown->survey);
		return true;
	}
	return false;
}

uint64_t grouping_run_number(const struct grouping *g)
{
	return g->shown ? g->shown->number : 0;
}

bool grouping_busy(const struct grouping *g)
{
	return g->next || (g->shown && !atomic_load(&g->shown->swept)) ||
	       (g->shown && g->shown->added_k && !g->shown->finished);
}

void grouping_progress(const struct grouping *g, int *done, int *of)
{
	const struct grouping_run *run = g->next ? g->next : g->shown;

	*done = *of = 0;
	if (!grouping_busy(g) || !run->sweep || run->added_k)
		return;
	*of = sweep_kmax(run->sweep);
	for (int k = 1; k <= *of; k++)
		*done += sweep_ready(run->sweep, k);
}

bool grouping_cancel(struct grouping *g)
{
	if (!grouping_busy(g))
		return false;
	if (!g->next) {
		atomic_store(&g->shown->job.cancelled, true);
		g->options.k = g->label_k; /* the criteria that would choose another do not come */
		return true;
	}
	run_drop(g->next);
	g->next = NULL;
	if (g->shown) {
		int k = g->label_wanted;

		g->options = g->shown->options;
		g->options.k = k;
		grouping_rebuild(g);
	}
	return true;
}

void grouping_hold(struct grouping *g)
{
	if (g->shown && g->shown->sweep && !g->shown->finished && !g->next)
		g->held_k = g->label_k;
}

void grouping_set_k(struct grouping *g, int k)
{
	g->options.k = k;
	g->held_k = 0;
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

bool grouping_has(const struct grouping *g, int k)
{
	/* The run that the next change of k goes on with. */
	const struct grouping_run *run = g->rest ? g->rest : g->next ? g->next : g->shown;

	if (!run || !run->sweep)
		return false;
	return sweep_ready(run->sweep, k) ||
	       (k <= sweep_kmax(run->sweep) && !atomic_load(&run->job.cancelled));
}

void grouping_add_k(struct grouping *g, int k, struct workers *workers)
{
	struct grouping_run *run = g->shown;

	g->options.k = k;
	g->held_k = 0;
	if (!run || !run->finished || g->next || g->rest) {
		grouping_start(g, workers);
		return;
	}
	run->finished = false;
	atomic_store(&run->job.cancelled, false);
	run->added_k = k;
	run->job.run = run_add_job;
	workers_add(workers, &run->job);
}

int grouping_kmax(const struct grouping *g)
{
	return g->shown && g->shown->sweep ? sweep_kmax(g->shown->sweep) : 0;
}

void grouping_curve(const struct grouping *g, struct curve *out)
{
	curve_init(out);
	if (g->shown && g->shown->survey)
		survey_curve(g->shown->survey, out);
}

const char *grouping_chosen_by(const struct grouping *g)
{
	struct curve curve;
	bool suggested;

	if (!g->k)
		return NULL;
	if (g->options.distance > 0)
		return "distance";
	if (g->options.k)
		return "user";
	grouping_curve(g, &curve);
	suggested = curve.suggested == g->k;
	curve_done(&curve);
	return suggested ? "suggested" : "bic";
}

int grouping_nearest(const struct grouping *g, const struct group *group, double *distance)
{
	size_t d = (size_t)(g->shown ? g->shown->d : 0);
	const float *centers = g->shown ? run_centers(g->shown, g->label_k) : NULL;
	const float *own = centers + (size_t)group->label * d;
	int number = 0;

	*distance = INFINITY;
	for (int c = 0; c < g->k; c++) {
		const float *other = centers + (size_t)g->groups[c].label * d;
		double squared = 0;

		for (size_t i = 0; i < d; i++)
			squared += ((double)own[i] - other[i]) * ((double)own[i] - other[i]);
		if (&g->groups[c] == group || sqrt(squared) >= *distance)
			continue;
		*distance = sqrt(squared);
		number = g->groups[c].number;
	}
	return number;
}

double grouping_cost(const struct grouping *g)
{
	return g->k && g->shown->sweep ? sweep_cost(g->shown->sweep, g->label_k) : NAN;
}

enum status grouping_silhouette(const struct grouping *g, double *out, struct error *err)
{
	const struct grouping_run *run = g->shown;
	struct matrix linked = {run->n, run->d, run->values};
	const struct matrix *data = run->sweep ? sweep_data(run->sweep) : &linked;
	struct labelling by = {.k = g->label_k, .labels = run_labels(run, g->label_k)};
	struct silhouette silhouette;
	enum status status = silhouette_means(data, &by, 1, NULL, &silhouette, err);

	if (!status)
		*out = silhouette.mean;
	return status;
}
