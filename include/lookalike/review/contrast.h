/*
 * contrast.h: how a group looks in the other mode.
 *
 * Owns     nothing.
 * Threads  the session's owner.
 * Errors   none.
 */
#ifndef LOOKALIKE_REVIEW_CONTRAST_H
#define LOOKALIKE_REVIEW_CONTRAST_H

#include "lookalike/review/grouping.h"

/*
 * How many faces of a group (an index) lie nearer to another group's centre in the other mode
 * (geometry for neural, neural for geometry), the centres being those of these same groups;
 * *compared is how many could be compared, as faces without an embedding cannot. Measures are
 * scaled and weighted as the other mode's options say; those that it takes out do not count.
 */
int contrast_strays(const struct grouping *g, int group, const struct grouping_options *other,
		    int *compared);

#endif
