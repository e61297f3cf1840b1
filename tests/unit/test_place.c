/* Where somebody was is found again, and what is damaged in it does no harm. */
#include "review_fixture.h"

#include "lookalike/base/rng.h"

static struct place fresh(void)
{
	struct place p;

	place_default(&now->app.grouping->options, &p);
	return p;
}

/* Begin again with what is stored, as app_run() does. */
static void assert_same(const struct place *a, const struct place *b)
{
	assert_int_equal(a->view, b->view);
	assert_int_equal(a->below, b->below);
	assert_int_equal(a->group, b->group);
	assert_int_equal(a->opened, b->opened);
	assert_int_equal(a->face, b->face);
	assert_int_equal(a->image, b->image);
	assert_int_equal(a->measure, b->measure);
	assert_int_equal(a->features, b->features);
	assert_int_equal(a->scale, b->scale);
	assert_memory_equal(&a->emphasis, &b->emphasis, sizeof(a->emphasis));
	assert_int_equal(a->k, b->k);
	assert_int_equal(a->other_k, b->other_k);
	assert_true(a->distance == b->distance);
	assert_int_equal(a->seed, b->seed);
}

static void leave_and_come_back(void)
{
	struct app *app = &now->app;
	struct place p = fresh();
	char *text = place_text(app), *stored;
	struct error err;

	assert_int_equal(store_set_place(now->store, text, &err), OK);
	stored = store_place(now->store);
	assert_string_equal(stored, text);
	place_parse(stored, &p);
	free(stored);
	free(text);
	roster_done(&app->roster);
	app->clusters = app->faces = app->images = app->measures = (struct list){0};
	app->face = NULL;
	app->image_at = NULL;
	app->opened = (struct roster_key){ROSTER_OPEN, 1};
	place_go(app, &p);
	app_refresh(app);
}

static void views_and_cursors_are_as_they_were(void **state)
{
	const struct session_face *face;

	(void)state;
	press("jj");
	leave_and_come_back();
	assert_int_equal(now->app.view, VIEW_CLUSTERS);
	assert_string_equal(under_cursor(), "group 3");
	press("\rl");
	face = app_opened(&now->app)->faces[1];
	leave_and_come_back();
	assert_int_equal(now->app.view, VIEW_FACES);
	assert_ptr_equal(app_opened(&now->app)->faces[now->app.faces.cursor], face);
	press("\r");
	leave_and_come_back();
	assert_int_equal(now->app.view, VIEW_FACE);
	assert_ptr_equal(now->app.face, face);
	press("q");
	assert_int_equal(now->app.view, VIEW_FACES);
	press("\t5j"); /* round to images */
	leave_and_come_back();
	assert_int_equal(now->app.view, VIEW_IMAGES);
	assert_string_equal(app_path(&now->app), "/p/y1.jpg");
}

/* The number of a group may be another one; it is found by its faces. */
static void groups_are_found_by_their_faces(void **state)
{
	struct place p = fresh();
	const struct session_face *face = now->app.grouping->groups[1].faces[0];

	(void)state;
	p.group = p.opened = p.face = face->id;
	place_go(&now->app, &p);
	app_refresh(&now->app);
	assert_int_equal(roster_find_face(app_at(&now->app), face), 0);
	assert_ptr_equal(app_at(&now->app), app_opened(&now->app));
	/* One that was named meanwhile too. */
	press("a");
	press("choir\r");
	answer();
	leave_and_come_back();
	p.group = p.opened = p.face = face->id;
	place_go(&now->app, &p);
	roster_done(&now->app.roster);
	app_refresh(&now->app);
	assert_string_equal(under_cursor(), "★ choir");
}

/* Before there are groups nothing is lost. */
static void leaving_at_once_changes_nothing(void **state)
{
	struct place p = fresh(), again = fresh();
	char *text;

	(void)state;
	p.view = VIEW_FACES;
	p.group = 5;
	p.opened = 6;
	p.face = 7;
	place_go(&now->app, &p);
	text = place_text(&now->app);
	place_parse(text, &again);
	free(text);
	assert_same(&p, &again);
}

static void what_the_groups_are_made_by(void **state)
{
	struct grouping_options *o = &now->app.grouping->options;
	struct place p = fresh();
	char *text;

	(void)state;
	o->seed = 12;
	o->scale = SCALE_RELIABILITY;
	emphasis_alone(&o->emphasis, 3);
	text = place_text(&now->app);
	place_parse(text, &p);
	free(text);
	assert_int_equal(p.k, CLUMPS);
	assert_int_equal(p.other_k, -1);
	assert_int_equal(p.seed, 12);
	assert_int_equal(p.scale, SCALE_RELIABILITY);
	assert_memory_equal(&p.emphasis, &o->emphasis, sizeof(p.emphasis));
	assert_int_equal(p.features, FEATURES_GEOMETRY);
}

static void damage_is_ignored(void **state)
{
	static const char *const texts[] = {
		"",
		"\n\n\n",
		"view 99\nk -1\nscale 3\nmeasure 8\nseed -5\nbelow 4\n",
		"view\nview x\nview 1 2\nview 1x\n view2\nVIEW 1\n",
		"k 99999999999999999999999999\nface -1\n",
		"jaw_ratio 4\njaw_ratio -5\njaw_ratio 1.5\n",
		"jaw_ratio -4\neye_distance -4\nnose_ratio -4\nnose_size -4\neye_size -4\n"
		"eye_size_differential -4\neyebrow_width -4\neyebrow_lift -4\n",
		"distance 20001\n",
		"distance 4700\n", /* without neural it means nothing */
		"averyveryveryveryveryveryverylongnamethatnobodyknows 1\n",
		"\xff\xfe view 1\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct place p = fresh(), want = fresh();

		place_parse(texts[i], &p);
		assert_same(&p, &want);
	}
}

/* Any bytes in any place give a place that can be gone to. */
static void random_damage_is_survived(void **state)
{
	char *text = place_text(&now->app);
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3, 0);
	for (int i = 0; i < 5000; i++) {
		char *hurt = text_copy(text);
		struct place p = fresh();

		for (int n = 0; n < 4; n++)
			hurt[rng_below(&rng, strlen(text))] =
				"0123456789-\n x\xff"[rng_below(&rng, 15)];
		place_parse(hurt, &p);
		free(hurt);
		assert_in_range(p.view, 0, VIEWS_IN_ALL - 1);
		assert_in_range(p.below, 0, VIEW_COUNT - 1);
		assert_true(emphasis_count(&p.emphasis) > 0);
		assert_in_range(p.measure, 0, MEASURE_COUNT - 1);
		roster_done(&now->app.roster);
		place_go(&now->app, &p);
		screen();
	}
	free(text);
}

/* A row that is no text of ours. */
static void a_stored_value_of_another_kind(void **state)
{
	struct place p = fresh(), want = fresh();
	char *text;

	(void)state;
	run_sql(now->scratch->db, "DELETE FROM place; INSERT INTO place VALUES ('\x01%n{}')");
	text = store_place(now->store);
	place_parse(text, &p);
	free(text);
	assert_same(&p, &want);
	run_sql(now->scratch->db, "DELETE FROM place");
	text = store_place(now->store);
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, review_setup, review_teardown)
	const struct CMUnitTest tests[] = {
		TEST(views_and_cursors_are_as_they_were),
		TEST(groups_are_found_by_their_faces),
		TEST(leaving_at_once_changes_nothing),
		TEST(what_the_groups_are_made_by),
		TEST(damage_is_ignored),
		TEST(random_damage_is_survived),
		TEST(a_stored_value_of_another_kind),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
