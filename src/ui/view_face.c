/* One face large, with its 68 points, and its eight measures against the collection. */
#include "lookalike/cluster/reliability.h"
#include "lookalike/ui/large.h"
#include "lookalike/ui/photo.h"
#include "lookalike/ui/view.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <math.h>
#include <stdlib.h>

/* The lines beside the picture. */
#define FACTS_ROWS    6
#define MEASURES_ROWS (1 + MEASURE_COUNT) /* a heading first */
#define EXTREMES_ROWS (1 + MEASURE_COUNT)
#define NAMES_ROWS    2 /* of the nearest faces, without pictures */
#define NEAR_BELOW    (FACTS_ROWS + MEASURES_ROWS)
#define TEXT_ROWS     (NEAR_BELOW + NAMES_ROWS + EXTREMES_ROWS)

#define PHOTO_ROWS    5   /* below the face, for the photo it is in */
#define COLORS_LARGE  256 /* one picture alone on the screen can have them all */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The faces with the least, the median and the most; of equal ones the first. */
static void find_extremes(const struct session *s, int measure, struct spread *out)
{
	const double wanted[EXTREMES] = {out->least, out->median, out->most};
	double best[EXTREMES] = {INFINITY, INFINITY, INFINITY};

	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			const struct session_face *face = &s->images[i]->faces[j];

			for (int e = 0; e < EXTREMES; e++) {
				double by = fabs(face->measures[measure] - wanted[e]);

				if (by >= best[e])
					continue;
				best[e] = by;
				out->faces[e] = face;
			}
		}
	}
}

static void find_spread(const struct session *s, int measure, double *values, struct spread *out)
{
	double sum = 0, squares = 0;
	int n = 0;

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			sum += values[n++] = s->images[i]->faces[j].measures[measure];
	*out = (struct spread){0};
	if (!n)
		return;
	qsort(values, (size_t)n, sizeof(*values), compare);
	out->mean = sum / n;
	for (int i = 0; i < n; i++)
		squares += (values[i] - out->mean) * (values[i] - out->mean);
	out->sd = sqrt(squares / n);
	out->least = values[0];
	out->most = values[n - 1];
	out->median = (values[(n - 1) / 2] + values[n / 2]) / 2;
	find_extremes(s, measure, out);
}

/*
 * Found once for a collection: all faces are sorted by each measure, which takes longer than a key
 * may wait. Until then those of before are shown; false when there are none yet.
 */
static bool find_spreads(struct app *app)
{
	const struct session *s = app->session;
	double *values;

	if (app->spreads_version == s->version)
		return true;
	if (app->hurried) {
		app->later = true;
		return app->spreads_version != 0;
	}
	values = memory_new(((size_t)s->totals.faces + 1) * sizeof(*values));
	for (int m = 0; m < MEASURE_COUNT; m++)
		find_spread(s, m, values, &app->spreads[m]);
	free(values);
	app->spreads_version = s->version;
	return true;
}

/* Where the face lies between the collection's least, median and most: "[---|--#--]". */
static void draw_bar(struct app *app, int row, int col, int cols, const struct spread *sp,
		     double value)
{
	double range = sp->most - sp->least;
	uint32_t line = grid_is_ascii() ? '-' : 0x2500, median = grid_is_ascii() ? '|' : 0x253c,
		 mark = grid_is_ascii() ? '#' : 0x25cf;

	if (cols < 5 || range <= 0)
		return;
	grid_fill(&app->grid, (struct rect){row, col, 1, cols}, STYLE_DIM, line);
	grid_fill(&app->grid, (struct rect){row, col, 1, 1}, STYLE_DIM,
		  grid_is_ascii() ? '[' : 0x251c);
	grid_fill(&app->grid, (struct rect){row, col + cols - 1, 1, 1}, STYLE_DIM,
		  grid_is_ascii() ? ']' : 0x2524);
	grid_fill(&app->grid,
		  (struct rect){row,
				col + (int)((sp->median - sp->least) / range * (cols - 1) + 0.5), 1,
				1},
		  STYLE_DIM, median);
	grid_fill(&app->grid,
		  (struct rect){row, col + (int)((value - sp->least) / range * (cols - 1) + 0.5), 1,
				1},
		  STYLE_BOLD, mark);
}

static void draw_measures(struct app *app, struct rect area)
{
	int bar = area.cols < 60 ? area.cols - 38 : area.cols - 54;

	if (bar > 30)
		bar = 30;
	if (area.rows < 2 || !find_spreads(app))
		return;
	grid_text(&app->grid, area.row, area.col, area.cols, STYLE_DIM,
		  bar > 12 ? "measure                 value    sd  min median max"
			   : "measure                 value    sd");
	for (int m = 0; m < MEASURE_COUNT && m + 1 < area.rows; m++) {
		struct spread sp = app->spreads[m];
		double value = app->face->measures[m],
		       z = sp.sd > 0 ? (value - sp.mean) / sp.sd : 0;
		int row = area.row + 1 + m, words = area.col + 37 + bar + 2;

		grid_printf(&app->grid, row, area.col, 36, STYLE_PLAIN, "%-21s %8.4f  %+4.1f",
			    measure_name(m), value, z);
		draw_bar(app, row, area.col + 37, bar, &sp, value);
		if (fabs(z) >= 0.5)
			words += grid_text(&app->grid, row, words, area.col + area.cols - words,
					   STYLE_PLAIN, trait_words(m, z)) +
				 1;
		if (reliability_is_noise(app->session->reliability[m]))
			grid_text(&app->grid, row, words, area.col + area.cols - words, STYLE_DIM,
				  "(mostly noise)");
	}
}

/* By name: w shows their pictures. */
static void draw_extremes(struct app *app, struct rect area)
{
	int name = 22, cols = (area.cols - name) / EXTREMES;

	if (area.rows < 2 || !find_spreads(app))
		return;
	grid_text(&app->grid, area.row, area.col, name + cols, STYLE_DIM, "w shows these faces:");
	for (int e = 0; e < EXTREMES; e++) {
		static const char *const heads[EXTREMES] = {"least", "median", "most"};

		grid_text(&app->grid, area.row, area.col + name + e * cols, cols - 1, STYLE_DIM,
			  heads[e]);
	}
	for (int m = 0; m < MEASURE_COUNT && m + 1 < area.rows; m++) {
		int row = area.row + 1 + m;

		grid_text(&app->grid, row, area.col, name - 1, STYLE_PLAIN, measure_name(m));
		for (int e = 0; e < EXTREMES; e++) {
			const struct session_face *face = app->spreads[m].faces[e];
			struct rect place = {row, area.col + name + e * cols, 1, cols - 1};
			char *path = path_for_screen(app, face ? face->image->path : "");

			draw_tail(&app->grid, place, path,
				  face == app->face ? STYLE_BOLD : STYLE_PLAIN);
			free(path);
		}
	}
}

/* Which group the face is in, and by whom. */
static void draw_group(struct app *app, struct rect row)
{
	const struct session_face *face = app->face;
	const struct grouping *g = app->grouping;

	if (face->assigned >= 0) {
		char *name = quote_new(app->session->named[face->assigned].name);

		grid_printf(&app->grid, row.row, row.col, row.cols, STYLE_PLAIN, "in %s %s",
			    grid_is_ascii() ? "*" : "★", name);
		free(name);
	} else if (face->assigned == FACE_ASIDE) {
		grid_text(&app->grid, row.row, row.col, row.cols, STYLE_PLAIN, "set aside");
	} else if (face->group >= 0 && face->group < g->k) {
		grid_printf(&app->grid, row.row, row.col, row.cols, STYLE_PLAIN,
			    "group %d of %d, %.2f from its centre", g->groups[face->group].number,
			    g->k, (double)face->distance);
	}
}

static void draw_facts(struct app *app, struct rect area)
{
	const struct session_face *face = app->face;
	const struct session_image *image = face->image;
	char *path = path_for_screen(app, image->path);
	int seen;

	grid_text(&app->grid, area.row, area.col, area.cols, STYLE_BOLD, path);
	seen = grid_printf(&app->grid, area.row + 1, area.col, area.cols, STYLE_PLAIN,
			   "face %d of %d in a photo of %d x %d", face->position + 1,
			   image->face_count, image->width_px, image->height_px);
	if (image->seen_count)
		grid_printf(&app->grid, area.row + 1, area.col + seen, area.cols - seen,
			    STYLE_PLAIN, "; %d only seen", image->seen_count);
	grid_printf(&app->grid, area.row + 2, area.col, area.cols, STYLE_PLAIN,
		    "%.0f x %.0f pixels at %.0f, %.0f; detector score %.2f", face->box.width,
		    face->box.height, face->box.x, face->box.y, face->score);
	/* Plus zero: there is no -0. */
	grid_printf(&app->grid, area.row + 3, area.col, area.cols, STYLE_PLAIN,
		    "tilted by %+.0f, turned by %+.0f degrees%s", nearbyint(face->roll_deg) + 0.0,
		    nearbyint(face->yaw_deg) + 0.0,
		    fabsf(face->yaw_deg) > YAW_TURNED_DEG ? ": its widths mean little" : "");
	draw_group(app, (struct rect){area.row + 4, area.col, 1, area.cols});
	if (area.rows > 5)
		grid_printf(&app->grid, area.row + 5, area.col, area.cols, STYLE_PLAIN,
			    "%s, %.0f kB; %s", format_name(image->format),
			    (double)image->size_bytes / 1000, verdict_name(image->verdict));
	free(path);
}

/*
 * Found once for a face: all others are compared with it. That takes longer than a key may wait, so
 * it is not done before the key is answered; false when it was not.
 */
static bool find_near(struct app *app)
{
	if (app->near_of == app->face && app->near_session == app->session->version &&
	    app->near_grouping == app->grouping->version)
		return true;
	if (app->hurried) {
		app->later = true;
		return false;
	}
	for (int f = 0; f < 2; f++) {
		struct grouping_options by = app_options(app, (enum features)f);

		app->near_counts[f] = nearest_find(app->session, &by, app->face, app->near[f],
						   NEAR_MAX);
	}
	app->near_of = app->face;
	app->near_session = app->session->version;
	app->near_grouping = app->grouping->version;
	return true;
}

/* The names of the nearest faces, each with its distance, as many as there is room for. */
static void draw_near_names(struct app *app, struct rect row, enum features features)
{
	int col = row.col, end = row.col + row.cols;

	col += grid_printf(&app->grid, row.row, col, row.cols, STYLE_DIM, "%-9s",
			   features_name(features));
	if (!app->near_counts[features])
		grid_text(&app->grid, row.row, col, end - col, STYLE_DIM, "nothing to compare");
	for (int i = 0; i < app->near_counts[features]; i++) {
		const struct nearest *near = &app->near[features][i];
		char *path = path_for_screen(app, near->face->image->path), text[512];

		snprintf(text, sizeof(text), "%.2f %s  ", near->distance, path);
		free(path);
		if (i && grid_text_width(text) - 2 > end - col)
			return;
		col += grid_text(&app->grid, row.row, col, end - col, STYLE_PLAIN, text);
	}
}

/* Whose picture they are: numbers that groups and measures do not use. */
#define OWNER_NEAR (-20)
#define NEAR_ROWS  5 /* the least for a line of words and pictures under it */
#define NEAR_CELLS 8 /* the same where pictures are made of cells */

/* The faces most like this one, in both modes; pictures of them where there is room. */
static void draw_near(struct app *app, struct rect area)
{
	int rows = area.rows / 2 < 8 ? area.rows / 2 : 8;

	if (area.rows < 2 || !find_near(app))
		return;
	for (int f = 0; f < 2; f++) {
		struct rect row = {area.row + f * rows, area.col, rows, area.cols};
		struct session_face *faces[NEAR_MAX];
		struct picture_options options;
		const struct picture *picture;
		int count = app->near_counts[f], places;

		draw_near_names(app, row, (enum features)f);
		if (rows < NEAR_ROWS || app->caps.graphics == GRAPHICS_NONE || !count)
			continue;
		picture_options_for(app, rows - 2, &options);
		places = row.cols / (options.thumb_cols + options.gap_cols);
		for (int i = 0; i < count; i++)
			faces[i] = (struct session_face *)app->near[f][i].face;
		if (places > count)
			places = count;
		picture = places ? strips_row(app->strips, OWNER_NEAR - f, faces, count, places,
					      &options)
				 : NULL;
		if (picture)
			grid_picture(&app->grid, row.row + 1, row.col, picture);
	}
}

static const struct picture *face_picture(struct app *app, const struct picture_options *options)
{
	const struct face *stored = strips_stored(app->strips, app->face);
	int width = options->thumb_cols * options->cell_width_px;
	int height = options->thumb_rows * options->cell_height_px;
	int side = width < height ? width : height;
	const struct picture *picture = NULL;
	const struct image *large = NULL;
	struct frame frame;

	/* Characters show no more than the thumbnail has. */
	if (stored && graphics_has_pixels(options->graphics) && side > THUMB_PX) {
		frame_of_face(stored->landmarks, &frame);
		large = large_want(app->large, app->face->image, &frame, side);
	}
	if (large)
		picture = strips_face(app->strips, app->face, large, options);
	return picture ? picture : strips_face(app->strips, app->face, NULL, options);
}

/* The face, as large as leaves the words their room; returns the rows it took. */
static int draw_face(struct app *app, struct rect area, int words_cols, int *cols)
{
	struct picture_options options;
	const struct picture *picture;
	int rows = area.rows < 3 * PHOTO_ROWS ? area.rows : area.rows - PHOTO_ROWS;

	picture_options_for(app, rows, &options);
	while (rows > 4 &&
	       (options.thumb_cols > area.cols - words_cols ||
		(graphics_has_pixels(options.graphics) &&
		 (options.thumb_cols * options.cell_width_px > app->caps.picture_max_width_px ||
		  rows * options.cell_height_px > app->caps.picture_max_height_px))))
		picture_options_for(app, --rows, &options);
	options.colors = COLORS_LARGE;
	if (app->caps.registers && app->caps.registers < COLORS_LARGE)
		options.colors = app->caps.registers;
	picture = face_picture(app, &options);
	if (picture)
		grid_picture(&app->grid, area.row, area.col, picture);
	*cols = options.thumb_cols;
	return rows;
}

/* Where the face is in its photo, with the boxes of all faces there. */
static void draw_photo(struct app *app, struct rect area)
{
	const struct photo_view v = {.image = app->face->image,
				     .face = app->face,
				     .large = app->photo.large};
	const struct picture *picture;

	if (area.rows < PHOTO_ROWS - 1)
		return;
	picture = photo_picture(app, &v, &area);
	if (picture)
		grid_picture(&app->grid, area.row, area.col + (area.cols - picture->cols) / 2,
			     picture);
	else if (large_problem(v.large))
		grid_printf(&app->grid, area.row, area.col, area.cols, STYLE_DIM, "no photo: %s",
			    large_problem(v.large));
	else
		grid_text(&app->grid, area.row, area.col, area.cols, STYLE_DIM,
			  "reading the photo");
}

/* All lines of words, of which there is room for some: those from face_top on. */
static void draw_scrolled(struct app *app, struct rect area)
{
	struct grid screen = app->grid;

	grid_init(&app->grid, TEXT_ROWS, area.cols);
	draw_facts(app, (struct rect){0, 0, FACTS_ROWS, area.cols});
	draw_measures(app, (struct rect){FACTS_ROWS, 0, MEASURES_ROWS, area.cols});
	draw_near(app, (struct rect){NEAR_BELOW, 0, NAMES_ROWS, area.cols});
	draw_extremes(app, (struct rect){NEAR_BELOW + NAMES_ROWS, 0, EXTREMES_ROWS, area.cols});
	grid_paste(&screen, area, &app->grid, app->face_top);
	grid_done(&app->grid);
	app->grid = screen;
}

/* Whether all there is to say of a face fits beside it, with pictures of the nearest ones. */
static bool all_fits(const struct app *app, int rows)
{
	int near = graphics_has_pixels(app->caps.graphics) ? NEAR_ROWS : NEAR_CELLS;

	return rows >= NEAR_BELOW + EXTREMES_ROWS + 2 * near;
}

static void draw_words(struct app *app, struct rect area)
{
	int near = NEAR_BELOW;

	if (all_fits(app, area.rows))
		app->face_top = 0;
	if (app->face_top || area.rows < NEAR_BELOW + NAMES_ROWS) {
		draw_scrolled(app, area);
		return;
	}
	draw_facts(app, (struct rect){area.row, area.col, FACTS_ROWS, area.cols});
	draw_measures(app,
		      (struct rect){area.row + FACTS_ROWS, area.col, MEASURES_ROWS, area.cols});
	if (all_fits(app, area.rows)) {
		draw_extremes(app,
			      (struct rect){area.row + near, area.col, EXTREMES_ROWS, area.cols});
		near += EXTREMES_ROWS;
	} else if (area.rows > NEAR_BELOW + NAMES_ROWS) {
		grid_text(&app->grid, area.row + --area.rows, area.col, area.cols, STYLE_DIM,
			  "PgDn: the faces with the least and most of each");
	}
	draw_near(app, (struct rect){area.row + near, area.col, area.rows - near, area.cols});
}

static void draw(struct app *app, struct rect area)
{
	int rows, cols, words_cols = area.cols < 100 ? 54 : 70;

	if (!app->face || app->face->gone) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  "this photo has changed; q goes back");
		return;
	}
	if (app->caps.graphics != GRAPHICS_NONE) {
		rows = draw_face(app, area, words_cols, &cols);
		draw_photo(app, (struct rect){area.row + rows, area.col, area.rows - rows, cols});
		area.col += cols + 2;
		area.cols -= cols + 2;
	}
	draw_words(app, area);
}

/* To another face of the photo, or to the next photo of the list that has one that passes. */
static void go_in_images(struct app *app, int by)
{
	int count, step = by > 0 ? 1 : -1;
	struct session_image *const *images = app_images(app, &count);
	const struct session_face *face = app->face;
	int at = app->images.cursor, position = face->position;

	while (at >= 0 && at < count && by) {
		position += step;
		if (position < 0 || position >= images[at]->face_count) {
			at += step;
			position = step > 0 || at < 0 ? -1 : images[at]->face_count;
			continue;
		}
		if (filter_face(app->filter, app->session, &images[at]->faces[position])) {
			app->face = &images[at]->faces[position];
			app->images.cursor = at;
			app->image_at = images[at];
			by -= step;
		}
	}
}

/*
 * The face `by` places further: within its group, or from the list of photos that it was opened
 * from. When a decision has taken it out of the group, the face that came to its place is the next
 * one.
 */
static void go(struct app *app, int by)
{
	const struct roster_entry *entry = app_opened(app);
	const struct session_face *face = app->face;
	int at;

	if (app->below == VIEW_IMAGES) {
		go_in_images(app, by);
		return;
	}
	if (!entry)
		return;
	at = roster_find_face(entry, face);
	if (at >= 0)
		at += by;
	else
		at = app->faces.cursor + (by > 0 ? by - 1 : by);
	if (at >= 0 && at < entry->size) {
		app->face = entry->faces[at];
		app->faces.cursor = at;
	}
}

/* By pages, until the last line is there. */
static void scroll(struct app *app, int pages)
{
	int rows = app->grid.rows - 6, top = app->face_top + pages * rows;

	if (top > TEXT_ROWS - rows)
		top = TEXT_ROWS - rows;
	app->face_top = top > 0 && !all_fits(app, rows) ? top : 0;
}

static bool act(struct app *app, enum action action, int count)
{
	int step = count ? count : 1;

	if (action == ACTION_BACK) {
		app_show(app, app->below);
		return true;
	}
	if (!app->face || app->face->gone)
		return false;
	switch (action) {
	case ACTION_LEFT:
	case ACTION_UP:
		go(app, -step);
		return true;
	case ACTION_RIGHT:
	case ACTION_DOWN:
		go(app, step);
		return true;
	case ACTION_PAGE_DOWN:
	case ACTION_HALF_DOWN:
		scroll(app, step);
		return true;
	case ACTION_PAGE_UP:
	case ACTION_HALF_UP:
		scroll(app, -step);
		return true;
	default:
		return false;
	}
}

const struct view view_face = {
	.name = "face",
	.hints = "h l faces  PgDn more  a assign  x aside  o photo  c copy path  q back  ? help",
	.draw = draw,
	.act = act,
};
