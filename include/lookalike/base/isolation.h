/*
 * isolation.h: the layers that keep a worker from doing harm, by name.
 *
 * Both programs share this: the extractor finds out which layers hold, lookalike says so.
 *
 * Owns     nothing.
 * Units    a set of layers is the sum of their bits.
 * Threads  pure functions.
 * Errors   none.
 */
#ifndef LOOKALIKE_BASE_ISOLATION_H
#define LOOKALIKE_BASE_ISOLATION_H

#include <stddef.h>

#define ISOLATION_LIST(X)                                                     \
	X(ISOLATION_FILES, "files", "no file can be opened (Landlock)")       \
	X(ISOLATION_CALLS, "calls", "only harmless system calls (seccomp)")   \
	X(ISOLATION_MEMORY, "memory", "a limit of memory (RLIMIT_AS)")        \
	X(ISOLATION_NO_CORE, "no_core", "no core dumps (RLIMIT_CORE)")        \
	X(ISOLATION_PARENT, "parent", "no life after the parent (PDEATHSIG)") \
	X(ISOLATION_NO_GAIN, "no_gain", "no new privileges (PR_NO_NEW_PRIVS)")

enum isolation_index {
#define X(name, key, words) name##_INDEX,
	ISOLATION_LIST(X)
#undef X
	ISOLATION_COUNT
};

enum isolation {
	ISOLATION_NONE = 0,
#define X(name, key, words) name = 1 << name##_INDEX,
	ISOLATION_LIST(X)
#undef X
	ISOLATION_FULL = (1 << ISOLATION_COUNT) - 1
};

/* "files", "no file can be opened (Landlock)" of the layer with bit 1 << index. */
const char *isolation_key(int index);
const char *isolation_words(int index);

/* "full", "none", or "partial, without: ..."; cut if out is too small. */
void isolation_summary(unsigned layers, char *out, size_t out_size);

#endif
