/*
 * measures: for each of the eight the faces with the least, the middle and the most of it, and how
 * much say it has. A change groups anew at once; the first line tells what became of the groups.
 */
#include "lookalike/cluster/reliability.h"
#include "lookalike/ui/view.h"

#include <stdlib.h>

#define WORDS_COLS 40
#define AT_COLS    8 /* " 1 of 8" */
#define ROWS_LEAST 4
#define ROWS_MOST  9

/* Whose picture a row is: numbers that the groups do not use. */
#define OWNER_FIRST (-2)

/* "x 2", "x 1/2", "off"; nothing for a measure that is as the scale has it. */
static void say_text(const struct emphasis *e, enum measure m, char *out, size_t size)
{
	int steps = e->steps[m];

	if (steps <= EMPHASIS_OFF)
		snprintf(out, size, "off");
	else if (steps < 0)
		snprintf(out, size, "x 1/%d", 1 << -steps);
	else if (steps > 0)
		snprintf(out, size, "x %d", 1 << steps);
	else
		*out = '\0';
}

/* How well it repeats, and what it weighs by that and by what the person says. */
static void draw_weight(struct app *app, struct rect row, enum measure m)
{
	const struct grouping_options *o = &app->grouping->options;
	double weights[MEASURE_COUNT], r = app->session->reliability[m];
	double by = emphasis_factor(&o->emphasis, m);
	const char *noise = reliability_is_noise(r) ? ": noise" : "";

	reliability_weights(app->session->reliability, weights);
	if (o->scale == SCALE_NONE)
		grid_printf(&app->grid, row.row, row.col, row.cols, STYLE_DIM,
			    "repeats %.2f, not scaled%s", r, noise);
	else
		grid_printf(&app->grid, row.row, row.col, row.cols, STYLE_DIM,
			    "repeats %.2f, weight %.2f%s", r,
			    o->scale == SCALE_RELIABILITY ? by * weights[m] : by, noise);
}

static void draw_words(struct app *app, struct rect row, enum measure m, bool cursor)
{
	const struct emphasis *e = &app->grouping->options.emphasis;
	struct session_face *const *faces = grouping_extremes(app->grouping, m);
	bool counts = emphasis_factor(e, m) > 0;
	struct style style = cursor ? STYLE_BOLD : counts ? STYLE_PLAIN : STYLE_DIM;
	char say[16];

	say_text(e, m, say, sizeof(say));
	grid_text(&app->grid, row.row, row.col, 2, STYLE_BOLD,
		  cursor ? (grid_is_ascii() ? ">" : "❯") : " ");
	grid_printf(&app->grid, row.row, row.col + 2, row.cols - 3, style, "[%c] %-22s %s",
		    counts ? 'x' : ' ', measure_name(m), say);
	grid_printf(&app->grid, row.row + 1, row.col + 6, row.cols - 7, STYLE_PLAIN, "%s to %s",
		    trait_words(m, -1), trait_words(m, 1));
	grid_printf(&app->grid, row.row + 2, row.col + 6, row.cols - 7, STYLE_PLAIN,
		    "%.4f  %.4f  %.4f", faces[0]->measures[m], faces[1]->measures[m],
		    faces[2]->measures[m]);
	draw_weight(app, (struct rect){row.row + 3, row.col + 6, 1, row.cols - 7}, m);
}

/* What became of the groups: "3 groups: 33 low brows, 28 wide-set eyes, 19". */
static void draw_groups(struct app *app, struct rect area)
{
	const struct grouping *g = app->grouping;
	int col = area.col + 2;

	col += grid_printf(&app->grid, area.row, col, area.cols - 2, STYLE_BOLD,
			   "%d group%s:", g->k, g->k == 1 ? "" : "s");
	for (int i = 0; i < g->k && col < area.cols - 1; i++) {
		const struct group *group = &g->groups[i];
		const struct trait *first = group->trait_count ? &group->traits[0] : NULL;

		if (group->size)
			col += grid_printf(&app->grid, area.row, col, area.cols - col - 1,
					   STYLE_PLAIN, " %d%s%s%s", group->size, first ? " " : "",
					   first ? trait_words(first->measure, first->z) : "",
					   i + 1 < g->k ? "," : "");
	}
}

static void draw_faces(struct app *app, struct rect row, enum measure m)
{
	struct session_face *const *faces = grouping_extremes(app->grouping, m);
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
	int rows = rows_of(area.rows - 1), shown = (area.rows - 1) / rows;

	if (!app->grouping->k) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  no_groups_text(app));
		return;
	}
	app->beside = (struct rect){area.row, area.col, area.rows, WORDS_COLS};
	list_scroll(&app->measures, MEASURE_COUNT, shown > 0 ? shown : 1, 1);
	/* Where they are not all there, which one this is. */
	if (shown < MEASURE_COUNT)
		grid_printf(&app->grid, area.row, area.col + area.cols - AT_COLS, AT_COLS,
			    STYLE_PLAIN, " %d of %d", app->measures.cursor + 1, MEASURE_COUNT);
	draw_groups(app, (struct rect){area.row, area.col, 1,
				       area.cols - (shown < MEASURE_COUNT ? AT_COLS : 0)});
	area.row++;
	for (int i = 0; i < shown && app->measures.top + i < MEASURE_COUNT; i++) {
		int m = app->measures.top + i;
		struct rect row = {area.row + i * rows, area.col, rows, WORDS_COLS};
		struct rect rest = {row.row, area.col + WORDS_COLS, rows, area.cols - WORDS_COLS};

		draw_words(app, row, (enum measure)m, m == app->measures.cursor);
		app_hit(app, (struct rect){row.row, area.col, row.rows, area.cols},
			&app->measures.cursor, m);
		draw_faces(app, rest, (enum measure)m);
	}
}

/* Change the say of the measure under the cursor; true if the action was one that does. */
static bool change(struct app *app, enum action action, int count)
{
	struct emphasis e = app->grouping->options.emphasis;
	enum measure at = (enum measure)app->measures.cursor;
	int steps = count ? count : 1;

	switch (action) {
	case ACTION_MARK:
		if (e.steps[at] == EMPHASIS_OFF)
			e.steps[at] = 0;
		else
			e.steps[at] = EMPHASIS_OFF;
		break;
	case ACTION_RIGHT:
		emphasis_add(&e, at, steps);
		break;
	case ACTION_LEFT:
		emphasis_add(&e, at, -steps);
		break;
	case ACTION_RANGE:
		emphasis_alone(&e, at);
		break;
	case ACTION_UNMARK:
		e = (struct emphasis){0};
		break;
	default:
		return false;
	}
	if (app->grouping->options.features == FEATURES_NEURAL)
		app_message(app, "neural mode compares embeddings, not measures; f goes to "
				 "geometry");
	else if (!emphasis_count(&e))
		app_message(app, "one measure has to count; U lets all count");
	else
		app_emphasize(app, &e);
	return true;
}

static bool act(struct app *app, enum action action, int count)
{
	int rows = app->grid.rows - 7, shown = rows / rows_of(rows);

	if (action == ACTION_BACK) {
		app_show(app, VIEW_CLUSTERS);
		return true;
	}
	return change(app, action, count) ||
	       list_act(&app->measures, action, count, MEASURE_COUNT, 1, shown > 0 ? shown : 1);
}

const struct view view_measures = {
	.name = "measures",
	.hints = "Space on, off  h l weight  v this alone  U reset  z scale  q groups  ? help",
	.draw = draw,
	.act = act,
};
