/* clusters: a row for each group: its size, what sets it apart, its faces. */
#include "lookalike/ui/view.h"

#include <stdlib.h>

/* The height of a group's row: as many groups at once as pictures stay recognisable. */
static int group_rows(const struct app *app, int area_rows, int k)
{
	bool sixel = app->caps.graphics == GRAPHICS_SIXEL;
	int least = sixel ? 3 : 6, most = sixel ? 7 : 10, rows = area_rows / k;

	if (app->caps.graphics == GRAPHICS_NONE)
		least = most = TRAITS_MAX + 1;
	/* No more pictures than a terminal keeps alive. */
	if (least < (area_rows + GRID_PICTURES_MAX - 1) / GRID_PICTURES_MAX)
		least = (area_rows + GRID_PICTURES_MAX - 1) / GRID_PICTURES_MAX;
	if (rows < least)
		rows = least;
	if (rows > most)
		rows = most;
	return rows < area_rows ? rows : area_rows;
}

static void draw_words(struct app *app, struct rect row, const struct group *group, bool cursor)
{
	struct style plain = {0}, bold = {.attrs = ATTR_BOLD};

	grid_text(&app->grid, row.row, row.col, 2, bold,
		  cursor ? (grid_is_ascii() ? ">" : "❯") : " ");
	grid_printf(&app->grid, row.row, row.col + 2, row.cols - 2, cursor ? bold : plain,
		    "%-3d %5d face%s", group->number, group->size, group->size == 1 ? "" : "s");
	if (!group->trait_count && row.rows > 1)
		grid_text(&app->grid, row.row + 1, row.col + 6, row.cols - 6, STYLE_DIM,
			  "nothing sets it apart");
	for (int i = 0; i < group->trait_count && i + 1 < row.rows; i++)
		grid_printf(&app->grid, row.row + 1 + i, row.col + 6, row.cols - 6, plain,
			    "%s %+.1f", trait_words(group->traits[i].measure, group->traits[i].z),
			    group->traits[i].z);
}

static void draw_faces(struct app *app, struct rect row, const struct group *group)
{
	struct picture_options options;
	const struct picture *picture;
	int places, step, room = row.cols - 6;

	picture_options_for(app, row.rows > 3 ? row.rows - 1 : row.rows, &options);
	step = options.thumb_cols + options.gap_cols;
	places = (room + options.gap_cols) / step;
	if (options.graphics == GRAPHICS_SIXEL &&
	    places > app->caps.sixel_max_width_px / (step * options.cell_width_px))
		places = app->caps.sixel_max_width_px / (step * options.cell_width_px);
	if (places > STRIP_FACES_MAX)
		places = STRIP_FACES_MAX;
	if (places < 1)
		return;
	picture = strips_row(app->strips, group->number, group->faces, group->size, places,
			     &options);
	if (picture)
		grid_picture(&app->grid, row.row, row.col, picture);
	if (places < group->size)
		grid_printf(&app->grid, row.row, row.col + places * step, 6, STYLE_DIM, "+%d",
			    group->size - places);
}

static void draw_names(struct app *app, struct rect row, const struct group *group)
{
	int at = 0;

	for (int i = 0; i < group->size && at < row.cols - 8; i++) {
		char *path = path_for_screen(app, group->faces[i]->image->path);

		at += grid_text(&app->grid, row.row, row.col + at, row.cols - at, STYLE_PLAIN,
				path);
		at += 2;
		free(path);
	}
}

static void draw(struct app *app, struct rect area)
{
	const struct grouping *g = app->grouping;
	int words = area.cols < 100 ? 29 : 36, rows, shown;

	if (!g->k) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  app->session->totals.faces ? "clustering ..." : "no faces yet");
		return;
	}
	rows = group_rows(app, area.rows, g->k);
	shown = area.rows / rows;
	list_scroll(&app->clusters, g->k, shown, 1);
	for (int i = 0; i < shown && app->clusters.top + i < g->k; i++) {
		const struct group *group = &g->groups[app->clusters.top + i];
		struct rect row = {area.row + i * rows, area.col, rows, words};
		struct rect rest = {row.row, area.col + words, rows, area.cols - words};

		draw_words(app, row, group, app->clusters.top + i == app->clusters.cursor);
		if (app->caps.graphics == GRAPHICS_NONE)
			draw_names(app, rest, group);
		else
			draw_faces(app, rest, group);
	}
}

static bool act(struct app *app, enum action action, int count)
{
	const struct grouping *g = app->grouping;
	int page = g->k ? (app->grid.rows - 6) / group_rows(app, app->grid.rows - 6, g->k) : 1;

	if (action == ACTION_OPEN) {
		if (g->k) {
			app->group = app->clusters.cursor;
			app->faces = (struct list){0};
			app_show(app, VIEW_FACES);
		}
		return true;
	}
	return list_act(&app->clusters, action, count, g->k, 1, page > 0 ? page : 1);
}

const struct view view_clusters = {
	.name = "clusters",
	.hints = "j k move  Enter open  + - k  = suggested k  f mode  z scale  Tab view  ? help",
	.draw = draw,
	.act = act,
};
