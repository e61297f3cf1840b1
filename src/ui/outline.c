/* Lines along the sides of a box; see outline.h. */
#include "lookalike/ui/outline.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define PX_PER_LINE  300 /* of the image's shorter side, for one pixel of thickness */
#define THICKER_PX   60  /* in cells there is no room for a line of two pixels */
#define CORNER_SHARE 4   /* a corner takes this part of a side */

struct pen {
	struct image *img;
	uint8_t rgb[3];
	int thick_px, dash_px; /* dash_px 0: a whole line */
	bool corners;          /* only the ends of a line */
};

static void dot(const struct pen *pen, int x, int y)
{
	struct image *img = pen->img;

	if (x >= 0 && y >= 0 && x < img->width_px && y < img->height_px)
		memcpy(img->pixels + ((size_t)y * (size_t)img->width_px + (size_t)x) * 3, pen->rgb,
		       3);
}

/* Along x or y, to the end, as thick inwards as the pen is. */
static void line(const struct pen *pen, int x, int y, int length, bool down, int inwards)
{
	for (int i = 0; i < length; i++) {
		if (pen->dash_px && i / pen->dash_px % 2)
			continue;
		if (pen->corners && i > length / CORNER_SHARE &&
		    i < length - 1 - length / CORNER_SHARE)
			continue;
		for (int j = 0; j < pen->thick_px; j++)
			dot(pen, down ? x + j * inwards : x + i, down ? y + i : y + j * inwards);
	}
}

/* Kept near the image: a box far outside has no more pixels to visit. */
static int pixel(float share, int size)
{
	return (int)lroundf(fminf(fmaxf(share, -1), 2) * (float)(size - 1));
}

void outline_draw(struct image *img, const struct box *box, enum outline kind)
{
	int shorter = img->width_px < img->height_px ? img->width_px : img->height_px;
	int left = pixel(box->x, img->width_px), top = pixel(box->y, img->height_px);
	int right = pixel(box->x + box->width, img->width_px);
	int bottom = pixel(box->y + box->height, img->height_px);
	static const uint8_t colors[OUTLINE_COUNT][3] = {
		[OUTLINE_SEEN] = {200, 200, 200},
		[OUTLINE_MEASURED] = {86, 180, 233},
		[OUTLINE_CURRENT] = {230, 159, 0},
	};
	struct pen pen = {.img = img, .thick_px = 1 + shorter / PX_PER_LINE};

	memcpy(pen.rgb, colors[kind], 3);
	pen.thick_px += kind == OUTLINE_CURRENT && shorter >= THICKER_PX;
	pen.dash_px = kind == OUTLINE_MEASURED ? 2 * pen.thick_px : 0;
	pen.corners = kind == OUTLINE_SEEN;
	line(&pen, left, top, right - left + 1, false, 1);
	line(&pen, left, bottom, right - left + 1, false, -1);
	line(&pen, left, top, bottom - top + 1, true, 1);
	line(&pen, right, top, bottom - top + 1, true, -1);
}
