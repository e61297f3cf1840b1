/*
 * fast.h: FAST before a function makes it twice, for every processor and for those of the last ten
 * years, with their wide registers and their instruction that counts bits; which one runs is chosen
 * when the program starts. What a function gives is the same either way.
 *
 * Owns     nothing.
 * Threads  any.
 * Errors   none.
 */
#ifndef LOOKALIKE_BASE_FAST_H
#define LOOKALIKE_BASE_FAST_H

#include <stdint.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
	!defined(__SANITIZE_ADDRESS__)
#define FAST __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define FAST
#endif

/* How many bits are set: one instruction in a FAST function. */
static inline int count_ones(uint64_t word)
{
	return __builtin_popcountll(word);
}

#endif
