/*
 * Pictures: sixels are decoded by a small decoder of our own, written from DEC's description and
 * not with libsixel, and compared pixel by pixel; cells with values worked out by hand.
 */
#include "lookalike/ui/picture.h"

#include <ctype.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct decoded {
	int width, height;
	uint8_t *rgb;
	bool *painted;
};

static int number(const char **p)
{
	int n = 0;

	while (isdigit((unsigned char)**p))
		n = n * 10 + *(*p)++ - '0';
	return n;
}

static void paint(struct decoded *d, int x, int top, int bits, const uint8_t color[3])
{
	for (int i = 0; i < 6; i++) {
		if (!(bits & 1 << i))
			continue;
		assert_in_range(x, 0, d->width - 1);
		assert_in_range(top + i, 0, d->height - 1);
		memcpy(d->rgb + 3 * ((top + i) * d->width + x), color, 3);
		d->painted[(top + i) * d->width + x] = true;
	}
}

static void decode_color(const char **p, uint8_t palette[256][3], int *current)
{
	*current = number(p);
	assert_in_range(*current, 0, 255);
	if (**p != ';')
		return;
	++*p;
	assert_int_equal(number(p), 2); /* RGB, in percent */
	for (int i = 0; i < 3; i++) {
		assert_int_equal(*(*p)++, ';');
		palette[*current][i] = (uint8_t)((number(p) * 255 + 50) / 100);
	}
}

static struct decoded decode(const struct picture *picture)
{
	uint8_t palette[256][3] = {{0}};
	char *copy = strndup(picture->sixel, picture->sixel_len);
	const char *p = strchr(copy, 'q');
	struct decoded d;
	int x = 0, top = 0, current = 0;

	assert_memory_equal(copy, "\033P", 2);
	assert_memory_equal(p, "q\"1;1;", 6);
	p += 6;
	d.width = number(&p);
	p++;
	d.height = number(&p);
	d.rgb = calloc((size_t)(d.width * d.height), 3);
	d.painted = calloc((size_t)(d.width * d.height), sizeof(bool));
	while (*p != 27) {
		int repeat = 1;

		if (*p == '#') {
			p++;
			decode_color(&p, palette, &current);
			continue;
		}
		if (*p == '!') {
			p++;
			repeat = number(&p);
		}
		if (*p == '$' || *p == '-')
			x = 0;
		if (*p == '-')
			top += 6;
		for (; *p >= '?' && repeat > 0; repeat--)
			paint(&d, x++, top, *p - '?', palette[current]);
		p++;
	}
	assert_string_equal(p, "\033\\");
	free(copy);
	return d;
}

static void decoded_done(struct decoded *d)
{
	free(d->rgb);
	free(d->painted);
}

static struct image make_image(int width, int height, const uint8_t *rgb)
{
	struct image img = {0};

	assert_int_equal(image_alloc(&img, width, height, 3, NULL), OK);
	for (int i = 0; i < width * height; i++)
		memcpy(img.pixels + 3 * i, rgb, 3);
	return img;
}

static const uint8_t red[3] = {255, 0, 0}, blue[3] = {0, 0, 255};

static struct picture_options options(enum graphics graphics)
{
	return (struct picture_options){
		.graphics = graphics,
		.thumb_cols = 4,
		.thumb_rows = 2,
		.gap_cols = 1,
		.cell_width_px = 5,
		.cell_height_px = 10,
		.colors = 32,
		.background = {255, 255, 255},
	};
}

static void assert_pixel(const struct decoded *d, int x, int y, int r, int g, int b)
{
	const uint8_t *p = d->rgb + 3 * (y * d->width + x);

	assert_int_equal(p[0], r);
	assert_int_equal(p[1], g);
	assert_int_equal(p[2], b);
}

/* libsixel counts colours by their upper five bits. */
static void assert_near(const struct decoded *d, int x, int y, const uint8_t rgb[3])
{
	for (int i = 0; i < 3; i++)
		assert_in_range(d->rgb[3 * (y * d->width + x) + i] + 8, rgb[i], rgb[i] + 16);
}

/* Thumbs of 20×20 pixels: a square one fills it, one twice as wide takes rows 5 to 14. */
static void test_sixel(void **state)
{
	struct image square = make_image(8, 8, red), wide = make_image(40, 20, blue);
	const struct image *images[] = {&square, NULL, &wide};
	struct picture_options o = options(GRAPHICS_SIXEL);
	struct picture *p = NULL;
	struct decoded d;

	(void)state;
	assert_int_equal(picture_make(images, 3, &o, &p, NULL), OK);
	assert_int_equal(p->rows, 2);
	assert_int_equal(p->cols, 14);
	assert_null(p->cells);
	d = decode(p);
	assert_int_equal(d.width, 14 * 5);
	assert_int_equal(d.height, 2 * 10);
	for (int y = 0; y < d.height; y++) {
		for (int x = 0; x < d.width; x++) {
			assert_true(d.painted[y * d.width + x]);
			if (x < 20)
				assert_near(&d, x, y, red);
			else if (x >= 50 && y >= 5 && y < 15)
				assert_near(&d, x, y, blue);
			else
				assert_pixel(&d, x, y, 255, 255, 255);
		}
	}
	decoded_done(&d);
	picture_free(p);
	image_done(&square);
	image_done(&wide);
}

/* A cell of 9 x 15: of three rows, 45 pixels, tmux would make 48, and a fourth row. */
static void test_whole_bands(void **state)
{
	static const struct {
		int rows, cell_height_px, height_px;
	} cases[] = {{3, 15, 42}, {2, 15, 30}, {2, 18, 36}, {1, 11, 6}};
	struct image img = make_image(8, 8, red);
	const struct image *images[] = {&img};
	struct picture_options o = options(GRAPHICS_SIXEL);

	(void)state;
	o.whole_bands = true;
	o.thumb_cols = 14;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct picture *p;
		struct decoded d;

		o.thumb_rows = cases[i].rows;
		o.cell_height_px = cases[i].cell_height_px;
		assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
		assert_int_equal(p->rows, cases[i].rows);
		d = decode(p);
		assert_int_equal(d.height, cases[i].height_px);
		assert_near(&d, d.width / 2, d.height - 1, red);
		decoded_done(&d);
		picture_free(p);
	}
	image_done(&img);
}

/* Cells that are not twice as high as wide: the picture is as high as its pixels say. */
static void test_blocks_of_cells(void **state)
{
	struct image img = make_image(8, 8, red);
	const struct image *images[] = {&img};
	struct picture_options o = options(GRAPHICS_BLOCKS);
	struct picture *p;

	(void)state;
	o.thumb_cols = 5;
	o.thumb_rows = 3;
	o.cell_width_px = 9;
	o.cell_height_px = 15;
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	for (int i = 0; i < 15; i++) {
		assert_int_equal(p->cells[i].ch, 0x2580);
		assert_int_equal(p->cells[i].style.fg, COLOR_RGB(255, 0, 0));
		assert_int_equal(p->cells[i].style.bg, COLOR_RGB(255, 0, 0));
	}
	picture_free(p);
	image_done(&img);
}

/* Many colours: every pixel painted, near what it was; the background exact. */
static void test_sixel_colors(void **state)
{
	struct image img = {0};
	const struct image *images[2];
	struct picture_options o = options(GRAPHICS_SIXEL);
	struct picture *p = NULL;
	struct decoded d;
	double error = 0;

	(void)state;
	o.thumb_cols = 8;
	o.thumb_rows = 4;
	assert_int_equal(image_alloc(&img, 40, 40, 3, NULL), OK);
	for (int i = 0; i < 1600; i++) {
		img.pixels[3 * i] = (uint8_t)(i % 40 * 6);
		img.pixels[3 * i + 1] = (uint8_t)(i / 40 * 6);
		img.pixels[3 * i + 2] = 128;
	}
	images[0] = images[1] = &img;
	assert_int_equal(picture_make(images, 2, &o, &p, NULL), OK);
	d = decode(p);
	assert_int_equal(d.width, 85);
	for (int y = 0; y < 40; y++) {
		for (int x = 0; x < 40; x++) {
			const uint8_t *got = d.rgb + 3 * (y * 85 + x),
				      *want = img.pixels + 3 * (y * 40 + x);

			assert_true(d.painted[y * 85 + x]);
			for (int i = 0; i < 3; i++)
				error += (got[i] - want[i]) * (got[i] - want[i]) / 4800.0;
		}
		for (int x = 40; x < 45; x++)
			assert_pixel(&d, x, y, 255, 255, 255);
	}
	/* 32 colours cut this plane of 240×240 in squares of 42: a deviation of 42/√12 = 12 in
	 * two of three channels is what equal squares give, 98 in square. */
	assert_true(error < 2 * 98);
	decoded_done(&d);
	picture_free(p);
	image_done(&img);
}

static void test_sixel_of_nothing(void **state)
{
	const struct image *images[1] = {NULL};
	struct picture_options o = options(GRAPHICS_SIXEL);
	struct picture *p = NULL;
	struct decoded d;

	(void)state;
	o.background[0] = 51;
	o.background[1] = o.background[2] = 0;
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	d = decode(p);
	assert_int_equal(d.width, 20);
	assert_int_equal(d.height, 20);
	for (int i = 0; i < 400; i++) {
		assert_true(d.painted[i]);
		assert_pixel(&d, i % 20, i / 20, 51, 0, 0);
	}
	decoded_done(&d);
	picture_free(p);
}

/* A 2×4 image in 2×2 cells: the pixels are the half cells, two beside each other. */
static void test_blocks(void **state)
{
	static const uint8_t pixels[] = {
		10, 0, 0, 20, 0, 0, 30, 0, 0, 40, 0, 0, 50, 0, 0, 60, 0, 0, 70, 0, 0, 80, 0, 0,
	};
	struct image img = make_image(2, 4, red);
	const struct image *images[] = {&img, &img};
	struct picture_options o = options(GRAPHICS_BLOCKS);
	struct picture *p = NULL;

	(void)state;
	memcpy(img.pixels, pixels, sizeof(pixels));
	o.thumb_cols = 2;
	assert_int_equal(picture_make(images, 2, &o, &p, NULL), OK);
	assert_int_equal(p->cols, 5);
	assert_int_equal(p->rows, 2);
	assert_null(p->sixel);
	for (int i = 0; i < 10; i++) {
		int row = i / 5, col = i % 5, x = col % 3;

		if (col == 2) {
			assert_int_equal(p->cells[i].ch, ' ');
			assert_int_equal(p->cells[i].style.bg, COLOR_TERMINAL);
			continue;
		}
		assert_int_equal(p->cells[i].ch, 0x2580);
		assert_int_equal(p->cells[i].style.fg, COLOR_RGB(pixels[row * 12 + x * 3], 0, 0));
		assert_int_equal(p->cells[i].style.bg,
				 COLOR_RGB(pixels[row * 12 + 6 + x * 3], 0, 0));
	}
	picture_free(p);
	image_done(&img);
}

/* Twice as wide as high in 4×4 half cells: two of them, rows 1 and 2. */
static void test_blocks_padding(void **state)
{
	struct image img = make_image(8, 4, blue);
	const struct image *images[] = {&img};
	struct picture_options o = options(GRAPHICS_BLOCKS256);
	struct picture *p = NULL;

	(void)state;
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	for (int col = 0; col < 4; col++) {
		assert_int_equal(p->cells[col].ch, 0x2584);
		assert_int_equal(p->cells[col].style.fg, COLOR_RGB(0, 0, 255));
		assert_int_equal(p->cells[col].style.bg, COLOR_TERMINAL);
		assert_int_equal(p->cells[4 + col].ch, 0x2580);
		assert_int_equal(p->cells[4 + col].style.fg, COLOR_RGB(0, 0, 255));
		assert_int_equal(p->cells[4 + col].style.bg, COLOR_TERMINAL);
	}
	picture_free(p);
	image_done(&img);
}

/* Grey, by brightness: 0, 127, 255 are the first, fifth and last character of the ramp. */
static void test_ascii(void **state)
{
	struct image img = {0};
	const struct image *images[] = {&img};
	struct picture_options o = options(GRAPHICS_ASCII);
	struct picture *p = NULL;

	(void)state;
	assert_int_equal(image_alloc(&img, 3, 2, 1, NULL), OK);
	memcpy(img.pixels, (uint8_t[]){0, 127, 255, 0, 127, 255}, 6);
	o.thumb_cols = 4; /* the fourth is outside the image */
	o.thumb_rows = 1;
	memset(o.background, 0, 3);
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	assert_int_equal(p->cells[0].ch, ' ');
	assert_int_equal(p->cells[1].ch, '=');
	assert_int_equal(p->cells[2].ch, '@');
	assert_int_equal(p->cells[3].ch, ' ');
	assert_int_equal(p->cells[2].style.fg, COLOR_TERMINAL);
	picture_free(p);
	/* Dark text on a light background: the other way round. */
	memset(o.background, 255, 3);
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	assert_int_equal(p->cells[0].ch, '@');
	assert_int_equal(p->cells[1].ch, '+');
	assert_int_equal(p->cells[2].ch, ' ');
	assert_int_equal(p->cells[3].ch, ' ');
	picture_free(p);
	image_done(&img);
}

/* One cell of a 2 x 2 image is its four pixels; white is ink on a dark background. */
static void test_mono(void **state)
{
	static const uint8_t white[3] = {255, 255, 255}, black[3] = {0, 0, 0};
	struct image img = make_image(4, 4, white);
	const struct image *images[] = {&img};
	struct picture_options o = options(GRAPHICS_MONO);
	struct picture *p = NULL;
	int ink = 0;

	(void)state;
	for (int y = 0; y < 2; y++) /* the upper left quarter is black */
		for (int x = 0; x < 2; x++)
			memcpy(img.pixels + 3 * (4 * y + x), black, 3);
	o.thumb_cols = 2;
	o.thumb_rows = 1;
	memset(o.background, 0, 3);
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	assert_int_equal(p->cells[0].ch, 0x2584); /* lower half */
	assert_int_equal(p->cells[1].ch, 0x2588); /* full */
	assert_int_equal(p->cells[1].style.fg, COLOR_TERMINAL);
	picture_free(p);
	memset(o.background, 255, 3);
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	assert_int_equal(p->cells[0].ch, 0x2580);
	assert_int_equal(p->cells[1].ch, ' ');
	picture_free(p);
	image_done(&img);
	/* Of grey, as many of 16 x 16 pixels have ink as it is bright. */
	img = make_image(16, 16, (const uint8_t[]){96, 96, 96});
	o.thumb_cols = 16;
	o.thumb_rows = 8;
	memset(o.background, 0, 3);
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	for (int i = 0; i < 16 * 8; i++) {
		switch (p->cells[i].ch) {
		case ' ':
			break;
		case 0x2598: /* one quadrant */
		case 0x259d:
		case 0x2596:
		case 0x2597:
			ink += 1;
			break;
		case 0x2599: /* three */
		case 0x259b:
		case 0x259c:
		case 0x259f:
			ink += 3;
			break;
		case 0x2588:
			ink += 4;
			break;
		default:
			ink += 2;
		}
	}
	assert_in_range(ink * 255 / (4 * 16 * 8), 96 - 8, 96 + 8);
	picture_free(p);
	image_done(&img);
}

/* Between two colours of the sixteen, both come, and their mean is near. */
static void test_blocks16(void **state)
{
	struct image img = make_image(16, 16, (const uint8_t[]){178, 178, 178});
	const struct image *images[] = {&img};
	struct picture_options o = options(GRAPHICS_BLOCKS16);
	struct picture *p = NULL;
	int sum = 0, kinds[2] = {0};

	(void)state;
	o.colors = 16;
	o.thumb_cols = 16;
	o.thumb_rows = 8;
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	for (int i = 0; i < 16 * 8; i++) {
		uint32_t halves[] = {p->cells[i].style.fg, p->cells[i].style.bg};

		assert_int_equal(p->cells[i].ch, 0x2580);
		for (int h = 0; h < 2; h++) {
			/* xterm's white (229) and bright black (127). */
			assert_true(halves[h] == COLOR_INDEX(7) || halves[h] == COLOR_INDEX(8));
			kinds[halves[h] == COLOR_INDEX(7)]++;
			sum += halves[h] == COLOR_INDEX(7) ? 229 : 127;
		}
	}
	assert_true(kinds[0] > 0 && kinds[1] > 0);
	assert_in_range(sum / (2 * 16 * 8), 178 - 12, 178 + 12);
	picture_free(p);
	/* With eight colours only those. */
	o.colors = 8;
	assert_int_equal(picture_make(images, 1, &o, &p, NULL), OK);
	for (int i = 0; i < 16 * 8; i++)
		assert_in_range(p->cells[i].style.fg, COLOR_INDEX(0), COLOR_INDEX(7));
	picture_free(p);
	image_done(&img);
}

static void test_none_and_ids(void **state)
{
	struct image img = make_image(2, 2, red);
	const struct image *images[] = {&img};
	struct picture_options o = options(GRAPHICS_NONE);
	struct picture *a = NULL, *b = NULL;

	(void)state;
	assert_int_equal(picture_make(images, 1, &o, &a, NULL), OK);
	assert_int_equal(picture_make(images, 1, &o, &b, NULL), OK);
	assert_int_not_equal(a->id, b->id);
	for (int i = 0; i < 8; i++)
		assert_int_equal(a->cells[i].ch, ' ');
	picture_free(a);
	picture_free(b);
	picture_free(NULL);
	image_done(&img);
}

/* An image so narrow that its scaled width would be nothing. */
static void test_extreme_proportions(void **state)
{
	struct image tall = make_image(1, 500, red), wide = make_image(500, 1, blue);
	const struct image *images[] = {&tall, &wide};

	(void)state;
	for (int g = GRAPHICS_ASCII; g <= GRAPHICS_SIXEL; g++) {
		struct picture_options o = options((enum graphics)g);
		struct picture *p = NULL;

		assert_int_equal(picture_make(images, 2, &o, &p, NULL), OK);
		assert_int_equal(p->cols, 9);
		picture_free(p);
	}
	image_done(&tall);
	image_done(&wide);
}

static void test_too_large(void **state)
{
	struct image img = make_image(2, 2, red);
	const struct image *images[] = {&img};
	struct picture_options o = options(GRAPHICS_SIXEL);
	struct picture *p = NULL;
	struct error err;

	(void)state;
	o.cell_width_px = o.cell_height_px = 1 << 30;
	assert_int_equal(picture_make(images, 1, &o, &p, &err), ERR_NOMEM);
	o.cell_width_px = o.cell_height_px = 100000;
	assert_int_equal(picture_make(images, 1, &o, &p, &err), ERR_NOMEM);
	assert_null(p);
	image_done(&img);
}

#define THREADS 4
#define ROUNDS  20

static struct image noisy;

static void *encode_often(void *result)
{
	const struct image *images[] = {&noisy};
	struct picture_options o = options(GRAPHICS_SIXEL);
	struct picture **out = result;

	for (int i = 0; i < ROUNDS; i++)
		if (picture_make(images, 1, &o, &out[i], NULL) != OK)
			return NULL;
	return NULL;
}

/* The same image gives the same bytes, however many threads encode. */
/* Noise as large as xterm takes: runs of one pixel in every colour. */
static void test_noise_is_not_too_long(void **state)
{
	struct picture_options o = {GRAPHICS_SIXEL, 125, 50, 0, 8, 20, 64, .background = {0}};
	struct image noise = {.width_px = 1000, .height_px = 1000, .channels = 3};
	const struct image *images[] = {&noise};
	struct picture *picture;
	struct decoded d;
	struct error err;
	uint32_t x = 1;

	(void)state;
	assert_int_equal(image_alloc(&noise, 1000, 1000, 3, &err), OK);
	for (int i = 0; i < 3 * 1000 * 1000; i++) {
		x = x * 1664525 + 1013904223;
		noise.pixels[i] = (uint8_t)(x >> 24);
	}
	assert_int_equal(picture_make(images, 1, &o, &picture, &err), OK);
	assert_in_range(picture->sixel_len, 100000, PICTURE_BYTES_MAX - 1);
	d = decode(picture);
	assert_int_equal(d.width, 1000);
	assert_int_equal(d.height, 1000);
	free(d.rgb);
	free(d.painted);
	picture_free(picture);
	image_done(&noise);
}

static void test_threads(void **state)
{
	struct picture *made[THREADS][ROUNDS] = {{NULL}};
	pthread_t threads[THREADS];

	(void)state;
	assert_int_equal(image_alloc(&noisy, 20, 20, 3, NULL), OK);
	for (int i = 0; i < 1200; i++)
		noisy.pixels[i] = (uint8_t)(i * 7919 >> 3);
	for (int t = 0; t < THREADS; t++)
		pthread_create(&threads[t], NULL, encode_often, made[t]);
	for (int t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
	for (int i = 0; i < THREADS * ROUNDS; i++) {
		struct picture *p = made[i / ROUNDS][i % ROUNDS];

		assert_non_null(p);
		assert_int_equal(p->sixel_len, made[0][0]->sixel_len);
		assert_memory_equal(p->sixel, made[0][0]->sixel, p->sixel_len);
	}
	for (int i = 0; i < THREADS * ROUNDS; i++)
		picture_free(made[i / ROUNDS][i % ROUNDS]);
	image_done(&noisy);
}

/* A dark and flat one, and a bright one: equally bright and of one spread after it. */
static void test_equalize(void **state)
{
	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		struct image img = {0};
		double sum = 0, squares = 0;
		int n = 40 * 40 * 3;

		assert_int_equal(image_alloc(&img, 40, 40, 3, NULL), OK);
		for (int i = 0; i < n; i++)
			img.pixels[i] = (uint8_t)(kind ? 130 + i / 3 % 120 : 10 + i / 3 % 70);
		image_equalize(&img);
		for (int i = 0; i < n; i++) {
			sum += img.pixels[i];
			squares += img.pixels[i] * img.pixels[i];
		}
		assert_true(fabs(sum / n - 118) < 1);
		assert_true(fabs(sqrt(squares / n - sum / n * sum / n) - 52) < 2);
		image_done(&img);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sixel),
		cmocka_unit_test(test_sixel_colors),
		cmocka_unit_test(test_sixel_of_nothing),
		cmocka_unit_test(test_whole_bands),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_blocks_of_cells),
		cmocka_unit_test(test_blocks_padding),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_mono),
		cmocka_unit_test(test_blocks16),
		cmocka_unit_test(test_none_and_ids),
		cmocka_unit_test(test_extreme_proportions),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_noise_is_not_too_long),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_equalize),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
