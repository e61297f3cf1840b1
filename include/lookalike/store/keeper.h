/*
 * keeper.h: the thread that owns the database while the interface runs.
 *
 * Requests are answered in order of arrival, except that photos to write wait
 * for questions and decisions, for which a person waits; all photos that are
 * waiting are committed together. Answers go to one queue. Requests are held back until
 * keeper_send(), so that what the person sees first does not compete with them for the processor.
 *
 * Owns     keeper_start() takes the store; until the first keeper_send() the caller may read from
 *          it. keeper_stop() sends, writes what is waiting, closes the store and joins. Answers
 *          belong to the reader of the queue: keeper_answer_free().
 * Threads  requests from the owner thread only.
 * Errors   every request is answered exactly once, with a status and, when that is not OK, a text;
 *          a photo that could not be written is in its answer and can be put again.
 */
#ifndef LOOKALIKE_STORE_KEEPER_H
#define LOOKALIKE_STORE_KEEPER_H

#include "lookalike/base/queue.h"
#include "lookalike/store/decisions.h"
#include "lookalike/store/store.h"
#include "lookalike/store/trials.h"

struct keeper;

enum keeper_answer_kind {
	KEEPER_STORED = 200, /* photo with its ids, thumbnails freed; failed: neither */
	KEEPER_MOVED,        /* photo as store_move() fills it; failed: as it was */
	KEEPER_REMOVED,      /* ids, id_count */
	KEEPER_TRIED,        /* the attempts are noted */
	KEEPER_FACE,         /* face, with its thumbnail; failed: nothing but its id */
	KEEPER_SEEN,         /* seen, seen_count: of the image ids[0] */
	KEEPER_FULL, /* no answer: the disk is full, and what waits is written when there is room */
	KEEPER_PLACED,  /* place is written */
	KEEPER_DECIDED, /* decision, for session_decide(): it is on the disk */
	KEEPER_TRIAL,   /* trial_run and trial are on the disk */
	KEEPER_CALLED,  /* what was called has returned this status */
};

/* Work with the store that takes too long for the interface thread. */
typedef enum status keeper_fn(struct store *store, void *user, struct error *err);

struct keeper_answer {
	struct queue_item item;
	enum status status;
	char text[512];
	struct photo *photo;
	struct face *face;
	struct seen_face *seen;
	int seen_count;
	int64_t *ids;
	size_t id_count;
	char **paths; /* of the attempts, path_count */
	size_t path_count;
	char *place; /* as store_set_place() */
	struct decision decision;
	struct decision_request *request; /* what was asked for */
	struct trial_run trial_run;
	struct trial_row trial;
	keeper_fn *call;
	void *call_user;
};

struct keeper *keeper_start(struct store *store, struct queue *answers);
void keeper_put(struct keeper *keeper, struct photo *photo);                 /* takes it */
void keeper_move(struct keeper *keeper, struct photo *photo);                /* takes it */
void keeper_remove(struct keeper *keeper, int64_t *image_ids, size_t count); /* takes it */
void keeper_try(struct keeper *keeper, char **paths, size_t count); /* as store_try(); takes them */
void keeper_place(struct keeper *keeper, char *text);               /* takes it */
void keeper_ask_face(struct keeper *keeper, int64_t face_id);
void keeper_ask_seen(struct keeper *keeper, int64_t image_id);

/* As store_decide(); everything is copied. */
void keeper_decide(struct keeper *keeper, const struct decision_request *request);

/* As store_put_trial(). */
void keeper_put_trial(struct keeper *keeper, const struct trial_run *run,
		      const struct trial_row *trial);
/* Call it on the keeper's thread; user is the function's alone until the answer comes. */
void keeper_call(struct keeper *keeper, keeper_fn *call, void *user);

/* How many requests there were, each of which is answered. */
int keeper_asked(const struct keeper *keeper);

/* Hand over what was asked for since the last time. */
void keeper_send(struct keeper *keeper);
void keeper_stop(struct keeper *keeper);
void keeper_answer_free(struct keeper_answer *answer);

#endif
