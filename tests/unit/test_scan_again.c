/*
 * What a scan does more than once: files that changed, files on which a worker or the whole
 * program died, failures of another version; and workers that are replaced.
 */
#include "scan_fixture.h"

static void forget_suspects(void)
{
	while (suspect_count > 0)
		free(suspects[--suspect_count]);
}

/* A worker's death counts at once and is tried once more; what then works was not to blame. */
static void test_second_chance(void **state)
{
	struct outcome out;
	char text[128];

	(void)state;
	snprintf(text, sizeof(text), "once %s/.mark", root);
	make_file("a.jpg", text);
	make_file("b.jpg", "exit");
	make_file("c.jpg", "ok");
	scan_once("", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.photo_count, 5);
	for (int i = 0; i < 3; i++)
		assert_int_equal(out.photos[i]->deaths, out.photos[i]->verdict == VERDICT_CRASHED);
	expect_photo(&out, "a.jpg", VERDICT_OK, "better");
	assert_int_equal(photo_of(&out, "a.jpg")->deaths, 0);
	expect_photo(&out, "b.jpg", VERDICT_CRASHED, "exit status 3");
	assert_int_equal(photo_of(&out, "b.jpg")->deaths, 2);
	assert_string_equal(photo_of(&out, "b.jpg")->maker, "key fake 1");
	assert_int_equal(out.progress.done, 3);
	assert_int_equal(out.progress.failed, 1);
	outcome_done(&out);
}

/* What a version without photo_quality has measured is measured again where it lies. */
static void test_outdated(void **state)
{
	struct known_file *known = known_list(2);
	struct outcome out;

	(void)state;
	make_file("a.jpg", "ok a");
	make_file("b.jpg", "ok b");
	known[0] = known_of("a.jpg", 1);
	known[0].outdated = true;
	known[1] = known_of("b.jpg", 2);
	scan_once("", LONG_MS, known, 2, &out);
	assert_int_equal(out.photo_count, 1);
	assert_int_equal(out.progress.unchanged, 1);
	assert_true(photo_quality_known(&photo_of(&out, "a.jpg")->quality));
	outcome_done(&out);
}

/* Failures are tried again when the maker has changed, deaths until there are two of them. */
static void test_known_failures(void **state)
{
	const size_t count = 6;
	struct known_file *known = known_list(count);
	struct outcome out;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char name[] = "a.jpg";

		name[0] = (char)('a' + i);
		make_file(name, i == 1 ? "exit" : "ok");
		known[i] = known_of(name, (int64_t)i + 1);
	}
	known[0].verdict = known[1].verdict = known[2].verdict = VERDICT_CRASHED;
	known[0].deaths = 2;
	known[1].deaths = 1;
	known[2].deaths = 2;
	known[2].same_maker = false;
	known[3].verdict = VERDICT_CORRUPT;
	known[4].verdict = VERDICT_CORRUPT;
	known[4].same_maker = false;
	known[5].same_maker = false; /* measured, and not by this maker */
	scan_once("", LONG_MS, known, count, &out);
	assert_int_equal(out.progress.unchanged, 3);
	assert_int_equal(out.photo_count, 3);
	expect_photo(&out, "b.jpg", VERDICT_CRASHED, "exit status 3");
	assert_int_equal(photo_of(&out, "b.jpg")->deaths, 2);
	expect_photo(&out, "c.jpg", VERDICT_OK, "ok");
	expect_photo(&out, "e.jpg", VERDICT_OK, "ok");
	outcome_done(&out);
}

/* What was in flight when a program was killed comes last, each alone, in the order given. */
static void test_suspects(void **state)
{
	struct outcome out;
	char name[16];

	(void)state;
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "%03d.jpg", i);
		make_file(name, "ok");
	}
	suspects[suspect_count++] = text_format("%s/007.jpg", root);
	suspects[suspect_count++] = text_format("%s/gone.jpg", root);
	suspects[suspect_count++] = text_format("%s/003.jpg", root);
	scan_once("", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.photo_count, 40);
	assert_int_equal(out.tried_count, 40);
	assert_string_equal(out.tried[38], suspects[0]);
	assert_string_equal(out.tried[39], suspects[2]);
	assert_int_equal(out.window[39], out.window_count - 1);
	assert_int_equal(out.window[38], out.window_count - 2);
	assert_int_equal(out.window[37], out.window_count - 3);
	assert_string_equal(out.photos[38]->path, suspects[0]);
	assert_string_equal(out.photos[39]->path, suspects[2]);
	outcome_done(&out);
	forget_suspects();
}

/* Nothing is opened before it is noted, and a scan that waits for that can be stopped. */
static void test_waits_for_notes(void **state)
{
	char *paths[] = {root};
	struct scan_config config = {.paths = paths,
				     .path_count = 1,
				     .file_bytes_max = 1 << 20,
				     .maker_key = "key"};
	struct pool *pool = make_pool(extractor, "", LONG_MS);
	struct queue *events = queue_new();
	struct scan_event *event;
	struct scan *scan;

	(void)state;
	make_file("a.jpg", "ok");
	assert_int_equal(scan_start(&config, pool, events, &scan, NULL), OK);
	event = (struct scan_event *)queue_wait(events);
	assert_int_equal(event->item.kind, SCAN_TRYING);
	assert_int_equal(event->path_count, 1);
	scan_event_free(event);
	scan_stop(scan);
	event = (struct scan_event *)queue_wait(events);
	assert_int_equal(event->item.kind, SCAN_FINISHED);
	scan_event_free(event);
	scan_free(scan);
	assert_null(queue_pop(events));
	queue_free(events);
	end_pool(pool);
}

/*
 * The C library's, as the program under test sees it: every second look at a file whose size is
 * 1000 + n finds another time, as often as the test has said.
 */
static int changes_left[1024];

int fstat(int fd, struct stat *st)
{
	int result = fstatat(fd, "", st, AT_EMPTY_PATH);
	int64_t n = result == 0 ? st->st_size - 1000 : 0;

	if (n > 0 && n < 1024 && S_ISREG(st->st_mode) && changes_left[n] > 0)
		st->st_mtim.tv_nsec = changes_left[n]-- % 2 ? 1 : 2;
	return result;
}

static void make_changing_file(const char *name, const char *text, int size, int changes)
{
	char bytes[2024] = {0};

	memset(bytes, ' ', (size_t)size);
	memcpy(bytes, text, strlen(text));
	make_file(name, bytes);
	changes_left[size - 1000] = changes;
}

/* A file that is written to while it is read is read again at the end, and then has its verdict. */
static void test_changed(void **state)
{
	struct outcome out;

	(void)state;
	make_changing_file("a.jpg", "ok", 1001, 2);
	make_changing_file("b.jpg", "ok", 1002, 1000);
	make_file("c.jpg", "ok");
	make_file("d.jpg", "ok");
	scan_once("", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.status, OK);
	assert_int_equal(out.photo_count, 4);
	expect_photo(&out, "a.jpg", VERDICT_OK, NULL);
	expect_photo(&out, "b.jpg", VERDICT_CHANGED, "written to while it was read");
	assert_ptr_not_equal(photo_of(&out, "a.jpg"), out.photos[0]);
	assert_int_equal(out.progress.done, 4);
	assert_int_equal(out.progress.failed, 1);
	outcome_done(&out);
}

/* A worker makes room for another after so many photos; nothing is lost on the way. */
static void test_worker_is_replaced(void **state)
{
	const int photos = 2 * POOL_PHOTOS_PER_WORKER + 2;
	struct pool_config config = {
		.extractor = extractor,
		.models = "",
		.landmarks = "/landmarks",
		.workers = 1,
		.cpu_deadline_ms = LONG_MS,
		.wall_deadline_ms = LONG_MS,
	};
	struct pool *pool = pool_new(&config);
	char *paths[] = {root}, name[16];
	struct scan_config scan_config = {.paths = paths,
					  .path_count = 1,
					  .file_bytes_max = 1 << 20,
					  .maker_key = "key"};
	struct queue *events = queue_new();
	struct scan_event *event;
	char pids[4][16];
	int pid_count = 0, photo_count = 0;
	struct scan *scan;
	bool more = true;

	(void)state;
	for (int i = 0; i < photos; i++) {
		snprintf(name, sizeof(name), "%d.jpg", i);
		make_file(name, "pid");
	}
	assert_int_equal(scan_start(&scan_config, pool, events, &scan, NULL), OK);
	while (more) {
		event = (struct scan_event *)queue_wait(events);
		if (event->item.kind == SCAN_TRYING)
			scan_tried(scan);
		if (event->item.kind == SCAN_PHOTO) {
			const char *pid = event->photo->detail;

			assert_int_equal(event->photo->verdict, VERDICT_OK);
			photo_count++;
			if (pid_count == 0 || strcmp(pids[pid_count - 1], pid)) {
				assert_true(pid_count < 4);
				snprintf(pids[pid_count++], sizeof(pids[0]), "%s", pid);
			}
		}
		more = event->item.kind != SCAN_FINISHED;
		scan_event_free(event);
	}
	assert_int_equal(photo_count, photos);
	assert_int_equal(pid_count, 3);
	scan_free(scan);
	queue_free(events);
	end_pool(pool);
}

/* Less than full isolation is told, once. */
static void test_isolation_is_told(void **state)
{
	struct outcome out;

	(void)state;
	make_file("a.jpg", "ok");
	make_file("b.jpg", "ok");
	scan_once("partial", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.notes, 1);
	assert_non_null(strstr(out.note, "partial, without: no file can be opened (Landlock)"));
	outcome_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_ROOT(test_second_chance),      IN_A_ROOT(test_known_failures),
		IN_A_ROOT(test_outdated),           IN_A_ROOT(test_suspects),
		IN_A_ROOT(test_waits_for_notes),    IN_A_ROOT(test_changed),
		IN_A_ROOT(test_worker_is_replaced), IN_A_ROOT(test_isolation_is_told),
	};

	return find_extractor() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
