/*
 * trials.h: the answers of blind tests, kept so that they can be counted again.
 *
 * A trial names its faces, what the groups expect and what the person answered; what groups there
 * were is with its run. Trials go on with their faces when photos are moved or measured again, and
 * go when one of their faces is forgotten.
 *
 * Owns     what store_trials() hands out lives until the callback returns.
 * Units    times in seconds and milliseconds since 1970.
 * Threads  as store.h.
 * Errors   ERR_MISSING for a face that is no longer there: the trial is not stored then; and those
 *          of the store. OK means that the disk has it.
 */
#ifndef LOOKALIKE_STORE_TRIALS_H
#define LOOKALIKE_STORE_TRIALS_H

#include "lookalike/store/store.h"

/* All are stored as numbers: append only. */
#define TRIAL_KIND_LIST(X)                                                    \
	X(TRIAL_INTRUDER, "intruder") /* six faces, one of another group */   \
	X(TRIAL_ODD, "odd")           /* three faces, one of another group */ \
	X(TRIAL_PAIR, "pair")         /* two faces: of one group, or of two */

/* Which groups the trial is of. */
#define TRIAL_ARM_LIST(X)                                         \
	X(TRIAL_CURRENT, "current") /* those on the screen */     \
	X(TRIAL_OTHER, "other")     /* those of the other mode */ \
	X(TRIAL_RANDOM, "random")   /* chance, with groups as large */

#define TRIAL_PART_LIST(X)                                                  \
	X(TRIAL_SCORED, "scored")                                           \
	X(TRIAL_REPEAT, "repeat") /* of an earlier one: the same answer? */ \
	X(TRIAL_CATCH, "catch")   /* everybody can see it: is anybody there? */

#define X(name, text) name,
enum trial_kind {
	TRIAL_KIND_LIST(X) TRIAL_KIND_COUNT
};
enum trial_arm {
	TRIAL_ARM_LIST(X) TRIAL_ARM_COUNT
};
enum trial_part {
	TRIAL_PART_LIST(X) TRIAL_PART_COUNT
};
#undef X

const char *trial_kind_name(enum trial_kind kind);
const char *trial_arm_name(enum trial_arm arm);
const char *trial_part_name(enum trial_part part);

#define TRIAL_FACES_MAX 6
#define TRIAL_SKIPPED   (-1)

/* One sitting, and the groups it was about. */
struct trial_run {
	int64_t begun_ms; /* since 1970; there is one run at a time, so it is its id as well */
	enum trial_kind kind;
	int planned;     /* trials */
	uint64_t seed;   /* of the run; the same seed and groups make the same trials */
	int features, k; /* of the current groups: enum features, how many */
	int scale;       /* enum scale */
	double distance; /* 0: groups by k */
	uint64_t groups_seed;
};

struct trial_row {
	int number; /* within its run, from 1 */
	enum trial_arm arm;
	enum trial_part part;
	bool near; /* the other face is of the group that is nearest; else of any */
	int group; /* of most faces, as it was numbered, from 1 */
	int of;    /* repeat: the number of the first one; else 0 */
	int face_count;
	int64_t face_ids[TRIAL_FACES_MAX]; /* in their places on the screen */
	int expected; /* place of the odd face, from 0; pair: 1 for one group, 0 for two */
	int answer;   /* the same, or TRIAL_SKIPPED */
	int64_t answered_s;
	int took_ms;
};

/* Both are written; the run is there already from its second trial on. */
enum status store_put_trial(struct store *store, const struct trial_run *run,
			    const struct trial_row *trial, struct error *err);

/* All there are, the oldest run first, by number. Return false to stop. */
typedef bool trial_fn(const struct trial_run *run, const struct trial_row *trial, void *user);
enum status store_trials(struct store *store, trial_fn *each, void *user, struct error *err);

#endif
