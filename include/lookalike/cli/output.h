/*
 * output.h: where a command's result goes, and how values are written in it.
 *
 * A file is written beside its final name and renamed when it is whole, so that an
 * error leaves what was there.
 *
 * Owns     output_open()/output_commit() or output_abandon().
 * Threads  one.
 * Errors   ERR_IO with the file's name. A closed pipe is not an error.
 */
#ifndef LOOKALIKE_CLI_OUTPUT_H
#define LOOKALIKE_CLI_OUTPUT_H

#include "lookalike/base/error.h"

#include <json-c/json.h>
#include <stdio.h>

struct output {
	FILE *file;
	char *path, *temporary; /* NULL for stdout */
};

enum status output_open(const char *path, struct output *out, struct error *err);
enum status output_commit(struct output *out, struct error *err);
void output_abandon(struct output *out);

/* One field of RFC 4180, quoted by quote_bytes() first; NULL is empty. */
void csv_text(FILE *file, const char *text);

/* A number with at most nine digits; null when it is not finite. */
struct json_object *json_number(double value);

/* "path", exact when it is UTF-8; else with U+FFFD, and its bytes in "path_base64". */
void json_add_path(struct json_object *object, const char *path);

/* Write the object and a newline, and free it. */
void json_write(FILE *file, struct json_object *object);

#endif
