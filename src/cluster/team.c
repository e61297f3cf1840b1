/* Threads that wait for parts of a job; see team.h. */
#include "team.h"

#include "lookalike/base/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS_MAX 64

struct team {
	pthread_mutex_t lock;
	pthread_cond_t started, finished;
	unsigned run; /* counts team_run() */
	int working;  /* threads that have not finished this run */
	bool stopping;
	int parts;
	atomic_int next;
	void (*part)(void *context, int i);
	void *context;
	pthread_t threads[THREADS_MAX];
	int count; /* beside the caller */
};

static void work_parts(struct team *team)
{
	for (;;) {
		int i = atomic_fetch_add(&team->next, 1);

		if (i >= team->parts)
			return;
		team->part(team->context, i);
	}
}

static void *member(void *arg)
{
	struct team *team = arg;
	unsigned run = 0;

	pthread_mutex_lock(&team->lock);
	for (;;) {
		while (team->run == run && !team->stopping)
			pthread_cond_wait(&team->started, &team->lock);
		if (team->stopping)
			break;
		run = team->run;
		pthread_mutex_unlock(&team->lock);
		work_parts(team);
		pthread_mutex_lock(&team->lock);
		if (--team->working == 0)
			pthread_cond_signal(&team->finished);
	}
	pthread_mutex_unlock(&team->lock);
	return NULL;
}

struct team *team_new(int threads)
{
	struct team *team = memory_new(sizeof(*team));
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (!threads)
		threads = processors > 0 ? (int)processors : 1;
	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	pthread_mutex_init(&team->lock, NULL);
	pthread_cond_init(&team->started, NULL);
	pthread_cond_init(&team->finished, NULL);
	while (team->count < threads - 1 &&
	       !pthread_create(&team->threads[team->count], NULL, member, team))
		team->count++;
	return team;
}

void team_free(struct team *team)
{
	if (!team)
		return;
	pthread_mutex_lock(&team->lock);
	team->stopping = true;
	pthread_cond_broadcast(&team->started);
	pthread_mutex_unlock(&team->lock);
	for (int i = 0; i < team->count; i++)
		pthread_join(team->threads[i], NULL);
	pthread_cond_destroy(&team->finished);
	pthread_cond_destroy(&team->started);
	pthread_mutex_destroy(&team->lock);
	free(team);
}

int team_size(const struct team *team)
{
	return team ? team->count + 1 : 1;
}

void team_run(struct team *team, int parts, void (*part)(void *context, int i), void *context)
{
	if (!team || !team->count || parts < 2) {
		for (int i = 0; i < parts; i++)
			part(context, i);
		return;
	}
	pthread_mutex_lock(&team->lock);
	team->parts = parts;
	team->part = part;
	team->context = context;
	atomic_store(&team->next, 0);
	team->working = team->count;
	team->run++;
	pthread_cond_broadcast(&team->started);
	pthread_mutex_unlock(&team->lock);
	work_parts(team);
	pthread_mutex_lock(&team->lock);
	while (team->working)
		pthread_cond_wait(&team->finished, &team->lock);
	pthread_mutex_unlock(&team->lock);
}
