/* shrink.cc: OpenCV's averaging, see shrink.h. */
extern "C" {
#include "lookalike/extractor/shrink.h"
}
#include "guard.hh"

#include <algorithm>
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
		/* First the colour: averaging three channels takes three times as long. */
		if (img->channels == 3)
			cv::cvtColor(from, from, cv::COLOR_RGB2GRAY);
		/* Whole pixels into one, which is quick; it leaves out less than one of the result.
		 */
		int times = std::min(from.cols / width_px, from.rows / height_px);
		if (times > 1) {
			cv::Size part(from.cols / times, from.rows / times);
			from = from(cv::Rect(0, 0, part.width * times, part.height * times));
			cv::resize(from, from, part, 0, 0, cv::INTER_AREA);
		}
		cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
	} catch (...) {
		image_done(&grey);
		return guard_status(err);
	}
	*out = grey;
	return OK;
}
