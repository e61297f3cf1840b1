/*
 * vectors.h: groups of the rows of --vectors, in place of faces.
 *
 * Owns     vectors_compute()/vectors_done().
 * Threads  one.
 * Errors   those of npy.h and sweep.h; ERR_INPUT for more groups than rows.
 */
#ifndef LOOKALIKE_CLI_VECTORS_H
#define LOOKALIKE_CLI_VECTORS_H

#include "lookalike/cli/options.h"
#include "lookalike/cluster/survey.h"

#include <stdio.h>

struct vectors {
	struct sweep *sweep;
	struct survey *survey;
	int n, d, k;
	const char *chosen_by; /* user, suggested or bic */
};

/* Read, scale, cluster; the criteria too where k is to be chosen, and all of them if asked. */
enum status vectors_compute(const struct options *options, bool whole_curve, struct vectors *out,
			    struct error *err);
void vectors_done(struct vectors *v);

/* What cluster writes of them, in the format of the options. */
enum status vectors_write(FILE *file, const struct options *options, const struct vectors *v,
			  struct error *err);

#endif
