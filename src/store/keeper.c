/*
 * The thread that owns the database.
 *
 * Requests come through one queue and are sorted into two lists, because a
 * person waits for the answer to a question, but nobody for one more photo on
 * disk. While photos are being written others gather, so the busier the scan,
 * the larger the transactions: no timer is needed.
 */
#include "lookalike/store/keeper.h"

#include "internal.h"
#include "lookalike/base/memory.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_CHECK_MS 1000

/* A request becomes its own answer. */
struct list {
	struct queue_item *first, **end;
};

struct keeper {
	pthread_t thread;
	struct store *store;
	struct queue *requests, *answers;
	struct list held;               /* requests, until keeper_send(): the caller's own */
	struct list questions, changes; /* the thread's own */
	bool full;                      /* the disk was, when it was last written to */
	int asked;                      /* the owner's own */
};

static void list_add(struct list *list, struct queue_item *item)
{
	item->next = NULL;
	*list->end = item;
	list->end = &item->next;
}

static struct queue_item *list_take(struct list *list)
{
	struct queue_item *item = list->first;

	if (item) {
		list->first = item->next;
		if (!list->first)
			list->end = &list->first;
	}
	return item;
}

static void fail(struct keeper_answer *answer, enum status status, const struct error *err)
{
	answer->status = status;
	snprintf(answer->text, sizeof(answer->text), "%s", err->msg);
}

static bool add_seen(const struct seen_face *seen, void *user)
{
	struct keeper_answer *answer = user;

	answer->seen = memory_resize(answer->seen, (size_t)answer->seen_count + 1,
				     sizeof(*answer->seen));
	answer->seen[answer->seen_count++] = *seen;
	return true;
}

static void answer_question(struct keeper *keeper, struct keeper_answer *answer)
{
	struct error err;
	enum status status;

	if (answer->item.kind == KEEPER_FACE)
		status = store_face(keeper->store, answer->face->id, true, answer->face, &err);
	else if (answer->item.kind == KEEPER_SEEN)
		status = store_seen(keeper->store, answer->ids[0], add_seen, answer, &err);
	else if (answer->item.kind == KEEPER_TRIAL)
		status = store_put_trial(keeper->store, &answer->trial_run, &answer->trial, &err);
	else if (answer->item.kind == KEEPER_CALLED)
		status = answer->call(keeper->store, answer->call_user, &err);
	else
		status = store_decide(keeper->store, answer->request, &answer->decision, &err);
	if (status)
		fail(answer, status, &err);
	queue_push(keeper->answers, &answer->item);
}

static void apply(struct keeper *keeper, struct keeper_answer *answer)
{
	struct error err;
	enum status status;

	if (answer->item.kind == KEEPER_STORED)
		status = store_put(keeper->store, answer->photo, &err);
	else if (answer->item.kind == KEEPER_MOVED)
		status = store_move(keeper->store, answer->photo, &err);
	else if (answer->item.kind == KEEPER_TRIED)
		status = store_try(keeper->store, answer->paths, answer->path_count, &err);
	else if (answer->item.kind == KEEPER_PLACED)
		status = store_set_place(keeper->store, answer->place, &err);
	else
		status = store_remove(keeper->store, answer->ids, answer->id_count, &err);
	if (status)
		fail(answer, status, &err);
}

static void free_thumbs(struct photo *photo)
{
	for (int i = 0; i < photo->face_count; i++) {
		free(photo->faces[i].thumb);
		photo->faces[i].thumb = NULL;
		photo->faces[i].thumb_len = 0;
	}
}

/* All changes that are waiting, in one transaction. */
static enum status write_batch(struct keeper *keeper, struct error *err)
{
	enum status status = store_begin(keeper->store, err);

	for (struct queue_item *i = keeper->changes.first; i && !status; i = i->next) {
		struct keeper_answer *answer = (struct keeper_answer *)i;

		answer->status = OK;
		apply(keeper, answer);
		if (answer->status == ERR_FULL)
			status = error_set(err, ERR_FULL, "%s", answer->text);
	}
	if (status) {
		store_rollback(keeper->store);
		return status;
	}
	return store_commit(keeper->store, err);
}

/* The disk is full: say so once, and try again in a while, or when somebody wants something. */
static void wait_for_room(struct keeper *keeper, const struct error *err)
{
	struct pollfd fd = {.fd = queue_fd(keeper->requests), .events = POLLIN};
	struct keeper_answer *note;

	if (!keeper->full) {
		note = memory_new(sizeof(*note));
		note->item.kind = KEEPER_FULL;
		fail(note, err->code, err);
		queue_push(keeper->answers, &note->item);
	}
	keeper->full = true;
	poll(&fd, 1, ROOM_CHECK_MS);
}

/* Nothing is answered before the commit: an answer says that the rows are safe. */
static void write_changes(struct keeper *keeper)
{
	struct keeper_answer *answer;
	struct error err;
	enum status status = write_batch(keeper, &err);

	if (status == ERR_FULL && !queue_closed(keeper->requests)) {
		wait_for_room(keeper, &err);
		return;
	}
	keeper->full = false;
	while ((answer = (struct keeper_answer *)list_take(&keeper->changes))) {
		if (status && !answer->status)
			fail(answer, status, &err);
		if (answer->photo && !answer->status)
			free_thumbs(answer->photo);
		else if (answer->item.kind == KEEPER_STORED && !answer->photo->only_embeddings)
			store_clear_ids(answer->photo);
		queue_push(keeper->answers, &answer->item);
	}
}

static bool is_question(const struct queue_item *item)
{
	return item->kind == KEEPER_FACE || item->kind == KEEPER_SEEN ||
	       item->kind == KEEPER_DECIDED || item->kind == KEEPER_TRIAL ||
	       item->kind == KEEPER_CALLED;
}

static void *keeper_main(void *arg)
{
	struct keeper *keeper = arg;
	struct queue_item *item;

	for (;;) {
		bool idle = !keeper->questions.first && !keeper->changes.first;

		item = idle ? queue_wait(keeper->requests) : queue_pop(keeper->requests);
		if (item)
			list_add(is_question(item) ? &keeper->questions : &keeper->changes, item);
		else if (idle)
			break;
		else if ((item = list_take(&keeper->questions)))
			answer_question(keeper, (struct keeper_answer *)item);
		else
			write_changes(keeper);
	}
	store_close(keeper->store);
	return NULL;
}

struct keeper *keeper_start(struct store *store, struct queue *answers)
{
	struct keeper *keeper = memory_new(sizeof(*keeper));

	keeper->store = store;
	keeper->requests = queue_new();
	keeper->answers = answers;
	keeper->held.end = &keeper->held.first;
	keeper->questions.end = &keeper->questions.first;
	keeper->changes.end = &keeper->changes.first;
	if (pthread_create(&keeper->thread, NULL, keeper_main, keeper) != 0) {
		fputs("lookalike: cannot start a thread\n", stderr);
		abort();
	}
	return keeper;
}

static struct keeper_answer *request_new(enum keeper_answer_kind kind)
{
	struct keeper_answer *request = memory_new(sizeof(*request));

	request->item.kind = (int)kind;
	return request;
}

static void ask(struct keeper *keeper, struct keeper_answer *request)
{
	keeper->asked++;
	list_add(&keeper->held, &request->item);
}

int keeper_asked(const struct keeper *keeper)
{
	return keeper->asked;
}

void keeper_send(struct keeper *keeper)
{
	struct queue_item *item;

	while ((item = list_take(&keeper->held)))
		queue_push(keeper->requests, item);
}

void keeper_put(struct keeper *keeper, struct photo *photo)
{
	struct keeper_answer *request = request_new(KEEPER_STORED);

	request->photo = photo;
	ask(keeper, request);
}

void keeper_move(struct keeper *keeper, struct photo *photo)
{
	struct keeper_answer *request = request_new(KEEPER_MOVED);

	request->photo = photo;
	ask(keeper, request);
}

void keeper_remove(struct keeper *keeper, int64_t *image_ids, size_t count)
{
	struct keeper_answer *request = request_new(KEEPER_REMOVED);

	request->ids = image_ids;
	request->id_count = count;
	ask(keeper, request);
}

void keeper_try(struct keeper *keeper, char **paths, size_t count)
{
	struct keeper_answer *request = request_new(KEEPER_TRIED);

	request->paths = paths;
	request->path_count = count;
	ask(keeper, request);
}

void keeper_place(struct keeper *keeper, char *text)
{
	struct keeper_answer *request = request_new(KEEPER_PLACED);

	request->place = text;
	ask(keeper, request);
}

void keeper_ask_face(struct keeper *keeper, int64_t face_id)
{
	struct keeper_answer *request = request_new(KEEPER_FACE);

	request->face = memory_new(sizeof(*request->face));
	request->face->id = face_id;
	ask(keeper, request);
}

void keeper_ask_seen(struct keeper *keeper, int64_t image_id)
{
	struct keeper_answer *request = request_new(KEEPER_SEEN);

	request->ids = memory_new(sizeof(*request->ids));
	request->ids[0] = image_id;
	request->id_count = 1;
	ask(keeper, request);
}

void keeper_decide(struct keeper *keeper, const struct decision_request *request)
{
	struct keeper_answer *answer = request_new(KEEPER_DECIDED);
	size_t ids_bytes = request->face_count * sizeof(*request->face_ids);
	int64_t *ids = memory_new(ids_bytes + 1);
	struct decision_request *copy = memory_new(sizeof(*copy));
	size_t sides_bytes = request->sides ? request->face_count * sizeof(*request->sides) : 0;
	int *sides = memory_new(sides_bytes + 1);

	if (ids_bytes)
		memcpy(ids, request->face_ids, ids_bytes);
	if (sides_bytes)
		memcpy(sides, request->sides, sides_bytes);
	*copy = (struct decision_request){
		.kind = request->kind,
		.name = text_copy(request->name),
		.new_name = text_copy(request->new_name),
		.face_ids = ids,
		.face_count = request->face_count,
		.sides = sides,
	};
	answer->request = copy;
	ask(keeper, answer);
}

void keeper_put_trial(struct keeper *keeper, const struct trial_run *run,
		      const struct trial_row *trial)
{
	struct keeper_answer *answer = request_new(KEEPER_TRIAL);

	answer->trial_run = *run;
	answer->trial = *trial;
	ask(keeper, answer);
}

void keeper_call(struct keeper *keeper, keeper_fn *call, void *user)
{
	struct keeper_answer *request = request_new(KEEPER_CALLED);

	request->call = call;
	request->call_user = user;
	ask(keeper, request);
}

void keeper_stop(struct keeper *keeper)
{
	if (!keeper)
		return;
	keeper_send(keeper);
	queue_close(keeper->requests);
	pthread_join(keeper->thread, NULL);
	queue_free(keeper->requests);
	free(keeper);
}

void keeper_answer_free(struct keeper_answer *answer)
{
	if (!answer)
		return;
	photo_free(answer->photo);
	if (answer->face)
		free(answer->face->thumb);
	free(answer->face);
	free(answer->seen);
	free(answer->ids);
	free(answer->place);
	decision_done(&answer->decision);
	if (answer->request) {
		free((void *)answer->request->face_ids);
		free((void *)answer->request->sides);
		free((void *)answer->request->name);
		free((void *)answer->request->new_name);
		free(answer->request);
	}
	for (size_t i = 0; i < answer->path_count; i++)
		free(answer->paths[i]);
	free(answer->paths);
	free(answer);
}
