/* measures: for each of the eight the faces with the least, the middle and the most of it. */
#include "lookalike/cluster/reliability.h"
#include "lookalike/ui/view.h"

#include <stdlib.h>

#define WORDS_COLS 40
#define ROWS_LEAST 4
#define ROWS_MOST  9

/* Whose picture a row is: numbers that the groups do not use. */
#define OWNER_FIRST (-2)

static void draw_words(struct app *app, struct rect row, enum measure m, bool cursor)
{
	struct session_face *const *faces = app->grouping->extremes[m];
	const double *r = app->session->reliability;
	double weights[MEASURE_COUNT];

	reliability_weights(r, weights);
	grid_text(&app->grid, row.row, row.col, 2, STYLE_BOLD,
		  cursor ? (grid_is_ascii() ? ">" : "❯") : " ");
	grid_text(&app->grid, row.row, row.col + 2, row.cols - 2, cursor ? STYLE_BOLD : STYLE_PLAIN,
		  measure_name(m));
	grid_printf(&app->grid, row.row + 1, row.col + 4, row.cols - 4, STYLE_PLAIN, "%s to %s",
		    trait_words(m, -1), trait_words(m, 1));
	grid_printf(&app->grid, row.row + 2, row.col + 4, row.cols - 4, STYLE_PLAIN,
		    "%.4f  %.4f  %.4f", faces[0]->measures[m], faces[1]->measures[m],
		    faces[2]->measures[m]);
	grid_printf(&app->grid, row.row + 3, row.col + 4, row.cols - 4, STYLE_DIM,
		    "repeats %.2f, weight %.2f%s", r[m], weights[m],
		    reliability_is_noise(r[m]) ? ": mostly noise" : "");
}

static void draw_faces(struct app *app, struct rect row, enum measure m)
{
	struct session_face *const *faces = app->grouping->extremes[m];
	struct picture_options options;
	const struct picture *picture;

	if (app->caps.graphics == GRAPHICS_NONE) {
		for (int i = 0; i < EXTREMES; i++) {
			char *path = path_for_screen(app, faces[i]->image->path);

			grid_text(&app->grid, row.row + i, row.col, row.cols, STYLE_PLAIN, path);
			free(path);
		}
		return;
	}
	picture_options_for(app, row.rows - 1, &options);
	picture = strips_row(app->strips, OWNER_FIRST - (int)m, faces, EXTREMES, EXTREMES,
			     &options);
	if (picture && EXTREMES * (options.thumb_cols + options.gap_cols) <= row.cols)
		grid_picture(&app->grid, row.row, row.col, picture);
}

static int rows_of(int area_rows)
{
	int rows = area_rows / MEASURE_COUNT;

	return rows < ROWS_LEAST ? ROWS_LEAST : rows > ROWS_MOST ? ROWS_MOST : rows;
}

static void draw(struct app *app, struct rect area)
{
	int rows = rows_of(area.rows), shown = area.rows / rows;

	if (!app->grouping->k) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  app->session->totals.faces ? "clustering ..." : "no faces yet");
		return;
	}
	list_scroll(&app->measures, MEASURE_COUNT, shown, 1);
	for (int i = 0; i < shown && app->measures.top + i < MEASURE_COUNT; i++) {
		int m = app->measures.top + i;
		struct rect row = {area.row + i * rows, area.col, rows, WORDS_COLS};
		struct rect rest = {row.row, area.col + WORDS_COLS, rows, area.cols - WORDS_COLS};

		draw_words(app, row, (enum measure)m, m == app->measures.cursor);
		draw_faces(app, rest, (enum measure)m);
	}
}

static bool act(struct app *app, enum action action, int count)
{
	int shown = (app->grid.rows - 6) / rows_of(app->grid.rows - 6);

	if (action == ACTION_BACK) {
		app_show(app, VIEW_CLUSTERS);
		return true;
	}
	return list_act(&app->measures, action, count, MEASURE_COUNT, 1, shown > 0 ? shown : 1);
}

const struct view view_measures = {
	.name = "measures",
	.hints = "j k move  q groups  z scale  Tab view  ? help",
	.draw = draw,
	.act = act,
};
