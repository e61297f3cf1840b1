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

double measure_reliability(enum measure measure);
bool measure_is_noise(enum measure measure);

/* sqrt(r / (1 - r)) of every measure, all by one factor so that the mean of their squares is 1. */
void reliability_weights(double weights[MEASURE_COUNT]);

#endif
