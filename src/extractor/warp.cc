/*
 * warp.cc: a turned square out of a photo, for thumbnails and for looking closer.
 *
 * A warp takes one sample for each pixel it makes, which shows as noise when the photo is much
 * larger than the result. So the part of the photo that is needed is first reduced by averaging
 * until one pixel of it makes one of the result, and only then turned.
 */
extern "C" {
#include "lookalike/extractor/warp.h"
}
#include "guard.hh"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#define BORDER_PX 2.0 /* of the result, around the part: for the interpolation */

namespace
{

/* A range of pixels, cut to 0 .. limit, with at least one pixel in it. */
cv::Range pixels_between(double first, double last, int limit)
{
	int start = (int)std::clamp(std::floor(first), 0.0, limit - 1.0);
	int end = (int)std::clamp(std::ceil(last), start + 1.0, (double)limit);

	return cv::Range(start, end);
}

void warp(const struct image &img, const struct frame &frame, cv::Mat out)
{
	cv::Mat part(img.height_px, img.width_px, CV_8UC3, img.pixels);
	double cos_a = std::cos((double)frame.angle_rad), sin_a = std::sin((double)frame.angle_rad);
	double step = (double)frame.side / out.cols; /* photo pixels for one of the result */
	double reach = frame.side * (std::fabs(cos_a) + std::fabs(sin_a)) / 2 + BORDER_PX * step;
	cv::Range cols = pixels_between(frame.center_x - reach, frame.center_x + reach, part.cols);
	cv::Range rows = pixels_between(frame.center_y - reach, frame.center_y + reach, part.rows);
	double sx = 1, sy = 1;

	part = part(rows, cols);
	if (out.channels() == 1)
		cv::cvtColor(part, part, cv::COLOR_RGB2GRAY);
	if (step > 1) {
		cv::Size size(std::max(1, cvRound(part.cols / step)),
			      std::max(1, cvRound(part.rows / step)));
		sx = (double)size.width / part.cols;
		sy = (double)size.height / part.rows;
		cv::resize(part, part, size, 0, 0, cv::INTER_AREA);
	}
	/* From the middle of a pixel of the result to the middle of one of the part. */
	double middle = out.cols / 2.0 - 0.5;
	double x0 = (frame.center_x - cols.start - step * (cos_a - sin_a) * middle) * sx - 0.5;
	double y0 = (frame.center_y - rows.start - step * (sin_a + cos_a) * middle) * sy - 0.5;
	cv::Matx23d to_part(step * cos_a * sx, -step * sin_a * sx, x0, /* */
			    step * sin_a * sy, step * cos_a * sy, y0);
	cv::warpAffine(part, out, to_part, out.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
		       cv::BORDER_REPLICATE);
}

} // namespace

enum status warp_frame(const struct image *img, const struct frame *frame, int size_px,
		       int channels, struct image *out, struct error *err)
{
	struct image square = {};
	enum status status;

	if (!std::isfinite(frame->center_x) || !std::isfinite(frame->center_y) ||
	    !std::isfinite(frame->angle_rad) || !std::isfinite(frame->side) || frame->side <= 0 ||
	    size_px <= 0)
		return error_set(err, ERR_INPUT, "the frame has no area");
	status = image_alloc(&square, size_px, size_px, channels, err);
	if (status != OK)
		return status;
	try {
		warp(*img, *frame, cv::Mat(size_px, size_px, CV_8UC(channels), square.pixels));
	} catch (...) {
		image_done(&square);
		return guard_status(err);
	}
	*out = square;
	return OK;
}
