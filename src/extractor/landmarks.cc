/*
 * landmarks.cc: dlib's shape predictor on a grey cut-out of the face.
 *
 * The predictor rounds its points to whole pixels and looks at single pixels. So each face is
 * brought to one size first: large enough that the rounding does not matter, reduced with
 * averaging so that noise and fine texture do not either.
 */
extern "C" {
#include "lookalike/extractor/landmarks.h"
#include "lookalike/base/quote.h"
}
#include "guard.hh"

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <dlib/image_processing/shape_predictor.h>
#include <dlib/opencv.h>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <unistd.h>

#define FACE_PX     300  /* side of the box in the cut-out */
#define MARGIN_PART 0.5f /* of the box's side, kept around it */

struct landmark_model {
	dlib::shape_predictor predictor;
};

namespace
{

/* The part of the photo around a box; at least one pixel. */
cv::Rect region_around(const struct image &img, const struct box &box)
{
	float margin = MARGIN_PART * std::max(box.width, box.height);
	int left = std::clamp((int)std::floor(box.x - margin), 0, img.width_px - 1);
	int top = std::clamp((int)std::floor(box.y - margin), 0, img.height_px - 1);
	int right = std::clamp((int)std::ceil(box.x + box.width + margin), left + 1, img.width_px);
	int bottom = std::clamp((int)std::ceil(box.y + box.height + margin), top + 1,
				img.height_px);

	return cv::Rect(left, top, right - left, bottom - top);
}

void find(const struct landmark_model &model, const struct image &img, const struct box &box,
	  struct point *points)
{
	cv::Mat rgb(img.height_px, img.width_px, CV_8UC3, img.pixels), grey;
	cv::Rect region = region_around(img, box);
	double scale = FACE_PX / std::max((double)box.width, 1.0);
	cv::Size size(std::max(1, cvRound(region.width * scale)),
		      std::max(1, cvRound(region.height * scale)));

	cv::cvtColor(rgb(region), grey, cv::COLOR_RGB2GRAY);
	cv::resize(grey, grey, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
	double sx = (double)size.width / region.width, sy = (double)size.height / region.height;
	dlib::rectangle place(std::lround((box.x - region.x) * sx),
			      std::lround((box.y - region.y) * sy),
			      std::lround((box.x + box.width - region.x) * sx) - 1,
			      std::lround((box.y + box.height - region.y) * sy) - 1);
	dlib::full_object_detection shape = model.predictor(dlib::cv_image<unsigned char>(grey),
							    place);
	for (int i = 0; i < LANDMARK_COUNT; i++) {
		dlib::point p = shape.part(i);
		points[i] = {(float)((p.x() + 0.5) / sx + region.x),
			     (float)((p.y() + 0.5) / sy + region.y)};
	}
}

enum status unusable(const char *path, const char *why, struct error *err)
{
	char name[200];

	quote_bytes(name, sizeof(name), path, strlen(path));
	return error_set(err, ERR_MODEL, "landmark model %s: %s; install the package libdlib-data",
			 name, why);
}

} // namespace

enum status landmarks_open(const char *path, struct landmark_model **out, struct error *err)
try {
	std::unique_ptr<landmark_model> model(new landmark_model);

	if (access(path, R_OK) != 0)
		return unusable(path, strerror(errno), err);
	try {
		dlib::deserialize(path) >> model->predictor;
	} catch (const dlib::error &) {
		return unusable(path, "not a shape predictor of dlib", err);
	}
	if (model->predictor.num_parts() != LANDMARK_COUNT)
		return unusable(path, "does not have 68 points", err);
	*out = model.release();
	return OK;
} catch (...) {
	return guard_status(err);
}

void landmarks_close(struct landmark_model *model)
{
	delete model;
}

enum status landmarks_find(const struct landmark_model *model, const struct image *img,
			   const struct box *box, struct point points[LANDMARK_COUNT],
			   struct error *err)
try {
	find(*model, *img, *box, points);
	return OK;
} catch (...) {
	return guard_status(err);
}
