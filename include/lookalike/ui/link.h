/*
 * link.h: how much may be sent to the terminal now, so that a key is answered soon.
 *
 * Between the program and the terminal lie buffers that take megabytes (sshd's, the network's):
 * whoever fills them makes text wait behind pictures. So the speed of the line is measured, by
 * questions that the terminal answers when it has read so far, and no more is sent ahead of it
 * than goes over the line within LINK_AHEAD_MS. A line is taken to be faster as long as answers
 * come without delay, and slower at the first that does not (as LEDBAT
 * does, RFC 6817). Each answer also tells what can still be under way, so that an error in the
 * speed does not add up.
 *
 * Owns     nothing.
 * Units    milliseconds on a steady clock, bytes.
 * Threads  one thread.
 * Errors   none. A terminal that does not answer is sent as much as one that is fast.
 */
#ifndef LOOKALIKE_UI_LINK_H
#define LOOKALIKE_UI_LINK_H

#include <stdbool.h>
#include <stddef.h>

#define LINK_AHEAD_MS     40
#define LINK_QUESTION     "\033[5n" /* DSR: every terminal answers "CSI 0 n" */
#define LINK_MARKS_MAX    4
#define LINK_MEASURES     3
#define LINK_MEASURE_SIZE 2048
#define LINK_SLOW         100.0 /* bytes a millisecond, 0.8 Mbit/s */

struct link_mark {
	double asked_ms, total;
};

struct link {
	double rate;  /* bytes a millisecond */
	double total; /* bytes sent */
	double ahead; /* of them, under way at counted_ms if the line is as fast as rate */
	double counted_ms;
	double least_ms; /* the shortest time to an answer */
	double answered_ms, answered_total;
	struct link_mark marks[LINK_MARKS_MAX]; /* questions not answered, oldest first */
	int mark_count;
	double measure_ms;                     /* when it was sent */
	double measured_ms[LINK_MEASURES + 1]; /* when the measurement's questions were answered */
	int measure_count;                     /* so many of them were */
	int measure_turns;
	bool measuring;
	bool measure_due; /* another measurement: the last one may have been disturbed */
	bool together;    /* one was, or the line is fast: all answers came at once */
	bool proven;      /* a picture has come through */
};

void link_init(struct link *link);

/*
 * Bytes that show nothing (colours, in a random order that compresses badly), LINK_MEASURES times
 * so many, between questions: the longest time between two answers tells how fast the line is, as
 * those that come while this program waits for a processor are found side by side; if all are,
 * and not soon, another measurement tells. At the start, and again while measure_due.
 */
const char *link_measure(struct link *link, double now_ms, size_t *len);

/* Whether pictures should be small: as measured, so ask when no measurement runs. */
bool link_is_slow(const struct link *link);

/* How many bytes may be sent now; and when there will be room for so many. */
size_t link_room(const struct link *link, double now_ms);
double link_wait_ms(const struct link *link, size_t bytes, double now_ms);

/* How long until so many bytes more would be over the line. */
double link_delay_ms(const struct link *link, size_t bytes, double now_ms);

void link_sent(struct link *link, size_t bytes, double now_ms);

/*
 * Whether a question may be asked (at first only one: the speed may have been measured wrong);
 * it was, behind all that was sent; it is answered.
 */
bool link_may_ask(const struct link *link, double now_ms);
void link_asked(struct link *link, double now_ms);
void link_answered(struct link *link, double now_ms);

#endif
