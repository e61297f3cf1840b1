/* Pictures of groups: the last one until the next, and all sixels at once. */
#include "store_fixture.h"

#include "lookalike/base/clock.h"
#include "lookalike/review/grouping.h"
#include "lookalike/ui/strip.h"

#include <unistd.h>

#define GROUPS 3

static const struct picture_options sixels = {.graphics = GRAPHICS_SIXEL,
					      .thumb_cols = 4,
					      .thumb_rows = 2,
					      .gap_cols = 1,
					      .cell_width_px = 8,
					      .cell_height_px = 16,
					      .colors = 16};

struct fixture {
	struct queue *events;
	struct workers *workers;
	struct keeper *keeper;
	struct strips *strips;
	struct queue_item *early[GROUPS]; /* pictures that came before the last answer */
	int early_count;
};

static struct fixture fixture_new(struct scratch *scratch)
{
	struct queue *events = queue_new();
	struct fixture f = {.events = events,
			    .workers = workers_start(1, 0, events),
			    .keeper = keeper_start(open_ok(scratch->db, STORE_WRITE), events)};

	f.strips = strips_new(f.workers, f.keeper);
	return f;
}

/* Rows begin when their thumbnails are there, without another frame. */
static void take_answers(struct fixture *f)
{
	for (int answers = 0; answers < GROUPS;) {
		struct queue_item *item = queue_wait(f->events);

		if (item->kind == JOB_PICTURE) {
			f->early[f->early_count++] = item;
			continue;
		}
		assert_false(strips_take_answer(f->strips, (struct keeper_answer *)item));
		answers++;
	}
}

/* Whether a frame is due for it. */
static bool take_picture(struct fixture *f)
{
	struct queue_item *item = f->early_count ? f->early[0] : queue_wait(f->events);

	if (f->early_count)
		memmove(f->early, f->early + 1, (size_t)--f->early_count * sizeof(*f->early));
	return strips_take_job(f->strips, (struct job *)item);
}

static void fixture_done(struct fixture *f)
{
	struct queue_item *item;

	workers_stop(f->workers);
	keeper_stop(f->keeper);
	while (f->early_count)
		take_picture(f);
	while ((item = queue_pop(f->events)))
		strips_take_job(f->strips, (struct job *)item);
	workers_free(f->workers);
	strips_free(f->strips);
	queue_free(f->events);
}

/* A frame in which each group asks for a row of one face of its own, by a number for all. */
static void draw(struct fixture *f, int number, const struct picture_options *options,
		 const struct picture *shown[GROUPS])
{
	strips_frame(f->strips);
	for (int g = 0; g < GROUPS; g++) {
		struct session_face face = {.id = 100 * number + g}, *faces[] = {&face};

		shown[g] = strips_row(f->strips, g + 1, faces, 1, 1, options);
	}
	keeper_send(f->keeper);
}

static void draw_whole(struct fixture *f, int number, const struct picture_options *options,
		       const struct picture *shown[GROUPS])
{
	draw(f, number, options, shown);
	take_answers(f);
	for (int g = 0; g < GROUPS; g++)
		take_picture(f);
	draw(f, number, options, shown);
}

static void first_pictures_come_one_by_one(void **state)
{
	struct fixture f = fixture_new(*state);
	const struct picture *shown[GROUPS];

	draw(&f, 1, &sixels, shown);
	take_answers(&f);
	for (int came = 0; came <= GROUPS; came++) {
		if (came)
			assert_true(take_picture(&f));
		draw(&f, 1, &sixels, shown);
		for (int g = 0; g < GROUPS; g++)
			assert_int_equal(shown[g] != NULL, g < came);
	}
	fixture_done(&f);
}

static void groups_change_together(void **state)
{
	struct fixture f = fixture_new(*state);
	const struct picture *first[GROUPS], *shown[GROUPS];

	draw_whole(&f, 1, &sixels, first);
	draw(&f, 2, &sixels, shown);
	take_answers(&f);
	for (int g = 0; g < GROUPS; g++) {
		assert_memory_equal(shown, first, sizeof(shown));
		assert_int_equal(take_picture(&f), g == GROUPS - 1);
		draw(&f, 2, &sixels, shown);
	}
	for (int g = 0; g < GROUPS; g++) {
		assert_non_null(shown[g]);
		assert_ptr_not_equal(shown[g], first[g]);
	}

	/* What was there comes back at once; and of the two the one that was shown last stays. */
	draw(&f, 1, &sixels, shown);
	assert_memory_equal(shown, first, sizeof(shown));
	draw(&f, 3, &sixels, shown);
	assert_memory_equal(shown, first, sizeof(shown));
	take_answers(&f);
	fixture_done(&f);
}

static void waiting_has_an_end(void **state)
{
	struct fixture f = fixture_new(*state);
	const struct picture *first[GROUPS], *shown[GROUPS];
	int64_t due_ms, now_ms;

	draw_whole(&f, 1, &sixels, first);
	assert_true(strips_due_ms(f.strips) == INT64_MAX);
	draw(&f, 2, &sixels, shown);
	take_answers(&f);
	assert_false(take_picture(&f));
	now_ms = clock_ms();
	due_ms = strips_due_ms(f.strips);
	assert_in_range(due_ms, now_ms, now_ms + 1000);
	draw(&f, 2, &sixels, shown);
	assert_ptr_equal(shown[0], first[0]);
	assert_true(strips_due_ms(f.strips) == due_ms);
	while (clock_ms() < due_ms)
		usleep(10000);
	draw(&f, 2, &sixels, shown);
	assert_ptr_not_equal(shown[0], first[0]);
	assert_ptr_equal(shown[1], first[1]);
	assert_true(strips_due_ms(f.strips) == INT64_MAX);
	fixture_done(&f);
}

static void blocks_do_not_wait(void **state)
{
	struct fixture f = fixture_new(*state);
	struct picture_options blocks = sixels;
	const struct picture *first[GROUPS], *shown[GROUPS];

	blocks.graphics = GRAPHICS_BLOCKS;
	draw_whole(&f, 1, &blocks, first);
	draw(&f, 2, &blocks, shown);
	take_answers(&f);
	assert_true(take_picture(&f));
	draw(&f, 2, &blocks, shown);
	assert_ptr_not_equal(shown[0], first[0]);
	assert_ptr_equal(shown[1], first[1]);
	fixture_done(&f);
}

/* No frame shows it: its groups went while it was made. */
static void nobody_waits_for_what_is_not_asked_for(void **state)
{
	struct fixture f = fixture_new(*state);
	const struct picture *first[GROUPS], *shown[GROUPS];

	draw_whole(&f, 1, &sixels, first);
	draw(&f, 2, &sixels, shown);
	take_answers(&f);
	draw(&f, 1, &sixels, shown);
	assert_memory_equal(shown, first, sizeof(shown));
	for (int g = 0; g < GROUPS; g++)
		assert_false(take_picture(&f));
	fixture_done(&f);
}

/* A row waits for others; then they are scrolled away. */
static void nobody_waits_for_what_went(void **state)
{
	struct session_face face = {.id = 200}, *faces[] = {&face};
	struct fixture f = fixture_new(*state);
	const struct picture *first[GROUPS], *shown[GROUPS];

	draw_whole(&f, 1, &sixels, first);
	draw(&f, 2, &sixels, shown);
	take_answers(&f);
	assert_false(take_picture(&f));
	strips_frame(f.strips);
	strips_row(f.strips, 1, faces, 1, 1, &sixels);
	assert_true(strips_due_ms(f.strips) <= clock_ms());
	strips_frame(f.strips);
	assert_ptr_not_equal(strips_row(f.strips, 1, faces, 1, 1, &sixels), first[0]);
	assert_true(strips_due_ms(f.strips) == INT64_MAX);
	fixture_done(&f);
}

/* Thumbnails may come when nobody makes rows of them any more. */
static void answers_come_after_the_workers(void **state)
{
	struct fixture f = fixture_new(*state);
	const struct picture *shown[GROUPS];

	draw(&f, 1, &sixels, shown);
	workers_stop(f.workers);
	take_answers(&f);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(first_pictures_come_one_by_one, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(groups_change_together, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(waiting_has_an_end, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(blocks_do_not_wait, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(nobody_waits_for_what_is_not_asked_for,
						scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(nobody_waits_for_what_went, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(answers_come_after_the_workers, scratch_setup,
						scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
