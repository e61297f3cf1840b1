/* The say of the measures; see emphasis.h. */
#include "lookalike/review/emphasis.h"

#include <math.h>
#include <stdio.h>

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
