/*
 * flight.h: what scan.c (folders to files) and flight.c (files to photos, through the pool) share.
 *
 * Owns     struct scan is scan.c's; a flight goes with its job, and ends with the photo given on.
 * Threads  the lock guards what is marked; what comes back from the pool comes on its thread, the
 *          rest is the reader's.
 */
#ifndef LOOKALIKE_SCAN_FLIGHT_H
#define LOOKALIKE_SCAN_FLIGHT_H

#include "lookalike/scan/backlog.h"
#include "lookalike/scan/known.h"
#include "lookalike/scan/scan.h"
#include "lookalike/scan/walk.h"

#include <pthread.h>
#include <stdatomic.h>

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
	struct backlog changed;    /* changed while they were read: once more at the end */
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
	atomic_uint_fast64_t found_count, unchanged_count, done_count, moved_count, failed_count;
	atomic_uint_fast64_t lacking_count, embedded_count;
	_Atomic int64_t started_ns, embedding_ns, ended_ns; /* 0: not yet */
};

struct scan_event *scan_event_new(enum scan_event_kind kind);

/* A photo is finished, as far as this scan goes. */
void scan_give(struct scan *scan, struct photo *photo);
void scan_give_verdict(struct scan *scan, struct photo *photo, enum verdict verdict,
		       const char *detail);

/* Have a photo measured, and its faces embedded; takes the photo and the memfd. */
void flight_submit(struct scan *scan, struct photo *photo, int memfd);

/* Have the faces of an unchanged photo embedded that lack it; takes the memfd. */
void flight_embed(struct scan *scan, const struct known_file *file, int memfd);

/* Nothing can be embedded in this file any more: it counts as done. */
void flight_pass(struct scan *scan, const struct known_file *file);

#endif
