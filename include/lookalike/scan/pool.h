/*
 * pool.h: the extractor's workers, their jobs and their deadlines.
 *
 * The extractor is started with the first job and replaced if it dies. A
 * worker that dies, or is killed at its deadline, costs its job that outcome
 * and nothing else. After POOL_PHOTOS_PER_WORKER photos a worker makes room for a
 * fresh one, so that what libraries leak and what a photo may have broken does not stay.
 *
 * Owns     pool_new()/pool_free(). A job belongs to the pool from pool_submit()
 *          until done() is called with it; the pool closes its fd.
 * Units    milliseconds of the worker's processor time, and of wall clock.
 * Threads  all but pool_free() from any thread; done() is
 *          called on the pool's own thread and must be quick.
 * Errors   a pool that cannot start its extractor hands every job back with
 *          POOL_UNAVAILABLE; pool_error() tells why.
 */
#ifndef LOOKALIKE_SCAN_POOL_H
#define LOOKALIKE_SCAN_POOL_H

#include "lookalike/base/error.h"
#include "lookalike/scan/protocol.h"

#include <stdbool.h>
#include <stddef.h>

struct pool;

struct pool_config {
	const char *extractor; /* path of the program */
	const char *models;    /* folder of the fetched models */
	const char *landmarks; /* path of the landmark model */
	const char *embedding; /* path of the embedding's network, or NULL for none */
	int workers;
	int cpu_deadline_ms, wall_deadline_ms; /* for one photo */
	int max_megapixels;                    /* of an image that is decoded */
	bool background; /* somebody is at the keyboard: the workers give way */
};

#define POOL_PHOTOS_PER_WORKER 1000

enum pool_outcome {
	POOL_REPLIED,     /* reply holds a message, not yet checked */
	POOL_CRASHED,     /* the worker died; reason says how */
	POOL_TIMEOUT,     /* it was killed at its deadline */
	POOL_CANCELLED,   /* the pool was cancelled first */
	POOL_UNAVAILABLE, /* there is no extractor */
};

struct pool_job {
	struct pool_job *next; /* the pool's */
	bool retried;          /* the pool's: the extractor died under it once */
	enum message_kind kind;
	union {
		struct extract_request extract;
		struct embed_request embed;
		struct render_request render;
		struct remeasure_request remeasure;
	} request;
	int fd;      /* a sealed memfd with the file's bytes; the pool closes it */
	bool urgent; /* goes before all that are not */
	enum pool_outcome outcome;
	struct message reply;
	char reason[128];
	void (*done)(struct pool_job *job); /* owns the job and its reply again */
	void *user;
};

struct pool *pool_new(const struct pool_config *config);

void pool_submit(struct pool *pool, struct pool_job *job);

/* Jobs waiting and running now: the reader keeps this at about twice the workers. */
int pool_load(struct pool *pool);
int pool_workers(const struct pool *pool);

/* Kill the workers and hand back all jobs as POOL_CANCELLED; later jobs run again. */
void pool_cancel(struct pool *pool);

/* Why there is no extractor; OK when there is or may be one. */
enum status pool_error(struct pool *pool, struct error *err);

/* Versions of the extractor's libraries and models, once it has started; else "". */
void pool_versions(struct pool *pool, char *out, size_t out_size);

/* Why faces are not embedded, once the extractor has started; else, or when they are, "". */
void pool_no_embedding(struct pool *pool, char *out, size_t out_size);

/* The layers of isolation.h that hold in a worker; false when the extractor has not started. */
bool pool_isolation(struct pool *pool, unsigned *layers);

/* Ends the extractor and its workers; pending jobs come back as POOL_CANCELLED first. */
void pool_free(struct pool *pool);

#endif
