/*
 * chart_svg.h: the elbow curve as a picture for a web page, from the same points as ui/chart.h.
 *
 * One <svg> element, self-contained: cost as a curve with axes, K, S and B at the peaks, the
 * current k as a dashed line, and under each k a thin bar, its silhouette.
 *
 * Owns     nothing.
 * Threads  any.
 * Errors   none here: those of the file are its owner's. Nothing is written for a curve without
 *          costs.
 */
#ifndef LOOKALIKE_CLI_CHART_SVG_H
#define LOOKALIKE_CLI_CHART_SVG_H

#include "lookalike/cluster/curve.h"

#include <stdio.h>

void chart_svg(FILE *file, const struct curve *curve, int current_k);

#endif
