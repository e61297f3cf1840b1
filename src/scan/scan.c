/*
 * The scan: a reader thread that walks, reads and submits, and the pool's thread that
 * turns replies into photos. While the workers have enough to do the reader walks on, so
 * that the totals are known early; what it finds waits as a path and nothing more.
 */
#include "flight.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <errno.h>
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

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A file that cannot be read as it was any more is left to the next scan. */
static void read_and_embed(struct scan *scan, const char *path)
{
	const struct known_file *file = known_lacking(&scan->known, path);
	char detail[SCAN_DETAIL_BYTES];
	struct file_facts facts;
	int memfd;

	if (scan_read_file(path, scan->file_bytes_max, &memfd, &facts, detail) != VERDICT_OK) {
		flight_pass(scan, file);
	} else if (facts.size_bytes != file->size_bytes || facts.mtime_ns != file->mtime_ns) {
		close(memfd);
		flight_pass(scan, file);
	} else {
		flight_embed(scan, file, memfd);
	}
}

static void give_move(struct scan *scan, struct photo *photo)
{
	struct scan_event *event = scan_event_new(SCAN_MOVED);

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
		flight_submit(scan, photo, memfd);
	}
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
		scan_give_verdict(scan, photo, verdict, detail);
}

static void give_entry(struct scan *scan, const struct walk_entry *entry)
{
	struct photo *photo = photo_new(entry->path);

	photo->size_bytes = entry->size_bytes;
	photo->mtime_ns = entry->mtime_ns;
	photo->same_as = text_copy(entry->same_as);
	scan_give_verdict(scan, photo, entry->verdict, entry->problem);
}

static void give_note(struct scan *scan, const struct walk_entry *entry)
{
	struct scan_event *event = scan_event_new(SCAN_NOTE);
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
	if (known_has(&scan->known, entry) && known_lacking(&scan->known, entry->path)) {
		atomic_fetch_add(&scan->lacking_count, 1);
		backlog_put(&scan->unembedded, entry->path);
	} else if (known_has(&scan->known, entry)) {
		atomic_fetch_add(&scan->unchanged_count, 1);
	} else if (entry->kind != WALK_FILE) {
		give_entry(scan, entry);
	} else if (!meet_suspect(scan, entry->path)) {
		backlog_put(&scan->found, entry->path);
	}
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
	struct scan_event *event = scan_event_new(SCAN_TRYING);
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
	struct scan_event *event = scan_event_new(SCAN_FINISHED);

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
	if (!backlog_empty(&scan->unembedded))
		atomic_store(&scan->embedding_ns, now_ns());
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
	int64_t embedding = atomic_load(&scan->embedding_ns);

	/* Finished ones first: they are never more than those found. */
	out->done = atomic_load(&scan->done_count);
	out->moved = atomic_load(&scan->moved_count);
	out->embedded = atomic_load(&scan->embedded_count);
	out->lacking = atomic_load(&scan->lacking_count);
	out->failed = atomic_load(&scan->failed_count);
	out->unchanged = atomic_load(&scan->unchanged_count);
	out->found = atomic_load(&scan->found_count);
	out->walking = atomic_load(&scan->walking);
	out->seconds = (double)(end - atomic_load(&scan->started_ns)) / 1e9;
	out->embedding_seconds = embedding ? (double)(end - embedding) / 1e9 : 0;
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
