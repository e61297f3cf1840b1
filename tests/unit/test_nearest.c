/* The nearest faces, against a plain sort of all distances. */
#include "lookalike/review/nearest.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MANY 50
#define WANT 6

/* Every third face has no embedding. */
static struct session *random_session(void)
{
	struct session *s = session_new();
	struct rng rng;

	rng_seed(&rng, 11, 0);
	for (int i = 0; i < MANY; i++) {
		char path[32];
		struct photo *photo;

		snprintf(path, sizeof(path), "/p/%02d.jpg", i);
		photo = photo_new(path);
		photo->id = i + 1;
		photo->face_count = 1;
		photo->faces = memory_new(sizeof(struct face));
		photo->faces[0].id = i + 1;
		for (int m = 0; m < MEASURE_COUNT; m++)
			photo->faces[0].measures[m] = (m + 1) * rng_uniform(&rng);
		session_put(s, photo);
		photo_free(photo);
		if (i % 3 == 0)
			continue;
		s->images[i]->faces[0].embedding = memory_new(EMBEDDING_COUNT * sizeof(float));
		for (int v = 0; v < EMBEDDING_COUNT; v++)
			s->images[i]->faces[0].embedding[v] = (float)rng_uniform(&rng);
	}
	return s;
}

static void free_all(struct session *s)
{
	for (int i = 0; i < MANY; i++)
		free(s->images[i]->faces[0].embedding);
	session_free(s);
}

static double apart(const struct session *s, bool neural, int a, int b)
{
	const struct session_face *x = s->images[a]->faces, *y = s->images[b]->faces;
	double sum = 0;

	for (int v = 0; v < EMBEDDING_COUNT && neural; v++)
		sum += pow((double)x->embedding[v] - (double)y->embedding[v], 2);
	for (int m = 0; m < MEASURE_COUNT && !neural; m++)
		sum += pow(x->measures[m] - y->measures[m], 2);
	return sqrt(sum);
}

static void check(bool neural)
{
	struct grouping_options by = {.features = neural ? FEATURES_NEURAL : FEATURES_GEOMETRY,
				      .scale = SCALE_NONE};
	struct session *s = random_session();
	struct nearest found[WANT];

	for (int a = 0; a < MANY; a++) {
		bool has = !neural || a % 3;
		int count = nearest_find(s, &by, s->images[a]->faces, found, WANT);

		assert_int_equal(count, has ? WANT : 0);
		for (int i = 0; i < count; i++) {
			int b = (int)found[i].face->id - 1, nearer = 0;

			assert_int_not_equal(a, b);
			assert_true(fabs(found[i].distance - apart(s, neural, a, b)) < 1e-5);
			for (int c = 0; c < MANY; c++)
				if (c != a && (!neural || c % 3))
					nearer += apart(s, neural, a, c) < apart(s, neural, a, b);
			assert_int_equal(nearer, i);
		}
	}
	free_all(s);
}

static void by_measures(void **state)
{
	(void)state;
	check(false);
}

static void by_embeddings(void **state)
{
	(void)state;
	check(true);
}

static void there_may_be_fewer(void **state)
{
	struct grouping_options by = {.scale = SCALE_ZSCORE};
	struct session *s = random_session();
	struct nearest found[MANY];

	(void)state;
	assert_int_equal(nearest_find(s, &by, s->images[0]->faces, found, MANY), MANY - 1);
	for (int i = 1; i < MANY - 1; i++)
		assert_true(found[i - 1].distance <= found[i].distance);
	free_all(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_measures),
		cmocka_unit_test(by_embeddings),
		cmocka_unit_test(there_may_be_fewer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
