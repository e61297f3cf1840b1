/*
 * filter.h: which photos and faces to look at, in one line of words: `faces:0 verdict:corrupt`.
 *
 *     filter = { term }            between blanks; all have to hold
 *     term   = [ "-" ] field comparison value { "," value }
 *     comparison = ":" | "=" | "<" | "<=" | ">" | ">="      the last four for numbers
 *     value  = characters but blanks, commas and quotes | '"' ... '"'     \" and \\ in there
 *
 * A term holds when one of its values does; "-" turns it round. The fields are those of
 * filter_fields(). Some are of a photo, some of a face. A face passes when all terms hold for it
 * and its photo. A photo passes when one of its faces does; a photo without a measured face is like
 * a face of which no term on faces holds, but those on findings, sharpness and brightness can. So
 * what passes of the photos is what passes of the faces.
 *
 * Owns     filter_parse() allocates, filter_free() frees.
 * Units    as in base/photo.h; yaw and roll without their sign, unless the value has one.
 *          Findings are those that findings_compute() left, doubts those of labelling_apply().
 * Threads  a filter is only read.
 * Errors   ERR_USAGE, and *at is the byte of the text that it is about.
 */
#ifndef LOOKALIKE_REVIEW_FILTER_H
#define LOOKALIKE_REVIEW_FILTER_H

#include "lookalike/base/error.h"
#include "lookalike/review/session.h"

#include <stdbool.h>
#include <stddef.h>

struct filter;

/* Of an empty text, or blanks, the filter is NULL: everything passes. Only where photos have labels
 * there are fields about them. */
enum status filter_parse(const char *text, bool labelled, struct filter **out, size_t *at,
			 struct error *err);
void filter_free(struct filter *filter);

bool filter_image(const struct filter *filter, const struct session *s,
		  const struct session_image *image);
bool filter_face(const struct filter *filter, const struct session *s,
		 const struct session_face *face);

/* Whether it asks for findings, which have to be computed then. */
bool filter_is_of_findings(const struct filter *filter);

/* Whether it asks for doubts: then what passes is best looked at with the most doubtful first. */
bool filter_is_of_doubts(const struct filter *filter);

/* The names of the fields, with blanks between them. */
const char *filter_fields(void);

#endif
