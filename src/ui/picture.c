/*
 * Thumbnails in a row, as one picture of pixels or as cells. A sixel has one palette for the strip:
 * 32 colours of the strip's own look as good on faces as 256 common ones at a third of the
 * bytes. It fills its cells to the last pixel, so that a new one covers an old one.
 */
#include "lookalike/ui/picture.h"

#include "lookalike/base/base64.h"
#include "lookalike/base/memory.h"
#include "lookalike/ui/color.h"
#include "lookalike/ui/png.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <sixel.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define UPPER_HALF 0x2580
#define LOWER_HALF 0x2584
#define BAND_PX    6 /* what a character of a sixel is high */

const char *graphics_name(enum graphics graphics)
{
	switch (graphics) {
	case GRAPHICS_NONE:
		return "none";
	case GRAPHICS_ASCII:
		return "ascii";
	case GRAPHICS_MONO:
		return "mono";
	case GRAPHICS_BLOCKS16:
		return "blocks16";
	case GRAPHICS_BLOCKS256:
		return "blocks256";
	case GRAPHICS_BLOCKS:
		return "blocks";
	case GRAPHICS_SIXEL:
		return "sixel";
	case GRAPHICS_KITTY:
		return "kitty";
	}
	return "none";
}

bool graphics_has_pixels(enum graphics graphics)
{
	return graphics == GRAPHICS_SIXEL || graphics == GRAPHICS_KITTY;
}

static void pixel_rgb(const struct image *img, int x, int y, uint8_t rgb[3])
{
	const uint8_t *p = img->pixels +
			   ((size_t)y * (size_t)img->width_px + (size_t)x) * (size_t)img->channels;

	for (int i = 0; i < 3; i++)
		rgb[i] = p[img->channels == 3 ? i : 0];
}

/* The largest size with the image's proportions that fits; at least one pixel. */
static void fit(const struct image *img, int box_width, int box_height, int *width, int *height)
{
	long w = img->width_px, h = img->height_px;

	if (w * box_height > h * box_width) {
		*width = box_width;
		*height = (int)((h * box_width + w / 2) / w);
	} else {
		*height = box_height;
		*width = (int)((w * box_height + h / 2) / h);
	}
	if (*width < 1)
		*width = 1;
	if (*height < 1)
		*height = 1;
}

void picture_fit(const struct image *img, const struct picture_options *o, int *width_px,
		 int *height_px)
{
	fit(img, o->thumb_cols * o->cell_width_px, o->thumb_rows * o->cell_height_px, width_px,
	    height_px);
}

static void blit(struct image *canvas, const struct image *img, int left, int top)
{
	for (int y = 0; y < img->height_px; y++) {
		uint8_t *to = canvas->pixels +
			      ((size_t)(top + y) * (size_t)canvas->width_px + (size_t)left) * 3;

		for (int x = 0; x < img->width_px; x++)
			pixel_rgb(img, x, y, to + 3 * x);
	}
}

/* Scale one thumbnail into its place on the canvas. */
static enum status draw_thumb(struct image *canvas, const struct image *img, int index,
			      const struct picture_options *o, struct error *err)
{
	int box_width = o->thumb_cols * o->cell_width_px, box_height = canvas->height_px;
	int left = index * (o->thumb_cols + o->gap_cols) * o->cell_width_px;
	struct image scaled = {0};
	enum status status;
	int width, height;

	fit(img, box_width, box_height, &width, &height);
	status = image_scale(img, width, height, &scaled, err);
	if (status != OK)
		return status;
	blit(canvas, &scaled, left + (box_width - width) / 2, (box_height - height) / 2);
	image_done(&scaled);
	return OK;
}

struct bytes {
	char *data;
	size_t len, capacity;
	bool failed;
};

static int append(char *data, int len, void *context)
{
	struct bytes *b = context;

	if (b->len + (size_t)len > b->capacity) {
		size_t capacity = (b->len + (size_t)len) * 2;
		char *larger = realloc(b->data, capacity);

		if (!larger) {
			b->failed = true;
			return -1;
		}
		b->data = larger;
		b->capacity = capacity;
	}
	memcpy(b->data + b->len, data, (size_t)len);
	b->len += (size_t)len;
	return len;
}

/* libsixel sorts the colours through a global. */
static SIXELSTATUS find_palette(sixel_dither_t *dither, const struct image *canvas)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	SIXELSTATUS status;

	pthread_mutex_lock(&lock);
	status = sixel_dither_initialize(dither, canvas->pixels, canvas->width_px,
					 canvas->height_px, SIXEL_PIXELFORMAT_RGB888,
					 SIXEL_LARGE_AUTO, SIXEL_REP_AUTO, SIXEL_QUALITY_AUTO);
	pthread_mutex_unlock(&lock);
	return status;
}

static int nearest(const uint8_t *palette, int count, const uint8_t rgb[3])
{
	int best = 0, least = INT_MAX;

	for (int i = 0; i < count; i++) {
		int sum = 0;

		for (int j = 0; j < 3; j++)
			sum += (palette[3 * i + j] - rgb[j]) * (palette[3 * i + j] - rgb[j]);
		if (sum < least) {
			least = sum;
			best = i;
		}
	}
	return best;
}

/* Gaps must look like the screen around them: the palette's nearest colour becomes exactly it. */
static void keep_background(sixel_dither_t *dither, const uint8_t rgb[3])
{
	unsigned char *palette = sixel_dither_get_palette(dither);
	int count = sixel_dither_get_num_of_palette_colors(dither);

	memcpy(palette + 3 * nearest(palette, count, rgb), rgb, 3);
}

/* A palette for the canvas; to be unreferenced, also when it failed. */
static SIXELSTATUS make_palette(const struct image *canvas, int colors, const uint8_t background[3],
				sixel_dither_t **dither)
{
	SIXELSTATUS status = sixel_dither_new(dither, colors, NULL);

	if (!SIXEL_FAILED(status))
		status = find_palette(*dither, canvas);
	if (SIXEL_FAILED(status))
		return status;
	keep_background(*dither, background);
	sixel_dither_set_diffusion_type(*dither, SIXEL_DIFFUSE_NONE);
	return status;
}

static enum status encode_sixel(struct picture *p, struct image *canvas, int colors,
				const uint8_t background[3], struct error *err)
{
	struct bytes out = {0};
	sixel_dither_t *dither = NULL;
	sixel_output_t *output = NULL;
	SIXELSTATUS status = make_palette(canvas, colors, background, &dither);

	if (SIXEL_FAILED(status))
		goto out;
	status = sixel_output_new(&output, append, &out, NULL);
	if (SIXEL_FAILED(status))
		goto out;
	sixel_output_set_encode_policy(output, SIXEL_ENCODEPOLICY_SIZE);
	status = sixel_encode(canvas->pixels, canvas->width_px, canvas->height_px, 3, dither,
			      output);
out:
	sixel_output_unref(output);
	sixel_dither_unref(dither);
	if (!out.failed && !SIXEL_FAILED(status)) {
		p->sixel = out.data;
		p->sixel_len = out.len;
		return OK;
	}
	free(out.data);
	if (out.failed)
		return error_set(err, ERR_NOMEM, "out of memory for a picture");
	return error_set(err, ERR_VISION, "libsixel: %s", sixel_helper_format_error(status));
}

static enum status encode_short(struct picture *p, struct image *canvas,
				const struct picture_options *o, struct error *err)
{
	enum status status = encode_sixel(p, canvas, o->colors, o->background, err);

	for (int colors = o->colors / 2;
	     status == OK && p->sixel_len >= PICTURE_BYTES_MAX && colors >= 2; colors /= 2) {
		free(p->sixel);
		p->sixel = NULL;
		status = encode_sixel(p, canvas, colors, o->background, err);
	}
	return status;
}

static int upper_bits(const uint8_t rgb[3])
{
	return rgb[0] >> 3 << 10 | rgb[1] >> 3 << 5 | rgb[2] >> 3;
}

/* Colours are looked up by their upper five bits, as libsixel does; the background is exact. */
static uint8_t *index_pixels(const struct image *canvas, const uint8_t background[3],
			     const uint8_t *palette, int count)
{
	size_t pixels = (size_t)canvas->width_px * (size_t)canvas->height_px;
	uint8_t *indices = memory_new(pixels);
	int16_t found[1 << 15];

	memset(found, -1, sizeof(found));
	found[upper_bits(background)] = (int16_t)nearest(palette, count, background);
	for (size_t i = 0; i < pixels; i++) {
		const uint8_t *rgb = canvas->pixels + 3 * i;
		int16_t *index = &found[upper_bits(rgb)];

		if (*index < 0)
			*index = (int16_t)nearest(palette, count, rgb);
		indices[i] = (uint8_t)*index;
	}
	return indices;
}

static enum status encode_png(struct picture *p, const struct image *canvas,
			      const struct picture_options *options, struct error *err)
{
	sixel_dither_t *dither = NULL;
	uint8_t *indices, *png = NULL;
	enum status status;
	size_t len;
	int count;

	if (SIXEL_FAILED(make_palette(canvas, options->colors, options->background, &dither))) {
		sixel_dither_unref(dither);
		return error_set(err, ERR_VISION, "libsixel makes no palette");
	}
	count = sixel_dither_get_num_of_palette_colors(dither);
	indices = index_pixels(canvas, options->background, sixel_dither_get_palette(dither),
			       count);
	status = png_encode(indices, canvas->width_px, canvas->height_px,
			    sixel_dither_get_palette(dither), count, &png, &len, err);
	free(indices);
	sixel_dither_unref(dither);
	if (status != OK)
		return status;
	p->png64_len = BASE64_SIZE(len);
	p->png64 = memory_new(p->png64_len);
	base64_encode(p->png64, png, len);
	free(png);
	return OK;
}

static void fill(struct image *canvas, const uint8_t rgb[3])
{
	size_t count = (size_t)canvas->width_px * (size_t)canvas->height_px;

	for (size_t i = 0; i < count; i++)
		memcpy(canvas->pixels + 3 * i, rgb, 3);
}

static enum status make_pixels(struct picture *p, const struct image *const *images, int count,
			       const struct picture_options *o, struct error *err)
{
	struct image canvas = {0};
	enum status status;
	int height_px;

	assert(o->cell_width_px > 0 && o->cell_height_px > 0);
	if (p->cols > INT_MAX / o->cell_width_px || p->rows > INT_MAX / o->cell_height_px)
		return error_set(err, ERR_NOMEM, "a picture of %d by %d cells is too large",
				 p->cols, p->rows);
	height_px = p->rows * o->cell_height_px;
	if (o->graphics == GRAPHICS_SIXEL && o->whole_bands && height_px > BAND_PX)
		height_px -= height_px % BAND_PX;
	status = image_alloc(&canvas, p->cols * o->cell_width_px, height_px, 3, err);
	if (status != OK)
		return status;
	fill(&canvas, o->background);
	for (int i = 0; i < count && status == OK; i++)
		if (images[i])
			status = draw_thumb(&canvas, images[i], i, o, err);
	if (status == OK && o->graphics == GRAPHICS_KITTY)
		status = encode_png(p, &canvas, o, err);
	else if (status == OK)
		status = encode_short(p, &canvas, o, err);
	image_done(&canvas);
	return status;
}

static uint32_t color_at(const struct image *img, int x, int y)
{
	uint8_t rgb[3];

	if (x < 0 || y < 0 || x >= img->width_px || y >= img->height_px)
		return COLOR_TERMINAL;
	pixel_rgb(img, x, y, rgb);
	return COLOR_RGB(rgb[0], rgb[1], rgb[2]);
}

static struct cell block_cell(uint32_t upper, uint32_t lower)
{
	if (upper == COLOR_TERMINAL && lower == COLOR_TERMINAL)
		return (struct cell){.ch = ' '};
	if (upper == COLOR_TERMINAL)
		return (struct cell){.ch = LOWER_HALF, .style = {.fg = lower}};
	return (struct cell){.ch = UPPER_HALF, .style = {.fg = upper, .bg = lower}};
}

static int luma_of(uint32_t color)
{
	return (int)((color >> 16 & 0xff) * 299 + (color >> 8 & 0xff) * 587 +
		     (color & 0xff) * 114) /
	       1000;
}

/* Ordered dither (Bayer, 1973): what to add to a channel of this pixel, in -spread/2..spread/2. */
static int threshold(int x, int y, int spread)
{
	static const int8_t order[4][4] = {{0, 8, 2, 10},
					   {12, 4, 14, 6},
					   {3, 11, 1, 9},
					   {15, 7, 13, 5}};

	return (2 * order[y & 3][x & 3] - 15) * spread / 32;
}

/* The nearest of few colours, which lie some 96 apart. */
static uint32_t dither(uint32_t color, int x, int y, int colors)
{
	uint32_t rgb = 0;

	if (color == COLOR_TERMINAL)
		return color;
	for (int shift = 16; shift >= 0; shift -= 8) {
		int value = (int)(color >> shift & 0xff) + threshold(x, y, 96);

		rgb = rgb << 8 | (uint32_t)(value < 0 ? 0 : value > 255 ? 255 : value);
	}
	return color_reduce(COLOR_RGB(0, 0, 0) | rgb, colors, false);
}

/* Four pixels of a cell, upper left first; ink where it is bright, on a light background dark. */
static struct cell quadrant_cell(const struct image *img, int x, int y, bool light)
{
	static const uint16_t blocks[16] = {
		' ',    0x2598, 0x259d, 0x2580, 0x2596, 0x258c, 0x259e, 0x259b,
		0x2597, 0x259a, 0x2590, 0x259c, 0x2584, 0x2599, 0x259f, 0x2588,
	};
	int ink = 0;

	for (int i = 0; i < 4; i++) {
		int px = x + i % 2, py = y + i / 2;
		uint32_t color = color_at(img, px, py);

		if (color != COLOR_TERMINAL &&
		    (luma_of(color) + threshold(px, py, 255) >= 128) != light)
			ink |= 1 << i;
	}
	return (struct cell){.ch = blocks[ink]};
}

/* Characters with more ink are brighter on a dark background, and darker on a light one. */
static struct cell ramp_cell(uint32_t color, bool light)
{
	static const char ramp[] = " .:-=+*#%@";
	int luma = luma_of(color) * 10 / 256;

	if (color == COLOR_TERMINAL)
		return (struct cell){.ch = ' '};
	return (struct cell){.ch = (uint32_t)ramp[light ? 9 - luma : luma]};
}

static int cells_of(int px, int cell_px)
{
	int cells = (px + cell_px / 2) / cell_px;

	return cells > 0 ? cells : 1;
}

/* The cell whose first pixel is this. */
static struct cell cell_of(const struct image *img, int x, int y, const struct picture_options *o)
{
	bool light = color_is_light(o->background);
	uint32_t upper = color_at(img, x, y), lower = color_at(img, x, y + 1);

	if (o->graphics == GRAPHICS_ASCII)
		return ramp_cell(upper, light);
	if (o->graphics == GRAPHICS_MONO)
		return quadrant_cell(img, 2 * x, y, light);
	if (o->graphics == GRAPHICS_BLOCKS16) {
		upper = dither(upper, x, y, o->colors);
		lower = dither(lower, x, y + 1, o->colors);
	}
	return block_cell(upper, lower);
}

/* A cell shows one pixel or, of blocks, one above another; whatever its size in pixels is. */
static enum status draw_cells(struct picture *p, const struct image *img, int first_col,
			      const struct picture_options *o, struct error *err)
{
	bool blocks = o->graphics != GRAPHICS_ASCII, mono = o->graphics == GRAPHICS_MONO;
	struct image scaled = {0};
	enum status status;
	int width, height, left, top;

	picture_fit(img, o, &width, &height);
	width = cells_of(width, o->cell_width_px);
	height = cells_of(blocks ? 2 * height : height, o->cell_height_px);
	status = image_scale(img, mono ? 2 * width : width, height, &scaled, err);
	if (status != OK)
		return status;
	left = (o->thumb_cols - width) / 2;
	top = ((blocks ? 2 * o->thumb_rows : o->thumb_rows) - height) / 2;
	for (int row = 0; row < o->thumb_rows; row++) {
		for (int col = 0; col < o->thumb_cols; col++) {
			p->cells[row * p->cols + first_col + col] =
				cell_of(&scaled, col - left, (blocks ? 2 * row : row) - top, o);
		}
	}
	image_done(&scaled);
	return OK;
}

static enum status make_cells(struct picture *p, const struct image *const *images, int count,
			      const struct picture_options *o, struct error *err)
{
	size_t cells = (size_t)p->rows * (size_t)p->cols;
	enum status status = OK;

	p->cells = memory_resize(NULL, cells, sizeof(*p->cells));
	for (size_t i = 0; i < cells; i++)
		p->cells[i] = (struct cell){.ch = ' '};
	if (o->graphics == GRAPHICS_NONE)
		return OK;
	for (int i = 0; i < count && status == OK; i++)
		if (images[i])
			status = draw_cells(p, images[i], i * (o->thumb_cols + o->gap_cols), o,
					    err);
	return status;
}

enum status picture_make(const struct image *const *images, int count,
			 const struct picture_options *options, struct picture **out,
			 struct error *err)
{
	static atomic_ullong last_id;
	struct picture *p;
	enum status status;

	assert(count > 0 && options->thumb_cols > 0 && options->thumb_rows > 0);
	p = memory_new(sizeof(*p));
	p->id = atomic_fetch_add(&last_id, 1) + 1;
	p->rows = options->thumb_rows;
	p->cols = count * options->thumb_cols + (count - 1) * options->gap_cols;
	if (graphics_has_pixels(options->graphics))
		status = make_pixels(p, images, count, options, err);
	else
		status = make_cells(p, images, count, options, err);
	if (status != OK) {
		picture_free(p);
		return status;
	}
	*out = p;
	return OK;
}

void picture_free(struct picture *picture)
{
	if (!picture)
		return;
	free(picture->sixel);
	free(picture->png64);
	free(picture->cells);
	free(picture);
}
