/*
 * clock.h: time that only goes forward, for waiting and for measuring.
 *
 * Units    milliseconds since some moment, which is the same for the whole process.
 * Threads  any.
 * Errors   none.
 */
#ifndef LOOKALIKE_BASE_CLOCK_H
#define LOOKALIKE_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void);

/* The same with its fraction. */
double clock_exact_ms(void);

#endif
