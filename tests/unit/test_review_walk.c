/* Any keys in any order; and marks beside pictures. */
#include "review_fixture.h"

#include "lookalike/base/rng.h"
#include "lookalike/ui/frame.h"

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
	size_t len, head;
	int pictures = 0;

	screen();
	frame_compose(frame, &terminal, &now->app.grid, &len);
	while (frame_picture(frame, &terminal, &now->app.grid, &len, &head))
		pictures++;
	return pictures > 0;
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
					       .pictures_max = GRID_PICTURES_MAX,
					       .cell_width_px = 8,
					       .cell_height_px = 16,
					       .picture_max_width_px = 1000,
					       .picture_max_height_px = 1000,
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
		TEST(a_walk),
		TEST(marks_send_no_pictures),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
