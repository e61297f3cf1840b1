/*
 * trial_result.h: what the answers of a blind test say.
 *
 * How to read it: the groups of the screen are better than chance when a run that went to its
 * planned end has so many hits that chance gets there in 1 of 100 such runs at most (binomial.h).
 * Before the end nothing is said in words, because who may stop whenever it looks good will see
 * anything sooner or later. A judge who misses what nobody can miss, or who was not there, says
 * nothing either. Trials of groups drawn by lot have to come out at chance; over all runs, as one
 * run has too few of them to tell.
 *
 * Owns     trial_result_done().
 * Threads  pure functions.
 * Errors   none.
 */
#ifndef LOOKALIKE_REVIEW_TRIAL_RESULT_H
#define LOOKALIKE_REVIEW_TRIAL_RESULT_H

#include "lookalike/review/binomial.h"
#include "lookalike/review/trial.h"

#include <stdbool.h>
#include <stddef.h>

struct trial_tally {
	int answered, hits; /* pairs of one group: that were called the same */
};

struct trial_group_tally {
	int group; /* its number, from 1 */
	struct trial_tally tally;
};

struct trial_result {
	enum trial_kind kind;
	int planned, seen, skipped;               /* trials, of all kinds */
	struct trial_tally arms[TRIAL_ARM_COUNT]; /* of scored trials; pairs: of one group */
	struct trial_tally near, far;             /* those of the current groups */
	struct trial_tally merges; /* pairs of two groups, and how many were called the same */
	struct trial_tally catches;
	int repeats, repeats_same;        /* answered twice, and with the same face both times */
	struct trial_group_tally *groups; /* of the current groups, by number */
	int group_count;
};

enum trial_verdict {
	TRIAL_NO_ANSWERS,
	TRIAL_NOT_ENDED,
	TRIAL_UNRELIABLE, /* under 4 of 5 catch trials */
	TRIAL_BETTER,
	TRIAL_NOT_SHOWN,
	TRIAL_NO_CHANCE_LINE, /* pairs: there is nothing to be better than */
};

/* The rows of the run that begins at `first` of the session's trials: a copy, for free(). */
struct trial_row *trial_rows_of_run(const struct session *s, int first, int *count);

/* Count the rows of one run, in order of their numbers. */
void trial_count(enum trial_kind kind, int planned, const struct trial_row *rows, int count,
		 struct trial_result *out);
void trial_result_done(struct trial_result *result);

bool trial_at_end(const struct trial_result *result);
bool trial_is_reliable(const struct trial_result *result);
enum trial_verdict trial_verdict(const struct trial_result *result);

/* "better than chance", "not shown", ...: a part of a sentence. */
const char *trial_verdict_text(enum trial_verdict verdict);

/* How likely chance has so many hits. */
double trial_p(enum trial_kind kind, const struct trial_tally *tally);

/* The trials by lot of all runs of a kind, pooled; whether they are as chance would have them: a
 * clearly higher rate means that something else than the groups gives the answers away. */
struct trial_tally trial_pool_random(const struct session *s, enum trial_kind kind);
bool trial_is_at_chance(enum trial_kind kind, const struct trial_tally *tally);

/*
 * For other groups the same answer may count again: when all faces of the trial but one are of one
 * of them. Then the row is as if it had been asked for these groups (group, near, expected; of the
 * current ones), else it is untouched and false comes back. Only scored trials count.
 */
struct trial_index;
struct trial_index *trial_index_new(const struct trial_groups *groups);
void trial_index_free(struct trial_index *index);
bool trial_recount(const struct trial_index *index, enum trial_kind kind, struct trial_row *row);

#endif
