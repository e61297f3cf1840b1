/*
 * The session keeps its order whatever comes first, and the grouping turns
 * labels into groups that stay where they are.
 */
#include "lookalike/review/grouping.h"

#include "lookalike/base/memory.h"

#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct grouping_options options = {
	.scale = SCALE_NONE, .k = 2, .kmax = 5, .restarts = 3, .seed = 1};

/* A photo with one face for each value; every measure of a face is that value. */
static void put(struct session *s, int64_t id, const char *path, const double *values, int count)
{
	struct photo *photo = photo_new(path);

	photo->id = id;
	photo->face_count = count;
	photo->faces = memory_new((size_t)count * sizeof(*photo->faces));
	for (int i = 0; i < count; i++) {
		photo->faces[i].id = 10 * id + i;
		for (int m = 0; m < MEASURE_COUNT; m++)
			photo->faces[i].measures[m] = values[i];
	}
	session_put(s, photo);
	photo_free(photo);
}

static struct session *two_clumps(bool backwards)
{
	static const double values[] = {1.0, 1.1, 1.2, 9.0, 9.2};
	struct session *s = session_new();
	char path[32];

	for (int i = 0; i < 5; i++) {
		int at = backwards ? 4 - i : i;

		snprintf(path, sizeof(path), "/p/%c.jpg", 'a' + at);
		put(s, at + 1, path, &values[at], 1);
	}
	return s;
}

static void images_are_in_order_of_path(void **state)
{
	struct session *s = two_clumps(true);

	(void)state;
	assert_int_equal(s->image_count, 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(s->images[i]->name[0], 'a' + i);
	assert_int_equal(s->totals.faces, 5);
	session_free(s);
}

static void a_photo_takes_the_place_of_its_former_self(void **state)
{
	static const double two[] = {3, 4};
	struct session *s = two_clumps(false);
	struct session_face *old = &s->images[1]->faces[0];
	int64_t gone[] = {1, 99, 5};

	(void)state;
	put(s, 2, "/p/b.jpg", two, 2);
	assert_int_equal(s->image_count, 5);
	assert_int_equal(s->totals.faces, 6);
	assert_true(old->gone);
	assert_int_equal(s->images[1]->faces[1].measures[0], 4);
	session_remove(s, gone, 3);
	assert_int_equal(s->image_count, 3);
	assert_int_equal(s->totals.faces, 4);
	assert_string_equal(s->images[0]->path, "/p/b.jpg");
	session_free(s);
}

static void totals_count_each_image_once(void **state)
{
	static const struct {
		enum verdict verdict;
		const char *same_as;
	} cases[] = {{VERDICT_OK, NULL},      {VERDICT_PARTIAL, NULL}, {VERDICT_CORRUPT, NULL},
		     {VERDICT_TIMEOUT, NULL}, {VERDICT_OK, "/p/0"},    {VERDICT_UNREADABLE, NULL}};
	struct session *s = session_new();
	char path[32];

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct photo *photo;

		snprintf(path, sizeof(path), "/p/%d", i);
		photo = photo_new(path);
		photo->verdict = cases[i].verdict;
		photo->same_as = text_copy(cases[i].same_as);
		photo->seen_count = i == 1;
		session_put(s, photo);
		photo_free(photo);
	}
	assert_int_equal(s->totals.images, 6);
	assert_int_equal(s->totals.without_faces, 2);
	assert_int_equal(s->totals.failed, 3);
	assert_int_equal(s->totals.same_file, 1);
	assert_int_equal(s->totals.seen_not_measured, 1);
	session_free(s);
}

static void paths_lie_under_folders_only(void **state)
{
	char folder[] = "/a/b", file[] = "/c.jpg", root[] = "/";
	char *roots[] = {folder, file}, *all[] = {root};

	(void)state;
	assert_true(path_is_under("/a/b", roots, 2));
	assert_true(path_is_under("/a/b/x.jpg", roots, 2));
	assert_false(path_is_under("/a/bc/x.jpg", roots, 2));
	assert_true(path_is_under("/c.jpg", roots, 2));
	assert_false(path_is_under("/a", roots, 2));
	assert_true(path_is_under("/any", all, 1));
}

static void groups_are_the_clumps(void **state)
{
	(void)state;
	for (int backwards = 0; backwards < 2; backwards++) {
		struct session *s = two_clumps(backwards);
		struct grouping *g = grouping_new(s, &options);
		double distance;

		assert_int_equal(grouping_compute(g, NULL), OK);
		assert_int_equal(g->k, 2);
		assert_int_equal(g->groups[0].size, 3);
		assert_int_equal(g->groups[1].size, 2);
		/* The mean of 1, 1.1, 1.2 is 1.1: b is nearest; a and c by their paths. */
		assert_string_equal(g->groups[0].faces[0]->image->name, "b.jpg");
		assert_float_equal(g->groups[0].faces[0]->distance, 0, 1e-6);
		/* 0.1 in each of eight measures. */
		assert_float_equal(g->groups[0].faces[1]->distance, 0.1 * sqrt(8), 1e-5);
		/* Cost: 8 × (2 × 0.01 + 2 × 0.01). */
		assert_float_equal(grouping_cost(g), 0.32, 1e-5);
		/* Spread: root of 8 × 0.02 / 3; the centres are 9.1 - 1.1 apart in each measure. */
		assert_float_equal(g->groups[0].spread, sqrt(0.16 / 3), 1e-5);
		assert_int_equal(grouping_nearest(g, &g->groups[0], &distance), 2);
		assert_float_equal(distance, 8 * sqrt(8), 1e-4);
		assert_int_equal(grouping_nearest(g, &g->groups[1], &distance), 1);
		assert_string_equal(grouping_extremes(g, JAW_RATIO)[0]->image->name, "a.jpg");
		assert_string_equal(grouping_extremes(g, JAW_RATIO)[1]->image->name, "c.jpg");
		assert_string_equal(grouping_extremes(g, JAW_RATIO)[2]->image->name, "e.jpg");
		assert_string_equal(grouping_chosen_by(g), "user");
		grouping_free(g);
		session_free(s);
	}
}

static void too_few_faces_are_said(void **state)
{
	static const double one = 1;
	struct session *s = session_new();
	struct grouping *g = grouping_new(s, &options);
	struct error err;

	(void)state;
	assert_int_equal(grouping_compute(g, &err), ERR_INPUT);
	assert_string_equal(err.msg, "no faces to cluster");
	put(s, 1, "/p/a.jpg", &one, 1);
	assert_int_equal(grouping_compute(g, &err), ERR_INPUT);
	assert_non_null(strstr(err.msg, "-k 2 is more than the 1 face there is"));
	g->options.k = 0;
	assert_int_equal(grouping_compute(g, &err), OK);
	assert_int_equal(g->k, 1);
	assert_int_equal(g->groups[0].trait_count, 0);
	grouping_free(g);
	session_free(s);
}

static void new_faces_join_the_nearest(void **state)
{
	static const double high = 8.5, low = 0.5;
	struct session *s = two_clumps(false);
	struct grouping *g = grouping_new(s, &options);

	(void)state;
	assert_int_equal(grouping_compute(g, NULL), OK);
	put(s, 7, "/p/0.jpg", &high, 1);
	put(s, 8, "/p/z.jpg", &low, 1);
	grouping_rebuild(g);
	assert_int_equal(g->groups[0].size, 4);
	assert_int_equal(g->groups[1].size, 3);
	assert_int_equal(s->images[0]->faces[0].group, 1);
	assert_int_equal(s->images[6]->faces[0].group, 0);
	grouping_free(g);
	session_free(s);
}

static void groups_keep_their_numbers(void **state)
{
	static const double high[] = {9.0, 9.1, 9.2, 9.3};
	struct session *s = two_clumps(false);
	struct grouping *g = grouping_new(s, &options);
	struct session_face *a = &s->images[0]->faces[0];

	(void)state;
	assert_int_equal(grouping_compute(g, NULL), OK);
	assert_int_equal(a->group, 0);
	/* Now the other clump is the larger one; by size it would be the first. */
	put(s, 9, "/p/q.jpg", high, 4);
	assert_int_equal(grouping_compute(g, NULL), OK);
	assert_int_equal(g->groups[1].size, 6);
	assert_int_equal(a->group, 0);
	grouping_set_k(g, 3);
	assert_int_equal(a->group, 0);
	grouping_set_k(g, 1);
	assert_int_equal(g->groups[0].size, 9);
	grouping_set_k(g, 2);
	assert_int_equal(g->k, 2);
	grouping_free(g);
	session_free(s);
}

/* Put faces into the group "x" of id 1, or back, as the store would say it. */
static void decide(struct session *s, struct session_face *const *faces, size_t count, int64_t from,
		   int64_t to)
{
	struct decision_change *changes = memory_new((count + 1) * sizeof(*changes));
	char name[] = "x";

	changes[0] =
		(struct decision_change){.kind = CHANGE_NAME, .group_id = 1, .after_name = name};
	for (size_t i = 0; i < count; i++)
		changes[i + 1] = (struct decision_change){.kind = CHANGE_FACE,
							  .face_id = faces[i]->id,
							  .before_id = from,
							  .after_id = to};
	session_decide(s, &(struct decision){.changes = changes, .change_count = count + 1});
	free(changes);
}

static struct session_face *face_named(struct session *s, char letter)
{
	for (int i = 0; i < s->image_count; i++)
		if (s->images[i]->name[0] == letter)
			return &s->images[i]->faces[0];
	fail();
	return NULL;
}

static void decided_faces_leave_the_pool(void **state)
{
	static const double more[] = {20, 20.1};
	static const struct grouping_options four = {
		.scale = SCALE_NONE, .k = 4, .kmax = 6, .restarts = 10, .seed = 1};
	struct session *s = two_clumps(false);
	struct session_face *all[2], *one;
	struct grouping *g;
	int numbers[3], lone;

	(void)state;
	put(s, 6, "/p/f.jpg", more, 1);
	put(s, 7, "/p/g.jpg", more + 1, 1);
	put(s, 8, "/p/h.jpg", (double[]){40}, 1);
	g = grouping_new(s, &four);
	assert_int_equal(grouping_compute(g, NULL), OK);
	assert_int_equal(g->k, 4);
	/* Some faces of a group: k stays, and everybody else is where he was. */
	one = face_named(s, 'a');
	lone = face_named(s, 'h')->group;
	decide(s, &one, 1, GROUP_OPEN, 1);
	grouping_rebuild(g);
	assert_int_equal(g->k, 4);
	assert_int_equal(one->group, -1);
	assert_int_equal(face_named(s, 'b')->group, face_named(s, 'c')->group);
	assert_int_equal(face_named(s, 'h')->group, lone);
	assert_int_equal(s->named_count, 1);
	assert_int_equal(s->named[0].face_count, 1);
	/* All faces of one: k is one less, numbers and members of the others stay. */
	all[0] = face_named(s, 'f');
	all[1] = face_named(s, 'g');
	assert_int_equal(all[0]->group, all[1]->group);
	lone = g->groups[all[0]->group].number;
	numbers[0] = g->groups[face_named(s, 'b')->group].number;
	numbers[1] = g->groups[face_named(s, 'd')->group].number;
	numbers[2] = g->groups[face_named(s, 'h')->group].number;
	decide(s, all, 2, GROUP_OPEN, GROUP_ASIDE);
	grouping_rebuild(g);
	grouping_rebuild(g);
	assert_false(grouping_poll(g));
	assert_int_equal(g->k, 3);
	assert_int_equal(g->options.k, 3);
	assert_int_equal(all[0]->assigned, FACE_ASIDE);
	assert_int_equal(g->groups[face_named(s, 'b')->group].number, numbers[0]);
	assert_int_equal(g->groups[face_named(s, 'd')->group].number, numbers[1]);
	assert_int_equal(g->groups[face_named(s, 'h')->group].number, numbers[2]);
	assert_int_equal(g->groups[face_named(s, 'b')->group].size, 2);
	assert_int_equal(g->left_out, 0);
	/* Undone: the group is there again, with its number. */
	decide(s, all, 2, GROUP_ASIDE, GROUP_OPEN);
	grouping_rebuild(g);
	grouping_rebuild(g);
	assert_int_equal(g->k, 4);
	assert_int_equal(g->options.k, 4);
	assert_int_equal(g->groups[all[0]->group].number, lone);
	assert_int_equal(g->groups[face_named(s, 'h')->group].number, numbers[2]);
	/* A new sweep knows only what is open. */
	decide(s, all, 2, GROUP_OPEN, 1);
	grouping_rebuild(g);
	assert_int_equal(grouping_compute(g, NULL), OK);
	assert_int_equal(g->k, 3);
	assert_int_equal(g->shown->n, 5);
	for (int c = 0; c < 3; c++)
		assert_int_equal(g->groups[c].number, c + 1);
	g->options.k = 6;
	assert_int_equal(grouping_compute(g, NULL), ERR_INPUT);
	grouping_free(g);
	session_free(s);
}

static void sweeps_come_back_from_workers(void **state)
{
	struct queue *results = queue_new();
	struct workers *workers = workers_start(2, 0, results);
	struct session *s = two_clumps(false);
	struct grouping *g = grouping_new(s, &options);
	struct queue_item *item;
	int came = 0;

	(void)state;
	/* The first is dropped for the second; both come back. */
	grouping_start(g, workers);
	g->options.scale = SCALE_ZSCORE;
	grouping_start(g, workers);
	while (came < 2 && (item = queue_wait(results))) {
		assert_int_equal(item->kind, JOB_SWEEP);
		grouping_finished(g, (struct grouping_run *)item);
		came++;
	}
	assert_false(grouping_busy(g));
	assert_int_equal(g->k, 2);
	assert_int_equal(g->groups[0].size, 3);
	workers_free(workers);
	grouping_free(g);
	session_free(s);
	queue_free(results);
}

/* Decide that a face is set aside, as if the store had said so. */
static void aside(struct session *s, struct grouping *g, int image)
{
	session_assign(s, &s->images[image]->faces[0], GROUP_ASIDE);
	s->version++;
	grouping_rebuild(g);
}

/* Three clumps of twelve, one face a photo: k is chosen when the criteria have come. */
static void k_is_chosen_by_the_criteria(void **state)
{
	struct queue *results = queue_new();
	struct workers *workers = workers_start(1, 0, results);
	struct grouping_options by_itself = options;
	struct session *s = session_new();
	struct grouping *g;
	struct curve curve;

	(void)state;
	for (int i = 0; i < 36; i++) {
		struct photo *photo;
		char path[32];

		snprintf(path, sizeof(path), "/p/%02d.jpg", i);
		photo = photo_new(path);
		photo->id = i + 1;
		photo->face_count = 1;
		photo->faces = memory_new(sizeof(*photo->faces));
		photo->faces[0].id = i + 1;
		for (int m = 0; m < MEASURE_COUNT; m++)
			photo->faces[0].measures[m] = (i % 3 == m % 3 ? 40 : 0) +
						      (i * 7 + m * 5) % 11 / 11.0;
		session_put(s, photo);
		photo_free(photo);
	}
	by_itself.k = 0;
	g = grouping_new(s, &by_itself);
	grouping_start(g, workers);
	grouping_finished(g, (struct grouping_run *)queue_wait(results));
	grouping_curve(g, &curve);
	assert_true(curve.decided);
	assert_int_equal(curve.suggested, 3);
	assert_false(isnan(curve_at(&curve, 2)->stability));
	curve_done(&curve);
	assert_int_equal(g->k, 3);
	assert_string_equal(grouping_chosen_by(g), "suggested");
	/* Who works with the two groups that were there first keeps them until another k is wanted.
	 */
	grouping_set_k(g, 2);
	g->options.k = 0;
	g->shown->finished = false;
	grouping_hold(g);
	g->shown->finished = true;
	grouping_rebuild(g);
	assert_int_equal(g->k, 2);
	assert_string_equal(grouping_chosen_by(g), "bic");
	grouping_set_k(g, 0);
	assert_int_equal(g->k, 3);
	/* And what is complete needs no holding. */
	grouping_hold(g);
	assert_int_equal(g->held_k, 0);
	/* Far beyond what was looked at: only that k is computed, and the criteria stay. */
	assert_false(grouping_has(g, 33));
	grouping_add_k(g, 33, workers);
	assert_true(grouping_busy(g));
	grouping_finished(g, (struct grouping_run *)queue_wait(results));
	assert_false(grouping_busy(g));
	assert_int_equal(g->k, 33);
	assert_string_equal(grouping_chosen_by(g), "user");
	grouping_set_k(g, 0);
	assert_int_equal(g->k, 3);
	/* After a decision what is left is looked at by the criteria too, and k far out as well. */
	aside(s, g, 0);
	grouping_prepare(g, workers);
	grouping_finished(g, (struct grouping_run *)queue_wait(results));
	assert_false(grouping_has(g, 33));
	grouping_set_k(g, 0);
	grouping_curve(g, &curve);
	assert_true(curve.decided);
	curve_done(&curve);
	assert_int_equal(g->shown->n, 35);
	assert_int_equal(g->k, 3);
	grouping_add_k(g, 33, workers);
	grouping_finished(g, (struct grouping_run *)queue_wait(results));
	assert_int_equal(g->k, 33);
	/* With a run of the rest waiting, k far out is that of the rest as well. */
	aside(s, g, 1);
	grouping_prepare(g, workers);
	grouping_finished(g, (struct grouping_run *)queue_wait(results));
	grouping_add_k(g, 31, workers);
	grouping_finished(g, (struct grouping_run *)queue_wait(results));
	assert_int_equal(g->shown->n, 34);
	assert_int_equal(g->k, 31);
	workers_free(workers);
	grouping_free(g);
	session_free(s);
	queue_free(results);
}

/* After a decision nothing moves until k changes; then the sweep is that of what is left. */
/* A job that keeps the only worker until it is let go. */
struct blocker {
	struct job job;
	atomic_bool go;
};

static void block(struct job *job)
{
	while (!atomic_load(&((struct blocker *)job)->go))
		sched_yield();
}

static void a_sweep_can_be_stopped(void **state)
{
	struct blocker blocker = {.job = {.item.kind = 1, .priority = 9, .run = block}};
	struct queue *results = queue_new();
	struct workers *workers = workers_start(1, 0, results);
	struct session *s = two_clumps(false);
	struct grouping *g = grouping_new(s, &options);
	const struct grouping_run *shown;
	struct error err;
	int done, of;

	(void)state;
	assert_int_equal(grouping_compute(g, &err), OK);
	assert_false(grouping_cancel(g));
	grouping_progress(g, &done, &of);
	assert_int_equal(of, 0);
	shown = g->shown;
	workers_add(workers, &blocker.job);
	g->options.scale = SCALE_ZSCORE;
	g->options.seed = 99;
	grouping_start(g, workers);
	assert_true(grouping_busy(g));
	grouping_progress(g, &done, &of);
	assert_int_equal(done, 0);
	assert_int_equal(of, sweep_kmax(shown->sweep));
	/* What is shown stays, and is what the options say. */
	assert_true(grouping_cancel(g));
	assert_false(grouping_busy(g));
	assert_int_equal(g->options.scale, options.scale);
	assert_int_equal(g->options.seed, options.seed);
	assert_int_equal(g->options.k, options.k);
	assert_int_equal(g->k, 2);
	atomic_store(&blocker.go, true);
	assert_ptr_equal(queue_wait(results), &blocker.job.item);
	assert_false(grouping_finished(g, (struct grouping_run *)queue_wait(results)));
	assert_ptr_equal(g->shown, shown);
	/* Of a sweep that was stopped half-way another k can still be had. */
	atomic_store(&g->shown->job.cancelled, true);
	assert_true(grouping_has(g, 2));
	assert_false(grouping_has(g, 1000));
	grouping_add_k(g, 5, workers);
	grouping_finished(g, (struct grouping_run *)queue_wait(results));
	assert_int_equal(g->k, 5);
	workers_free(workers);
	grouping_free(g);
	session_free(s);
	queue_free(results);
}

static void the_rest_is_swept_for_the_next_change(void **state)
{
	struct queue *results = queue_new();
	struct workers *workers = workers_start(1, 0, results);
	struct session *s = two_clumps(false);
	struct grouping *g = grouping_new(s, &options), *fresh = grouping_new(s, &options);
	const struct grouping_run *before;
	struct error err;

	(void)state;
	assert_int_equal(grouping_compute(g, &err), OK);
	before = g->shown;
	aside(s, g, 0);
	for (int i = 0; i < 2; i++) /* the second takes the place of the first */
		grouping_prepare(g, workers);
	for (int came = 0; came < 2; came++)
		grouping_finished(g, (struct grouping_run *)queue_wait(results));
	assert_ptr_equal(g->shown, before);
	assert_false(grouping_busy(g));
	assert_int_equal(g->k, 2);
	assert_int_equal(g->groups[0].size, 2);

	grouping_set_k(g, 3);
	assert_ptr_not_equal(g->shown, before);
	assert_int_equal(g->k, 3);
	fresh->options.k = 3;
	assert_int_equal(grouping_compute(fresh, &err), OK);
	assert_true(grouping_cost(g) == grouping_cost(fresh));
	workers_free(workers);
	grouping_free(g);
	grouping_free(fresh);
	session_free(s);
	queue_free(results);
}

/* A group that is gone for a while comes back with its number, to its place. */
static void what_is_undone_is_where_it_was(void **state)
{
	struct session *s = two_clumps(false);
	struct grouping *g = grouping_new(s, &options);
	struct error err;

	(void)state;
	assert_int_equal(grouping_compute(g, &err), OK);
	for (int image = 0; image < 5; image++)
		aside(s, g, image);
	assert_int_equal(g->k, 0);
	session_assign(s, &s->images[4]->faces[0], GROUP_OPEN);
	s->version++;
	grouping_rebuild(g);
	assert_int_equal(g->k, 1);
	assert_int_equal(g->groups[0].number, 2);
	session_assign(s, &s->images[0]->faces[0], GROUP_OPEN);
	s->version++;
	grouping_rebuild(g);
	assert_int_equal(g->k, 2);
	assert_int_equal(g->groups[0].number, 1);
	assert_ptr_equal(g->groups[0].faces[0], &s->images[0]->faces[0]);
	assert_int_equal(g->options.k, 2);
	grouping_free(g);
	session_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_are_in_order_of_path),
		cmocka_unit_test(a_photo_takes_the_place_of_its_former_self),
		cmocka_unit_test(totals_count_each_image_once),
		cmocka_unit_test(paths_lie_under_folders_only),
		cmocka_unit_test(groups_are_the_clumps),
		cmocka_unit_test(too_few_faces_are_said),
		cmocka_unit_test(new_faces_join_the_nearest),
		cmocka_unit_test(groups_keep_their_numbers),
		cmocka_unit_test(decided_faces_leave_the_pool),
		cmocka_unit_test(sweeps_come_back_from_workers),
		cmocka_unit_test(k_is_chosen_by_the_criteria),
		cmocka_unit_test(a_sweep_can_be_stopped),
		cmocka_unit_test(the_rest_is_swept_for_the_next_change),
		cmocka_unit_test(what_is_undone_is_where_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
