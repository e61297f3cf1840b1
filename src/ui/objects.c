/* What xterm does with its sixteen objects; see objects.h. */
#include "lookalike/ui/objects.h"

static int next_object(const struct objects *o)
{
	int highest = 0;

	if (o->count < OBJECTS_MAX)
		return o->count;
	for (int i = 1; i < OBJECTS_MAX; i++)
		if (o->list[i].row < o->list[highest].row)
			highest = i;
	return highest;
}

uint64_t objects_loss(const struct objects *o)
{
	int at = next_object(o);

	return at < o->count ? o->list[at].send : 0;
}

uint64_t objects_take(struct objects *o, int row)
{
	int at = next_object(o);

	if (at == o->count)
		o->count++;
	o->list[at] = (struct object){row, ++o->sends};
	return o->sends;
}

void objects_scroll(struct objects *o, int rows)
{
	for (int i = 0; i < o->count; i++)
		o->list[i].row -= rows;
}
