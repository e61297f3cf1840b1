/*
 * values.h: how texts and numbers are written in CSV and JSON.
 *
 * Owns     JSON objects are the caller's, until json_write() frees them.
 * Threads  pure functions.
 * Errors   none; a failed write is the stream's.
 */
#ifndef LOOKALIKE_CLI_VALUES_H
#define LOOKALIKE_CLI_VALUES_H

#include "lookalike/review/grouping.h"

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * One field of RFC 4180 for people and spreadsheets: quoted by quote_bytes(), and what a
 * spreadsheet would run as a formula is made text by an apostrophe. That one goes before each
 * = + - @ (full width, too) with which a cell could begin: at the start, and behind a semicolon,
 * which separates cells in half of the world. To undo it take one apostrophe away from each row of
 * them that stands there before such a character. NULL is empty.
 */
void csv_text(FILE *file, const char *text);

/* The bytes themselves, quoted by RFC 4180 alone. */
void csv_raw(FILE *file, const char *bytes);

/* Empty when it is not finite. */
void csv_number(FILE *file, double value);

/* A number with at most nine digits; null when it is not finite. */
struct json_object *json_number(double value);

/* As many digits as it takes to read back the same double, at least nine when it has them. */
struct json_object *json_exact(double value);

/* "path", exact when it is UTF-8; else with U+FFFD, and its bytes in "path_base64". */
void json_add_path(struct json_object *object, const char *path);

/* The same for any text, in fields of these names; NULL is null. */
void json_add_bytes(struct json_object *object, const char *name, const char *base64_name,
		    const char *bytes);

/* How much say each of the eight measures has, by name; null where groups are not by measures. */
struct json_object *json_weights(const struct grouping_options *by);

/* ", measures nose_ratio,nose_size=2", or nothing where all count alike; to be freed. */
char *weights_text(const struct grouping_options *by);

/* Findings as an array of words, and as words with blanks between them. */
struct json_object *json_findings(uint32_t findings);
void csv_findings(FILE *file, uint32_t findings);

/* A number that may be NAN, which is written as nothing. */
void csv_measured(FILE *file, float value);

/* For the caller to free. */
char *base64_new(const void *bytes, size_t len);

/* Write the object and a newline, and free it. */
void json_write(FILE *file, struct json_object *object);

#endif
