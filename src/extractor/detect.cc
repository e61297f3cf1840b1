/*
 * detect.cc: dlib's frontal HOG detector over the whole photo.
 *
 * The photo is brought to a working width and then doubled once, which lets the detector's
 * window of 80 pixels find faces from 40 pixels of the working image on. The work grows with the
 * area, so the height is limited too.
 */
extern "C" {
#include "lookalike/extractor/detect.h"
}
#include "guard.hh"

#include <cstdlib>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>
#include <dlib/opencv.h>
#include <opencv2/imgproc.hpp>
#include <vector>

#define WORKING_WIDTH_PX      500
#define WORKING_HEIGHT_MAX_PX 2000

struct face_detector {
	dlib::frontal_face_detector hog;
};

namespace
{

double working_scale(const struct image &img)
{
	double scale = (double)WORKING_WIDTH_PX / img.width_px;

	return std::min({1.0, scale, (double)WORKING_HEIGHT_MAX_PX / img.height_px});
}

cv::Mat working_image(const struct image &img, double scale)
{
	cv::Mat rgb(img.height_px, img.width_px, CV_8UC3, img.pixels), grey;
	cv::Size size(std::max(1, cvRound(img.width_px * scale)),
		      std::max(1, cvRound(img.height_px * scale)));

	if (size != rgb.size())
		cv::resize(rgb, rgb, size, 0, 0, cv::INTER_AREA);
	cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
	return grey;
}

enum status detect(struct face_detector *detector, const struct image &img,
		   struct detection_list *out, struct error *err)
{
	double scale = working_scale(img);
	cv::Mat grey = working_image(img, scale);
	dlib::array2d<unsigned char> doubled;
	dlib::pyramid_down<2> pyramid;
	std::vector<dlib::rect_detection> found;
	struct detection_list list = {};

	dlib::pyramid_up(dlib::cv_image<unsigned char>(grey), doubled, pyramid);
	detector->hog(doubled, found);
	if (found.empty()) {
		*out = list;
		return OK;
	}
	list.items = static_cast<struct detection *>(calloc(found.size(), sizeof(*list.items)));
	if (!list.items)
		return error_set(err, ERR_NOMEM, "out of memory");
	for (const dlib::rect_detection &d : found) {
		dlib::drectangle r = pyramid.rect_down(dlib::drectangle(d.rect));
		list.items[list.count++] = {{(float)(r.left() / scale), (float)(r.top() / scale),
					     (float)(r.width() / scale),
					     (float)(r.height() / scale)},
					    (float)d.detection_confidence};
	}
	*out = list;
	return OK;
}

} // namespace

enum status detector_new(struct face_detector **out, struct error *err)
try {
	*out = new face_detector{dlib::get_frontal_face_detector()};
	return OK;
} catch (...) {
	return guard_status(err);
}

void detector_free(struct face_detector *detector)
{
	delete detector;
}

enum status detect_faces(struct face_detector *detector, const struct image *img,
			 struct detection_list *out, struct error *err)
try {
	return detect(detector, *img, out, err);
} catch (...) {
	return guard_status(err);
}
