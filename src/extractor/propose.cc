/*
 * propose.cc: the RFB-320 face detector in OpenCV's DNN module.
 *
 * OpenCV plans memory for one size of input and plans anew when that changes, so each size and
 * each of the two ways to hold a photo has a network of its own, made when it is first needed.
 * The photo fills the input as far as its proportions allow; the rest is the network's mean.
 */
extern "C" {
#include "lookalike/extractor/propose.h"
#include "lookalike/base/quote.h"
#include "lookalike/extractor/onnx.h"
}
#include "guard.hh"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>
#include <sys/stat.h>
#include <vector>

#define MODEL_BYTES_MAX (64 << 20)
#define MEAN            127.0
#define NORM            (1.0 / 128)
#define OVERLAP_LIMIT   0.3f

struct network {
	cv::dnn::Net net;
	std::vector<cv::String> outputs;
};

struct proposer {
	uint8_t *model = nullptr;
	size_t model_len = 0;
	std::unique_ptr<struct network> networks[PROPOSER_INPUTS][2];

	~proposer()
	{
		free(model);
	}
};

namespace
{

enum status unusable(const char *path, enum status code, const char *why, struct error *err)
{
	char name[200];

	quote_bytes(name, sizeof(name), path, strlen(path));
	return error_set(err, code, "face proposer %s: %s; run models/fetch", name, why);
}

enum status read_file(const char *path, std::vector<uint8_t> &bytes, struct error *err)
{
	std::unique_ptr<FILE, int (*)(FILE *)> file(fopen(path, "re"), fclose);
	struct stat st;

	if (!file)
		return unusable(path, errno == ENOENT ? ERR_MISSING : ERR_MODEL, strerror(errno),
				err);
	if (fstat(fileno(file.get()), &st) || !S_ISREG(st.st_mode) || st.st_size > MODEL_BYTES_MAX)
		return unusable(path, ERR_MODEL, "not a model", err);
	bytes.resize((size_t)st.st_size);
	if (fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size())
		return unusable(path, ERR_MODEL, "cannot be read", err);
	return OK;
}

struct network &network_of(struct proposer *proposer, int input, bool upright)
{
	std::unique_ptr<struct network> &place = proposer->networks[input][upright];

	if (!place) {
		std::unique_ptr<struct network> made(new struct network);
		made->net = cv::dnn::readNetFromONNX((const char *)proposer->model,
						     proposer->model_len);
		made->outputs = made->net.getUnconnectedOutLayersNames();
		place = std::move(made);
	}
	return *place;
}

/* The photo in the top left corner of the input; scale is input pixels for one of the photo. */
cv::Mat letterbox(const struct image &img, cv::Size size, double *scale)
{
	cv::Mat rgb(img.height_px, img.width_px, CV_8UC3, img.pixels), small;
	cv::Mat input(size, CV_8UC3, cv::Scalar::all(MEAN));

	*scale = std::min((double)size.width / img.width_px, (double)size.height / img.height_px);
	cv::Size inside(std::clamp(cvRound(img.width_px * *scale), 1, size.width),
			std::clamp(cvRound(img.height_px * *scale), 1, size.height));
	cv::resize(rgb, small, inside, 0, 0, *scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
	small.copyTo(input(cv::Rect(cv::Point(0, 0), inside)));
	return input;
}

enum status decode(const std::vector<cv::Mat> &outputs, cv::Size size, struct detection_list *list,
		   struct error *err)
{
	const float *heads[2] = {};
	int priors = detections_priors(size.width, size.height);

	for (const cv::Mat &m : outputs) /* which is which shows in the length of a row */
		if (m.dims == 3 && m.size[1] == priors && (m.size[2] == 2 || m.size[2] == 4))
			heads[m.size[2] / 4] = m.ptr<float>();
	if (!heads[0] || !heads[1])
		return error_set(err, ERR_VISION, "the face proposer has other outputs than known");
	return detections_decode(heads[0], heads[1], size.width, size.height, list, err);
}

enum status find(struct proposer *proposer, const struct image &img, int input,
		 struct detection_list *list, struct error *err)
{
	bool upright = img.height_px > img.width_px;
	int longer = PROPOSER_INPUT_PX(input), shorter = longer * 3 / 4;
	cv::Size size(upright ? shorter : longer, upright ? longer : shorter);
	struct network &network = network_of(proposer, input, upright);
	struct detection_list found = {};
	std::vector<cv::Mat> outputs;
	double scale;

	network.net.setInput(cv::dnn::blobFromImage(letterbox(img, size, &scale), NORM, cv::Size(),
						    cv::Scalar::all(MEAN)));
	network.net.forward(outputs, network.outputs);
	enum status status = decode(outputs, size, &found, err);
	detections_merge(&found, OVERLAP_LIMIT);
	for (int i = 0; i < found.count && status == OK; i++) {
		struct detection *d = &found.items[i];

		d->box = {(float)(d->box.x / scale), (float)(d->box.y / scale),
			  (float)(d->box.width / scale), (float)(d->box.height / scale)};
		status = detections_add(list, d, err);
	}
	detections_done(&found);
	return status;
}

} // namespace

enum status proposer_open(const char *path, struct proposer **out, struct error *err)
try {
	std::unique_ptr<struct proposer> proposer(new struct proposer);
	std::vector<uint8_t> file;
	enum status status = read_file(path, file, err);

	if (status != OK)
		return status;
	if (onnx_trim(file.data(), file.size(), &proposer->model, &proposer->model_len, nullptr))
		return unusable(path, ERR_MODEL, "not the network that is known", err);
	try {
		/* The sizes that every photo needs, before workers are forked. */
		for (int input = 0; input < 2; input++)
			for (bool upright : {false, true})
				network_of(proposer.get(), input, upright);
	} catch (const cv::Exception &) {
		return unusable(path, ERR_MODEL, "not a network that OpenCV can read", err);
	}
	*out = proposer.release();
	return OK;
} catch (...) {
	return guard_status(err);
}

void proposer_free(struct proposer *proposer)
{
	delete proposer;
}

enum status proposer_find(struct proposer *proposer, const struct image *img, int input,
			  struct detection_list *list, struct error *err)
try {
	return find(proposer, *img, input, list, err);
} catch (...) {
	return guard_status(err);
}
