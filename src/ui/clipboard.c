/* Quoting for a shell, and base64 for the terminal. */
#include "lookalike/ui/clipboard.h"

#include "lookalike/base/base64.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

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
	static const char begin[] = "\033]52;c;", end[] = "\033\\";
	size_t len = strlen(text);
	char *out = memory_new(sizeof(begin) + BASE64_SIZE(len) + sizeof(end));

	strcpy(base64_encode(stpcpy(out, begin), text, len), end);
	return out;
}
