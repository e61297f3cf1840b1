/*
 * A stack that writers push to, which the reader takes whole and turns over.
 * There is no lock: a writer that the scheduler puts aside in the middle would
 * make the reader wait for it, and the interface reads what threads of the
 * lowest priority write.
 */
#include "lookalike/base/queue.h"

#include "lookalike/base/memory.h"

#include <assert.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct queue {
	_Atomic(struct queue_item *) pushed; /* the newest first */
	struct queue_item *taken;            /* the reader's: the oldest first */
	uint64_t pushes;                     /* that are over, of what is not popped */
	int fd;                              /* counts pushes that are over */
	atomic_bool closed;
};

struct queue *queue_new(void)
{
	struct queue *q = memory_new(sizeof(*q));

	q->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (q->fd < 0) {
		perror("lookalike: no descriptor for a queue");
		abort();
	}
	return q;
}

void queue_free(struct queue *q)
{
	if (!q)
		return;
	assert(!q->taken && !atomic_load(&q->pushed));
	close(q->fd);
	free(q);
}

static void wake(struct queue *q)
{
	uint64_t one = 1;

	/* Fails only when the counter is full. */
	if (write(q->fd, &one, sizeof(one)) < 0)
		abort();
}

void queue_push(struct queue *q, struct queue_item *item)
{
	item->next = atomic_load(&q->pushed);
	while (!atomic_compare_exchange_weak(&q->pushed, &item->next, item))
		;
	wake(q);
}

static void turn_over(struct queue *q)
{
	struct queue_item *item, *next;

	for (item = atomic_exchange(&q->pushed, NULL); item; item = next) {
		next = item->next;
		item->next = q->taken;
		q->taken = item;
	}
}

/*
 * No more messages than pushes that are over: who has had as many as there were may free the queue,
 * as no writer is inside of it any more.
 */
struct queue_item *queue_pop(struct queue *q)
{
	struct queue_item *item;
	uint64_t count;

	if (!q->pushes && read(q->fd, &count, sizeof(count)) > 0)
		q->pushes = count;
	if (q->pushes && !q->taken)
		turn_over(q);
	item = q->taken;
	if (!q->pushes || !item)
		return NULL;
	q->pushes--;
	q->taken = item->next;
	item->next = NULL;
	return item;
}

struct queue_item *queue_wait(struct queue *q)
{
	struct pollfd fd = {.fd = q->fd, .events = POLLIN};
	struct queue_item *item;

	while (!(item = queue_pop(q))) {
		/* Behind queue_pop(), which may have read what queue_close() wrote. */
		if (atomic_load(&q->closed))
			return queue_pop(q);
		poll(&fd, 1, -1);
	}
	return item;
}

void queue_close(struct queue *q)
{
	atomic_store(&q->closed, true);
	wake(q);
}

bool queue_closed(struct queue *q)
{
	return atomic_load(&q->closed);
}

int queue_fd(const struct queue *q)
{
	return q->fd;
}
