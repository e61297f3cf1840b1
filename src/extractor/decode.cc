/*
 * decode.cc: from the bytes of a file to upright RGB pixels, and to a verdict when that fails.
 *
 * JPEG goes to libjpeg-turbo directly, because it tells a file that is cut short from a whole one
 * and OpenCV does not. WebP goes to libwebpdemux, because OpenCV neither reads animations nor
 * the orientation. The rest is OpenCV's. Nothing is decoded before its size is known and allowed.
 */
extern "C" {
#include "lookalike/extractor/decode.h"
#include "lookalike/extractor/header.h"
}
#include "guard.hh"

#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <turbojpeg.h>
#include <webp/demux.h>

namespace
{

uint64_t pixels_max = 100000000;

struct source {
	const uint8_t *bytes;
	size_t len;
	char *detail;
	size_t detail_size;
};

__attribute__((format(printf, 3, 4))) enum verdict say(const source &src, enum verdict verdict,
						       const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(src.detail, src.detail_size, fmt, args);
	va_end(args);
	return verdict;
}

enum verdict say_status(const source &src, enum status status, const struct error &err)
{
	return say(src, status == ERR_NOMEM ? VERDICT_TOO_LARGE : VERDICT_CORRUPT, "%s", err.msg);
}

/* Whether a size may be decoded; 0 is a size that is not known. */
bool size_allowed(const source &src, uint64_t width, uint64_t height, enum verdict *verdict)
{
	if (width == 0 || height == 0 || width <= pixels_max / height)
		return true;
	*verdict = say(src, VERDICT_TOO_LARGE, "%llu x %llu pixels, more than %llu megapixels",
		       (unsigned long long)width, (unsigned long long)height,
		       (unsigned long long)pixels_max / 1000000);
	return false;
}

cv::Mat mat_of(const struct image &img)
{
	return cv::Mat(img.height_px, img.width_px, CV_8UC3, img.pixels);
}

/* Inks are stored inverted, as Adobe does: 255 is no ink. */
void cmyk_to_rgb(const uint8_t *cmyk, size_t pixels, uint8_t *rgb)
{
	for (size_t i = 0; i < pixels; i++, cmyk += 4, rgb += 3)
		for (int c = 0; c < 3; c++)
			rgb[c] = (uint8_t)(cmyk[c] * cmyk[3] / 255);
}

/* red is the index of the red channel: 0, or 2 when blue comes first. */
void blend_on_white(const uint8_t *in, int red, size_t pixels, uint8_t *rgb)
{
	const int from[3] = {red, 1, 2 - red};

	for (size_t i = 0; i < pixels; i++, in += 4, rgb += 3)
		for (int c = 0; c < 3; c++)
			rgb[c] = (uint8_t)((in[from[c]] * in[3] + 255 * (255 - in[3])) / 255);
}

enum verdict jpeg_failed(const source &src, tjhandle jpeg)
{
	const char *text = tjGetErrorStr2(jpeg);

	if (strstr(text, "memory"))
		return say(src, VERDICT_TOO_LARGE, "out of memory");
	if (strncmp(text, "Maximum", strlen("Maximum")) == 0)
		return say(src, VERDICT_TOO_LARGE, "%s", text);
	if (strncmp(text, "Unsupported", strlen("Unsupported")) == 0)
		return say(src, VERDICT_UNSUPPORTED, "%s", text);
	return say(src, VERDICT_CORRUPT, "%s", text);
}

/*
 * The strongest reduction that leaves the longer side long_side_px; 0 for none. libjpeg-turbo is
 * fast at these: it leaves out what it would average away, before the inverse transform.
 */
int reduction_for(int width, int height, int long_side_px)
{
	int longer = std::max(width, height), reduction = 8;

	if (long_side_px == 0)
		return 1;
	while (reduction > 1 && (longer + reduction - 1) / reduction < long_side_px)
		reduction /= 2;
	return reduction;
}

enum verdict decode_jpeg(const source &src, int long_side_px, struct decoded *out)
{
	std::unique_ptr<void, int (*)(tjhandle)> jpeg(tjInitDecompress(), tjDestroy);
	std::unique_ptr<uint8_t[]> cmyk;
	enum verdict verdict = VERDICT_OK;
	struct error err;
	int width = 0, height = 0, subsampling, colorspace = -1;

	if (!jpeg)
		return say(src, VERDICT_TOO_LARGE, "out of memory");
	/* It also fails on sampling factors that it has no name for, and decodes them all the same.
	 */
	bool read = tjDecompressHeader3(jpeg.get(), src.bytes, src.len, &width, &height,
					&subsampling, &colorspace) == 0;
	if (width == 0 || height == 0) /* tables alone count as success */
		return read ? say(src, VERDICT_CORRUPT, "no image in it")
			    : jpeg_failed(src, jpeg.get());
	out->width_px = width;
	out->height_px = height;
	out->reduction = reduction_for(width, height, long_side_px);
	tjscalingfactor scale = {1, out->reduction};
	width = TJSCALED(width, scale);
	height = TJSCALED(height, scale);
	if (!size_allowed(src, width, height, &verdict))
		return verdict;
	if (image_alloc(&out->image, width, height, 3, &err) != OK)
		return say_status(src, ERR_NOMEM, err);
	uint8_t *pixels = out->image.pixels;
	/* An error after a warning counts as a warning, and leaves the rest as it was. */
	memset(pixels, 128, 3 * (size_t)width * height);
	bool inks = colorspace == TJCS_CMYK || colorspace == TJCS_YCCK;
	if (inks)
		cmyk.reset(new uint8_t[4 * (size_t)width * height]());
	if (tjDecompress2(jpeg.get(), src.bytes, src.len, inks ? cmyk.get() : pixels, width, 0,
			  height, inks ? TJPF_CMYK : TJPF_RGB, TJFLAG_LIMITSCANS) != 0) {
		if (tjGetErrorCode(jpeg.get()) != TJERR_WARNING)
			return jpeg_failed(src, jpeg.get());
		verdict = say(src, VERDICT_PARTIAL, "%s", tjGetErrorStr2(jpeg.get()));
	}
	if (inks)
		cmyk_to_rgb(cmyk.get(), (size_t)width * height, pixels);
	return verdict;
}

/* The first frame, if it is an animation. */
enum verdict decode_webp(const source &src, struct image *out, int *orientation)
{
	WebPData data = {src.bytes, src.len};
	std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer *)> demuxer(WebPDemux(&data),
								      WebPDemuxDelete);
	enum verdict verdict;
	struct error err;
	WebPChunkIterator exif;
	uint8_t *rgba;
	int timestamp_ms;

	if (!demuxer)
		return say(src, VERDICT_CORRUPT, "broken or cut short");
	uint32_t width = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH);
	uint32_t height = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT);
	if (!size_allowed(src, width, height, &verdict))
		return verdict;
	if (WebPDemuxGetChunk(demuxer.get(), "EXIF", 1, &exif)) {
		*orientation = header_exif_orientation(exif.chunk.bytes, exif.chunk.size);
		WebPDemuxReleaseChunkIterator(&exif);
	}
	std::unique_ptr<WebPAnimDecoder, void (*)(WebPAnimDecoder *)> decoder(
		WebPAnimDecoderNew(&data, nullptr), WebPAnimDecoderDelete);
	if (!decoder)
		return say(src, VERDICT_TOO_LARGE, "out of memory");
	if (!WebPAnimDecoderGetNext(decoder.get(), &rgba, &timestamp_ms))
		return say(src, VERDICT_CORRUPT, "the pixels cannot be decoded");
	if (image_alloc(out, (int)width, (int)height, 3, &err) != OK)
		return say_status(src, ERR_NOMEM, err);
	blend_on_white(rgba, 0, (size_t)width * height, out->pixels);
	return VERDICT_OK;
}

/*
 * What to multiply samples of more than 8 bits with. Cameras and scanners put 10, 12 or 14 bits
 * into 16 without saying so; taken as 16 bits, such pictures are black.
 */
double stretch_of(const cv::Mat &deep)
{
	double largest;

	cv::minMaxLoc(deep.reshape(1), nullptr, &largest);
	if (deep.depth() >= CV_32F)
		return 255 / std::max(largest, 1.0);
	double range = 2;
	while (range <= largest)
		range *= 2;
	return 255 / (range - 1);
}

/*
 * Decoders that run out of memory say only that they failed. So ask whether there was enough for
 * three channels of 16 bits, once for us and once for the decoder.
 */
bool memory_was_enough(const struct image_header &header)
{
	size_t needed = (size_t)header.width_px * header.height_px * 3 * sizeof(uint16_t) * 2;
	void *probe = malloc(needed + 1);

	free(probe);
	return probe != nullptr;
}

enum verdict decode_opencv(const source &src, const struct image_header &header, struct image *out)
{
	enum verdict verdict;
	struct error err;

	if (!size_allowed(src, header.width_px, header.height_px, &verdict))
		return verdict;
	if (src.len > INT_MAX)
		return say(src, VERDICT_TOO_LARGE, "more than 2 GiB");
	cv::Mat file(1, (int)src.len, CV_8UC1, const_cast<uint8_t *>(src.bytes));
	cv::Mat pixels = cv::imdecode(file, cv::IMREAD_UNCHANGED);
	if (pixels.empty() && !memory_was_enough(header))
		return say(src, VERDICT_TOO_LARGE, "out of memory");
	if (pixels.empty())
		return say(src, VERDICT_CORRUPT, "broken or cut short");
	if (pixels.depth() != CV_8U)
		pixels.convertTo(pixels, CV_8U, stretch_of(pixels));
	if (image_alloc(out, pixels.cols, pixels.rows, 3, &err) != OK)
		return say_status(src, ERR_NOMEM, err);
	cv::Mat rgb = mat_of(*out);
	switch (pixels.channels()) {
	case 1:
		cv::cvtColor(pixels, rgb, cv::COLOR_GRAY2RGB);
		return VERDICT_OK;
	case 3:
		cv::cvtColor(pixels, rgb, cv::COLOR_BGR2RGB);
		return VERDICT_OK;
	case 4:
		blend_on_white(pixels.data, 2, pixels.total(), out->pixels);
		return VERDICT_OK;
	default:
		return say(src, VERDICT_UNSUPPORTED, "%d channels", pixels.channels());
	}
}

/* EXIF's orientations: 2 to 4 keep the sides, 5 to 8 exchange them. */
enum status turn_upright(struct image *img, int orientation, struct error *err)
{
	struct image turned = {};
	enum status status;

	if (orientation == 1)
		return OK;
	if (orientation <= 4) {
		cv::Mat mat = mat_of(*img);
		cv::flip(mat, mat, orientation == 2 ? 1 : orientation == 3 ? -1 : 0);
		return OK;
	}
	status = image_alloc(&turned, img->height_px, img->width_px, 3, err);
	if (status != OK)
		return status;
	cv::Mat mat = mat_of(turned);
	cv::transpose(mat_of(*img), mat);
	if (orientation != 5)
		cv::flip(mat, mat, orientation == 6 ? 1 : orientation == 7 ? -1 : 0);
	image_done(img);
	*img = turned;
	return OK;
}

enum verdict decode(const source &src, enum format format, int long_side_px, struct decoded *out)
{
	struct image_header header;
	struct error err;
	enum verdict verdict;
	enum status status;
	int tiff_orientation = 1;

	header_read(src.bytes, src.len, format, &header);
	switch (format) {
	case FORMAT_JPEG:
		verdict = decode_jpeg(src, long_side_px, out);
		break;
	case FORMAT_WEBP:
		verdict = decode_webp(src, &out->image, &header.orientation);
		break;
	case FORMAT_TIFF: /* OpenCV has turned it */
		tiff_orientation = header.orientation;
		header.orientation = 1;
		/* fall through */
	case FORMAT_PNG:
	case FORMAT_BMP:
	case FORMAT_PNM:
		verdict = decode_opencv(src, header, &out->image);
		break;
	default:
		if (format == FORMAT_UNKNOWN)
			return say(src, VERDICT_UNSUPPORTED, "not an image that is known");
		return say(src, VERDICT_UNSUPPORTED, "%s is not decoded", format_name(format));
	}
	if (verdict != VERDICT_OK && verdict != VERDICT_PARTIAL)
		return verdict;
	if (format != FORMAT_JPEG) {
		out->width_px = out->image.width_px;
		out->height_px = out->image.height_px;
		out->reduction = 1;
	}
	status = turn_upright(&out->image, header.orientation, &err);
	out->orientation = format == FORMAT_TIFF ? tiff_orientation : header.orientation;
	if (header.orientation > 4)
		std::swap(out->width_px, out->height_px);
	return status == OK ? verdict : say_status(src, status, err);
}

} // namespace

void decode_limit(uint64_t pixels)
{
	pixels_max = pixels;
}

enum verdict decode_image(const uint8_t *bytes, size_t len, enum format format, int long_side_px,
			  struct decoded *out, char *detail, size_t detail_size)
{
	source src = {bytes, len, detail, detail_size};
	struct decoded decoded = {};
	struct error err;
	enum verdict verdict;

	say(src, VERDICT_OK, "%s", "");
	if (len == 0)
		return say(src, VERDICT_CORRUPT, "the file is empty");
	try {
		verdict = decode(src, format, long_side_px, &decoded);
	} catch (...) {
		enum status status = guard_status(&err);
		verdict = say_status(src, status, err);
	}
	if (verdict == VERDICT_OK || verdict == VERDICT_PARTIAL)
		*out = decoded;
	else
		image_done(&decoded.image);
	return verdict;
}
