/*
 * scan_fixture.h: what the tests of the scan share: a folder for each test, a pool with the fake
 * extractor, and a scan whose every event is kept.
 *
 * Owns     make_root()/remove_root() are cmocka's; outcome_done() frees an outcome.
 * Threads  one.
 */
#ifndef TESTS_SCAN_FIXTURE_H
#define TESTS_SCAN_FIXTURE_H

#include "lookalike/base/memory.h"
#include "lookalike/scan/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define WORKERS     2
#define LONG_MS     30000 /* no test waits that long unless something is wrong */
#define DEADLINE_MS 1000

static char root[64];
static char extractor[PATH_MAX];
static char *suspects[8]; /* of the next scan */
static const char *embedding_key;
static int crops;
static size_t suspect_count;

/* What one scan said. */
struct outcome {
	struct photo *photos[256];
	int photo_count;
	char *tried[256]; /* paths in the order in which they were announced */
	int window[256];  /* in which window of files */
	int tried_count, window_count;
	int notes;
	char note[256];
	enum status status;
	char text[600];
	int64_t gone[16];
	size_t gone_count;
	struct scan_progress progress;
};

static inline int make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/test_scan.XXXXXX");
	return mkdtemp(root) && !chdir(root) ? 0 : -1;
}

static inline int remove_root(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return chdir("/") || system(command);
}

static inline void make_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static inline struct pool *make_pool(const char *program, const char *mode, int deadline_ms)
{
	struct pool_config config = {
		.extractor = program,
		.models = mode,
		.landmarks = "/landmarks",
		.workers = WORKERS,
		.cpu_deadline_ms = LONG_MS,
		.wall_deadline_ms = deadline_ms,
	};

	return pool_new(&config);
}

static inline bool was_tried(const struct outcome *out, const char *path)
{
	for (int i = 0; i < out->tried_count; i++)
		if (!strcmp(out->tried[i], path))
			return true;
	return false;
}

static inline void take_window(struct outcome *out, struct scan_event *event)
{
	for (size_t i = 0; i < event->path_count; i++) {
		assert_true(out->tried_count < 256);
		out->window[out->tried_count] = out->window_count;
		out->tried[out->tried_count++] = event->paths[i];
		event->paths[i] = NULL;
	}
	out->window_count++;
}

static inline bool take_event(struct outcome *out, struct scan *scan, struct scan_event *event)
{
	bool more = event->item.kind != SCAN_FINISHED;

	if (event->item.kind == SCAN_PHOTO) {
		assert_true(out->photo_count < 256);
		/* Whatever was with a worker was announced before. */
		if (event->photo->verdict == VERDICT_CRASHED || event->photo->face_count)
			assert_true(was_tried(out, event->photo->path));
		out->photos[out->photo_count++] = event->photo;
		event->photo = NULL;
	} else if (event->item.kind == SCAN_TRYING) {
		take_window(out, event);
		scan_tried(scan);
	} else if (event->item.kind == SCAN_NOTE || event->item.kind == SCAN_WARNING) {
		out->notes++;
		snprintf(out->note, sizeof(out->note), "%s", event->text);
	} else {
		out->status = event->status;
		snprintf(out->text, sizeof(out->text), "%s", event->text ? event->text : "");
		assert_true(event->gone_count <= 16);
		out->gone_count = event->gone_count;
		if (event->gone_count)
			memcpy(out->gone, event->gone, event->gone_count * sizeof(*out->gone));
	}
	scan_event_free(event);
	return more;
}

/* Scan the root. With stop_after >= 0, stop when that many photos have come. */
static inline void scan_with(struct pool *pool, struct known_file *known, size_t known_count,
			     int stop_after, struct outcome *out)
{
	char *paths[] = {root};
	struct scan_config config = {
		.paths = paths,
		.path_count = 1,
		.file_bytes_max = 1 << 20,
		.maker_key = "key",
		.embedding_key = embedding_key,
		.crops = crops,
		.suspects = suspects,
		.suspect_count = suspect_count,
		.known = known,
		.known_count = known_count,
	};
	struct queue *events = queue_new();
	struct scan *scan = NULL;

	memset(out, 0, sizeof(*out));
	assert_int_equal(scan_start(&config, pool, events, &scan, NULL), OK);
	if (stop_after == 0)
		scan_stop(scan);
	while (take_event(out, scan, (struct scan_event *)queue_wait(events)))
		if (out->photo_count == stop_after)
			scan_stop(scan);
	scan_progress(scan, &out->progress);
	scan_free(scan);
	assert_null(queue_pop(events));
	queue_free(events);
}

static inline void outcome_done(struct outcome *out)
{
	for (int i = 0; i < out->photo_count; i++)
		photo_free(out->photos[i]);
	for (int i = 0; i < out->tried_count; i++)
		free(out->tried[i]);
}

/* Ends the pool; no child may be left, alive or dead. */
static inline void end_pool(struct pool *pool)
{
	pool_free(pool);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static inline void scan_once(const char *mode, int deadline_ms, struct known_file *known,
			     size_t known_count, struct outcome *out)
{
	struct pool *pool = make_pool(extractor, mode, deadline_ms);

	scan_with(pool, known, known_count, -1, out);
	assert_int_equal(pool_load(pool), 0);
	end_pool(pool);
}

/* The last word on a file: one on which a worker died comes twice. */
static inline const struct photo *photo_of(const struct outcome *out, const char *name)
{
	for (int i = out->photo_count - 1; i >= 0; i--)
		if (!strcmp(strrchr(out->photos[i]->path, '/') + 1, name))
			return out->photos[i];
	fail_msg("no photo %s", name);
	return NULL;
}

static inline void expect_photo(const struct outcome *out, const char *name, enum verdict verdict,
				const char *detail)
{
	const struct photo *photo = photo_of(out, name);

	assert_string_equal(verdict_name(photo->verdict), verdict_name(verdict));
	if (detail)
		assert_string_equal(photo->detail, detail);
	assert_int_equal(photo->face_count, verdict == VERDICT_OK && !photo->same_as ? 1 : 0);
}

static inline struct known_file known_of(const char *name, int64_t id)
{
	struct known_file known = {
		.path = text_format("%s/%s", root, name),
		.id = id,
		.same_maker = true,
	};
	struct stat st;

	if (!lstat(name, &st)) {
		known.size_bytes = st.st_size;
		known.mtime_ns = st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	}
	return known;
}

static inline struct known_file *known_list(size_t count)
{
	return memory_new(count * sizeof(struct known_file));
}

#define IN_A_ROOT(f) cmocka_unit_test_setup_teardown(f, make_root, remove_root)

/* The fake extractor lies beside the test. */
static inline bool find_extractor(void)
{
	ssize_t len = readlink("/proc/self/exe", extractor, sizeof(extractor) - 32);

	if (len < 0)
		return false;
	extractor[len] = '\0';
	strcpy(strrchr(extractor, '/') + 1, "fake_extractor");
	return true;
}

#endif
