/* Threads that run jobs, highest priority first; see worker.h. */
#include "lookalike/base/worker.h"

#include "lookalike/base/memory.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct job *waiting;  /* by priority, then order */
	struct job **running; /* one per thread, or NULL */
	struct queue *results;
	pthread_t *threads;
	int thread_count, started, nice;
	int added; /* the owner's alone */
	bool stopping, stopped;
};

static struct job *job_next(struct job *job)
{
	return (struct job *)job->item.next;
}

static void *work(void *arg)
{
	struct workers *w = arg;
	struct job *job;
	int self;

	/* On Linux this is of one thread, and of those that it starts. */
	setpriority(PRIO_PROCESS, 0, w->nice);
	pthread_mutex_lock(&w->lock);
	self = w->started++;
	for (;;) {
		while (!w->waiting && !w->stopping)
			pthread_cond_wait(&w->changed, &w->lock);
		if (w->stopping)
			break;
		job = w->waiting;
		w->waiting = job_next(job);
		w->running[self] = job;
		pthread_mutex_unlock(&w->lock);
		job->run(job);
		pthread_mutex_lock(&w->lock);
		w->running[self] = NULL;
		pthread_mutex_unlock(&w->lock);
		/* Wakes the owner, who may add a job at once: not under the lock. */
		queue_push(w->results, &job->item);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct workers *workers_start(int threads, int nice, struct queue *results)
{
	struct workers *w = memory_new(sizeof(*w));

	w->results = results;
	w->thread_count = threads;
	w->nice = nice;
	w->threads = memory_new((size_t)threads * sizeof(*w->threads));
	w->running = memory_new((size_t)threads * sizeof(struct job *));
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, NULL);
	for (int i = 0; i < threads; i++) {
		if (pthread_create(&w->threads[i], NULL, work, w)) {
			fputs("lookalike: cannot start a thread\n", stderr);
			abort();
		}
	}
	return w;
}

static void hand_back(struct workers *w, struct job *job)
{
	atomic_store(&job->cancelled, true);
	queue_push(w->results, &job->item);
}

void workers_add(struct workers *w, struct job *job)
{
	struct queue_item **at;

	w->added++;
	if (w->stopped) {
		hand_back(w, job);
		return;
	}
	pthread_mutex_lock(&w->lock);
	at = (struct queue_item **)&w->waiting;
	while (*at && ((struct job *)*at)->priority >= job->priority)
		at = &(*at)->next;
	job->item.next = *at;
	*at = &job->item;
	pthread_mutex_unlock(&w->lock);
	pthread_cond_signal(&w->changed);
}

int workers_added(const struct workers *w)
{
	return w->added;
}

void workers_stop(struct workers *w)
{
	struct job *job;

	if (!w || w->stopped)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	for (int i = 0; i < w->thread_count; i++)
		if (w->running[i])
			atomic_store(&w->running[i]->cancelled, true);
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
	for (int i = 0; i < w->thread_count; i++)
		pthread_join(w->threads[i], NULL);
	while ((job = w->waiting)) {
		w->waiting = job_next(job);
		hand_back(w, job);
	}
	w->stopped = true;
}

void workers_free(struct workers *w)
{
	if (!w)
		return;
	workers_stop(w);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w->threads);
	free(w->running);
	free(w);
}
