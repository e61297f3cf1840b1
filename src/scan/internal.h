/*
 * internal.h: what pool.c (jobs, threads) and crew.c (the extractor and its workers)
 * share.
 *
 * Threads  the lock guards what is marked; the rest belongs to the pool's thread.
 */
#ifndef LOOKALIKE_SCAN_INTERNAL_H
#define LOOKALIKE_SCAN_INTERNAL_H

#include "lookalike/scan/inbox.h"
#include "lookalike/scan/launch.h"
#include "lookalike/scan/pool.h"

#include <poll.h>
#include <pthread.h>
#include <stdint.h>

#define NEVER INT64_MAX

enum worker_phase {
	WORKER_NONE,
	WORKER_STARTING, /* asked for, SPAWNED has not come */
	WORKER_IDLE,
	WORKER_BUSY,
	WORKER_ENDED, /* closed its socket with a job; EXITED has not come */
};

struct worker {
	enum worker_phase phase;
	int socket;
	pid_t pid;
	uint64_t turn;        /* SPAWNED comes in the order of SPAWN */
	int photos;           /* that it was given */
	int64_t deadline_ms;  /* BUSY, ENDED: wall clock */
	int64_t cpu_limit_ms; /* BUSY: what its processor time may come to */
	int64_t cpu_look_ms;  /* BUSY: when to look at it; it cannot be over before */
	struct pool_job *job; /* BUSY, ENDED */
	struct inbox inbox;
};

/* First in, first out. */
struct job_list {
	struct pool_job *head, **tail;
};

enum extractor_phase {
	EXTRACTOR_NONE,
	EXTRACTOR_LOADING, /* HELLO has not come */
	EXTRACTOR_READY,
};

struct pool {
	char *extractor, *models, *landmarks, *embedding;
	int worker_count;
	int cpu_deadline_ms, wall_deadline_ms;
	int max_megapixels;
	bool background;
	int wake_fd;
	pthread_t thread;

	pthread_mutex_t lock; /* of what follows up to the next blank line */
	struct job_list urgent, normal, cancelled;
	int load;
	bool cancelling, quitting;
	bool unavailable;
	struct error error;
	char versions[sizeof(((struct hello *)NULL)->message)];
	char no_embedding[sizeof(((struct hello *)NULL)->no_embedding)];
	bool greeted; /* HELLO has come once */
	unsigned isolation;

	enum extractor_phase phase;
	struct launched launched;
	struct inbox control;
	int64_t answer_deadline_ms;
	uint64_t turns;
	int retries;          /* jobs that are not finished and were with an extractor that died */
	int extractor_deaths; /* since the last reply */
	int idle_deaths;      /* of workers without a job, since the last reply */
	struct worker *workers;
	struct pollfd *polls; /* wake, control, one per worker */
};

void list_init(struct job_list *list);
void list_append(struct job_list *list, struct pool_job *job);
struct pool_job *list_take(struct job_list *list);

/* Hand a job back to its owner. */
void job_finish(struct pool *pool, struct pool_job *job, enum pool_outcome outcome,
		const char *reason);
void job_finish_all(struct pool *pool, struct job_list *jobs, enum pool_outcome outcome);

/* Put a job back that was not at fault. */
void job_return(struct pool *pool, struct pool_job *job);

/* The next job to run, urgent ones first, or NULL. */
struct pool_job *job_next(struct pool *pool);
bool jobs_waiting(struct pool *pool);

/* There will be no extractor any more. */
void pool_give_up(struct pool *pool, const struct error *error);

/* Start what jobs need: the extractor, workers, jobs on idle ones. */
void crew_advance(struct pool *pool);

/* Wait for the next event or deadline and act on it. */
void crew_wait(struct pool *pool);

/* Kill the workers that have a job; the jobs go to jobs. */
void crew_interrupt(struct pool *pool, struct job_list *jobs);

/* End the extractor and its workers. */
void crew_end(struct pool *pool);

#endif
