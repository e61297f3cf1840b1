/*
 * What is seen of a photo, against values worked out by hand, and hashes against the definition of
 * the cosine transform.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lookalike/base/memory.h"
#include "lookalike/extractor/quality.h"

#include <math.h>
#include <string.h>

static void assert_near(float value, double expected)
{
	if (!(fabs((double)value - expected) <= 1e-5))
		fail_msg("%.9g is not %.9g", (double)value, expected);
}

static void test_sharpness(void **state)
{
	/* One bright pixel: inside, levels are 9 and eight 0, so their variance is 81/9 - 1 = 8.
	 * The Laplacian is -36 there and 9 beside it: mean 0, (1296 + 4 * 81) / 9 = 180. */
	uint8_t point[5 * 5] = {0}, flat[5 * 5], slope[5 * 5], board[6 * 6];

	(void)state;
	point[2 * 5 + 2] = 9;
	assert_near(quality_sharpness(point, 5, 5, 5), 180.0 / 8);
	memset(flat, 77, sizeof(flat));
	assert_near(quality_sharpness(flat, 5, 5, 5), 0);
	/* An even slope has no second derivative. */
	for (int i = 0; i < 25; i++)
		slope[i] = (uint8_t)(10 * (i % 5) + 3 * (i / 5));
	assert_near(quality_sharpness(slope, 5, 5, 5), 0);
	/* A chessboard of 0 and 2: variance 1, the Laplacian is 8 and -8, variance 64; whatever the
	 * contrast. */
	for (int i = 0; i < 36; i++)
		board[i] = (uint8_t)(2 * ((i % 6 + i / 6) % 2));
	assert_near(quality_sharpness(board, 6, 6, 6), 64);
	for (int i = 0; i < 36; i++)
		board[i] = (uint8_t)(100 + 50 * board[i]);
	assert_near(quality_sharpness(board, 6, 6, 6), 64);
	assert_near(quality_sharpness(board, 2, 6, 6), 0);
}

static void test_cut(void **state)
{
	struct point face[LANDMARK_COUNT];
	struct box box = {40, 40, 20, 20};

	(void)state;
	/* From (20, 40) to (60, 100): with its forehead from 10 on, 40 wide and 90 high. */
	for (int i = 0; i < LANDMARK_COUNT; i++)
		face[i] = (struct point){40, 60};
	face[3] = (struct point){20, 100};
	face[7] = (struct point){60, 40};
	assert_near(quality_cut(&box, face, 100, 100), 0);
	assert_near(quality_cut(&box, face, 50, 100), 0.5); /* the box: all of 50 to 60 */
	assert_near(quality_cut(&box, face, 100, 55), 0.5); /* 45 of 90; of the box 5 of 20 */
	box.x = -15;
	assert_near(quality_cut(&box, face, 100, 100), 0.75);
	box.x = -50;
	assert_near(quality_cut(&box, face, 100, 100), 1);
	box.x = 45;
	for (int i = 0; i < LANDMARK_COUNT; i++)
		face[i] = (struct point){40, 60};
	assert_near(quality_cut(&box, face, 100, 100), 1); /* no area: nobody knows */
}

static double wave(int k, int x)
{
	return cos(M_PI * (x + 0.5) * k / QUALITY_HASH_PX);
}

static void test_hash(void **state)
{
	uint8_t grey[QUALITY_HASH_PX * QUALITY_HASH_PX], hash[PERCEPTUAL_HASH_BYTES];
	int bits = 0;

	(void)state;
	/* Only frequency 3 across and 2 down, positive: one coefficient is above the median of 256.
	 */
	for (int y = 0; y < QUALITY_HASH_PX; y++)
		for (int x = 0; x < QUALITY_HASH_PX; x++)
			grey[y * QUALITY_HASH_PX + x] = (uint8_t)lround(128 + 100 * wave(3, x) *
										      wave(2, y));
	quality_hash(grey, hash);
	/* Bit (2 - 1) * 16 + (3 - 1) = 18; the rest is what rounding leaves, about half. */
	assert_true(hash[18 / 8] >> 18 % 8 & 1);
	for (int i = 0; i < 256; i++)
		bits += hash[i / 8] >> i % 8 & 1;
	assert_int_equal(bits, 128);
	memset(grey, 200, sizeof(grey));
	quality_hash(grey, hash);
	assert_false(perceptual_hash_known(hash));
}

/* Which coefficients of a pattern are above the median, by the definition and no short cut. */
static void test_hash_by_definition(void **state)
{
	static uint8_t grey[QUALITY_HASH_PX * QUALITY_HASH_PX];
	double sums[256];
	uint8_t hash[PERCEPTUAL_HASH_BYTES];
	uint32_t random = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(grey); i++) {
		random = random * 1664525 + 1013904223;
		grey[i] = (uint8_t)(random >> 24);
	}
	quality_hash(grey, hash);
	for (int j = 0; j < 16; j++)
		for (int k = 0; k < 16; k++) {
			double sum = 0;

			for (int y = 0; y < QUALITY_HASH_PX; y++)
				for (int x = 0; x < QUALITY_HASH_PX; x++)
					sum += grey[y * QUALITY_HASH_PX + x] * wave(k + 1, x) *
					       wave(j + 1, y);
			sums[j * 16 + k] = sum;
		}
	for (int i = 0; i < 256; i++) {
		int below = 0;

		for (int other = 0; other < 256; other++)
			below += sums[other] < sums[i];
		assert_int_equal(hash[i / 8] >> i % 8 & 1, below >= 128);
	}
}

/* A photo half black and half white, and a thumbnail of one colour. */
static void test_photo(void **state)
{
	struct photo_quality quality = {0};
	struct face_quality face = {0};
	struct image img;
	struct error err;

	(void)state;
	assert_int_equal(image_alloc(&img, 640, 480, 3, &err), OK);
	for (size_t i = 0; i < 640 * 480; i++)
		memset(img.pixels + 3 * i, i % 640 < 320 ? 0 : 255, 3);
	assert_int_equal(quality_of_photo(&img, 6, &quality, &err), OK);
	assert_int_equal(quality.orientation, 6);
	assert_near(quality.brightness, 0.5);
	assert_near(quality.shadows, 0);
	assert_near(quality.highlights, 1);
	assert_false(perceptual_hash_known(quality.perceptual_hash)); /* across only */
	/* At 320 x 240: the Laplacian is +-255 in two of 318 columns, levels vary by 127.5. */
	assert_near(quality.sharpness, 2.0 / 318 * 4);
	image_done(&img);

	assert_int_equal(image_alloc(&img, THUMB_PX, THUMB_PX, 3, &err), OK);
	for (size_t i = 0; i < THUMB_PX * THUMB_PX; i++)
		memcpy(img.pixels + 3 * i, "\xff\x00\x00", 3);
	quality_of_thumb(&img, &face);
	assert_near(face.brightness, 77.0 / 255); /* of red, BT.601: 0.299 */
	assert_near(face.sharpness, 0);
	image_done(&img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sharpness), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_hash),      cmocka_unit_test(test_hash_by_definition),
		cmocka_unit_test(test_photo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
