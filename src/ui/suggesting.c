/* What y, n and l do in the queue of suggestions, and how the queue follows what is decided. */
#include "lookalike/ui/suggesting.h"

#include "lookalike/base/memory.h"
#include "lookalike/ui/decide.h"

#include <stdlib.h>

static const struct roster_entry *entry_of(const struct app *app, struct roster_key key)
{
	int at = roster_find(&app->all, key);

	return at < 0 ? NULL : &app->all.entries[at];
}

static void forget(struct app *app)
{
	questions_done(&app->questions);
	app->answering = false;
	app->searched = false;
}

void suggesting_done(struct app *app)
{
	forget(app);
	roster_done(&app->all);
}

void suggesting_follow(struct app *app)
{
	const struct grouping *g = app->grouping;

	if (app->view != VIEW_SUGGEST)
		return;
	if (g->options.features != FEATURES_NEURAL || !g->k) {
		roster_done(&app->all); /* what it is of may be gone; the questions wait */
		return;
	}
	/* Other groups: their numbers mean other faces. */
	if (app->questions_run != grouping_run_number(g) || app->questions_k != g->label_k)
		forget(app);
	app->questions_run = grouping_run_number(g);
	app->questions_k = g->label_k;
	if (roster_is_old(&app->all, g, NULL)) {
		roster_done(&app->all);
		roster_build(&app->all, g, NULL);
		questions_prune(&app->questions, &app->all);
		app->searched = false;
	}
	if (app->searched || app->seeking)
		return;
	app->searched = true;
	app->search_stopped = false;
	app->seeking = suggest_new(&app->all, suggest_reach(g));
	app_search(app, app->seeking);
}

void suggesting_take(struct app *app, struct suggest_search *search)
{
	struct suggestions found;

	app->seeking = NULL;
	/* What was searched is not what there is now: suggesting_follow() searches again. */
	if (app->searched && !app->search_stopped &&
	    !roster_is_old(&app->all, app->grouping, NULL)) {
		suggest_take(search, &app->all, &found);
		questions_take(&app->questions, &found);
	}
	suggest_free(search);
	app->dirty = true;
}

bool suggesting_cancel(struct app *app)
{
	if (!app->seeking || app->view != VIEW_SUGGEST)
		return false;
	app->search_stopped = true;
	atomic_store(&suggest_job(app->seeking)->cancelled, true);
	return true;
}

/* ---- answers ---- */

static void say_yes(struct app *app, const struct suggestion *s)
{
	const struct roster_entry *a = entry_of(app, s->a);
	struct face_list lists[2];
	int count;

	lists[0].faces = suggest_faces(&app->all, s, &count);
	lists[0].count = count;
	lists[1] = (struct face_list){a->faces, a->name ? 0 : a->size};
	app->answering = true;
	app->answer = *s;
	decide_put(app, lists, 2, a->name);
}

static void say_no(struct app *app, const struct suggestion *s)
{
	const struct roster_entry *a = entry_of(app, s->a);
	int count, used = 0, whole = a->name ? 0 : a->size;
	struct session_face *const *faces = suggest_faces(&app->all, s, &count);
	int64_t *ids = memory_new((size_t)(count + whole) * sizeof(*ids));
	int *sides = memory_new((size_t)(count + whole) * sizeof(*sides));

	for (int i = 0; i < whole; i++, used++) {
		ids[used] = a->faces[i]->id;
		sides[used] = 1;
	}
	for (int i = 0; i < count; i++, used++) {
		ids[used] = faces[i]->id;
		sides[used] = 2;
	}
	app->answering = true;
	app->answer = *s;
	app_decide(app, &(struct decision_request){
				.kind = a->name ? DECISION_REFUSE : DECISION_APART,
				.name = a->name,
				.face_ids = ids,
				.face_count = (size_t)used,
				.sides = sides,
			});
	free(sides);
	free(ids);
}

void suggesting_answered(struct app *app, const struct keeper_answer *answer)
{
	const struct decision *d = &answer->decision;

	if (app->answering && !answer->status && d->id && answer->request->kind != DECISION_UNDO)
		questions_answer(&app->questions, &app->answer, d->id);
	app->answering = false;
	if (!answer->status && d->kind == DECISION_UNDO && app->view == VIEW_SUGGEST)
		questions_reopen(&app->questions, d->of_step);
}

/* ---- keys ---- */

static void open_queue(struct app *app)
{
	if (app->view == VIEW_SUGGEST) {
		app->searched &= !app->search_stopped;
		return;
	}
	app->suggest_from = app->view;
	app_show(app, VIEW_SUGGEST);
}

static void answer(struct app *app, enum action action)
{
	const struct suggestion *s = questions_at(&app->questions);
	struct suggestion question;

	if (!s || !entry_of(app, s->a) || !entry_of(app, s->b)) {
		app_message(app, "there is no suggestion to answer");
		return;
	}
	question = *s;
	if (action == ACTION_RIGHT) {
		questions_put_off(&app->questions);
	} else if (app->config->read_only) {
		app_message(app, "not decided: %s", app->config->read_only);
	} else if (action == ACTION_YES) {
		say_yes(app, &question);
	} else {
		say_no(app, &question);
	}
	app->dirty = true;
}

bool suggesting_act(struct app *app, enum action action, int count)
{
	struct list list = {.cursor = app->questions.cursor};

	if (action == ACTION_SUGGEST) {
		open_queue(app);
		return true;
	}
	if (app->view != VIEW_SUGGEST) {
		if (action == ACTION_YES)
			app_message(app, "y answers suggestions: s opens them");
		return action == ACTION_YES;
	}
	switch (action) {
	case ACTION_YES:
	case ACTION_SEARCH_NEXT:
	case ACTION_RIGHT:
		answer(app, action);
		return true;
	case ACTION_BACK:
		app_show(app, app->suggest_from);
		return true;
	/* They are about what other views show. */
	case ACTION_ASSIGN:
	case ACTION_ASIDE:
	case ACTION_MERGE:
	case ACTION_SPLIT:
	case ACTION_MARK:
	case ACTION_RANGE:
	case ACTION_MARK_ALL:
	case ACTION_LAST_GROUP:
	case ACTION_NEXT_OPEN:
	case ACTION_SEARCH:
	case ACTION_SEARCH_BACK:
	case ACTION_OPEN:
		app_message(app, "here y, n or l answer; q goes back");
		return true;
	case ACTION_LEFT:
		action = ACTION_UP;
		break;
	default:
		break;
	}
	if (!list_act(&list, action, count, app->questions.open.count, 1, 1))
		return false;
	app->questions.cursor = list.cursor;
	return true;
}
