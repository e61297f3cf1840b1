/*
 * log.h: the messages of a session, to be read again.
 *
 * Owns     struct log is the caller's; no allocation. The oldest give way.
 * Threads  one thread.
 * Errors   none.
 */
#ifndef LOOKALIKE_UI_LOG_H
#define LOOKALIKE_UI_LOG_H

#include "lookalike/ui/grid.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define LOG_MESSAGES_MAX 200
#define LOG_BYTES_MAX    256

struct log_message {
	time_t time;
	char text[LOG_BYTES_MAX];
};

struct log {
	struct log_message messages[LOG_MESSAGES_MAX]; /* a ring */
	int count;                                     /* ever added */
	int back;                                      /* how far it is scrolled back */
	bool shown;
};

void log_add(struct log *log, const char *text, time_t now);

/* The message so many before the newest, or NULL. */
const struct log_message *log_at(const struct log *log, int before);

/* Draw it over the grid, the newest at the bottom. */
void log_draw(struct log *log, struct grid *g);

/* Take a key: movements scroll, others close. */
void log_key(struct log *log, uint32_t key);

#endif
