/* The line above the key hints: what goes on, what there is, and what was decided. */
#include "review_fixture.h"

#include "lookalike/ui/status.h"

static const char *line(int cols, const struct scan_progress *progress)
{
	struct app *app = &now->app;
	size_t len;
	FILE *out;

	grid_done(&app->grid);
	grid_init(&app->grid, 1, cols);
	status_draw(app, 0, progress, progress != NULL);
	free(now->screen);
	out = open_memstream(&now->screen, &len);
	grid_write(&app->grid, out);
	fclose(out);
	now->screen[strcspn(now->screen, "\n")] = '\0';
	return now->screen;
}

/* The longest that fits, at every width; nothing runs into anything else. */
static void decisions_and_faces_left(void **state)
{
	(void)state;
	assert_string_equal(line(80, NULL), " 12 with faces   0 without   0 failed   saved");
	assert_string_equal(line(40, NULL), " saved   0 failed");
	assert_string_equal(line(16, NULL), " saved");
	press("achoir\r");
	answer();
	press("\rx");
	answer();
	now->app.message[0] = '\0';
	assert_string_equal(
		line(80, NULL),
		" 12 with faces   0 without   0 failed   saved         2 decisions  7 faces left");
	assert_string_equal(
		line(70, NULL),
		" 12 with faces   0 without   0 failed   saved     2 decisions  7 left");
	assert_string_equal(line(60, NULL),
			    " 0 failed   saved                 2 decisions  7 faces left");
	assert_string_equal(line(40, NULL), " saved   0 failed   2 decisions  7 left");
	assert_string_equal(line(28, NULL), " saved  2 decisions  7 left");
	assert_string_equal(line(20, NULL), " saved       7 left");
	press("u");
	answer();
	now->app.message[0] = '\0';
	assert_string_equal(line(40, NULL), " saved   0 failed    1 decision  8 left");
}

static void they_stand_beside_a_message(void **state)
{
	(void)state;
	press("achoir\r");
	assert_string_equal(line(80, NULL), " 12 with faces   0 without   0 failed   saving");
	answer();
	assert_string_equal(line(60, NULL),
			    " 4 faces in choir: saved           1 decision  8 faces left");
	assert_string_equal(line(34, NULL), " 4 faces in choir: saved   8 left");
	assert_string_equal(line(30, NULL), " 4 faces in choir: saved");
}

/* 8 of 10 photos were known, one of the two others is measured; then 5 of the 8 lack embeddings. */
static void measuring_and_then_embedding(void **state)
{
	struct scan_progress progress = {
		.found = 15, .lacking = 5, .unchanged = 8, .done = 1, .failed = 1, .seconds = 2};

	(void)state;
	assert_string_equal(line(100, &progress),
			    " ██████████████████░░  90 %  9 / 10   0.5 photos/s   2 s left   "
			    "1 failed   C-c stops");
	progress.done = 4;
	progress.embedded = 2;
	progress.embedding_seconds = 1;
	assert_string_equal(line(100, &progress),
			    " embedding   ████████░░░░░░░░░░░░  40 %  2 / 5   2.0 photos/s   "
			    "2 s left   C-c stops");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, review_setup, review_teardown)
	const struct CMUnitTest tests[] = {
		TEST(decisions_and_faces_left),
		TEST(they_stand_beside_a_message),
		TEST(measuring_and_then_embedding),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
