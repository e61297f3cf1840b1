/*
 * questions.h: suggestions one after the other, as they are put to a person: what was put off comes
 * last, what was answered is gone until that is undone.
 *
 * Owns     questions_done() frees. Suggestions borrow faces from the session.
 * Threads  the session's owner.
 * Errors   none.
 */
#ifndef LOOKALIKE_REVIEW_QUESTIONS_H
#define LOOKALIKE_REVIEW_QUESTIONS_H

#include "lookalike/review/suggest.h"

/* An answer, and where its question was. */
struct answered {
	struct suggestion question;
	int at;
	int64_t step; /* of the log */
};

struct questions {
	struct suggestions open;
	int cursor;
	struct suggestions later; /* put off, in that order; they are in open too */
	struct answered *answered;
	int answered_count;
};

void questions_done(struct questions *q);

/* The one to be answered, or NULL. */
const struct suggestion *questions_at(const struct questions *q);

/* The outcome of a new search, taken; the cursor stays on its question, if that is still there. */
void questions_take(struct questions *q, struct suggestions *found);

/* Leave out what does not stand any more. */
void questions_prune(struct questions *q, const struct roster *roster);

/* Put the present one behind all others. */
void questions_put_off(struct questions *q);

/* A step has answered a question; and a step was undone: its question comes back, to be the present
 * one. False when it answered none. */
void questions_answer(struct questions *q, const struct suggestion *question, int64_t step);
bool questions_reopen(struct questions *q, int64_t step);

#endif
