/*
 * base64.h: bytes → text of letters, digits, + and / (RFC 4648, with padding).
 *
 * Owns     nothing.
 * Threads  a pure function.
 * Errors   none.
 */
#ifndef LOOKALIKE_BASE_BASE64_H
#define LOOKALIKE_BASE_BASE64_H

#include <stddef.h>

#define BASE64_SIZE(len) (((len) + 2) / 3 * 4)

/* Writes BASE64_SIZE(len) characters, no zero behind them, and returns the end. */
char *base64_encode(char *out, const void *data, size_t len);

#endif
