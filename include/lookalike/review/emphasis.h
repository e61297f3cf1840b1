/*
 * emphasis.h: how much say a person gives to each of the eight measures, on top of what the scale
 * gives them: none at all, or so many times two or a half.
 *
 * Owns     struct emphasis is the caller's; zeroed it is the default, which changes nothing.
 * Units    a step is a factor of two on the scaled measure.
 * Threads  pure functions.
 * Errors   of emphasis_parse() only.
 */
#ifndef LOOKALIKE_REVIEW_EMPHASIS_H
#define LOOKALIKE_REVIEW_EMPHASIS_H

#include "lookalike/base/error.h"
#include "lookalike/base/photo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EMPHASIS_STEPS_MAX 3
#define EMPHASIS_OFF       (-EMPHASIS_STEPS_MAX - 1) /* the measure does not count */

struct emphasis {
	int8_t steps[MEASURE_COUNT]; /* EMPHASIS_OFF to EMPHASIS_STEPS_MAX */
};

/* What the scaled measure is multiplied by: 0, 1/8 ... 8. */
double emphasis_factor(const struct emphasis *e, enum measure m);

bool emphasis_is_default(const struct emphasis *e);

/* How many measures count. */
int emphasis_count(const struct emphasis *e);

/* So many steps more or less, within the bounds; a measure that was off counts again first. */
void emphasis_add(struct emphasis *e, enum measure m, int steps);

/* Only this measure counts. */
void emphasis_alone(struct emphasis *e, enum measure m);

/*
 * "nose_ratio,nose_size=2": only the measures that are named count, those without a weight as the
 * scale has them; weights are 1/8, 1/4, 1/2, 1, 2, 4 and 8. ERR_USAGE for anything else.
 * emphasis_text() writes what emphasis_parse() reads; the text is for the caller to free.
 */
enum status emphasis_parse(const char *text, struct emphasis *out, struct error *err);
char *emphasis_text(const struct emphasis *e);

/* "nose_size alone", "2 of 8 measures", "own weights"; nothing for the default. */
void emphasis_words(const struct emphasis *e, char *out, size_t size);

#endif
