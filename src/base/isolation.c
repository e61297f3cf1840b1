/*
 * isolation.c: names and words of the layers of isolation.
 */
#include "lookalike/base/isolation.h"

#include <stdio.h>
#include <string.h>

const char *isolation_key(int index)
{
	static const char *const keys[] = {
#define X(name, key, words) key,
		ISOLATION_LIST(X)
#undef X
	};

	return keys[index];
}

const char *isolation_words(int index)
{
	static const char *const texts[] = {
#define X(name, key, words) words,
		ISOLATION_LIST(X)
#undef X
	};

	return texts[index];
}

void isolation_summary(unsigned layers, char *out, size_t out_size)
{
	size_t used;
	const char *comma = "";

	layers &= ISOLATION_FULL;
	if (layers == ISOLATION_FULL || layers == ISOLATION_NONE) {
		snprintf(out, out_size, "%s", layers ? "full" : "none");
		return;
	}
	snprintf(out, out_size, "partial, without: ");
	for (int i = 0; i < ISOLATION_COUNT; i++) {
		if (layers & 1u << i)
			continue;
		used = strlen(out);
		snprintf(out + used, out_size - used, "%s%s", comma, isolation_words(i));
		comma = ", ";
	}
}
