/*
 * A list under a lock, with an eventfd that is readable while the list is not
 * empty: a thread can wait for it in poll() beside its other descriptors.
 */
#include "lookalike/base/queue.h"

#include "lookalike/base/memory.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct queue_item *head, *tail;
	int fd;
	bool closed;
};

struct queue *queue_new(void)
{
	struct queue *q = memory_new(sizeof(*q));

	q->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (q->fd < 0) {
		perror("lookalike: no descriptor for a queue");
		abort();
	}
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->changed, NULL);
	return q;
}

void queue_free(struct queue *q)
{
	if (!q)
		return;
	assert(!q->head);
	close(q->fd);
	pthread_cond_destroy(&q->changed);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

void queue_push(struct queue *q, struct queue_item *item)
{
	uint64_t one = 1;

	item->next = NULL;
	pthread_mutex_lock(&q->lock);
	if (q->tail) {
		q->tail->next = item;
	} else {
		q->head = item;
		/* Cannot fail: the counter is 0 here. */
		if (write(q->fd, &one, sizeof(one)) < 0)
			abort();
	}
	q->tail = item;
	pthread_cond_signal(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

static struct queue_item *take(struct queue *q)
{
	struct queue_item *item = q->head;
	uint64_t count;

	if (!item)
		return NULL;
	q->head = item->next;
	if (!q->head) {
		q->tail = NULL;
		if (read(q->fd, &count, sizeof(count)) < 0)
			abort();
	}
	item->next = NULL;
	return item;
}

struct queue_item *queue_pop(struct queue *q)
{
	struct queue_item *item;

	pthread_mutex_lock(&q->lock);
	item = take(q);
	pthread_mutex_unlock(&q->lock);
	return item;
}

struct queue_item *queue_wait(struct queue *q)
{
	struct queue_item *item;

	pthread_mutex_lock(&q->lock);
	while (!q->head && !q->closed)
		pthread_cond_wait(&q->changed, &q->lock);
	item = take(q);
	pthread_mutex_unlock(&q->lock);
	return item;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

bool queue_closed(struct queue *q)
{
	bool closed;

	pthread_mutex_lock(&q->lock);
	closed = q->closed;
	pthread_mutex_unlock(&q->lock);
	return closed;
}

int queue_fd(const struct queue *q)
{
	return q->fd;
}
