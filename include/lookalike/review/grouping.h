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
 * Shapes   faces are rows in order of path and position; columns are those of the 8 measures that
 *          count (emphasis.h), or the 128 numbers of the embedding, which are never scaled.
 * Threads  the session's owner; a run's job on a worker thread.
 * Errors   ERR_INPUT when there are no faces, or fewer than k.
 */
#ifndef LOOKALIKE_REVIEW_GROUPING_H
#define LOOKALIKE_REVIEW_GROUPING_H

#include "lookalike/base/worker.h"
#include "lookalike/cluster/describe.h"
#include "lookalike/cluster/survey.h"
#include "lookalike/cluster/sweep.h"
#include "lookalike/review/emphasis.h"
#include "lookalike/review/features.h"
#include "lookalike/review/session.h"

#include <stdbool.h>
#include <stdint.h>

#define KMAX_DEFAULT     20
#define RESTARTS_DEFAULT 10
#define SEED_DEFAULT     1

/* Between embeddings, for --distance. */
#define DISTANCE_DEFAULT 0.47
#define DISTANCE_MIN     0.05
#define DISTANCE_MAX     2.0

enum job_kind {
	JOB_SWEEP = 300, /* struct grouping_run */
	JOB_PICTURE,     /* ui/strip.h */
	JOB_TRIAL,       /* struct trial_job */
	JOB_SUGGEST,     /* review/suggest.h */
};

struct grouping_options {
	enum features features;
	enum scale scale;         /* of the measures; embeddings are never scaled */
	struct emphasis emphasis; /* of the measures too, and after the scale */
	double distance; /* neural, above 0: the groups are those of cluster/linkage.h, not k */
	int k;           /* 0: auto, see rule.h */
	int kmax, restarts;
	bool kmax_is_wall; /* no k beyond kmax is looked at */
	bool stability;    /* for grouping_compute(): the whole curve, see survey.h */
	uint64_t seed;
	int max_yaw_deg; /* faces turned further are in no group; 0: all are */
};

/* One sweep over the faces of one moment, and then the criteria for its k. */
struct grouping_run {
	struct job job;
	uint64_t number;       /* of all of the session, from 1 on: an address may come again */
	struct sweep *sweep;   /* NULL for groups by distance */
	struct survey *survey; /* of the sweep */
	struct linked *linked; /* NULL for groups by k */
	float *values;         /* of the faces, for groups by distance; else the sweep's */
	bool criteria;         /* whether the survey is made */
	int added_k;           /* the job only adds this k to a sweep that is done; or 0 */
	atomic_bool swept;     /* what follows is no longer needed for groups */
	struct session_face **faces; /* its rows */
	int n, d;                    /* d columns: measures, or numbers of the embedding */
	double shift[MEASURE_COUNT], factor[MEASURE_COUNT]; /* of d columns, see sweep.h */
	struct grouping_options options;
	enum status status;
	struct error err;
	bool finished, dropped;
};

/* The groups by distance of a run. */
struct linked {
	int k;
	int32_t *labels;
	float *centers; /* k × d */
};

struct group {
	int number; /* from 1 on, as shown; gaps where decisions have emptied a group */
	int size;
	struct session_face **faces; /* nearest to the centre first */
	struct trait traits[TRAITS_MAX];
	int trait_count;
	double spread; /* root of the mean square of the distances to the centre */
	int label;     /* of its centre in the run */
};

struct grouping {
	struct session *session;
	struct grouping_options options; /* wanted; k may still be 0 */
	int k;                           /* shown; 0 while there are no groups */
	struct group *groups;
	struct session_face **faces;                            /* all, group by group */
	struct session_face *extremes[MEASURE_COUNT][EXTREMES]; /* of grouping_extremes() */
	uint64_t extremes_version; /* of the groups that they are of; 0 for none */
	int label_k;           /* of the sweep they come from; more when decisions emptied some */
	int *label_place;      /* of each of its labels: the number is one more */
	const int32_t *placed; /* the labels that label_place is of; NULL: match anew */
	int label_wanted;      /* options.k with it */
	int held_k;            /* of grouping_hold(), or 0 */
	int left_out;          /* faces that are in no group, turned, or without embedding */
	struct grouping_run *shown; /* the sweep the groups come from, or NULL */
	struct grouping_run *next;  /* the one being computed, or NULL */
	struct grouping_run *rest;  /* of the faces that decisions left, for the next change of k */
	struct watch watch;         /* for grouping_compute(): told how far it is */
	uint64_t version;           /* grows when the groups change */
	uint64_t session_version;   /* of the groups */
	int survey_version;         /* as last seen by grouping_poll() */
	bool asleep; /* what faces know of their group is another grouping's: grouping_wake() */
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
 * Start a run of the faces that are open now, after a decision: the groups stay as they are, and
 * grouping_set_k() goes on with this run.
 */
void grouping_prepare(struct grouping *g, struct workers *workers);

/* Show the running sweep if it has the wanted k by now; true when groups or criteria changed. */
bool grouping_poll(struct grouping *g);

/*
 * Two groupings of one session can be kept, one of them asleep: it computes on, and shows nothing.
 * To wake one puts the other to sleep.
 */
void grouping_wake(struct grouping *g, struct grouping *other);

/* How the numbers were scaled: embeddings never are. */
const char *grouping_scale_name(const struct grouping *g);

/* The number of the run that is shown; 0 for none. */
uint64_t grouping_run_number(const struct grouping *g);

/* Whether a sweep is being computed; the criteria may come later. */
bool grouping_busy(const struct grouping *g);

/* How many k that sweep has answered, of how many; 0 of 0 where nothing is counted. */
void grouping_progress(const struct grouping *g, int *done, int *of);

/*
 * Stop it: the groups that are shown stay, with the options that they are by, and so do the k that
 * it has answered. True if there was one.
 */
bool grouping_cancel(struct grouping *g);

/*
 * Choose another k, 0 for auto; the groups change if that k is ready. grouping_has() says whether
 * it is or will be; if not, grouping_add_k() has it computed on the workers.
 */
void grouping_set_k(struct grouping *g, int k);

/*
 * Somebody works with the groups that are shown: while k is auto, what the criteria come to must
 * not change them. Until another k is wanted, or another sweep is.
 */
void grouping_hold(struct grouping *g);
bool grouping_has(const struct grouping *g, int k);
void grouping_add_k(struct grouping *g, int k, struct workers *workers);
int grouping_kmax(const struct grouping *g);

/* Make the groups anew from the shown sweep: after new faces came. */
void grouping_rebuild(struct grouping *g);

/* The curve of the shown sweep, as far as it is known: a copy, for curve_done(). */
void grouping_curve(const struct grouping *g, struct curve *out);

/* How k was chosen: "user", "suggested" or "bic"; NULL while there are no groups. */
const char *grouping_chosen_by(const struct grouping *g);

/* The faces in groups with the least, the middle and the most of a measure; there must be some. */
struct session_face *const *grouping_extremes(struct grouping *g, enum measure m);

/* The number of the group whose centre is nearest to this one's, and how far; 0 for none. */
int grouping_nearest(const struct grouping *g, const struct group *group, double *distance);

/* Cost at the shown k, and its mean silhouette, which is computed now. */
double grouping_cost(const struct grouping *g);
enum status grouping_silhouette(const struct grouping *g, double *out, struct error *err);

#endif
