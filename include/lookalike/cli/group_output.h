/*
 * group_output.h: what 'lookalike group' writes.
 *
 * Owns     nothing.
 * Threads  one.
 * Errors   those of the store, from which paths of faces are read one by one.
 */
#ifndef LOOKALIKE_CLI_GROUP_OUTPUT_H
#define LOOKALIKE_CLI_GROUP_OUTPUT_H

#include "lookalike/cli/options.h"
#include "lookalike/review/session.h"

#include <stdio.h>

/* The groups with their faces, what is set aside, and what is refused. */
enum status group_write_list(FILE *file, enum output_format format, const struct session *s,
			     struct store *store, struct error *err);

/* Every step, with its changes. */
enum status group_write_log(FILE *file, enum output_format format, struct store *store,
			    struct error *err);

/* The step that was made, as the log has it. */
enum status group_write_decision(FILE *file, enum output_format format, const struct decision *d,
				 struct store *store, struct error *err);

#endif
