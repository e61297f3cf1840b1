/* Lists, thumbnails' sizes and names on the screen: what several views need. */
#include "lookalike/ui/view.h"

#include "lookalike/ui/suggesting.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Per strip: the fewest that keep every face of the London set above 30 dB (make bench-ui). */
#define COLORS_STRIP 35
#define COLORS_SLOW  16 /* seven tenths of the bytes */

const struct style STYLE_PLAIN = {0};
const struct style STYLE_BOLD = {.attrs = ATTR_BOLD};
const struct style STYLE_DIM = {.attrs = ATTR_DIM};
const struct style STYLE_CURSOR = {.attrs = ATTR_REVERSE};
/* Orange on black of Okabe and Ito's colours, which all kinds of colour vision tell from the rest.
 */
const struct style STYLE_MARK = {.fg = COLOR_RGB(0, 0, 0),
				 .bg = COLOR_RGB(230, 159, 0),
				 .attrs = ATTR_BOLD};

const struct view *const views[VIEWS_IN_ALL] = {
	[VIEW_IMAGES] = &view_images,     [VIEW_ELBOW] = &view_elbow,
	[VIEW_CLUSTERS] = &view_clusters, [VIEW_FACES] = &view_faces,
	[VIEW_FACE] = &view_face,         [VIEW_MEASURES] = &view_measures,
	[VIEW_SUGGEST] = &view_suggest,   [VIEW_PHOTO] = &view_photo,
	[VIEW_SUMMARY] = &view_summary,
};

void app_message(struct app *app, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(app->message, sizeof(app->message), fmt, args);
	va_end(args);
	log_add(&app->log, app->message, app->config->script ? 0 : time(NULL));
	app->message_new = true;
	app->dirty = true;
}

void app_show(struct app *app, enum view_id view)
{
	bool leaves = app->view == VIEW_FACES || app->view == VIEW_FACE;

	/* The group stays the one last left until another is. */
	if (leaves && view != VIEW_FACES && view != VIEW_FACE && view != VIEW_PHOTO &&
	    app_opened(app))
		app->left = app->opened;
	if (view != VIEW_FACES && view != VIEW_PHOTO)
		app->range = NULL;
	if (view != VIEW_IMAGES && view != VIEW_FACE && view != VIEW_PHOTO)
		app->overview.left_for_images = false;
	if (view != VIEW_FACE && view != VIEW_PHOTO)
		app->face_top = 0;
	app->view = view;
	app->dirty = true;
}

const struct roster_entry *app_opened(const struct app *app)
{
	int at = roster_find(&app->roster, app->opened);

	return at < 0 ? NULL : &app->roster.entries[at];
}

const struct roster_entry *app_at(const struct app *app)
{
	int at = app->clusters.cursor;

	return at < app->roster.count ? &app->roster.entries[at] : NULL;
}

void app_open(struct app *app, const struct roster_entry *entry)
{
	app->opened = entry->key;
	app->emptied = false;
	app->opened_most = entry->size;
	app->faces = (struct list){0};
	app->range = NULL;
	app_show(app, VIEW_FACES);
}

struct grouping_options app_options(const struct app *app, enum features features)
{
	struct grouping_options options = app->config->grouping;

	if (app->grouping->options.features == features)
		options = app->grouping->options;
	else if (app->other && app->other->options.features == features)
		options = app->other->options;
	options.features = features;
	return options;
}

void app_go(struct app *app, const struct roster_entry *entry)
{
	const struct roster_entry *from = app->view == VIEW_CLUSTERS ? app_at(app)
								     : app_opened(app);

	if (from == entry)
		return;
	if (from)
		app->left = from->key;
	if (app->view == VIEW_FACES || app->view == VIEW_FACE) {
		app_open(app, entry);
	} else {
		app->clusters.cursor = (int)(entry - app->roster.entries);
		app_show(app, VIEW_CLUSTERS);
	}
}

/* Whether nothing of a group is where it was: its faces were decided on, or its photos are gone. */
static bool was_emptied(const struct roster_entry *before)
{
	for (int i = 0; i < before->size; i++)
		if (before->group && before->faces[i]->assigned == FACE_OPEN &&
		    !before->faces[i]->gone)
			return false;
	return true;
}

/* The opened group by another number, after a clustering that has fewer. */
static void open_another(struct app *app)
{
	for (int i = app->roster.count - 1; i >= 0; i--) {
		if (app->roster.entries[i].key.kind == ROSTER_OPEN) {
			app->opened = app->roster.entries[i].key;
			return;
		}
	}
}

/* Where all faces of a group of before are, and no others: it is the same group to who looks at it.
 */
static const struct roster_entry *same_faces(const struct roster *after,
					     const struct roster_entry *before)
{
	const struct session_face *first = before->size ? before->faces[0] : NULL;

	for (int i = 0; i < before->size; i++)
		if (before->faces[i]->gone || before->faces[i]->assigned != first->assigned ||
		    (first->assigned == FACE_OPEN && before->faces[i]->group != first->group))
			return NULL;
	for (int i = 0; i < after->count && first; i++)
		if (after->entries[i].size == before->size &&
		    roster_find_face(&after->entries[i], first) >= 0)
			return &after->entries[i];
	return NULL;
}

static void follow_opened(struct app *app, const struct roster *before)
{
	int old = roster_find(before, app->opened), now = roster_find(&app->roster, app->opened);
	const struct roster_entry *same = NULL;

	if (old >= 0 && now < 0)
		same = same_faces(&app->roster, &before->entries[old]);
	if (same) {
		app->opened = same->key;
		now = (int)(same - app->roster.entries);
	}
	if (now >= 0) {
		app->emptied = false;
		if (old >= 0)
			app->faces.cursor = roster_follow_face(&before->entries[old],
							       &app->roster.entries[now],
							       app->faces.cursor);
		return;
	}
	if (roster_hides(&app->roster, app->opened)) {
		app->emptied = false;
		return;
	}
	if (old >= 0) {
		app->emptied = was_emptied(&before->entries[old]);
		app->emptied_at = old;
	}
	if (!app->emptied)
		open_another(app);
}

/* Thumbnails get no larger while a group only shrinks by decisions, or all would move. */
static void keep_room(struct app *app)
{
	const struct roster_entry *entry = app_opened(app);
	const struct grouping *g = app->grouping;
	bool same = app->opened_run == grouping_run_number(g) && app->opened_k == g->label_k;

	if (!entry)
		return;
	if (!same || entry->size > app->opened_most)
		app->opened_most = entry->size;
	app->opened_run = grouping_run_number(g);
	app->opened_k = g->label_k;
}

void app_refresh(struct app *app)
{
	struct roster before = app->roster;
	int cursor;

	filtering_refresh(app);
	suggesting_follow(app);
	if (!roster_is_old(&before, app->grouping, app->filter))
		return;
	roster_build(&app->roster, app->grouping, app->filter);
	cursor = roster_follow_entry(&before, &app->roster, app->clusters.cursor);
	/* What was under the cursor keeps its line on the screen. */
	if (before.count > app->clusters.cursor && app->roster.count > cursor &&
	    roster_key_equal(before.entries[app->clusters.cursor].key,
			     app->roster.entries[cursor].key) &&
	    app->clusters.top + cursor - app->clusters.cursor > 0)
		app->clusters.top += cursor - app->clusters.cursor;
	app->clusters.cursor = cursor;
	follow_opened(app, &before);
	keep_room(app);
	if (app_opened(app) && app->faces.cursor >= app_opened(app)->size)
		app->faces.cursor = app_opened(app)->size ? app_opened(app)->size - 1 : 0;
	place_settle(app);
	roster_done(&before);
}

void entry_title(const struct roster_entry *entry, char *out, size_t size)
{
	char *quoted;

	if (entry->key.kind == ROSTER_OPEN) {
		snprintf(out, size, "group %d", entry->group->number);
	} else if (entry->key.kind == ROSTER_ASIDE) {
		snprintf(out, size, "set aside");
	} else {
		quoted = quote_new(entry->name);
		snprintf(out, size, "%s %s", grid_is_ascii() ? "*" : "★", quoted);
		free(quoted);
	}
}

void entry_sizes(const struct roster_entry *entry, char *out, size_t size)
{
	const char *plural = entry->whole == 1 ? "" : "s";

	if (entry->size == entry->whole)
		snprintf(out, size, "%d face%s", entry->size, plural);
	else
		snprintf(out, size, "%d of %d face%s", entry->size, entry->whole, plural);
}

const char *mark_sign(void)
{
	return grid_is_ascii() ? "*" : "◆";
}

const char *app_path(struct app *app)
{
	int count;
	struct session_image *const *images = app_images(app, &count);
	const struct roster_entry *entry = app_opened(app);

	if (app->view == VIEW_IMAGES)
		return app->images.cursor < count ? images[app->images.cursor]->path : NULL;
	if (app->view == VIEW_PHOTO)
		return app->photo.image->path;
	if (app->view == VIEW_FACE)
		return app->face ? app->face->image->path : NULL;
	if (app->view == VIEW_FACES && entry && app->faces.cursor < entry->size)
		return entry->faces[app->faces.cursor]->image->path;
	return NULL;
}

bool list_act(struct list *list, enum action action, int count, int length, int columns, int page)
{
	int steps = count ? count : 1, to = list->cursor;

	switch (action) {
	case ACTION_UP:
		to -= steps * columns;
		break;
	case ACTION_DOWN:
		to += steps * columns;
		break;
	case ACTION_LEFT:
		if (columns == 1)
			return false;
		to -= steps;
		break;
	case ACTION_RIGHT:
		if (columns == 1)
			return false;
		to += steps;
		break;
	case ACTION_FIRST:
		to = count ? count - 1 : 0;
		break;
	case ACTION_LAST:
		to = count ? count - 1 : length - 1;
		break;
	case ACTION_HALF_DOWN:
		to += steps * columns * ((page / columns + 1) / 2);
		break;
	case ACTION_HALF_UP:
		to -= steps * columns * ((page / columns + 1) / 2);
		break;
	case ACTION_PAGE_DOWN:
		to += steps * page;
		break;
	case ACTION_PAGE_UP:
		to -= steps * page;
		break;
	default:
		return false;
	}
	/* Down from the row above a short last row goes to its last item. */
	if (to >= length)
		to = length - 1;
	if (to < 0)
		to = action == ACTION_UP && columns > 1 ? list->cursor % columns : 0;
	list->cursor = length && to < length ? to : 0;
	return true;
}

void list_scroll(struct list *list, int length, int shown, int columns)
{
	if (list->cursor >= length)
		list->cursor = length ? length - 1 : 0;
	if (shown < columns)
		shown = columns;
	if (list->top < 0)
		list->top = 0;
	if (list->top > list->cursor)
		list->top = list->cursor;
	if (list->cursor >= list->top + shown)
		list->top = list->cursor - shown + columns;
	list->top -= list->top % columns;
	if (list->top + shown > length + columns - 1)
		list->top = length > shown ? (length - shown + columns - 1) / columns * columns : 0;
	if (list->top > list->cursor)
		list->top = list->cursor - list->cursor % columns;
}

void list_pictures(const struct app *app, struct list *list, int columns, int shown)
{
	int most = app->caps.pictures_max, top = list->top / columns, row = list->cursor / columns;

	list->few_pictures = graphics_has_pixels(app->caps.graphics) && shown > most;
	if (row < list->pictures || row >= list->pictures + most)
		list->pictures = row - most / 2;
	if (list->pictures > top + shown - most)
		list->pictures = top + shown - most;
	if (list->pictures < top)
		list->pictures = top;
}

void picture_options_for(const struct app *app, int thumb_rows, struct picture_options *out)
{
	const struct terminal_caps *caps = &app->caps;
	bool pixels = graphics_has_pixels(caps->graphics);
	int width = pixels ? caps->cell_width_px : 1, height = pixels ? caps->cell_height_px : 2;

	memset(out, 0, sizeof(*out));
	out->graphics = caps->graphics;
	out->thumb_rows = thumb_rows;
	out->thumb_cols = (thumb_rows * height + width - 1) / width;
	out->gap_cols = 1;
	out->cell_width_px = width;
	out->cell_height_px = height;
	out->colors = app->line_is_slow ? COLORS_SLOW : COLORS_STRIP;
	if (pixels && caps->registers && caps->registers < out->colors)
		out->colors = caps->registers;
	if (caps->graphics == GRAPHICS_BLOCKS16)
		out->colors = caps->colors;
	out->whole_bands = caps->whole_bands;
	memcpy(out->background, caps->background, sizeof(out->background));
}

const struct picture *list_row(const struct app *app, const struct list *list, int row, int owner,
			       struct session_face *const *faces, int count, int places,
			       const struct picture_options *options)
{
	struct picture_options blocks = *options;
	const struct picture *beyond, *picture = NULL;

	if (!list->few_pictures)
		return strips_row(app->strips, owner, faces, count, places, options);
	/* Of all rows, so that they are there when the cursor comes, or has gone. */
	blocks.graphics = app->caps.blocks;
	blocks.colors = app->caps.colors;
	beyond = strips_row(app->strips, owner, faces, count, places, &blocks);
	if (row >= list->pictures && row < list->pictures + app->caps.pictures_max)
		picture = strips_row(app->strips, owner, faces, count, places, options);
	return picture ? picture : beyond;
}

const char *no_faces_text(const struct app *app)
{
	if (app->looking)
		return "no faces yet";
	return app->session->image_count ? "no face was found in these photos"
					 : "there are no photos here";
}

const char *no_groups_text(const struct app *app)
{
	if (!app->session->totals.faces)
		return no_faces_text(app);
	if (!session_open_faces(app->session) && !grouping_busy(app->grouping))
		return "every face is in a named group or set aside: u undoes";
	return "clustering ...";
}

char *path_for_screen(const struct app *app, const char *path)
{
	const char *root = app->config->path_count == 1 ? app->config->paths[0] : "";
	size_t len = strlen(root);

	if (len && !strncmp(path, root, len) && path[len] == '/')
		path += len + 1;
	return quote_new(path);
}
