/*
 * pump.h: pictures on their way to the terminal, a piece at a time.
 *
 * Text is written at once. A picture takes its time on a slow line, so it is sent in pieces of what
 * the link has room for; a key that comes meanwhile ends it early, is answered, and the picture is
 * sent again afterwards. One that is nearly through is sent to its end first.
 *
 * Owns     the bytes of the picture that is being sent.
 * Units    milliseconds on a steady clock.
 * Threads  the interface thread.
 * Errors   none.
 */
#ifndef LOOKALIKE_UI_PUMP_H
#define LOOKALIKE_UI_PUMP_H

#include "lookalike/ui/link.h"
#include "lookalike/ui/tty.h"

struct pump {
	struct link link;
	char *bytes; /* of the picture that is being sent, or NULL */
	size_t len, sent;
	size_t string_begins, string_ends; /* its control string */
	double rested_ms;                  /* the next picture begins after this */
};

void pump_init(struct pump *pump);
void pump_done(struct pump *pump);

/* Find out how fast the line is: once, when pictures are to come. */
void pump_measure(struct pump *pump, struct tty *tty);

/* Break off the picture that is being sent, before anything else is written. */
void pump_stop(struct pump *pump, struct tty *tty);

/* The screen becomes the grid, but for pictures; the one that is being sent is broken off. */
void pump_present(struct pump *pump, struct tty *tty, const struct grid *grid);

/* A key was answered while others take the processors: the terminal shows that before it gets
 * pictures to decode. */
void pump_rest(struct pump *pump);

/* Send as much of the grid's pictures as there is room for. */
void pump_run(struct pump *pump, struct tty *tty, const struct grid *grid);

/* Whether a picture is half sent: then only a key should make a new frame. */
bool pump_busy(const struct pump *pump);

/* How long until pump_run() has something to do; -1 for ever. */
int pump_wait_ms(const struct pump *pump, const struct tty *tty, const struct grid *grid);

/* The terminal has answered LINK_QUESTION. */
void pump_answered(struct pump *pump);

#endif
