/*
 * trial.h: a blind test of the groups: what is shown, in which order.
 *
 * Word intrusion (Chang, Boyd-Graber, Gerrish, Wang and Blei, "Reading Tea Leaves", NIPS 2009) with
 * faces: who can tell which of six is of another group sees what the groups are made of; who
 * cannot, is right once in six. A run mixes trials of the groups on the screen with some of
 * the other mode's groups, some of groups that were drawn by lot, which must come out at chance,
 * some that come twice, and some that nobody can miss.
 *
 * Faces of one trial are of different photos, and no two are near-duplicates: what surrounds a
 * face would give it away.
 *
 * Owns     trial_groups_done(), trial_job_free(), trial_plan_done(). Faces are the session's.
 * Threads  the session's owner; a trial_job's run on a worker.
 * Errors   ERR_INPUT, in words for the person, when there are no trials to make.
 */
#ifndef LOOKALIKE_REVIEW_TRIAL_H
#define LOOKALIKE_REVIEW_TRIAL_H

#include "lookalike/base/rng.h"
#include "lookalike/base/worker.h"
#include "lookalike/review/grouping.h"
#include "lookalike/store/trials.h"

#include <stdbool.h>

#define TRIALS_MIN 12
#define TRIALS_MAX 2000

/* Of a run: as many as can show something, see binomial.h. */
int trials_default(enum trial_kind kind);

/* Faces in a trial; and ways to answer, of which chance finds the right one. */
int trial_faces(enum trial_kind kind);
int trial_ways(enum trial_kind kind);

/* Groups of one moment, which do not change with the session. */
struct trial_groups {
	int n, k;
	struct session_face **faces; /* group by group */
	int *start;                  /* k + 1: where each begins */
	int *number;                 /* k: as it is shown, from 1 */
	int *nearest;                /* k: the one whose centre is nearest, or -1; NULL for none */
};

/* The groups on the screen, faces nearest to the centre first. */
void trial_groups_of(const struct grouping *g, struct trial_groups *out);

/* Groups of the same sizes, by lot. */
void trial_groups_random(const struct trial_groups *from, struct rng *rng,
			 struct trial_groups *out);
void trial_groups_done(struct trial_groups *groups);

/*
 * The other mode's groups of the same faces, as many as there are now: k-means, on a worker or
 * by job.run() at once. NULL where the faces have no embeddings. trial_job_groups() when it is
 * done; it gives none at all (k = 0) when it failed.
 */
struct trial_job {
	struct job job; /* kind JOB_TRIAL */
	struct session_face **faces;
	float *values, *centers;
	int32_t *labels;
	int n, d, k;
	uint64_t seed;
	enum status status;
};

struct trial_job *trial_job_new(const struct grouping *g);
void trial_job_groups(const struct trial_job *job, struct trial_groups *out);
void trial_job_free(struct trial_job *job);

struct trial {
	struct trial_row row; /* without an answer yet: TRIAL_SKIPPED */
	struct session_face *faces[TRIAL_FACES_MAX];
};

struct trial_plan {
	struct trial_run run; /* without begun_ms */
	struct trial *trials; /* run.planned of them */
	bool without_other;   /* there are no trials of the other mode */
};

/* What a plan is made for. */
struct trial_request {
	enum trial_kind kind;
	int trials; /* 0: trials_default() */
	uint64_t seed;
};

/*
 * The same groups and request give the same plan. arms are by enum trial_arm; the other mode's may
 * be empty, and those by lot are made here.
 */
enum status trial_plan_make(const struct trial_groups *current, const struct trial_groups *other,
			    const struct trial_request *request, struct trial_plan *out,
			    struct error *err);
void trial_plan_done(struct trial_plan *plan);

/*
 * Whether two faces tell too much of each other: of one photo, of two that show one picture, or one
 * face twice. Photos as duplicates_compute() left them.
 */
bool trial_is_duplicate(const struct session_face *a, const struct session_face *b);

#endif
