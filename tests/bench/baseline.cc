/*
 * baseline: what the experiment did with each photo, with the same libraries, on one thread: read
 * in colour, 500 pixels wide, grey, dlib's frontal detector after one upsampling, 68 landmarks,
 * eight measures. The models are loaded before the clock starts.
 *
 * Usage: baseline LANDMARKS PHOTO... Prints "name x y width height" for each face, in pixels of
 * the photo as it was read, and the photos per second on stderr.
 */
extern "C" {
#include "lookalike/extractor/geometry.h"
}

#include <chrono>
#include <cstdio>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_processing/shape_predictor.h>
#include <dlib/image_transforms.h>
#include <dlib/opencv.h>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#define WIDTH_PX 500

static void measure(const char *name, dlib::frontal_face_detector &detector,
		    const dlib::shape_predictor &predictor)
{
	cv::Mat photo = cv::imread(name, cv::IMREAD_COLOR), grey;
	dlib::array2d<unsigned char> doubled;
	dlib::pyramid_down<2> pyramid;

	if (photo.empty())
		return;
	double scale = (double)WIDTH_PX / photo.cols;
	cv::resize(photo, photo, cv::Size(WIDTH_PX, cvRound(photo.rows * scale)), 0, 0,
		   cv::INTER_AREA);
	cv::cvtColor(photo, grey, cv::COLOR_BGR2GRAY);
	dlib::cv_image<unsigned char> pixels(grey);
	dlib::pyramid_up(pixels, doubled, pyramid);
	for (const dlib::rectangle &found : detector(doubled)) {
		dlib::rectangle box = pyramid.rect_down(found);
		dlib::full_object_detection shape = predictor(pixels, box);
		struct point landmarks[LANDMARK_COUNT];
		double measures[MEASURE_COUNT];

		for (int i = 0; i < LANDMARK_COUNT; i++)
			landmarks[i] = {(float)shape.part(i).x(), (float)shape.part(i).y()};
		geometry_measure(landmarks, measures);
		printf("%s %.1f %.1f %.1f %.1f\n", name, box.left() / scale, box.top() / scale,
		       box.width() / scale, box.height() / scale);
	}
}

int main(int argc, char **argv)
{
	dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
	dlib::shape_predictor predictor;

	if (argc < 3) {
		fprintf(stderr, "usage: baseline LANDMARKS PHOTO...\n");
		return 2;
	}
	cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
	cv::setNumThreads(1);
	dlib::deserialize(argv[1]) >> predictor;
	auto start = std::chrono::steady_clock::now();
	for (int i = 2; i < argc; i++)
		measure(argv[i], detector, predictor);
	std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
	fprintf(stderr, "%.3f\n", (argc - 2) / seconds.count());
	return 0;
}
