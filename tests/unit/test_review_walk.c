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

static void run_jobs(struct queue *events, struct keeper *keeper, bool draw)
{
	for (int quiet = 0; quiet < (draw ? 50 : 1); quiet++) {
		struct queue_item *item;

		if (draw) {
			screen();
			keeper_send(keeper);
		}
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

static int sends_pictures(struct frame *frame)
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
	return pictures;
}

struct terminal {
	struct queue *events;
	struct workers *workers;
	struct keeper *keeper;
	struct frame *frame;
};

static struct terminal terminal_with(int pictures_max)
{
	struct queue *events = queue_new();
	struct terminal t = {.events = events,
			     .workers = workers_start(1, 0, events),
			     .keeper = keeper_start(open_ok(now->scratch->db, STORE_READ), events),
			     .frame = frame_new()};

	now->app.strips = strips_new(t.workers, t.keeper);
	now->app.caps = (struct terminal_caps){.graphics = GRAPHICS_SIXEL,
					       .blocks = GRAPHICS_BLOCKS,
					       .pictures_max = pictures_max,
					       .cell_width_px = 8,
					       .cell_height_px = 16,
					       .picture_max_width_px = 1000,
					       .picture_max_height_px = 1000,
					       .registers = 256};
	return t;
}

static void terminal_done(struct terminal *t)
{
	workers_free(t->workers);
	keeper_stop(t->keeper);
	run_jobs(t->events, NULL, false);
	strips_free(now->app.strips);
	queue_free(t->events);
	frame_free(t->frame);
}

static void marks_send_no_pictures(void **state)
{
	struct terminal t = terminal_with(GRID_PICTURES_MAX);

	(void)state;
	press("\r");
	run_jobs(t.events, t.keeper, true);
	assert_int_equal(now->app.grid.placement_count, 1);
	assert_int_equal(sends_pictures(t.frame), 1);
	for (const char *key = " lVvhU"; *key; key++) {
		char keys[2] = {*key, '\0'};

		press(keys);
		assert_int_equal(sends_pictures(t.frame), 0);
	}
	terminal_done(&t);
}

/* Press a key; how many pictures are sent then, and the first row with one, from `top` on. */
static int step(struct terminal *t, const char *keys, int *row)
{
	const struct grid *g = &now->app.grid;
	int sent;

	press(keys);
	run_jobs(t->events, t->keeper, true);
	sent = sends_pictures(t->frame);
	*row = (g->placements[0].rect.row - now->app.row_area.row) / now->app.row_rows;
	assert_int_equal(g->placement_count, now->app.caps.pictures_max);
	for (int i = 1; i < g->placement_count; i++)
		assert_int_equal(g->placements[i].rect.row,
				 g->placements[0].rect.row + i * now->app.row_rows);
	return sent;
}

/* Three groups, and a terminal that keeps two pictures: the cursor's row is always one. */
static void pictures_are_near_the_cursor(void **state)
{
	struct terminal t = terminal_with(2);
	int row;

	(void)state;
	assert_int_equal(step(&t, "gg", &row), 2);
	assert_int_equal(row, 0);
	assert_int_equal(step(&t, "j", &row), 0);
	assert_int_equal(row, 0);
	assert_int_equal(step(&t, "j", &row), 1);
	assert_int_equal(row, 1);
	assert_int_equal(step(&t, "k", &row), 0);
	assert_int_equal(row, 1);
	assert_int_equal(step(&t, "k", &row), 1);
	assert_int_equal(row, 0);
	/* One that has room for all, after the same window. */
	now->app.caps.pictures_max = 3;
	assert_int_equal(step(&t, "G", &row), 1);
	assert_int_equal(row, 0);
	terminal_done(&t);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, review_setup, review_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_walk),
		TEST(marks_send_no_pictures),
		TEST(pictures_are_near_the_cursor),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
