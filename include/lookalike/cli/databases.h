/*
 * databases.h: every database in the user's data folder.
 *
 * Owns     databases_find()/databases_free().
 * Threads  one.
 * Errors   ERR_IO when the folder cannot be read; one that is not there has no databases.
 */
#ifndef LOOKALIKE_CLI_DATABASES_H
#define LOOKALIKE_CLI_DATABASES_H

#include "lookalike/base/error.h"

#include <stddef.h>

/* Their paths, sorted; count of them may be 0. */
enum status databases_find(char ***out, size_t *count, struct error *err);
void databases_free(char **paths, size_t count);

/* Absolute, with links resolved where the file is there; it may be gone. For the caller to free. */
char *path_absolute(const char *path);

#endif
