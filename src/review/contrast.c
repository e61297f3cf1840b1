/*
 * contrast.c: what the other mode would say of a group, without grouping anew in it.
 */
#include "lookalike/review/contrast.h"

#include "internal.h"
#include "lookalike/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The groups' faces as the other mode sees them; one without an embedding is no row. */
struct other_mode {
	int n, d, k;
	float *values; /* n × d, of measures; embeddings are where they were */
	const float **rows;
	int *groups;     /* of each row */
	double *centers; /* k × d */
	int *sizes;
};

static void add_faces(struct other_mode *o, const struct grouping *g,
		      const struct grouping_options *by)
{
	for (int c = 0; c < g->k; c++) {
		for (int i = 0; i < g->groups[c].size; i++) {
			const struct session_face *face = g->groups[c].faces[i];
			float *values = o->values + (size_t)o->n * (size_t)o->d;

			if (by->features == FEATURES_GEOMETRY)
				run_vector(by, face, values);
			o->rows[o->n] = by->features == FEATURES_GEOMETRY ? values
									  : face->embedding;
			if (o->rows[o->n])
				o->groups[o->n++] = c;
		}
	}
}

static void find_centers(struct other_mode *o)
{
	for (int i = 0; i < o->n; i++) {
		double *center = o->centers + (size_t)o->groups[i] * (size_t)o->d;

		o->sizes[o->groups[i]]++;
		for (int v = 0; v < o->d; v++)
			center[v] += (double)o->rows[i][v];
	}
	for (int c = 0; c < o->k; c++)
		for (int v = 0; v < o->d && o->sizes[c]; v++)
			o->centers[(size_t)c * (size_t)o->d + (size_t)v] /= o->sizes[c];
}

static int nearest(const struct other_mode *o, int row)
{
	double best = INFINITY;
	int at = -1;

	for (int c = 0; c < o->k; c++) {
		double sum = 0;

		for (int v = 0; v < o->d; v++) {
			double d = (double)o->rows[row][v] -
				   o->centers[(size_t)c * (size_t)o->d + (size_t)v];

			sum += d * d;
		}
		if (o->sizes[c] && sum < best) {
			best = sum;
			at = c;
		}
	}
	return at;
}

int contrast_strays(const struct grouping *g, int group, const struct grouping_options *other,
		    int *compared)
{
	const struct grouping by = {.session = g->session, .options = *other};
	bool measures = other->features == FEATURES_GEOMETRY;
	struct other_mode o = {.d = run_columns(other), .k = g->k};
	double shift[MEASURE_COUNT], factor[MEASURE_COUNT];
	size_t faces = 0;
	int strays = 0;

	for (int c = 0; c < g->k; c++)
		faces += (size_t)g->groups[c].size;
	o.values = memory_new((measures ? faces * (size_t)o.d * sizeof(*o.values) : 0) + 1);
	o.rows = memory_new(faces * sizeof(*o.rows) + sizeof(*o.rows));
	o.groups = memory_new(faces * sizeof(*o.groups) + 1);
	o.centers = memory_new((size_t)o.k * (size_t)o.d * sizeof(*o.centers) + 1);
	o.sizes = memory_new((size_t)o.k * sizeof(*o.sizes) + 1);
	add_faces(&o, g, other);
	if (measures && o.n)
		run_scale(&by, o.values, o.n, shift, factor);
	find_centers(&o);
	*compared = group < o.k ? o.sizes[group] : 0;
	for (int i = 0; i < o.n; i++)
		strays += o.groups[i] == group && nearest(&o, i) != group;
	free(o.values);
	free(o.rows);
	free(o.groups);
	free(o.centers);
	free(o.sizes);
	return strays;
}
