/*
 * A database as version 1 made it becomes one of today, with every row, and stays itself when that
 * fails. The old tables are written out here: what was released does not follow the program.
 */
#include "store_fixture.h"

#include "lookalike/review/session.h"

#include <math.h>

static const char version_1[] =
	"PRAGMA journal_mode = WAL;"
	"PRAGMA application_id = 0x6c6f6f6b;"
	"CREATE TABLE roots (path BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;"
	"CREATE TABLE makers (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;"
	"CREATE TABLE images (id INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB NOT NULL UNIQUE,"
	" size_bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, format INTEGER NOT NULL,"
	" verdict INTEGER NOT NULL, detail TEXT, same_as BLOB, width_px INTEGER NOT NULL,"
	" height_px INTEGER NOT NULL, seen_count INTEGER NOT NULL, face_count INTEGER NOT NULL,"
	" maker_id INTEGER REFERENCES makers (id), deaths INTEGER NOT NULL) STRICT;"
	"CREATE TABLE attempts (path BLOB PRIMARY KEY, count INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE faces (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,"
	" position INTEGER NOT NULL, x REAL NOT NULL, y REAL NOT NULL, width REAL NOT NULL,"
	" height REAL NOT NULL, score REAL NOT NULL, roll_deg REAL NOT NULL,"
	" yaw_deg REAL NOT NULL, measures BLOB NOT NULL, UNIQUE (image_id, position)) STRICT;"
	"CREATE TABLE seen (image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,"
	" position INTEGER NOT NULL, x REAL NOT NULL, y REAL NOT NULL, width REAL NOT NULL,"
	" height REAL NOT NULL, score REAL NOT NULL, PRIMARY KEY (image_id, position))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE face_data (face_id INTEGER PRIMARY KEY REFERENCES faces (id)"
	" ON DELETE CASCADE, landmarks BLOB NOT NULL, thumb BLOB) STRICT;"
	"INSERT INTO roots VALUES (x'2f70');"
	"INSERT INTO makers VALUES (4, 'key words');"
	"INSERT INTO images VALUES"
	" (3, x'2f702fff', 11, 12, 1, 0, NULL, NULL, 640, 480, 1, 2, 4, 0),"
	" (5, x'2f702f62', 21, 22, 1, 6, 'died', x'2f702fff', 0, 0, 0, 0, NULL, 1);"
	"UPDATE sqlite_sequence SET seq = 900 WHERE name = 'images';"
	"INSERT INTO faces VALUES (7, 3, 0, 1, 2, 3, 4, 5, 6, 7, zeroblob(64)),"
	" (8, 3, 1, 9, 2, 3, 4, 5, 6, 7, zeroblob(64));"
	"INSERT INTO face_data VALUES (7, zeroblob(544), x'ff'), (8, zeroblob(544), NULL);"
	"INSERT INTO seen VALUES (3, 0, 1, 2, 3, 4, 0.5);"
	"INSERT INTO attempts VALUES (x'2f702f63', 2);"
	"PRAGMA user_version = 1;";

static void make_version_1(const struct scratch *s)
{
	char *folder = text_format("%s/sub", s->folder);

	assert_int_equal(mkdir(folder, 0700), 0);
	run_sql(s->db, version_1);
	free(folder);
}

static void assert_whole(const char *db)
{
	assert_true(count_rows(db, "PRAGMA user_version") >= 2);
	assert_int_equal(count_rows(db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	assert_int_equal(count_rows(db,
				    "SELECT integrity_check = 'ok' FROM pragma_integrity_check"),
			 1);
	assert_int_equal(
		count_rows(db, "SELECT count(*) FROM images WHERE removed = 0 AND hash IS NULL"
			       " AND (id, path, size_bytes, mtime_ns, format, verdict,"
			       " ifnull(detail, '-'), ifnull(same_as, '-'), width_px,"
			       " height_px, seen_count, face_count, ifnull(maker_id, 0), deaths)"
			       " IN (VALUES (3, x'2f702fff', 11, 12, 1, 0, '-', '-', 640, 480,"
			       " 1, 2, 4, 0), (5, x'2f702f62', 21, 22, 1, 6, 'died',"
			       " x'2f702fff', 0, 0, 0, 0, 0, 1))"),
		2);
	assert_int_equal(count_rows(db, "SELECT count(*) FROM faces"), 2);
	assert_int_equal(count_rows(db, "SELECT count(*) FROM face_data"), 2);
	assert_int_equal(count_rows(db, "SELECT count(*) FROM seen"), 1);
	assert_int_equal(count_rows(db, "SELECT count FROM attempts"), 2);
	assert_int_equal(count_rows(db, "SELECT count(*) FROM roots"), 1);
	assert_int_equal(count_rows(db, "SELECT count(*) FROM trial_runs, trials, trial_faces"), 0);
}

static void test_version_1(void **state)
{
	struct scratch *s = *state;
	struct store *store;

	make_version_1(s);
	store = open_ok(s->db, STORE_WRITE);
	assert_whole(s->db);
	assert_int_equal(images_in(store), 2);
	/* An id is not used again, and faces still go with their image. */
	put_ok(store, "/p/new", 1, 1);
	assert_int_equal(count_rows(s->db, "SELECT max(id) FROM images"), 901);
	store_close(store);
	store_close(open_ok(s->db, STORE_WRITE));
	run_sql(s->db, "PRAGMA foreign_keys = ON; DELETE FROM images WHERE id = 3");
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM faces"), 1);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM seen"), 1);
}

/* A command that only reads brings it up to date as well. */
static void test_reader(void **state)
{
	struct scratch *s = *state;
	struct store *store;

	make_version_1(s);
	store = open_ok(s->db, STORE_READ);
	assert_int_equal(images_in(store), 2);
	store_close(store);
	assert_whole(s->db);
}

/* What nobody measured is not known, and has the next scan measure the photo again. */
static void test_quality(void **state)
{
	struct scratch *s = *state;
	struct session *session = session_new();
	struct known_file *known;
	struct store *store;
	size_t count;

	make_version_1(s);
	store = open_ok(s->db, STORE_WRITE);
	put_ok(store, "/p/new", 9, 1); /* verdict ok */
	assert_int_equal(session_load(session, store, NULL, 0, NULL), OK);
	assert_int_equal(session->image_count, 3);
	assert_string_equal(session->images[2]->path, "/p/\xff");
	assert_false(photo_quality_known(&session->images[2]->quality));
	assert_false(perceptual_hash_known(session->images[2]->quality.perceptual_hash));
	assert_true(isnan(session->images[2]->quality.sharpness));
	assert_true(isnan(session->images[2]->faces[1].quality.brightness));
	assert_true(isnan(session->images[2]->faces[1].quality.cut));
	assert_true(photo_quality_known(&session->images[1]->quality));
	assert_int_equal(store_known(store, "key", &known, &count, NULL), OK);
	assert_int_equal(count, 3);
	assert_false(known[0].outdated); /* it failed */
	assert_false(known[1].outdated);
	assert_true(known[2].outdated);
	known_files_free(known, count);
	store_close(store);
	session_free(session);
}

/* All of a step happens or nothing. */
static void test_failure(void **state)
{
	struct scratch *s = *state;
	struct store *store = NULL;
	struct error err;

	make_version_1(s);
	run_sql(s->db, "CREATE TABLE changes (in_the_way INTEGER)");
	assert_int_equal(store_open(s->db, STORE_WRITE, &store, &err), ERR_STORE);
	assert_null(store);
	assert_int_equal(count_rows(s->db, "PRAGMA user_version"), 1);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM images"), 2);
	assert_int_equal(count_rows(s->db,
				    "SELECT count(*) FROM sqlite_schema WHERE name = 'groups'"),
			 0);
	run_sql(s->db, "DROP TABLE changes");
	store_close(open_ok(s->db, STORE_WRITE));
	assert_whole(s->db);
}

/* Groups and what is assigned come with the session. */
static void test_session(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct session *session = session_new();
	const struct session_face *faces;
	int64_t first = put_ok(store, "/a", 1, 4);

	put_ok(store, "/gone", 1, 1);
	store_close(store);
	run_sql(s->db,
		"INSERT INTO groups VALUES (5, 'choir'), (9, 'back row'), (12, 'nobody');"
		"INSERT INTO assigned SELECT id, CASE position WHEN 0 THEN 9 WHEN 3 THEN 5 END"
		" FROM faces WHERE position <> 2;"
		"UPDATE images SET removed = 1 WHERE path = x'2f676f6e65'");
	store = open_ok(s->db, STORE_READ);
	assert_int_equal(session_load(session, store, NULL, 0, NULL), OK);
	assert_int_equal(session->image_count, 1);
	assert_int_equal(session->named_count, 3);
	assert_string_equal(session->named[0].name, "choir");
	assert_true(session->named[1].id == 9);
	assert_int_equal(session->named[0].face_count, 1);
	assert_int_equal(session->named[1].face_count, 1);
	assert_int_equal(session->named[2].face_count, 0);
	faces = session->images[0]->faces;
	assert_true(faces[0].id == first);
	assert_int_equal(faces[0].assigned, 1);
	assert_int_equal(faces[1].assigned, FACE_ASIDE);
	assert_int_equal(faces[2].assigned, FACE_OPEN);
	assert_int_equal(faces[3].assigned, 0);
	assert_int_equal(session->totals.decided, 3);
	store_close(store);
	session_free(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
		T(test_version_1), T(test_reader),  T(test_quality),
		T(test_failure),   T(test_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
