/*
 * review_fixture.h: reviewing without a terminal: keys go to the views, decisions to a real store
 * that answers when the test says so, and what is on the screen is read from the grid.
 *
 * Owns     review_setup()/review_teardown() are cmocka's; `now` is the one at hand.
 * Threads  one.
 */
#ifndef TESTS_REVIEW_FIXTURE_H
#define TESTS_REVIEW_FIXTURE_H

#include "store_fixture.h"

#include "lookalike/base/quote.h"
#include "lookalike/ui/decide.h"
#include "lookalike/ui/filtering.h"
#include "lookalike/ui/marks.h"
#include "lookalike/ui/search.h"
#include "lookalike/ui/suggesting.h"
#include "lookalike/ui/trial.h"

#include <locale.h>

#define ROWS      40
#define COLS      100
#define CLUMPS    3
#define PER_CLUMP 4
#define FACES     (CLUMPS * PER_CLUMP)

struct review {
	struct scratch *scratch;
	struct store *store;
	struct session *session;
	struct app_config config;
	struct app app;
	struct keys keys;
	struct decision_request request; /* the one that waits for an answer */
	int64_t ids[FACES];
	int sides[FACES];
	char *screen;
	bool slow; /* searches go on */
};

static struct review *now;

/* ---- what app.c does in the program ---- */

void app_decide(struct app *app, const struct decision_request *request)
{
	if (app->deciding++) { /* one at a time is enough here */
		app->deciding = 1;
		return;
	}
	now->request = *request;
	now->request.name = text_copy(request->name);
	now->request.new_name = text_copy(request->new_name);
	assert_in_range(request->face_count, 0, FACES);
	if (request->face_count)
		memcpy(now->ids, request->face_ids, request->face_count * sizeof(now->ids[0]));
	if (request->sides)
		memcpy(now->sides, request->sides, request->face_count * sizeof(now->sides[0]));
	now->request.face_ids = now->ids;
	now->request.sides = now->sides;
}

void app_set_k(struct app *app, int k)
{
	grouping_set_k(app->grouping, k);
}

void app_emphasize(struct app *app, const struct emphasis *emphasis)
{
	struct error err;

	app->grouping->options.emphasis = *emphasis;
	assert_int_equal(grouping_compute(app->grouping, &err), OK);
}

/* Found at once, or not before the test says so. */
void app_search(struct app *app, struct suggest_search *search)
{
	struct job *job = suggest_job(search);

	if (now->slow)
		return;
	job->run(job);
	suggesting_take(app, search);
}

void app_add_job(struct app *app, struct job *job)
{
	job->run(job);
	trial_take_job(app, (struct trial_job *)job);
}

void app_put_trial(struct app *app, const struct trial_run *run, const struct trial_row *row)
{
	assert_int_equal(store_put_trial(now->store, run, row, NULL), OK);
	session_add_trial(app->session, run, row);
}

static inline void answer_with(enum status status, const char *text)
{
	struct keeper_answer answer = {.status = status, .request = &now->request};
	struct error err;

	assert_int_equal(now->app.deciding, 1);
	now->app.deciding = 0;
	snprintf(answer.text, sizeof(answer.text), "%s", text);
	if (!status) {
		answer.status = store_decide(now->store, &now->request, &answer.decision, &err);
		if (answer.status)
			snprintf(answer.text, sizeof(answer.text), "%s", err.msg);
		else
			session_decide(now->session, &answer.decision);
		grouping_rebuild(now->app.grouping);
	}
	decide_answered(&now->app, &answer);
	decision_done(&answer.decision);
	free((void *)now->request.name);
	free((void *)now->request.new_name);
}

static inline void answer(void)
{
	answer_with(OK, "");
}

static inline void press(const char *keys)
{
	while (*keys) {
		struct app *app = &now->app;
		enum action action;
		uint32_t key;
		int count;

		keys += utf8_decode(keys, strlen(keys), &key);
		app_refresh(app);
		app->message[0] = '\0';
		if (app->trial) {
			trial_key(app, key);
			continue;
		}
		if (app->prompt.kind == PROMPT_ASSIGN) {
			decide_prompt_key(app, key);
			continue;
		}
		if (app->prompt.kind == PROMPT_SEARCH) {
			search_prompt_key(app, key);
			continue;
		}
		if (app->prompt.kind == PROMPT_FILTER) {
			filtering_prompt_key(app, key);
			continue;
		}
		action = keys_press(&now->keys, key, &count);
		if (action == ACTION_NEXT_VIEW)
			app_show(app, (app->view + 1) % VIEW_COUNT);
		else if (action && !suggesting_act(app, action, count) &&
			 !decide_act(app, action, count) && !search_act(app, action, count) &&
			 !filtering_act(app, action) && !trial_act(app, action, count))
			views[app->view]->act(app, action, count);
	}
}

/* ---- what is on the screen ---- */

static inline const char *screen(void)
{
	struct scan_progress progress = {0};
	size_t len;
	FILE *out;

	app_refresh(&now->app);
	screen_draw(&now->app, &progress, false);
	free(now->screen);
	out = open_memstream(&now->screen, &len);
	grid_write(&now->app.grid, out);
	fclose(out);
	return now->screen;
}

static inline void fail_screen(const char *how, const char *text)
{
	fprintf(stderr, "%s", now->screen);
	fail_msg("%s on the screen: '%s'", how, text);
}

static inline void sees(const char *text)
{
	if (!strstr(screen(), text))
		fail_screen("not", text);
}

static inline void sees_not(const char *text)
{
	if (strstr(screen(), text))
		fail_screen("still", text);
}

/* The rows of clusters from top to bottom: "choir4 1:4 3:4 aside1". */
static inline const char *rows(void)
{
	static char text[256];
	int len = 0;

	text[0] = '\0';
	app_refresh(&now->app);
	for (int i = 0; i < now->app.roster.count; i++) {
		const struct roster_entry *e = &now->app.roster.entries[i];

		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s%s%.0d%s%d",
				i ? " " : "",
				e->name    ? e->name
				: e->group ? ""
					   : "aside",
				e->group ? e->group->number : 0, e->group ? ":" : "", e->size);
	}
	return text;
}

static inline const char *under_cursor(void)
{
	static char title[64];

	app_refresh(&now->app);
	entry_title(app_at(&now->app), title, sizeof(title));
	return title;
}

/* ---- three clumps of four faces ---- */

static inline void put_faces(struct review *r)
{
	struct error err;

	for (int i = 0; i < FACES; i++) {
		int clump = i / PER_CLUMP;
		char path[32];
		struct photo *photo;

		snprintf(path, sizeof(path), "/p/%c%d.jpg", "xyz"[clump], i % PER_CLUMP);
		photo = photo_new(path);
		photo->verdict = VERDICT_OK;
		photo->face_count = 1;
		photo->faces = memory_new(sizeof(struct face));
		/* In each clump the last is apart from the others, so that there is a split. */
		for (int m = 0; m < MEASURE_COUNT; m++)
			photo->faces[0].measures[m] = clump * 100 + (i % PER_CLUMP) * 0.1 +
						      (i % PER_CLUMP == 3 ? 5 : 0);
		assert_int_equal(store_put(r->store, photo, &err), OK);
		photo_free(photo);
	}
}

static inline int review_setup(void **state)
{
	static const struct grouping_options options = {
		.scale = SCALE_NONE, .k = CLUMPS, .kmax = 5, .restarts = 3, .seed = 1};
	static char root[] = "/p", *paths[] = {root};
	struct review *r = memory_new(sizeof(*r));
	struct error err;

	if (scratch_setup((void **)&r->scratch))
		return -1;
	r->store = open_ok(r->scratch->db, STORE_WRITE);
	put_faces(r);
	r->session = session_new();
	assert_int_equal(session_load(r->session, r->store, NULL, 0, &err), OK);
	r->config.paths = paths;
	r->config.path_count = 1;
	place_default(&r->config.grouping, &r->config.place);
	r->app = (struct app){
		.config = &r->config,
		.session = r->session,
		.grouping = grouping_new(r->session, &options),
		.view = VIEW_CLUSTERS,
		.caps = {.pictures_max = GRID_PICTURES_MAX},
		.opened = {ROSTER_OPEN, 1},
		.left = {ROSTER_OPEN, -1},
	};
	assert_int_equal(grouping_compute(r->app.grouping, &err), OK);
	grid_init(&r->app.grid, ROWS, COLS);
	now = r;
	*state = r;
	return 0;
}

static inline int review_teardown(void **state)
{
	struct review *r = *state;
	void *scratch = r->scratch;

	roster_done(&r->app.roster);
	free(r->app.target_ids);
	trial_done(&r->app);
	filtering_done(&r->app);
	suggesting_done(&r->app);
	grouping_free(r->app.grouping);
	grid_done(&r->app.grid);
	session_free(r->session);
	store_close(r->store);
	free(r->screen);
	free(r);
	return scratch_teardown(&scratch);
}

#endif
