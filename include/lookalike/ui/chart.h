/*
 * chart.h: the elbow curve drawn in characters.
 *
 * The same drawing serves the interface and the plain report. Lines and dots in
 * UTF-8 (or pure ASCII when grid_is_ascii()), a cost axis on the left, k below.
 *
 * Owns     nothing.
 * Threads  the thread of the grid.
 * Errors   none: a rect that is too small gets as much as fits.
 */
#ifndef LOOKALIKE_UI_CHART_H
#define LOOKALIKE_UI_CHART_H

#include "lookalike/ui/grid.h"

struct chart {
	const double *cost; /* for k = 1..kmax; NaN where not computed yet */
	int kmax;
	int current_k; /* marked; 0 for none */
	int knee;      /* marked with a K; 0 for none */
};

void chart_draw(struct grid *g, struct rect rect, const struct chart *chart);

#endif
