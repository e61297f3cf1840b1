/* What keys decide, and what is on the screen then. */
#include "review_fixture.h"

static void a_whole_group_gets_a_name_and_nothing_else_moves(void **state)
{
	(void)state;
	assert_string_equal(rows(), "1:4 2:4 3:4");
	sees_not("named");
	press("ja");
	sees("4 faces to:");
	press("choir");
	sees("(a new group)");
	press("\r");
	sees("3");
	assert_string_equal(rows(), "1:4 2:4 3:4"); /* not before the store has it */
	sees("saving");
	answer();
	assert_string_equal(rows(), "choir4 1:4 3:4");
	assert_int_equal(now->app.grouping->k, 2);
	assert_string_equal(under_cursor(), "group 3");
	sees("★ choir");
	sees("4 faces   named");
	sees("1 group named");
	sees("1 decision  8 faces left");
	sees("4 faces in choir: saved");
}

static void some_faces_leave_k(void **state)
{
	(void)state;
	press("\r l a");
	sees("2 faces to:");
	press("\x1b");
	press("la");
	sees("2 faces to:");
	press("some\r");
	answer();
	assert_string_equal(rows(), "some2 1:2 2:4 3:4");
	assert_int_equal(now->app.grouping->k, 3);
	assert_int_equal(marks_count(&now->app), 0);
	sees("group 1  2 faces");
}

/* The old one is freed, and the next may lie where it lay. */
static void a_decided_face_keeps_no_clustering_that_has_gone(void **state)
{
	const struct session *s = now->session;
	struct error err;
	int kept = 0;

	(void)state;
	press("\r l a");
	press("some\r");
	answer();
	assert_int_equal(grouping_compute(now->app.grouping, &err), OK);
	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			const void *run = s->images[i]->faces[j].run;

			assert_true(!run || run == now->app.grouping->shown);
			kept += run != NULL;
		}
	}
	assert_int_equal(kept, FACES - 2);
}

static void a_failure_leaves_all_as_it_is(void **state)
{
	(void)state;
	press(" a");
	press("choir\r");
	answer_with(ERR_STORE, "the disk is full");
	sees("not saved: the disk is full");
	assert_string_equal(rows(), "1:4 2:4 3:4");
	assert_int_equal(marks_count(&now->app), 4); /* to try again */
	assert_int_equal(now->session->totals.decided, 0);
}

static void undo_and_redo_go_all_the_way(void **state)
{
	(void)state;
	press("aone\r");
	answer();
	press("atwo\r");
	answer();
	press("x");
	answer();
	assert_string_equal(rows(), "one4 two4 aside4");
	sees("2 groups named");
	sees("3 decisions  0 faces left");
	for (int i = 0; i < 3; i++) {
		press("u");
		answer();
	}
	assert_string_equal(rows(), "1:4 2:4 3:4");
	sees("undone, 4 faces open: saved");
	sees_not("decision");
	press("u");
	answer();
	sees("there is nothing to undo");
	for (int i = 0; i < 3; i++) {
		press("\x12");
		answer();
	}
	assert_string_equal(rows(), "one4 two4 aside4");
	press("\x12");
	answer();
	sees("there is nothing to redo");
	sees("3 decisions  0 faces left");
}

static void faces_set_aside_have_a_row_and_come_back(void **state)
{
	(void)state;
	press("\rx");
	answer();
	sees("1 face set aside: saved");
	press("q");
	assert_string_equal(rows(), "1:3 2:4 3:4 aside1");
	sees("in no group");
	press("G\r");
	sees("set aside  1 face ");
	press("x");
	answer();
	sees("1 face open: saved");
	assert_string_equal(rows(), "1:4 2:4 3:4");
}

static void a_named_group_is_opened_and_renamed(void **state)
{
	(void)state;
	press("jachoir\r");
	answer();
	press("gg\r");
	sees("★ choir  4 faces");
	sees(now->app.roster.entries[0].faces[0]->image->name);
	press("qa");
	sees("rename choir, or put it in:");
	press("band\r");
	answer();
	assert_string_equal(rows(), "band4 1:4 3:4");
	sees("the group is band: saved");
	press("u");
	answer();
	assert_string_equal(rows(), "choir4 1:4 3:4");
}

static void digits_stay_with_their_groups(void **state)
{
	(void)state;
	press("aone\r");
	answer();
	press("atwo\r");
	answer();
	press("\r"); /* the last open group */
	press("a");
	sees("1 one  2 two");
	press("1");
	answer();
	press("a");
	sees("1 one  2 two");
	press("2");
	answer();
	assert_int_equal(now->session->named[0].face_count, 5);
	assert_int_equal(now->session->named[1].face_count, 5);
	press("a 1\r"); /* a blank before: the digit is a name */
	answer();
	assert_string_equal(now->session->named[2].name, "1");
}

static void tab_goes_round_the_names(void **state)
{
	(void)state;
	press("acho\xc3\xa9\r");
	answer();
	press("achoir\r");
	answer();
	press("aC\t");
	press("\t\t");
	assert_string_equal(now->app.prompt.text, "C");
	press("\t\t");
	assert_string_equal(now->app.prompt.text, "choir");
	sees("(4 faces there)");
	press("\r");
	answer();
	assert_int_equal(now->session->named[1].face_count, 8);
}

static void merging(void **state)
{
	(void)state;
	press("M");
	sees("no group was left yet");
	press("\rqM");
	sees("this is the group last left");
	press("jM"); /* two without names: neither goes into the other unnamed */
	sees("8 faces to:");
	press("both\r");
	answer();
	assert_string_equal(rows(), "both8 3:4");
	press("gg\rqGM"); /* one without a name goes into the named one */
	answer();
	assert_string_equal(rows(), "both12");
}

static void splitting_only_marks(void **state)
{
	const struct roster_entry *entry;

	(void)state;
	press("jS");
	sees("split in two: 1 of 4 faces are marked");
	sees("group 2  4 faces");
	entry = app_opened(&now->app);
	for (int i = 0; i < 4; i++)
		assert_int_equal(marks_has(&now->app, i), entry->faces[i]->image->name[1] == '3');
	assert_int_equal(now->app.deciding, 0);
}

static void marks(void **state)
{
	(void)state;
	press("\rvll");
	assert_int_equal(marks_count(&now->app), 3);
	sees("◆");
	press("\x1b");
	assert_int_equal(marks_count(&now->app), 0);
	sees_not("◆");
	press("vhv");
	assert_int_equal(marks_count(&now->app), 2);
	press(" ");
	assert_int_equal(marks_count(&now->app), 1);
	press("Vq");
	sees("◆4");
	press("j ");
	assert_int_equal(marks_count(&now->app), 8);
	press("a");
	sees("8 faces to:");
	press("\x1bU");
	assert_int_equal(marks_count(&now->app), 0);
}

static void an_emptied_group_says_so_and_leads_on(void **state)
{
	(void)state;
	press("aone\r");
	answer();
	press("\rVa1");
	answer();
	sees("no face is left in this group");
	press("]");
	sees("group 3  4 faces");
	press("Vatwo\r"); /* a new name: it is the same group */
	answer();
	sees("★ two  4 faces");
	press("]");
	sees("no face is undecided");
	press("u");
	answer();
	sees("group 3  4 faces"); /* the one that is open again */
}

static void jumps(void **state)
{
	(void)state;
	press("'");
	sees("no group was left yet");
	press("]");
	assert_string_equal(under_cursor(), "group 2");
	press("2]");
	assert_string_equal(under_cursor(), "group 1");
	press("'");
	assert_string_equal(under_cursor(), "group 2");
	press("'");
	assert_string_equal(under_cursor(), "group 1");
}

static void searching(void **state)
{
	(void)state;
	press("n");
	sees("nothing was searched yet");
	press("/Y2\r");
	assert_true(roster_find_face(app_at(&now->app), &now->session->images[6]->faces[0]) >= 0);
	press("\r");
	press("n");
	assert_string_equal(app_path(&now->app), "/p/y2.jpg");
	press("/nobody\r");
	sees("not found: nobody");
	press("qaVIPs\r");
	answer();
	press("/vip\r");
	assert_string_equal(under_cursor(), "★ VIPs");
	now->app.view = VIEW_IMAGES;
	press("/3.jpg\rnn");
	assert_string_equal(app_path(&now->app), "/p/z3.jpg");
	press("n");
	assert_string_equal(app_path(&now->app), "/p/x3.jpg");
	press("N");
	assert_string_equal(app_path(&now->app), "/p/z3.jpg");
	press("/p/x\r"); /* the folder itself is not searched */
	sees("not found: p/x");
}

static void reading_only(void **state)
{
	static char who[] = "faces.db is in use by another lookalike (pid 7)";

	(void)state;
	now->config.read_only = who;
	sees("read only: faces.db is in use by another lookalike (pid 7)");
	for (const char *key = "axMu\x12"; *key; key++) {
		char keys[2] = {*key, '\0'};

		press(keys);
		sees("not decided: faces.db is in use");
		assert_int_equal(now->app.deciding, 0);
	}
}

static void names_are_quoted(void **state)
{
	(void)state;
	press("ax\xe2\x80\xaey\r"); /* turns the writing direction round */
	answer();
	sees("★ $'x\\342\\200\\256y'");
}

static void one_face_is_decided_on_where_it_is_shown(void **state)
{
	const struct session_face *first, *second;

	(void)state;
	press("\r");
	first = app_opened(&now->app)->faces[0];
	second = app_opened(&now->app)->faces[1];
	press("\rasolo\r");
	answer();
	assert_int_equal(now->app.view, VIEW_FACE);
	assert_ptr_equal(now->app.face, first);
	sees("in ★ solo");
	press("l"); /* the one that has taken its place */
	assert_ptr_equal(now->app.face, second);
	sees("group 1 of 3");
	press("x");
	answer();
	sees("set aside");
	press("q");
	sees("group 1  2 faces");
}

static void help_has_pages_where_it_must(void **state)
{
	char names[64] = "";
	int pages = 1;

	(void)state;
	grid_done(&now->app.grid);
	grid_init(&now->app.grid, 12, 40);
	now->app.help = true;
	keys_names((enum action)(ACTION_COUNT - 1), names, sizeof(names));
	sees("Space: more");
	for (; strstr(screen(), "Space: more"); pages++)
		help_key(&now->app, ' ');
	assert_in_range(pages, 4, 6);
	sees(names);
	sees("any key closes");
	help_key(&now->app, ' ');
	assert_false(now->app.help);
	now->app.help = true;
	sees("next view"); /* the first page again */
	help_key(&now->app, 'x');
	assert_false(now->app.help);
}

static void messages_are_kept(void **state)
{
	(void)state;
	for (int i = 0; i < LOG_MESSAGES_MAX + 10; i++)
		app_message(&now->app, "message %d", i);
	now->app.log.shown = true;
	sees("message 209");
	sees_not("message 170 ");
	for (int i = 0; i < LOG_MESSAGES_MAX; i++)
		log_key(&now->app.log, 'k');
	sees("message 10 ");
	sees_not("message 9 ");
	for (int i = 0; i < LOG_MESSAGES_MAX; i++)
		log_key(&now->app.log, 'j');
	sees("message 209");
	log_key(&now->app.log, 'q');
	now->app.message[0] = '\0';
	sees_not("message 209");
}

/* The title of a group tells what there is room for, and cuts no word. */
/* What is too long for the status line can be read there to its end. */
static void long_messages_are_broken(void **state)
{
	(void)state;
	for (int i = 0; i < 60; i++)
		app_message(&now->app, "message %d", i);
	app_message(&now->app, "begins %0150d ends", 0);
	now->app.message[0] = '\0';
	now->app.log.shown = true;
	sees("message 59");
	sees("begins ");
	sees("000 ends ");
	sees_not("message 0 ");
	for (int i = 0; i < 61; i++)
		log_key(&now->app.log, 'k');
	sees("message 0 ");
	sees_not("begins");
	now->app.log.shown = false;
}

static void typed_text_is_quoted(void **state)
{
	(void)state;
	press("a");
	decide_prompt_key(&now->app, 'x');
	decide_prompt_key(&now->app, 0x202e); /* the rest of the line from right to left */
	sees("$'x\\342\\200\\256'");
	press("\033");
}

static void titles_fit_their_screen(void **state)
{
	static const int widths[] = {160, 100, 80, 60, 40};

	(void)state;
	press("\r");
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		const char *line;

		grid_done(&now->app.grid);
		grid_init(&now->app.grid, 24, widths[i]);
		line = screen();
		for (int row = 0; row < 3; row++)
			line = strchr(line, '\n') + 1;
		assert_memory_equal(line, " group 1  4 faces  ", 19);
		assert_non_null(strstr(line, "1/4 x"));
		assert_true(strstr(line, ".jpg") < strchr(line, '\n'));
		assert_false(strstr(line, "…") && strstr(line, "…") < strchr(line, '\n'));
	}
}

/* x0 to x2 are 0.1 apart in each of eight measures, x3 is far: sqrt(8) * 0.1, 0.2, 5.1. */
static void the_face_view_tells_the_nearest_faces(void **state)
{
	(void)state;
	press("\r");
	press("\r");
	sees("geometry 0.28 x1.jpg  0.57 x0.jpg  14.42 x3.jpg");
	sees("neural   nothing to compare");
	sees("0 kB; ok");
}

/* All of it at once on a high screen, in pages on a lower one: nothing is out of reach. */
static void the_face_view_is_scrolled_where_it_must_be(void **state)
{
	const char *least = "jaw_ratio             x0.jpg";

	(void)state;
	grid_done(&now->app.grid);
	grid_init(&now->app.grid, 50, 120);
	press("\r");
	press("\r");
	sees(least);
	sees("z3.jpg"); /* the most of it */
	sees_not("PgDn: ");
	grid_done(&now->app.grid);
	grid_init(&now->app.grid, 24, 80);
	sees("eyebrow_lift");
	sees("neural   nothing");
	sees("PgDn: the faces with the least and most of each");
	sees_not(least);
	press("\x04");
	sees("eyebrow_lift          x0.jpg");
	sees(least);
	sees_not("0 kB; ok");
	press("\x15");
	sees("0 kB; ok");
	grid_done(&now->app.grid);
	grid_init(&now->app.grid, 12, 40);
	sees_not("measure ");
	press("\x04");
	sees("eye_size                0.2000");
	press("\x04\x04\x04\x04\x04");
	sees("eyebrow_lift");
	press("l"); /* another face, the same lines */
	sees("eyebrow_lift");
	press("q");
	press("\r");
	sees("0 kB; ok");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, review_setup, review_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_whole_group_gets_a_name_and_nothing_else_moves),
		TEST(some_faces_leave_k),
		TEST(a_decided_face_keeps_no_clustering_that_has_gone),
		TEST(a_failure_leaves_all_as_it_is),
		TEST(undo_and_redo_go_all_the_way),
		TEST(faces_set_aside_have_a_row_and_come_back),
		TEST(a_named_group_is_opened_and_renamed),
		TEST(digits_stay_with_their_groups),
		TEST(tab_goes_round_the_names),
		TEST(merging),
		TEST(splitting_only_marks),
		TEST(marks),
		TEST(an_emptied_group_says_so_and_leads_on),
		TEST(jumps),
		TEST(searching),
		TEST(reading_only),
		TEST(names_are_quoted),
		TEST(one_face_is_decided_on_where_it_is_shown),
		TEST(help_has_pages_where_it_must),
		TEST(messages_are_kept),
		TEST(long_messages_are_broken),
		TEST(typed_text_is_quoted),
		TEST(titles_fit_their_screen),
		TEST(the_face_view_tells_the_nearest_faces),
		TEST(the_face_view_is_scrolled_where_it_must_be),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
