/*
 * guardian.h: a parent that does nothing but wait, for the one end that no program sees coming:
 * SIGKILL, from a person or from a kernel out of memory. It then puts the terminal back.
 *
 * To the shell, the guardian is the program: it stops when the interface stops, passes on the
 * signals it gets, and ends as the interface ended. The interface gets SIGHUP when it loses
 * its guardian.
 *
 * Owns     one child process, the interface.
 * Threads  before any other thread is started, and early: what is not there yet is not copied.
 * Errors   none: where no process can be had, the interface runs without a guardian.
 */
#ifndef LOOKALIKE_UI_GUARDIAN_H
#define LOOKALIKE_UI_GUARDIAN_H

/* Returns in the child. The calling process becomes the guardian and never returns. */
void guardian_start(void);

#endif
