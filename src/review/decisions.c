/*
 * A decision that the store has acknowledged, applied to the session. Changes are applied in their
 * order, but those of faces together: faces are found by their ids in one pass over the session.
 */
#include "lookalike/review/session.h"

#include "lookalike/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The groups from this index on have moved by one place. */
static void shift_assigned(struct session *s, int from, int by)
{
	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			if (s->images[i]->faces[j].assigned >= from)
				s->images[i]->faces[j].assigned += by;
}

static void add_group(struct session *s, int at, const struct decision_change *c)
{
	s->named = memory_resize(s->named, (size_t)s->named_count + 1, sizeof(*s->named));
	memmove(s->named + at + 1, s->named + at,
		(size_t)(s->named_count - at) * sizeof(*s->named));
	s->named_count++;
	s->named[at] = (struct session_group){.id = c->group_id, .name = text_copy(c->after_name)};
	shift_assigned(s, at, 1);
}

static void end_group(struct session *s, int at)
{
	free(s->named[at].name);
	s->named_count--;
	memmove(s->named + at, s->named + at + 1,
		(size_t)(s->named_count - at) * sizeof(*s->named));
	shift_assigned(s, at + 1, -1);
}

static void apply_name(struct session *s, const struct decision_change *c)
{
	int at = 0;
	bool there;

	while (at < s->named_count && s->named[at].id < c->group_id)
		at++;
	there = at < s->named_count && s->named[at].id == c->group_id;
	if (there && !c->after_name) {
		end_group(s, at);
	} else if (there) {
		free(s->named[at].name);
		s->named[at].name = text_copy(c->after_name);
	} else if (c->after_name) {
		add_group(s, at, c);
	}
}

static int compare_changes(const void *a, const void *b)
{
	int64_t x = (*(const struct decision_change *const *)a)->face_id;
	int64_t y = (*(const struct decision_change *const *)b)->face_id;

	return (x > y) - (x < y);
}

/* Those of faces among so many changes; no face is in a step twice. */
static void apply_faces(struct session *s, const struct decision_change *changes, size_t count)
{
	const struct decision_change **sorted = memory_new((count + 1) * sizeof(*sorted));
	size_t used = 0;

	for (size_t i = 0; i < count; i++)
		if (changes[i].kind == CHANGE_FACE)
			sorted[used++] = &changes[i];
	if (used)
		qsort(sorted, used, sizeof(*sorted), compare_changes);
	for (int i = 0; used && i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			struct decision_change key = {.face_id = s->images[i]->faces[j].id};
			const struct decision_change *wanted = &key, **found;

			found = bsearch(&wanted, sorted, used, sizeof(*sorted), compare_changes);
			if (found)
				session_assign(s, &s->images[i]->faces[j], (*found)->after_id);
		}
	}
	free(sorted);
}

static void apply_noes(struct session *s, const struct decision *d)
{
	for (size_t i = 0; i < d->change_count; i++) {
		const struct decision_change *c = &d->changes[i];

		if (c->kind == CHANGE_REFUSAL)
			session_no_put(&s->refused, c->face_id, c->group_id, c->after_id);
		else if (c->kind == CHANGE_APART)
			session_no_put(&s->apart, c->face_id, c->group_id, c->after_id);
	}
}

void session_decide(struct session *s, const struct decision *d)
{
	if (d->id)
		s->decisions += d->kind == DECISION_UNDO ? -1 : 1;
	apply_noes(s, d);
	for (size_t i = 0; i < d->change_count;) {
		size_t end = i;

		if (d->changes[i].kind == CHANGE_NAME) {
			apply_name(s, &d->changes[i++]);
			continue;
		}
		while (end < d->change_count && d->changes[end].kind != CHANGE_NAME)
			end++;
		apply_faces(s, d->changes + i, end - i);
		i = end;
	}
	if (d->change_count)
		s->version++;
}
