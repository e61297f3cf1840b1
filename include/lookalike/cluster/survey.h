/*
 * survey.h: the criteria for every k of a sweep, and beyond it as far as they rise.
 *
 * BIC comes first, because it costs nothing; then the silhouettes, and unless kmax is a wall
 * further k in steps of 15 % until neither criterion has been higher for five steps, and every k
 * within 10 % of each peak; then the suggestion, and last the stability of every k.
 *
 * Owns     survey_new()/survey_free(); the sweep is borrowed.
 * Threads  survey_run() on the thread of sweep_run(), after it; the rest on any, at any time.
 * Errors   as in criteria.h and sweep.h.
 */
#ifndef LOOKALIKE_CLUSTER_SURVEY_H
#define LOOKALIKE_CLUSTER_SURVEY_H

#include "lookalike/cluster/curve.h"
#include "lookalike/cluster/sweep.h"

/* No k beyond this is looked at unless somebody asks for it. */
#define SURVEY_KMAX 1000

struct survey_options {
	bool kmax_is_wall; /* nothing beyond the sweep's kmax */
	bool stability;
	uint64_t seed;
	struct watch watch; /* told of the "criteria" of each k, and of each "stability" */
};

struct survey;

struct survey *survey_new(struct sweep *sweep, const struct survey_options *options);
void survey_free(struct survey *survey);

enum status survey_run(struct survey *survey, const atomic_bool *cancelled, struct error *err);

/* What is known by now: a copy, for curve_done(). Costs are there while the sweep still runs. */
void survey_curve(struct survey *survey, struct curve *out);

/* Grows whenever survey_curve() would have more to tell than the sweep's costs. */
int survey_version(struct survey *survey);

#endif
