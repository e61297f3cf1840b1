/*
 * describe.h: what sets a group apart, in words a person can check.
 *
 * For each measure, z is the mean of the group less the mean of all other
 * faces, in standard deviations of the whole collection.
 *
 * Owns     the caller's memory only.
 * Shapes   measures n × MEASURE_COUNT doubles, row by row; labels n.
 * Threads  pure functions.
 * Errors   none: a group that nothing sets apart has no traits.
 */
#ifndef LOOKALIKE_CLUSTER_DESCRIBE_H
#define LOOKALIKE_CLUSTER_DESCRIBE_H

#include "lookalike/base/photo.h"

#include <stddef.h>
#include <stdint.h>

#define TRAITS_MAX 3
#define EXTREMES   3 /* least, middle, most */

struct trait {
	enum measure measure;
	double z;
};

/* Up to TRAITS_MAX traits of each of k groups, strongest first; counts[k] says how many. */
void describe_groups(const double *measures, const int32_t *labels, int n, int k,
		     struct trait (*traits)[TRAITS_MAX], int *counts);

/* For each measure the rows with the least, the middle (the lower of two) and the most of it. */
void describe_extremes(const double *measures, int n, int (*rows)[EXTREMES]);

/* "long nose", "close-set eyes", ...: how a measure above or below average reads. */
const char *trait_words(enum measure measure, double z);

/* "long nose +1.3, close-set eyes -0.9"; "nothing sets it apart" for none. Always terminated. */
void traits_text(const struct trait *traits, int count, char *out, size_t out_size);

#endif
