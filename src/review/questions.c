/* The order in which suggestions are put to a person. */
#include "lookalike/review/questions.h"

#include "lookalike/base/memory.h"

#include <stdlib.h>
#include <string.h>

void questions_done(struct questions *q)
{
	suggestions_done(&q->open);
	suggestions_done(&q->later);
	free(q->answered);
	memset(q, 0, sizeof(*q));
}

const struct suggestion *questions_at(const struct questions *q)
{
	return q->cursor < q->open.count ? &q->open.items[q->cursor] : NULL;
}

static int find(const struct suggestions *list, const struct suggestion *wanted)
{
	for (int i = 0; i < list->count; i++)
		if (suggest_equal(&list->items[i], wanted))
			return i;
	return -1;
}

static void take_out(struct suggestions *list, int at)
{
	memmove(list->items + at, list->items + at + 1,
		(size_t)(--list->count - at) * sizeof(*list->items));
}

static void put_in(struct suggestions *list, int at, struct suggestion s)
{
	list->items = memory_resize(list->items, (size_t)list->count + 1, sizeof(s));
	memmove(list->items + at + 1, list->items + at, (size_t)(list->count++ - at) * sizeof(s));
	list->items[at] = s;
}

static void clip(struct questions *q)
{
	if (q->cursor >= q->open.count)
		q->cursor = q->open.count ? q->open.count - 1 : 0;
}

void questions_take(struct questions *q, struct suggestions *found)
{
	const struct suggestion *at = questions_at(q);
	struct suggestion present = at ? *at : (struct suggestion){0};
	int now;

	suggestions_done(&q->open);
	q->open = *found;
	*found = (struct suggestions){0};
	for (int i = 0; i < q->later.count; i++) {
		int place = find(&q->open, &q->later.items[i]);

		if (place < 0)
			continue;
		put_in(&q->open, q->open.count, q->open.items[place]);
		take_out(&q->open, place);
	}
	now = at ? find(&q->open, &present) : -1;
	if (now >= 0)
		q->cursor = now;
	clip(q);
}

void questions_prune(struct questions *q, const struct roster *roster)
{
	int kept = 0, cursor = q->cursor;

	for (int i = 0; i < q->open.count; i++) {
		if (suggest_stands(roster, &q->open.items[i]))
			q->open.items[kept++] = q->open.items[i];
		else if (i < q->cursor)
			cursor--;
	}
	q->open.count = kept;
	q->cursor = cursor;
	clip(q);
}

void questions_put_off(struct questions *q)
{
	const struct suggestion *at = questions_at(q);
	struct suggestion present;
	int before;

	if (!at)
		return;
	present = *at;
	before = find(&q->later, &present);
	if (before >= 0)
		take_out(&q->later, before);
	put_in(&q->later, q->later.count, present);
	take_out(&q->open, q->cursor);
	put_in(&q->open, q->open.count, present);
}

void questions_answer(struct questions *q, const struct suggestion *question, int64_t step)
{
	int at = find(&q->open, question);

	q->answered = memory_resize(q->answered, (size_t)q->answered_count + 1,
				    sizeof(*q->answered));
	q->answered[q->answered_count++] = (struct answered){*question, at < 0 ? 0 : at, step};
	if (at < 0)
		return;
	take_out(&q->open, at);
	q->cursor -= at < q->cursor;
	clip(q);
}

bool questions_reopen(struct questions *q, int64_t step)
{
	for (int i = q->answered_count - 1; i >= 0; i--) {
		struct answered a = q->answered[i];
		int at;

		if (a.step != step)
			continue;
		at = find(&q->open, &a.question);
		if (at < 0) {
			at = a.at < q->open.count ? a.at : q->open.count;
			put_in(&q->open, at, a.question);
		}
		q->cursor = at;
		return true;
	}
	return false;
}
