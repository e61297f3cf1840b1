/*
 * grouping.h: the current clustering of a session: the sweep behind it, and
 * the groups at the chosen k.
 *
 * A sweep runs on a worker (or at once, for commands); the groups on the screen
 * change as soon as it has the chosen k. Groups keep their place from one
 * clustering to the next: each new group takes the number of the old one with
 * which it shares most faces. Faces that came after the sweep began join the
 * nearest centre until the next sweep. Faces on which a person decided are in no group, and k
 * counts what is open: a group without open faces is gone, and the others stay as they are.
 *
 * Owns     grouping_new()/grouping_free(). Groups and their arrays live until the
 *          next grouping_rebuild().
 * Shapes   faces are rows in order of path and position; 8 measures are columns.
 * Threads  the session's owner; a run's job on a worker thread.
 * Errors   ERR_INPUT when there are no faces, or fewer than k.
 */
#ifndef LOOKALIKE_REVIEW_GROUPING_H
#define LOOKALIKE_REVIEW_GROUPING_H

#include "lookalike/base/worker.h"
#include "lookalike/cluster/describe.h"
#include "lookalike/cluster/sweep.h"
#include "lookalike/review/session.h"

#include <stdbool.h>
#include <stdint.h>

#define KMAX_DEFAULT     20
#define RESTARTS_DEFAULT 10
#define SEED_DEFAULT     1

enum job_kind {
	JOB_SWEEP = 300, /* struct grouping_run */
	JOB_PICTURE,     /* ui/strip.h */
};

struct grouping_options {
	enum scale scale;
	int k; /* 0: the knee, or 4 where there is none */
	int kmax, restarts;
	uint64_t seed;
	int max_yaw_deg; /* faces turned further are in no group; 0: all are */
};

/* One sweep over the faces of one moment. */
struct grouping_run {
	struct job job;
	struct sweep *sweep;
	struct session_face **faces; /* its rows */
	int n;
	double shift[MEASURE_COUNT], factor[MEASURE_COUNT]; /* of the columns, see sweep.h */
	struct grouping_options options;
	enum status status;
	struct error err;
	bool finished, dropped;
};

struct group {
	int number; /* from 1 on, as shown; gaps where decisions have emptied a group */
	int size;
	struct session_face **faces; /* nearest to the centre first */
	struct trait traits[TRAITS_MAX];
	int trait_count;
};

struct grouping {
	struct session *session;
	struct grouping_options options; /* wanted; k may still be 0 */
	int k;                           /* shown; 0 while there are no groups */
	struct group *groups;
	struct session_face **faces; /* all, group by group */
	int label_k;      /* of the sweep they come from; more when decisions emptied some */
	int *label_place; /* of each of its labels: the number is one more; NULL: match anew */
	int label_wanted; /* options.k with it */
	int left_out;     /* faces that are in no group, by max_yaw_deg */
	struct grouping_run *shown; /* the sweep the groups come from, or NULL */
	struct grouping_run *next;  /* the one being computed, or NULL */
	struct grouping_run *rest;  /* of the faces that decisions left, for the next change of k */
	uint64_t version;           /* grows when the groups change */
	uint64_t session_version;   /* of the groups */
};

struct grouping *grouping_new(struct session *session, const struct grouping_options *options);

/* Runs that are still with the workers must have come back. */
void grouping_free(struct grouping *g);

/* Compute here and now, for commands. */
enum status grouping_compute(struct grouping *g, struct error *err);

/*
 * Start a sweep with the present faces and options on the workers, in place of one that is
 * running; nothing when there are no faces. grouping_finished() takes it back from their results,
 * and says whether it counts.
 */
void grouping_start(struct grouping *g, struct workers *workers);
bool grouping_finished(struct grouping *g, struct grouping_run *run);

/*
 * Start a sweep of the faces that are open now, after a decision: the groups stay as they are, and
 * grouping_set_k() goes on with this sweep.
 */
void grouping_prepare(struct grouping *g, struct workers *workers);

/* Show the running sweep if it has the wanted k by now; true when the groups changed. */
bool grouping_poll(struct grouping *g);

/* Whether a sweep is being computed. */
bool grouping_busy(const struct grouping *g);

/* Choose another k, from 1 to grouping_kmax(); the groups change if that k is ready. */
void grouping_set_k(struct grouping *g, int k);
int grouping_kmax(const struct grouping *g);

/* Make the groups anew from the shown sweep: after new faces came. */
void grouping_rebuild(struct grouping *g);

/* The curve of the shown sweep: cost[k - 1] for k = 1..kmax, NaN where not ready; its knee or 0. */
int grouping_curve(const struct grouping *g, double *cost, int room, int *knee);

/* Cost at the shown k. */
double grouping_cost(const struct grouping *g);

#endif
