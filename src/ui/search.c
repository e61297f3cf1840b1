/* Search: every view is a sequence of things, some of which match; the next one is looked for. */
#include "lookalike/ui/search.h"

#include <string.h>

/* The part of a path that is on the screen. */
static const char *shown_part(const struct app *app, const char *path)
{
	const char *root = app->config->path_count == 1 ? app->config->paths[0] : "";
	size_t len = strlen(root);

	return len && !strncmp(path, root, len) && path[len] == '/' ? path + len + 1 : path;
}

static bool path_matches(const struct app *app, const struct session_image *image)
{
	return text_contains(shown_part(app, image->path), app->search);
}

static bool entry_matches(const struct app *app, const struct roster_entry *entry)
{
	bool found = entry->name && text_contains(entry->name, app->search);

	for (int i = 0; i < entry->size && !found; i++)
		found = path_matches(app, entry->faces[i]->image);
	return found;
}

/* One of the sequences: how many there are, and whether one matches. */
struct sequence_of {
	int length;
	bool (*matches)(const struct app *app, int index);
};

static bool image_matches(const struct app *app, int index)
{
	int count;

	return path_matches(app, app_images((struct app *)app, &count)[index]);
}

static bool cluster_matches(const struct app *app, int index)
{
	return entry_matches(app, &app->roster.entries[index]);
}

static bool face_matches(const struct app *app, int index)
{
	return path_matches(app, app_opened(app)->faces[index]->image);
}

/* The next match from `from` on, by steps of 1 or -1; -1 for none. */
static int find(const struct app *app, const struct sequence_of *s, int from, int step, bool round)
{
	for (int i = 1; i <= s->length; i++) {
		int at = from + i * step;

		if (!round && (at < 0 || at >= s->length))
			return -1;
		at = ((at % s->length) + s->length) % s->length;
		if (s->matches(app, at))
			return at;
	}
	return -1;
}

/* Further in this group, then in the others, then in this one from its other end. */
static bool find_face(struct app *app, int step)
{
	const struct roster_entry *opened = app_opened(app);
	int here = opened ? (int)(opened - app->roster.entries) : 0, count = app->roster.count, at;
	struct sequence_of faces = {opened ? opened->size : 0, face_matches};

	at = opened ? find(app, &faces, app->faces.cursor, step, false) : -1;
	for (int i = 1; i <= count && at < 0; i++) {
		int index = (((here + i * step) % count) + count) % count;
		const struct roster_entry *entry = &app->roster.entries[index];

		if (!entry_matches(app, entry))
			continue;
		if (entry != opened)
			app_go(app, entry);
		faces.length = entry->size;
		at = find(app, &faces, step > 0 ? -1 : entry->size, step, false);
		if (at < 0) /* the group's name */
			at = 0;
	}
	if (at >= 0)
		app->faces.cursor = at;
	return at >= 0;
}

static bool find_next(struct app *app, int step)
{
	struct sequence_of images = {0, image_matches};
	struct sequence_of clusters = {app->roster.count, cluster_matches};
	int at;

	if (app->view == VIEW_FACES)
		return find_face(app, step);
	if (app->view == VIEW_IMAGES) {
		struct session_image *const *listed = app_images(app, &images.length);

		at = find(app, &images, app->images.cursor, step, true);
		if (at >= 0) {
			app->images.cursor = at;
			app->image_at = listed[at];
		}
		return at >= 0;
	}
	at = find(app, &clusters, app->clusters.cursor, step, true);
	if (at >= 0)
		app_go(app, &app->roster.entries[at]);
	return at >= 0;
}

static void search(struct app *app, int step, int count)
{
	if (!app->search[0]) {
		app_message(app, "nothing was searched yet: / searches");
		return;
	}
	if (app->view == VIEW_PHOTO)
		app_show(app, app->photo.below);
	if (app->view == VIEW_FACE || app->view == VIEW_ELBOW)
		app_show(app, app->view == VIEW_FACE ? app->below : VIEW_CLUSTERS);
	for (count = count ? count : 1; count > 0; count--) {
		if (!find_next(app, step)) {
			app_message(app, "not found: %s", app->search);
			return;
		}
	}
}

bool search_act(struct app *app, enum action action, int count)
{
	switch (action) {
	case ACTION_SEARCH:
		prompt_open(&app->prompt, PROMPT_SEARCH);
		return true;
	case ACTION_SEARCH_NEXT:
		search(app, 1, count);
		return true;
	case ACTION_SEARCH_BACK:
		search(app, -1, count);
		return true;
	default:
		return false;
	}
}

void search_prompt_key(struct app *app, uint32_t key)
{
	enum prompt_result result = prompt_key(&app->prompt, key, NULL, 0);

	if (result == PROMPT_TYPING)
		return;
	if (result == PROMPT_DONE) {
		if (app->prompt.len)
			memcpy(app->search, app->prompt.text, sizeof(app->search));
		search(app, 1, 1);
	}
	app->prompt.kind = PROMPT_NONE;
}

void search_prompt_draw(struct app *app, int row, int hints_row)
{
	struct grid *g = &app->grid;

	prompt_draw(&app->prompt, g, row,
		    1 + grid_text(g, row, 1, g->cols - 2, STYLE_BOLD, "search: "));
	if (hints_row >= 0)
		grid_text(g, hints_row, 1, g->cols - 2, STYLE_DIM,
			  "part of a path or of a group's name; then n N go on  Esc leaves");
}
