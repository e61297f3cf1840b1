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

/* Centres and spreads of groups. */
struct shape {
	int k;
	float *centers; /* k × EMBEDDING_COUNT */
	double *spreads;
};

static double distance2(const float *a, const float *b)
{
	double sum = 0;

	for (int i = 0; i < EMBEDDING_COUNT; i++)
		sum += (double)(a[i] - b[i]) * (double)(a[i] - b[i]);
	return sum;
}

static void find_shape(const struct grouping *g, struct shape *out)
{
	out->k = g->k;
	out->centers = memory_new((size_t)g->k * EMBEDDING_COUNT * sizeof(float) + 1);
	out->spreads = memory_new((size_t)g->k * sizeof(double) + 1);
	for (int c = 0; c < g->k; c++) {
		const struct group *group = &g->groups[c];
		float *center = out->centers + (size_t)c * EMBEDDING_COUNT;

		for (int i = 0; i < group->size; i++)
			for (int v = 0; v < EMBEDDING_COUNT; v++)
				center[v] += group->faces[i]->embedding[v] / (float)group->size;
		for (int i = 0; i < group->size; i++)
			out->spreads[c] += distance2(group->faces[i]->embedding, center) /
					   group->size;
	}
}

static void find_nearest_faces(const struct group *a, const struct group *b, struct suggestion *s)
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

static void suggest(const struct grouping *g, int a, int b, double distance,
		    struct suggestions *out)
{
	struct suggestion s = {.a = a, .b = b, .distance = distance};

	find_nearest_faces(&g->groups[a], &g->groups[b], &s);
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

void suggest_find(const struct grouping *g, double reach, suggest_refused_fn *refused, void *user,
		  struct suggestions *out)
{
	struct shape shape;
	struct neighbors near;

	*out = (struct suggestions){0};
	if (g->options.features != FEATURES_NEURAL || g->k < 2)
		return;
	find_shape(g, &shape);
	neighbors_find(&(struct matrix){g->k, EMBEDDING_COUNT, shape.centers},
		       (float)(reach * reach), NULL, &near, NULL);
	for (int i = 0; i < g->k; i++) {
		for (int v = 0; v < near.counts[i]; v++) {
			int j = near.items[(size_t)i * NEIGHBORS_MAX + (size_t)v].row;
			int a = i < j ? i : j, b = i < j ? j : i;
			double d = sqrt(distance2(shape.centers + (size_t)a * EMBEDDING_COUNT,
						  shape.centers + (size_t)b * EMBEDDING_COUNT) +
					shape.spreads[a] + shape.spreads[b]);

			if (!(d < reach) || (j < i && has_neighbor(&near, j, i)))
				continue;
			if (!refused || !refused(&g->groups[a], &g->groups[b], user))
				suggest(g, a, b, d, out);
		}
	}
	if (out->count)
		qsort(out->items, (size_t)out->count, sizeof(*out->items), compare);
	neighbors_done(&near);
	free(shape.centers);
	free(shape.spreads);
}

void suggestions_done(struct suggestions *suggestions)
{
	free(suggestions->items);
	*suggestions = (struct suggestions){0};
}
