/*
 * kitty's graphics protocol: what is sent is played on a small model of a terminal, written from
 * the protocol's description (sw.kovidgoyal.net/kitty/graphics-protocol), and its pictures are
 * compared with the grid's.
 */
#include "lookalike/base/base64.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/rng.h"
#include "lookalike/ui/frame.h"
#include "lookalike/ui/picture.h"
#include "lookalike/ui/png.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define ROWS           12
#define COLS           40
#define IMAGES_MAX     64

#define CELL_WIDTH_PX  8
#define CELL_HEIGHT_PX 16

struct shown_image {
	int number;
	struct rect rect;
	uint32_t first; /* its first pixel */
};

struct screen {
	int row, col;
	struct shown_image images[IMAGES_MAX];
	int image_count;
	bool loading;
	int number, rows, cols;
	char *base64;
	size_t len;
	int chunks, pictures_sent;
};

static size_t move_ansi(char *out, size_t size, int row, int col)
{
	return (size_t)snprintf(out, size, "\033[%d;%dH", row + 1, col + 1);
}

static const struct frame_terminal terminal = {
	.colors = 256,
	.direct_color = true,
	.clear = "\033[H\033[2J",
	.move = move_ansi,
};

/* A key's number; -1 without it. */
static int number_of(const char *keys, char key)
{
	for (const char *p = keys; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (p[0] == key && p[1] == '=')
			return atoi(p + 2);
	return -1;
}

static int letter_of(const char *keys, char key)
{
	for (const char *p = keys; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (p[0] == key && p[1] == '=')
			return p[2];
	return 0;
}

static int value_of(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	assert_non_null(strchr(digits, c));
	return (int)(strchr(digits, c) - digits);
}

/* Four characters → up to three bytes; returns how many. */
static int decode_four(const char *p, uint8_t bytes[3])
{
	int count = p[3] != '=' ? 3 : p[2] != '=' ? 2 : 1;
	uint32_t bits = 0;

	for (int i = 0; i < 4; i++)
		bits = bits << 6 | (i <= count ? (uint32_t)value_of(p[i]) : 0);
	for (int i = 0; i < 3; i++)
		bytes[i] = (uint8_t)(bits >> (16 - 8 * i));
	return count;
}

static uint8_t *decode(const char *base64, size_t len, size_t *size)
{
	uint8_t *bytes = memory_new(len / 4 * 3 + 1);

	*size = 0;
	for (size_t i = 0; i + 4 <= len; i += 4) {
		int count = decode_four(base64 + i, bytes + *size);

		*size += (size_t)count;
		assert_true(count == 3 || i + 4 == len);
	}
	return bytes;
}

struct png {
	int width_px, height_px;
	uint8_t *rgb;
};

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* CRC-32 as the PNG standard's annex D has it. */
static uint32_t crc_of(const uint8_t *bytes, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? 0xedb88320u ^ crc >> 1 : crc >> 1;
	}
	return ~crc;
}

/* The data of a chunk; NULL when it is not the next one, or damaged. */
static const uint8_t *take_chunk(const uint8_t **at, const uint8_t *end, const char *type,
				 size_t *len)
{
	const uint8_t *p = *at;

	if (end - p < 12 || get32(p) > (size_t)(end - p - 12) || memcmp(p + 4, type, 4) != 0)
		return NULL;
	*len = get32(p);
	*at = p + 12 + *len;
	return get32(p + 8 + *len) == crc_of(p + 4, *len + 4) ? p + 8 : NULL;
}

/* By the standard: 8 bits of a palette, unfiltered, nothing behind IEND. False: it is broken. */
static bool decode_png(const uint8_t *bytes, size_t size, struct png *png)
{
	const uint8_t *at = bytes + 8, *end = bytes + size, *header, *palette, *data;
	size_t len, palette_len, row;
	uint8_t *rows;
	uLongf rows_len;

	if (size < 8 || memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) != 0 ||
	    !(header = take_chunk(&at, end, "IHDR", &len)) || len != 13 ||
	    memcmp(header + 8, "\x08\x03\0\0", 5) != 0 ||
	    !(palette = take_chunk(&at, end, "PLTE", &palette_len)) ||
	    !(data = take_chunk(&at, end, "IDAT", &len)) ||
	    !take_chunk(&at, end, "IEND", &(size_t){0}) || at != end)
		return false;
	png->width_px = (int)get32(header);
	png->height_px = (int)get32(header + 4);
	row = (size_t)png->width_px + 1;
	rows_len = row * (size_t)png->height_px;
	rows = memory_new(rows_len + 1);
	rows_len++;
	assert_int_equal(uncompress(rows, &rows_len, data, len), Z_OK);
	assert_int_equal(rows_len, row * (size_t)png->height_px);
	png->rgb = memory_new((size_t)png->width_px * (size_t)png->height_px * 3);
	for (size_t i = 0; i < rows_len; i++) {
		size_t pixel = i / row * (size_t)png->width_px + i % row - 1;

		if (i % row == 0) {
			assert_int_equal(rows[i], 0);
			continue;
		}
		assert_in_range(rows[i], 0, palette_len / 3 - 1);
		memcpy(png->rgb + 3 * pixel, palette + 3 * rows[i], 3);
	}
	free(rows);
	return true;
}

static void delete_image(struct screen *s, int at)
{
	s->images[at] = s->images[--s->image_count];
}

/* The last chunk has come: right, or an error that ends it as well. */
static void load_end(struct screen *s)
{
	size_t size;
	uint8_t *bytes = decode(s->base64, s->len, &size);
	struct png png;

	if (s->number > 0 && s->rows > 0 && s->cols > 0 && decode_png(bytes, size, &png)) {
		assert_int_equal(png.width_px, s->cols * CELL_WIDTH_PX);
		assert_int_equal(png.height_px, s->rows * CELL_HEIGHT_PX);
		for (int i = 0; i < s->image_count; i++)
			assert_int_not_equal(s->images[i].number, s->number);
		assert_in_range(s->image_count, 0, IMAGES_MAX - 1);
		s->images[s->image_count++] = (struct shown_image){
			s->number,
			{s->row, s->col, s->rows, s->cols},
			COLOR_RGB(png.rgb[0], png.rgb[1], png.rgb[2]),
		};
		s->pictures_sent++;
		free(png.rgb);
	}
	free(bytes);
	s->loading = false;
	s->len = 0;
}

static void load_begin(struct screen *s, const char *keys)
{
	assert_false(s->loading);
	s->loading = true;
	s->number = number_of(keys, 'i');
	s->cols = number_of(keys, 'c');
	s->rows = number_of(keys, 'r');
	/* Whatever a break has left of it, it must be none that is shown. */
	for (int i = 0; i < s->image_count; i++)
		assert_int_not_equal(s->images[i].number, s->number);
}

static void load_more(struct screen *s, const char *data, size_t len)
{
	s->base64 = memory_resize(s->base64, s->len + len + 1, 1);
	memcpy(s->base64 + s->len, data, len);
	s->len += len;
	s->chunks++;
}

static void command(struct screen *s, const char *text, size_t len, bool whole)
{
	char *keys = strndup(text, len), *data = strchr(keys, ';');
	int action;

	if (data)
		*data++ = '\0';
	action = letter_of(keys, 'a');
	if (whole)
		assert_int_equal(number_of(keys, 'q'), 2);
	if (action == 'd') {
		assert_false(s->loading);
		assert_true(!whole || strchr("IA", letter_of(keys, 'd')));
		for (int i = s->image_count - 1; i >= 0; i--)
			if (letter_of(keys, 'd') == 'A' ||
			    s->images[i].number == number_of(keys, 'i'))
				delete_image(s, i);
		free(keys);
		return;
	}
	if (action == 'T') {
		load_begin(s, keys);
		if (whole) {
			assert_int_equal(number_of(keys, 'f'), 100);
			assert_int_equal(number_of(keys, 'C'), 1);
		}
	}
	if (data) {
		assert_in_range(strlen(data), 0, 4096);
		assert_true(!whole || strlen(data) % 4 == 0);
		load_more(s, data, strlen(data));
	}
	if (s->loading && number_of(keys, 'm') != 1 && (whole || data))
		load_end(s);
	else if (s->loading && !whole && !data && action == 'T')
		s->loading = false; /* no data: an error */
	free(keys);
}

static void play(struct screen *s, const char *p, size_t len)
{
	const char *end = p + len;
	int row, col;

	while (p < end) {
		if (p[0] != '\033') {
			assert_int_not_equal(*p, '\n');
			p++;
		} else if (p[1] == '_') {
			const char *stop = memmem(p, (size_t)(end - p), "\033\\", 2);

			assert_non_null(stop);
			assert_int_equal(p[2] == 'G' || stop == p + 2, true);
			if (stop > p + 2)
				command(s, p + 3, (size_t)(stop - p - 3), true);
			p = stop + 2;
		} else if (p[1] == '[') {
			if (sscanf(p, "\033[%d;%dH", &row, &col) == 2) {
				s->row = row - 1;
				s->col = col - 1;
			}
			p += 2 + strspn(p + 2, "0123456789;?");
			p++;
		} else {
			assert_non_null(strchr("78\\", p[1]));
			p += 2;
		}
	}
}

/* The same, cut after len bytes and, within a control string, ended by ST. */
static void play_cut(struct screen *s, const char *bytes, size_t head, size_t len)
{
	const char *last = NULL;

	for (const char *p = bytes + head; p + 1 < bytes + len; p++)
		if (p[0] == '\033' && (p[1] == '_' || p[1] == '\\'))
			last = p;
	if (!last || last[1] == '\\') {
		/* Between two strings, or one ESC into the next. */
		play(s, bytes, bytes[len - 1] == '\033' ? len - 1 : len);
		return;
	}
	play(s, bytes, (size_t)(last - bytes));
	if (bytes[len - 1] == '\033')
		len--;
	if (bytes + len > last + 3)
		command(s, last + 3, (size_t)(bytes + len - last - 3), false);
}

static void assert_shows(const struct screen *s, const struct grid *g)
{
	assert_false(s->loading);
	assert_int_equal(s->image_count, g->placement_count);
	for (int i = 0; i < g->placement_count; i++) {
		int at = 0;

		while (at < s->image_count && memcmp(&s->images[at].rect, &g->placements[i].rect,
						     sizeof(struct rect)) != 0)
			at++;
		assert_in_range(at, 0, s->image_count - 1);
		/* The first pixel says which picture it is. */
		assert_int_equal(s->images[at].first,
				 COLOR_RGB(0, 0, g->placements[i].picture->id));
	}
}

static void present(struct frame *f, const struct grid *g, struct screen *s)
{
	size_t len, head;
	const char *bytes = frame_compose(f, &terminal, g, &len);

	play(s, bytes, len);
	while ((bytes = frame_picture(f, &terminal, g, &len, &head)))
		play(s, bytes, len);
	assert_shows(s, g);
	frame_compose(f, &terminal, g, &len);
	assert_int_equal(len, 0);
}

/* Noise, which does not get smaller; the first pixel is the id. */
static struct picture *make(uint64_t id, int rows, int cols)
{
	int width_px = cols * CELL_WIDTH_PX, height_px = rows * CELL_HEIGHT_PX;
	uint8_t *indices = memory_new((size_t)width_px * (size_t)height_px), palette[3 * 256], *png;
	struct picture *p = memory_new(sizeof(*p));
	struct rng rng;
	size_t len;

	rng_seed(&rng, id, 0);
	for (int i = 0; i < width_px * height_px; i++)
		indices[i] = (uint8_t)rng_below(&rng, 256);
	for (int i = 0; i < 3 * 256; i++)
		palette[i] = (uint8_t)rng_below(&rng, 256);
	indices[0] = 0;
	memcpy(palette, (uint8_t[3]){0, 0, (uint8_t)id}, 3);
	assert_int_equal(png_encode(indices, width_px, height_px, palette, 256, &png, &len, NULL),
			 OK);
	*p = (struct picture){.id = id, .rows = rows, .cols = cols, .png64_len = BASE64_SIZE(len)};
	p->png64 = memory_new(p->png64_len);
	base64_encode(p->png64, png, len);
	free(png);
	free(indices);
	return p;
}

/* Two thumbnails of known pixels, a column of cells between them. */
static void test_pixels(void **state)
{
	static const uint8_t red[3] = {200, 10, 20}, blue[3] = {1, 2, 250}, grey[3] = {9, 9, 9};
	struct picture_options o = {.graphics = GRAPHICS_KITTY,
				    .thumb_cols = 2,
				    .thumb_rows = 1,
				    .gap_cols = 1,
				    .cell_width_px = 3,
				    .cell_height_px = 6,
				    .colors = 16,
				    .background = {9, 9, 9}};
	struct image a = {0}, b = {0};
	const struct image *images[] = {&a, &b};
	struct picture *p;
	struct png png;
	uint8_t *bytes;
	size_t size;

	(void)state;
	assert_int_equal(image_alloc(&a, 6, 6, 3, NULL), OK);
	assert_int_equal(image_alloc(&b, 6, 6, 3, NULL), OK);
	for (int i = 0; i < 36; i++) {
		memcpy(a.pixels + 3 * i, red, 3);
		memcpy(b.pixels + 3 * i, blue, 3);
	}
	assert_int_equal(picture_make(images, 2, &o, &p, NULL), OK);
	assert_null(p->sixel);
	assert_null(p->cells);
	bytes = decode(p->png64, p->png64_len, &size);
	assert_true(decode_png(bytes, size, &png));
	assert_int_equal(png.width_px, 15);
	assert_int_equal(png.height_px, 6);
	for (int i = 0; i < 15 * 6; i++) {
		const uint8_t *want = i % 15 < 6 ? red : i % 15 < 9 ? grey : blue;

		/* libsixel counts colours by their upper five bits; the background is exact. */
		for (int c = 0; c < 3; c++)
			assert_in_range(png.rgb[3 * i + c] + (want == grey ? 0 : 8), want[c],
					want[c] + (want == grey ? 0 : 16));
	}
	free(bytes);
	free(png.rgb);
	picture_free(p);
	image_done(&a);
	image_done(&b);
}

/* Many colours, in a palette of 32: near what they were. */
static void test_colors(void **state)
{
	struct picture_options o = {.graphics = GRAPHICS_KITTY,
				    .thumb_cols = 8,
				    .thumb_rows = 4,
				    .cell_width_px = 5,
				    .cell_height_px = 10,
				    .colors = 32};
	struct image img = {0};
	const struct image *images[] = {&img};
	struct picture *p;
	struct png png;
	uint8_t *bytes;
	double error = 0;
	size_t size;

	(void)state;
	assert_int_equal(image_alloc(&img, 40, 40, 3, NULL), OK);
	for (int i = 0; i < 1600; i++) {
		img.pixels[3 * i] = (uint8_t)(i % 40 * 6);
		img.pixels[3 * i + 1] = (uint8_t)(i / 40 * 6);
		img.pixels[3 * i + 2] = 128;
	}
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	bytes = decode(p->png64, p->png64_len, &size);
	assert_true(decode_png(bytes, size, &png));
	assert_int_equal(png.width_px, 40);
	assert_int_equal(png.height_px, 40);
	for (int i = 0; i < 4800; i++)
		error += pow(png.rgb[i] - img.pixels[i], 2) / 4800;
	assert_true(10 * log10(255 * 255 / error) > 25);
	free(bytes);
	free(png.rgb);
	picture_free(p);
	image_done(&img);
}

static void test_bytes(void **state)
{
	struct picture *p = make(1, 1, 1), *large = make(2, 8, 20);
	struct frame *f = frame_new();
	struct screen s = {0};
	const char *bytes;
	size_t len, head;
	struct grid g;

	(void)state;
	grid_init(&g, ROWS, COLS);
	frame_compose(f, &terminal, &g, &len);
	grid_picture(&g, 2, 3, p);
	frame_compose(f, &terminal, &g, &len);
	bytes = frame_picture(f, &terminal, &g, &len, &head);
	assert_memory_equal(bytes, "\0337\033[m\033[3;4H", head);
	/* A palette and 8 x 16 pixels: one chunk. The signature is "iVBORw0KGgo" in base64. */
	assert_int_equal(len - head,
			 strlen("\033_Gq=2,a=T,i=1001,f=100,c=1,r=1,C=1,m=0;\033\\\0338") +
				 p->png64_len);
	assert_in_range(p->png64_len, 1024, 1500);
	assert_memory_equal(bytes + head, "\033_Gq=2,a=T,i=1001,f=100,c=1,r=1,C=1,m=0;iVBORw0KGgo",
			    51);
	/* Its place with another: that first, under another number, then the old one goes. */
	g.placement_count = 0;
	grid_picture(&g, 2, 3, large);
	bytes = frame_compose(f, &terminal, &g, &len);
	assert_memory_equal(bytes, "\033_Ga=d,d=I,q=2,i=1001\033\\", 23);
	bytes = frame_picture(f, &terminal, &g, &len, &head);
	play(&s, bytes, len);
	/* A palette and 160 x 128 pixels of noise are 28.5 thousand characters: seven chunks. */
	assert_int_equal(s.chunks, 7);
	assert_shows(&s, &g);
	free(s.base64);
	grid_done(&g);
	frame_free(f);
	picture_free(p);
	picture_free(large);
}

/* 500 random screens: no picture is left over, none is missing, no number is used twice. */
static void test_random_walk(void **state)
{
	struct frame *f = frame_new();
	struct picture *pictures[32];
	struct screen s = {0};
	struct rng rng;
	struct grid g;

	(void)state;
	rng_seed(&rng, 5, 0);
	for (int i = 0; i < 32; i++)
		pictures[i] = make((uint64_t)i + 1, 2, 3 + i % 6);
	grid_init(&g, ROWS, COLS);
	for (int step = 0; step < 500; step++) {
		if (rng_below(&rng, 4) == 0)
			grid_clear(&g);
		if (rng_below(&rng, 20) == 0)
			frame_invalidate(f);
		for (int i = 0; i < 5; i++) {
			int row = (int)rng_below(&rng, 5) * 2, col = (int)rng_below(&rng, 30);

			grid_cut(&g, (struct rect){row, col, 2, 8});
			if (rng_below(&rng, 2))
				grid_picture(&g, row, col, pictures[rng_below(&rng, 32)]);
			else
				grid_text(&g, row, col, 8, (struct style){0}, "a text ..");
		}
		present(f, &g, &s);
	}
	assert_true(s.pictures_sent > 500);
	free(s.base64);
	for (int i = 0; i < 32; i++)
		picture_free(pictures[i]);
	grid_done(&g);
	frame_free(f);
}

/* Broken off at each byte: the old picture stays, nothing of the new one, which comes again. */
static void test_broken(void **state)
{
	struct picture *a = make(1, 3, 6), *b = make(2, 3, 6), *other = make(3, 1, 1);
	size_t len = 0, head, least;
	struct grid g;

	(void)state;
	grid_init(&g, ROWS, COLS);
	for (size_t cut = 0; cut == 0 || cut < len; cut += cut < 80 || len - cut < 80 ? 1 : 29) {
		struct frame *f = frame_new();
		struct screen s = {0};
		const char *bytes;

		grid_clear(&g);
		grid_picture(&g, 8, 0, other);
		grid_picture(&g, 1, 1, a);
		present(f, &g, &s);
		grid_clear(&g);
		grid_picture(&g, 8, 0, other);
		grid_picture(&g, 1, 1, b);
		bytes = frame_compose(f, &terminal, &g, &len);
		play(&s, bytes, len);
		bytes = frame_picture(f, &terminal, &g, &len, &head);
		least = cut > head ? cut : head; /* what comes before is sent at once */
		play_cut(&s, bytes, head, least);
		bytes = frame_picture_broken(f, &least);
		play(&s, bytes, least);
		assert_false(s.loading);
		for (int i = 0; i < s.image_count; i++)
			assert_int_not_equal(s.images[i].first, COLOR_RGB(0, 0, 2));
		present(f, &g, &s);
		frame_free(f);
		free(s.base64);
	}
	picture_free(a);
	picture_free(b);
	picture_free(other);
	grid_done(&g);
}

/* Whatever was half sent, the end leaves nothing. */
static void test_end(void **state)
{
	struct picture *a = make(1, 3, 6), *b = make(2, 6, 12);
	struct frame *f = frame_new();
	struct screen s = {0};
	size_t len, head;
	const char *bytes;
	struct grid g;

	(void)state;
	grid_init(&g, ROWS, COLS);
	grid_picture(&g, 1, 1, a);
	present(f, &g, &s);
	grid_picture(&g, 5, 1, b);
	frame_compose(f, &terminal, &g, &len);
	bytes = frame_picture(f, &terminal, &g, &len, &head);
	play_cut(&s, bytes, head, head + 4200);
	assert_true(s.loading);
	play(&s, FRAME_KITTY_END, strlen(FRAME_KITTY_END));
	assert_false(s.loading);
	assert_int_equal(s.image_count, 0);
	free(s.base64);
	picture_free(a);
	picture_free(b);
	grid_done(&g);
	frame_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pixels), cmocka_unit_test(test_colors),
		cmocka_unit_test(test_bytes),  cmocka_unit_test(test_random_walk),
		cmocka_unit_test(test_broken), cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
