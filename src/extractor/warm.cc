/*
 * warm.cc: one grey picture, written in every format that is decoded, then extracted and rendered.
 */
extern "C" {
#include "lookalike/extractor/warm.h"
}
#include "guard.hh"

#include <cstdlib>
#include <opencv2/imgcodecs.hpp>
#include <vector>

namespace
{

const struct {
	enum format format;
	const char *extension;
} kinds[] = {
	{FORMAT_JPEG, ".jpg"},  {FORMAT_PNG, ".png"}, {FORMAT_WEBP, ".webp"},
	{FORMAT_TIFF, ".tiff"}, {FORMAT_BMP, ".bmp"}, {FORMAT_PNM, ".ppm"},
};

enum status extract(const struct models *models, enum format format,
		    const std::vector<uint8_t> &file, size_t len, struct error *err)
{
	struct extract_request request = {format, DETECTOR_AUTO, MIN_FACE_DEFAULT_PERCENT, 0};
	struct render_request render = {format, {32, 32, 32, 0.5f}, 16};
	uint8_t *payload;
	size_t payload_len;
	enum status status;

	status = extract_photo(models, file.data(), len, &request, &payload, &payload_len, err);
	if (status == OK)
		free(payload);
	if (status == OK)
		status = extract_render(file.data(), len, &render, &payload, &payload_len, err);
	if (status == OK)
		free(payload);
	return status;
}

} // namespace

enum status warm_up(const struct models *models, struct error *err)
{
	enum status status = OK;

	try {
		cv::Mat grey(64, 64, CV_8UC3, cv::Scalar(128, 128, 128));
		std::vector<uint8_t> file;

		for (const auto &kind : kinds) {
			cv::imencode(kind.extension, grey, file);
			if (status == OK)
				status = extract(models, kind.format, file, file.size(), err);
			if (status == OK)
				status = extract(models, kind.format, file, file.size() / 2, err);
		}
	} catch (...) {
		status = guard_status(err);
	}
	return status;
}
