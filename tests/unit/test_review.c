/*
 * Reviewing without a terminal: keys go to the views, decisions to a real store that answers when
 * the test says so, and what is on the screen is read from the grid.
 */
#include "store_fixture.h"

#include "lookalike/base/quote.h"
#include "lookalike/base/rng.h"
#include "lookalike/ui/decide.h"
#include "lookalike/ui/frame.h"
#include "lookalike/ui/marks.h"
#include "lookalike/ui/search.h"

#include <locale.h>

#define ROWS      40
#define COLS      100
#define CLUMPS    3
#define PER_CLUMP 4
#define FACES     (CLUMPS * PER_CLUMP)

struct review {
	struct scratch *scratch;
	struct store *store;
	struct session *session;
	struct app_config config;
	struct app app;
	struct keys keys;
	struct decision_request request; /* the one that waits for an answer */
	int64_t ids[FACES];
	char *screen;
};

static struct review *now;

/* ---- what app.c does in the program ---- */

void app_decide(struct app *app, const struct decision_request *request)
{
	if (app->deciding++) { /* one at a time is enough here */
		app->deciding = 1;
		return;
	}
	now->request = *request;
	now->request.name = text_copy(request->name);
	now->request.new_name = text_copy(request->new_name);
	assert_in_range(request->face_count, 0, FACES);
	if (request->face_count)
		memcpy(now->ids, request->face_ids, request->face_count * sizeof(now->ids[0]));
	now->request.face_ids = now->ids;
}

void app_set_k(struct app *app, int k)
{
	grouping_set_k(app->grouping, k);
}

static void answer_with(enum status status, const char *text)
{
	struct keeper_answer answer = {.status = status, .request = &now->request};
	struct error err;

	assert_int_equal(now->app.deciding, 1);
	now->app.deciding = 0;
	snprintf(answer.text, sizeof(answer.text), "%s", text);
	if (!status) {
		answer.status = store_decide(now->store, &now->request, &answer.decision, &err);
		if (answer.status)
			snprintf(answer.text, sizeof(answer.text), "%s", err.msg);
		else
			session_decide(now->session, &answer.decision);
		grouping_rebuild(now->app.grouping);
	}
	decide_answered(&now->app, &answer);
	decision_done(&answer.decision);
	free((void *)now->request.name);
	free((void *)now->request.new_name);
}

static void answer(void)
{
	answer_with(OK, "");
}

static void press(const char *keys)
{
	while (*keys) {
		struct app *app = &now->app;
		enum action action;
		uint32_t key;
		int count;

		keys += utf8_decode(keys, strlen(keys), &key);
		app_refresh(app);
		app->message[0] = '\0';
		if (app->prompt.kind == PROMPT_ASSIGN) {
			decide_prompt_key(app, key);
			continue;
		}
		if (app->prompt.kind == PROMPT_SEARCH) {
			search_prompt_key(app, key);
			continue;
		}
		action = keys_press(&now->keys, key, &count);
		if (action == ACTION_NEXT_VIEW)
			app_show(app, (app->view + 1) % VIEW_COUNT);
		else if (action && !decide_act(app, action, count) &&
			 !search_act(app, action, count))
			views[app->view]->act(app, action, count);
	}
}

/* ---- what is on the screen ---- */

static const char *screen(void)
{
	struct scan_progress progress = {0};
	size_t len;
	FILE *out;

	app_refresh(&now->app);
	screen_draw(&now->app, &progress, false);
	free(now->screen);
	out = open_memstream(&now->screen, &len);
	grid_write(&now->app.grid, out);
	fclose(out);
	return now->screen;
}

static void fail_screen(const char *how, const char *text)
{
	fprintf(stderr, "%s", now->screen);
	fail_msg("%s on the screen: '%s'", how, text);
}

static void sees(const char *text)
{
	if (!strstr(screen(), text))
		fail_screen("not", text);
}

static void sees_not(const char *text)
{
	if (strstr(screen(), text))
		fail_screen("still", text);
}

/* The rows of clusters from top to bottom: "choir4 1:4 3:4 aside1". */
static const char *rows(void)
{
	static char text[256];
	int len = 0;

	app_refresh(&now->app);
	for (int i = 0; i < now->app.roster.count; i++) {
		const struct roster_entry *e = &now->app.roster.entries[i];

		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s%s%.0d%s%d",
				i ? " " : "",
				e->name    ? e->name
				: e->group ? ""
					   : "aside",
				e->group ? e->group->number : 0, e->group ? ":" : "", e->size);
	}
	return text;
}

static const char *under_cursor(void)
{
	static char title[64];

	app_refresh(&now->app);
	entry_title(app_at(&now->app), title, sizeof(title));
	return title;
}

/* ---- three clumps of four faces ---- */

static void put_faces(struct review *r)
{
	struct error err;

	for (int i = 0; i < FACES; i++) {
		int clump = i / PER_CLUMP;
		char path[32];
		struct photo *photo;

		snprintf(path, sizeof(path), "/p/%c%d.jpg", "xyz"[clump], i % PER_CLUMP);
		photo = photo_new(path);
		photo->verdict = VERDICT_OK;
		photo->face_count = 1;
		photo->faces = memory_new(sizeof(struct face));
		/* In each clump the last is apart from the others, so that there is a split. */
		for (int m = 0; m < MEASURE_COUNT; m++)
			photo->faces[0].measures[m] = clump * 100 + (i % PER_CLUMP) * 0.1 +
						      (i % PER_CLUMP == 3 ? 5 : 0);
		assert_int_equal(store_put(r->store, photo, &err), OK);
		photo_free(photo);
	}
}

static int review_setup(void **state)
{
	static const struct grouping_options options = {
		.scale = SCALE_NONE, .k = CLUMPS, .kmax = 5, .restarts = 3, .seed = 1};
	static char root[] = "/p", *paths[] = {root};
	struct review *r = memory_new(sizeof(*r));
	struct error err;

	if (scratch_setup((void **)&r->scratch))
		return -1;
	r->store = open_ok(r->scratch->db, STORE_WRITE);
	put_faces(r);
	r->session = session_new();
	assert_int_equal(session_load(r->session, r->store, NULL, 0, &err), OK);
	r->config.paths = paths;
	r->config.path_count = 1;
	r->app = (struct app){
		.config = &r->config,
		.session = r->session,
		.grouping = grouping_new(r->session, &options),
		.view = VIEW_CLUSTERS,
		.opened = {ROSTER_OPEN, 1},
		.left = {ROSTER_OPEN, -1},
	};
	assert_int_equal(grouping_compute(r->app.grouping, &err), OK);
	grid_init(&r->app.grid, ROWS, COLS);
	now = r;
	*state = r;
	return 0;
}

static int review_teardown(void **state)
{
	struct review *r = *state;
	void *scratch = r->scratch;

	roster_done(&r->app.roster);
	free(r->app.target_ids);
	grouping_free(r->app.grouping);
	grid_done(&r->app.grid);
	session_free(r->session);
	store_close(r->store);
	free(r->screen);
	free(r);
	return scratch_teardown(&scratch);
}

/* ---- the tests ---- */

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
	sees("1 group named, 8 faces open");
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
	sees("2 groups named, 0 faces open");
	for (int i = 0; i < 3; i++) {
		press("u");
		answer();
	}
	assert_string_equal(rows(), "1:4 2:4 3:4");
	sees("undone, 4 faces open: saved");
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

/* What is on the disk is what is in the session, and every face is in one place. */
static void check_all(void)
{
	struct session *loaded = session_new();
	struct error err;
	int faces = 0;

	assert_int_equal(session_load(loaded, now->store, NULL, 0, &err), OK);
	assert_int_equal(loaded->named_count, now->session->named_count);
	assert_int_equal(loaded->totals.decided, now->session->totals.decided);
	for (int i = 0; i < loaded->named_count; i++) {
		assert_string_equal(loaded->named[i].name, now->session->named[i].name);
		assert_int_equal(loaded->named[i].face_count, now->session->named[i].face_count);
	}
	app_refresh(&now->app);
	for (int i = 0; i < now->app.roster.count; i++)
		faces += now->app.roster.entries[i].size;
	assert_int_equal(faces, FACES);
	session_free(loaded);
}

/* Any keys in any order: nothing breaks, and the screen can be drawn after each. */
static void a_walk(void **state)
{
	static const char *const keys[] = {
		"a", "achoir\r", "aband\r", "a1", "a2",   "x",  "M",  "S",  "u", "\x12", "'",
		"]", " ",        "v",       "V",  "U",    "h",  "j",  "k",  "l", "gg",   "G",
		"q", "\x1b",     "n",       "N",  "/x\r", "/c", "\r", "\t", "5", "3",
	};
	struct rng rng;

	(void)state;
	rng_seed(&rng, 7, 0);
	for (int i = 0; i < 3000; i++) {
		press(keys[rng_below(&rng, sizeof(keys) / sizeof(keys[0]))]);
		if (now->app.deciding && rng_below(&rng, 10) == 0)
			answer_with(ERR_STORE, "the disk is full");
		else if (now->app.deciding)
			answer();
		if (rng_below(&rng, 20) == 0 && now->app.grouping->k)
			app_set_k(&now->app, 1 + (int)rng_below(&rng, 3));
		screen();
		if (i % 50 == 0)
			check_all();
	}
	check_all();
}

/* ---- pictures ---- */

static void run_jobs(struct queue *events, bool draw)
{
	for (int quiet = 0; quiet < (draw ? 50 : 1); quiet++) {
		struct queue_item *item;

		if (draw)
			screen();
		usleep(2000);
		while ((item = queue_pop(events))) {
			quiet = 0;
			if (item->kind == KEEPER_FACE)
				strips_take_answer(now->app.strips, (struct keeper_answer *)item);
			else
				strips_take_job(now->app.strips, (struct job *)item);
		}
	}
}

static size_t move_ansi(char *out, size_t size, int row, int col)
{
	return (size_t)snprintf(out, size, "\033[%d;%dH", row + 1, col + 1);
}

static bool sends_picture(struct frame *frame)
{
	static const struct frame_terminal terminal = {.colors = 256,
						       .clear = "\033[H\033[2J",
						       .move = move_ansi};
	size_t len;
	const char *bytes;

	screen();
	bytes = frame_compose(frame, &terminal, &now->app.grid, &len);
	return len && memmem(bytes, len, "\033P", 2);
}

static void marks_send_no_pictures(void **state)
{
	struct queue *events = queue_new();
	struct workers *workers = workers_start(1, events);
	struct keeper *keeper = keeper_start(open_ok(now->scratch->db, STORE_READ), events);
	struct frame *frame = frame_new();

	(void)state;
	now->app.strips = strips_new(workers, keeper);
	now->app.caps = (struct terminal_caps){.graphics = GRAPHICS_SIXEL,
					       .cell_width_px = 8,
					       .cell_height_px = 16,
					       .sixel_max_width_px = 1000,
					       .sixel_max_height_px = 1000,
					       .registers = 256};
	press("\r");
	run_jobs(events, true);
	assert_int_equal(now->app.grid.placement_count, 1);
	assert_true(sends_picture(frame));
	for (const char *key = " lVvhU"; *key; key++) {
		char keys[2] = {*key, '\0'};

		press(keys);
		assert_false(sends_picture(frame));
	}
	workers_stop(workers);
	keeper_stop(keeper);
	run_jobs(events, false);
	strips_free(now->app.strips);
	queue_free(events);
	frame_free(frame);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, review_setup, review_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_whole_group_gets_a_name_and_nothing_else_moves),
		TEST(some_faces_leave_k),
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
		TEST(a_walk),
		TEST(marks_send_no_pictures),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
