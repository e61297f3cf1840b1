/* Every face is compared with the one: 10,000 embeddings take a millisecond or two. */
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

/* Rows of all faces that have one, and the faces; returns how many. */
static int make_rows(struct session *s, const struct grouping_options *by, float *values,
		     const struct session_face **faces)
{
	size_t d = (size_t)run_columns(by);
	int n = 0;

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			if (run_vector(by, &s->images[i]->faces[j], values + (size_t)n * d))
				faces[n++] = &s->images[i]->faces[j];
	return n;
}

int nearest_find(struct session *s, const struct grouping_options *by,
		 const struct session_face *face, struct nearest *out, int max)
{
	const struct grouping g = {.session = s, .options = *by};
	size_t d = (size_t)run_columns(by), all = (size_t)s->totals.faces;
	float *values = memory_new((all + 1) * d * sizeof(*values));
	const struct session_face **faces = memory_new((all + 1) * sizeof(*faces));
	double shift[MEASURE_COUNT], factor[MEASURE_COUNT];
	int n = make_rows(s, by, values, faces), own = -1, count = 0;

	if (by->features == FEATURES_GEOMETRY && n)
		run_scale(&g, values, n, shift, factor);
	for (int i = 0; i < n; i++)
		if (faces[i] == face)
			own = i;
	for (int i = 0; i < n && own >= 0; i++) {
		struct nearest one = {faces[i], 0};

		for (size_t v = 0; v < d; v++) {
			double by_v = (double)values[(size_t)i * d + v] -
				      (double)values[(size_t)own * d + v];

			one.distance += by_v * by_v;
		}
		one.distance = sqrt(one.distance);
		if (i != own)
			count = insert(out, count, max, &one);
	}
	free(faces);
	free(values);
	return count;
}
