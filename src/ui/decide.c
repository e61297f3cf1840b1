/*
 * What a person decides at the keyboard. Nothing is decided without the person: a split only marks,
 * and a merge of two groups without names asks for one.
 */
#include "lookalike/ui/decide.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/ui/marks.h"
#include "lookalike/ui/suggesting.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UNDO_COUNT_MAX 100

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* ---- what a decision is about ---- */

static void target_clear(struct app *app)
{
	free(app->target_ids);
	app->target_ids = NULL;
	app->target_count = 0;
	app->target_aside = 0;
	app->target_whole = 0;
}

static void target_add(struct app *app, struct session_face *const *faces, int count)
{
	size_t all = app->target_count + (size_t)count;

	app->target_ids = memory_resize(app->target_ids, all + 1, sizeof(*app->target_ids));
	for (int i = 0; i < count; i++) {
		app->target_ids[app->target_count++] = faces[i]->id;
		app->target_aside += faces[i]->assigned == FACE_ASIDE;
	}
}

static void target_add_marks(struct app *app)
{
	const struct session *s = app->session;

	for (int i = 0; app->marked && i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			struct session_face *face = &s->images[i]->faces[j];

			if (face->marked)
				target_add(app, &face, 1);
		}
	}
}

static void target_add_entry(struct app *app, const struct roster_entry *entry)
{
	target_add(app, entry->faces, entry->size);
	if (entry->key.kind == ROSTER_NAMED && entry->size == entry->whole)
		app->target_whole = entry->key.id;
}

/* What the next decision is about; false, and said, when it is about nothing. */
static bool target_take(struct app *app)
{
	const struct roster_entry *opened = app_opened(app), *at = app_at(app);

	target_clear(app);
	if (app->view == VIEW_FACES || app->view == VIEW_CLUSTERS) {
		marks_settle(app);
		target_add_marks(app);
	}
	if (app->target_count > 0)
		return true;
	if (app->view == VIEW_CLUSTERS && at)
		target_add_entry(app, at);
	else if (app->view == VIEW_FACES && opened && opened->size > 0)
		target_add(app, opened->faces + app->faces.cursor, 1);
	else if (app->view == VIEW_FACE && app->face && !app->face->gone)
		target_add(app, (struct session_face *const[]){(struct session_face *)app->face},
			   1);
	if (app->target_count == 0)
		app_message(app, "there is no face to decide on here: go to clusters or faces");
	return app->target_count > 0;
}

static bool may_decide(struct app *app)
{
	if (app->config->read_only)
		app_message(app, "not decided: %s", app->config->read_only);
	return !app->config->read_only;
}

/* ---- recent groups ---- */

static int named_index(const struct session *s, int64_t id)
{
	for (int i = 0; i < s->named_count; i++)
		if (s->named[i].id == id)
			return i;
	return -1;
}

/* Give a group a digit that it keeps: a free one, or that of the group used longest ago. */
static void recent_use(struct app *app, int64_t id)
{
	int slot = 0;

	for (int i = 1; i < RECENT_MAX; i++)
		if (app->recent[slot] &&
		    (!app->recent[i] || app->recent_used[i] < app->recent_used[slot]))
			slot = i;
	for (int i = 0; i < RECENT_MAX; i++)
		if (app->recent[i] == id)
			slot = i;
	app->recent[slot] = id;
	app->recent_used[slot] = ++app->recent_uses;
}

/* Groups that have ended free their digits, the first others fill them. */
static void recent_fill(struct app *app)
{
	const struct session *s = app->session;
	int next = 0;

	for (int i = 0; i < RECENT_MAX; i++) {
		if (app->recent[i] && named_index(s, app->recent[i]) < 0) {
			app->recent[i] = 0;
			app->recent_used[i] = 0;
		}
	}
	for (int i = 0; i < RECENT_MAX; i++) {
		if (app->recent[i])
			continue;
		for (; next < s->named_count; next++) {
			bool has = false;

			for (int other = 0; other < RECENT_MAX; other++)
				has = has || app->recent[other] == s->named[next].id;
			if (!has)
				break;
		}
		if (next < s->named_count)
			app->recent[i] = s->named[next].id;
	}
}

/* ---- decisions ---- */

static void assign_target(struct app *app, const char *name)
{
	const struct session *s = app->session;
	int whole = app->target_whole ? named_index(s, app->target_whole) : -1;
	struct decision_request request = {
		.kind = DECISION_ASSIGN,
		.name = name,
		.face_ids = app->target_ids,
		.face_count = app->target_count,
	};

	if (whole >= 0 && session_find_named(s, name) < 0)
		request = (struct decision_request){
			.kind = DECISION_RENAME,
			.name = s->named[whole].name,
			.new_name = name,
		};
	app_decide(app, &request);
	target_clear(app);
}

static void ask_name(struct app *app)
{
	recent_fill(app);
	prompt_open(&app->prompt, PROMPT_ASSIGN);
}

static void set_aside(struct app *app)
{
	struct decision_request request = {
		.kind = app->target_aside == app->target_count ? DECISION_OPEN : DECISION_ASIDE,
		.face_ids = app->target_ids,
		.face_count = app->target_count,
	};

	app_decide(app, &request);
	target_clear(app);
}

static const struct roster_entry *here(const struct app *app)
{
	return app->view == VIEW_CLUSTERS ? app_at(app) : app_opened(app);
}

static const struct roster_entry *group_left(const struct app *app)
{
	int at = app->left.id < 0 ? -1 : roster_find(&app->roster, app->left);

	return at < 0 ? NULL : &app->roster.entries[at];
}

void decide_put(struct app *app, const struct face_list *lists, int count, const char *name)
{
	target_clear(app);
	for (int i = 0; i < count; i++)
		target_add(app, lists[i].faces, lists[i].count);
	if (name)
		assign_target(app, name);
	else
		ask_name(app);
}

static void merge(struct app *app)
{
	const struct roster_entry *this = here(app), *other = group_left(app);

	target_clear(app);
	if (!this || !other || this == other) {
		app_message(app,
			    other ? "this is the group last left: go to another, then M"
				  : "no group was left yet: open one, leave it, go to another");
	} else if (this->key.kind == ROSTER_ASIDE || other->key.kind == ROSTER_ASIDE) {
		app_message(app, "faces set aside are not a group: mark them and press a");
	} else if (other->name || this->name) {
		/* The faces of the one without a name, or of this one, go to the other. */
		const struct roster_entry *from = other->name ? this : other;

		decide_put(app, &(struct face_list){from->faces, from->size}, 1,
			   other->name ? other->name : this->name);
	} else {
		decide_put(app,
			   (struct face_list[]){{other->faces, other->size},
						{this->faces, this->size}},
			   2, NULL);
	}
}

static void split(struct app *app)
{
	const struct roster_entry *entry = here(app);
	struct error err;
	int marked = 0;
	bool *part;

	if (!entry || entry->size == 0) {
		app_message(app, "there is no group to split here");
		return;
	}
	part = memory_new((size_t)entry->size * sizeof(*part));
	if (roster_split(app->grouping, entry->faces, entry->size, part, &err)) {
		app_message(app, "%s", err.msg);
	} else {
		marks_clear(app);
		marks_changed(app);
		for (int i = 0; i < entry->size; i++) {
			entry->faces[i]->marked = part[i];
			marked += part[i];
		}
		if (app->view == VIEW_CLUSTERS)
			app_open(app, entry);
		app_message(app, "split in two: %d of %d faces are marked; a names them, U forgets",
			    marked, entry->size);
	}
	free(part);
}

static void undo(struct app *app, enum decision_kind kind, int count)
{
	struct decision_request request = {.kind = kind};

	if (count < 1)
		count = 1;
	if (count > UNDO_COUNT_MAX)
		count = UNDO_COUNT_MAX;
	while (count-- > 0)
		app_decide(app, &request);
}

/* ---- ways between groups ---- */

static void go_left(struct app *app)
{
	const struct roster_entry *entry = group_left(app);

	if (entry)
		app_go(app, entry);
	else
		app_message(app, "no group was left yet");
}

/* The count-th open group after this one, round the end. */
static void go_next_open(struct app *app, int count)
{
	const struct roster *r = &app->roster;
	const struct roster_entry *this = here(app), *found = NULL;
	int at = this ? (int)(this - r->entries) : -1;

	if (app->emptied && app->view != VIEW_CLUSTERS)
		at = app->emptied_at - 1;
	if (count < 1)
		count = 1;
	for (int steps = 0; steps < r->count && !(found && count == 0); steps++) {
		at = at + 1 < r->count ? at + 1 : 0;
		if (r->entries[at].key.kind == ROSTER_OPEN) {
			found = &r->entries[at];
			count--;
		}
	}
	if (found)
		app_go(app, found);
	else
		app_message(app,
			    "no face is undecided: every one is in a named group or set aside");
}

bool decide_act(struct app *app, enum action action, int count)
{
	switch (action) {
	case ACTION_ASSIGN:
		if (may_decide(app) && target_take(app))
			ask_name(app);
		return true;
	case ACTION_ASIDE:
		if (may_decide(app) && target_take(app))
			set_aside(app);
		return true;
	case ACTION_MERGE:
		if (may_decide(app))
			merge(app);
		return true;
	case ACTION_SPLIT:
		split(app);
		return true;
	case ACTION_UNDO:
		if (may_decide(app))
			undo(app, DECISION_UNDO, count);
		return true;
	case ACTION_REDO:
		if (may_decide(app))
			undo(app, DECISION_REDO, count);
		return true;
	case ACTION_LAST_GROUP:
		go_left(app);
		return true;
	case ACTION_NEXT_OPEN:
		go_next_open(app, count);
		return true;
	default:
		return marks_act(app, action, count);
	}
}

bool decide_must_wait(enum action action)
{
	switch (action) {
	case ACTION_ASSIGN:
	case ACTION_ASIDE:
	case ACTION_MERGE:
	case ACTION_SPLIT:
	case ACTION_UNDO:
	case ACTION_REDO:
	case ACTION_LAST_GROUP:
	case ACTION_NEXT_OPEN:
	case ACTION_MARK:
	case ACTION_RANGE:
	case ACTION_MARK_ALL:
	case ACTION_OPEN:
	case ACTION_BACK:
	case ACTION_COPY:
	case ACTION_SEARCH:
	case ACTION_FILTER:
	case ACTION_SUMMARY:
	case ACTION_QUIT:
		return true;
	default:
		return false;
	}
}

/* ---- the answer ---- */

/* Where the faces of a step are now. */
static void describe_places(const struct session *s, const struct decision *d, char *out,
			    size_t size)
{
	int64_t place = 0;
	size_t faces = 0, noes = 0;
	bool one_place = true;
	const char *name = NULL;
	char *quoted;

	for (size_t i = 0; i < d->change_count; i++) {
		const struct decision_change *c = &d->changes[i];

		if (c->kind == CHANGE_NAME && c->after_name)
			name = c->after_name;
		noes += c->kind == CHANGE_REFUSAL || c->kind == CHANGE_APART;
		if (c->kind != CHANGE_FACE)
			continue;
		one_place = one_place && (faces == 0 || c->after_id == place);
		place = c->after_id;
		faces++;
	}
	if (faces > 0 && one_place && place > 0 && named_index(s, place) >= 0)
		name = s->named[named_index(s, place)].name;
	quoted = quote_new(name ? name : "");
	if (faces == 0 && noes > 0)
		snprintf(out, size, "not the same person");
	else if (faces == 0)
		snprintf(out, size, "the group is %s", quoted);
	else if (one_place && place > 0)
		snprintf(out, size, "%zu face%s in %s", faces, plural(faces), quoted);
	else if (one_place)
		snprintf(out, size, "%zu face%s %s", faces, plural(faces),
			 place == GROUP_ASIDE ? "set aside" : "open");
	else
		snprintf(out, size, "%zu faces in their groups", faces);
	free(quoted);
}

static void report(struct app *app, const struct decision *d)
{
	char places[LOG_BYTES_MAX - 32];

	if (!d->id) {
		app_message(app, "it was so already: nothing to save");
		return;
	}
	describe_places(app->session, d, places, sizeof(places));
	app_message(app, "%s%s: saved",
		    d->kind == DECISION_UNDO   ? "undone, "
		    : d->kind == DECISION_REDO ? "redone, "
					       : "",
		    places);
}

/* The group of a name was used; and the one last left may have got that name. */
static void follow_name(struct app *app, const char *name)
{
	int named = session_find_named(app->session, name);
	struct roster_key key;

	if (named < 0)
		return;
	key = (struct roster_key){ROSTER_NAMED, app->session->named[named].id};
	recent_use(app, key.id);
	if (app->left.id >= 0 && roster_find(&app->roster, app->left) < 0)
		app->left = key;
}

void decide_answered(struct app *app, const struct keeper_answer *answer)
{
	suggesting_answered(app, answer);
	if (answer->status == ERR_INPUT) {
		app_message(app, "%s", answer->text);
		return;
	}
	if (answer->status) {
		app_message(app, "not saved: %s", answer->text);
		return;
	}
	app_refresh(app);
	if (answer->request->kind == DECISION_ASSIGN)
		follow_name(app, answer->request->name);
	if (answer->request->kind == DECISION_ASSIGN || answer->request->kind == DECISION_ASIDE ||
	    answer->request->kind == DECISION_OPEN)
		marks_clear(app);
	report(app, &answer->decision);
}

/* ---- the prompt ---- */

void decide_prompt_key(struct app *app, uint32_t key)
{
	const struct session *s = app->session;
	const char **words = memory_new(((size_t)s->named_count + 1) * sizeof(*words));
	int recent = key >= '1' && key <= '9' && app->prompt.len == 0
			     ? named_index(s, app->recent[key - '1'])
			     : -1;
	enum prompt_result result = PROMPT_TYPING;
	char name[PROMPT_BYTES_MAX];
	struct error err;

	for (int i = 0; i < s->named_count; i++)
		words[i] = s->named[i].name;
	if (recent >= 0) {
		snprintf(name, sizeof(name), "%s", s->named[recent].name);
	} else {
		result = prompt_key(&app->prompt, key, words, s->named_count);
		prompt_text(&app->prompt, name, sizeof(name));
	}
	free(words);
	if (result == PROMPT_DONE && group_name_check(name, &err)) {
		app_message(app, "%s", err.msg);
		result = PROMPT_LEFT;
	}
	if (result == PROMPT_TYPING && recent < 0)
		return;
	app->prompt.kind = PROMPT_NONE;
	if (result == PROMPT_LEFT) {
		target_clear(app);
		app->answering = false;
	} else {
		assign_target(app, name);
	}
}

/* What Enter would do with the text so far. */
static void describe_text(const struct app *app, char *out, size_t size)
{
	const struct session *s = app->session;
	char name[PROMPT_BYTES_MAX];
	int at;

	prompt_text(&app->prompt, name, sizeof(name));
	at = session_find_named(s, name);
	if (!*name)
		*out = '\0';
	else if (at >= 0)
		snprintf(out, size, "  (%d face%s there)", s->named[at].face_count,
			 plural((size_t)s->named[at].face_count));
	else
		snprintf(out, size, app->target_whole ? "  (the new name)" : "  (a new group)");
}

/* The groups that a digit names, or those that Tab completes to. */
static int draw_choices(struct app *app, int row, int col)
{
	struct grid *g = &app->grid;
	const struct session *s = app->session;
	bool digits = app->prompt.len == 0;

	for (int i = 0; i < (digits ? RECENT_MAX : s->named_count) && col < g->cols - 4; i++) {
		int at = digits ? named_index(s, app->recent[i]) : i;
		char *quoted;

		if (at < 0 || (!digits && strncasecmp(s->named[at].name, app->prompt.typed,
						      strlen(app->prompt.typed)) != 0))
			continue;
		quoted = quote_new(s->named[at].name);
		if (digits)
			col += grid_printf(g, row, col, g->cols - col - 1, STYLE_BOLD, "%d ",
					   i + 1);
		col += grid_text(g, row, col, g->cols - col - 1, STYLE_PLAIN, quoted) + 2;
		free(quoted);
	}
	return col;
}

void decide_prompt_draw(struct app *app, int row, int hints_row)
{
	struct grid *g = &app->grid;
	int whole = app->target_whole ? named_index(app->session, app->target_whole) : -1, col = 1;
	char words[64];

	if (whole >= 0) {
		char *quoted = quote_new(app->session->named[whole].name);

		col += grid_printf(g, row, col, g->cols - 2, STYLE_BOLD,
				   "rename %s, or put it in: ", quoted);
		free(quoted);
	} else {
		col += grid_printf(g, row, col, g->cols - 2, STYLE_BOLD,
				   "%zu face%s to: ", app->target_count, plural(app->target_count));
	}
	col = prompt_draw(&app->prompt, g, row, col);
	describe_text(app, words, sizeof(words));
	grid_text(g, row, col, g->cols - col - 1, STYLE_DIM, words);
	if (hints_row < 0)
		return;
	col = draw_choices(app, hints_row, 1);
	grid_text(g, hints_row, col, g->cols - col - 1, STYLE_DIM,
		  app->prompt.len ? "Tab completes  Enter decides  Esc leaves"
				  : "type a name  Esc leaves");
}
