/*
 * Frames cut out of pictures whose every pixel is known.
 */
#include "lookalike/extractor/warp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#define SIDE 64

/* Red grows to the right, green downwards, by 3 a pixel. */
static struct image slopes_new(void)
{
	struct image img;

	assert_int_equal(image_alloc(&img, SIDE, SIDE, 3, NULL), OK);
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			uint8_t *p = img.pixels + 3 * (y * SIDE + x);

			p[0] = (uint8_t)(3 * x);
			p[1] = (uint8_t)(3 * y);
			p[2] = 100;
		}
	return img;
}

static struct image cut(const struct image *img, struct frame frame, int size_px)
{
	struct image out = {0};

	assert_int_equal(warp_frame(img, &frame, size_px, 3, &out, NULL), OK);
	assert_int_equal(out.width_px, size_px);
	assert_int_equal(out.height_px, size_px);
	return out;
}

static void test_whole_photo_as_it_is(void **state)
{
	struct image img = slopes_new();
	struct image out = cut(&img, (struct frame){SIDE / 2.0f, SIDE / 2.0f, SIDE, 0}, SIDE);

	(void)state;
	assert_memory_equal(out.pixels, img.pixels, 3 * SIDE * SIDE);
	image_done(&out);
	image_done(&img);
}

/* Each pixel shows what frame_map() says lies there, at any angle and scale. */
static void test_agrees_with_frame_map(void **state)
{
	static const struct {
		struct frame frame;
		int size_px;
	} cases[] = {{{30, 34, 20, 0.0f}, 20},
		     {{30, 34, 20, 0.4f}, 40},
		     {{30, 34, 24, -0.9f}, 8},
		     {{32, 32, 30, 1.5708f}, 30},
		     {{31, 33, 32, 3.0f}, 16}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct image img = slopes_new();
		int size = cases[i].size_px;
		struct image out = cut(&img, cases[i].frame, size);

		for (int y = 16; y < 48; y++)
			for (int x = 16; x < 48; x++) {
				struct point middle = {(float)x + 0.5f, (float)y + 0.5f};
				struct point at = frame_map(&cases[i].frame, middle);
				int col = (int)floorf(at.x * (float)size);
				int row = (int)floorf(at.y * (float)size);
				int slack = (int)ceilf(3 * (1 + cases[i].frame.side / (float)size));
				const uint8_t *p;

				if (col < 0 || col >= size || row < 0 || row >= size)
					continue;
				p = out.pixels + 3 * (row * size + col);
				assert_true(abs(p[0] - 3 * x) <= slack);
				assert_true(abs(p[1] - 3 * y) <= slack);
				assert_int_equal(p[2], 100);
			}
		image_done(&out);
		image_done(&img);
	}
}

/* Lines of one pixel, black and white, must become grey and not one of them. */
static void test_reduces_by_averaging(void **state)
{
	struct image img, out;

	(void)state;
	assert_int_equal(image_alloc(&img, 256, 256, 3, NULL), OK);
	for (int i = 0; i < 256 * 256 * 3; i++)
		img.pixels[i] = i / 3 % 2 ? 255 : 0;
	out = cut(&img, (struct frame){128, 128, 256, 0}, 16);
	for (int i = 0; i < 16 * 16 * 3; i++)
		assert_in_range(out.pixels[i], 120, 135);
	image_done(&out);
	image_done(&img);
}

static void test_outside_continues_the_border(void **state)
{
	struct image img = slopes_new();
	struct image out = cut(&img, (struct frame){0, 0, 40, 0}, 40);

	(void)state;
	assert_int_equal(out.pixels[0], 0);
	assert_int_equal(out.pixels[3 * (30 * 40 + 0) + 1], 30);
	image_done(&out);
	out = cut(&img, (struct frame){-500, 500, 10, 0}, 4); /* nowhere near */
	assert_int_equal(out.pixels[0], 0);
	assert_int_equal(out.pixels[1], 3 * (SIDE - 1));
	image_done(&out);
	image_done(&img);
}

static void test_impossible_frames(void **state)
{
	static const struct frame frames[] = {
		{1, 1, 0, 0}, {1, 1, -1, 0}, {NAN, 1, 1, 0}, {1, INFINITY, 1, 0}, {1, 1, 1, NAN}};
	struct image img = slopes_new(), out;

	(void)state;
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		assert_int_equal(warp_frame(&img, &frames[i], 8, 3, &out, NULL), ERR_INPUT);
	assert_int_equal(warp_frame(&img, &(struct frame){1, 1, 1, 0}, 0, 3, &out, NULL),
			 ERR_INPUT);
	image_done(&img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_photo_as_it_is),
		cmocka_unit_test(test_agrees_with_frame_map),
		cmocka_unit_test(test_reduces_by_averaging),
		cmocka_unit_test(test_outside_continues_the_border),
		cmocka_unit_test(test_impossible_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
