/*
 * summary.h: the summary of a collection as text, CSV or JSON.
 *
 * Owns     nothing.
 * Threads  the session's owner.
 * Errors   none; a failed write is the stream's.
 */
#ifndef LOOKALIKE_CLI_SUMMARY_H
#define LOOKALIKE_CLI_SUMMARY_H

#include "lookalike/cli/options.h"
#include "lookalike/review/labelling.h"

#include <stdio.h>

/* Of a session whose findings are computed; labelling is NULL without labels. */
void summary_write(FILE *file, enum output_format format, const struct session *session,
		   const struct labelling *labelling);

#endif
