/*
 * flight.c: a file on its way through the pool: sent to be measured, then, as long as faces in it
 * lack an embedding, sent again with their landmarks; and the photo that comes of it.
 */
#include "flight.h"

#include "lookalike/base/isolation.h"
#include "lookalike/base/memory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file with the pool. */
struct flight {
	struct pool_job job;
	struct scan *scan;
	struct photo *photo;
	int deaths;       /* of workers, on these bytes, before */
	int memfd;        /* for the faces that are left to be embedded, or -1 */
	int first, count; /* faces that are being embedded */
};

struct scan_event *scan_event_new(enum scan_event_kind kind)
{
	struct scan_event *event = memory_new(sizeof(*event));

	event->item.kind = kind;
	return event;
}

void scan_event_free(struct scan_event *event)
{
	if (!event)
		return;
	photo_free(event->photo);
	free(event->text);
	free(event->gone);
	for (size_t i = 0; i < event->path_count; i++)
		free(event->paths[i]);
	free(event->paths);
	free(event);
}

static void push_photo(struct scan *scan, struct photo *photo)
{
	struct scan_event *event = scan_event_new(SCAN_PHOTO);
	char versions[sizeof(((struct hello *)NULL)->message)];

	photo->model = text_copy(scan->embedding_key);
	pool_versions(scan->pool, versions, sizeof(versions));
	photo->maker = text_format("%s %s", scan->maker_key, versions);
	event->photo = photo;
	queue_push(scan->events, &event->item);
}

void scan_give(struct scan *scan, struct photo *photo)
{
	if (photo->only_embeddings)
		atomic_fetch_add(&scan->embedded_count, 1);
	else if (verdict_failed(photo->verdict))
		atomic_fetch_add(&scan->failed_count, 1);
	atomic_fetch_add(&scan->done_count, 1);
	push_photo(scan, photo);
}

static void set_verdict(struct photo *photo, enum verdict verdict, const char *detail)
{
	photo->verdict = verdict;
	free(photo->detail);
	photo->detail = text_copy(detail);
}

void scan_give_verdict(struct scan *scan, struct photo *photo, enum verdict verdict,
		       const char *detail)
{
	set_verdict(photo, verdict, detail);
	scan_give(scan, photo);
}

/* It counts at once, so that a scan that ends before the second chance has not forgotten it. */
static void give_death(struct flight *flight, enum verdict verdict, const char *detail)
{
	struct scan *scan = flight->scan;
	struct photo *photo = flight->photo;

	set_verdict(photo, verdict, detail);
	/* The pool has given its own second chance when the extractor died as well. */
	photo->deaths = flight->deaths + (flight->job.retried ? 2 : 1);
	if (photo->deaths >= SCAN_DEATHS_MAX) {
		scan_give(scan, photo);
		return;
	}
	pthread_mutex_lock(&scan->lock);
	backlog_put(&scan->died, photo->path);
	pthread_mutex_unlock(&scan->lock);
	push_photo(scan, photo);
}

/* With less than full isolation the user is to know, once. */
static void tell_isolation(struct scan *scan)
{
	struct scan_event *event;
	unsigned layers;
	char summary[512];

	if (scan->isolation_told || !pool_isolation(scan->pool, &layers))
		return;
	scan->isolation_told = true;
	if (layers == ISOLATION_FULL)
		return;
	isolation_summary(layers, summary, sizeof(summary));
	event = scan_event_new(SCAN_WARNING);
	event->text = text_format("isolation of photos is %s: this kernel cannot do more", summary);
	queue_push(scan->events, &event->item);
}

/* Without the embedding that was asked for there are the measures. */
static void tell_no_embedding(struct scan *scan)
{
	char why[sizeof(((struct hello *)NULL)->no_embedding)];
	struct scan_event *event;

	pool_no_embedding(scan->pool, why, sizeof(why));
	if (scan->embedding_told || !scan->crops || !why[0])
		return;
	scan->embedding_told = true;
	atomic_store(&scan->no_embedding, true);
	event = scan_event_new(SCAN_WARNING);
	event->text = text_format("%s; there is no neural mode without it, geometry mode lacks "
				  "nothing. Get it with: models/fetch models",
				  why);
	queue_push(scan->events, &event->item);
}

/* The next faces that lack an embedding; false when there are none, or no way to embed them. */
static bool embed_next(struct flight *flight)
{
	struct scan *scan = flight->scan;
	struct photo *photo = flight->photo;
	struct embed_request *request = &flight->job.request.embed;
	int first = flight->first + flight->count, most;

	if (!scan->crops || atomic_load(&scan->no_embedding) || flight->memfd < 0)
		return false;
	while (first < photo->face_count && photo->faces[first].crops != EMBEDDING_NONE)
		first++;
	most = embed_faces_at_once(scan->crops);
	flight->first = first;
	flight->count = photo->face_count - first < most ? photo->face_count - first : most;
	if (flight->count == 0)
		return false;
	memset(request, 0, sizeof(*request));
	request->format = photo->format;
	request->crops = scan->crops;
	request->face_count = (uint32_t)flight->count;
	for (int i = 0; i < flight->count; i++)
		memcpy(request->landmarks[i], photo->faces[first + i].landmarks,
		       sizeof(request->landmarks[i]));
	flight->job.kind = MESSAGE_EMBED;
	flight->job.retried = false;
	flight->job.fd = fcntl(flight->memfd, F_DUPFD_CLOEXEC, 0);
	if (flight->job.fd < 0)
		return false;
	pool_submit(scan->pool, &flight->job);
	return true;
}

/* What the pool says about the faces that were sent. */
static void take_embeddings(struct flight *flight)
{
	struct face *faces = flight->photo->faces + flight->first;

	if (flight->job.outcome == POOL_REPLIED) {
		/* Those without an answer are asked for again in the next scan. */
		embeddings_from_message(&flight->job.reply, faces, flight->count, NULL);
		return;
	}
	for (int i = 0; i < flight->count; i++)
		faces[i].crops = EMBEDDING_IMPOSSIBLE;
}

/* Whether the job's answer is the last one of this photo, which was given on then. */
static bool take_answer(struct flight *flight)
{
	struct pool_job *job = &flight->job;

	if (job->kind == MESSAGE_EMBED) {
		take_embeddings(flight);
	} else if (job->outcome == POOL_CRASHED) {
		give_death(flight, VERDICT_CRASHED, job->reason);
		return true;
	} else if (job->outcome == POOL_TIMEOUT) {
		give_death(flight, VERDICT_TIMEOUT, job->reason);
		return true;
	} else if (photo_from_message(&job->reply, flight->photo, NULL)) {
		give_death(flight, VERDICT_CRASHED, "sent garbage");
		return true;
	}
	message_done(&job->reply);
	if (embed_next(flight))
		return false;
	scan_give(flight->scan, flight->photo);
	return true;
}

static void flight_end(struct flight *flight, const struct error *failure)
{
	struct scan *scan = flight->scan;

	message_done(&flight->job.reply);
	if (flight->memfd >= 0)
		close(flight->memfd);
	free(flight);
	pthread_mutex_lock(&scan->lock);
	scan->in_flight--;
	if (failure->code)
		scan->failure = *failure;
	pthread_cond_signal(&scan->returned);
	pthread_mutex_unlock(&scan->lock);
}

/* On the pool's thread. */
static void flight_done(struct pool_job *job)
{
	struct flight *flight = job->user;
	struct scan *scan = flight->scan;
	struct error failure = {.code = OK};

	tell_isolation(scan);
	tell_no_embedding(scan);
	switch (job->outcome) {
	case POOL_REPLIED:
	case POOL_CRASHED:
	case POOL_TIMEOUT:
		if (!take_answer(flight))
			return;
		break;
	case POOL_CANCELLED:
		photo_free(flight->photo);
		break;
	case POOL_UNAVAILABLE:
		photo_free(flight->photo);
		pool_error(scan->pool, &failure);
		break;
	}
	flight_end(flight, &failure);
}

static enum format memfd_format(int memfd)
{
	uint8_t head[FORMAT_HEAD_BYTES];
	ssize_t n = pread(memfd, head, sizeof(head), 0);

	return n > 0 ? format_sniff(head, (size_t)n) : FORMAT_UNKNOWN;
}

static struct flight *flight_new(struct scan *scan, struct photo *photo, int memfd)
{
	struct flight *flight = memory_new(sizeof(*flight));

	photo->format = memfd_format(memfd);
	flight->scan = scan;
	flight->photo = photo;
	flight->memfd = scan->crops ? fcntl(memfd, F_DUPFD_CLOEXEC, 0) : -1;
	flight->job.reply.fd = -1;
	flight->job.done = flight_done;
	flight->job.user = flight;
	pthread_mutex_lock(&scan->lock);
	scan->in_flight++;
	pthread_mutex_unlock(&scan->lock);
	return flight;
}

void flight_submit(struct scan *scan, struct photo *photo, int memfd)
{
	struct flight *flight = flight_new(scan, photo, memfd);

	flight->deaths = scan->second_chance ? 1 : known_deaths(&scan->known, photo);
	flight->job.kind = MESSAGE_EXTRACT;
	flight->job.request.extract.format = photo->format;
	flight->job.request.extract.detector = scan->detector;
	flight->job.request.extract.min_face_percent = scan->min_face_percent;
	flight->job.request.extract.crops = scan->crops;
	flight->job.fd = memfd;
	pool_submit(scan->pool, &flight->job);
}

/* Faces that were measured before, with what is needed to embed them. */
static struct photo *photo_of_lacking(const struct known_file *file)
{
	struct photo *photo = photo_new(file->path);

	photo->id = file->id;
	photo->only_embeddings = true;
	photo->face_count = file->lacking_count;
	photo->faces = memory_new((size_t)file->lacking_count * sizeof(*photo->faces));
	for (int i = 0; i < file->lacking_count; i++) {
		photo->faces[i].id = file->lacking[i].id;
		memcpy(photo->faces[i].landmarks, file->lacking[i].landmarks,
		       sizeof(photo->faces[i].landmarks));
	}
	return photo;
}

void flight_embed(struct scan *scan, const struct known_file *file, int memfd)
{
	const struct error none = {.code = OK};
	struct flight *flight = flight_new(scan, photo_of_lacking(file), memfd);

	close(memfd);
	if (embed_next(flight))
		return;
	scan_give(scan, flight->photo);
	flight_end(flight, &none);
}

void flight_pass(struct scan *scan, const struct known_file *file)
{
	scan_give(scan, photo_of_lacking(file));
}
