/*
 * header.c: the few fields of an image file that must be known before it is decoded.
 *
 * The size, because decoders allocate what a header promises and a small file can promise
 * gigabytes. The orientation, because OpenCV honours it for some formats and ignores it for
 * others. EXIF data is a TIFF file of its own, so one reader of TIFF tags serves both.
 */
#include "lookalike/extractor/header.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define TIFF_WIDTH       0x0100
#define TIFF_HEIGHT      0x0101
#define TIFF_ORIENTATION 0x0112
#define TIFF_SHORT       3
#define TIFF_LONG        4
#define TIFF_ENTRY_BYTES 12

struct reader {
	const uint8_t *bytes;
	size_t len;
	bool big_endian;
};

/* 0 outside the bytes, which no caller takes for a valid value. */
static uint32_t read_number(const struct reader *r, size_t at, size_t width)
{
	uint32_t value = 0;

	if (at > r->len || width > r->len - at)
		return 0;
	for (size_t i = 0; i < width; i++) {
		size_t shift = 8 * (r->big_endian ? width - 1 - i : i);

		value |= (uint32_t)r->bytes[at + i] << shift;
	}
	return value;
}

/* The value of a tag in the first directory; 0 when it is not there. */
static uint32_t tiff_tag(const uint8_t *bytes, size_t len, uint32_t tag)
{
	struct reader r = {bytes, len, false};
	size_t directory, entries;

	if (len < 8)
		return 0;
	if (memcmp(bytes, "MM", 2) == 0)
		r.big_endian = true;
	else if (memcmp(bytes, "II", 2) != 0)
		return 0;
	if (read_number(&r, 2, 2) != 42)
		return 0;
	directory = read_number(&r, 4, 4);
	entries = read_number(&r, directory, 2);
	for (size_t i = 0; i < entries; i++) {
		size_t entry = directory + 2 + i * TIFF_ENTRY_BYTES;

		if (read_number(&r, entry, 2) != tag)
			continue;
		switch (read_number(&r, entry + 2, 2)) {
		case TIFF_SHORT:
			return read_number(&r, entry + 8, 2);
		case TIFF_LONG:
			return read_number(&r, entry + 8, 4);
		default:
			return 0;
		}
	}
	return 0;
}

int header_exif_orientation(const uint8_t *bytes, size_t len)
{
	uint32_t orientation;

	if (len >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0) {
		bytes += 6;
		len -= 6;
	}
	orientation = tiff_tag(bytes, len, TIFF_ORIENTATION);
	return orientation >= 1 && orientation <= 8 ? (int)orientation : 1;
}

/* Segments are FF, marker, two bytes of length that count themselves, data. */
static void read_jpeg(const struct reader *r, struct image_header *out)
{
	size_t at = 2;

	while (at + 4 <= r->len && r->bytes[at] == 0xff) {
		uint8_t marker = r->bytes[at + 1];
		size_t length;

		if (marker == 0xff) { /* fill byte */
			at++;
			continue;
		}
		length = read_number(r, at + 2, 2);
		if (marker == 0xda || length < 2 || length > r->len - at - 2)
			return;
		if (marker == 0xe1 && length >= 8 &&
		    memcmp(r->bytes + at + 4, "Exif\0\0", 6) == 0) {
			out->orientation = header_exif_orientation(r->bytes + at + 4, length - 2);
			return;
		}
		at += 2 + length;
	}
}

/* Chunks are four bytes of length, four of type, data, four of checksum. */
static void read_png(const struct reader *r, struct image_header *out)
{
	size_t at = 8;

	out->width_px = read_number(r, 16, 4);
	out->height_px = read_number(r, 20, 4);
	while (at + 8 <= r->len) {
		size_t length = read_number(r, at, 4);

		if (length > r->len - at - 8)
			return;
		if (memcmp(r->bytes + at + 4, "eXIf", 4) == 0) {
			out->orientation = header_exif_orientation(r->bytes + at + 8, length);
			return;
		}
		at += 8 + length + 4;
	}
}

static void read_bmp(const struct reader *r, struct image_header *out)
{
	if (read_number(r, 14, 4) == 12) { /* OS/2's header */
		out->width_px = read_number(r, 18, 2);
		out->height_px = read_number(r, 20, 2);
		return;
	}
	out->width_px = read_number(r, 18, 4);
	out->height_px = read_number(r, 22, 4);
	if (out->height_px > INT32_MAX) /* negative: rows from top to bottom */
		out->height_px = -out->height_px;
}

/* A decimal number after blanks and comments; saturates. */
static uint32_t pnm_number(const struct reader *r, size_t *at)
{
	uint32_t value = 0;

	while (*at < r->len && (isspace(r->bytes[*at]) || r->bytes[*at] == '#')) {
		if (r->bytes[*at] == '#')
			while (*at < r->len && r->bytes[*at] != '\n')
				++*at;
		else
			++*at;
	}
	while (*at < r->len && r->bytes[*at] >= '0' && r->bytes[*at] <= '9') {
		if (value < 100000000)
			value = value * 10 + r->bytes[*at] - '0';
		++*at;
	}
	return value;
}

static void read_pnm(const struct reader *r, struct image_header *out)
{
	size_t at = 2;

	out->width_px = pnm_number(r, &at);
	out->height_px = pnm_number(r, &at);
}

void header_read(const uint8_t *bytes, size_t len, enum format format, struct image_header *out)
{
	struct reader r = {bytes, len, false};

	*out = (struct image_header){.orientation = 1};
	switch (format) {
	case FORMAT_JPEG:
		r.big_endian = true;
		read_jpeg(&r, out);
		break;
	case FORMAT_PNG:
		r.big_endian = true;
		read_png(&r, out);
		break;
	case FORMAT_TIFF:
		out->width_px = tiff_tag(bytes, len, TIFF_WIDTH);
		out->height_px = tiff_tag(bytes, len, TIFF_HEIGHT);
		out->orientation = header_exif_orientation(bytes, len);
		break;
	case FORMAT_BMP:
		read_bmp(&r, out);
		break;
	case FORMAT_PNM:
		read_pnm(&r, out);
		break;
	default:
		break;
	}
}
