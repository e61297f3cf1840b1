/* What a person has said no to, sorted by face: looked up for every face that is suggested. */
#include "lookalike/review/session.h"

#include "lookalike/base/memory.h"

#include <stdlib.h>
#include <string.h>

static bool comes_before(const struct session_no *no, int64_t face_id, int64_t of)
{
	return no->face_id != face_id ? no->face_id < face_id : no->of < of;
}

static int place_of(const struct session_noes *noes, int64_t face_id, int64_t of)
{
	int low = 0, high = noes->count;

	while (low < high) {
		int middle = (low + high) / 2;

		if (comes_before(&noes->items[middle], face_id, of))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int session_no_find(const struct session_noes *noes, int64_t face_id)
{
	return place_of(noes, face_id, INT64_MIN);
}

static void make_room(struct session_noes *noes)
{
	if (noes->count == noes->room) {
		noes->room = noes->room ? 2 * noes->room : 64;
		noes->items = memory_resize(noes->items, (size_t)noes->room, sizeof(*noes->items));
	}
}

void session_no_add(struct session_noes *noes, struct session_no no)
{
	make_room(noes);
	noes->items[noes->count++] = no;
}

static int compare(const void *a, const void *b)
{
	const struct session_no *x = a, *y = b;

	return comes_before(x, y->face_id, y->of) ? -1 : comes_before(y, x->face_id, x->of);
}

void session_noes_sort(struct session_noes *noes)
{
	if (noes->count)
		qsort(noes->items, (size_t)noes->count, sizeof(*noes->items), compare);
}

static void insert(struct session_noes *noes, int at, struct session_no no)
{
	make_room(noes);
	memmove(noes->items + at + 1, noes->items + at,
		(size_t)(noes->count++ - at) * sizeof(*noes->items));
	noes->items[at] = no;
}

void session_no_put(struct session_noes *noes, int64_t face_id, int64_t of, int64_t side)
{
	int at = place_of(noes, face_id, of);
	bool there = at < noes->count && noes->items[at].face_id == face_id &&
		     noes->items[at].of == of;

	if (there && side)
		noes->items[at].side = side;
	else if (there)
		memmove(noes->items + at, noes->items + at + 1,
			(size_t)(--noes->count - at) * sizeof(*noes->items));
	else if (side)
		insert(noes, at, (struct session_no){face_id, of, side});
}

void session_no_rename(struct session_noes *noes, int64_t from, int64_t to)
{
	for (;;) {
		int at = session_no_find(noes, from);
		struct session_no no;

		if (at == noes->count || noes->items[at].face_id != from)
			return;
		no = noes->items[at];
		session_no_put(noes, from, no.of, 0);
		session_no_put(noes, to, no.of, no.side);
	}
}
