/*
 * memory.h: allocation of small things, where running out ends the program.
 *
 * Anything whose size comes from an input file uses malloc() and is checked.
 *
 * Owns     the caller frees with free().
 * Threads  any.
 * Errors   one line on stderr and abort(), so that the terminal is restored.
 */
#ifndef LOOKALIKE_BASE_MEMORY_H
#define LOOKALIKE_BASE_MEMORY_H

#include <stddef.h>

void *memory_new(size_t size); /* zeroed */
void *memory_resize(void *old, size_t count, size_t size);
_Noreturn void memory_out(void);
char *text_copy(const char *text); /* NULL stays NULL */
char *text_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
