/* The summary view: what needs a look, and its lines as filters. */
#include "review_fixture.h"

/* What the album of the fixture lacks: photos without a face, two of them with the same bytes. */
static void put_photo(const char *path, enum verdict verdict, uint8_t byte, int seen)
{
	struct photo *photo = photo_new(path);
	struct error err;

	photo->verdict = verdict;
	photo->format = FORMAT_JPEG;
	photo->hashed = true;
	photo->hash[0] = byte;
	photo->seen_count = seen;
	photo->seen = memory_new((size_t)seen * sizeof(*photo->seen) + 1);
	assert_int_equal(store_put(now->store, photo, &err), OK);
	session_put(now->session, photo);
	photo_free(photo);
}

/* Three digits, but all of those before the point: 4032 is not 4.03e+03. */
static void ranges_are_read_at_a_glance(void **state)
{
	struct spread_of spread = {.count = 3, .least = 12, .median = -0.0704321, .most = 40320};
	char text[SPREAD_RANGE_SIZE];

	(void)state;
	spread_range(&spread, SPREAD_IMAGE_SIZE, text);
	assert_string_equal(text, "12 to 40320, median -0.0704 px");
	spread.count = 0;
	spread_range(&spread, SPREAD_IMAGE_SIZE, text);
	assert_string_equal(text, "not known");
}

static int faults_setup(void **state)
{
	if (review_setup(state))
		return -1;
	put_photo("/p/a.jpg", VERDICT_OK, 1, 0);
	put_photo("/p/b.jpg", VERDICT_OK, 1, 0);
	put_photo("/p/c.jpg", VERDICT_CORRUPT, 2, 0);
	put_photo("/p/d.jpg", VERDICT_OK, 3, 2);
	return 0;
}

/* The line under the cursor. */
static const char *line(void)
{
	screen();
	return now->app.overview.at;
}

static void lines_open_as_filters(void **state)
{
	static const char *const looks[] = {"faces:0", "finding:corrupt", "finding:no_face",
					    "finding:seen_not_measured", "finding:duplicate"};
	static const char *const images[] = {"a.jpg b.jpg c.jpg d.jpg", "c.jpg", "a.jpg b.jpg",
					     "d.jpg", "a.jpg b.jpg"};

	(void)state;
	press("i");
	sees("needs a look, most important first");
	sees("     4  faces:0 ");
	sees("     2  finding:duplicate ");
	sees("[summary]");
	for (int i = 0; i < 5; i++) {
		char list[64] = "";
		int count;
		struct session_image *const *shown;

		assert_string_equal(line(), looks[i]);
		press("\r");
		screen();
		assert_int_equal(now->app.view, VIEW_IMAGES);
		shown = app_images(&now->app, &count);
		for (int j = 0; j < count; j++)
			snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s",
				 j ? " " : "", shown[j]->name);
		assert_string_equal(list, images[i]);
		press("q");
		assert_int_equal(now->app.view, VIEW_SUMMARY);
		assert_null(now->app.filter);
		press("j");
	}
	press("q");
	assert_int_equal(now->app.view, VIEW_CLUSTERS);
}

static void the_filter_of_before_comes_back(void **state)
{
	(void)state;
	press("Fpath:y\ri\r");
	sees("filter faces:0");
	press("q");
	sees("filter path:y");
	press("\rFpath:z\r"); /* one that was typed there stays */
	press("q");
	sees("filter path:z");
	press("\r");
	press("F\r"); /* all, as everywhere */
	sees_not("filter path");
	press("q");
	assert_int_equal(now->app.view, VIEW_SUMMARY);
	/* Who has left the images by another way is not led back here. */
	press("\r\tq");
	assert_int_equal(now->app.view, VIEW_ELBOW);
}

static void the_cursor_stays_while_photos_come(void **state)
{
	(void)state;
	press("ijj");
	assert_string_equal(line(), "finding:no_face");
	put_photo("/p/e.jpg", VERDICT_PARTIAL, 4, 0);
	assert_string_equal(line(), "finding:no_face");
	sees("     1  finding:partial ");
	sees("     3  finding:no_face ");
	press("k");
	assert_string_equal(line(), "finding:partial");
}

/* Every line can be reached, on any screen, and is whole where it matters. */
static void all_is_reached_on_small_screens(void **state)
{
	static const int sizes[][2] = {{24, 80}, {12, 40}, {40, 120}, {6, 20}};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		grid_done(&now->app.grid);
		grid_init(&now->app.grid, sizes[i][0], sizes[i][1]);
		now->app.view = VIEW_CLUSTERS;
		press("i10000k");
		if (sizes[i][0] > 6)
			sees("needs a look");
		sees("4  faces:0");
		press("3j");
		assert_string_equal(line(), "finding:seen_not_measured");
		sees(sizes[i][1] > 20 ? "     1  finding:seen_not_measured" : "     1  finding:…");
		press("10000k10000j");
		sees(sizes[i][1] > 50 ? "16      12       1      16  /p" : "16  /p");
		press("q");
	}
}

static void nothing_is_said_of_an_empty_collection(void **state)
{
	struct session *all = now->app.session, *empty = session_new();

	(void)state;
	now->app.session = empty;
	now->app.view = VIEW_SUMMARY;
	sees("there are no photos here");
	press("\rjG");
	sees("there are no photos here");
	now->app.session = all;
	session_free(empty);
	sees("needs a look");
	press("Gkkkkkkkkkkkk"); /* on distributions */
	press("\r");
	sees("this line has no photos to show");
}

/* Where finding them takes a while the key is answered first. */
static void many_photos_are_looked_at_after_the_answer(void **state)
{
	(void)state;
	for (int i = 0; i < 6000; i++) {
		char path[32];
		struct photo *photo;

		snprintf(path, sizeof(path), "/p/many/%04d.jpg", i);
		photo = photo_new(path);
		photo->id = 1000 + i;
		session_put(now->session, photo);
		photo_free(photo);
	}
	now->app.hurried = true;
	press("i");
	sees("looking for what needs a look ...");
	press("jG");
	sees("looking for what needs a look ...");
	now->app.hurried = false;
	sees("needs a look, most important first");
	sees("  6004  faces:0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, faults_setup, review_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_read_at_a_glance),
		TEST(lines_open_as_filters),
		TEST(the_filter_of_before_comes_back),
		TEST(the_cursor_stays_while_photos_come),
		TEST(all_is_reached_on_small_screens),
		TEST(nothing_is_said_of_an_empty_collection),
		TEST(many_photos_are_looked_at_after_the_answer),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
