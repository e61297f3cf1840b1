/*
 * Decoding of files whose every pixel is known, and of files that promise what they do not hold.
 */
#include "image_file.h"
#include "lookalike/extractor/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <webp/encode.h>

#define TOLERANCE 12 /* JPEG */

static enum verdict decode(enum format format, struct image *img)
{
	struct decoded decoded = {0};
	char detail[128] = "?";
	enum verdict verdict;

	verdict = decode_image(file.data, file.len, format, 0, &decoded, detail, sizeof(detail));
	*img = decoded.image;
	assert_int_equal(decoded.width_px, img->width_px);
	assert_int_equal(decoded.height_px, img->height_px);
	assert_true(!img->pixels || decoded.reduction == 1);
	assert_int_equal(verdict == VERDICT_OK, detail[0] == '\0');
	assert_int_equal(verdict == VERDICT_OK || verdict == VERDICT_PARTIAL, img->pixels != NULL);
	return verdict;
}

static void assert_fails(enum format format, enum verdict expected)
{
	struct image img;

	assert_int_equal(decode(format, &img), expected);
}

static void assert_color(const struct image *img, int x, int y, const uint8_t expected[3])
{
	const uint8_t *p = img->pixels + 3 * (y * img->width_px + x);

	for (int c = 0; c < 3; c++)
		if (abs(p[c] - expected[c]) > TOLERANCE)
			fail_msg("at %d, %d: %d %d %d, not %d %d %d", x, y, p[0], p[1], p[2],
				 expected[0], expected[1], expected[2]);
}

static void assert_picture(enum format format)
{
	struct image img;

	assert_int_equal(decode(format, &img), VERDICT_OK);
	assert_int_equal(img.width_px, WIDTH);
	assert_int_equal(img.height_px, HEIGHT);
	assert_int_equal(img.channels, 3);
	for (int row = 0; row < 2; row++)
		for (int col = 0; col < 2; col++)
			assert_color(&img, WIDTH / 4 + col * WIDTH / 2,
				     HEIGHT / 4 + row * HEIGHT / 2, quarters[row][col]);
	image_done(&img);
}

static void assert_one_color(enum format format, uint8_t r, uint8_t g, uint8_t b)
{
	struct image img;

	assert_int_equal(decode(format, &img), VERDICT_OK);
	assert_color(&img, 0, 0, (uint8_t[]){r, g, b});
	image_done(&img);
}

static void test_orientations(void **state)
{
	static const struct {
		void (*make)(int orientation);
		enum format format;
	} formats[] = {{make_jpeg, FORMAT_JPEG},
		       {make_png, FORMAT_PNG},
		       {make_tiff, FORMAT_TIFF},
		       {make_tiff16, FORMAT_TIFF},
		       {make_webp, FORMAT_WEBP}};

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		for (int orientation = 1; orientation <= 8; orientation++) {
			formats[i].make(orientation);
			assert_picture(formats[i].format);
		}
}

static void test_cut_short(void **state)
{
	struct image img;

	(void)state;
	make_jpeg(1);
	file.len -= 50; /* in the middle of the pixels */
	assert_int_equal(decode(FORMAT_JPEG, &img), VERDICT_PARTIAL);
	assert_int_equal(img.width_px, WIDTH);
	image_done(&img);
	file.len = 100; /* no pixels at all */
	assert_fails(FORMAT_JPEG, VERDICT_CORRUPT);
	make_png(1);
	file.len /= 2;
	assert_fails(FORMAT_PNG, VERDICT_CORRUPT);
	make_tiff(1);
	file.len /= 2;
	assert_fails(FORMAT_TIFF, VERDICT_CORRUPT);
	make_webp(1);
	file.len /= 2;
	assert_fails(FORMAT_WEBP, VERDICT_CORRUPT);
}

/* Every length from nothing to all: a verdict, and nothing read beyond the end. */
static void test_every_length(void **state)
{
	static void (*const makers[])(int) = {make_jpeg, make_png, make_tiff, make_webp};
	static const enum format formats[] = {FORMAT_JPEG, FORMAT_PNG, FORMAT_TIFF, FORMAT_WEBP};

	int stderr_copy = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);

	(void)state;
	dup2(null, STDERR_FILENO); /* the libraries have much to say */
	for (int i = 0; i < 4; i++) {
		makers[i](6);
		for (size_t len = 0; len < file.len; len += len < 300 ? 1 : 97) {
			uint8_t *exact = malloc(len ? len : 1);
			struct decoded decoded = {0};
			char detail[128];

			assert_non_null(exact);
			memcpy(exact, file.data, len);
			decode_image(exact, len, formats[i], 0, &decoded, detail, sizeof(detail));
			image_done(&decoded.image);
			free(exact);
		}
	}
	dup2(stderr_copy, STDERR_FILENO);
	close(stderr_copy);
	close(null);
}

/* As small as it can be with the longer side asked for; the size of the whole is told. */
static void test_reduced(void **state)
{
	static const struct {
		int long_side_px, reduction;
	} cases[] = {{0, 1},  {1, 8},  {6, 8},  {7, 4},  {12, 4},
		     {13, 2}, {24, 2}, {25, 1}, {48, 1}, {5000, 1}};

	(void)state;
	for (int orientation = 1; orientation <= 8; orientation++) {
		make_jpeg(orientation);
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct decoded d = {0};
			char detail[128];
			int reduction = cases[i].reduction;

			assert_int_equal(decode_image(file.data, file.len, FORMAT_JPEG,
						      cases[i].long_side_px, &d, detail,
						      sizeof(detail)),
					 VERDICT_OK);
			assert_int_equal(d.reduction, reduction);
			assert_int_equal(d.width_px, WIDTH);
			assert_int_equal(d.height_px, HEIGHT);
			assert_int_equal(d.image.width_px, WIDTH / reduction);
			assert_int_equal(d.image.height_px, HEIGHT / reduction);
			for (int row = 0; row < 2; row++)
				for (int col = 0; col < 2; col++)
					assert_color(&d.image, (1 + 2 * col) * d.image.width_px / 4,
						     (1 + 2 * row) * d.image.height_px / 4,
						     quarters[row][col]);
			image_done(&d.image);
		}
	}
}

/* What is cut short is partial in every size, and other formats are never reduced. */
static void test_reduced_others(void **state)
{
	struct decoded d = {0};
	char detail[128];

	(void)state;
	make_jpeg(1);
	file.len -= 50;
	assert_int_equal(decode_image(file.data, file.len, FORMAT_JPEG, 10, &d, detail,
				      sizeof(detail)),
			 VERDICT_PARTIAL);
	assert_int_equal(d.image.width_px, WIDTH / 4);
	image_done(&d.image);
	make_png(6);
	assert_int_equal(decode_image(file.data, file.len, FORMAT_PNG, 10, &d, detail,
				      sizeof(detail)),
			 VERDICT_OK);
	assert_int_equal(d.reduction, 1);
	assert_int_equal(d.image.width_px, WIDTH);
	image_done(&d.image);
}

static void test_nothing(void **state)
{
	(void)state;
	file.len = 0;
	for (int format = 0; format < FORMAT_COUNT; format++)
		assert_fails((enum format)format, VERDICT_CORRUPT);
}

static void test_not_decoded(void **state)
{
	(void)state;
	make_png(1);
	assert_fails(FORMAT_UNKNOWN, VERDICT_UNSUPPORTED);
	assert_fails(FORMAT_GIF, VERDICT_UNSUPPORTED);
	assert_fails(FORMAT_HEIF, VERDICT_UNSUPPORTED);
}

static void assert_too_large(enum format format, const char *size)
{
	struct decoded decoded = {0};
	char detail[128];

	assert_int_equal(decode_image(file.data, file.len, format, 0, &decoded, detail,
				      sizeof(detail)),
			 VERDICT_TOO_LARGE);
	assert_non_null(strstr(detail, size));
}

static void test_too_large(void **state)
{
	(void)state;
	put_png_start(32767, 32767, 8, 2);
	put_png_rows((const uint8_t *)"", 0, 1);
	assert_too_large(FORMAT_PNG, "32767 x 32767");
	put_tiff(1, 200000, 1000, 8, 1, "", 1);
	assert_too_large(FORMAT_TIFF, "200000 x 1000");
	file.len = 0;
	put("P5\n# large\n20000 20000\n255\n", 27);
	assert_too_large(FORMAT_PNM, "20000 x 20000");
	file.len = 0;
	put("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", 18);
	put_le(20000, 4);
	put_le((uint32_t)-20000, 4);
	assert_too_large(FORMAT_BMP, "20000 x 20000");
	file.len = 0;
	put("\xff\xd8\xff\xc0\0\x0b\x08\xea\x60\xea\x60\x01\x01\x11\0", 15);
	put("\xff\xda\0\x08\x01\x01\0\0\x3f\0", 10);
	assert_too_large(FORMAT_JPEG, "60000 x 60000");
}

static void test_deep(void **state)
{
	uint16_t full[] = {65535, 0, 32768}, dim[] = {31, 0, 16}, twelve_bits[] = {4095, 0, 2048};
	uint8_t big_endian[] = {0xff, 0xff, 0, 0, 0x80, 0};

	(void)state;
	put_tiff(1, 1, 1, 16, 3, full, sizeof(full));
	assert_one_color(FORMAT_TIFF, 255, 0, 128);
	put_tiff(1, 1, 1, 16, 3, dim, sizeof(dim));
	assert_one_color(FORMAT_TIFF, 255, 0, 132);
	put_tiff(1, 1, 1, 16, 3, twelve_bits, sizeof(twelve_bits));
	assert_one_color(FORMAT_TIFF, 255, 0, 128);
	put_png_start(1, 1, 16, 2);
	put_png_rows(big_endian, 6, 1);
	assert_one_color(FORMAT_PNG, 255, 0, 128);
	file.len = 0;
	put("P6 1 1 65535\n\xff\xff\0\0\x80\0", 19);
	assert_one_color(FORMAT_PNM, 255, 0, 128);
}

static void test_alpha(void **state)
{
	(void)state;
	put_png_start(1, 1, 8, 6);
	put_png_rows((const uint8_t[]){200, 0, 100, 255}, 4, 1);
	assert_one_color(FORMAT_PNG, 200, 0, 100);
	put_png_start(1, 1, 8, 6);
	put_png_rows((const uint8_t[]){200, 0, 100, 0}, 4, 1);
	assert_one_color(FORMAT_PNG, 255, 255, 255);
	put_png_start(1, 1, 8, 4); /* grey and alpha */
	put_png_rows((const uint8_t[]){0, 128}, 2, 1);
	assert_one_color(FORMAT_PNG, 127, 127, 127);
}

static void test_grey_and_small_depths(void **state)
{
	(void)state;
	put_png_start(1, 1, 8, 0);
	put_png_rows((const uint8_t[]){77}, 1, 1);
	assert_one_color(FORMAT_PNG, 77, 77, 77);
	put_png_start(1, 1, 1, 0);
	put_png_rows((const uint8_t[]){0x80}, 1, 1);
	assert_one_color(FORMAT_PNG, 255, 255, 255);
	put_tiff(1, 1, 1, 8, 1, "\x4d", 1);
	assert_one_color(FORMAT_TIFF, 77, 77, 77);
	file.len = 0;
	put("P3 1 1 255 10 200 30\n", 21);
	assert_one_color(FORMAT_PNM, 10, 200, 30);
	file.len = 0;
	put("P1 1 1 0\n", 9);
	assert_one_color(FORMAT_PNM, 255, 255, 255);
}

static void test_palette(void **state)
{
	(void)state;
	put_png_start(1, 1, 8, 3);
	start_chunk("PLTE", 6);
	put("\x0a\x14\x1e\xc8\x64\x32", 6);
	end_chunk(6);
	put_png_rows((const uint8_t[]){1}, 1, 1);
	assert_one_color(FORMAT_PNG, 200, 100, 50);
}

static void test_bmp(void **state)
{
	(void)state;
	file.len = 0;
	put("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0", 30);
	for (int i = 0; i < 24; i++)
		put("", 1);
	put("\x32\x64\xc8\0", 4);
	assert_one_color(FORMAT_BMP, 200, 100, 50);
}

/* Adobe's inks are inverted: 255 is none. */
static void make_cmyk(uint8_t c, uint8_t m, uint8_t y, uint8_t k)
{
	uint8_t inks[16 * 16 * 4];
	tjhandle jpeg = tjInitCompress();
	unsigned char *bytes = NULL;
	unsigned long len = 0;

	for (size_t i = 0; i < sizeof(inks); i += 4)
		memcpy(inks + i, (uint8_t[]){c, m, y, k}, 4);
	assert_int_equal(tjCompress2(jpeg, inks, 16, 0, 16, TJPF_CMYK, &bytes, &len, TJSAMP_444, 95,
				     0),
			 0);
	file.len = 0;
	put(bytes, len);
	tjFree(bytes);
	tjDestroy(jpeg);
}

static void test_cmyk(void **state)
{
	(void)state;
	make_cmyk(255, 255, 255, 255);
	assert_one_color(FORMAT_JPEG, 255, 255, 255);
	make_cmyk(255, 0, 0, 255);
	assert_one_color(FORMAT_JPEG, 255, 0, 0);
	make_cmyk(255, 255, 255, 0);
	assert_one_color(FORMAT_JPEG, 0, 0, 0);
}

/* Two frames; the first is shown. */
static void test_animation(void **state)
{
	struct stored s = store_picture(1), black = {WIDTH, HEIGHT, {0}};

	(void)state;
	put_webp_start(&s, 0x02);
	put_riff_chunk("ANIM", "\xff\xff\xff\xff\0\0", 6);
	for (int i = 0; i < 2; i++) {
		uint8_t *bytes = NULL;
		size_t len = WebPEncodeLosslessRGB(i ? black.rgb : s.rgb, WIDTH, HEIGHT, 3 * WIDTH,
						   &bytes);

		put("ANMF", 4);
		put_le((uint32_t)(16 + len - 12), 4);
		put_le(0, 3);
		put_le(0, 3);
		put_le(WIDTH - 1, 3);
		put_le(HEIGHT - 1, 3);
		put_le(100, 3);
		put_le(0, 1);
		put(bytes + 12, len - 12);
		WebPFree(bytes);
	}
	end_webp();
	assert_picture(FORMAT_WEBP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orientations),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_reduced),
		cmocka_unit_test(test_reduced_others),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_not_decoded),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_alpha),
		cmocka_unit_test(test_grey_and_small_depths),
		cmocka_unit_test(test_palette),
		cmocka_unit_test(test_bmp),
		cmocka_unit_test(test_cmyk),
		cmocka_unit_test(test_animation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
