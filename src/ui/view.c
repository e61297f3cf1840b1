/* Lists, thumbnails' sizes and names on the screen: what several views need. */
#include "lookalike/ui/view.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Per strip: fewer make skins blotchy, more cost bytes on a slow line. */
#define COLORS_STRIP 64

const struct style STYLE_PLAIN = {0};
const struct style STYLE_BOLD = {.attrs = ATTR_BOLD};
const struct style STYLE_DIM = {.attrs = ATTR_DIM};
const struct style STYLE_CURSOR = {.attrs = ATTR_REVERSE};

const struct view *const views[VIEWS_IN_ALL] = {
	[VIEW_IMAGES] = &view_images, [VIEW_ELBOW] = &view_elbow, [VIEW_CLUSTERS] = &view_clusters,
	[VIEW_FACES] = &view_faces,   [VIEW_FACE] = &view_face,   [VIEW_MEASURES] = &view_measures,
};

void app_message(struct app *app, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(app->message, sizeof(app->message), fmt, args);
	va_end(args);
	app->message_new = true;
	app->dirty = true;
}

void app_show(struct app *app, enum view_id view)
{
	app->view = view;
	app->dirty = true;
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

void picture_options_for(const struct app *app, int thumb_rows, struct picture_options *out)
{
	const struct terminal_caps *caps = &app->caps;
	bool sixel = caps->graphics == GRAPHICS_SIXEL;
	int width = sixel ? caps->cell_width_px : 1, height = sixel ? caps->cell_height_px : 2;

	memset(out, 0, sizeof(*out));
	out->graphics = caps->graphics;
	out->thumb_rows = thumb_rows;
	out->thumb_cols = (thumb_rows * height + width - 1) / width;
	out->gap_cols = 1;
	out->cell_width_px = caps->cell_width_px;
	out->cell_height_px = caps->cell_height_px;
	out->colors = COLORS_STRIP;
	if (sixel && caps->registers && caps->registers < out->colors)
		out->colors = caps->registers;
	memcpy(out->background, caps->background, sizeof(out->background));
}

char *path_for_screen(const struct app *app, const char *path)
{
	const char *root = app->config->path_count == 1 ? app->config->paths[0] : "";
	size_t len = strlen(root);

	if (len && !strncmp(path, root, len) && path[len] == '/')
		path += len + 1;
	return quote_new(path);
}
