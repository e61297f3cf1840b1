/* shrink.cc: OpenCV's averaging, see shrink.h. */
extern "C" {
#include "lookalike/extractor/shrink.h"
}
#include "guard.hh"

#include <opencv2/imgproc.hpp>

enum status shrink_grey(const struct image *img, int width_px, int height_px, struct image *out,
			struct error *err)
{
	struct image grey = {};
	enum status status = image_alloc(&grey, width_px, height_px, 1, err);

	if (status != OK)
		return status;
	try {
		cv::Mat from(img->height_px, img->width_px, img->channels == 3 ? CV_8UC3 : CV_8UC1,
			     img->pixels);
		cv::Mat to(height_px, width_px, CV_8UC1, grey.pixels);
		/* First the size: three channels of a few pixels are less than one of many. */
		cv::resize(from, from, to.size(), 0, 0, cv::INTER_AREA);
		if (img->channels == 3)
			cv::cvtColor(from, to, cv::COLOR_RGB2GRAY);
		else
			from.copyTo(to);
	} catch (...) {
		image_done(&grey);
		return guard_status(err);
	}
	*out = grey;
	return OK;
}
