/*
 * The pool's jobs and its one thread. Jobs come from any thread and wait in two lists;
 * what runs them is in crew.c and belongs to the pool's thread alone, so that the lock is
 * only ever held for a moment.
 */
#include "internal.h"

#include "lookalike/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#define BACKGROUND_NICE 10

void list_init(struct job_list *list)
{
	list->head = NULL;
	list->tail = &list->head;
}

void list_append(struct job_list *list, struct pool_job *job)
{
	job->next = NULL;
	*list->tail = job;
	list->tail = &job->next;
}

static void list_prepend(struct job_list *list, struct pool_job *job)
{
	job->next = list->head;
	if (!list->head)
		list->tail = &job->next;
	list->head = job;
}

struct pool_job *list_take(struct job_list *list)
{
	struct pool_job *job = list->head;

	if (job) {
		list->head = job->next;
		if (!list->head)
			list->tail = &list->head;
	}
	return job;
}

static void wake(struct pool *pool)
{
	uint64_t one = 1;

	/* Cannot fail: the counter never comes near its limit. */
	if (write(pool->wake_fd, &one, sizeof(one)) < 0)
		abort();
}

void job_finish(struct pool *pool, struct pool_job *job, enum pool_outcome outcome,
		const char *reason)
{
	pool->retries -= job->retried;
	close(job->fd);
	job->fd = -1;
	job->outcome = outcome;
	snprintf(job->reason, sizeof(job->reason), "%s", reason);
	pthread_mutex_lock(&pool->lock);
	pool->load--;
	pthread_mutex_unlock(&pool->lock);
	job->done(job);
}

void job_return(struct pool *pool, struct pool_job *job)
{
	pthread_mutex_lock(&pool->lock);
	list_prepend(pool->cancelling ? &pool->cancelled
				      : (job->urgent ? &pool->urgent : &pool->normal),
		     job);
	pthread_mutex_unlock(&pool->lock);
}

struct pool_job *job_next(struct pool *pool)
{
	struct pool_job *job;

	pthread_mutex_lock(&pool->lock);
	job = list_take(&pool->urgent);
	if (!job)
		job = list_take(&pool->normal);
	pthread_mutex_unlock(&pool->lock);
	return job;
}

bool jobs_waiting(struct pool *pool)
{
	bool waiting;

	pthread_mutex_lock(&pool->lock);
	waiting = !pool->unavailable && (pool->urgent.head || pool->normal.head);
	pthread_mutex_unlock(&pool->lock);
	return waiting;
}

void pool_give_up(struct pool *pool, const struct error *error)
{
	pthread_mutex_lock(&pool->lock);
	pool->unavailable = true;
	pool->error = *error;
	pthread_mutex_unlock(&pool->lock);
	wake(pool); /* so that the waiting jobs are handed back now */
}

void job_finish_all(struct pool *pool, struct job_list *jobs, enum pool_outcome outcome)
{
	struct pool_job *job;

	while ((job = list_take(jobs)))
		job_finish(pool, job, outcome, "");
}

/* Move all of from behind what is in to. */
static void list_move(struct job_list *from, struct job_list *to)
{
	struct pool_job *job;

	while ((job = list_take(from)))
		list_append(to, job);
}

/* What other threads asked for; false when the pool is to end. */
static bool take_requests(struct pool *pool)
{
	struct job_list cancelled, hopeless;
	bool cancelling, quitting;

	list_init(&cancelled);
	list_init(&hopeless);
	pthread_mutex_lock(&pool->lock);
	cancelling = pool->cancelling;
	quitting = pool->quitting;
	pool->cancelling = false;
	list_move(&pool->cancelled, &cancelled);
	if (pool->unavailable || quitting) {
		list_move(&pool->urgent, &hopeless);
		list_move(&pool->normal, &hopeless);
	}
	pthread_mutex_unlock(&pool->lock);
	if (cancelling || quitting)
		crew_interrupt(pool, &cancelled);
	job_finish_all(pool, &cancelled, POOL_CANCELLED);
	job_finish_all(pool, &hopeless, quitting ? POOL_CANCELLED : POOL_UNAVAILABLE);
	return !quitting;
}

static void *pool_run(void *arg)
{
	struct pool *pool = arg;

	/* On Linux of this thread alone, and of what it starts: the extractor and its workers. */
	if (pool->background)
		setpriority(PRIO_PROCESS, 0, BACKGROUND_NICE);
	while (take_requests(pool)) {
		crew_advance(pool);
		crew_wait(pool);
	}
	crew_end(pool);
	return NULL;
}

struct pool *pool_new(const struct pool_config *config)
{
	struct pool *pool = memory_new(sizeof(*pool));

	pool->extractor = text_copy(config->extractor);
	pool->models = text_copy(config->models);
	pool->landmarks = text_copy(config->landmarks);
	pool->embedding = text_copy(config->embedding);
	pool->worker_count = config->workers;
	pool->cpu_deadline_ms = config->cpu_deadline_ms;
	pool->wall_deadline_ms = config->wall_deadline_ms;
	pool->max_megapixels = config->max_megapixels;
	pool->background = config->background;
	pool->workers = memory_new((size_t)config->workers * sizeof(*pool->workers));
	pool->polls = memory_new((2 + (size_t)config->workers) * sizeof(*pool->polls));
	pool->answer_deadline_ms = NEVER;
	list_init(&pool->urgent);
	list_init(&pool->normal);
	list_init(&pool->cancelled);
	pthread_mutex_init(&pool->lock, NULL);
	pool->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pool->wake_fd < 0 || pthread_create(&pool->thread, NULL, pool_run, pool)) {
		fputs("lookalike: cannot start a thread\n", stderr);
		abort();
	}
	return pool;
}

void pool_submit(struct pool *pool, struct pool_job *job)
{
	job->retried = false;
	job->reply = (struct message){.fd = -1};
	pthread_mutex_lock(&pool->lock);
	list_append(job->urgent ? &pool->urgent : &pool->normal, job);
	pool->load++;
	pthread_mutex_unlock(&pool->lock);
	wake(pool);
}

int pool_load(struct pool *pool)
{
	int load;

	pthread_mutex_lock(&pool->lock);
	load = pool->load;
	pthread_mutex_unlock(&pool->lock);
	return load;
}

int pool_workers(const struct pool *pool)
{
	return pool->worker_count;
}

void pool_cancel(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	list_move(&pool->urgent, &pool->cancelled);
	list_move(&pool->normal, &pool->cancelled);
	pool->cancelling = true;
	pthread_mutex_unlock(&pool->lock);
	wake(pool);
}

enum status pool_error(struct pool *pool, struct error *err)
{
	enum status status = OK;

	pthread_mutex_lock(&pool->lock);
	if (pool->unavailable)
		status = error_set(err, pool->error.code, "%s", pool->error.msg);
	pthread_mutex_unlock(&pool->lock);
	return status;
}

void pool_versions(struct pool *pool, char *out, size_t out_size)
{
	pthread_mutex_lock(&pool->lock);
	snprintf(out, out_size, "%s", pool->versions);
	pthread_mutex_unlock(&pool->lock);
}

void pool_no_embedding(struct pool *pool, char *out, size_t out_size)
{
	pthread_mutex_lock(&pool->lock);
	snprintf(out, out_size, "%s", pool->no_embedding);
	pthread_mutex_unlock(&pool->lock);
}

bool pool_isolation(struct pool *pool, unsigned *layers)
{
	bool greeted;

	pthread_mutex_lock(&pool->lock);
	greeted = pool->greeted;
	*layers = pool->isolation;
	pthread_mutex_unlock(&pool->lock);
	return greeted;
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->quitting = true;
	pthread_mutex_unlock(&pool->lock);
	wake(pool);
	pthread_join(pool->thread, NULL);
	pthread_mutex_destroy(&pool->lock);
	close(pool->wake_fd);
	free(pool->extractor);
	free(pool->models);
	free(pool->landmarks);
	free(pool->embedding);
	free(pool->workers);
	free(pool->polls);
	free(pool);
}
