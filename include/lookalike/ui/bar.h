/*
 * bar.h: work that takes its time, on one line: what it is, a bar, counts, rate and time left.
 *
 * Every such line of the interface is drawn here. Where it does not fit, the rate goes first, then
 * how to stop it, then what it is; share and counts stay.
 *
 * Owns     nothing.
 * Units    seconds since the work began; the time left is guessed as (of - done) at the rate so
 * far. Threads  the interface thread. Errors   none.
 */
#ifndef LOOKALIKE_UI_BAR_H
#define LOOKALIKE_UI_BAR_H

#include "lookalike/ui/grid.h"

#include <stdbool.h>

struct bar {
	const char *what;   /* "exporting", or NULL */
	double done, of;    /* of 0: nothing is counted, and there is no bar but the seconds */
	double known;       /* of done, what was no work: it has no part in the rate */
	bool growing;       /* there is more than `of`: no time left is told */
	const char *counts; /* in place of "done / of": "k = 3 of 20"; or NULL */
	const char *unit;   /* of the rate: "photos"; NULL for none */
	double seconds;
	const char *note; /* what else there is to say, or NULL */
	const char *stop; /* how to stop it, or NULL */
};

/* Returns the cells it took. */
int bar_draw(struct grid *g, int row, int col, int cols, const struct bar *bar);

/* "17 s", "12 min", "3 h 05 min". */
void duration_words(double seconds, char *out, size_t size);

#endif
