/*
 * worker.h: a few threads that compute (clustering, encoding pictures).
 *
 * A job's run() is called on a worker thread; it must touch nothing but the
 * job. When it is done the job goes to the results queue, where the owner
 * takes it and applies it. Jobs of a higher priority run first, equal ones in
 * order.
 *
 * Owns     workers_start()/workers_free(). A job belongs to the workers from
 *          workers_add() until it comes out of the results queue.
 * Threads  all from one thread, the reader of results.
 * Errors   workers_start() ends the program when threads cannot be had.
 */
#ifndef LOOKALIKE_BASE_WORKER_H
#define LOOKALIKE_BASE_WORKER_H

#include "lookalike/base/queue.h"

#include <stdatomic.h>
#include <stdbool.h>

struct job {
	struct queue_item item; /* kind is free for the owner */
	int priority;           /* higher runs first */
	atomic_bool cancelled;  /* run() polls this and may return early */
	void (*run)(struct job *job);
};

struct workers;

/*
 * So many threads, of a priority as nice(1) has it. Finished jobs, cancelled ones too, are pushed
 * to results, which the caller keeps.
 */
struct workers *workers_start(int threads, int nice, struct queue *results);

void workers_add(struct workers *w, struct job *job);

/* How many there were: each comes back once. */
int workers_added(const struct workers *w);

/* Cancel all jobs, wait for the threads, push what was left to results; and what is added later. */
void workers_stop(struct workers *w);

/* The same, if it was not yet; nothing is added any more. */
void workers_free(struct workers *w);

#endif
