/* suggest: one question at a time: are these two the same person? */
#include "lookalike/ui/view.h"

#include <stdlib.h>

#define DISTANCE_COLS 42 /* for what a distance means */
#define SIDE_ROWS_MIN 5  /* a label and pictures; lower, the sides stand beside each other */

/* What there is to say in place of a question. */
static const char *nothing_text(const struct app *app)
{
	const struct grouping *g = app->grouping;

	if (!app->session->totals.faces)
		return no_faces_text(app);
	if (!app->session->totals.embedded && !app->session->without_embeddings)
		return "suggestions need embeddings: models/fetch gets the model";
	if (g->options.features != FEATURES_NEURAL)
		return "suggestions are for neural mode: f goes there";
	if (app->search_stopped)
		return "the search was stopped: s searches again";
	if (app->seeking || (!g->k && grouping_busy(g)))
		return "looking for suggestions ...";
	return "nothing to suggest: no more groups are near each other";
}

static void draw_names(struct app *app, struct rect area, struct session_face *const *faces,
		       int count)
{
	for (int i = 0; i < count && i < area.rows; i++) {
		char *path = path_for_screen(app, faces[i]->image->path);

		if (i == area.rows - 1 && count > area.rows)
			grid_printf(&app->grid, area.row + i, area.col, area.cols, STYLE_DIM,
				    "and %d more", count - i);
		else
			grid_text(&app->grid, area.row + i, area.col, area.cols, STYLE_PLAIN, path);
		free(path);
	}
}

static void draw_faces(struct app *app, struct rect area, struct session_face *const *faces,
		       int count)
{
	bool pixels = graphics_has_pixels(app->caps.graphics);
	int most = pixels ? 10 : 13, places, step;
	struct picture_options options;
	const struct picture *picture;

	picture_options_for(app, area.rows < most ? area.rows : most, &options);
	step = options.thumb_cols + options.gap_cols;
	places = (area.cols + options.gap_cols - (count * step > area.cols ? 6 : 0)) / step;
	if (pixels && places > app->caps.picture_max_width_px / (step * options.cell_width_px))
		places = app->caps.picture_max_width_px / (step * options.cell_width_px);
	if (places > STRIP_FACES_MAX)
		places = STRIP_FACES_MAX;
	if (places < 1) {
		draw_names(app, area, faces, count);
		return;
	}
	/* No owner: the faces of the question before would stand under the names of this one. */
	picture = strips_row(app->strips, 0, faces, count, places, &options);
	if (picture)
		grid_picture(&app->grid, area.row, area.col, picture);
	if (places < count)
		grid_printf(&app->grid, area.row, area.col + places * step, 6, STYLE_DIM, "+%d",
			    count - places);
}

static void draw_side(struct app *app, struct rect area, const struct roster_entry *entry,
		      struct session_face *const *faces, int count, bool single)
{
	char title[GROUP_NAME_BYTES_MAX + 16];
	struct rect below = {area.row + 1, area.col, area.rows - 1, area.cols};

	entry_title(entry, title, sizeof(title));
	if (single)
		grid_printf(&app->grid, area.row, area.col, area.cols, STYLE_BOLD, "one face of %s",
			    title);
	else
		grid_printf(&app->grid, area.row, area.col, area.cols, STYLE_BOLD, "%s  %d face%s",
			    title, count, count == 1 ? "" : "s");
	if (below.rows < 1)
		return;
	if (app->caps.graphics == GRAPHICS_NONE)
		draw_names(app, below, faces, count);
	else
		draw_faces(app, below, faces, count);
}

/* How far apart they are, and what that means. */
static void draw_distance(struct app *app, struct rect area, const struct suggestion *s)
{
	double joined = suggest_reach(app->grouping) / SUGGEST_REACH;
	int col = area.col + 1;

	col += grid_printf(&app->grid, area.row, col, area.cols - 2, STYLE_BOLD, "%d of %d",
			   app->questions.cursor + 1, app->questions.open.count);
	col += grid_printf(&app->grid, area.row, col, area.cols - col - 1, STYLE_PLAIN,
			   "  one person?  distance %.2f", s->distance);
	if (area.cols - col > DISTANCE_COLS)
		grid_printf(&app->grid, area.row, col, area.cols - col - 1, STYLE_DIM,
			    "  (joined below %.2f, asked up to %.2f)", joined,
			    joined * SUGGEST_REACH);
}

static void draw(struct app *app, struct rect area)
{
	const struct suggestion *s = questions_at(&app->questions);
	bool neural = app->grouping->options.features == FEATURES_NEURAL;
	int a = s ? roster_find(&app->all, s->a) : -1, b = s ? roster_find(&app->all, s->b) : -1;
	struct rect first = {area.row + 1, area.col + 1, area.rows - 1, area.cols - 2}, second;
	struct session_face *const *faces;
	int count;

	if (!neural || a < 0 || b < 0) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  nothing_text(app));
		return;
	}
	draw_distance(app, area, s);
	if (s->same_photo) {
		char *path = path_for_screen(app, s->same_photo->path);

		grid_printf(&app->grid, first.row, first.col, first.cols, STYLE_MARK,
			    "! both are in one photo: %s", path);
		free(path);
		first.row++;
		first.rows--;
	}
	second = first;
	if (first.rows / 2 >= SIDE_ROWS_MIN) {
		first.rows /= 2;
		second.row += first.rows;
		second.rows = first.rows;
	} else {
		first.cols = (first.cols - 1) / 2;
		second.col += first.cols + 1;
		second.cols -= first.cols + 1;
	}
	faces = suggest_faces(&app->all, s, &count);
	draw_side(app, first, &app->all.entries[a], app->all.entries[a].faces,
		  app->all.entries[a].size, false);
	draw_side(app, second, &app->all.entries[b], faces, count, s->face != NULL);
}

/* All of it is suggesting_act()'s, which has to come before what other views do with these keys. */
static bool act(struct app *app, enum action action, int count)
{
	(void)app;
	(void)action;
	(void)count;
	return false;
}

const struct view view_suggest = {
	.name = "suggestions",
	.hints = "y one person  n two  l later  j k other questions  u undo  q back  ? help",
	.draw = draw,
	.act = act,
};
