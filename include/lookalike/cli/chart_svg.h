/*
 * chart_svg.h: the elbow curve as a picture inside a page.
 *
 * Colours are those of the page: the variables --ink, --soft, --line, --mark and --card.
 *
 * Owns     nothing.
 * Threads  pure.
 * Errors   none; a failed write is the stream's.
 */
#ifndef LOOKALIKE_CLI_CHART_SVG_H
#define LOOKALIKE_CLI_CHART_SVG_H

#include <stdio.h>

/* cost[i] is that of k = i + 1; k is the one shown, knee that of the curve or 0. */
void chart_svg(FILE *file, const double *cost, int kmax, int k, int knee);

#endif
