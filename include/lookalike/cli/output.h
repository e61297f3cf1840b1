/*
 * output.h: where a command's result goes.
 *
 * A result is all or nothing: it is written beside its final name, synced, and renamed when it
 * is whole, and the folder is synced; until then what was there stays as it was. The temporary
 * file has one name for each final name and is held by a lock, so that what a kill leaves is used
 * again by the next run and two runs do not mix. SIGINT, SIGTERM and SIGHUP end it there and leave
 * nothing. A device, a FIFO and stdout ("-" or no name) are written to as they are.
 *
 * Owns     output_open()/output_commit() or output_abandon().
 * Files    0600: results tell about people's faces. Of a link the file behind it is replaced.
 * Threads  one; one output at a time.
 * Errors   ERR_IO with the file's name; ERR_CANCELLED after a signal. A closed pipe is not an
 *          error.
 */
#ifndef LOOKALIKE_CLI_OUTPUT_H
#define LOOKALIKE_CLI_OUTPUT_H

#include "lookalike/base/error.h"
#include "lookalike/cli/values.h"

#include <stdbool.h>
#include <stdio.h>

struct output {
	FILE *file;
	char *path, *temporary; /* temporary is NULL where it is written to directly */
	int error;              /* errno of the first write that failed, or 0 */
};

enum status output_open(const char *path, struct output *out, struct error *err);

/* Whether there is no sense in writing on: an error, a closed pipe, a signal. */
bool output_failed(struct output *out);

enum status output_commit(struct output *out, struct error *err);
void output_abandon(struct output *out);

/* The name, beside path, under which its new content is made; for the caller to free. */
char *output_temporary(const char *path);

/* Make the folder's entry for path last through a power cut. */
enum status output_sync_folder(const char *path, struct error *err);

/* "what path: why" by errno. */
enum status output_error(const char *what, const char *path, struct error *err);

/* From now on SIGINT, SIGTERM and SIGHUP are noted only; until output_signals_default(). */
void output_signals_note(void);
void output_signals_default(void);
bool output_signalled(void);

#endif
