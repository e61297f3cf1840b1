/*
 * scan.h: the whole way from folders to measured photos, in the background.
 *
 * One thread walks the folders and reads files into memory; the pool's workers
 * measure them; results are pushed to a queue as they come, in any order. A
 * file whose size and time are as they were known is not opened; one that has another name or
 * time, but the bytes of a known one, is not measured.
 *
 * A file on which a worker dies is tried once more at the end, and comes as SCAN_PHOTO twice. What
 * an earlier program was at when it was killed comes last but for those, one file at a time: if
 * one of them is to blame, everything else is measured.
 *
 * Unchanged photos whose faces lack an embedding come after all others: their faces are embedded
 * where they were found, without being looked for again.
 *
 * Owns     scan_start()/scan_free(). Events belong to the reader of the queue:
 *          scan_event_free().
 * Threads  scan_start(), scan_stop() and scan_free() from the owner; scan_progress() from any.
 * Errors   a scan that cannot go on ends with SCAN_FINISHED and a status.
 */
#ifndef LOOKALIKE_SCAN_SCAN_H
#define LOOKALIKE_SCAN_SCAN_H

#include "lookalike/base/error.h"
#include "lookalike/base/photo.h"
#include "lookalike/base/queue.h"
#include "lookalike/scan/pool.h"

struct scan;

/* A file on which so many workers have died is not tried again. */
#define SCAN_DEATHS_MAX 2

struct scan_config {
	char *const *paths; /* as for walk_open() */
	size_t path_count;
	bool follow_links;
	enum detector detector;
	float min_face_percent;    /* as in struct extract_request */
	int64_t file_bytes_max;    /* larger files are not read */
	const char *embedding_key; /* of the model with which the pool embeds faces, or NULL */
	int crops;                 /* of each face, in its embedding; 0: faces are not embedded */
	const char *maker_key;     /* without blanks: changes when failures are worth another try */
	char *const *suspects;     /* what an earlier program was at when it was killed, in order */
	size_t suspect_count;
	struct known_file *known; /* sorted by path; the scan takes and frees it, failed or not */
	size_t known_count;
};

enum scan_event_kind {
	SCAN_PHOTO = 100, /* photo: a new or changed file with its verdict, or embeddings only */
	SCAN_MOVED,   /* photo: the file of a row has this path, size and time now; its id is set */
	SCAN_TRYING,  /* paths: about to be tried; the scan waits for scan_tried() */
	SCAN_WARNING, /* text: what is less safe here than it should be, one line */
	SCAN_NOTE,    /* text: something the user should know, one line, quoted */
	SCAN_FINISHED, /* status, text; gone: ids of known files that are no more */
};

struct scan_event {
	struct queue_item item;
	struct photo *photo;
	char *text;
	enum status status; /* OK, ERR_CANCELLED, or why it could not go on */
	int64_t *gone;
	size_t gone_count;
	char **paths;
	size_t path_count;
};

struct scan_progress {
	uint64_t found;           /* candidates so far */
	uint64_t unchanged;       /* of these, not opened */
	uint64_t done;            /* of these, finished in this scan */
	uint64_t moved;           /* of the finished, known by their bytes and not measured again */
	uint64_t lacking;         /* of these, unchanged photos whose faces lack embeddings */
	uint64_t embedded;        /* of the finished, those of lacking */
	uint64_t failed;          /* of the finished, neither ok nor partial */
	bool walking;             /* more may be found */
	double seconds;           /* since scan_start(), standing still when finished */
	double embedding_seconds; /* since all that is left is those that lack; 0: not yet */
};

/* The pool must outlive the scan. */
enum status scan_start(struct scan_config *config, struct pool *pool, struct queue *events,
		       struct scan **out, struct error *err);

/* The paths of SCAN_TRYING are noted where a kill cannot reach them: go on. */
void scan_tried(struct scan *scan);

void scan_progress(const struct scan *scan, struct scan_progress *out);

/* Ask it to end soon: files in flight are given up, SCAN_FINISHED comes with ERR_CANCELLED. */
void scan_stop(struct scan *scan);

/* Stops if need be and waits. */
void scan_free(struct scan *scan);

void scan_event_free(struct scan_event *event);

#define SCAN_DETAIL_BYTES 128

struct file_facts {
	int64_t size_bytes, mtime_ns;  /* of whatever could be opened */
	uint8_t hash[FILE_HASH_BYTES]; /* XXH3, 128 bits, of the bytes; only with VERDICT_OK */
};

/*
 * The bytes of a regular file of at most bytes_max as a sealed memfd, checked on the open
 * descriptor; VERDICT_OK, or why not, with a few words in detail (SCAN_DETAIL_BYTES).
 */
enum verdict scan_read_file(const char *path, int64_t bytes_max, int *memfd,
			    struct file_facts *facts, char *detail);

/* What kind of thing a mode is, other than a regular file: "a FIFO", "a folder", ... */
const char *scan_kind_words(unsigned mode);

/* What an error number means, in a few lower-case words that live for ever. */
const char *scan_errno_words(int number);

#endif
