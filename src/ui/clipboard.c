/* Quoting for a shell, and base64 (RFC 4648) for the terminal. */
#include "lookalike/ui/clipboard.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SAFE "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.,+:@%-"

char *shell_quote(const char *path)
{
	char *quoted = quote_new(path), *out, *to;

	if (strcmp(quoted, path) != 0 || (*path && path[strspn(path, SAFE)] == '\0'))
		return quoted;
	free(quoted);
	out = memory_new(4 * strlen(path) + 3);
	to = out;
	*to++ = '\'';
	for (; *path; path++) {
		if (*path == '\'')
			to = stpcpy(to, "'\\''");
		else
			*to++ = *path;
	}
	*to = '\'';
	return out;
}

char *clipboard_sequence(const char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	static const char begin[] = "\033]52;c;", end[] = "\033\\";
	size_t len = strlen(text);
	char *out = memory_new(sizeof(begin) + (len + 2) / 3 * 4 + sizeof(end));
	char *to = stpcpy(out, begin);

	for (size_t i = 0; i < len; i += 3) {
		uint32_t bits = (uint32_t)(uint8_t)text[i] << 16;

		if (i + 1 < len)
			bits |= (uint32_t)(uint8_t)text[i + 1] << 8;
		if (i + 2 < len)
			bits |= (uint8_t)text[i + 2];
		*to++ = digits[bits >> 18 & 63];
		*to++ = digits[bits >> 12 & 63];
		*to++ = i + 1 < len ? digits[bits >> 6 & 63] : '=';
		*to++ = i + 2 < len ? digits[bits & 63] : '=';
	}
	strcpy(to, end);
	return out;
}
