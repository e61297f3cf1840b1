/*
 * restore.h: what the terminal was, and how to make it that again. It is prepared before the
 * terminal is taken, so that a signal handler needs nothing but write() and tcsetattr(), and
 * can lie in memory shared with the guardian, who needs it when no handler could run.
 *
 * Owns     the one state of the process, or of the two.
 * Threads  restore_prepare(), restore_taken() and restore_share() on the interface thread, before
 *          the terminal is taken; restore_now() from anywhere, a signal handler too.
 * Errors   none: a terminal that is gone needs nothing.
 */
#ifndef LOOKALIKE_UI_RESTORE_H
#define LOOKALIKE_UI_RESTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/* Write all of it, however long that takes. Async-signal-safe. */
void restore_write(int fd, const char *bytes, size_t len);

/* Share the state with processes that are forked from now on. */
bool restore_share(void);

/* The settings and the bytes that put the terminal back; bytes that do not fit are refused. */
void restore_prepare(int fd, const struct termios *settings, const char *leave, size_t len);

/* From now on this process has the terminal. */
void restore_taken(void);
bool restore_is_taken(void);

/* Put it back, unless that was done. A forked child that dies leaves its parent's alone. */
void restore_now(void);

/* The same for a process that has ended or is stopped, and what it left unread is dropped. */
void restore_for_other(void);

/* Restore when the program dies of a fault, and when it exits; undone by the second. */
void restore_catch_faults(void);
void restore_release_faults(void);

#endif
