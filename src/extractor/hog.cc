/*
 * hog.cc: dlib's frontal detector with three heights of its pyramid.
 *
 * The work grows with the area and the number of levels. Where a proposal says how large the face
 * is, two levels are enough; the whole photo needs all of them.
 */
extern "C" {
#include "lookalike/extractor/hog.h"
}
#include "guard.hh"

#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>
#include <dlib/opencv.h>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <vector>

#define WORKING_WIDTH_PX      500
#define WORKING_HEIGHT_MAX_PX 2000

struct hog {
	dlib::frontal_face_detector detectors[HOG_REACHES];
};

namespace
{

using scanner = dlib::frontal_face_detector::image_scanner_type;

dlib::frontal_face_detector limit_levels(const dlib::frontal_face_detector &whole, int levels)
{
	scanner limited;
	std::vector<dlib::frontal_face_detector::feature_vector_type> filters;

	limited.copy_configuration(whole.get_scanner());
	limited.set_max_pyramid_levels(levels);
	for (unsigned long i = 0; i < whole.num_detectors(); i++)
		filters.push_back(whole.get_w(i));
	return dlib::frontal_face_detector(limited, whole.get_overlap_tester(), filters);
}

/* Boxes are divided by scale and moved to the left and up by offset_px before that. */
enum status add_found(const std::vector<dlib::rect_detection> &found, double scale,
		      struct detection_list *list, struct error *err)
{
	enum status status = OK;

	for (const dlib::rect_detection &d : found) {
		struct detection one = {};

		one.box = {(float)(d.rect.left() / scale), (float)(d.rect.top() / scale),
			   (float)(d.rect.width() / scale), (float)(d.rect.height() / scale)};
		one.score = (float)d.detection_confidence;
		one.confirmed = true;
		status = detections_add(list, &one, err);
		if (status != OK)
			break;
	}
	return status;
}

enum status find(struct hog *hog, enum hog_reach reach, const struct image &grey, float threshold,
		 struct detection_list *list, struct error *err)
{
	cv::Mat mat(grey.height_px, grey.width_px, CV_8UC1, grey.pixels);
	std::vector<dlib::rect_detection> found;

	hog->detectors[reach](dlib::cv_image<unsigned char>(mat), found, (double)threshold);
	return add_found(found, 1, list, err);
}

enum status find_in_photo(struct hog *hog, const struct image &img, struct detection_list *list,
			  struct error *err)
{
	double scale = std::min({1.0, (double)WORKING_WIDTH_PX / img.width_px,
				 (double)WORKING_HEIGHT_MAX_PX / img.height_px});
	cv::Mat rgb(img.height_px, img.width_px, CV_8UC3, img.pixels), grey;
	cv::Size size(std::max(1, cvRound(img.width_px * scale)),
		      std::max(1, cvRound(img.height_px * scale)));
	dlib::array2d<unsigned char> doubled;
	dlib::pyramid_down<2> pyramid;
	std::vector<dlib::rect_detection> found;

	if (size != rgb.size())
		cv::resize(rgb, rgb, size, 0, 0, cv::INTER_AREA);
	cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
	dlib::pyramid_up(dlib::cv_image<unsigned char>(grey), doubled, pyramid);
	hog->detectors[HOG_ALL](doubled, found, 0.0);
	for (dlib::rect_detection &d : found)
		d.rect = pyramid.rect_down(dlib::drectangle(d.rect));
	return add_found(found, scale, list, err);
}

} // namespace

enum status hog_new(struct hog **out, struct error *err)
try {
	std::unique_ptr<struct hog> hog(new struct hog);
	dlib::frontal_face_detector whole = dlib::get_frontal_face_detector();

	hog->detectors[HOG_NEAR] = limit_levels(whole, 2);
	hog->detectors[HOG_WIDE] = limit_levels(whole, 5);
	hog->detectors[HOG_ALL] = whole;
	*out = hog.release();
	return OK;
} catch (...) {
	return guard_status(err);
}

void hog_free(struct hog *hog)
{
	delete hog;
}

enum status hog_find(struct hog *hog, enum hog_reach reach, const struct image *grey,
		     float threshold, struct detection_list *list, struct error *err)
try {
	return find(hog, reach, *grey, threshold, list, err);
} catch (...) {
	return guard_status(err);
}

enum status hog_find_in_photo(struct hog *hog, const struct image *img, struct detection_list *list,
			      struct error *err)
try {
	return find_in_photo(hog, *img, list, err);
} catch (...) {
	return guard_status(err);
}
