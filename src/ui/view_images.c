/* images: every file, its verdict and its faces. */
#include "lookalike/ui/view.h"

#include "lookalike/base/quote.h"
#include "lookalike/review/labelling.h"
#include "lookalike/ui/overview.h"

#include <stdlib.h>

#define COL_SEEN   22
#define COL_PATH   44
#define COLS_ALL   60
#define COLS_FACES 34

/* While a scan runs images arrive before the cursor, with a filter others go: it stays on the image
 * it was on, or in its place. */
static void follow_image(struct app *app)
{
	int count;
	struct session_image *const *images = app_images(app, &count);

	if (!app->image_at || !count)
		return;
	if (app->images.cursor < count && images[app->images.cursor] == app->image_at)
		return;
	for (int i = 0; i < count; i++) {
		if (images[i] == app->image_at) {
			app->images.top += i - app->images.cursor;
			app->images.cursor = i;
			return;
		}
	}
}

/* Where the path begins: what stands before it gives way to it. */
static int path_col(int cols)
{
	return cols >= COLS_ALL ? COL_PATH : cols >= COLS_FACES ? COL_SEEN : 0;
}

/* In front of the path; `all` of them where there is room. */
static void draw_facts(struct app *app, int row, int col, bool all,
		       const struct session_image *image)
{
	struct style plain = {0}, bold = {.attrs = ATTR_BOLD};
	bool failed = verdict_failed(image->verdict);

	grid_text(&app->grid, row, col, 11, failed ? bold : plain, verdict_name(image->verdict));
	if (image->face_count)
		grid_printf(&app->grid, row, col + 12, 9, plain, "%3d face%s", image->face_count,
			    image->face_count == 1 ? "" : "s");
	else if (!failed)
		grid_text(&app->grid, row, col + 12, 9, STYLE_DIM,
			  image->same_as ? "  same" : "  no face");
	if (image->seen_count && all)
		grid_printf(&app->grid, row, col + COL_SEEN, 9, plain, "%3d seen",
			    image->seen_count);
	if (image->width_px && all)
		grid_printf(&app->grid, row, col + 32, 11, plain, "%5dx%d", image->width_px,
			    image->height_px);
}

static void draw_image(struct app *app, int row, int col, int cols,
		       const struct session_image *image)
{
	const char *why = image->same_as ? image->same_as : image->detail;
	char *path = path_for_screen(app, image->path);
	char *label = image_label_text(app->session, image);
	int used = path_col(cols);

	if (used)
		draw_facts(app, row, col, used == COL_PATH, image);
	used += grid_text(&app->grid, row, col + used, cols - used, STYLE_PLAIN, path);
	if (why) {
		char *quoted = image->same_as ? path_for_screen(app, why) : quote_new(why);

		used += 2 + grid_printf(&app->grid, row, col + used + 2, cols - used - 2, STYLE_DIM,
					"(%s%s)", image->same_as ? "same file as " : "", quoted);
		free(quoted);
	}
	free(path);
	if (label)
		grid_printf(&app->grid, row, col + used + 2, cols - used - 2, STYLE_PLAIN, "[%s]",
			    label);
	free(label);
}

static void draw(struct app *app, struct rect area)
{
	int count;
	struct session_image *const *images = app_images(app, &count);

	if (!count) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  app->findings_due           ? FINDINGS_DUE
			  : app->session->image_count ? FILTERED_ALL
						      : no_faces_text(app));
		return;
	}
	follow_image(app);
	list_scroll(&app->images, count, area.rows, 1);
	for (int i = 0; i < area.rows && app->images.top + i < count; i++) {
		int index = app->images.top + i;

		draw_image(app, area.row + i, area.col + 1, area.cols - 2, images[index]);
		app_hit(app, (struct rect){area.row + i, area.col, 1, area.cols},
			&app->images.cursor, index);
		if (index == app->images.cursor)
			grid_style(&app->grid, (struct rect){area.row + i, area.col, 1, area.cols},
				   STYLE_CURSOR);
	}
	app->image_at = images[app->images.cursor];
}

/* The first of its faces that passes the filter; where none does, the first. */
static const struct session_face *first_passing(const struct app *app,
						const struct session_image *image)
{
	for (int i = 0; i < image->face_count; i++)
		if (filter_face(app->filter, app->session, &image->faces[i]))
			return &image->faces[i];
	return &image->faces[0];
}

static bool act(struct app *app, enum action action, int count)
{
	int all;
	struct session_image *const *images = app_images(app, &all);
	int page = app->grid.rows > 8 ? app->grid.rows - 7 : 1;

	if (action == ACTION_OPEN) {
		struct session_image *image = app->images.cursor < all ? images[app->images.cursor]
								       : NULL;

		if (!image || !image->face_count) {
			app_message(app, "no measured face in this image");
			return true;
		}
		app->face = first_passing(app, image);
		app->below = VIEW_IMAGES;
		app_show(app, VIEW_FACE);
		return true;
	}
	if (action == ACTION_BACK && app->overview.left_for_images) {
		summary_return(app);
		return true;
	}
	if (!list_act(&app->images, action, count, all, 1, page))
		return false;
	app->image_at = all ? images[app->images.cursor] : NULL;
	return true;
}

const struct view view_images = {
	.name = "images",
	.hints = "j k move  Enter first face  / find  c copy path  Tab view  ? help  q quit",
	.draw = draw,
	.act = act,
};
