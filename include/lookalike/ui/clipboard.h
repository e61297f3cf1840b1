/*
 * clipboard.h: text → the sequence with which a terminal puts it on its clipboard (OSC 52, xterm's
 * ctlseqs), so that it arrives where the person is, not where the program runs.
 *
 * Owns     the caller frees.
 * Threads  pure functions.
 * Errors   none; no memory ends the program.
 */
#ifndef LOOKALIKE_UI_CLIPBOARD_H
#define LOOKALIKE_UI_CLIPBOARD_H

#include <stddef.h>

/* A path as a POSIX shell takes it, as $'...' (bash, ksh, zsh) only where that is needed. */
char *shell_quote(const char *path);

char *clipboard_sequence(const char *text);

#endif
