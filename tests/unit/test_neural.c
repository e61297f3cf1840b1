/*
 * Groups by embedding: what is compared, what is left out, two groupings of one session, what the
 * other mode would say, and which groups may be one person. Embeddings lie on a line here, so that
 * every distance is a difference.
 */
#include "lookalike/base/memory.h"
#include "lookalike/review/contrast.h"
#include "lookalike/review/grouping.h"
#include "lookalike/review/roster.h"
#include "lookalike/review/suggest.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOWHERE 1000

static const struct grouping_options neural = {.features = FEATURES_NEURAL,
					       .scale = SCALE_ZSCORE,
					       .k = 2,
					       .kmax = 3,
					       .restarts = 3,
					       .seed = 1};

/* A face for each place (NOWHERE: no embedding); its measures are all the second number. */
static void put(struct session *s, int64_t id, const char *path, const double (*faces)[2],
		int count, const char *model)
{
	struct photo *photo = photo_new(path);

	photo->id = id;
	photo->model = text_copy(model);
	photo->face_count = count;
	photo->faces = memory_new((size_t)count * sizeof(*photo->faces));
	for (int i = 0; i < count; i++) {
		photo->faces[i].id = 10 * id + i;
		photo->faces[i].crops = faces[i][0] < NOWHERE ? 1 : EMBEDDING_IMPOSSIBLE;
		photo->faces[i].embedding[7] = (float)faces[i][0];
		for (int m = 0; m < MEASURE_COUNT; m++)
			photo->faces[i].measures[m] = faces[i][1];
	}
	session_put(s, photo);
	photo_free(photo);
}

/* People at 0 and at 1, but by measures the third face is with the others. */
static struct session *people(void)
{
	static const double faces[][2] = {{0, 5}, {0.1, 5},   {0.2, 9},
					  {1, 9}, {1.1, 9.5}, {NOWHERE, 9}};
	struct session *s = session_new();
	char path[16];

	for (int i = 0; i < 6; i++) {
		snprintf(path, sizeof(path), "/p/%c.jpg", 'a' + i);
		put(s, i + 1, path, &faces[i], 1, "model");
	}
	return s;
}

static const struct session_face *face(const struct session *s, int image)
{
	return &s->images[image]->faces[0];
}

static void embeddings_are_compared(void **state)
{
	struct session *s = people();
	struct grouping *g = grouping_new(s, &neural);

	(void)state;
	assert_int_equal(s->totals.embedded, 5);
	assert_int_equal(grouping_compute(g, NULL), OK);
	assert_int_equal(g->left_out, 1);
	assert_int_equal(g->groups[0].size, 3);
	assert_int_equal(face(s, 2)->group, 0);
	assert_int_equal(face(s, 5)->group, -1);
	/* Never scaled: the centre of the first three is at 0.1. */
	assert_true(fabsf(face(s, 2)->distance - 0.1f) < 1e-5f);
	assert_string_equal(grouping_scale_name(g), "none");
	grouping_free(g);
	session_free(s);
}

static void measures_that_are_out_do_not_count(void **state)
{
	struct grouping_options by = neural;
	struct session *s = people();
	struct grouping *g = grouping_new(s, &neural);
	int compared;

	(void)state;
	by.features = FEATURES_GEOMETRY;
	assert_int_equal(grouping_compute(g, NULL), OK);
	for (int i = 0; i < s->image_count; i++)
		s->images[i]->faces[0].measures[1] = 0;
	assert_int_equal(contrast_strays(g, 0, &by, &compared), 1);
	/* By the only measure in which all are alike nobody is nearer to another group. */
	emphasis_alone(&by.emphasis, 1);
	assert_int_equal(contrast_strays(g, 0, &by, &compared), 0);
	assert_int_equal(compared, 3);
	grouping_free(g);
	session_free(s);
}

static void nothing_to_compare_is_said(void **state)
{
	static const double nowhere[][2] = {{NOWHERE, 1}};
	struct session *s = session_new();
	struct grouping *g = grouping_new(s, &neural);
	struct error err;

	(void)state;
	put(s, 1, "/a", nowhere, 1, "model");
	assert_int_equal(grouping_compute(g, &err), ERR_INPUT);
	assert_non_null(strstr(err.msg, "models/fetch"));
	grouping_free(g);
	session_free(s);
}

static void distance_makes_the_groups(void **state)
{
	struct grouping_options by = neural;
	struct session *s = people();
	struct grouping *g;

	(void)state;
	by.k = 0;
	by.distance = 0.3;
	g = grouping_new(s, &by);
	assert_int_equal(grouping_compute(g, NULL), OK);
	assert_int_equal(g->k, 2);
	assert_int_equal(g->groups[0].size, 3);
	assert_int_equal(grouping_kmax(g), 0);
	/* Back to k. */
	g->options.distance = 0;
	g->options.k = 3;
	assert_int_equal(grouping_compute(g, NULL), OK);
	assert_int_equal(g->k, 3);
	assert_int_equal(grouping_kmax(g), 3);
	grouping_free(g);
	session_free(s);
}

static void both_modes_stay(void **state)
{
	struct grouping_options by = neural;
	struct session *s = people();
	struct grouping *g = grouping_new(s, &neural), *shape;
	int compared;

	(void)state;
	by.features = FEATURES_GEOMETRY;
	shape = grouping_new(s, &by);
	assert_int_equal(grouping_compute(g, NULL), OK);
	grouping_wake(shape, g);
	assert_int_equal(grouping_compute(shape, NULL), OK);
	assert_int_equal(shape->left_out, 0);
	assert_int_equal(face(s, 2)->group, face(s, 3)->group);
	/* The group of the four wide ones: the first of them is elsewhere as a person. */
	assert_int_equal(contrast_strays(shape, face(s, 2)->group, &neural, &compared), 1);
	assert_int_equal(compared, 3);

	grouping_wake(g, shape);
	assert_int_equal(face(s, 2)->group, face(s, 0)->group);
	assert_int_equal(face(s, 5)->group, -1);
	assert_true(fabsf(face(s, 2)->distance - 0.1f) < 1e-5f);
	assert_int_equal(g->groups[0].size, 3);
	assert_int_equal(contrast_strays(g, 0, &by, &compared), 1);
	assert_int_equal(contrast_strays(g, 1, &by, &compared), 0);
	assert_int_equal(compared, 2);
	/* The one that is asleep touches no face. */
	assert_false(grouping_poll(shape));
	grouping_rebuild(shape);
	assert_int_equal(face(s, 5)->group, -1);
	grouping_free(g);
	grouping_free(shape);
	session_free(s);
}

/* Embeddings come later, and those of another model put the old ones out. */
static void embeddings_come_later(void **state)
{
	static const double here[][2] = {{0.5, 1}};
	struct session *s = people();
	struct photo *photo = photo_new("/p/f.jpg");

	(void)state;
	photo->only_embeddings = true;
	photo->model = text_copy("model");
	photo->face_count = 1;
	photo->faces = memory_new(sizeof(*photo->faces));
	photo->faces[0].id = 60;
	photo->faces[0].crops = 1;
	photo->faces[0].embedding[7] = 3;
	session_put(s, photo);
	assert_int_equal(s->totals.embedded, 6);
	assert_int_equal(s->totals.faces, 6);
	assert_true(face(s, 5)->embedding[7] == 3);
	photo_free(photo);
	put(s, 7, "/p/g.jpg", here, 1, "another");
	assert_int_equal(s->totals.embedded, 1);
	assert_null(face(s, 0)->embedding);
	session_free(s);
}

static void find(const struct grouping *g, double reach, struct suggestions *found)
{
	struct roster roster;

	roster_build(&roster, g, NULL);
	suggest_find(&roster, reach, found);
	roster_done(&roster);
}

static void near_groups_are_suggested(void **state)
{
	static const double both[][2] = {{4, 1}, {4.35, 1}}, one[][2] = {{0, 1}},
			    two[][2] = {{0.38, 1}};
	const struct session_face *a = NULL, *b = NULL;
	struct grouping_options by = neural;
	struct session *s = session_new();
	struct suggestions found;
	struct roster roster;
	struct grouping *g;

	(void)state;
	put(s, 1, "/a", one, 1, "model");
	put(s, 2, "/b", two, 1, "model");
	put(s, 3, "/c", both, 2, "model");
	by.k = 0;
	by.distance = 0.3;
	g = grouping_new(s, &by);
	assert_int_equal(grouping_compute(g, NULL), OK);
	assert_int_equal(g->k, 4);
	assert_true(fabs(suggest_reach(g) - 0.39) < 1e-9);
	find(g, 0.4, &found);
	assert_int_equal(found.count, 2);
	/* Nearer, but in one photo: last, and marked. */
	assert_true(fabs(found.items[0].distance - 0.38) < 1e-6);
	assert_null(found.items[0].same_photo);
	assert_true(fabs(found.items[1].distance - 0.35) < 1e-6);
	assert_string_equal(found.items[1].same_photo->path, "/c");
	roster_build(&roster, g, NULL);
	suggest_nearest(&roster, &found.items[0], &a, &b);
	assert_string_equal(a->image->path, "/a");
	assert_string_equal(b->image->path, "/b");
	roster_done(&roster);
	suggestions_done(&found);
	find(g, 0.36, &found);
	assert_int_equal(found.count, 1);
	suggestions_done(&found);
	/* Who was told apart is not one person; on the same side of a statement he may be. */
	session_no_put(&s->apart, 10, 5, 1);
	session_no_put(&s->apart, 20, 5, 1);
	session_no_put(&s->apart, 30, 5, 2);
	session_no_put(&s->apart, 20, 4, 1);
	session_no_put(&s->apart, 10, 6, 2);
	find(g, 0.4, &found);
	assert_int_equal(found.count, 2);
	suggestions_done(&found);
	session_no_put(&s->apart, 31, 5, 1);
	find(g, 0.4, &found);
	assert_int_equal(found.count, 1);
	assert_null(found.items[0].same_photo);
	suggestions_done(&found);
	session_no_put(&s->apart, 31, 5, 0);
	/* The second photo's face in a group that a person made; the first one was refused there.
	 */
	s->named = memory_new(sizeof(*s->named));
	s->named_count = 1;
	s->named[0] = (struct session_group){.id = 7, .name = text_copy("Ada"), .face_count = 1};
	s->images[1]->faces[0].assigned = 0;
	s->totals.decided = 1;
	assert_int_equal(grouping_compute(g, NULL), OK);
	find(g, 0.4, &found);
	assert_int_equal(found.count, 2);
	assert_int_equal(found.items[0].a.kind, ROSTER_NAMED);
	assert_int_equal(found.items[0].a.id, 7);
	suggestions_done(&found);
	session_no_put(&s->refused, 10, 7, 1);
	find(g, 0.4, &found);
	assert_int_equal(found.count, 1);
	assert_non_null(found.items[0].same_photo);
	suggestions_done(&found);
	g->options.features = FEATURES_GEOMETRY;
	find(g, 0.4, &found);
	assert_int_equal(found.count, 0);
	grouping_free(g);
	session_free(s);
}

/* Decide that a face is set aside, as if the store had said so. */
static void set_aside(struct session *s, int image)
{
	session_assign(s, &s->images[image]->faces[0], GROUP_ASIDE);
	s->version++;
}

/* After a decision k = 3 is that of the four faces which are left, and by distance as well. */
static void the_rest_is_grouped_anew(void **state)
{
	struct queue *results = queue_new();
	struct workers *workers = workers_start(1, 0, results);
	const double distances[] = {0, 0.15};
	const int before_k[] = {2, 3};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct grouping_options by = neural;
		struct session *s = people();
		const struct grouping_run *before;
		struct grouping *g;

		by.distance = distances[i];
		g = grouping_new(s, &by);
		assert_int_equal(grouping_compute(g, NULL), OK);
		before = g->shown;
		set_aside(s, 1);
		grouping_rebuild(g);
		grouping_prepare(g, workers);
		assert_false(grouping_busy(g));
		grouping_finished(g, (struct grouping_run *)queue_wait(results));
		assert_ptr_equal(g->shown, before);
		assert_int_equal(g->k, before_k[i]);
		/* Without the one between them the first and the third are apart. */
		grouping_set_k(g, 3);
		assert_ptr_not_equal(g->shown, before);
		assert_int_equal(g->k, 3);
		assert_int_not_equal(face(s, 0)->group, face(s, 2)->group);
		assert_int_equal(face(s, 3)->group, face(s, 4)->group);
		for (int c = 0; c < g->k; c++)
			assert_true(g->groups[c].spread < 0.06);
		grouping_free(g);
		session_free(s);
	}
	workers_free(workers);
	queue_free(results);
}

/* What is decided in one mode is decided in the other, whose groups stay otherwise. */
static void decisions_are_of_both_modes(void **state)
{
	struct grouping_options by = neural;
	struct session *s = people();
	struct grouping *g = grouping_new(s, &neural), *shape;
	struct roster roster;

	(void)state;
	by.features = FEATURES_GEOMETRY;
	shape = grouping_new(s, &by);
	assert_int_equal(grouping_compute(g, NULL), OK);
	grouping_wake(shape, g);
	assert_int_equal(grouping_compute(shape, NULL), OK);
	set_aside(s, 3);
	set_aside(s, 4);
	grouping_rebuild(shape);
	roster_build(&roster, shape, NULL);
	assert_false(roster_is_old(&roster, shape, NULL));
	assert_true(roster_is_old(&roster, g, NULL));
	roster_done(&roster);
	grouping_wake(g, shape);
	assert_int_equal(g->k, 1);
	assert_int_equal(g->groups[0].number, 1);
	assert_int_equal(g->groups[0].size, 3);
	grouping_free(g);
	grouping_free(shape);
	session_free(s);
}

/* By embeddings the third face is with the first two, by measures it is not. */
static void a_group_is_split_by_what_is_compared(void **state)
{
	struct grouping_options by = neural;
	struct session *s = people();
	struct session_face *faces[6];
	struct error err;
	bool part[6];

	(void)state;
	for (int i = 0; i < 6; i++)
		faces[i] = &s->images[i]->faces[0];
	for (int shape = 0; shape < 2; shape++) {
		struct grouping *g;

		by.features = shape ? FEATURES_GEOMETRY : FEATURES_NEURAL;
		g = grouping_new(s, &by);
		/* With the scale of the groups, or its own when there are none. */
		for (int computed = 0; computed < 2; computed++) {
			assert_int_equal(roster_split(g, faces, 6, part, &err), OK);
			assert_int_equal(part[0], shape);
			assert_int_equal(part[1], shape);
			assert_false(part[2]);
			assert_int_equal(part[3], !shape);
			assert_int_equal(part[4], !shape);
			assert_false(part[5]);
			assert_int_equal(grouping_compute(g, NULL), OK);
		}
		assert_int_equal(roster_split(g, faces + 4, 2, part, &err), shape ? OK : ERR_INPUT);
		grouping_free(g);
	}
	session_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(embeddings_are_compared),
		cmocka_unit_test(measures_that_are_out_do_not_count),
		cmocka_unit_test(nothing_to_compare_is_said),
		cmocka_unit_test(distance_makes_the_groups),
		cmocka_unit_test(both_modes_stay),
		cmocka_unit_test(embeddings_come_later),
		cmocka_unit_test(near_groups_are_suggested),
		cmocka_unit_test(the_rest_is_grouped_anew),
		cmocka_unit_test(decisions_are_of_both_modes),
		cmocka_unit_test(a_group_is_split_by_what_is_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
