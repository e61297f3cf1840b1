/*
 * kitty's graphics protocol: what is sent is played on a small model of a terminal, written from
 * the protocol's description (sw.kovidgoyal.net/kitty/graphics-protocol), and its pictures are
 * compared with the grid's.
 */
#include "lookalike/base/memory.h"
#include "lookalike/base/rng.h"
#include "lookalike/ui/frame.h"
#include "lookalike/ui/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS       12
#define COLS       40
#define IMAGES_MAX 64

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
	int number, width_px, height_px, rows, cols;
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

static void delete_image(struct screen *s, int at)
{
	s->images[at] = s->images[--s->image_count];
}

/* The last chunk has come: right, or an error that ends it as well. */
static void load_end(struct screen *s)
{
	size_t size;
	uint8_t *bytes = decode(s->base64, s->len, &size);

	if (s->number > 0 && s->width_px > 0 && s->height_px > 0 && s->rows > 0 && s->cols > 0 &&
	    size == (size_t)s->width_px * (size_t)s->height_px * 3) {
		for (int i = 0; i < s->image_count; i++)
			assert_int_not_equal(s->images[i].number, s->number);
		assert_in_range(s->image_count, 0, IMAGES_MAX - 1);
		s->images[s->image_count++] = (struct shown_image){
			s->number,
			{s->row, s->col, s->rows, s->cols},
			COLOR_RGB(bytes[0], bytes[1], bytes[2]),
		};
		s->pictures_sent++;
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
	s->width_px = number_of(keys, 's');
	s->height_px = number_of(keys, 'v');
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
			assert_int_equal(number_of(keys, 'f'), 24);
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

/* One colour, which is the id. */
static struct picture *make(uint64_t id, int rows, int cols)
{
	struct picture_options o = {.graphics = GRAPHICS_KITTY,
				    .thumb_cols = cols,
				    .thumb_rows = rows,
				    .cell_width_px = 8,
				    .cell_height_px = 16,
				    .background = {0, 0, (uint8_t)id}};
	const struct image *none = NULL;
	struct picture *p;

	assert_int_equal(picture_make(&none, 1, &o, &p, NULL), OK);
	p->id = id;
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
				    .background = {9, 9, 9}};
	struct image a = {0}, b = {0};
	const struct image *images[] = {&a, &b};
	struct picture *p;
	size_t size;
	uint8_t *rgb;

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
	assert_int_equal(p->width_px, 15);
	assert_int_equal(p->height_px, 6);
	rgb = decode(p->rgb64, p->rgb64_len, &size);
	assert_int_equal(size, 15 * 6 * 3);
	for (int i = 0; i < 15 * 6; i++)
		assert_memory_equal(rgb + 3 * i, i % 15 < 6 ? red : i % 15 < 9 ? grey : blue, 3);
	free(rgb);
	picture_free(p);
	image_done(&a);
	image_done(&b);
}

static void test_bytes(void **state)
{
	struct picture *p = make(1, 1, 1), *large = make(2, 4, 10);
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
	/* 8 x 16 pixels are 384 bytes, 512 characters: one chunk. */
	assert_int_equal(len - head, strlen("\033_Gq=2,a=T,i=1001,f=24,s=8,v=16,c=1,r=1,C=1,m=0;"
					    "\033\\\0338") +
					     512);
	assert_memory_equal(bytes + head, "\033_Gq=2,a=T,i=1001,f=24,s=8,v=16,c=1,r=1,C=1,m=0;AAAB",
			    52);
	/* Its place with another: that first, under another number, then the old one goes. */
	g.placement_count = 0;
	grid_picture(&g, 2, 3, large);
	bytes = frame_compose(f, &terminal, &g, &len);
	assert_memory_equal(bytes, "\033_Ga=d,d=I,q=2,i=1001\033\\", 23);
	bytes = frame_picture(f, &terminal, &g, &len, &head);
	play(&s, bytes, len);
	/* 80 x 64 pixels are 20480 characters: five chunks. */
	assert_int_equal(s.chunks, 5);
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
	struct picture *a = make(1, 3, 6), *b = make(2, 3, 6);
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
		cmocka_unit_test(test_pixels),      cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_random_walk), cmocka_unit_test(test_broken),
		cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
