/*
 * Quoting of any bytes: the result is one line of printable UTF-8 without anything that steers a
 * terminal, it says its own length, and a shorter buffer holds the beginning of it.
 */
#include "lookalike/base/quote.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool harmless(uint32_t cp)
{
	return cp >= 0x20 && !(cp >= 0x7f && cp < 0xa0) && cp != 0xad &&
	       !(cp >= 0x200b && cp <= 0x200f) && !(cp >= 0x2028 && cp <= 0x202e) &&
	       !(cp >= 0x2060 && cp <= 0x206f) && cp != 0xfeff;
}

static void check_text(const char *text, size_t len)
{
	uint32_t cp;

	for (size_t at = 0, n; at < len; at += n) {
		n = utf8_decode(text + at, len - at, &cp);
		if (n == 0 || !harmless(cp))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *text = (const char *)bytes;
	size_t size = quote_bytes(NULL, 0, text, len) + 1, part;
	char *whole = malloc(size), cut[40];

	if (!whole)
		return 0;
	if (quote_bytes(whole, size, text, len) != size - 1 || strlen(whole) != size - 1)
		abort();
	check_text(whole, size - 1);
	part = len % (sizeof(cut) - 1) + 1;
	if (quote_bytes(cut, part, text, len) != size - 1 || strlen(cut) >= part)
		abort();
	check_text(cut, strlen(cut));
	free(whole);
	return 0;
}
