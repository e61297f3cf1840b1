/* The whole photo, or the part round a face, as large as the screen has room for. */
#include "lookalike/ui/large.h"
#include "lookalike/ui/photo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLORS_PHOTO                                                                           \
	128            /* a photo has more of them than a face, but is large: see SIXEL limits \
			*/
#define PART_PX_MIN 32 /* of the photo: closer, there is nothing more to see */

/* The part of the photo that is shown, in its pixels: a 2^zoom-th of its sides, round the face. */
static struct box part_of(const struct photo_view *v)
{
	float width = (float)v->image->width_px, height = (float)v->image->height_px;
	struct box part = {0, 0, ldexpf(width, -v->zoom), ldexpf(height, -v->zoom)};
	float x = width / 2, y = height / 2;

	if (v->face) {
		x = v->face->box.x + v->face->box.width / 2;
		y = v->face->box.y + v->face->box.height / 2;
	}
	part.x = fminf(fmaxf(x - part.width / 2, 0), width - part.width);
	part.y = fminf(fmaxf(y - part.height / 2, 0), height - part.height);
	return part;
}

static bool can_zoom(const struct photo_view *v, int zoom)
{
	float width = (float)v->image->width_px, height = (float)v->image->height_px;

	return ldexpf(fminf(width, height), -zoom) >= PART_PX_MIN;
}

/* So close that the face fills most of the screen, and its hair is still there. */
static int zoom_to_face(const struct photo_view *v)
{
	const struct box *box = &v->face->box;
	int zoom = 0;

	while (can_zoom(v, zoom + 1) &&
	       ldexpf((float)v->image->width_px, -zoom - 1) > 1.3f * box->width &&
	       ldexpf((float)v->image->height_px, -zoom - 1) > 1.3f * box->height)
		zoom++;
	return zoom;
}

/* The largest picture of the part that fits the area and what the terminal draws. */
static void fit_picture(const struct app *app, const struct rect *area, const struct box *part,
			struct picture_options *o, int *width_px, int *height_px)
{
	const struct terminal_caps *caps = &app->caps;
	bool pixels = graphics_has_pixels(caps->graphics);
	float room_width, room_height, scale;
	int cell_width, cell_height;

	picture_options_for(app, 1, o);
	cell_width = o->cell_width_px;
	cell_height = o->cell_height_px;
	room_width = (float)(area->cols * cell_width);
	room_height = (float)(area->rows * cell_height);
	if (pixels) {
		room_width = fminf(room_width, (float)caps->picture_max_width_px);
		room_height = fminf(room_height, (float)caps->picture_max_height_px);
		o->colors = COLORS_PHOTO;
		if (caps->registers && caps->registers < o->colors)
			o->colors = caps->registers;
	}
	/* Whole cells, or the padding would be more than the terminal draws. */
	room_width = floorf(room_width / (float)cell_width) * (float)cell_width;
	room_height = floorf(room_height / (float)cell_height) * (float)cell_height;
	scale = fminf(room_width / part->width, room_height / part->height);
	*width_px = (int)fmaxf(part->width * scale, 1);
	*height_px = (int)fmaxf(part->height * scale, 1);
	o->thumb_cols = (*width_px + cell_width - 1) / cell_width;
	o->thumb_rows = (*height_px + cell_height - 1) / cell_height;
}

static void add_box(struct photo_part *out, const struct box *box, const struct box *part,
		    enum outline kind)
{
	if (out->box_count < PHOTO_BOXES_MAX)
		out->boxes[out->box_count++] = (struct photo_box){
			.box = {(box->x - part->x) / part->width, (box->y - part->y) / part->height,
				box->width / part->width, box->height / part->height},
			.kind = kind,
		};
}

/* The current one first: there may be too many. */
static void add_boxes(struct app *app, const struct photo_view *v, const struct box *part,
		      struct photo_part *out)
{
	const struct seen_face *seen;
	int seen_count;

	if (v->face)
		add_box(out, &v->face->box, part, OUTLINE_CURRENT);
	for (int i = 0; i < v->image->face_count; i++)
		if (&v->image->faces[i] != v->face)
			add_box(out, &v->image->faces[i].box, part, OUTLINE_MEASURED);
	seen = strips_seen(app->strips, v->image, &seen_count);
	for (int i = 0; i < seen_count; i++)
		add_box(out, &seen[i].box, part, OUTLINE_SEEN);
}

const struct picture *photo_picture(struct app *app, const struct photo_view *v,
				    const struct rect *area)
{
	struct box part = part_of(v);
	struct picture_options options;
	struct photo_part cut = {0};
	const struct image *square;
	struct frame frame = {part.x + part.width / 2, part.y + part.height / 2,
			      fmaxf(part.width, part.height), 0};
	int width, height, side;

	fit_picture(app, area, &part, &options, &width, &height);
	side = width > height ? width : height;
	square = large_want(v->large, v->image, &frame, side);
	if (!square)
		return NULL;
	memcpy(cut.hash, v->image->hash, sizeof(cut.hash));
	cut.width_px = width;
	cut.height_px = height;
	cut.left_px = (side - width) / 2;
	cut.top_px = (side - height) / 2;
	add_boxes(app, v, &part, &cut);
	return strips_photo(app->strips, square, &cut, &options);
}

static void draw_title(struct app *app, struct rect row)
{
	const struct photo_view *v = &app->photo;
	char *path = path_for_screen(app, v->image->path), facts[128];
	int width;

	width = snprintf(facts, sizeof(facts), "%d x %d", v->image->width_px, v->image->height_px);
	if (v->face)
		width += snprintf(facts + width, sizeof(facts) - (size_t)width, "  face %d of %d",
				  v->face->position + 1, v->image->face_count);
	if (v->image->seen_count)
		width += snprintf(facts + width, sizeof(facts) - (size_t)width, "  %d only seen",
				  v->image->seen_count);
	if (v->zoom)
		width += snprintf(facts + width, sizeof(facts) - (size_t)width, "  %d times closer",
				  1 << v->zoom);
	grid_text(&app->grid, row.row, row.col, row.cols - width - 2, STYLE_BOLD, path);
	grid_text(&app->grid, row.row, row.col + row.cols - width, width, STYLE_PLAIN, facts);
	free(path);
}

static void draw(struct app *app, struct rect area)
{
	const struct picture *picture;
	const char *problem;

	if (area.rows > 3) {
		draw_title(app, (struct rect){area.row, area.col + 1, 1, area.cols - 2});
		area.row++;
		area.rows--;
	}
	if (app->caps.graphics == GRAPHICS_NONE) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  "no pictures here: see --graphics");
		return;
	}
	picture = photo_picture(app, &app->photo, &area);
	problem = large_problem(app->photo.large);
	if (picture)
		grid_picture(&app->grid, area.row, area.col + (area.cols - picture->cols) / 2,
			     picture);
	else if (problem)
		grid_printf(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			    "this photo cannot be shown: %s", problem);
	else
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_DIM,
			  "reading the photo");
}

/* The photo that o is about, and its face; false, and said, where there is none. */
static bool photo_here(struct app *app, struct photo_view *v)
{
	const struct roster_entry *entry = app_opened(app);
	int count;
	struct session_image *const *images = app_images(app, &count);

	v->face = NULL;
	v->image = NULL;
	if (app->view == VIEW_IMAGES && app->images.cursor < count)
		v->image = images[app->images.cursor];
	else if (app->view == VIEW_FACE && app->face && !app->face->gone)
		v->face = app->face;
	else if (app->view == VIEW_FACES && entry && app->faces.cursor < entry->size)
		v->face = entry->faces[app->faces.cursor];
	if (v->face)
		v->image = v->face->image;
	else if (v->image && v->image->face_count)
		v->face = &v->image->faces[0];
	if (!v->image)
		app_message(app, "no photo is under the cursor here: see images and faces");
	else if (verdict_failed(v->image->verdict) || !v->image->width_px)
		app_message(app, "this file has no picture: %s", verdict_name(v->image->verdict));
	else
		return true;
	return false;
}

static void open_photo(struct app *app)
{
	struct photo_view v = app->photo;

	if (!photo_here(app, &v))
		return;
	v.zoom = 0;
	v.below = app->view;
	app->photo = v;
	large_forget(v.large);
	app_show(app, VIEW_PHOTO);
}

static void go(struct photo_view *v, int by)
{
	int to = v->face ? v->face->position + by : 0, last = v->image->face_count - 1;

	if (v->face)
		v->face = &v->image->faces[to < 0 ? 0 : to > last ? last : to];
}

static bool act(struct app *app, enum action action, int count)
{
	struct photo_view *v = &app->photo;
	int steps = count ? count : 1;

	switch (action) {
	case ACTION_BACK:
	case ACTION_PHOTO:
		app_show(app, v->below);
		return true;
	case ACTION_LEFT:
	case ACTION_UP:
		go(v, -steps);
		return true;
	case ACTION_RIGHT:
	case ACTION_DOWN:
		go(v, steps);
		return true;
	case ACTION_K_MORE:
		for (; steps && can_zoom(v, v->zoom + 1); steps--)
			v->zoom++;
		return true;
	case ACTION_K_LESS:
		v->zoom = v->zoom > steps ? v->zoom - steps : 0;
		return true;
	case ACTION_OPEN:
		v->zoom = v->zoom || !v->face ? 0 : zoom_to_face(v);
		return true;
	default:
		return false;
	}
}

bool photo_act(struct app *app, enum action action, int count)
{
	if (app->view == VIEW_PHOTO)
		return act(app, action, count);
	if (action == ACTION_PHOTO)
		open_photo(app);
	return action == ACTION_PHOTO;
}

const struct view view_photo = {
	.name = "photo",
	.hints = "+ closer  - back  Enter face or all  h l faces  c copy path  q back  ? help",
	.draw = draw,
	.act = act,
};
