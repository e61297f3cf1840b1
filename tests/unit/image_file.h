/*
 * image_file.h: image files made byte by byte, so that what they show is known without a decoder.
 *
 * The picture has four quarters: red, green above, blue, white below. A file of orientation
 * n stores it so that turning it as EXIF says gives the picture back. Everything is put into one
 * static buffer, "file".
 */
#ifndef TESTS_IMAGE_FILE_H
#define TESTS_IMAGE_FILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <turbojpeg.h>
#include <webp/encode.h>

#define WIDTH  48
#define HEIGHT 32

struct bytes {
	uint8_t data[1 << 16];
	size_t len;
};

static struct bytes file; /* the file under test */

static void put(const void *data, size_t len)
{
	assert_true(len <= sizeof(file.data) - file.len);
	memcpy(file.data + file.len, data, len);
	file.len += len;
}

static void put_le(uint32_t value, int width)
{
	for (int i = 0; i < width; i++)
		put(&(uint8_t){(uint8_t)(value >> 8 * i)}, 1);
}

static void put_be(uint32_t value, int width)
{
	for (int i = width - 1; i >= 0; i--)
		put(&(uint8_t){(uint8_t)(value >> 8 * i)}, 1);
}

/* The picture as it is stored under an orientation. */
struct stored {
	int width, height;
	uint8_t rgb[WIDTH * HEIGHT * 3];
};

enum side {
	TOP,
	BOTTOM,
	LEFT,
	RIGHT,
};

/* From the EXIF standard: which side of the picture the stored row 0 and column 0 are. */
static const struct {
	enum side row, col;
} sides[] = {{TOP, LEFT}, {TOP, LEFT},  {TOP, RIGHT},    {BOTTOM, RIGHT}, {BOTTOM, LEFT},
	     {LEFT, TOP}, {RIGHT, TOP}, {RIGHT, BOTTOM}, {LEFT, BOTTOM}};

static void move_in(enum side side, int steps, int *x, int *y)
{
	switch (side) {
	case TOP:
		*y = steps;
		break;
	case BOTTOM:
		*y = HEIGHT - 1 - steps;
		break;
	case LEFT:
		*x = steps;
		break;
	case RIGHT:
		*x = WIDTH - 1 - steps;
		break;
	}
}

static const uint8_t quarters[2][2][3] = {{{255, 0, 0}, {0, 255, 0}},
					  {{0, 0, 255}, {255, 255, 255}}};

static struct stored store_picture(int orientation)
{
	struct stored s;
	bool exchanged = orientation >= 5;

	s.width = exchanged ? HEIGHT : WIDTH;
	s.height = exchanged ? WIDTH : HEIGHT;
	for (int row = 0; row < s.height; row++)
		for (int col = 0; col < s.width; col++) {
			int x = 0, y = 0;

			move_in(sides[orientation].row, row, &x, &y);
			move_in(sides[orientation].col, col, &x, &y);
			memcpy(s.rgb + 3 * (row * s.width + col),
			       quarters[y >= HEIGHT / 2][x >= WIDTH / 2], 3);
		}
	return s;
}

/* EXIF data of one tag: TIFF header, a directory of one entry, no next directory. */
static void put_exif(int orientation)
{
	put("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01", 18);
	put_be((uint32_t)orientation, 2);
	put("\0\0\0\0\0\0", 6);
}

#define EXIF_BYTES 26

static void make_jpeg(int orientation)
{
	struct stored s = store_picture(orientation);
	tjhandle jpeg = tjInitCompress();
	unsigned char *bytes = NULL;
	unsigned long len = 0;

	assert_int_equal(tjCompress2(jpeg, s.rgb, s.width, 0, s.height, TJPF_RGB, &bytes, &len,
				     TJSAMP_444, 95, 0),
			 0);
	file.len = 0;
	put(bytes, 2);
	put("\xff\xe1", 2);
	put_be(2 + 6 + EXIF_BYTES, 2);
	put("Exif\0\0", 6);
	put_exif(orientation);
	put(bytes + 2, len - 2);
	tjFree(bytes);
	tjDestroy(jpeg);
}

static uint32_t crc32_of(const uint8_t *data, size_t len)
{
	uint32_t crc = ~0u;

	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void start_chunk(const char *type, size_t len)
{
	put_be((uint32_t)len, 4);
	put(type, 4);
}

static void end_chunk(size_t len)
{
	put_be(crc32_of(file.data + file.len - len - 4, len + 4), 4);
}

static void put_png_start(uint32_t width, uint32_t height, int depth, int color_type)
{
	file.len = 0;
	put("\x89PNG\r\n\x1a\n", 8);
	start_chunk("IHDR", 13);
	put_be(width, 4);
	put_be(height, 4);
	put_be((uint32_t)depth, 1);
	put_be((uint32_t)color_type, 1);
	put("\0\0\0", 3);
	end_chunk(13);
}

/* Rows with their filter byte, in one deflate block that is not compressed. */
static void put_png_rows(const uint8_t *rows, size_t row_bytes, int height)
{
	size_t len = (row_bytes + 1) * (size_t)height, chunk = 2 + 5 + len + 4;
	uint32_t a = 1, b = 0; /* Adler-32 */

	start_chunk("IDAT", chunk);
	put("\x78\x01\x01", 3);
	put_le((uint32_t)len, 2);
	put_le(~(uint32_t)len, 2);
	for (int y = 0; y < height; y++)
		for (size_t x = 0; x <= row_bytes; x++) {
			uint8_t byte = x ? rows[(size_t)y * row_bytes + x - 1] : 0;

			put(&byte, 1);
			a = (a + byte) % 65521;
			b = (b + a) % 65521;
		}
	put_be(b << 16 | a, 4);
	end_chunk(chunk);
	start_chunk("IEND", 0);
	end_chunk(0);
}

static void make_png(int orientation)
{
	struct stored s = store_picture(orientation);

	put_png_start((uint32_t)s.width, (uint32_t)s.height, 8, 2);
	start_chunk("eXIf", EXIF_BYTES);
	put_exif(orientation);
	end_chunk(EXIF_BYTES);
	put_png_rows(s.rgb, (size_t)s.width * 3, s.height);
}

static void put_tiff_tag(uint32_t tag, uint32_t type, uint32_t count, uint32_t value)
{
	put_le(tag, 2);
	put_le(type, 2);
	put_le(count, 4);
	put_le(value, 4);
}

static void put_tiff(int orientation, int width, int height, int bits, int samples,
		     const void *pixels, size_t len)
{
	const int tags = 10, directory = 8 + 2 + 12 * 10 + 4;

	file.len = 0;
	put("II*\0\x08\0\0\0", 8);
	put_le((uint32_t)tags, 2);
	put_tiff_tag(256, 4, 1, (uint32_t)width);
	put_tiff_tag(257, 4, 1, (uint32_t)height);
	if (samples == 1)
		put_tiff_tag(258, 3, 1, (uint32_t)bits);
	else
		put_tiff_tag(258, 3, 3, (uint32_t)directory);
	put_tiff_tag(259, 3, 1, 1);
	put_tiff_tag(262, 3, 1, samples == 1 ? 1 : 2);
	put_tiff_tag(273, 4, 1, (uint32_t)directory + 6);
	put_tiff_tag(274, 3, 1, (uint32_t)orientation);
	put_tiff_tag(277, 3, 1, (uint32_t)samples);
	put_tiff_tag(278, 4, 1, (uint32_t)height);
	put_tiff_tag(279, 4, 1, (uint32_t)len);
	put_le(0, 4);
	for (int i = 0; i < 3; i++)
		put_le((uint32_t)bits, 2);
	put(pixels, len);
}

static void make_tiff(int orientation)
{
	struct stored s = store_picture(orientation);

	put_tiff(orientation, s.width, s.height, 8, 3, s.rgb,
		 (size_t)s.width * (size_t)s.height * 3);
}

static void make_tiff16(int orientation)
{
	struct stored s = store_picture(orientation);
	uint16_t deep[WIDTH * HEIGHT * 3];

	for (size_t i = 0; i < sizeof(s.rgb); i++)
		deep[i] = (uint16_t)(s.rgb[i] * 257);
	put_tiff(orientation, s.width, s.height, 16, 3, deep, sizeof(deep));
}

static void put_riff_chunk(const char *type, const void *data, size_t len)
{
	put(type, 4);
	put_le((uint32_t)len, 4);
	put(data, len);
	if (len % 2)
		put("", 1);
}

/* A canvas of the picture's size, with nothing in it yet. */
static void put_webp_start(const struct stored *s, uint32_t flags)
{
	file.len = 0;
	put("RIFF\0\0\0\0WEBPVP8X", 16);
	put_le(10, 4);
	put_le(flags, 4);
	put_le((uint32_t)s->width - 1, 3);
	put_le((uint32_t)s->height - 1, 3);
}

static void end_webp(void)
{
	size_t len = file.len;

	file.len = 4;
	put_le((uint32_t)len - 8, 4);
	file.len = len;
}

static void make_webp(int orientation)
{
	struct stored s = store_picture(orientation);
	uint8_t *bytes = NULL, exif[EXIF_BYTES];
	size_t len = WebPEncodeLosslessRGB(s.rgb, s.width, s.height, 3 * s.width, &bytes);

	assert_true(len > 12);
	file.len = 0;
	put_exif(orientation);
	memcpy(exif, file.data, sizeof(exif));
	put_webp_start(&s, 0x08); /* has EXIF */
	put(bytes + 12, len - 12);
	put_riff_chunk("EXIF", exif, sizeof(exif));
	end_webp();
	WebPFree(bytes);
}

#endif
