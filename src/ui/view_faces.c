/* faces: all faces of one group, nearest to the centre first. */
#include "lookalike/ui/view.h"

#include "lookalike/base/quote.h"
#include "lookalike/review/contrast.h"

#include <stdlib.h>
#include <string.h>

struct layout {
	struct picture_options options;
	int columns, lines; /* of faces */
	int rows;           /* of cells a line of faces takes, caption and all */
};

/* The layout with thumbnails of so many rows; 0 for names alone. */
static struct layout layout_with(const struct app *app, struct rect area, int thumb_rows)
{
	bool sixel = app->caps.graphics == GRAPHICS_SIXEL;
	struct layout l = {0};
	int strip_px;

	picture_options_for(app, thumb_rows, &l.options);
	if (!thumb_rows)
		l.options.thumb_cols = 24;
	l.columns = area.cols / (l.options.thumb_cols + l.options.gap_cols);
	strip_px = (l.options.thumb_cols + l.options.gap_cols) * l.options.cell_width_px;
	if (sixel && l.columns > app->caps.sixel_max_width_px / strip_px)
		l.columns = app->caps.sixel_max_width_px / strip_px;
	if (l.columns > STRIP_FACES_MAX)
		l.columns = STRIP_FACES_MAX;
	if (l.columns < 1)
		l.columns = 1;
	l.rows = thumb_rows + 1;
	l.lines = area.rows / l.rows;
	if (l.lines < 1)
		l.lines = 1;
	return l;
}

/* Thumbnails as large as lets the whole group be seen, between two bounds. */
static struct layout layout_of(const struct app *app, struct rect area, int faces)
{
	bool sixel = app->caps.graphics == GRAPHICS_SIXEL;
	int least = sixel ? 5 : 8, most = sixel ? 9 : 12;
	struct layout l;

	if (app->caps.graphics == GRAPHICS_NONE)
		return layout_with(app, area, 0);
	/* No more strips than a terminal keeps alive. */
	if (sixel && least < area.rows / GRID_PICTURES_MAX)
		least = area.rows / GRID_PICTURES_MAX;
	if (least + 1 > area.rows)
		least = area.rows > 1 ? area.rows - 1 : 1;
	for (int rows = most; rows > least; rows--) {
		l = layout_with(app, area, rows);
		if (rows + 1 <= area.rows && l.columns * l.lines >= faces)
			return l;
	}
	return layout_with(app, area, least);
}

static struct rect below_title(struct rect area)
{
	return (struct rect){area.row + 1, area.col, area.rows - 1, area.cols};
}

/* The end of a name tells more than its beginning. */
static void draw_tail(struct grid *g, struct rect place, const char *name)
{
	int width = grid_text_width(name), cut = 0;
	const char *rest = name;
	uint32_t cp;

	while (*rest && width - cut > place.cols - 1 && width > place.cols) {
		rest += utf8_decode(rest, strlen(rest), &cp);
		cut = width - grid_text_width(rest);
	}
	if (rest != name)
		place.col += grid_text(g, place.row, place.col, 1, STYLE_DIM,
				       grid_is_ascii() ? "~" : "…");
	grid_text(g, place.row, place.col, place.cols - (rest != name), STYLE_PLAIN, rest);
}

static void draw_line(struct app *app, struct rect area, const struct layout *l,
		      const struct group *group, int first, int row)
{
	int count = group->size - first < l->columns ? group->size - first : l->columns;
	const struct picture *picture = l->options.thumb_rows
						? strips_row(app->strips, 0, group->faces + first,
							     count, l->columns, &l->options)
						: NULL;

	if (picture)
		grid_picture(&app->grid, row, area.col, picture);
	for (int i = 0; i < count; i++) {
		const struct session_face *face = group->faces[first + i];
		char *name = path_for_screen(app, face->image->path);
		int col = area.col + i * (l->options.thumb_cols + l->options.gap_cols);
		struct rect caption = {row + l->rows - 1, col, 1, l->options.thumb_cols};

		draw_tail(&app->grid, caption, name);
		if (first + i == app->faces.cursor)
			grid_style(&app->grid, caption, STYLE_CURSOR);
		free(name);
	}
}

static void draw_title(struct app *app, struct rect area, const struct group *group)
{
	const struct session_face *face = group->faces[app->faces.cursor];
	bool neural = app->grouping->options.features == FEATURES_NEURAL;
	char traits[128], *path = path_for_screen(app, face->image->path);
	int used, compared, strays = contrast_strays(app->grouping, app->group, &compared);
	double distance;
	int nearest = grouping_nearest(app->grouping, group, &distance);

	traits_text(group->traits, group->trait_count, traits, sizeof(traits));
	used = grid_printf(&app->grid, area.row, area.col + 1, area.cols - 2, STYLE_BOLD,
			   "group %d  %d face%s  ", group->number, group->size,
			   group->size == 1 ? "" : "s");
	used += grid_printf(&app->grid, area.row, area.col + 1 + used, area.cols - 2 - used,
			    STYLE_PLAIN, "%s   ", traits);
	used += grid_printf(&app->grid, area.row, area.col + 1 + used, area.cols - 2 - used,
			    STYLE_DIM, "%d/%d %s, %.2f from the centre", app->faces.cursor + 1,
			    group->size, path, (double)face->distance);
	if (nearest)
		used += grid_printf(&app->grid, area.row, area.col + 1 + used, area.cols - 2 - used,
				    STYLE_DIM, "; spread %.2f, nearest group %d at %.2f",
				    group->spread, nearest, distance);
	if (compared)
		grid_printf(&app->grid, area.row, area.col + 1 + used, area.cols - 2 - used,
			    STYLE_PLAIN, "   %d astray in %s", strays,
			    neural ? "geometry" : "neural");
	free(path);
}

static void draw(struct app *app, struct rect area)
{
	const struct grouping *g = app->grouping;
	struct rect body = below_title(area);
	const struct group *group;
	struct layout l;

	if (!g->k) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  app->session->totals.faces ? "clustering ..." : "no faces yet");
		return;
	}
	if (app->group >= g->k)
		app->group = g->k - 1;
	group = &g->groups[app->group];
	l = layout_of(app, body, group->size);
	list_scroll(&app->faces, group->size, l.columns * l.lines, l.columns);
	draw_title(app, area, group);
	for (int line = 0; line < l.lines; line++) {
		int first = app->faces.top + line * l.columns;

		if (first < group->size)
			draw_line(app, body, &l, group, first, body.row + line * l.rows);
	}
}

static bool act(struct app *app, enum action action, int count)
{
	const struct grouping *g = app->grouping;
	struct rect body = {0, 0, app->grid.rows - 7, app->grid.cols};
	const struct group *group;
	struct layout l;

	if (!g->k)
		return false;
	if (app->group >= g->k)
		app->group = g->k - 1;
	group = &g->groups[app->group];
	l = layout_of(app, body, group->size);
	switch (action) {
	case ACTION_OPEN:
		app->face = group->faces[app->faces.cursor];
		app->below = VIEW_FACES;
		app_show(app, VIEW_FACE);
		return true;
	case ACTION_BACK:
		app->clusters.cursor = app->group;
		app_show(app, VIEW_CLUSTERS);
		return true;
	default:
		return list_act(&app->faces, action, count, group->size, l.columns,
				l.columns * l.lines);
	}
}

const struct view view_faces = {
	.name = "faces",
	.hints = "h j k l move  Enter one face  q groups  + - k  Tab view  ? help",
	.draw = draw,
	.act = act,
};
