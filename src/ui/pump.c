/* Pictures, a piece at a time; see pump.h. */
#include "lookalike/ui/pump.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/memory.h"
#include "lookalike/ui/frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A write of this size finds room in a terminal's own buffer when that is writable at all. */
#define PIECE_BYTES 2048
#define ST          "\033\\"

/* A picture that is through this soon is not broken off for a key: or none would ever be whole on a
 * slow line while somebody goes down a list. */
#define FINISH_MS 70

/* One frame of a display. */
#define REST_MS 16

/* Between two looks at the keyboard. */
#define TURN_BYTES 32768

void pump_init(struct pump *pump)
{
	*pump = (struct pump){0};
	link_init(&pump->link);
}

void pump_done(struct pump *pump)
{
	free(pump->bytes);
	pump->bytes = NULL;
}

static void send(struct pump *pump, struct tty *tty, const char *bytes, size_t len)
{
	tty_write(tty, bytes, len);
	link_sent(&pump->link, len, clock_exact_ms());
}

void pump_measure(struct pump *pump, struct tty *tty)
{
	size_t len;
	const char *bytes = link_measure(&pump->link, clock_exact_ms(), &len);

	tty_write(tty, bytes, len);
}

bool pump_busy(const struct pump *pump)
{
	return pump->bytes != NULL;
}

void pump_stop(struct pump *pump, struct tty *tty)
{
	const char *bytes;
	size_t len;

	if (!pump->bytes)
		return;
	if (pump->sent > pump->string_begins && pump->sent < pump->string_ends)
		send(pump, tty, ST, strlen(ST));
	bytes = tty_picture_broken(tty, &len);
	send(pump, tty, bytes, len);
	pump_done(pump);
}

static void end(struct pump *pump, struct tty *tty)
{
	pump_done(pump);
	send(pump, tty, LINK_QUESTION, strlen(LINK_QUESTION));
	link_asked(&pump->link, clock_exact_ms());
}

/* Whether more has gone than is left, and what is left is soon through. */
static bool is_nearly_sent(const struct pump *pump)
{
	size_t left = pump->len - pump->sent;

	return left < pump->sent && link_delay_ms(&pump->link, left, clock_exact_ms()) < FINISH_MS;
}

void pump_present(struct pump *pump, struct tty *tty, const struct grid *grid)
{
	if (pump->bytes && is_nearly_sent(pump) && tty_wants_picture(tty, grid)) {
		send(pump, tty, pump->bytes + pump->sent, pump->len - pump->sent);
		end(pump, tty);
	}
	pump_stop(pump, tty);
	link_sent(&pump->link, tty_present(tty, grid), clock_exact_ms());
}

void pump_rest(struct pump *pump)
{
	double now_ms = clock_exact_ms();

	/* Half of the time is the pictures', however fast keys come. */
	if (now_ms >= pump->rested_ms + REST_MS)
		pump->rested_ms = now_ms + REST_MS;
}

static bool may_begin(const struct pump *pump)
{
	double now_ms = clock_exact_ms();

	return now_ms >= pump->rested_ms && link_may_ask(&pump->link, now_ms);
}

/* Begin the next picture, all but its control string at once. */
static bool begin(struct pump *pump, struct tty *tty, const struct grid *grid)
{
	const char *bytes = tty_picture(tty, grid, &pump->len, &pump->string_begins);

	if (!bytes)
		return false;
	pump->bytes = memory_new(pump->len);
	memcpy(pump->bytes, bytes, pump->len);
	pump->string_ends = pump->len - strlen(FRAME_AFTER_PICTURE);
	pump->sent = pump->string_begins;
	send(pump, tty, pump->bytes, pump->sent);
	return true;
}

/* Half of what may be ahead of the line, on a slow one. */
static size_t piece(const struct pump *pump)
{
	double half = pump->link.rate * LINK_AHEAD_MS / 2;

	return half < PIECE_BYTES ? (size_t)half + 1 : PIECE_BYTES;
}

void pump_run(struct pump *pump, struct tty *tty, const struct grid *grid)
{
	if (pump->link.measure_due)
		pump_measure(pump, tty);
	for (size_t left, turn = 0; turn < TURN_BYTES && tty_is_writable(tty); turn += left) {
		size_t room = link_room(&pump->link, clock_exact_ms());

		if (!pump->bytes && (!room || !may_begin(pump) || !begin(pump, tty, grid)))
			return;
		left = pump->len - pump->sent;
		left = left < piece(pump) ? left : piece(pump);
		if (room < left)
			return;
		send(pump, tty, pump->bytes + pump->sent, left);
		pump->sent += left;
		if (pump->sent == pump->len)
			end(pump, tty);
	}
}

int pump_wait_ms(const struct pump *pump, const struct tty *tty, const struct grid *grid)
{
	double rest_ms = pump->rested_ms - clock_exact_ms();

	if (!pump->bytes && !tty_has_picture(tty, grid))
		return -1;
	if (!pump->bytes && rest_ms > 0)
		return (int)ceil(rest_ms);
	if (!pump->bytes && !link_may_ask(&pump->link, clock_exact_ms()))
		return 100; /* an answer wakes sooner */
	return (int)ceil(link_wait_ms(&pump->link, piece(pump), clock_exact_ms())) +
	       !tty_is_writable(tty);
}

void pump_answered(struct pump *pump)
{
	link_answered(&pump->link, clock_exact_ms());
}
