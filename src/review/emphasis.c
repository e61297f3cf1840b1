/* The say of the measures; see emphasis.h. */
#include "lookalike/review/emphasis.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double emphasis_factor(const struct emphasis *e, enum measure m)
{
	return e->steps[m] <= EMPHASIS_OFF ? 0 : ldexp(1, e->steps[m]);
}

bool emphasis_is_default(const struct emphasis *e)
{
	for (int m = 0; m < MEASURE_COUNT; m++)
		if (e->steps[m])
			return false;
	return true;
}

int emphasis_count(const struct emphasis *e)
{
	int count = 0;

	for (int m = 0; m < MEASURE_COUNT; m++)
		count += e->steps[m] > EMPHASIS_OFF;
	return count;
}

void emphasis_add(struct emphasis *e, enum measure m, int steps)
{
	int now = e->steps[m] > EMPHASIS_OFF ? e->steps[m] + steps : 0;

	if (now > EMPHASIS_STEPS_MAX)
		now = EMPHASIS_STEPS_MAX;
	if (now < -EMPHASIS_STEPS_MAX)
		now = -EMPHASIS_STEPS_MAX;
	e->steps[m] = (int8_t)now;
}

void emphasis_alone(struct emphasis *e, enum measure m)
{
	for (int i = 0; i < MEASURE_COUNT; i++)
		e->steps[i] = i == (int)m ? 0 : EMPHASIS_OFF;
}

void emphasis_words(const struct emphasis *e, char *out, size_t size)
{
	int count = emphasis_count(e);

	*out = '\0';
	if (count == MEASURE_COUNT) {
		if (!emphasis_is_default(e))
			snprintf(out, size, "own weights");
		return;
	}
	for (int m = 0; m < MEASURE_COUNT; m++)
		if (count == 1 && e->steps[m] > EMPHASIS_OFF)
			snprintf(out, size, "%s alone", measure_name((enum measure)m));
	if (count != 1)
		snprintf(out, size, "%d of %d measures", count, MEASURE_COUNT);
}

/* ---- as text ---- */

static const char *const weights[2 * EMPHASIS_STEPS_MAX + 1] = {"1/8", "1/4", "1/2", "1",
								"2",   "4",   "8"};

static bool parse_weight(const char *text, size_t len, int8_t *steps)
{
	for (int i = 0; i <= 2 * EMPHASIS_STEPS_MAX; i++) {
		char decimal[16];

		snprintf(decimal, sizeof(decimal), "%g", ldexp(1, i - EMPHASIS_STEPS_MAX));
		if ((strlen(weights[i]) == len && !strncmp(weights[i], text, len)) ||
		    (strlen(decimal) == len && !strncmp(decimal, text, len))) {
			*steps = (int8_t)(i - EMPHASIS_STEPS_MAX);
			return true;
		}
	}
	return false;
}

static int find_measure(const char *name, size_t len)
{
	for (int m = 0; m < MEASURE_COUNT; m++) {
		const char *known = measure_name((enum measure)m);

		if (strlen(known) == len && !strncmp(known, name, len))
			return m;
	}
	return -1;
}

static enum status unknown_measure(const char *name, size_t len, struct error *err)
{
	char quoted[64], known[256] = "";

	for (int m = 0; m < MEASURE_COUNT; m++)
		snprintf(known + strlen(known), sizeof(known) - strlen(known), "%s%s",
			 m ? ", " : "", measure_name((enum measure)m));
	quote_bytes(quoted, sizeof(quoted), name, len);
	return error_set(err, ERR_USAGE, "--measures knows %s; not '%s'", known, quoted);
}

enum status emphasis_parse(const char *text, struct emphasis *out, struct error *err)
{
	struct emphasis e;

	for (int m = 0; m < MEASURE_COUNT; m++)
		e.steps[m] = EMPHASIS_OFF;
	for (const char *at = text;; at++) {
		size_t len = strcspn(at, ","), name_len = strcspn(at, "=,");
		int m = find_measure(at, name_len);

		if (m < 0)
			return unknown_measure(at, name_len, err);
		if (e.steps[m] != EMPHASIS_OFF)
			return error_set(err, ERR_USAGE, "--measures names %s twice",
					 measure_name((enum measure)m));
		e.steps[m] = 0;
		if (name_len < len &&
		    !parse_weight(at + name_len + 1, len - name_len - 1, &e.steps[m])) {
			char quoted[64];

			quote_bytes(quoted, sizeof(quoted), at + name_len + 1, len - name_len - 1);
			return error_set(err, ERR_USAGE,
					 "--measures wants a weight of 1/8, 1/4, 1/2, 1, 2, 4 or "
					 "8, not '%s'",
					 quoted);
		}
		at += len;
		if (!*at)
			break;
	}
	*out = e;
	return OK;
}

char *emphasis_text(const struct emphasis *e)
{
	char *text = text_copy("");

	for (int m = 0; m < MEASURE_COUNT; m++) {
		char *longer;

		if (e->steps[m] <= EMPHASIS_OFF)
			continue;
		longer = text_format("%s%s%s%s%s", text, *text ? "," : "",
				     measure_name((enum measure)m), e->steps[m] ? "=" : "",
				     e->steps[m] ? weights[e->steps[m] + EMPHASIS_STEPS_MAX] : "");
		free(text);
		text = longer;
	}
	return text;
}
