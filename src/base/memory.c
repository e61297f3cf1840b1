/* Allocation that cannot fail: small things only. */
#include "lookalike/base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void memory_out(void)
{
	fputs("lookalike: out of memory\n", stderr);
	abort();
}

void *memory_new(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		memory_out();
	return p;
}

void *memory_resize(void *old, size_t count, size_t size)
{
	void *p;

	if (size && count > SIZE_MAX / size)
		memory_out();
	p = realloc(old, count && size ? count * size : 1);
	if (!p)
		memory_out();
	return p;
}

char *text_copy(const char *text)
{
	char *copy;

	if (!text)
		return NULL;
	copy = strdup(text);
	if (!copy)
		memory_out();
	return copy;
}

char *text_format(const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		memory_out();
	va_end(args);
	return text;
}
