/*
 * The queue of suggestions by keys, with a real store: six pairs of faces on a line, each pair a
 * little farther from the next than the one before.
 */
#include "review_fixture.h"

static struct session_face *face(int i)
{
	return &now->session->images[i]->faces[0];
}

static int pairs_setup(void **state)
{
	static const struct grouping_options options = {.features = FEATURES_NEURAL,
							.distance = DISTANCE_DEFAULT,
							.kmax = 5,
							.restarts = 3,
							.seed = 1};
	struct error err;
	int failed = review_setup(state);

	for (int i = 0; i < FACES; i++) {
		int pair = i / 2;

		face(i)->embedding = arena_take(&now->session->arena,
						EMBEDDING_COUNT * sizeof(float));
		face(i)->embedding[3] = (float)(0.5 * pair + 0.005 * pair * (pair - 1));
	}
	now->session->totals.embedded = FACES;
	grouping_free(now->app.grouping);
	now->app.grouping = grouping_new(now->session, &options);
	assert_int_equal(grouping_compute(now->app.grouping, &err), OK);
	return failed;
}

static void nearest_first_and_later_comes_last(void **state)
{
	(void)state;
	assert_string_equal(rows(), "1:2 2:2 3:2 4:2 5:2 6:2");
	press("s");
	sees("1 of 5  one person?  distance 0.50");
	sees("group 1  2 faces");
	sees("group 2  2 faces");
	sees("y one person  n two  l later");
	press("l");
	sees("1 of 5  one person?  distance 0.51");
	press("G");
	sees("5 of 5  one person?  distance 0.50");
	press("k");
	sees("4 of 5  one person?  distance 0.54");
	press("jj");
	sees("5 of 5");
	press("gg");
	sees("1 of 5  one person?  distance 0.51");
	/* What was put off stays behind when others were answered, and can be put off again. */
	press("lG");
	sees("5 of 5  one person?  distance 0.51");
	press("kn");
	answer();
	sees("4 of 4  one person?  distance 0.51");
}

static void no_is_remembered_and_undone(void **state)
{
	(void)state;
	press("sn");
	sees("1 of 5"); /* not before the store has it */
	answer();
	sees("not the same person: saved");
	sees("1 of 4  one person?  distance 0.51");
	assert_string_equal(rows(), "1:2 2:2 3:2 4:2 5:2 6:2");
	press("n");
	answer();
	sees("1 of 3  one person?  distance 0.52");
	press("u");
	answer();
	sees("1 of 4  one person?  distance 0.51");
	press("u");
	answer();
	sees("1 of 5  one person?  distance 0.50");
	press("\x12");
	answer();
	sees("1 of 4  one person?  distance 0.51");
	/* Another session of the same database does not ask either. */
	assert_int_equal(now->session->apart.count, 4);
}

static void yes_asks_for_a_name_where_there_is_none(void **state)
{
	(void)state;
	press("sly");
	sees("4 faces to:");
	press("\x1b");
	sees("1 of 5  one person?  distance 0.51");
	assert_false(now->app.answering);
	press("yAda\r");
	answer();
	sees("4 faces in Ada: saved");
	/* With groups 2 and 3 go their questions to 1 and 4. */
	sees("1 of 2  one person?  distance 0.53");
	assert_string_equal(rows(), "Ada4 1:2 4:2 5:2 6:2");
	press("u");
	answer();
	sees("1 of 5  one person?  distance 0.51");
	assert_string_equal(rows(), "1:2 2:2 3:2 4:2 5:2 6:2");
}

static void one_with_a_name_needs_no_question(void **state)
{
	(void)state;
	press("aAda\r");
	answer();
	press("s");
	sees("1 of 5  one person?  distance 0.50");
	sees("★ Ada  2 faces");
	sees("group 2  2 faces");
	press("n");
	answer();
	assert_int_equal(now->session->refused.count, 2);
	assert_int_equal(now->session->apart.count, 0);
	sees("1 of 4  one person?  distance 0.51");
	press("u");
	answer();
	press("y");
	answer();
	sees("2 faces in Ada: saved");
	assert_string_equal(rows(), "Ada4 3:2 4:2 5:2 6:2");
}

static void the_place_is_kept(void **state)
{
	(void)state;
	press("sjj");
	sees("3 of 5  one person?  distance 0.52");
	press("q");
	assert_int_equal(now->app.view, VIEW_CLUSTERS);
	/* What is decided elsewhere takes questions away, and the others stay where they are. */
	press("x");
	answer();
	press("s");
	sees("2 of 4  one person?  distance 0.52");
	press("\t");
	assert_int_equal(now->app.view, VIEW_FACES);
	press("s");
	sees("2 of 4  one person?  distance 0.52");
	press("\x1b");
	assert_int_equal(now->app.view, VIEW_FACES);
}

static void two_of_one_photo_are_marked_and_last(void **state)
{
	(void)state;
	face(2)->image = face(0)->image;
	press("s");
	sees("1 of 5  one person?  distance 0.51");
	sees_not("in one photo");
	press("G");
	sees("5 of 5  one person?  distance 0.50");
	sees("! both are in one photo: x0.jpg");
}

static void a_face_is_nearer_to_somebody_else(void **state)
{
	(void)state;
	press("aAda\r");
	answer();
	/* One of the second pair lies with the first, and its group as a whole does not. */
	face(2)->embedding[3] = 0.1f;
	face(3)->embedding[3] = 0.9f;
	now->session->version++;
	press("s");
	sees("distance 0.10");
	sees("one face of group 2");
	press("y");
	answer();
	sees("1 face in Ada: saved");
	assert_string_equal(rows(), "Ada3 2:1 3:2 4:2 5:2 6:2");
}

static void nothing_is_said_in_a_line(void **state)
{
	struct grouping_options *o = &now->app.grouping->options;

	(void)state;
	press("snnnnn");
	for (int i = 0; i < 5; i++) {
		answer();
		if (i < 4)
			press("n");
	}
	sees("nothing to suggest");
	press("n");
	sees("there is no suggestion to answer");
	o->features = FEATURES_GEOMETRY;
	sees("suggestions are for neural mode: f goes there");
	now->session->totals.embedded = 0;
	sees("suggestions need embeddings: models/fetch gets the model");
	now->session->totals.embedded = FACES;
	o->features = FEATURES_NEURAL;
	press("qy");
	sees("y answers suggestions: s opens them");
}

static void other_keys_touch_nothing_that_is_not_seen(void **state)
{
	(void)state;
	press("s");
	for (const char *key = "axMS V'/"; *key; key++) {
		char one[2] = {*key, '\0'};

		press(one);
		assert_int_equal(now->app.deciding, 0);
		assert_int_equal(now->app.prompt.kind, PROMPT_NONE);
		assert_int_equal(marks_count(&now->app), 0);
	}
	now->config.read_only = (char *)"another lookalike writes";
	press("y");
	sees("not decided: another lookalike writes");
	press("n");
	sees("not decided");
	assert_int_equal(now->app.deciding, 0);
}

static void small_screens_have_it_all(void **state)
{
	static const int sizes[][2] = {{24, 80}, {12, 40}};

	(void)state;
	face(2)->image = face(0)->image;
	for (int i = 0; i < 2; i++) {
		grid_done(&now->app.grid);
		grid_init(&now->app.grid, sizes[i][0], sizes[i][1]);
		press("sG");
		sees("5 of 5  one person?  distance 0.50");
		sees("! both are in one photo");
		sees("group 1  2 faces");
		sees("group 2  2 faces");
		sees("x1.jpg");
		sees("x3.jpg");
		sees("y one person  n two  l later");
	}
}

/* What was found before stays; s searches again. */
static void a_search_can_be_stopped(void **state)
{
	struct suggest_search *search;
	double seconds;
	int done, of;

	(void)state;
	assert_false(suggesting_cancel(&now->app));
	now->slow = true;
	press("s");
	sees("looking for suggestions ...");
	search = now->app.seeking;
	assert_non_null(search);
	suggest_progress(search, &done, &of, &seconds);
	assert_int_equal(done, 0);
	assert_int_equal(of, 6);
	assert_true(seconds >= 0);
	assert_true(suggesting_cancel(&now->app));
	suggest_job(search)->run(suggest_job(search));
	suggesting_take(&now->app, search);
	assert_null(now->app.seeking);
	sees("the search was stopped: s searches again");
	now->slow = false;
	press("s");
	sees("1 of 5  one person?");
}

int main(void)
{
#define IN_QUEUE(test) cmocka_unit_test_setup_teardown(test, pairs_setup, review_teardown)
	const struct CMUnitTest tests[] = {
		IN_QUEUE(nearest_first_and_later_comes_last),
		IN_QUEUE(no_is_remembered_and_undone),
		IN_QUEUE(yes_asks_for_a_name_where_there_is_none),
		IN_QUEUE(one_with_a_name_needs_no_question),
		IN_QUEUE(the_place_is_kept),
		IN_QUEUE(two_of_one_photo_are_marked_and_last),
		IN_QUEUE(a_face_is_nearer_to_somebody_else),
		IN_QUEUE(nothing_is_said_in_a_line),
		IN_QUEUE(other_keys_touch_nothing_that_is_not_seen),
		IN_QUEUE(small_screens_have_it_all),
		IN_QUEUE(a_search_can_be_stopped),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
