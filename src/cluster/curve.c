/*
 * The curve's points and peaks. Scaling both axes to 0..1 does not move the point
 * that is farthest below the chord, so the costs are compared as they are.
 */
#include "lookalike/cluster/curve.h"

#include "lookalike/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void curve_init(struct curve *curve)
{
	memset(curve, 0, sizeof(*curve));
}

void curve_done(struct curve *curve)
{
	free(curve->points);
	curve_init(curve);
}

void curve_copy(const struct curve *from, struct curve *out)
{
	size_t size = (size_t)from->count * sizeof(*from->points);

	*out = *from;
	out->room = from->count;
	out->points = memory_new(size ? size : 1);
	if (size)
		memcpy(out->points, from->points, size);
}

/* The first point whose k is not below. */
static int place_of(const struct curve *curve, int k)
{
	int place = curve->count;

	while (place > 0 && curve->points[place - 1].k >= k)
		place--;
	return place;
}

struct curve_point *curve_put(struct curve *curve, int k)
{
	int place = place_of(curve, k);
	struct curve_point *point;

	if (place < curve->count && curve->points[place].k == k)
		return &curve->points[place];
	if (curve->count == curve->room) {
		curve->room = curve->room ? 2 * curve->room : 32;
		curve->points = memory_resize(curve->points, (size_t)curve->room,
					      sizeof(*curve->points));
	}
	point = &curve->points[place];
	memmove(point + 1, point, (size_t)(curve->count - place) * sizeof(*point));
	curve->count++;
	*point = (struct curve_point){.k = k,
				      .cost = NAN,
				      .silhouette = NAN,
				      .silhouette_error = NAN,
				      .bic = NAN,
				      .stability = NAN};
	return point;
}

const struct curve_point *curve_at(const struct curve *curve, int k)
{
	int place = place_of(curve, k);

	return place < curve->count && curve->points[place].k == k ? &curve->points[place] : NULL;
}

int curve_kmax(const struct curve *curve)
{
	return curve->count ? curve->points[curve->count - 1].k : 0;
}

int curve_knee(const struct curve *curve)
{
	const struct curve_point *first = curve->points, *last;
	double fall, deepest;
	int knee = 0;

	if (curve->count < 3)
		return 0;
	last = first + curve->count - 1;
	fall = first->cost - last->cost;
	deepest = 1e-9 * fall; /* rounding alone bends a straight line by about this */
	if (!(fall > 0))
		return 0;
	for (const struct curve_point *p = first + 1; p < last; p++) {
		double chord = first->cost - fall * (p->k - first->k) / (last->k - first->k);

		if (isnan(p->cost))
			return 0;
		if (chord - p->cost > deepest) {
			deepest = chord - p->cost;
			knee = p->k;
		}
	}
	return knee;
}

bool curve_is_flat(const struct curve *curve)
{
	return curve->count && curve->points[0].k == 1 && curve->points[0].cost <= 0;
}

void curve_find_peaks(struct curve *curve)
{
	double silhouette = -INFINITY, bic = -INFINITY;

	curve->knee = curve_knee(curve);
	curve->silhouette_k = curve->bic_k = 0;
	if (curve_is_flat(curve))
		return;
	for (const struct curve_point *p = curve->points; p < curve->points + curve->count; p++) {
		if (p->silhouette > silhouette) {
			silhouette = p->silhouette;
			curve->silhouette_k = p->k;
		}
		if (p->k > 1 && p->bic > bic) {
			bic = p->bic;
			curve->bic_k = p->k;
		}
	}
}
