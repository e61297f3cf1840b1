/* The filter of the interface: what the views show, and what keys do there. */
#include "review_fixture.h"

static void only_what_passes_is_shown(void **state)
{
	(void)state;
	press("F");
	sees("filter:");
	press("path:y\r");
	assert_string_equal(rows(), "2:4");
	sees("4 of 12 images  4 of 12 faces");
	sees("filter path:y");
	press("Fpath:1.jpg,2.jpg\r");
	assert_string_equal(rows(), "1:2 2:2 3:2");
	sees("2 of 4 faces");
	press("F\r");
	assert_string_equal(rows(), "1:4 2:4 3:4");
	sees("12 images  12 faces");
	sees_not("filter");
}

static void an_error_keeps_the_prompt_and_shows_its_place(void **state)
{
	(void)state;
	press("Ffaces:x\r");
	sees("filter: faces:x");
	sees("'x': faces is compared with a number");
	assert_int_equal(grid_cell(&now->app.grid, 38, 15)->style.attrs, STYLE_MARK.attrs);
	press("\x7f"
	      "1\r");
	sees_not("compared");
	sees("filter faces:1");
	press("F");
	press("nonsense\x1b");
	sees("filter faces:1"); /* Esc leaves the one there was */
	press("F\r");
	press("F\t\r"); /* Tab brings the last one back */
	sees("filter faces:1");
}

static void cursors_stay_on_what_they_are_on(void **state)
{
	(void)state;
	press("jj");
	assert_string_equal(under_cursor(), "group 3");
	press("F-path:y\r");
	assert_string_equal(under_cursor(), "group 3");
	press("F\r");
	assert_string_equal(under_cursor(), "group 3");
	/* In images the cursor is on y2: it stays, or goes to what comes next. */
	now->app.view = VIEW_IMAGES;
	press("gg6j");
	screen();
	assert_string_equal(app_path(&now->app), "/p/y2.jpg");
	press("Fpath:2,3\r");
	screen();
	assert_string_equal(app_path(&now->app), "/p/y2.jpg");
	press("Fpath:z\r");
	screen();
	assert_string_equal(app_path(&now->app), "/p/z0.jpg");
	press("jF\r");
	screen();
	assert_string_equal(app_path(&now->app), "/p/z1.jpg");
}

static void an_opened_group_waits_for_its_faces(void **state)
{
	(void)state;
	press("j\r");
	sees("group 2  4 faces");
	press("Fpath:x\r");
	sees("no face of this group passes the filter");
	press("F\r");
	sees("group 2  4 faces");
	press("Fpath:y1,y2\r");
	sees("group 2  2 of 4 faces");
}

static void what_is_done_to_a_group_is_done_to_what_is_shown(void **state)
{
	(void)state;
	press("Fpath:0.jpg\r");
	press("a");
	sees("1 face to:");
	press("first\r");
	answer();
	press("F\r");
	assert_string_equal(rows(), "first1 1:3 2:4 3:4");
	/* Of a named group only a part is shown: it is not renamed. */
	press("gg");
	press("jafirst\r");
	answer();
	assert_string_equal(rows(), "first4 2:4 3:4");
	press("Fgroup:first -path:x0\r");
	assert_string_equal(rows(), "first3");
	press("aother\r");
	answer();
	assert_string_equal(rows(), ""); /* they pass no more */
	sees("nothing passes the filter");
	press("F\r");
	assert_string_equal(rows(), "first1 other3 2:4 3:4");
}

static void search_finds_only_what_passes(void **state)
{
	(void)state;
	now->app.view = VIEW_IMAGES;
	press("Fpath:3.jpg\r/y\r");
	screen();
	assert_string_equal(app_path(&now->app), "/p/y3.jpg");
	press("n");
	screen();
	assert_string_equal(app_path(&now->app), "/p/y3.jpg");
	press("/y1\r");
	sees("not found: y1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, review_setup, review_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_what_passes_is_shown),
		TEST(an_error_keeps_the_prompt_and_shows_its_place),
		TEST(cursors_stay_on_what_they_are_on),
		TEST(an_opened_group_waits_for_its_faces),
		TEST(what_is_done_to_a_group_is_done_to_what_is_shown),
		TEST(search_finds_only_what_passes),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
