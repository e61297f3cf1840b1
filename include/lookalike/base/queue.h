/*
 * queue.h: messages from one thread to another, in order.
 *
 * A message is any struct whose first member is a struct queue_item. The
 * reader either blocks in queue_wait(), or polls queue_fd() and calls
 * queue_pop() until it returns NULL.
 *
 * Owns     queue_new()/queue_free(). Messages belong to whoever holds them: the
 *          writer until queue_push(), the reader after queue_pop().
 * Threads  any number of writers; one reader.
 * Errors   queue_new() ends the program when descriptors or memory are out.
 */
#ifndef LOOKALIKE_BASE_QUEUE_H
#define LOOKALIKE_BASE_QUEUE_H

#include <stdbool.h>

struct queue;

struct queue_item {
	struct queue_item *next;
	int kind; /* the message's type, defined by the module that sends it */
};

struct queue *queue_new(void);

/* The queue must be empty: only its reader knows how to free a message. */
void queue_free(struct queue *q);

void queue_push(struct queue *q, struct queue_item *item);

/* The oldest message, or NULL when there is none now. */
struct queue_item *queue_pop(struct queue *q);

/* The oldest message, waiting for one; NULL once the queue is closed and empty. */
struct queue_item *queue_wait(struct queue *q);

/* No more messages will come: queue_wait() stops waiting. */
void queue_close(struct queue *q);

/* Whether queue_close() was called. */
bool queue_closed(struct queue *q);

/* Readable when messages have come since queue_pop() returned NULL. */
int queue_fd(const struct queue *q);

#endif
