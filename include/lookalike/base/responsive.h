/*
 * responsive.h: a thread that works in short turns and is wanted at once when something comes.
 *
 * Linux from 6.12 on lets a thread ask for a short time slice: it then waits less for a processor
 * that others keep busy, and gets no more of it in all. Elsewhere this changes nothing.
 *
 * Threads  of the one that calls it; threads and processes that it starts are as usual.
 * Errors   none: it is a wish.
 */
#ifndef LOOKALIKE_BASE_RESPONSIVE_H
#define LOOKALIKE_BASE_RESPONSIVE_H

void thread_be_responsive(void);

#endif
