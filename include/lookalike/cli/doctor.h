/*
 * doctor.h: what 'lookalike doctor' looks at, part by part.
 *
 * Each part gives a JSON object, which --format json prints as it is and the text form lists.
 *
 * Owns     the objects are the caller's: json_object_put().
 * Threads  one, and no interface running.
 * Errors   none: what is wrong is what the objects say; "ok" is false when lookalike cannot
 *          do its work, and "problem" says why.
 */
#ifndef LOOKALIKE_CLI_DOCTOR_H
#define LOOKALIKE_CLI_DOCTOR_H

#include "lookalike/cli/collection.h"

#include <json-c/json.h>

/* The environment, and if there is a terminal each question put to it, answer and decision. */
struct json_object *doctor_terminal(void);

/* The whole of --salvage; returns the exit code. */
int doctor_salvage(const struct options *options);

/* Each model file, where it was found, and whether it is the one that was pinned. */
struct json_object *doctor_models(const struct places *places);

#endif
