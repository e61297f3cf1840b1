/*
 * quote.h: the one way for bytes from a file to reach a screen, a log or a report.
 *
 * Text that is printable UTF-8 passes as it is. Anything else (controls, C1,
 * invalid UTF-8, bidirectional and zero-width characters, or a text that
 * starts like our quoting) becomes a shell's $'...' with \n, \t, \\, \' and
 * three-digit octal bytes: one line, harmless, and a user can paste it back.
 *
 * Owns     quote_new() returns memory the caller frees.
 * Units    lengths in bytes; NUL is never part of a text.
 * Threads  pure functions.
 * Errors   none; quote_new() ends the program when memory is out.
 */
#ifndef LOOKALIKE_BASE_QUOTE_H
#define LOOKALIKE_BASE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Write the quoted form of bytes and a NUL into out, cut at a character's
 * border if it does not fit. Returns the length of the whole quoted form, as
 * snprintf() does. out may be NULL when out_size is 0.
 */
size_t quote_bytes(char *out, size_t out_size, const char *bytes, size_t len);

/* The whole quoted form of a NUL-terminated text, for the caller to free. */
char *quote_new(const char *text);

/* Whether bytes are valid UTF-8 (no surrogates, no overlong forms). */
bool utf8_valid(const char *bytes, size_t len);

/*
 * Decode one character of at most len bytes. Returns the bytes it took, and
 * the code point in *cp; 0 at the end or where the bytes are invalid.
 */
size_t utf8_decode(const char *bytes, size_t len, uint32_t *cp);

/* Encode cp; returns the number of bytes written to out (1 to 4). */
size_t utf8_encode(uint32_t cp, char out[4]);

#endif
