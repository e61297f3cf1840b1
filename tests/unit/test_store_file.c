/* The database file: who may read it, what is refused and how, and who may write. */
#include "store_fixture.h"

#include "lookalike/base/rng.h"
#include "lookalike/store/decisions.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static bool no_image(const struct image_row *row, void *user)
{
	(void)row;
	*(int *)user += 1;
	return true;
}

static bool no_face(const struct face_row *row, void *user)
{
	(void)row;
	*(int *)user += 1;
	return true;
}

static int mode_of(const char *folder, const char *name)
{
	char *path = text_format("%s/%s", folder, name);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	free(path);
	return (int)(st.st_mode & 07777);
}

static void test_modes(void **state)
{
	static const mode_t masks[] = {022, 000, 077};
	struct scratch *s = *state;
	mode_t before = umask(0);

	for (int i = 0; i < 3; i++) {
		char *folder = text_format("%s/deep%d", s->folder, i);
		char *db = text_format("%s/er/faces.db", folder);
		struct store *store;

		umask(masks[i]);
		store = open_ok(db, STORE_WRITE);
		put_ok(store, "/a", 1, 1);
		assert_int_equal(mode_of(folder, "."), 0700);
		assert_int_equal(mode_of(folder, "er"), 0700);
		assert_int_equal(mode_of(folder, "er/faces.db"), 0600);
		assert_int_equal(mode_of(folder, "er/faces.db-wal"), 0600);
		assert_int_equal(mode_of(folder, "er/faces.db-shm"), 0600);
		assert_int_equal(mode_of(folder, "er/faces.db-lock"), 0600);
		store_close(store);
		free(db);
		free(folder);
	}
	umask(before);
}

static void assert_refused(const char *path, enum store_mode mode, enum status expected,
			   const char *words)
{
	struct error err = {OK, ""};
	struct store *store = NULL;

	assert_int_equal(store_open(path, mode, &store, &err), expected);
	assert_null(store);
	assert_int_equal(err.code, expected);
	assert_null(strchr(err.msg, '\n'));
	if (!strstr(err.msg, words))
		fail_msg("\"%s\" not in \"%s\"", words, err.msg);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void test_refusals(void **state)
{
	struct scratch *s = *state;
	char *db = text_format("%s/a\nb.db", s->folder);
	char *below = text_format("%s/x", db);

	assert_refused(db, STORE_READ, ERR_MISSING, "there is no database $'");
	assert_refused(s->folder, STORE_READ, ERR_STORE, "not a regular file");
	assert_refused(s->folder, STORE_WRITE, ERR_STORE, "not a regular file");

	write_file(db, "", 0);
	assert_refused(db, STORE_READ, ERR_MISSING, "nothing in");
	assert_refused(below, STORE_WRITE, ERR_STORE, "cannot create");
	store_close(open_ok(db, STORE_WRITE));
	run_sql(db, "PRAGMA user_version = 99");
	assert_refused(db, STORE_READ, ERR_STORE, "newer lookalike");
	assert_refused(db, STORE_WRITE, ERR_STORE, "newer lookalike");
	assert_int_equal(count_rows(db, "PRAGMA user_version"), 99);
	unlink(db);

	write_file(db,
		   "this is no database, but long enough to be taken for a header......"
		   "...................................................................",
		   120);
	assert_refused(db, STORE_READ, ERR_STORE, "damaged or not a database");
	assert_refused(db, STORE_WRITE, ERR_STORE, "damaged or not a database");
	unlink(db);

	run_sql(db, "CREATE TABLE bookmarks (url TEXT)");
	assert_refused(db, STORE_READ, ERR_STORE, "another program");
	assert_refused(db, STORE_WRITE, ERR_STORE, "another program");
	assert_int_equal(count_rows(db, "SELECT count(*) FROM sqlite_schema"), 1);
	free(below);
	free(db);
}

/* Zeroed and scrambled pages: an error or fewer rows, never a crash or a wild value. */
static void test_damage(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct rng rng;
	struct stat st;
	char *bytes;
	int fd, rows, refused = 0;

	for (int i = 0; i < 40; i++) {
		char *path = text_format("/%d", i);

		put_ok(store, path, i, 2);
		free(path);
	}
	store_close(store);
	assert_int_equal(stat(s->db, &st), 0);
	bytes = malloc((size_t)st.st_size);
	fd = open(s->db, O_RDONLY);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	rng_seed(&rng, 3, 0);
	for (int round = 0; round < 60; round++) {
		char *damaged = malloc((size_t)st.st_size);
		struct face face = {.thumb = NULL};
		enum status status;

		memcpy(damaged, bytes, (size_t)st.st_size);
		for (int i = 0; i < 400; i++)
			damaged[rng_below(&rng, (uint64_t)st.st_size)] = (char)rng_next(&rng);
		write_file(s->db, damaged, (size_t)st.st_size);
		free(damaged);
		store = NULL;
		status = store_open(s->db, round % 2 ? STORE_READ : STORE_WRITE, &store, NULL);
		if (!status)
			status = store_load(store, no_image, no_face, &rows, NULL);
		for (int64_t id = 1; id < 80 && store; id++)
			if (store_face(store, id, true, &face, NULL) == OK)
				free(face.thumb);
		store_close(store);
		refused += status != OK;
	}
	assert_true(refused > 30);
	free(bytes);
}

/* Sound pages with values that this program never writes. */
static void test_wild_values(void **state)
{
	static const char *const changes[] = {
		"UPDATE images SET verdict = 1000",          "UPDATE images SET format = -1",
		"UPDATE images SET path = x'2f610062'",      "UPDATE images SET path = x''",
		"UPDATE faces SET measures = x'00'",         "UPDATE images SET face_count = -1",
		"UPDATE images SET face_count = 2000000000",
	};
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	int64_t face_id = put_ok(store, "/a", 1, 1);
	struct error err;
	struct face face;
	int rows = 0;

	for (int i = 0; i < 7; i++) {
		store_close(store);
		run_sql(s->db, changes[i]);
		store = open_ok(s->db, STORE_WRITE);
		assert_int_equal(store_load(store, no_image, no_face, &rows, &err), ERR_STORE);
		assert_non_null(strstr(err.msg, "damaged"));
		face_id = put_ok(store, "/a", 1, 1);
		if (i == 2 || i == 3)
			run_sql(s->db, "DELETE FROM images WHERE path <> x'2f61'");
	}
	run_sql(s->db, "UPDATE face_data SET landmarks = x'00'");
	assert_int_equal(store_face(store, face_id, true, &face, &err), ERR_STORE);
	store_close(store);
}

static void test_names_that_sqlite_would_interpret(void **state)
{
	static const char *const names[] = {":memory:", "file:x?mode=memory", "a%41?b#c"};
	struct scratch *s = *state;
	char *before = getcwd(NULL, 0), *linked;
	struct stat st;

	assert_int_equal(chdir(s->folder), 0);
	for (int i = 0; i < 3; i++) {
		struct store *store = open_ok(names[i], STORE_WRITE);

		put_ok(store, "/a", 1, 1);
		store_close(store);
		assert_int_equal(stat(names[i], &st), 0);
		assert_true(st.st_size > 0);
		assert_int_equal(count_rows(i == 1 ? "./file:x?mode=memory" : names[i],
					    i == 0 ? "SELECT 1" : "SELECT count(*) FROM images"),
				 1);
		store_close(open_ok(names[i], STORE_READ));
	}
	/* Two names of one file have one lock. */
	assert_int_equal(symlink("a%41?b#c", "linked"), 0);
	linked = text_format("%s/linked", s->folder);
	struct store *store = open_ok(names[2], STORE_WRITE);

	assert_refused(linked, STORE_WRITE, ERR_LOCKED, "in use by another lookalike");
	store_close(store);
	store_close(open_ok(linked, STORE_WRITE));
	free(linked);
	assert_int_equal(chdir(before), 0);
	free(before);
}

/* As a user who owns the folder but may not write in it; root could. */
static void drop_privileges(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};

	if (syscall(SYS_capset, &header, none) < 0)
		_exit(90);
}

/* Status of opening in a child without privileges, or 100 + the number of images. */
static int open_unprivileged(const char *db, enum store_mode mode)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct store *store = NULL;
		enum status opened;

		drop_privileges();
		opened = store_open(db, mode, &store, NULL);
		_exit(opened ? (int)opened : 100 + images_in(store));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_read_only_folder(void **state)
{
	struct scratch *s = *state;
	char *folder = text_format("%s/sub", s->folder);
	char *wal = text_format("%s-wal", s->db);
	struct store *store = open_ok(s->db, STORE_WRITE);

	put_ok(store, "/a", 1, 1);
	put_ok(store, "/b", 2, 1);
	store_close(store);
	assert_int_equal(access(wal, F_OK), -1);
	assert_int_equal(chmod(folder, 0500), 0);
	assert_int_equal(chmod(s->db, 0400), 0);
	assert_int_equal(open_unprivileged(s->db, STORE_READ), 102);
	assert_int_equal(open_unprivileged(s->db, STORE_WRITE), ERR_STORE);

	/* Rows in a WAL that cannot be read must not be passed over in silence. */
	assert_int_equal(chmod(folder, 0700), 0);
	write_file(wal, "not empty", 9);
	assert_int_equal(chmod(folder, 0500), 0);
	assert_int_equal(open_unprivileged(s->db, STORE_READ), ERR_STORE);
	assert_int_equal(chmod(folder, 0700), 0);
	free(wal);
	free(folder);
}

/* The child opens the store, says so, and waits to be killed. */
static pid_t start_writer(const char *db)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct store *store = NULL;

		if (store_open(db, STORE_WRITE, &store, NULL) || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

/* What is written to a file that its name no longer leads to would be lost with it. */
static void test_moved_or_removed(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE), *other;
	char *moved = text_format("%s.moved", s->db);
	int64_t id = put_ok(store, "/a", 1, 1);
	struct decision_request aside = {.kind = DECISION_ASIDE, .face_ids = &id, .face_count = 1};
	struct decision done;
	struct error err;

	assert_int_equal(rename(s->db, moved), 0);
	assert_int_equal(store_decide(store, &aside, &done, &err), ERR_STORE);
	assert_non_null(strstr(err.msg, "was removed, renamed or replaced"));
	assert_int_equal(rename(moved, s->db), 0);
	assert_int_equal(store_decide(store, &aside, &done, &err), OK);
	decision_done(&done);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char *file = text_format("%s%s", s->db, ends[i]);

		assert_int_equal(unlink(file), 0);
		free(file);
	}
	aside.kind = DECISION_OPEN;
	assert_int_equal(store_decide(store, &aside, &done, &err), ERR_STORE);
	other = open_ok(s->db, STORE_WRITE);
	assert_int_equal(store_decide(store, &aside, &done, &err), ERR_STORE);
	store_close(other);
	store_close(store);
	free(moved);
}

static void test_one_writer(void **state)
{
	struct scratch *s = *state;
	pid_t pid = start_writer(s->db);
	char *words = text_format("faces.db is in use by another lookalike (pid %ld)", (long)pid);
	int status;

	assert_refused(s->db, STORE_WRITE, ERR_LOCKED, words);
	store_close(open_ok(s->db, STORE_READ));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	store_close(open_ok(s->db, STORE_WRITE));
	free(words);
}

/* Try to become the writer when the go is given, and tell: by its pid, or by 0. */
static void race(const char *db, int go, int done)
{
	struct store *store = NULL;
	struct error err;
	enum status opened;
	pid_t told;
	char byte;

	if (read(go, &byte, 1) != 0)
		_exit(1);
	opened = store_open(db, STORE_WRITE, &store, &err);
	told = opened == OK ? getpid() : 0;
	if (write(done, &told, sizeof(told)) != sizeof(told))
		_exit(1);
	/* Nobody lets go before everybody has tried. */
	while (opened == OK)
		pause();
	_exit(opened == ERR_LOCKED && strstr(err.msg, "in use") ? 0 : 1);
}

/* Many start at once: one of them writes, each time; killed, it is in nobody's way. */
static void test_race(void **state)
{
	struct scratch *s = *state;

	for (int round = 0; round < 5; round++) {
		int go[2], done[2], status;
		pid_t told, writer = 0;

		assert_int_equal(pipe(go) | pipe(done), 0);
		for (int i = 0; i < 20; i++) {
			if (fork())
				continue;
			close(go[1]);
			race(s->db, go[0], done[1]);
		}
		close(go[0]);
		close(go[1]);
		for (int i = 0; i < 20; i++) {
			assert_int_equal(read(done[0], &told, sizeof(told)), sizeof(told));
			assert_true(!told || !writer);
			writer = told ? told : writer;
		}
		assert_true(writer > 0);
		for (int i = 0; i < 19; i++) {
			assert_true(wait(&status) > 0);
			assert_int_equal(status, 0);
		}
		assert_refused(s->db, STORE_WRITE, ERR_LOCKED, "in use");
		assert_int_equal(kill(writer, SIGKILL), 0);
		assert_int_equal(waitpid(writer, &status, 0), writer);
		close(done[0]);
		close(done[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
		T(test_modes),
		T(test_refusals),
		T(test_damage),
		T(test_wild_values),
		T(test_names_that_sqlite_would_interpret),
		T(test_read_only_folder),
		T(test_moved_or_removed),
		T(test_one_writer),
		T(test_race),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
