/* faces: all faces of one group, nearest to the centre first. */
#include "lookalike/ui/marks.h"

#include "lookalike/base/quote.h"
#include "lookalike/review/contrast.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_ROWS 5 /* of a thumbnail */

struct layout {
	struct picture_options options;
	int columns, lines; /* of faces */
	int rows;           /* of cells a line of faces takes, caption and all */
};

/* The layout with thumbnails of so many rows; 0 for names alone. */
static struct layout layout_with(const struct app *app, struct rect area, int thumb_rows)
{
	bool pixels = graphics_has_pixels(app->caps.graphics);
	struct layout l = {0};
	int strip_px;

	picture_options_for(app, thumb_rows, &l.options);
	if (!thumb_rows)
		l.options.thumb_cols = 24;
	l.columns = area.cols / (l.options.thumb_cols + l.options.gap_cols);
	strip_px = (l.options.thumb_cols + l.options.gap_cols) * l.options.cell_width_px;
	if (pixels && l.columns > app->caps.picture_max_width_px / strip_px)
		l.columns = app->caps.picture_max_width_px / strip_px;
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
	bool pixels = graphics_has_pixels(app->caps.graphics);
	int least = pixels ? LEAST_ROWS : 8, most = pixels ? 9 : 12;
	struct layout l;

	if (app->caps.graphics == GRAPHICS_NONE)
		return layout_with(app, area, 0);
	if (least + 1 > area.rows)
		least = area.rows > 1 ? area.rows - 1 : 1;
	for (int rows = most; rows > least; rows--) {
		l = layout_with(app, area, rows);
		if (rows + 1 <= area.rows && l.columns * l.lines >= faces)
			return l;
	}
	l = layout_with(app, area, least);
	/* Two lines of smaller ones show more than one line with room left below. */
	if (l.lines == 1 && area.rows / 2 - 1 >= LEAST_ROWS && area.rows / 2 - 1 < least)
		return layout_with(app, area, area.rows / 2 - 1);
	return l;
}

static struct rect below_title(struct rect area)
{
	return (struct rect){area.row + 1, area.col, area.rows - 1, area.cols};
}

/* The name under a face; a mark stands behind it, in the gap to the next one. */
static void draw_caption(struct app *app, struct rect caption, const struct session_face *face,
			 int index)
{
	char *name = path_for_screen(app, face->image->path);

	draw_tail(&app->grid, caption, name, STYLE_PLAIN);
	free(name);
	if (marks_has(app, index)) {
		struct rect whole = {caption.row, caption.col, 1, caption.cols + 1};

		grid_text(&app->grid, caption.row, caption.col + caption.cols, 1, STYLE_MARK,
			  mark_sign());
		grid_style(&app->grid, whole, STYLE_MARK);
	}
	if (index == app->faces.cursor)
		grid_style(&app->grid, caption, STYLE_CURSOR);
}

/* Whose last picture stays until a decision's new one is there: this line's of this group. */
static int owner_of(const struct roster_entry *entry, int first)
{
	return 1 << 30 | (int)entry->key.kind << 28 | (int)(entry->key.id & 0xfff) << 16 |
	       (first & 0xffff);
}

static void draw_line(struct app *app, struct rect area, const struct layout *l,
		      const struct roster_entry *entry, int first, int row)
{
	int count = entry->size - first < l->columns ? entry->size - first : l->columns;
	const struct picture *picture = NULL;

	if (l->options.thumb_rows)
		picture = list_row(app, &app->faces, first / l->columns, owner_of(entry, first),
				   entry->faces + first, count, l->columns, &l->options);
	if (picture)
		grid_picture(&app->grid, row, area.col, picture);
	for (int i = 0; i < count; i++) {
		int col = area.col + i * (l->options.thumb_cols + l->options.gap_cols);
		struct rect caption = {row + l->rows - 1, col, 1, l->options.thumb_cols};

		draw_caption(app, caption, entry->faces[first + i], first + i);
		app_hit(app, (struct rect){row, col, l->rows, l->options.thumb_cols},
			&app->faces.cursor, first + i);
	}
}

/*
 * It takes all faces to count the strays of a group: once for each grouping, and not before the key
 * is answered; until then nothing is compared.
 */
static int strays_of(struct app *app, const struct group *group, int *compared)
{
	const struct grouping *g = app->grouping;
	struct strays *s = &app->strays;

	if (s->group != group || s->session_version != app->session->version ||
	    s->grouping_version != g->version) {
		enum features other = g->options.features == FEATURES_NEURAL ? FEATURES_GEOMETRY
									     : FEATURES_NEURAL;
		struct grouping_options by = app_options(app, other);

		app->later |= app->hurried;
		*compared = 0;
		if (app->hurried)
			return 0;
		s->count = contrast_strays(g, (int)(group - g->groups), &by, &s->compared);
		s->group = group;
		s->session_version = app->session->version;
		s->grouping_version = g->version;
	}
	*compared = s->compared;
	return s->count;
}

/* Draw a piece of the title if there is room for all of it: half a word says nothing. */
static int draw_piece(struct grid *g, struct rect rest, struct style style, const char *text)
{
	if (grid_text_width(text) > rest.cols)
		return 0;
	return grid_text(g, rest.row, rest.col, rest.cols, style, text);
}

/* Where an open group lies: its centre, the nearest other one, what the other mode would say. */
static void draw_surroundings(struct app *app, struct rect rest, const struct group *group,
			      const struct session_face *face)
{
	const struct grouping *g = app->grouping;
	bool neural = g->options.features == FEATURES_NEURAL;
	int compared, strays = strays_of(app, group, &compared);
	struct style styles[] = {STYLE_DIM, STYLE_DIM, STYLE_PLAIN};
	char pieces[3][64] = {"", "", ""};
	double distance;
	int nearest = grouping_nearest(g, group, &distance);

	snprintf(pieces[0], sizeof(pieces[0]), ", %.2f from the centre", (double)face->distance);
	if (grid_text_width(pieces[0]) > rest.cols)
		snprintf(pieces[0], sizeof(pieces[0]), ", %.2f", (double)face->distance);
	if (nearest)
		snprintf(pieces[1], sizeof(pieces[1]), "; spread %.2f, group %d at %.2f",
			 group->spread, nearest, distance);
	if (compared)
		snprintf(pieces[2], sizeof(pieces[2]), "; %d astray in %s", strays,
			 neural ? "geometry" : "neural");
	for (int i = 0; i < 3; i++) {
		int used = draw_piece(&app->grid, rest, styles[i], pieces[i]);

		rest.col += used;
		rest.cols -= used;
	}
}

/* What sets the group apart, as much of it as leaves the rest its room. */
static int draw_traits(struct app *app, struct rect rest, const struct group *group, int room)
{
	char traits[128];

	for (int count = group->trait_count; count >= 0; count--) {
		if (count == 0 && group->trait_count)
			break;
		traits_text(group->traits, count, traits, sizeof(traits) - 3);
		strcat(traits, "   ");
		if (grid_text_width(traits) <= room)
			return grid_text(&app->grid, rest.row, rest.col, rest.cols, STYLE_PLAIN,
					 traits);
	}
	return 0;
}

static void draw_title(struct app *app, struct rect area, const struct roster_entry *entry)
{
	const struct session_face *face = entry->faces[app->faces.cursor];
	char *path = path_for_screen(app, face->image->path);
	char title[GROUP_NAME_BYTES_MAX + 16], sizes[48], place[32];
	struct rect rest = {area.row, area.col + 1, 1, area.cols - 2};
	int used, path_cols = grid_text_width(path);

	entry_title(entry, title, sizeof(title));
	entry_sizes(entry, sizes, sizeof(sizes));
	snprintf(place, sizeof(place), "%d/%d ", app->faces.cursor + 1, entry->size);
	used = grid_printf(&app->grid, rest.row, rest.col, rest.cols - grid_text_width(place),
			   STYLE_BOLD, "%s  %s  ", title, sizes);
	if (entry->group)
		used += draw_traits(app, (struct rect){rest.row, rest.col + used, 1, rest.cols},
				    entry->group,
				    rest.cols - used - grid_text_width(place) - path_cols);
	used += grid_text(&app->grid, rest.row, rest.col + used, rest.cols - used, STYLE_DIM,
			  place);
	rest.col += used;
	rest.cols -= used;
	if (path_cols > rest.cols)
		path_cols = rest.cols;
	draw_tail(&app->grid, (struct rect){rest.row, rest.col, 1, path_cols}, path, STYLE_DIM);
	rest.col += path_cols;
	rest.cols -= path_cols;
	if (entry->group)
		draw_surroundings(app, rest, entry->group, face);
	free(path);
}

static void draw_nothing(struct app *app, struct rect area)
{
	const char *text = !app->session->totals.faces ? no_faces_text(app)
			   : roster_hides(&app->roster, app->opened)
				   ? "no face of this group passes the filter: F Enter shows all, "
				     "q goes to the groups"
			   : app->emptied
				   ? "no face is left in this group: ] goes to the next open "
				     "one, q to the groups, u undoes"
			   : app->grouping->k || grouping_busy(app->grouping)
				   ? "clustering ..."
				   : "every face is in a named group or set aside: q to the groups";

	grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN, text);
}

static void draw(struct app *app, struct rect area)
{
	const struct roster_entry *entry = app_opened(app);
	struct rect body = below_title(area);
	struct layout l;
	int used, lines;

	if (!entry || !entry->size) {
		draw_nothing(app, area);
		return;
	}
	l = layout_of(app, body, app->opened_most);
	used = l.columns * (l.options.thumb_cols + l.options.gap_cols);
	app->beside = (struct rect){area.row, area.col + used, area.rows, area.cols - used};
	list_scroll(&app->faces, entry->size, l.columns * l.lines, l.columns);
	lines = (entry->size + l.columns - 1) / l.columns;
	list_pictures(app, &app->faces, l.columns, lines < l.lines ? lines : l.lines);
	draw_title(app, area, entry);
	for (int line = 0; line < l.lines; line++) {
		int first = app->faces.top + line * l.columns;

		if (first < entry->size)
			draw_line(app, body, &l, entry, first, body.row + line * l.rows);
	}
}

/* Back to the row of the group, or to where it was. */
static bool leave(struct app *app)
{
	int at = roster_find(&app->roster, app->opened);

	if (at >= 0)
		app->clusters.cursor = at;
	else if (app->emptied_at < app->roster.count)
		app->clusters.cursor = app->emptied_at;
	app_show(app, VIEW_CLUSTERS);
	return true;
}

static bool act(struct app *app, enum action action, int count)
{
	const struct roster_entry *entry = app_opened(app);
	struct rect body = {0, 0, app->grid.rows - 7, app->grid.cols};
	struct layout l;

	if (action == ACTION_BACK)
		return leave(app);
	if (!entry || !entry->size)
		return false;
	l = layout_of(app, body, app->opened_most);
	if (action == ACTION_OPEN) {
		app->face = entry->faces[app->faces.cursor];
		app->below = VIEW_FACES;
		app_show(app, VIEW_FACE);
		return true;
	}
	return list_act(&app->faces, action, count, entry->size, l.columns, l.columns * l.lines);
}

const struct view view_faces = {
	.name = "faces",
	.hints = "hjkl move  Space mark  a assign  x aside  Enter open  q back  u undo  ? help",
	.draw = draw,
	.act = act,
};
