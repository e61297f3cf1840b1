/*
 * picture.h: thumbnails side by side, as one sixel, as a PNG for kitty, or as cells of characters.
 *
 * A sixel is one passage for the whole strip: terminals keep only some ten to
 * sixteen images alive, so a thumbnail of its own would not last. Widths and heights
 * in pixels are padded with the background to whole cells.
 *
 * Owns     picture_make()/picture_free().
 * Units    cells, and pixels per cell.
 * Threads  picture_make() from any thread (libsixel's palette builder is behind a lock).
 * Errors   ERR_NOMEM, ERR_VISION when libsixel refuses.
 */
#ifndef LOOKALIKE_UI_PICTURE_H
#define LOOKALIKE_UI_PICTURE_H

#include "lookalike/base/error.h"
#include "lookalike/base/image.h"
#include "lookalike/ui/grid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum graphics {
	GRAPHICS_NONE,      /* no pictures at all */
	GRAPHICS_ASCII,     /* a ramp of characters by brightness */
	GRAPHICS_MONO,      /* quadrants of cells, dithered, in the terminal's own two colours */
	GRAPHICS_BLOCKS16,  /* half blocks, dithered, 8 or 16 colours */
	GRAPHICS_BLOCKS256, /* half blocks, 256 colours */
	GRAPHICS_BLOCKS,    /* half blocks, 24-bit colours */
	GRAPHICS_SIXEL,
	GRAPHICS_KITTY, /* PNG by kitty's graphics protocol */
};

/* What is longer is passed over: tmux takes 1 MiB at most. Few photos are, but noise is. */
#define PICTURE_BYTES_MAX 900000

/* Whether its pictures are of pixels, which lie over cells. */
bool graphics_has_pixels(enum graphics graphics);

const char *graphics_name(enum graphics graphics);

struct picture_options {
	enum graphics graphics;
	int thumb_cols, thumb_rows;        /* cells of one thumbnail */
	int gap_cols;                      /* blank cells between two */
	int cell_width_px, cell_height_px; /* of cells, which have no pixels, 1 and 2 */
	int colors;       /* of a picture's palette, 2 to 256 (fewer if it gets too long); of the
			     terminal for BLOCKS16 */
	bool whole_bands; /* a sixel is a multiple of six pixels high: some make it so, and too high
			   */
	uint8_t background[3]; /* of the gaps and padding, RGB */
	bool equalize;         /* all as bright, and of as much contrast */
};

struct picture {
	uint64_t id; /* unique: the same id is the same picture */
	int rows, cols;
	char *sixel; /* from DCS to ST, or NULL */
	size_t sixel_len;
	char *png64; /* a PNG in base64, or NULL */
	size_t png64_len;
	struct cell *cells; /* rows × cols, or NULL */
};

/* The size in pixels to which an image is scaled in its place. */
void picture_fit(const struct image *img, const struct picture_options *options, int *width_px,
		 int *height_px);

/*
 * count images in a row, each scaled to fit its cells and centred with its proportions kept
 * (a half-block cell shows two pixels, one above the other, one of quadrants four); a NULL image
 * leaves its place blank.
 */
enum status picture_make(const struct image *const *images, int count,
			 const struct picture_options *options, struct picture **out,
			 struct error *err);
void picture_free(struct picture *picture);

#endif
