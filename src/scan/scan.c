/*
 * The scan: a reader thread that walks, reads and submits, and the pool's thread that
 * turns replies into photos. While the workers have enough to do the reader walks on, so
 * that the totals are known early; what it finds waits as a path and nothing more.
 */
#include "lookalike/scan/scan.h"

#include "lookalike/base/isolation.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/scan/backlog.h"
#include "lookalike/scan/known.h"
#include "lookalike/scan/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Others use the pool too, and their jobs end without a word to the scan. */
#define LOAD_CHECK_MS 50
#define WINDOW_FILES  32 /* handed out together, after they were noted */

struct scan {
	struct pool *pool;
	struct queue *events;
	enum detector detector;
	float min_face_percent;
	int crops;
	char *embedding_key;
	int64_t file_bytes_max;
	struct walk *walk;
	pthread_t reader;

	char *maker_key;
	struct known known;
	struct backlog found;      /* to be tried */
	struct backlog asked;      /* of these, with whoever notes them */
	struct backlog cleared;    /* noted, and now to be read */
	struct backlog unembedded; /* nothing is new but a model for their faces */
	bool embedding;            /* it is their turn */
	struct backlog changed; /* while they were read, or since they were known: at the end */
	bool last_try;             /* for what has changed */
	bool second_chance;        /* for files on which a worker has died in this scan */
	bool embedding_told;       /* that there is none, likewise */
	bool isolation_told;       /* or there was nothing to tell; the pool's thread's */
	char **suspects;
	bool *suspect_met;
	size_t suspect_count;

	pthread_mutex_t lock;
	pthread_cond_t returned; /* a job came back, files were noted, or the scan is to stop */
	int in_flight;
	bool tried;           /* what was asked is noted */
	struct backlog died;  /* on these a worker has died: once more at the end */
	struct error failure; /* why the scan cannot go on; code OK while it can */

	atomic_bool stopping, finished, walking;
	atomic_bool no_embedding; /* the extractor has refused */
	atomic_uint_fast64_t found_count, unchanged_count, done_count, failed_count;
	atomic_uint_fast64_t moved_count, embedded_count;
	_Atomic int64_t started_ns, ended_ns;
};

/* A file with the pool. */
struct flight {
	struct pool_job job;
	struct scan *scan;
	struct photo *photo;
	int deaths;       /* of workers, on these bytes, before */
	int memfd;        /* for the faces that are left to be embedded, or -1 */
	int first, count; /* faces that are being embedded */
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static struct scan_event *event_new(enum scan_event_kind kind)
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
	struct scan_event *event = event_new(SCAN_PHOTO);
	char versions[sizeof(((struct hello *)NULL)->message)];

	photo->model = text_copy(scan->embedding_key);
	pool_versions(scan->pool, versions, sizeof(versions));
	photo->maker = text_format("%s %s", scan->maker_key, versions);
	event->photo = photo;
	queue_push(scan->events, &event->item);
}

static void give_photo(struct scan *scan, struct photo *photo)
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

static void give_verdict(struct scan *scan, struct photo *photo, enum verdict verdict,
			 const char *detail)
{
	set_verdict(photo, verdict, detail);
	give_photo(scan, photo);
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
		give_photo(scan, photo);
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
	event = event_new(SCAN_WARNING);
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
	event = event_new(SCAN_WARNING);
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
	give_photo(flight->scan, flight->photo);
	return true;
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
	message_done(&job->reply);
	if (flight->memfd >= 0)
		close(flight->memfd);
	free(flight);
	pthread_mutex_lock(&scan->lock);
	scan->in_flight--;
	if (failure.code)
		scan->failure = failure;
	pthread_cond_signal(&scan->returned);
	pthread_mutex_unlock(&scan->lock);
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

static void submit(struct scan *scan, struct photo *photo, int memfd)
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

static void give_move(struct scan *scan, struct photo *photo)
{
	struct scan_event *event = event_new(SCAN_MOVED);

	atomic_fetch_add(&scan->moved_count, 1);
	atomic_fetch_add(&scan->done_count, 1);
	event->photo = photo;
	queue_push(scan->events, &event->item);
}

static void put_off(struct scan *scan, struct photo *photo)
{
	backlog_put(&scan->changed, photo->path);
	photo_free(photo);
}

/*
 * Bytes that are known only get another name. Other bytes in a known place wait until everything
 * else was read: what was there may be found elsewhere, and its row must not be overwritten then.
 */
static void take_photo(struct scan *scan, struct photo *photo, const struct file_facts *facts,
		       int memfd)
{
	photo->hashed = true;
	memcpy(photo->hash, facts->hash, sizeof(photo->hash));
	photo->id = scan->second_chance ? 0 : known_take(&scan->known, photo);
	if (photo->id) {
		close(memfd);
		give_move(scan, photo);
	} else if (!scan->last_try && known_differs(&scan->known, photo)) {
		close(memfd);
		put_off(scan, photo);
	} else {
		known_overwrite(&scan->known, photo->path);
		submit(scan, photo, memfd);
	}
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

/* A file that cannot be read as it was any more is left to the next scan. */
static void read_and_embed(struct scan *scan, const char *path)
{
	const struct known_file *file = known_lacking(&scan->known, path);
	struct photo *photo = photo_of_lacking(file);
	char detail[SCAN_DETAIL_BYTES];
	struct file_facts facts;
	struct flight *flight;
	enum verdict verdict;
	int memfd;

	verdict = scan_read_file(path, scan->file_bytes_max, &memfd, &facts, detail);
	if (verdict != VERDICT_OK) {
		give_photo(scan, photo);
		return;
	}
	photo->size_bytes = facts.size_bytes;
	photo->mtime_ns = facts.mtime_ns;
	flight = flight_new(scan, photo, memfd);
	close(memfd);
	if (photo->size_bytes == file->size_bytes && photo->mtime_ns == file->mtime_ns &&
	    embed_next(flight))
		return;
	flight->job.outcome = POOL_CANCELLED;
	give_photo(scan, photo);
	flight->photo = NULL;
	flight->job.fd = -1;
	flight_done(&flight->job);
}

static void read_and_submit(struct scan *scan, const char *path)
{
	struct photo *photo = photo_new(path);
	char detail[SCAN_DETAIL_BYTES];
	struct file_facts facts = {0};
	enum verdict verdict;
	int memfd;

	verdict = scan_read_file(path, scan->file_bytes_max, &memfd, &facts, detail);
	photo->size_bytes = facts.size_bytes;
	photo->mtime_ns = facts.mtime_ns;
	if (verdict == VERDICT_OK)
		take_photo(scan, photo, &facts, memfd);
	else if (verdict == VERDICT_CHANGED && !scan->last_try)
		put_off(scan, photo);
	else
		give_verdict(scan, photo, verdict, detail);
}

static void give_entry(struct scan *scan, const struct walk_entry *entry)
{
	struct photo *photo = photo_new(entry->path);

	photo->size_bytes = entry->size_bytes;
	photo->mtime_ns = entry->mtime_ns;
	photo->same_as = text_copy(entry->same_as);
	give_verdict(scan, photo, entry->verdict, entry->problem);
}

static void give_note(struct scan *scan, const struct walk_entry *entry)
{
	struct scan_event *event = event_new(SCAN_NOTE);
	char *name = quote_new(entry->path);

	event->text = text_format("not wholly scanned: %s: %s", name, entry->problem);
	free(name);
	queue_push(scan->events, &event->item);
}

static bool meet_suspect(struct scan *scan, const char *path)
{
	for (size_t i = 0; i < scan->suspect_count; i++) {
		if (strcmp(scan->suspects[i], path))
			continue;
		scan->suspect_met[i] = true;
		return true;
	}
	return false;
}

static void take_entry(struct scan *scan, const struct walk_entry *entry)
{
	if (entry->kind == WALK_FOLDER) {
		known_mark(&scan->known, entry->path, true);
		give_note(scan, entry);
		return;
	}
	atomic_fetch_add(&scan->found_count, 1);
	if (known_has(&scan->known, entry) && known_lacking(&scan->known, entry->path))
		backlog_put(&scan->unembedded, entry->path);
	else if (known_has(&scan->known, entry))
		atomic_fetch_add(&scan->unchanged_count, 1);
	else if (entry->kind != WALK_FILE)
		give_entry(scan, entry);
	else if (!meet_suspect(scan, entry->path))
		backlog_put(&scan->found, entry->path);
}

static bool must_end(struct scan *scan)
{
	bool failed;

	pthread_mutex_lock(&scan->lock);
	failed = scan->failure.code != OK;
	pthread_mutex_unlock(&scan->lock);
	return failed || atomic_load(&scan->stopping);
}

/* Until a job comes back, or for a moment. */
static void wait_for_room(struct scan *scan)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += LOAD_CHECK_MS * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	pthread_mutex_lock(&scan->lock);
	if (!atomic_load(&scan->stopping) && !scan->tried)
		pthread_cond_timedwait(&scan->returned, &scan->lock, &until);
	pthread_mutex_unlock(&scan->lock);
}

static void wait_for_flights(struct scan *scan)
{
	pthread_mutex_lock(&scan->lock);
	while (scan->in_flight > 0 && !atomic_load(&scan->stopping))
		pthread_cond_wait(&scan->returned, &scan->lock);
	pthread_mutex_unlock(&scan->lock);
}

/* Hand out the next files: whoever keeps the rows notes them first. */
static void ask_to_try(struct scan *scan, struct backlog *from)
{
	struct scan_event *event = event_new(SCAN_TRYING);
	const char *path;

	event->paths = memory_resize(NULL, WINDOW_FILES, sizeof(*event->paths));
	while (event->path_count < WINDOW_FILES && (path = backlog_take(from))) {
		backlog_put(&scan->asked, path);
		event->paths[event->path_count++] = text_copy(path);
	}
	queue_push(scan->events, &event->item);
}

static void take_cleared(struct scan *scan)
{
	const char *path;
	bool tried;

	pthread_mutex_lock(&scan->lock);
	tried = scan->tried;
	scan->tried = false;
	pthread_mutex_unlock(&scan->lock);
	while (tried && (path = backlog_take(&scan->asked)))
		backlog_put(&scan->cleared, path);
}

void scan_tried(struct scan *scan)
{
	pthread_mutex_lock(&scan->lock);
	scan->tried = true;
	pthread_cond_signal(&scan->returned);
	pthread_mutex_unlock(&scan->lock);
}

/* Walk on, and take files from a backlog, until both have no more. */
static void read_all(struct scan *scan, struct backlog *from)
{
	int enough = 2 * pool_workers(scan->pool);
	struct walk_entry entry;

	while (!must_end(scan)) {
		take_cleared(scan);
		if (!backlog_empty(&scan->cleared) && pool_load(scan->pool) < enough)
			(scan->embedding ? read_and_embed
					 : read_and_submit)(scan, backlog_take(&scan->cleared));
		else if (backlog_empty(&scan->asked) && !backlog_empty(from))
			ask_to_try(scan, from);
		else if (atomic_load(&scan->walking) && walk_next(scan->walk, &entry))
			take_entry(scan, &entry);
		else if (atomic_load(&scan->walking))
			atomic_store(&scan->walking, false);
		else if (!backlog_empty(&scan->cleared) || !backlog_empty(&scan->asked))
			wait_for_room(scan);
		else
			break;
	}
	wait_for_flights(scan);
}

static void finish(struct scan *scan)
{
	struct scan_event *event = event_new(SCAN_FINISHED);

	if (atomic_load(&scan->stopping)) {
		/* After the last submit, so that nothing is left to run to its deadline. */
		pool_cancel(scan->pool);
		pthread_mutex_lock(&scan->lock);
		while (scan->in_flight > 0)
			pthread_cond_wait(&scan->returned, &scan->lock);
		pthread_mutex_unlock(&scan->lock);
		event->status = ERR_CANCELLED;
		event->text = text_copy("the scan was interrupted; the next one goes on from here");
	} else if (scan->failure.code) {
		event->status = scan->failure.code;
		event->text = text_copy(scan->failure.msg);
	} else {
		event->gone_count = known_gone(&scan->known, &event->gone);
	}
	atomic_store(&scan->walking, false);
	atomic_store(&scan->ended_ns, now_ns());
	atomic_store(&scan->finished, true);
	queue_push(scan->events, &event->item);
}

static void *scan_run(void *arg)
{
	struct scan *scan = arg;

	struct backlog suspect;

	read_all(scan, &scan->found);
	scan->last_try = true;
	read_all(scan, &scan->changed);
	backlog_init(&suspect);
	for (size_t i = 0; i < scan->suspect_count; i++) {
		if (!scan->suspect_met[i])
			continue;
		backlog_put(&suspect, scan->suspects[i]);
		read_all(scan, &suspect);
	}
	backlog_done(&suspect);
	scan->second_chance = true;
	read_all(scan, &scan->died);
	scan->embedding = true;
	read_all(scan, &scan->unembedded);
	finish(scan);
	return NULL;
}

static void take_suspects(struct scan *scan, const struct scan_config *config)
{
	scan->suspect_count = config->suspect_count;
	scan->suspects = memory_resize(NULL, config->suspect_count, sizeof(*scan->suspects));
	scan->suspect_met = memory_new(config->suspect_count + 1);
	for (size_t i = 0; i < config->suspect_count; i++)
		scan->suspects[i] = text_copy(config->suspects[i]);
}

static struct scan *scan_new(const struct scan_config *config, struct pool *pool,
			     struct queue *events)
{
	struct scan *scan = memory_new(sizeof(*scan));
	pthread_condattr_t monotonic;

	scan->pool = pool;
	scan->events = events;
	scan->detector = config->detector;
	scan->min_face_percent = config->min_face_percent;
	scan->file_bytes_max = config->file_bytes_max;
	scan->crops = config->embedding_key ? config->crops : 0;
	scan->embedding_key = text_copy(config->embedding_key);
	scan->maker_key = text_copy(config->maker_key);
	backlog_init(&scan->found);
	backlog_init(&scan->asked);
	backlog_init(&scan->cleared);
	backlog_init(&scan->changed);
	backlog_init(&scan->died);
	backlog_init(&scan->unembedded);
	pthread_mutex_init(&scan->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&scan->returned, &monotonic);
	pthread_condattr_destroy(&monotonic);
	known_init(&scan->known, config->known, config->known_count);
	/* Whether anything is gone can be said only of what lies where this scan looks. */
	for (size_t i = 0; i < config->path_count; i++)
		known_mark(&scan->known, config->paths[i], false);
	take_suspects(scan, config);
	return scan;
}

static void scan_delete(struct scan *scan)
{
	walk_close(scan->walk);
	backlog_done(&scan->found);
	backlog_done(&scan->asked);
	backlog_done(&scan->cleared);
	backlog_done(&scan->changed);
	backlog_done(&scan->died);
	backlog_done(&scan->unembedded);
	known_done(&scan->known);
	for (size_t i = 0; i < scan->suspect_count; i++)
		free(scan->suspects[i]);
	free(scan->suspects);
	free(scan->suspect_met);
	free(scan->maker_key);
	free(scan->embedding_key);
	pthread_cond_destroy(&scan->returned);
	pthread_mutex_destroy(&scan->lock);
	free(scan);
}

enum status scan_start(struct scan_config *config, struct pool *pool, struct queue *events,
		       struct scan **out, struct error *err)
{
	struct scan *scan = scan_new(config, pool, events);
	enum status status;

	status = walk_open(config->paths, config->path_count, config->follow_links, &scan->walk,
			   err);
	if (status)
		goto out;
	atomic_store(&scan->walking, true);
	atomic_store(&scan->started_ns, now_ns());
	if (pthread_create(&scan->reader, NULL, scan_run, scan)) {
		status = error_set(err, ERR_IO, "cannot start a thread to read files");
		goto out;
	}
	*out = scan;
out:
	config->known = NULL;
	config->known_count = 0;
	if (status)
		scan_delete(scan);
	return status;
}

void scan_progress(const struct scan *scan, struct scan_progress *out)
{
	int64_t end = atomic_load(&scan->finished) ? atomic_load(&scan->ended_ns) : now_ns();

	/* Finished ones first: they are never more than those found. */
	out->done = atomic_load(&scan->done_count);
	out->moved = atomic_load(&scan->moved_count);
	out->embedded = atomic_load(&scan->embedded_count);
	out->failed = atomic_load(&scan->failed_count);
	out->unchanged = atomic_load(&scan->unchanged_count);
	out->found = atomic_load(&scan->found_count);
	out->walking = atomic_load(&scan->walking);
	out->seconds = (double)(end - atomic_load(&scan->started_ns)) / 1e9;
}

void scan_stop(struct scan *scan)
{
	pthread_mutex_lock(&scan->lock);
	atomic_store(&scan->stopping, true);
	pthread_cond_signal(&scan->returned);
	pthread_mutex_unlock(&scan->lock);
}

void scan_free(struct scan *scan)
{
	if (!scan)
		return;
	scan_stop(scan);
	pthread_join(scan->reader, NULL);
	scan_delete(scan);
}
