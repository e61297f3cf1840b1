/*
 * reliability.h: how well each measure repeats on another photo of the same person.
 *
 * r is the correlation of a measure between two photos of each of many people. In a standardised
 * measure of reliability r, a share r of the variance is the person and 1 - r is noise, so a
 * distance counts each measure by its ratio of the two: the weight is sqrt(r / (1 - r)).
 *
 * Source   "make figures" on the Face Research Lab London Set (DeBruine and Jones, 2017): 51
 *          people, neutral and smiling. The table is in reliability.c.
 * Threads  pure functions.
 * Errors   none.
 */
#ifndef LOOKALIKE_CLUSTER_RELIABILITY_H
#define LOOKALIKE_CLUSTER_RELIABILITY_H

#include "lookalike/base/photo.h"

#include <stdbool.h>

/* Below this a measure says more of the photo than of the person. */
#define RELIABILITY_NOISE 0.7

/* The table. */
void reliability_default(double r[MEASURE_COUNT]);

/*
 * A collection's own: of n faces measured runs times each, the intraclass correlation ICC(1) of
 * every measure (Shrout and Fleiss, Psychological Bulletin 86, 1979), not below 0. Shape n × runs ×
 * MEASURE_COUNT; n and runs are 2 at least.
 */
void reliability_estimate(const double *measures, int n, int runs, double r[MEASURE_COUNT]);

bool reliability_is_noise(double r);

/*
 * sqrt(r / (1 - r)) of every measure, r held between 0 and 0.999, all by one factor so that the
 * mean of their squares is 1; all 1 when no measure has any.
 */
void reliability_weights(const double r[MEASURE_COUNT], double weights[MEASURE_COUNT]);

#endif
