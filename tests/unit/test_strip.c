/* Pictures of groups: the last one until the next, and all of them at once. */
#include "store_fixture.h"

#include "lookalike/ui/strip.h"

#define GROUPS 3

static const struct picture_options options = {.graphics = GRAPHICS_BLOCKS,
					       .thumb_cols = 4,
					       .thumb_rows = 2,
					       .gap_cols = 1,
					       .cell_width_px = 8,
					       .cell_height_px = 16,
					       .colors = 256};

struct fixture {
	struct queue *events;
	struct workers *workers;
	struct keeper *keeper;
	struct strips *strips;
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

static void fixture_done(struct fixture *f)
{
	workers_stop(f->workers);
	keeper_stop(f->keeper);
	assert_null(queue_pop(f->events));
	strips_free(f->strips);
	queue_free(f->events);
}

/* A frame in which each group asks for a row of one face of its own, by a number for all. */
static void draw(struct fixture *f, int number, const struct picture *shown[GROUPS])
{
	strips_frame(f->strips);
	for (int g = 0; g < GROUPS; g++) {
		struct session_face face = {.id = 100 * number + g}, *faces[] = {&face};

		shown[g] = strips_row(f->strips, g + 1, faces, 1, 1, &options);
	}
	keeper_send(f->keeper);
}

static void take_answers(struct fixture *f)
{
	for (int g = 0; g < GROUPS; g++)
		assert_true(strips_take_answer(f->strips,
					       (struct keeper_answer *)queue_wait(f->events)));
}

static void take_picture(struct fixture *f)
{
	assert_true(strips_take_job(f->strips, (struct job *)queue_wait(f->events)));
}

static void first_pictures_come_one_by_one(void **state)
{
	struct fixture f = fixture_new(*state);
	const struct picture *shown[GROUPS];

	draw(&f, 1, shown);
	take_answers(&f);
	draw(&f, 1, shown);
	for (int came = 0; came <= GROUPS; came++) {
		if (came)
			take_picture(&f);
		draw(&f, 1, shown);
		for (int g = 0; g < GROUPS; g++)
			assert_int_equal(shown[g] != NULL, g < came);
	}
	fixture_done(&f);
}

static void groups_change_together(void **state)
{
	struct fixture f = fixture_new(*state);
	const struct picture *first[GROUPS], *shown[GROUPS];

	draw(&f, 1, first);
	take_answers(&f);
	draw(&f, 1, first);
	for (int g = 0; g < GROUPS; g++)
		take_picture(&f);
	draw(&f, 1, first);

	draw(&f, 2, shown);
	take_answers(&f);
	draw(&f, 2, shown);
	for (int g = 0; g < GROUPS; g++) {
		assert_memory_equal(shown, first, sizeof(shown));
		take_picture(&f);
		draw(&f, 2, shown);
	}
	for (int g = 0; g < GROUPS; g++) {
		assert_non_null(shown[g]);
		assert_ptr_not_equal(shown[g], first[g]);
	}

	/* What was there comes back at once; and of the two the one that was shown last stays. */
	draw(&f, 1, shown);
	assert_memory_equal(shown, first, sizeof(shown));
	draw(&f, 3, shown);
	assert_memory_equal(shown, first, sizeof(shown));
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
