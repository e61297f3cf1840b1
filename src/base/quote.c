/*
 * Quoting of bytes that came from a file, as bash's $'...' writes them. One
 * function decides what is harmless; everything that prints a name uses it.
 */
#include "lookalike/base/quote.h"

#include "lookalike/base/memory.h"

#include <stdio.h>
#include <string.h>

size_t utf8_decode(const char *bytes, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)bytes;
	uint32_t c;
	size_t n;

	if (!len)
		return 0;
	if (s[0] < 0x80) {
		*cp = s[0];
		return 1;
	}
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || n > len)
		return 0;
	c = s[0] & (0x7f >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*cp = c;
	return n;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

bool utf8_valid(const char *bytes, size_t len)
{
	uint32_t cp;
	size_t n;

	for (size_t i = 0; i < len; i += n)
		if (!(n = utf8_decode(bytes + i, len - i, &cp)))
			return false;
	return true;
}

/*
 * Characters that change how others are shown, or show nothing: a name must
 * not be able to look like another one or to turn a line around.
 */
static bool is_deceptive(uint32_t cp)
{
	static const uint32_t ranges[][2] = {
		{0x00, 0x1f},        {0x7f, 0x9f},     /* controls, C1 */
		{0xad, 0xad},                          /* soft hyphen */
		{0x034f, 0x034f},                      /* grapheme joiner */
		{0x061c, 0x061c},                      /* Arabic letter mark */
		{0x115f, 0x1160},    {0x3164, 0x3164}, /* Hangul fillers */
		{0x17b4, 0x17b5},    {0x180b, 0x180f}, /* invisible vowels, selectors */
		{0x2000, 0x200f},                      /* odd spaces, zero width, marks */
		{0x2028, 0x202f},                      /* line separators, embeddings */
		{0x205f, 0x206f},                      /* invisible operators, isolates */
		{0x2800, 0x2800},                      /* empty Braille */
		{0xe000, 0xf8ff},                      /* private use */
		{0xfe00, 0xfe0f},    {0xfeff, 0xfeff}, /* selectors, byte order mark */
		{0xffa0, 0xffa0},    {0xfff0, 0xfffb}, /* fillers, annotations */
		{0xfdd0, 0xfdef},    {0xfffe, 0xffff}, /* not characters */
		{0x1d173, 0x1d17a},                    /* musical controls */
		{0xe0000, 0x10ffff},                   /* tags, private planes */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (cp >= ranges[i][0] && cp <= ranges[i][1])
			return true;
	return false;
}

static bool is_plain(const char *bytes, size_t len)
{
	uint32_t cp;
	size_t n;

	if (len >= 2 && !memcmp(bytes, "$'", 2))
		return false;
	for (size_t i = 0; i < len; i += n) {
		n = utf8_decode(bytes + i, len - i, &cp);
		if (!n || is_deceptive(cp))
			return false;
	}
	return true;
}

struct writer {
	char *out;
	size_t size, len, fits; /* fits: where the text ends that is written */
	bool full;
};

/* Whole pieces only, so that a cut never splits a character or an escape. */
static void put(struct writer *w, const char *piece, size_t len)
{
	if (!w->full && w->len + len < w->size) {
		memcpy(w->out + w->len, piece, len);
		w->fits = w->len + len;
	} else {
		w->full = true;
	}
	w->len += len;
}

static void put_escaped(struct writer *w, unsigned char byte)
{
	char piece[8];
	int len;

	switch (byte) {
	case '\n':
		put(w, "\\n", 2);
		break;
	case '\t':
		put(w, "\\t", 2);
		break;
	case '\\':
		put(w, "\\\\", 2);
		break;
	case '\'':
		put(w, "\\'", 2);
		break;
	default:
		len = snprintf(piece, sizeof(piece), "\\%03o", byte);
		put(w, piece, (size_t)len);
	}
}

size_t quote_bytes(char *out, size_t out_size, const char *bytes, size_t len)
{
	struct writer w = {.out = out, .size = out_size};
	bool plain = is_plain(bytes, len);
	uint32_t cp;
	size_t n;

	if (!plain)
		put(&w, "$'", 2);
	for (size_t i = 0; i < len; i += n ? n : 1) {
		n = utf8_decode(bytes + i, len - i, &cp);
		if (n && !is_deceptive(cp) && (plain || (cp != '\\' && cp != '\'')))
			put(&w, bytes + i, n);
		else
			for (size_t j = 0; j < (n ? n : 1); j++)
				put_escaped(&w, (unsigned char)bytes[i + j]);
	}
	if (!plain)
		put(&w, "'", 1);
	if (out_size)
		out[w.fits] = '\0';
	return w.len;
}

char *quote_new(const char *text)
{
	size_t len = strlen(text);
	size_t size = quote_bytes(NULL, 0, text, len) + 1;
	char *out = memory_new(size);

	quote_bytes(out, size, text, len);
	return out;
}
