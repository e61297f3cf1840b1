/*
 * The square that the network sees: known pixels of a known picture, and dlib's own chips.
 */
extern "C" {
#include "lookalike/extractor/embed.h"
#include "lookalike/extractor/warp.h"
}

#include <cmath>
#include <cstdlib>
#include <dlib/image_processing/full_object_detection.h>
#include <dlib/image_transforms/interpolation.h>
#include <vector>

/* Behind all others: it makes a macro of the word "fail". */
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
}

#define SIDE 640

/* A face of this size, turned, about a place; the points need not look like one. */
static void place_face(struct point points[LANDMARK_COUNT], double size, double turn, double x,
		       double y)
{
	for (int i = 0; i < LANDMARK_COUNT; i++) {
		double u = size * (std::sin(i * 1.7) * 0.3 + (i < 36 || i > 41 ? 0.1 : -0.1));
		double v = size * (std::cos(i * 0.9) * 0.3 + (i > 47 ? 0.3 : -0.1));

		points[i].x = (float)(x + std::cos(turn) * u - std::sin(turn) * v);
		points[i].y = (float)(y + std::sin(turn) * u + std::cos(turn) * v);
	}
}

/* Smooth, so that half a pixel is half a grey level or so. */
static uint8_t level_at(int row, int col, int channel)
{
	return (uint8_t)(128 + 100 * std::sin(row / 90.0 + channel) * std::cos(col / 70.0));
}

static struct image smooth_picture()
{
	struct image img = {};

	assert_int_equal(image_alloc(&img, SIDE, SIDE, 3, NULL), OK);
	for (int r = 0; r < SIDE; r++)
		for (int c = 0; c < SIDE; c++)
			for (int i = 0; i < 3; i++)
				img.pixels[(r * SIDE + c) * 3 + i] = level_at(r, c, i);
	return img;
}

static dlib::matrix<dlib::rgb_pixel> dlib_chip(const struct point points[LANDMARK_COUNT])
{
	dlib::matrix<dlib::rgb_pixel> picture(SIDE, SIDE), chip;
	std::vector<dlib::point> parts;

	for (int r = 0; r < SIDE; r++)
		for (int c = 0; c < SIDE; c++)
			picture(r, c) = dlib::rgb_pixel(level_at(r, c, 0), level_at(r, c, 1),
							level_at(r, c, 2));
	/* Ours are on the edges of pixels, dlib's on their middles, and whole. */
	for (int i = 0; i < LANDMARK_COUNT; i++)
		parts.push_back(dlib::point(std::lround(points[i].x - 0.5),
					    std::lround(points[i].y - 0.5)));
	dlib::full_object_detection face(dlib::rectangle(0, 0, SIDE - 1, SIDE - 1), parts);
	dlib::extract_image_chip(picture, dlib::get_face_chip_details(face, NETWORK_INPUT_PX, 0.25),
				 chip);
	return chip;
}

static void test_like_dlib(void **state)
{
	static const struct {
		double size, turn;
	} cases[] = {{90, 0}, {150, 0.3}, {200, -0.6}, {60, 2}};
	struct image img = smooth_picture();

	(void)state;
	for (const auto &c : cases) {
		struct point points[LANDMARK_COUNT];
		struct image chip = {};
		struct frame frame;
		double sum = 0;

		place_face(points, c.size, c.turn, SIDE / 2.0, SIDE / 2.0);
		for (auto &p : points) {
			p.x = std::round(p.x) + 0.5f;
			p.y = std::round(p.y) + 0.5f;
		}
		assert_int_equal(embed_frame(points, &frame, NULL), OK);
		assert_int_equal(warp_frame(&img, &frame, NETWORK_INPUT_PX, 3, &chip, NULL), OK);
		auto expected = dlib_chip(points);
		for (int r = 0; r < NETWORK_INPUT_PX; r++)
			for (int col = 0; col < NETWORK_INPUT_PX; col++)
				sum += std::abs(chip.pixels[(r * NETWORK_INPUT_PX + col) * 3] -
						expected(r, col).red);
		assert_true(sum / NETWORK_INPUT_PX / NETWORK_INPUT_PX < 0.7);
		image_done(&chip);
	}
	image_done(&img);
}

/*
 * Nose and mouth alone decide scale and turn when the eyes lie where they should: a face that is
 * dlib's mean face, twice as large, at a known place. Points from dlib's table, by hand.
 */
static void test_known_pixels(void **state)
{
	struct point points[LANDMARK_COUNT] = {};
	struct image img = {}, chip = {};
	struct frame frame;

	(void)state;
	/* Everything in one corner but the points that count would be no face; so all are set. */
	place_face(points, 120, 0, 200, 220);
	assert_int_equal(embed_frame(points, &frame, NULL), OK);
	assert_int_equal(image_alloc(&img, SIDE, SIDE, 3, NULL), OK);
	for (int r = 0; r < SIDE; r++) {
		for (int c = 0; c < SIDE; c++) {
			img.pixels[(r * SIDE + c) * 3] = (uint8_t)(c / 4);
			img.pixels[(r * SIDE + c) * 3 + 1] = (uint8_t)(r / 4);
			img.pixels[(r * SIDE + c) * 3 + 2] = 7;
		}
	}
	assert_int_equal(warp_frame(&img, &frame, NETWORK_INPUT_PX, 3, &chip, NULL), OK);
	for (int corner = 0; corner < 4; corner++) {
		int col = corner % 2 ? 140 : 9, row = corner / 2 ? 140 : 9;
		double u = (col - 74.5) / 150 * frame.side, v = (row - 74.5) / 150 * frame.side;
		double c = std::cos(frame.angle_rad), s = std::sin(frame.angle_rad);
		double x = frame.center_x + c * u - s * v, y = frame.center_y + s * u + c * v;
		const uint8_t *pixel = chip.pixels + (row * NETWORK_INPUT_PX + col) * 3;

		if (x < 2 || y < 2)
			continue;
		assert_true(std::fabs(pixel[0] - (x - 2) / 4) <= 1);
		assert_true(std::fabs(pixel[1] - (y - 2) / 4) <= 1);
		assert_int_equal(pixel[2], 7);
	}
	image_done(&chip);
	image_done(&img);
}

static void test_no_face(void **state)
{
	struct point points[LANDMARK_COUNT] = {};
	struct frame frame = {1, 2, 3, 4};

	(void)state;
	assert_int_equal(embed_frame(points, &frame, NULL), ERR_INPUT);
	for (auto &p : points)
		p = {100, 50};
	assert_int_equal(embed_frame(points, &frame, NULL), ERR_INPUT);
	place_face(points, 100, 0, 100, 100);
	points[40].x = NAN;
	assert_int_equal(embed_frame(points, &frame, NULL), ERR_INPUT);
	assert_true(frame.center_x == 1 && frame.angle_rad == 4);
}

/* The mean of crops is repeatable, near the plain one, and not the same. */
static void test_crops(void **state)
{
	float one[EMBEDDING_COUNT], five[EMBEDDING_COUNT], again[EMBEDDING_COUNT];
	struct image img = smooth_picture();
	struct point points[LANDMARK_COUNT];
	struct network *network = nullptr;
	double distance2 = 0;

	(void)state;
	assert_int_equal(network_open("models/" NETWORK_FILE, &network, NULL), OK);
	place_face(points, 150, 0.2, 320, 320);
	assert_int_equal(embed_face(network, &img, points, 1, one, NULL), OK);
	assert_int_equal(embed_face(network, &img, points, 5, five, NULL), OK);
	assert_int_equal(embed_face(network, &img, points, 5, again, NULL), OK);
	assert_memory_equal(five, again, sizeof(five));
	for (int i = 0; i < EMBEDDING_COUNT; i++)
		distance2 += (one[i] - five[i]) * (one[i] - five[i]);
	assert_true(distance2 > 1e-8 && distance2 < 0.16);
	network_close(network);
	image_done(&img);
}

int main()
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_dlib),
		cmocka_unit_test(test_known_pixels),
		cmocka_unit_test(test_no_face),
		cmocka_unit_test(test_crops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
