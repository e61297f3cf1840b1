/* Every group as one list, and how a cursor follows when the list changes. */
#include "lookalike/review/roster.h"

#include "internal.h"

#include "lookalike/base/memory.h"

#include <stdlib.h>
#include <string.h>

#define SPLIT_RESTARTS 3

/* Its place among the entries of decided faces: the named groups, then those set aside. */
static int place_of(const struct session *s, const struct session_face *face)
{
	return face->assigned == FACE_ASIDE ? s->named_count : face->assigned;
}

/* Whether a face is in the list of its place. */
static bool is_listed(const struct session *s, const struct filter *filter,
		      const struct session_face *face)
{
	return face->assigned != FACE_OPEN && filter_face(filter, s, face);
}

/* Sort the decided faces by their groups; start[p] is where those of place p begin. Returns how
 * many are set aside, with those that do not pass the filter. */
static int sort_decided(struct roster *r, const struct session *s, const struct filter *filter,
			int *start, int more)
{
	int places = s->named_count + 1, aside = 0, *next;

	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			const struct session_face *face = &s->images[i]->faces[j];

			aside += face->assigned == FACE_ASIDE;
			if (is_listed(s, filter, face))
				start[place_of(s, face) + 1]++;
		}
	}
	for (int p = 0; p < places; p++)
		start[p + 1] += start[p];
	r->faces = memory_new(((size_t)start[places] + (size_t)more + 1) *
			      sizeof(struct session_face *));
	next = memory_new((size_t)places * sizeof(*next));
	memcpy(next, start, (size_t)places * sizeof(*next));
	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			struct session_face *face = &s->images[i]->faces[j];

			if (is_listed(s, filter, face))
				r->faces[next[place_of(s, face)]++] = face;
		}
	}
	free(next);
	return aside;
}

/* Copy the faces of an open group that pass; returns how many. */
static int copy_passing(const struct session *s, const struct filter *filter,
			const struct group *group, struct session_face **out)
{
	int count = 0;

	for (int i = 0; i < group->size; i++)
		if (filter_face(filter, s, group->faces[i]))
			out[count++] = group->faces[i];
	return count;
}

static int compare_entries(const void *pa, const void *pb)
{
	struct roster_key a = (*(struct roster_entry *const *)pa)->key;
	struct roster_key b = (*(struct roster_entry *const *)pb)->key;

	return a.kind != b.kind ? (int)a.kind - (int)b.kind : (a.id > b.id) - (a.id < b.id);
}

static void sort_keys(struct roster *r)
{
	r->by_key = memory_new(((size_t)r->count + 1) * sizeof(struct roster_entry *));
	for (int i = 0; i < r->count; i++)
		r->by_key[i] = &r->entries[i];
	qsort(r->by_key, (size_t)r->count, sizeof(struct roster_entry *), compare_entries);
}

void roster_build(struct roster *r, const struct grouping *g, const struct filter *filter)
{
	const struct session *s = g->session;
	int *start = memory_new(((size_t)s->named_count + 2) * sizeof(*start)), open = 0, aside;
	struct session_face **next;

	memset(r, 0, sizeof(*r));
	r->grouping = g;
	r->filter = filter;
	r->session_version = s->version;
	r->grouping_version = g->version;
	r->entries = memory_new(((size_t)s->named_count + (size_t)g->k + 1) * sizeof(*r->entries));
	for (int i = 0; i < g->k; i++)
		open += g->groups[i].size;
	aside = sort_decided(r, s, filter, start, open);
	next = r->faces + start[s->named_count + 1];
	for (int i = 0; i < s->named_count; i++)
		if (!filter || start[i + 1] > start[i])
			r->entries[r->count++] = (struct roster_entry){
				.key = {ROSTER_NAMED, s->named[i].id},
				.name = s->named[i].name,
				.size = start[i + 1] - start[i],
				.whole = s->named[i].face_count,
				.faces = r->faces + start[i],
			};
	for (int i = 0; i < g->k; i++) {
		int size = copy_passing(s, filter, &g->groups[i], next);

		if (filter && !size)
			continue;
		r->entries[r->count++] = (struct roster_entry){
			.key = {ROSTER_OPEN, g->groups[i].number},
			.group = &g->groups[i],
			.size = size,
			.whole = g->groups[i].size,
			.faces = next,
		};
		next += size;
	}
	if (start[s->named_count + 1] > start[s->named_count])
		r->entries[r->count++] = (struct roster_entry){
			.key = {ROSTER_ASIDE, 0},
			.size = start[s->named_count + 1] - start[s->named_count],
			.whole = aside,
			.faces = r->faces + start[s->named_count],
		};
	free(start);
	sort_keys(r);
}

void roster_done(struct roster *r)
{
	free(r->entries);
	free(r->by_key);
	free(r->faces);
	memset(r, 0, sizeof(*r));
}

bool roster_is_old(const struct roster *r, const struct grouping *g, const struct filter *filter)
{
	return !r->entries || r->grouping != g || r->filter != filter ||
	       r->session_version != g->session->version || r->grouping_version != g->version;
}

bool roster_hides(const struct roster *r, struct roster_key key)
{
	const struct session *s = r->grouping->session;

	if (!r->filter || roster_find(r, key) >= 0)
		return false;
	for (int i = 0; key.kind == ROSTER_NAMED && i < s->named_count; i++)
		if (s->named[i].id == key.id)
			return true;
	for (int i = 0; key.kind == ROSTER_OPEN && i < r->grouping->k; i++)
		if (r->grouping->groups[i].number == key.id)
			return true;
	return key.kind == ROSTER_ASIDE;
}

bool roster_key_equal(struct roster_key a, struct roster_key b)
{
	return a.kind == b.kind && a.id == b.id;
}

int roster_find(const struct roster *r, struct roster_key key)
{
	struct roster_entry wanted = {.key = key}, *at = &wanted, **found = NULL;

	if (r->count)
		found = bsearch(&at, r->by_key, (size_t)r->count, sizeof(*r->by_key),
				compare_entries);
	return found ? (int)(*found - r->entries) : -1;
}

int roster_find_face(const struct roster_entry *entry, const struct session_face *face)
{
	for (int i = 0; i < entry->size; i++)
		if (entry->faces[i] == face)
			return i;
	return -1;
}

int roster_follow_face(const struct roster_entry *before, const struct roster_entry *after,
		       int cursor)
{
	for (int i = cursor; i < before->size; i++) {
		int at = roster_find_face(after, before->faces[i]);

		if (at >= 0)
			return at;
	}
	return after->size ? after->size - 1 : 0;
}

/* The nearest entry from `from` on, in steps, that is still there; only of a kind, or -1 for all.
 */
static int find_surviving(const struct roster *before, const struct roster *after, int from,
			  int step, int kind)
{
	for (int i = from; i >= 0 && i < before->count; i += step) {
		int at = roster_find(after, before->entries[i].key);

		if (at >= 0 && (kind < 0 || (int)before->entries[i].key.kind == kind))
			return at;
	}
	return -1;
}

int roster_follow_entry(const struct roster *before, const struct roster *after, int cursor)
{
	int kind, at;

	if (cursor >= before->count)
		return cursor < after->count ? cursor : 0;
	kind = (int)before->entries[cursor].key.kind;
	at = roster_find(after, before->entries[cursor].key);
	if (at < 0)
		at = find_surviving(before, after, cursor, 1, kind);
	if (at < 0)
		at = find_surviving(before, after, cursor, -1, kind);
	if (at < 0)
		at = find_surviving(before, after, cursor, -1, -1);
	return at < 0 ? 0 : at;
}

int session_find_named(const struct session *s, const char *name)
{
	for (int i = 0; i < s->named_count; i++)
		if (strcmp(s->named[i].name, name) == 0)
			return i;
	return -1;
}

/* The faces that can be compared become rows of values, and rows[] says which; returns how many. */
static int split_rows(const struct grouping *g, struct session_face *const *faces, int count,
		      float *values, int *rows)
{
	/* As what is shown was compared: its columns and their scale. */
	const struct grouping_options *options = g->shown ? &g->shown->options : &g->options;
	size_t d = (size_t)run_columns(options);
	double shift[MEASURE_COUNT], factor[MEASURE_COUNT];
	int n = 0;

	for (int i = 0; i < count; i++)
		if (run_vector(options, faces[i], values + (size_t)n * d))
			rows[n++] = i;
	if (options->features != FEATURES_GEOMETRY)
		return n;
	if (g->shown)
		scale_apply(values, n, (int)d, g->shown->shift, g->shown->factor);
	else
		run_scale(g, values, n, shift, factor);
	return n;
}

enum status roster_split(const struct grouping *g, struct session_face *const *faces, int count,
			 bool *part, struct error *err)
{
	struct kmeans_options options = {.restarts = SPLIT_RESTARTS, .seed = g->options.seed};
	float centers[2 * EMBEDDING_COUNT], *values;
	struct matrix data = {.d = run_columns(g->shown ? &g->shown->options : &g->options)};
	enum status status;
	int32_t *labels;
	double cost;
	int *rows;

	if (count < 2)
		return error_set(err, ERR_INPUT, "a group of one face cannot be split");
	values = memory_new((size_t)count * (size_t)data.d * sizeof(*values));
	labels = memory_new((size_t)count * sizeof(*labels));
	rows = memory_new((size_t)count * sizeof(*rows));
	data.n = split_rows(g, faces, count, values, rows);
	data.values = values;
	if (data.n < 2)
		status = error_set(err, ERR_INPUT,
				   "fewer than two of these faces have an embedding: "
				   "f goes to geometry");
	else
		status = kmeans_run(&data, 2, &options, labels, centers, &cost, err);
	for (int i = 0; i < count && !status; i++)
		part[i] = false;
	for (int i = 0; i < data.n && !status; i++)
		part[rows[i]] = labels[i] == 1; /* labels are numbered by size */
	free(rows);
	free(labels);
	free(values);
	return status;
}
