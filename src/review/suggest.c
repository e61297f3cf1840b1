/*
 * suggest.c: pairs of groups by the mean squared distance of their faces.
 *
 * That mean is never less than the squared distance of the centres, so only groups with near
 * centres have to be looked at.
 */
#include "lookalike/review/suggest.h"

#include "lookalike/base/memory.h"
#include "lookalike/cluster/neighbors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Faces that count as one: a group of the clustering, or one that a person made. */
struct unit {
	struct session_face **faces;
	int size;
	int64_t group_id; /* of the named one, else 0 */
};

/* Units, named ones behind the others, with their centres and spreads. */
struct units {
	int count, groups;
	struct unit *items;
	struct session_face **named; /* faces of the named ones */
	float *centers;              /* count × EMBEDDING_COUNT */
	double *spreads;
};

static double distance2(const float *a, const float *b)
{
	double sum = 0;

	for (int i = 0; i < EMBEDDING_COUNT; i++)
		sum += (double)(a[i] - b[i]) * (double)(a[i] - b[i]);
	return sum;
}

/* The faces with an embedding of the groups that a person made, group by group. */
static void add_named(struct units *u, const struct session *s)
{
	struct session_face **end;

	u->named = end = memory_new((size_t)s->totals.decided * sizeof(struct session_face *) + 1);
	for (int group = 0; group < s->named_count; group++) {
		struct unit *unit = &u->items[u->count++];

		*unit = (struct unit){.faces = end, .group_id = s->named[group].id};
		for (int i = 0; i < s->image_count; i++) {
			for (int j = 0; j < s->images[i]->face_count; j++) {
				struct session_face *face = &s->images[i]->faces[j];

				if (face->assigned == group && face->embedding)
					*end++ = face;
			}
		}
		unit->size = (int)(end - unit->faces);
	}
}

static void find_shapes(struct units *u)
{
	u->centers = memory_new((size_t)u->count * EMBEDDING_COUNT * sizeof(float) + 1);
	u->spreads = memory_new((size_t)u->count * sizeof(double) + 1);
	for (int c = 0; c < u->count; c++) {
		const struct unit *unit = &u->items[c];
		float *center = u->centers + (size_t)c * EMBEDDING_COUNT;

		for (int i = 0; i < unit->size; i++)
			for (int v = 0; v < EMBEDDING_COUNT; v++)
				center[v] += unit->faces[i]->embedding[v] / (float)unit->size;
		for (int i = 0; i < unit->size; i++)
			u->spreads[c] += distance2(unit->faces[i]->embedding, center) / unit->size;
	}
}

static void collect(const struct grouping *g, struct units *u)
{
	*u = (struct units){.groups = g->k, .count = g->k};
	u->items = memory_new((size_t)(g->k + g->session->named_count) * sizeof(*u->items) + 1);
	for (int c = 0; c < g->k; c++)
		u->items[c] = (struct unit){g->groups[c].faces, g->groups[c].size, 0};
	add_named(u, g->session);
	find_shapes(u);
}

static void units_done(struct units *u)
{
	free(u->items);
	free(u->named);
	free(u->centers);
	free(u->spreads);
}

static void find_nearest_faces(const struct unit *a, const struct unit *b, struct suggestion *s)
{
	double best = INFINITY;

	for (int i = 0; i < a->size; i++) {
		for (int j = 0; j < b->size; j++) {
			double d = distance2(a->faces[i]->embedding, b->faces[j]->embedding);

			if (d < best) {
				best = d;
				s->face_a = a->faces[i];
				s->face_b = b->faces[j];
			}
			if (a->faces[i]->image == b->faces[j]->image && !s->same_photo)
				s->same_photo = a->faces[i]->image;
		}
	}
}

static int compare(const void *pa, const void *pb)
{
	const struct suggestion *a = pa, *b = pb;

	if (!a->same_photo != !b->same_photo)
		return a->same_photo ? 1 : -1;
	if (a->distance != b->distance)
		return a->distance < b->distance ? -1 : 1;
	return a->a != b->a ? a->a - b->a : a->b - b->b;
}

/* Whether a person has said no to any face of an open group in a named one. */
static bool is_refused(const struct units *u, int named, int open, suggest_refused_fn *refused,
		       void *user)
{
	const struct unit *unit = &u->items[open];

	for (int i = 0; refused && i < unit->size; i++)
		if (refused(unit->faces[i]->id, u->items[named].group_id, user))
			return true;
	return false;
}

/* Of two units, by rising index: the named one is the second, and goes first. */
static void suggest(const struct units *u, int a, int b, double distance, struct suggestions *out)
{
	bool named = b >= u->groups;
	struct suggestion s = {.a = a, .b = b, .distance = distance};

	if (named)
		s = (struct suggestion){.a = SUGGEST_NAMED + b - u->groups,
					.b = a,
					.distance = distance};
	find_nearest_faces(&u->items[named ? b : a], &u->items[named ? a : b], &s);
	out->items = memory_resize(out->items, (size_t)out->count + 1, sizeof(*out->items));
	out->items[out->count++] = s;
}

/* Whether row i has j among its neighbours; each pair is to be met once. */
static bool has_neighbor(const struct neighbors *near, int i, int j)
{
	for (int v = 0; v < near->counts[i]; v++)
		if (near->items[(size_t)i * NEIGHBORS_MAX + (size_t)v].row == j)
			return true;
	return false;
}

/* Both named, or one without a face that could be compared. */
static bool is_no_pair(const struct units *u, int a, int b)
{
	return a >= u->groups || !u->items[a].size || !u->items[b].size;
}

void suggest_find(const struct grouping *g, double reach, suggest_refused_fn *refused, void *user,
		  struct suggestions *out)
{
	struct units units;
	struct neighbors near;

	*out = (struct suggestions){0};
	if (g->options.features != FEATURES_NEURAL || g->k < 1)
		return;
	collect(g, &units);
	neighbors_find(&(struct matrix){units.count, EMBEDDING_COUNT, units.centers},
		       (float)(reach * reach), NULL, &near, NULL);
	for (int i = 0; i < units.count; i++) {
		for (int v = 0; v < near.counts[i]; v++) {
			int j = near.items[(size_t)i * NEIGHBORS_MAX + (size_t)v].row;
			int a = i < j ? i : j, b = i < j ? j : i;
			double d = sqrt(distance2(units.centers + (size_t)a * EMBEDDING_COUNT,
						  units.centers + (size_t)b * EMBEDDING_COUNT) +
					units.spreads[a] + units.spreads[b]);

			if (!(d < reach) || is_no_pair(&units, a, b) ||
			    (j < i && has_neighbor(&near, j, i)))
				continue;
			if (b < units.groups || !is_refused(&units, b, a, refused, user))
				suggest(&units, a, b, d, out);
		}
	}
	if (out->count)
		qsort(out->items, (size_t)out->count, sizeof(*out->items), compare);
	neighbors_done(&near);
	units_done(&units);
}

void suggestions_done(struct suggestions *suggestions)
{
	free(suggestions->items);
	*suggestions = (struct suggestions){0};
}
