/*
 * internal.h: what the files behind grouping.h share: grouping.c (what is wanted and shown), run.c
 * (one clustering of the faces of one moment), groups.c (from its labels to groups).
 *
 * Owns     run_new()/run_free(), or run_drop() for one whose job may be running still.
 * Threads  as grouping.h.
 * Errors   a run keeps its own.
 */
#ifndef LOOKALIKE_REVIEW_INTERNAL_H
#define LOOKALIKE_REVIEW_INTERNAL_H

#include "lookalike/review/grouping.h"

/* Whether a face is to be grouped: nobody decided on it; the widths of one that is turned say
 * little, and one without an embedding cannot be compared. */
bool is_grouped(const struct grouping *g, const struct session_face *face);
int count_grouped(const struct grouping *g);

/* How many columns a face has, and its own in out; false when it has none. */
int run_columns(const struct grouping_options *options);
bool run_vector(const struct grouping_options *options, const struct session_face *face,
		float *out);

/* Scale n rows of measures as the options say, and how. */
void run_scale(const struct grouping *g, float *values, int n, double *shift, double *factor);

struct grouping_run *run_new(struct grouping *g, bool stability);
void run_free(struct grouping_run *run);
void run_drop(struct grouping_run *run); /* nobody waits for it any more */

/* Compute it on the calling thread. */
void run_job(struct job *job);

/* The job of a run whose sweep is done: added_k as well. */
void run_add_job(struct job *job);

/* Faces remember that this run has them, and as which row. */
void run_claim_faces(const struct grouping_run *run, const struct session *s);

const int32_t *run_labels(const struct grouping_run *run, int k);
const float *run_centers(const struct grouping_run *run, int k);

/* For a face that may have come after the run: the label of the nearest centre, and the distance
 * to that of a label. */
int run_nearest(const struct grouping_run *run, int k, const struct session_face *face);
float run_distance(const struct grouping_run *run, int k, int label,
		   const struct session_face *face);

/* The groups by the labels of the shown run for k. */
void groups_make(struct grouping *g, int k);
void groups_clear(struct grouping *g);

#endif
