/* Marks and the range between an anchor and the cursor. */
#include "lookalike/ui/marks.h"

/* The range's first and last index in the opened group; false when there is none. */
static bool range_bounds(const struct app *app, int *first, int *last)
{
	const struct roster_entry *entry = app_opened(app);
	int from = app->range && entry ? roster_find_face(entry, app->range) : -1;

	if (from < 0 || app->view != VIEW_FACES)
		return false;
	*first = from < app->faces.cursor ? from : app->faces.cursor;
	*last = from < app->faces.cursor ? app->faces.cursor : from;
	return true;
}

bool marks_has(const struct app *app, int index)
{
	int first, last;

	if (app_opened(app)->faces[index]->marked)
		return true;
	return range_bounds(app, &first, &last) && index >= first && index <= last;
}

int marks_count_in(const struct app *app, const struct roster_entry *entry)
{
	int count = 0, first, last;
	bool range = entry == app_opened(app) && range_bounds(app, &first, &last);

	if (!app->marked && !range)
		return 0;

	for (int i = 0; i < entry->size; i++)
		count += entry->faces[i]->marked || (range && i >= first && i <= last);
	return count;
}

void marks_changed(struct app *app)
{
	app->marked = true;
	app->mark_count = -1;
}

/* Every frame asks for this, so all faces are looked at only when it may have changed. */
static void recount(struct app *app)
{
	const struct session *s = app->session;

	if (app->mark_count >= 0 && app->mark_version == s->version)
		return;
	app->mark_count = 0;
	app->mark_version = s->version;
	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			app->mark_count += s->images[i]->faces[j].marked;
}

int marks_count(struct app *app)
{
	int count = 0, first, last;

	if (app->marked) {
		recount(app);
		count = app->mark_count;
	}
	if (range_bounds(app, &first, &last))
		for (int i = first; i <= last; i++)
			count += !app_opened(app)->faces[i]->marked;
	return count;
}

void marks_clear(struct app *app)
{
	const struct session *s = app->session;

	for (int i = 0; app->marked && i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			s->images[i]->faces[j].marked = false;
	app->range = NULL;
	app->marked = false;
}

void marks_settle(struct app *app)
{
	int first, last;

	if (range_bounds(app, &first, &last)) {
		for (int i = first; i <= last; i++)
			app_opened(app)->faces[i]->marked = true;
		marks_changed(app);
	}
	app->range = NULL;
}

/* Mark so many faces, or take the marks off if all are marked. */
static void toggle(struct session_face **faces, int count)
{
	bool all = true;

	for (int i = 0; i < count; i++)
		all = all && faces[i]->marked;
	for (int i = 0; i < count; i++)
		faces[i]->marked = !all;
}

static void mark(struct app *app, const struct roster_entry *entry, int count)
{
	int from = app->faces.cursor, most = entry->size - from;

	marks_changed(app);
	if (app->range)
		marks_settle(app);
	else if (app->view == VIEW_CLUSTERS)
		toggle(entry->faces, entry->size);
	else
		toggle(entry->faces + from, count < 1 ? 1 : count < most ? count : most);
}

bool marks_act(struct app *app, enum action action, int count)
{
	const struct roster_entry *entry = app->view == VIEW_CLUSTERS ? app_at(app)
								      : app_opened(app);
	bool here = (app->view == VIEW_CLUSTERS || app->view == VIEW_FACES) && entry &&
		    entry->size > 0;

	if (app->view == VIEW_MEASURES) /* there these keys are about measures */
		return false;
	switch (action) {
	case ACTION_UNMARK:
		marks_clear(app);
		return true;
	case ACTION_BACK:
		if (!app->range || app->view != VIEW_FACES)
			return false;
		app->range = NULL;
		return true;
	case ACTION_MARK:
	case ACTION_MARK_ALL:
	case ACTION_RANGE:
		break;
	default:
		return false;
	}
	if (!here) {
		app_message(app, "faces can be marked in the clusters and faces views");
	} else if (action == ACTION_MARK) {
		mark(app, entry, count);
	} else if (action == ACTION_MARK_ALL) {
		app->range = NULL;
		marks_changed(app);
		for (int i = 0; i < entry->size; i++)
			entry->faces[i]->marked = true;
	} else if (app->view != VIEW_FACES) {
		app_message(app, "v marks a range in the faces view: Enter opens the group");
	} else if (app->range) {
		marks_settle(app);
	} else {
		app->range = entry->faces[app->faces.cursor];
		app_message(
			app,
			"marking a range: move to its end; v or Space keeps it, Esc forgets it");
	}
	return true;
}
