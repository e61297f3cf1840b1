/* The line's speed; see link.h. */
#include "lookalike/ui/link.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RATE_MIN          2.0 /* 16 kbit/s */
#define RATE_MAX          1e5 /* 100 MB/s */
#define RATE_UNKNOWN      1e5 /* nobody answers */
#define RATE_HIGH         400 /* 3 Mbit/s */
#define SINCE_MS          100
#define SOON_MS           10 /* later than the soonest answer, and the line was not full */
#define AT_ONCE_MS        1  /* answers that are nearer to each other say that the line is fast */
#define NEAR_MS           15 /* in which what is measured with goes over a line of RATE_HIGH */
#define MEASURE_TURNS_MAX 3
#define ENOUGH_BYTES      2000 /* to tell the speed by */
#define SILENCE_MS        3000 /* after which no answer is expected any more */

void link_init(struct link *link)
{
	*link = (struct link){.rate = RATE_UNKNOWN, .least_ms = INFINITY};
}

static double under_way(const struct link *link, double now_ms)
{
	return fmax(0, link->ahead - (now_ms - link->counted_ms) * link->rate);
}

const char *link_measure(struct link *link, double now_ms, size_t *len)
{
	static char bytes[LINK_MEASURES * (LINK_MEASURE_SIZE + 32) + 32];
	unsigned random = 1;
	size_t at;

	at = (size_t)snprintf(bytes, sizeof(bytes), LINK_QUESTION);
	for (int i = 0; i < LINK_MEASURES; i++) {
		size_t end = at + LINK_MEASURE_SIZE - strlen("\033[m" LINK_QUESTION);

		while (at < end) {
			random = random * 1103515245u + 12345u;
			at += (size_t)snprintf(bytes + at, sizeof(bytes) - at, "\033[38;5;%um",
					       random >> 16 & 0xff);
		}
		at += (size_t)snprintf(bytes + at, sizeof(bytes) - at, "\033[m" LINK_QUESTION);
	}
	link->measuring = true;
	link->measure_due = false;
	link->measure_ms = now_ms;
	link->measure_count = 0;
	link_sent(link, at, now_ms);
	*len = at;
	return bytes;
}

/* The longest of the times between answers, and whether the others agree. */
static double longest_gap(const struct link *link, bool *agreed)
{
	double longest = 0.01, shortest = INFINITY, all = 0;

	for (int i = 0; i < LINK_MEASURES; i++) {
		double gap = link->measured_ms[i + 1] - link->measured_ms[i];

		longest = fmax(longest, gap);
		shortest = fmin(shortest, gap);
		all += gap;
	}
	*agreed = longest < AT_ONCE_MS || longest < 3 * (all - longest - shortest);
	return longest;
}

static void take_measure(struct link *link, double now_ms)
{
	double longest;
	bool agreed;

	if (link->measure_count == 0)
		link->least_ms = fmin(link->least_ms, now_ms - link->measure_ms);
	link->measured_ms[link->measure_count++] = now_ms;
	if (link->measure_count <= LINK_MEASURES)
		return;
	longest = longest_gap(link, &agreed);
	/* Side by side from afar: this program may have been away all the time. */
	if (longest < AT_ONCE_MS && now_ms - link->measure_ms > NEAR_MS && !link->together) {
		link->together = true;
		agreed = false;
	}
	link->measure_due = !agreed && ++link->measure_turns < MEASURE_TURNS_MAX;
	if (link->measure_due)
		return;
	link->measuring = false;
	link->rate = fmin(fmax(LINK_MEASURE_SIZE / longest, RATE_MIN), RATE_MAX);
	link->ahead = 0;
	link->counted_ms = now_ms;
}

bool link_is_slow(const struct link *link)
{
	return link->rate < LINK_SLOW;
}

size_t link_room(const struct link *link, double now_ms)
{
	double room = link->rate * LINK_AHEAD_MS - under_way(link, now_ms);

	if (link->measuring && now_ms - link->measure_ms < SILENCE_MS)
		return 0;
	return room > 0 ? (size_t)room : 0;
}

double link_wait_ms(const struct link *link, size_t bytes, double now_ms)
{
	double most = link->rate * LINK_AHEAD_MS;
	double over = under_way(link, now_ms) + fmin((double)bytes, most) - most;

	if (link->measuring)
		return fmax(0, SILENCE_MS - (now_ms - link->measure_ms));
	return over > 0 ? over / link->rate : 0;
}

double link_delay_ms(const struct link *link, size_t bytes, double now_ms)
{
	return (under_way(link, now_ms) + (double)bytes) / link->rate;
}

void link_sent(struct link *link, size_t bytes, double now_ms)
{
	link->ahead = under_way(link, now_ms) + (double)bytes;
	link->counted_ms = now_ms;
	link->total += (double)bytes;
}

bool link_may_ask(const struct link *link, double now_ms)
{
	return link->mark_count < (link->proven ? LINK_MARKS_MAX : 1) ||
	       now_ms - link->marks[0].asked_ms > SILENCE_MS;
}

void link_asked(struct link *link, double now_ms)
{
	if (link->mark_count == LINK_MARKS_MAX) /* it was never answered */
		link->mark_count = 0;
	link->marks[link->mark_count++] = (struct link_mark){now_ms, link->total};
}

/* So many bytes, since the answer before, were read; they waited this much longer than the least.
 */
static void learn_rate(struct link *link, double late, double bytes, double since)
{
	/* Where a picture is through in no time, and the next answer near, an error costs little.
	 */
	double more = link->rate > RATE_HIGH && since < SINCE_MS ? 2 : 1.1;

	if (late <= SOON_MS && bytes >= ENOUGH_BYTES)
		link->rate = fmin(more * link->rate, RATE_MAX);
	else if (late > LINK_AHEAD_MS + SOON_MS && bytes >= ENOUGH_BYTES && since > 0)
		link->rate = fmax(fmin(link->rate, 0.8 * bytes / since), RATE_MIN);
}

void link_answered(struct link *link, double now_ms)
{
	struct link_mark mark = link->marks[0];
	double delay, behind;

	if (link->measuring) {
		take_measure(link, now_ms);
		return;
	}
	if (!link->mark_count)
		return;
	memmove(link->marks, link->marks + 1, (size_t)--link->mark_count * sizeof(mark));
	delay = now_ms - mark.asked_ms;
	link->least_ms = fmin(link->least_ms, delay);
	learn_rate(link, delay - link->least_ms, mark.total - link->answered_total,
		   now_ms - link->answered_ms);
	link->answered_total = mark.total;
	link->answered_ms = now_ms;
	link->proven = true;
	/* Under way is only what was sent behind the question, all but what the line has taken
	 * while the answer came. */
	behind = link->total - mark.total;
	link->ahead = fmin(fmax(under_way(link, now_ms), behind - link->rate * link->least_ms),
			   behind);
	link->counted_ms = now_ms;
}
