/*
 * chart.h: the elbow curve drawn in characters.
 *
 * The same drawing serves the interface and the plain report. Lines and dots in
 * UTF-8 (or pure ASCII when grid_is_ascii()), a cost axis on the left, k below, and under each k
 * its silhouette as a thin bar (in ASCII its first digit).
 *
 * Owns     nothing.
 * Threads  the thread of the grid.
 * Errors   none: a rect that is too small gets as much as fits.
 */
#ifndef LOOKALIKE_UI_CHART_H
#define LOOKALIKE_UI_CHART_H

#include "lookalike/cluster/curve.h"
#include "lookalike/ui/grid.h"

struct chart {
	const struct curve *curve; /* peaks are marked K (knee), S (silhouette), B (BIC) */
	int current_k;             /* marked; 0 for none */
};

void chart_draw(struct grid *g, struct rect rect, const struct chart *chart);

/* The column of the grid where chart_draw() has put k. */
int chart_column(struct rect rect, const struct chart *chart, int k);

#endif
