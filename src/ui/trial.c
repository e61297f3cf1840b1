/* The run of a blind test: its stages, its keys, its answers. */
#include "lookalike/ui/trial.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/memory.h"
#include "lookalike/review/findings.h"
#include "lookalike/ui/decide.h"
#include "lookalike/ui/input.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CTRL(c) ((c)&0x1f)

/* Since 1970: a run is known by it. */
static int64_t date_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void trial_done(struct app *app)
{
	struct trial_view *v = app->trial;

	if (!v)
		return;
	trial_groups_done(&v->current);
	trial_plan_done(&v->plan);
	trial_result_done(&v->result);
	free(v->rows);
	free(v);
	app->trial = NULL;
	app->dirty = true;
}

/* A run has a seed of its own: the next one shows other faces. */
static uint64_t next_seed(const struct session *s)
{
	uint64_t runs = 0;

	for (int i = 0; i < s->trial_count; i++)
		runs += !i || s->trials[i].run.begun_ms != s->trials[i - 1].run.begun_ms;
	return runs + 1;
}

bool trial_act(struct app *app, enum action action, int count)
{
	struct trial_view *v;

	if (action != ACTION_TRIAL)
		return false;
	if (app->caps.graphics == GRAPHICS_NONE) {
		app_message(app, "the blind test shows faces, and there are no pictures here");
		return true;
	}
	if (!app->grouping->k) {
		app_message(app, grouping_busy(app->grouping)
					 ? "wait for the groups: they are being made"
					 : "there are no groups to test: no faces are open");
		return true;
	}
	v = memory_new(sizeof(*v));
	v->request = (struct trial_request){.kind = TRIAL_INTRUDER,
					    .trials = app->config->trials,
					    .seed = count ? (uint64_t)count
							  : next_seed(app->session)};
	findings_compute(app->session);
	trial_groups_of(app->grouping, &v->current);
	app->trial = v;
	app->dirty = true;
	return true;
}

/* ---- the stages ---- */

static void begin(struct app *app, const struct trial_groups *other)
{
	const struct grouping_options *o = &app->grouping->options;
	struct trial_view *v = app->trial;
	struct error err;

	if (trial_plan_make(&v->current, other, &v->request, &v->plan, &err)) {
		app_message(app, "%s", err.msg);
		trial_done(app);
		return;
	}
	v->plan.run.begun_ms = date_ms();
	v->plan.run.features = o->features;
	v->plan.run.k = v->current.k;
	v->plan.run.scale = o->scale;
	v->plan.run.distance = o->distance;
	v->plan.run.groups_seed = o->seed;
	v->rows = memory_new((size_t)v->plan.run.planned * sizeof(*v->rows));
	v->stage = TRIAL_STAGE_ASK;
	app->dirty = true;
}

bool trial_may_pair(const struct app *app)
{
	return app->grouping->options.features == FEATURES_NEURAL;
}

/* The groups stay those of the moment in which the test was asked for. */
static void prepare(struct app *app, enum trial_kind kind)
{
	struct trial_view *v = app->trial;

	v->request.kind = kind;
	v->job = kind == TRIAL_PAIR ? NULL : trial_job_new(app->grouping);
	if (!v->job) {
		begin(app, NULL);
		return;
	}
	v->stage = TRIAL_STAGE_GROUPS;
	v->job_ms = clock_ms();
	app_add_job(app, &v->job->job);
}

void trial_take_job(struct app *app, struct trial_job *job)
{
	struct trial_view *v = app->trial;
	struct trial_groups other;

	if (v && v->job == job) {
		v->job = NULL;
		trial_job_groups(job, &other);
		begin(app, &other);
		trial_groups_done(&other);
	}
	trial_job_free(job);
}

static void finish(struct app *app)
{
	struct trial_view *v = app->trial;

	if (!v->at) {
		trial_done(app);
		return;
	}
	trial_count(v->plan.run.kind, v->plan.run.planned, v->rows, v->at, &v->result);
	v->stage = TRIAL_STAGE_RESULT;
}

static void answer(struct app *app, int answer)
{
	struct trial_view *v = app->trial;
	struct trial_row *row = &v->rows[v->at];
	int64_t took = v->shown_ms ? clock_ms() - v->shown_ms : 0;

	*row = v->plan.trials[v->at].row;
	row->answer = answer;
	row->answered_s = (int64_t)time(NULL);
	row->took_ms = (int)(took < INT32_MAX ? took : INT32_MAX);
	if (!app->config->read_only)
		app_put_trial(app, &v->plan.run, row);
	v->at++;
	v->cursor = 0;
	v->shown_ms = 0;
	if (v->at == v->plan.run.planned)
		finish(app);
}

/* ---- keys ---- */

static void intro_key(struct app *app, uint32_t key)
{
	switch (key) {
	case '\r':
	case '\n':
		prepare(app, TRIAL_INTRUDER);
		break;
	case 'o':
		prepare(app, TRIAL_ODD);
		break;
	default:
		if (key == 'p' && trial_may_pair(app))
			prepare(app, TRIAL_PAIR);
		else if (key == 'q' || key == K_ESC || key == CTRL('c'))
			trial_done(app);
	}
}

/* Pairs: 1 is the same, 2 is different, as they are written on the screen. */
static int answer_of(const struct trial_view *v, int place)
{
	return v->plan.run.kind == TRIAL_PAIR ? place == 0 : place;
}

static void move(struct trial_view *v, int by)
{
	int to = v->cursor + by, ways = trial_ways(v->plan.run.kind);

	if (to >= 0 && to < ways)
		v->cursor = to;
}

/* Two people: the answer, and a decision that the groups follow. */
static void decide_apart(struct app *app)
{
	struct trial_view *v = app->trial;
	const int64_t *ids = v->plan.trials[v->at].row.face_ids;
	static const int sides[] = {1, 2};

	if (!app->config->read_only && ids[0] != ids[1])
		app_decide(app, &(struct decision_request){.kind = DECISION_APART,
							   .face_ids = ids,
							   .face_count = 2,
							   .sides = sides});
	answer(app, 0);
}

static const char *name_of(const struct app *app, const struct session_face *face)
{
	return face->assigned >= 0 && !face->gone ? app->session->named[face->assigned].name : NULL;
}

/*
 * One person: the answer, and the one without a name comes to the other. Without any name the
 * answer waits for the prompt. Two names are two groups, which is not for a pair to decide.
 */
static void decide_same(struct app *app)
{
	struct trial_view *v = app->trial;
	struct session_face *const *faces = v->plan.trials[v->at].faces;
	const char *first = name_of(app, faces[0]), *second = name_of(app, faces[1]);

	if (app->config->read_only || faces[0] == faces[1] || (first && second)) {
		answer(app, 1);
		return;
	}
	if (first || second)
		decide_put(app, &(struct face_list){faces + (first ? 1 : 0), 1}, 1,
			   first ? first : second);
	else
		decide_put(app, &(struct face_list){faces, 2}, 1, NULL);
	if (app->prompt.kind == PROMPT_NONE)
		answer(app, 1);
}

/* The name for two faces that are one person; leaving it leaves the pair unanswered. */
static void name_key(struct app *app, uint32_t key)
{
	int deciding = app->deciding;

	decide_prompt_key(app, key);
	if (app->deciding > deciding)
		answer(app, 1);
}

static void ask_key(struct app *app, uint32_t key)
{
	struct trial_view *v = app->trial;
	int ways = trial_ways(v->plan.run.kind);

	if (key == 'q' || key == K_ESC || key == CTRL('c')) {
		finish(app);
		return;
	}
	if (key == ' ') {
		answer(app, TRIAL_SKIPPED);
		return;
	}
	if (key == 'h' || key == K_LEFT)
		move(v, -1);
	else if (key == 'l' || key == K_RIGHT)
		move(v, 1);
	else if (key == 'k' || key == K_UP)
		move(v, -v->columns);
	else if (key == 'j' || key == K_DOWN)
		move(v, v->columns);
	/* What nobody can see nobody can judge, nor what nobody has seen yet. */
	if (!v->shown_ms || v->missing || v->narrow)
		return;
	if (key >= '1' && key < '1' + (uint32_t)ways)
		answer(app, answer_of(v, (int)(key - '1')));
	else if (key == '\r' || key == '\n')
		answer(app, answer_of(v, v->cursor));
	else if (key == 'D' && v->plan.run.kind == TRIAL_PAIR)
		decide_apart(app);
	else if (key == 'S' && v->plan.run.kind == TRIAL_PAIR)
		decide_same(app);
}

static void result_key(struct app *app, uint32_t key)
{
	struct trial_view *v = app->trial;
	int page = app->grid.rows - 3;

	app->quit |= key == 'Q';
	if (key == 'q' || key == K_ESC || key == '\r' || key == CTRL('c')) {
		trial_done(app);
		return;
	}
	if (key == 'j' || key == K_DOWN)
		v->top++;
	else if (key == K_PAGE_DOWN || key == CTRL('d'))
		v->top += page;
	else if (key == 'k' || key == K_UP)
		v->top--;
	else if (key == K_PAGE_UP || key == CTRL('u'))
		v->top -= page;
	v->top = v->top > 0 ? v->top : 0;
}

bool trial_key(struct app *app, uint32_t key)
{
	if (key == CTRL('l') || key == CTRL('z'))
		return false;
	switch (app->trial->stage) {
	case TRIAL_STAGE_INTRO:
		intro_key(app, key);
		break;
	case TRIAL_STAGE_GROUPS:
		if (key == 'q' || key == K_ESC || key == CTRL('c'))
			trial_done(app);
		break;
	case TRIAL_STAGE_ASK:
		if (app->prompt.kind == PROMPT_ASSIGN)
			name_key(app, key);
		else
			ask_key(app, key);
		break;
	case TRIAL_STAGE_RESULT:
		result_key(app, key);
		break;
	}
	return true;
}
