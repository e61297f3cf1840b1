/*
 * place.h: where somebody was when the interface ended, so that it begins there the next time.
 *
 * One text in the database, a line for each thing that is known: "k 4". Faces and images are noted
 * by their ids, groups by one of their faces, since numbers of groups may be others next time.
 * It is a convenience: what is missing, unknown or out of bounds in the text is as by default.
 *
 * Owns     place_text() allocates; the caller frees.
 * Threads  the interface thread.
 * Errors   none.
 */
#ifndef LOOKALIKE_UI_PLACE_H
#define LOOKALIKE_UI_PLACE_H

#include "lookalike/review/grouping.h"

#include <stdbool.h>
#include <stdint.h>

struct app;

struct place {
	int view, below; /* enum view_id */
	int64_t group;   /* a face of the group under the cursor of clusters, or 0 */
	int64_t opened;  /* a face of the opened group, or 0 */
	int64_t face;    /* under the cursor of faces, or shown large; or 0 */
	int64_t image;   /* under the cursor of images, or 0 */
	int measure;     /* under the cursor of measures */
	enum features features;
	enum scale scale;
	struct emphasis emphasis;
	int k;       /* 0: auto */
	int other_k; /* of the other mode; -1: it was not looked at, k is for both */
	double distance;
	uint64_t seed;
};

/* As it is without a text. */
void place_default(const struct grouping_options *grouping, struct place *out);

/* Read a text over what is in place already. */
void place_parse(const char *text, struct place *place);

char *place_text(const struct app *app);

/*
 * Go to a place: the view at once, the cursors with the groups. place_settle() follows the groups
 * until their clustering is done, or a key was pressed.
 */
void place_go(struct app *app, const struct place *place);
void place_settle(struct app *app);

#endif
