/*
 * A writer killed with SIGKILL in the middle of its work, again and again on one database: every
 * photo that it had reported as committed is there, whole.
 */
#include "store_fixture.h"

#include "lookalike/base/rng.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#define KILLS 20

#define NAMES 500

static void path_of(int number, char out[32])
{
	snprintf(out, 32, "/photo%d", number % NAMES);
}

/* Commit photos first, first + 1, ... in batches of 1 to 5, and report each commit. */
static void write_for_ever(const char *db, int first, int report_fd)
{
	struct store *store = NULL;
	char path[32];

	if (store_open(db, STORE_WRITE, &store, NULL))
		_exit(1);
	for (int n = first;;) {
		int end = n + 1 + n % 5;

		if (store_begin(store, NULL))
			_exit(2);
		for (; n < end; n++) {
			struct photo *photo;

			path_of(n, path);
			photo = photo_of(path, n, n % 4);
			if (store_put(store, photo, NULL))
				_exit(3);
			photo_free(photo);
		}
		if (store_commit(store, NULL))
			_exit(4);
		if (write(report_fd, &n, sizeof(n)) != sizeof(n))
			_exit(5);
	}
}

/* Returns the number after the last one reported as committed. */
static int kill_a_writer(const char *db, int first, struct rng *rng)
{
	struct timespec wait = {0, 1000000 * (1 + (long)rng_below(rng, 60))};
	int report[2], status, n, reported = first;
	pid_t pid;

	assert_int_equal(pipe(report), 0);
	pid = fork();
	if (pid == 0) {
		close(report[0]);
		write_for_ever(db, first, report[1]);
	}
	close(report[1]);
	/* The moment is counted from the first commit, however long a start takes here. */
	if (rng_below(rng, 4))
		assert_int_equal(read(report[0], &reported, sizeof(n)), sizeof(n));
	nanosleep(&wait, NULL);
	assert_int_equal(kill(pid, SIGKILL), 0);
	while (read(report[0], &n, sizeof(n)) == sizeof(n))
		reported = n;
	close(report[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	return reported;
}

struct found {
	int number[NAMES]; /* what each name holds, -1 for nothing */
	int name;          /* of the image that came last */
	int faces;
	int64_t face_ids[NAMES * 3];
};

static bool find_image(const struct image_row *row, void *user)
{
	struct found *found = user;

	assert_int_equal(sscanf(row->path, "/photo%d", &found->name), 1);
	found->number[found->name] = row->width_px - 640;
	assert_int_equal(row->face_count, found->number[found->name] % 4);
	return true;
}

static bool find_face(const struct face_row *row, void *user)
{
	struct found *found = user;

	found->face_ids[found->faces++] = row->id;
	return true;
}

static void check(const char *db, int committed)
{
	static struct found found;
	struct store *store = open_ok(db, STORE_WRITE);
	int at = 0;

	memset(&found, -1, sizeof(found));
	found.faces = 0;
	assert_int_equal(store_load(store, find_image, find_face, &found, NULL), OK);
	for (int n = committed > NAMES ? committed - NAMES : 0; n < committed; n++)
		assert_true(found.number[n % NAMES] >= n);
	for (int i = 0; i < NAMES; i++)
		at += found.number[i] > 0 ? found.number[i] % 4 : 0;
	assert_int_equal(at, found.faces);
	store_close(store);
	assert_int_equal(count_rows(db, "SELECT count(*) FROM face_data"), found.faces);
	assert_int_equal(count_rows(db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	assert_int_equal(count_rows(db,
				    "SELECT integrity_check = 'ok' FROM pragma_integrity_check"),
			 1);
}

/* Every face with its landmarks and thumbnail; faces come in the order of path and position. */
static void check_every_face(const char *db)
{
	struct store *store = open_ok(db, STORE_READ);
	sqlite3 *raw = NULL;
	sqlite3_stmt *stmt = NULL;
	int faces = 0;

	assert_int_equal(sqlite3_open_v2(db, &raw, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(raw,
					    "SELECT f.id, f.position, i.width_px - 640 FROM faces f"
					    " JOIN images i ON i.id = f.image_id",
					    -1, &stmt, NULL),
			 SQLITE_OK);
	for (; sqlite3_step(stmt) == SQLITE_ROW; faces++) {
		struct face face;

		assert_int_equal(store_face(store, sqlite3_column_int64(stmt, 0), true, &face,
					    NULL),
				 OK);
		assert_face(&face, sqlite3_column_int(stmt, 2), sqlite3_column_int(stmt, 1), true);
		free(face.thumb);
	}
	assert_true(faces > 0);
	sqlite3_finalize(stmt);
	sqlite3_close(raw);
	store_close(store);
}

static void test_killed_writer(void **state)
{
	struct scratch *s = *state;
	struct rng rng;
	int committed = 0;

	rng_seed(&rng, 11, 0);
	for (int i = 0; i < KILLS; i++) {
		committed = kill_a_writer(s->db, committed, &rng);
		check(s->db, committed);
	}
	check_every_face(s->db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_killed_writer, scratch_setup,
						scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
