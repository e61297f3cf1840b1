/*
 * The flat predictor against dlib's own, on the same pixels; and what it makes of other files.
 *
 * dlib rounds its points to whole pixels, which alone moves a point by 0.38 pixels on average. And
 * a number rounded otherwise can turn the way taken through a tree: most faces come out the same
 * but for the rounding, now and then one is a little off. So the mean over many is compared.
 */
extern "C" {
#include "lookalike/base/rng.h"
#include "lookalike/extractor/landmark_model.h"
#include "lookalike/extractor/landmarks.h"
}

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlib/image_processing/shape_predictor.h>
#include <dlib/opencv.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <unistd.h>
#include <vector>

/* Behind all others: it makes a macro of the word "fail". */
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
}

#define LANDMARKS "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"

static struct landmark_model *model;

/* Portraits of the sample photos, with boxes as dlib's detector places them. */
static const struct {
	const char *name;
	int left, top, side;
} portraits[] = {
	{"female/1", 37, 38, 53},  {"female/10", 31, 39, 63}, {"female/13", 49, 38, 53},
	{"female/14", 24, 25, 64}, {"female/19", 31, 32, 53}, {"female/2", 45, 11, 63},
	{"female/24", 21, 14, 76}, {"female/29", 16, 26, 91}, {"female/3", 13, 30, 76},
	{"female/4", 30, 38, 75},  {"female/5", 24, 32, 64},  {"female/6", 40, 41, 45},
	{"female/7", 31, 32, 63},  {"female/8", 21, 38, 76},
};

static cv::Mat read_portrait(const char *name, int flags)
{
	cv::Mat photo = cv::imread(std::string("photos/portraits/") + name + ".jpg", flags);

	assert_false(photo.empty());
	return photo;
}

/* The mean distance of a point from dlib's. */
static double distance_from_dlib(const dlib::shape_predictor &predictor, const cv::Mat &grey,
				 int left, int top, int side)
{
	struct image img = {grey.cols, grey.rows, 1, grey.data};
	struct point points[LANDMARK_COUNT];
	double sum = 0;

	dlib::full_object_detection expected = predictor(dlib::cv_image<unsigned char>(grey),
							 dlib::rectangle(left, top, left + side - 1,
									 top + side - 1));
	landmarks_predict(model, &img, (float)left, (float)top, (float)side, points);
	for (int i = 0; i < LANDMARK_COUNT; i++)
		sum += std::hypot((double)points[i].x - expected.part(i).x(),
				  (double)points[i].y - expected.part(i).y());
	return sum / LANDMARK_COUNT;
}

static void test_against_dlib(void **)
{
	const double count = sizeof(portraits) / sizeof(portraits[0]);
	double small_sum = 0, large_sum = 0;
	dlib::shape_predictor predictor;

	dlib::deserialize(LANDMARKS) >> predictor;
	for (const auto &p : portraits) {
		cv::Mat grey = read_portrait(p.name, cv::IMREAD_GRAYSCALE), large;

		small_sum += distance_from_dlib(predictor, grey, p.left, p.top, p.side);
		cv::resize(grey, large, cv::Size(), 3, 3, cv::INTER_LINEAR);
		large_sum += distance_from_dlib(predictor, large, 3 * p.left, 3 * p.top,
						3 * p.side);
	}
	assert_true(small_sum / count < 0.5);
	assert_true(large_sum / count < 0.8);
}

/* A box that the image cuts, and noise in it: no pixel outside is read. */
static void test_outside(void **)
{
	struct image grey = {};
	struct point points[LANDMARK_COUNT];
	struct rng rng;

	assert_int_equal(image_alloc(&grey, 40, 30, 1, nullptr), OK);
	rng_seed(&rng, 5, 0);
	for (int i = 0; i < 40 * 30; i++)
		grey.pixels[i] = (uint8_t)rng_below(&rng, 256);
	for (float at : {-1e6f, -30.0f, 25.0f, 1e6f}) {
		landmarks_predict(model, &grey, at, at, 50, points);
		for (const struct point &p : points)
			assert_true(std::isfinite(p.x) && std::fabs(p.x - at) < 200);
	}
	image_done(&grey);
}

/* A photo and its mirror image have the same points, mirrored; both eyes are treated alike. */
static void test_mirror(void **)
{
	cv::Mat photo = read_portrait(portraits[0].name, cv::IMREAD_COLOR), flipped;
	struct detection face = {};
	struct point a[LANDMARK_COUNT], b[LANDMARK_COUNT];
	struct image img = {photo.cols, photo.rows, 3, photo.data};

	cv::flip(photo, flipped, 1);
	face.box = {37, 38, 53, 53};
	assert_int_equal(landmarks_find(model, &img, &face, a, nullptr), OK);
	img.pixels = flipped.data;
	face.box.x = (float)photo.cols - 37 - 53;
	assert_int_equal(landmarks_find(model, &img, &face, b, nullptr), OK);
	/* The chin is in the middle; 36 and 45 are the outer corners of the eyes. */
	const int pairs[][2] = {{8, 8}, {36, 45}, {45, 36}, {0, 16}, {31, 35}, {48, 54}};
	for (const auto &pair : pairs) {
		assert_true(std::fabs(a[pair[0]].x - ((float)photo.cols - b[pair[1]].x)) < 0.5f);
		assert_true(std::fabs(a[pair[0]].y - b[pair[1]].y) < 0.5f);
	}
}

static void assert_unusable(const char *path)
{
	struct landmark_model *other = nullptr;
	struct error err;

	assert_int_equal(landmark_model_open(path, &other, &err), ERR_MODEL);
	assert_non_null(strstr(err.msg, "libdlib-data"));
	assert_null(other);
}

/* The first part of the model, cut and damaged: refused, and nothing read beyond its end. */
static void test_damaged(void **)
{
	std::vector<char> head(200000);
	FILE *in = fopen(LANDMARKS, "rb");
	std::string path = std::string(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp") + "/model";
	struct rng rng;

	assert_non_null(in);
	assert_int_equal(fread(head.data(), 1, head.size(), in), head.size());
	fclose(in);
	rng_seed(&rng, 3, 0);
	for (int i = 0; i < 60; i++) {
		std::vector<char> damaged = head;
		size_t len = rng_below(&rng, 3) ? head.size() : rng_below(&rng, head.size());
		FILE *out = fopen(path.c_str(), "wb");

		assert_non_null(out);
		for (int change = 0; change < i; change++)
			damaged[rng_below(&rng, change % 2 ? 100 : head.size())] =
				(char)rng_below(&rng, 256);
		assert_int_equal(fwrite(damaged.data(), 1, len, out), len);
		fclose(out);
		assert_unusable(path.c_str());
	}
	unlink(path.c_str());
	assert_unusable("/nonexistent");
	assert_unusable("/etc/passwd");
	assert_unusable("/tmp");
	assert_unusable("/dev/null");
}

static int setup(void **)
{
	return landmark_model_open(LANDMARKS, &model, nullptr) == OK ? 0 : 1;
}

static int teardown(void **)
{
	landmark_model_close(model);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_dlib),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_mirror),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
