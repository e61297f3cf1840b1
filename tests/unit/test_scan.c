/* The scan and the pool, against a small extractor that misbehaves on request. */
#include "scan_fixture.h"

#include "lookalike/scan/backlog.h"

static void test_nothing(void **state)
{
	struct outcome out;

	(void)state;
	scan_once("", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.status, OK);
	assert_int_equal(out.photo_count + out.notes, 0);
	assert_int_equal(out.progress.found, 0);
	assert_false(out.progress.walking);
}

static void test_missing_path(void **state)
{
	char missing[] = "/nonexistent/folder", *paths[] = {missing};
	struct scan_config config = {.paths = paths, .path_count = 1};
	struct pool *pool = make_pool(extractor, "", LONG_MS);
	struct queue *events = queue_new();
	struct scan *scan = NULL;
	struct error err;

	(void)state;
	config.known = known_list(1);
	config.known[0] = known_of("a.jpg", 1);
	config.known_count = 1;
	assert_int_equal(scan_start(&config, pool, events, &scan, &err), ERR_MISSING);
	assert_null(scan);
	assert_null(config.known);
	assert_null(queue_pop(events));
	queue_free(events);
	end_pool(pool);
}

static void test_ok(void **state)
{
	const struct photo *photo;
	struct outcome out;
	struct stat st;

	(void)state;
	make_file("a.jpg", "ok one");
	scan_once("", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.status, OK);
	assert_int_equal(out.photo_count, 1);
	expect_photo(&out, "a.jpg", VERDICT_OK, "ok one");
	photo = out.photos[0];
	assert_int_equal(stat("a.jpg", &st), 0);
	assert_int_equal(photo->size_bytes, 6);
	assert_int_equal(photo->mtime_ns, st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec);
	assert_int_equal(photo->width_px, 640);
	assert_int_equal(photo->height_px, 480);
	assert_true(photo->faces[0].box.width == 30 && photo->faces[0].landmarks[67].y == 134);
	assert_true(photo->faces[0].measures[EYEBROW_LIFT] == 7.25);
	assert_non_null(photo->faces[0].thumb);
	assert_int_equal(out.progress.found, 1);
	assert_int_equal(out.progress.done, 1);
	assert_int_equal(out.progress.failed, 0);
	outcome_done(&out);
}

/* Each bad file costs its own verdict; the good ones between them come through. */
static void test_bad_files(void **state)
{
	static const struct {
		const char *text, *detail;
		enum verdict verdict;
	} cases[] = {
		{"segv", "killed by signal 11 (Segmentation fault)", VERDICT_CRASHED},
		{"exit", "exit status 3", VERDICT_CRASHED},
		{"garbage", "sent garbage", VERDICT_CRASHED},
		{"lie", "sent garbage", VERDICT_CRASHED},
		{"ok", "ok", VERDICT_OK},
	};
	const int rounds = 3, kinds = (int)(sizeof(cases) / sizeof(cases[0]));
	struct outcome out;
	char name[32];

	(void)state;
	for (int i = 0; i < rounds * kinds; i++) {
		snprintf(name, sizeof(name), "%03d.png", i);
		make_file(name, cases[i % kinds].text);
	}
	scan_once("", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.status, OK);
	/* Every death has its second chance. */
	assert_int_equal(out.photo_count, rounds * kinds + rounds * (kinds - 1));
	assert_int_equal(out.progress.done, rounds * kinds);
	for (int i = 0; i < rounds * kinds; i++) {
		snprintf(name, sizeof(name), "%03d.png", i);
		expect_photo(&out, name, cases[i % kinds].verdict, cases[i % kinds].detail);
	}
	assert_int_equal(out.progress.failed, rounds * (kinds - 1));
	outcome_done(&out);
}

static void test_deadline(void **state)
{
	struct outcome out;

	(void)state;
	make_file("a.jpg", "loop");
	make_file("b.jpg", "half");
	make_file("c.jpg", "ok");
	make_file("d.jpg", "loop");
	make_file("e.jpg", "ok");
	scan_once("", DEADLINE_MS, NULL, 0, &out);
	assert_int_equal(out.photo_count, 5 + 3);
	expect_photo(&out, "a.jpg", VERDICT_TIMEOUT, "over 1 s");
	expect_photo(&out, "b.jpg", VERDICT_TIMEOUT, "over 1 s");
	expect_photo(&out, "c.jpg", VERDICT_OK, "ok");
	expect_photo(&out, "d.jpg", VERDICT_TIMEOUT, "over 1 s");
	expect_photo(&out, "e.jpg", VERDICT_OK, "ok");
	outcome_done(&out);
}

/* A photo that takes the whole extractor down is tried twice, the second time alone. */
static void test_extractor_death(void **state)
{
	struct outcome out;

	(void)state;
	make_file("a.jpg", "parent");
	make_file("b.jpg", "ok");
	make_file("c.jpg", "ok");
	scan_once("", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.status, OK);
	assert_int_equal(out.photo_count, 3);
	expect_photo(&out, "a.jpg", VERDICT_CRASHED, "the extractor killed by signal 9 (Killed)");
	assert_int_equal(photo_of(&out, "b.jpg")->verdict, VERDICT_OK);
	assert_int_equal(photo_of(&out, "c.jpg")->verdict, VERDICT_OK);
	outcome_done(&out);
}

static void test_unavailable(void **state)
{
	char gone[PATH_MAX];
	struct outcome out;
	struct error err;
	struct pool *pool;

	(void)state;
	make_file("a.jpg", "ok");
	make_file("b.jpg", "ok");
	snprintf(gone, sizeof(gone), "%s/nothing", root);
	pool = make_pool(gone, "", LONG_MS);
	assert_int_equal(pool_error(pool, &err), OK);
	scan_with(pool, NULL, 0, -1, &out);
	assert_int_equal(out.status, ERR_MISSING);
	assert_non_null(strstr(out.text, "cannot start the extractor"));
	assert_int_equal(out.photo_count, 0);
	outcome_done(&out);
	assert_int_equal(pool_error(pool, &err), ERR_MISSING);
	end_pool(pool);

	scan_once("nomodel", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.status, ERR_MODEL);
	assert_string_equal(out.text, "no landmark model at /landmarks");
	assert_int_equal(out.photo_count, 0);
	outcome_done(&out);

	scan_once("die", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.status, ERR_PROTOCOL);
	assert_non_null(strstr(out.text, "does not stay alive (exit status 4)"));
	assert_int_equal(out.photo_count, 0);
	outcome_done(&out);
}

static void test_cancel(void **state)
{
	struct pool *pool = make_pool(extractor, "", LONG_MS);
	struct outcome out;
	char name[32];

	(void)state;
	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "%03d.jpg", i);
		make_file(name, i < 3 ? "ok" : "loop");
	}
	scan_with(pool, NULL, 0, 3, &out); /* would hang to the deadline if it were not stopped */
	assert_int_equal(out.status, ERR_CANCELLED);
	assert_int_equal(out.photo_count, 3);
	assert_int_equal(out.gone_count, 0);
	outcome_done(&out);
	scan_with(pool, NULL, 0, 0, &out);
	assert_int_equal(out.status, ERR_CANCELLED);
	outcome_done(&out);
	/* The pool still works. */
	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "%03d.jpg", i);
		make_file(name, "ok");
	}
	scan_with(pool, NULL, 0, -1, &out);
	assert_int_equal(out.status, OK);
	assert_int_equal(out.photo_count, 50);
	outcome_done(&out);
	end_pool(pool);
}

/* Files that would end their worker if they were opened, and rows of every other kind. */
static void test_known(void **state)
{
	const size_t count = 7;
	struct known_file *known = known_list(count);
	struct outcome out;

	(void)state;
	make_file("a.jpg", "segv");
	make_file("b.jpg", "ok");
	make_file("c.jpg", "ok");
	assert_int_equal(link("a.jpg", "d.jpg"), 0);
	assert_int_equal(mkfifo("e.jpg", 0600), 0);
	make_file("f.jpg", "");
	make_file("g.jpg", "ok");
	known[0] = known_of("a.jpg", 1);
	known[1] = known_of("b.jpg", 2);
	known[1].mtime_ns--;
	known[2] = known_of("c.jpg", 3);
	known[2].verdict = VERDICT_UNREADABLE;
	known[3] = known_of("d.jpg", 4);
	known[3].same_as = text_copy(known[0].path);
	known[4] = known_of("e.jpg", 5);
	known[4].verdict = VERDICT_UNREADABLE;
	known[5] = known_of("f.jpg", 6);
	known[5].verdict = VERDICT_CORRUPT;
	known[6] = known_of("g.jpg", 7);
	known[6].same_as = text_copy(known[0].path);
	scan_once("", LONG_MS, known, count, &out);
	assert_int_equal(out.status, OK);
	assert_int_equal(out.progress.found, 7);
	assert_int_equal(out.progress.unchanged, 4);
	assert_int_equal(out.photo_count, 3);
	expect_photo(&out, "b.jpg", VERDICT_OK, "ok"); /* changed */
	expect_photo(&out, "c.jpg", VERDICT_OK, "ok"); /* was unreadable */
	expect_photo(&out, "g.jpg", VERDICT_OK, "ok"); /* was another name of a.jpg */
	assert_int_equal(out.gone_count, 0);
	outcome_done(&out);
}

static void test_rows_without_bytes(void **state)
{
	struct outcome out;
	char first[96];

	(void)state;
	make_file("a.jpg", "ok");
	assert_int_equal(link("a.jpg", "b.jpg"), 0);
	assert_int_equal(mkfifo("c.jpg", 0600), 0);
	make_file("d.jpg", "");
	scan_once("", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.photo_count, 4);
	snprintf(first, sizeof(first), "%s/a.jpg", root);
	assert_string_equal(photo_of(&out, "b.jpg")->same_as, first);
	expect_photo(&out, "b.jpg", VERDICT_OK, NULL);
	expect_photo(&out, "c.jpg", VERDICT_UNREADABLE, "a FIFO");
	expect_photo(&out, "d.jpg", VERDICT_CORRUPT, "empty file");
	assert_int_equal(out.progress.done, 4);
	assert_int_equal(out.progress.failed, 2);
	outcome_done(&out);
}

/* A folder in which the walk cannot look, root or not: the paths are too long. Returns one. */
static char *make_hidden(void)
{
	char name[251], path[5000];
	int len = snprintf(path, sizeof(path), "%s", root);

	memset(name, 'd', 250);
	name[250] = '\0';
	for (int i = 0; i < 17; i++) {
		assert_int_equal(mkdir(name, 0755), 0);
		assert_int_equal(chdir(name), 0);
		len += snprintf(path + len, sizeof(path) - (size_t)len, "/%s", name);
	}
	assert_int_equal(chdir(root), 0);
	return text_format("%s/x.jpg", path);
}

static void test_gone(void **state)
{
	const size_t count = 5;
	struct known_file *known = known_list(count);
	struct outcome out;

	(void)state;
	make_file("stays.jpg", "segv");
	known[0] = (struct known_file){.path = text_copy("/elsewhere/y.jpg"), .id = 1};
	known[1] = known_of("closed.jpg", 2);
	known[2] = (struct known_file){.path = make_hidden(), .id = 3};
	known[3] = known_of("gone\xff.jpg", 4);
	known[4] = known_of("stays.jpg", 5);
	scan_once("", LONG_MS, known, count, &out);
	assert_int_equal(out.status, OK);
	assert_int_equal(out.gone_count, 2);
	assert_int_equal(out.gone[0], 2);
	assert_int_equal(out.gone[1], 4);
	assert_int_equal(out.photo_count, 0);
	assert_int_equal(out.notes, 1);
	assert_non_null(strstr(out.note, "not wholly scanned: /tmp/"));
	outcome_done(&out);
}

static void test_backlog(void **state)
{
	static const char *const paths[] = {"/a/b/1.jpg", "/a/b/2.jpg", "/a",
					    "",           "/a/\xff",    "/a/\xff"};
	struct backlog b;
	char path[64];

	(void)state;
	backlog_init(&b);
	assert_true(backlog_empty(&b));
	assert_null(backlog_take(&b));
	for (int i = 0; i < 6; i++)
		backlog_put(&b, paths[i]);
	for (int i = 0; i < 6; i++)
		assert_string_equal(backlog_take(&b), paths[i]);
	assert_null(backlog_take(&b));
	/* Two in, one out, and then all of them, over many moves of the buffer. */
	for (int i = 0; i < 20000; i++) {
		snprintf(path, sizeof(path), "/folder/of/photos/%d.jpg", i);
		backlog_put(&b, path);
		snprintf(path, sizeof(path), "/folder/of/photos/%d.jpg", i / 2);
		if (i % 2)
			assert_string_equal(backlog_take(&b), path);
	}
	for (int i = 10000; i < 20000; i++) {
		snprintf(path, sizeof(path), "/folder/of/photos/%d.jpg", i);
		assert_string_equal(backlog_take(&b), path);
	}
	assert_true(backlog_empty(&b));
	backlog_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_ROOT(test_nothing),     IN_A_ROOT(test_missing_path),
		IN_A_ROOT(test_ok),          IN_A_ROOT(test_bad_files),
		IN_A_ROOT(test_deadline),    IN_A_ROOT(test_extractor_death),
		IN_A_ROOT(test_unavailable), IN_A_ROOT(test_cancel),
		IN_A_ROOT(test_known),       IN_A_ROOT(test_rows_without_bytes),
		IN_A_ROOT(test_gone),        cmocka_unit_test(test_backlog),
	};

	return find_extractor() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
