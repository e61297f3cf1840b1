/* clusters: a row for each group: its name or number, its size, what sets it apart, its faces. */
#include "lookalike/ui/marks.h"

#include <stdlib.h>
#include <string.h>

/* Narrower than this, faces are below the words and not beside them. */
#define COLS_BESIDE 56

/* The height of a group's row: as many groups at once as pictures stay recognisable. */
static int group_rows(const struct app *app, int area_rows, int count)
{
	bool pixels = graphics_has_pixels(app->caps.graphics);
	int least = pixels ? 3 : 6, most = pixels ? 7 : 10, rows = area_rows / count;

	if (app->caps.graphics == GRAPHICS_NONE)
		least = most = TRAITS_MAX + 1;
	if (rows < least)
		rows = least;
	if (rows > most)
		rows = most;
	return rows < area_rows ? rows : area_rows;
}

/* The height stays while decisions change how many groups there are: nothing moves by itself. */
static int steady_rows(struct app *app, struct rect area)
{
	bool same = app->row_rows && app->row_area.rows == area.rows &&
		    app->row_area.cols == area.cols && app->row_k == app->grouping->label_k &&
		    app->row_graphics == (int)app->caps.graphics;

	if (!same) {
		app->row_rows = group_rows(app, area.rows, app->roster.count);
		app->row_area = area;
		app->row_graphics = (int)app->caps.graphics;
		app->row_k = app->grouping->label_k;
	}
	return app->row_rows;
}

static void draw_open(struct app *app, struct rect row, const struct roster_entry *entry,
		      struct style style)
{
	const struct group *group = entry->group;
	char sizes[48];

	entry_sizes(entry, sizes, sizeof(sizes));
	grid_printf(&app->grid, row.row, row.col + 2, row.cols - 2, style, "%-3d %*s%s",
		    group->number, 5 - (int)strspn(sizes, "0123456789"), "", sizes);
	if (!group->trait_count && row.rows > 1)
		grid_text(&app->grid, row.row + 1, row.col + 6, row.cols - 6, STYLE_DIM,
			  "nothing sets it apart");
	for (int i = 0; i < group->trait_count && i + 1 < row.rows; i++)
		grid_printf(&app->grid, row.row + 1 + i, row.col + 6, row.cols - 6, STYLE_PLAIN,
			    "%s %+.1f", trait_words(group->traits[i].measure, group->traits[i].z),
			    group->traits[i].z);
}

static void draw_decided(struct app *app, struct rect row, const struct roster_entry *entry,
			 struct style style)
{
	char title[GROUP_NAME_BYTES_MAX + 16], sizes[48];

	entry_title(entry, title, sizeof(title));
	entry_sizes(entry, sizes, sizeof(sizes));
	grid_text(&app->grid, row.row, row.col + 2, row.cols - 3, style, title);
	grid_printf(&app->grid, row.row + 1, row.col + 4, row.cols - 4, STYLE_PLAIN, "%s   %s",
		    sizes, entry->name ? "named" : "in no group");
}

static void draw_words(struct app *app, struct rect row, const struct roster_entry *entry,
		       bool cursor)
{
	struct style plain = {0}, bold = {.attrs = ATTR_BOLD}, style = cursor ? bold : plain;
	int marked = marks_count_in(app, entry);
	char mark[24];

	grid_text(&app->grid, row.row, row.col, 2, bold,
		  cursor ? (grid_is_ascii() ? ">" : "❯") : " ");
	if (entry->group)
		draw_open(app, row, entry, style);
	else
		draw_decided(app, row, entry, style);
	if (!marked)
		return;
	snprintf(mark, sizeof(mark), "%s%d", mark_sign(), marked);
	grid_text(&app->grid, row.row, row.col + row.cols - 1 - grid_text_width(mark),
		  grid_text_width(mark), STYLE_MARK, mark);
}

/* Whose last picture is shown until a new one is there. */
static int owner_of(const struct roster_entry *entry)
{
	static const int first[] = {
		[ROSTER_NAMED] = 1 << 20, [ROSTER_OPEN] = 0, [ROSTER_ASIDE] = -1};

	return first[entry->key.kind] + (int)entry->key.id;
}

static void draw_faces(struct app *app, struct rect row, int index)
{
	const struct roster_entry *entry = &app->roster.entries[index];
	struct picture_options options;
	const struct picture *picture;
	int places, step, room = row.cols - 6;

	picture_options_for(app, row.rows > 3 ? row.rows - 1 : row.rows, &options);
	step = options.thumb_cols + options.gap_cols;
	places = (room + options.gap_cols) / step;
	if (graphics_has_pixels(options.graphics) &&
	    places > app->caps.picture_max_width_px / (step * options.cell_width_px))
		places = app->caps.picture_max_width_px / (step * options.cell_width_px);
	if (places > STRIP_FACES_MAX)
		places = STRIP_FACES_MAX;
	if (places < 1)
		return;
	picture = list_row(app, &app->clusters, index, owner_of(entry), entry->faces, entry->size,
			   places, &options);
	if (picture)
		grid_picture(&app->grid, row.row, row.col, picture);
	if (places < entry->size)
		grid_printf(&app->grid, row.row, row.col + places * step, 6, STYLE_DIM, "+%d",
			    entry->size - places);
}

static void draw_names(struct app *app, struct rect row, const struct roster_entry *entry)
{
	int at = 0;

	for (int i = 0; i < entry->size && at < row.cols - 8; i++) {
		char *path = path_for_screen(app, entry->faces[i]->image->path);

		at += grid_text(&app->grid, row.row, row.col + at, row.cols - at, STYLE_PLAIN,
				path);
		at += 2;
		free(path);
	}
}

static void draw(struct app *app, struct rect area)
{
	bool narrow = area.cols < COLS_BESIDE && app->caps.graphics != GRAPHICS_NONE;
	int words = area.cols < 100 ? 29 : 36, rows, shown;

	if (!app->roster.count) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  !app->filter || !app->grouping->k ? no_groups_text(app)
			  : app->findings_due               ? FINDINGS_DUE
							    : FILTERED_ALL);
		return;
	}
	rows = steady_rows(app, area);
	shown = area.rows / rows;
	if (!narrow)
		app->beside = (struct rect){area.row, area.col, area.rows, words};
	list_scroll(&app->clusters, app->roster.count, shown, 1);
	list_pictures(app, &app->clusters, 1,
		      app->roster.count < shown ? app->roster.count : shown);
	for (int i = 0; i < shown && app->clusters.top + i < app->roster.count; i++) {
		const struct roster_entry *entry = &app->roster.entries[app->clusters.top + i];
		struct rect row = {area.row + i * rows, area.col, rows, words};
		struct rect rest = {row.row, area.col + words, rows, area.cols - words};

		if (narrow && rows > 2) {
			row = (struct rect){area.row + i * rows, area.col, 1, area.cols};
			rest = (struct rect){row.row + 1, area.col + 2, rows - 1, area.cols - 2};
		}
		draw_words(app, row, entry, app->clusters.top + i == app->clusters.cursor);
		app_hit(app, (struct rect){row.row, area.col, rows, area.cols},
			&app->clusters.cursor, app->clusters.top + i);
		if (app->caps.graphics == GRAPHICS_NONE)
			draw_names(app, rest, entry);
		else
			draw_faces(app, rest, app->clusters.top + i);
	}
}

static bool act(struct app *app, enum action action, int count)
{
	int page = app->row_rows ? app->row_area.rows / app->row_rows : 1;

	if (action == ACTION_OPEN) {
		if (app_at(app))
			app_open(app, app_at(app));
		return true;
	}
	return list_act(&app->clusters, action, count, app->roster.count, 1, page > 0 ? page : 1);
}

const struct view view_clusters = {
	.name = "clusters",
	.hints = "j k move  Enter open  + - k  f mode  a assign  x aside  / find  u undo  ? help",
	.draw = draw,
	.act = act,
};
