/*
 * A PNG of a palette: four chunks. Rows are not filtered, as the standard advises for palettes, and
 * all in one IDAT.
 */
#include "lookalike/ui/png.h"

#include "lookalike/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

#define HEADER_BYTES 13
#define CHUNK_BYTES  12 /* around the data: length, type, CRC */

enum {
	DEPTH_8 = 8,
	TYPE_PALETTE = 3
};

static void put32(uint8_t *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* The data may lie there already. Returns the end. */
static uint8_t *put_chunk(uint8_t *out, const char *type, const uint8_t *data, size_t len)
{
	put32(out, (uint32_t)len);
	memcpy(out + 4, type, 4);
	if (len) /* without data it may be NULL */
		memmove(out + 8, data, len);
	put32(out + 8 + len, (uint32_t)crc32(0, out + 4, (uInt)len + 4));
	return out + CHUNK_BYTES + len;
}

static void fill_header(uint8_t header[HEADER_BYTES], int width_px, int height_px)
{
	memset(header, 0, HEADER_BYTES);
	put32(header, (uint32_t)width_px);
	put32(header + 4, (uint32_t)height_px);
	header[8] = DEPTH_8;
	header[9] = TYPE_PALETTE;
}

/* Each row behind a byte that says how it is filtered: not. */
static uint8_t *rows_of(const uint8_t *indices, int width_px, int height_px, size_t *len)
{
	size_t width = (size_t)width_px, row = width + 1;
	uint8_t *rows;

	*len = row * (size_t)height_px;
	rows = memory_new(*len);
	for (size_t y = 0; y < (size_t)height_px; y++)
		memcpy(rows + y * row + 1, indices + y * width, width);
	return rows;
}

enum status png_encode(const uint8_t *indices, int width_px, int height_px, const uint8_t *palette,
		       int colors, uint8_t **out, size_t *len, struct error *err)
{
	uint8_t header[HEADER_BYTES], *bytes, *end, *rows;
	size_t row_bytes, palette_bytes = 3 * (size_t)colors;
	uLongf packed;
	int zlib;

	assert(width_px > 0 && height_px > 0 && colors > 0 && colors <= 256);
	rows = rows_of(indices, width_px, height_px, &row_bytes);
	packed = compressBound((uLong)row_bytes);
	bytes = memory_new(sizeof(signature) + 4 * CHUNK_BYTES + HEADER_BYTES + palette_bytes +
			   packed);
	memcpy(bytes, signature, sizeof(signature));
	fill_header(header, width_px, height_px);
	end = put_chunk(bytes + sizeof(signature), "IHDR", header, HEADER_BYTES);
	end = put_chunk(end, "PLTE", palette, palette_bytes);
	zlib = compress2(end + 8, &packed, rows, (uLong)row_bytes, Z_BEST_COMPRESSION);
	free(rows);
	if (zlib != Z_OK) {
		free(bytes);
		return error_set(err, ERR_NOMEM, "zlib: %s", zError(zlib));
	}
	end = put_chunk(end, "IDAT", end + 8, packed);
	end = put_chunk(end, "IEND", NULL, 0);
	*out = bytes;
	*len = (size_t)(end - bytes);
	return OK;
}
