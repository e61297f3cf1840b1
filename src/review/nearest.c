/* Every face is compared with the one: 10,000 embeddings take some milliseconds. */
#include "lookalike/review/nearest.h"

#include "internal.h"
#include "lookalike/base/memory.h"

#include <math.h>
#include <stdlib.h>

/* Keep the list sorted: it is short. */
static int insert(struct nearest *out, int count, int max, const struct nearest *one)
{
	int at = count < max ? count : max;

	while (at > 0 && one->distance < out[at - 1].distance) {
		if (at < max)
			out[at] = out[at - 1];
		at--;
	}
	if (at < max)
		out[at] = *one;
	return count < max ? count + 1 : max;
}

/* A face and its row: its embedding, or among the values its measures. */
struct row {
	const struct session_face *face;
	const float *values;
};

/* Rows of all faces that have one; returns how many. */
static int make_rows(struct session *s, const struct grouping_options *by, float *values,
		     struct row *rows)
{
	size_t d = (size_t)run_columns(by);
	int n = 0;

	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			const struct session_face *face = &s->images[i]->faces[j];
			float *own = values + (size_t)n * d;

			if (by->features == FEATURES_GEOMETRY)
				run_vector(by, face, own);
			rows[n] = (struct row){face, by->features == FEATURES_GEOMETRY
							     ? own
							     : face->embedding};
			n += rows[n].values != NULL;
		}
	}
	return n;
}

int nearest_find(struct session *s, const struct grouping_options *by,
		 const struct session_face *face, struct nearest *out, int max)
{
	const struct grouping g = {.session = s, .options = *by};
	size_t d = (size_t)run_columns(by), all = (size_t)s->totals.faces;
	bool measures = by->features == FEATURES_GEOMETRY;
	float *values = memory_new(((measures ? all : 0) + 1) * d * sizeof(*values));
	struct row *rows = memory_new((all + 1) * sizeof(*rows));
	double shift[MEASURE_COUNT], factor[MEASURE_COUNT];
	int n = make_rows(s, by, values, rows), own = -1, count = 0;

	if (measures && n)
		run_scale(&g, values, n, shift, factor);
	for (int i = 0; i < n; i++)
		if (rows[i].face == face)
			own = i;
	for (int i = 0; i < n && own >= 0; i++) {
		struct nearest one = {rows[i].face, 0};

		for (size_t v = 0; v < d; v++) {
			double by_v = (double)rows[i].values[v] - (double)rows[own].values[v];

			one.distance += by_v * by_v;
		}
		one.distance = sqrt(one.distance);
		if (i != own)
			count = insert(out, count, max, &one);
	}
	free(rows);
	free(values);
	return count;
}
