/* Rows of the store: what is written is read, byte for byte, and all or nothing. */
#include "store_fixture.h"

#include "lookalike/base/rng.h"

#include <math.h>
#include <signal.h>
#include <sys/resource.h>

#define PHOTO_COUNT 300

struct entry {
	char *path;
	int number;
};

static int by_path(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t x_len = strlen(x->path), y_len = strlen(y->path);
	int order = memcmp(x->path, y->path, x_len < y_len ? x_len : y_len);

	return order ? order : (x_len > y_len) - (x_len < y_len);
}

static void make_entries(struct entry *entries)
{
	struct rng rng;

	rng_seed(&rng, 7, 0);
	for (int n = 0; n < PHOTO_COUNT; n++) {
		/* The number keeps names apart; everything after it is any byte but '/' and NUL. */
		char *path = text_format("/%c%d%260s", "az\xc3"[n % 3], n, "");
		size_t start = strlen(path) - 260, len = 1 + rng_below(&rng, 250);

		for (size_t i = 0; i < len; i++) {
			int byte = 1 + (int)rng_below(&rng, 255);

			path[start + i] = (char)(byte == '/' ? 255 : byte);
		}
		path[start + len] = '\0';
		entries[n] = (struct entry){path, n};
	}
}

struct seen {
	const struct entry *entries;
	int images, faces; /* how many came so far */
	int position;      /* of the next face */
	int64_t image_id, face_ids[PHOTO_COUNT * 3];
	int limit; /* stop after this many images, 0 for none */
};

static bool see_image(const struct image_row *row, void *user)
{
	struct seen *seen = user;
	const struct entry *entry = &seen->entries[seen->images];
	struct photo *photo = photo_of(entry->path, entry->number, entry->number % 3);

	assert_string_equal(row->path, entry->path);
	assert_true(row->size_bytes == photo->size_bytes);
	assert_int_equal(row->format, photo->format);
	assert_int_equal(row->verdict, photo->verdict);
	assert_int_equal(row->width_px, photo->width_px);
	assert_int_equal(row->height_px, photo->height_px);
	assert_int_equal(row->seen_count, photo->seen_count);
	assert_int_equal(row->face_count, photo->face_count);
	assert_memory_equal(&row->quality, &photo->quality, sizeof(row->quality));
	assert_null(row->hash);
	assert_int_equal(!row->detail, !photo->detail);
	if (photo->detail)
		assert_string_equal(row->detail, photo->detail);
	assert_int_equal(!row->same_as, !photo->same_as);
	if (photo->same_as)
		assert_string_equal(row->same_as, photo->same_as);
	photo_free(photo);
	seen->images++;
	seen->image_id = row->id;
	seen->position = 0;
	return seen->images != seen->limit;
}

static bool see_face(const struct face_row *row, void *user)
{
	struct seen *seen = user;
	int number = seen->entries[seen->images - 1].number;
	struct face expected = face_of(number, seen->position);

	assert_true(row->image_id == seen->image_id);
	assert_int_equal(row->position, seen->position);
	assert_memory_equal(&row->box, &expected.box, sizeof(row->box));
	assert_true(row->score == expected.score);
	assert_true(row->roll_deg == expected.roll_deg && row->yaw_deg == expected.yaw_deg);
	assert_memory_equal(row->measures, expected.measures, sizeof(row->measures));
	assert_memory_equal(&row->quality, &expected.quality, sizeof(row->quality));
	free(expected.thumb);
	seen->face_ids[seen->faces++] = row->id;
	seen->position++;
	return true;
}

static void check_faces(struct store *store, const struct seen *seen)
{
	int at = 0;

	for (int i = 0; i < PHOTO_COUNT; i++) {
		int number = seen->entries[i].number;

		for (int p = 0; p < number % 3; p++, at++) {
			struct face face;

			assert_int_equal(store_face(store, seen->face_ids[at], true, &face, NULL),
					 OK);
			assert_face(&face, number, p, true);
			free(face.thumb);
			assert_int_equal(store_face(store, seen->face_ids[at], false, &face, NULL),
					 OK);
			assert_face(&face, number, p, false);
		}
	}
}

static void check_known(struct store *store, const struct entry *entries)
{
	struct known_file *known = NULL;
	size_t count = 0;

	assert_int_equal(store_known(store, "key", &known, &count, NULL), OK);
	assert_int_equal(count, PHOTO_COUNT);
	for (size_t i = 0; i < count; i++) {
		int n = entries[i].number;
		char *same_as = n % 4 == 2 ? text_format("/first/\xff%d", n) : NULL;

		assert_string_equal(known[i].path, entries[i].path);
		assert_true(known[i].size_bytes == 5000000000 + n);
		assert_true(known[i].mtime_ns == 1700000000123456789 + n);
		assert_int_equal(known[i].verdict, n % VERDICT_COUNT);
		assert_int_equal(!known[i].same_as, !same_as);
		if (same_as)
			assert_string_equal(known[i].same_as, same_as);
		assert_true(known[i].id > 0);
		free(same_as);
		free(known[i].path);
		free(known[i].same_as);
	}
	free(known);
}

static void test_round_trip(void **state)
{
	struct scratch *s = *state;
	struct entry entries[PHOTO_COUNT];
	struct seen seen = {.entries = entries};
	struct store *store = open_ok(s->db, STORE_WRITE);

	make_entries(entries);
	assert_int_equal(store_begin(store, NULL), OK);
	for (int i = 0; i < PHOTO_COUNT; i++)
		put_ok(store, entries[i].path, i, i % 3);
	assert_int_equal(store_commit(store, NULL), OK);
	store_close(store);

	qsort(entries, PHOTO_COUNT, sizeof(*entries), by_path);
	store = open_ok(s->db, STORE_READ);
	assert_int_equal(store_load(store, see_image, see_face, &seen, NULL), OK);
	assert_int_equal(seen.images, PHOTO_COUNT);
	assert_int_equal(seen.faces, PHOTO_COUNT);
	check_faces(store, &seen);
	check_known(store, entries);

	seen = (struct seen){.entries = entries, .limit = 5};
	assert_int_equal(store_load(store, see_image, see_face, &seen, NULL), OK);
	assert_int_equal(seen.images, 5);
	store_close(store);
	for (int i = 0; i < PHOTO_COUNT; i++)
		free(entries[i].path);
}

struct expected_seen {
	int number, position;
};

static bool check_seen(const struct seen_face *seen, void *user)
{
	struct expected_seen *e = user;
	struct seen_face expected = seen_of(e->number, e->position++);

	assert_memory_equal(&seen->box, &expected.box, sizeof(seen->box));
	assert_true(seen->score == expected.score);
	return true;
}

static void test_seen(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct photo *photo = photo_of("/a", 9, 1);
	struct expected_seen expected = {9, 0};
	int64_t id;

	put_ok(store, "/b", 3, 0);
	assert_int_equal(store_put(store, photo, NULL), OK);
	id = photo->id;
	photo_free(photo);
	assert_int_equal(store_seen(store, id, check_seen, &expected, NULL), OK);
	assert_int_equal(expected.position, 4);
	put_ok(store, "/a", 12, 1);
	expected = (struct expected_seen){12, 0};
	assert_int_equal(store_seen(store, id, check_seen, &expected, NULL), OK);
	assert_int_equal(expected.position, 2);
	assert_int_equal(store_remove(store, &id, 1, NULL), OK);
	assert_int_equal(store_seen(store, id, check_seen, &expected, NULL), OK);
	assert_int_equal(expected.position, 2);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM seen"), 5);
	store_close(store);
}

static void test_replace_and_remove(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct photo *photo = photo_of("/a", 8, 2);
	int64_t image_id, first_face, marked;
	struct error err;
	struct face face;

	assert_int_equal(store_put(store, photo, NULL), OK);
	image_id = photo->id;
	first_face = photo->faces[0].id;
	assert_true(photo->faces[1].id != first_face);
	photo_free(photo);
	put_ok(store, "/b", 11, 2);

	photo = photo_of("/a", 4, 1);
	assert_int_equal(store_put(store, photo, NULL), OK);
	assert_true(photo->id == image_id);
	assert_true(photo->faces[0].id > first_face + 1);
	assert_int_equal(store_face(store, first_face, true, &face, &err), ERR_MISSING);
	assert_int_equal(store_face(store, photo->faces[0].id, true, &face, NULL), OK);
	assert_face(&face, 4, 0, true);
	free(face.thumb);
	marked = photo->faces[0].id;
	photo_free(photo);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM faces"), 3);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM face_data"), 3);

	assert_int_equal(store_remove(store, (int64_t[]){image_id, 12345}, 2, NULL), OK);
	assert_int_equal(store_remove(store, NULL, 0, NULL), OK);
	/* Marked, and no more. */
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM images WHERE removed = 0"), 1);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM images WHERE removed = 1"), 1);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM faces"), 3);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM face_data"), 3);
	assert_int_equal(store_face(store, marked, true, &face, &err), ERR_MISSING);
	store_close(store);
}

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

static void test_empty_and_roots(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	char b[] = "/b \xff", a[] = "/a", *paths[] = {b, a, a};
	struct known_file *known;
	char **roots = NULL;
	size_t count = 9;
	int rows = 0;

	assert_int_equal(store_load(store, no_image, no_face, &rows, NULL), OK);
	assert_int_equal(rows, 0);
	assert_int_equal(store_known(store, "key", &known, &count, NULL), OK);
	assert_int_equal(count, 0);
	free(known);
	assert_int_equal(store_roots(store, &roots, &count, NULL), OK);
	assert_int_equal(count, 0);
	assert_null(roots[0]);
	free(roots);

	assert_int_equal(store_set_roots(store, paths, 1, NULL), OK);
	assert_int_equal(store_set_roots(store, paths, 3, NULL), OK);
	assert_int_equal(store_roots(store, &roots, &count, NULL), OK);
	assert_int_equal(count, 2);
	assert_string_equal(roots[0], "/a");
	assert_string_equal(roots[1], "/b \xff");
	assert_null(roots[2]);
	free(roots);
	store_close(store);
}

/* A maker is known again by its key, whatever versions stand behind that; deaths are kept. */
static void test_makers_and_deaths(void **state)
{
	static const char *const makers[] = {"key-1 OpenCV 4", "key-1 OpenCV 5", "key-10", "key-1",
					     NULL};
	static const bool same[] = {true, true, false, true, false};
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct known_file *known;
	size_t count;

	for (int i = 0; i < 5; i++) {
		char path[] = "/0";
		struct photo *photo;

		path[1] = (char)('0' + i);
		photo = photo_of(path, i, 0);
		photo->maker = text_copy(makers[i]);
		photo->deaths = i;
		assert_int_equal(store_put(store, photo, NULL), OK);
		assert_int_equal(store_put(store, photo, NULL),
				 OK); /* and once more in its place */
		photo_free(photo);
	}
	assert_int_equal(store_known(store, "key-1", &known, &count, NULL), OK);
	assert_int_equal(count, 5);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(known[i].same_maker, same[i]);
		assert_int_equal(known[i].deaths, i);
	}
	known_files_free(known, count);
	store_close(store);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM makers"), 4);
}

static void assert_attempts(struct store *store, size_t expected, const char *first,
			    const char *last)
{
	char **paths;
	size_t count;

	assert_int_equal(store_attempts(store, &paths, &count, NULL), OK);
	assert_int_equal(count, expected);
	if (count) {
		assert_string_equal(paths[0], first);
		assert_string_equal(paths[count - 1], last);
	}
	free(paths);
}

static void test_attempts(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	char a[] = "/a", b[] = "/b\xff", c[] = "/c", *paths[] = {c, b, a};

	assert_attempts(store, 0, NULL, NULL);
	assert_int_equal(store_try(store, paths, 3, NULL), OK);
	assert_attempts(store, 3, a, c);
	assert_int_equal(store_try(store, paths + 2, 1, NULL), OK); /* the most tried comes last */
	store_close(store);
	store = open_ok(s->db, STORE_WRITE);
	assert_attempts(store, 3, b, a);
	put_ok(store, b, 1, 1);
	assert_attempts(store, 2, c, a);
	assert_int_equal(store_try(store, NULL, 0, NULL), OK);
	assert_attempts(store, 0, NULL, NULL);
	store_close(store);
}

static void test_read_while_writing(void **state)
{
	struct scratch *s = *state;
	struct store *writer = open_ok(s->db, STORE_WRITE), *reader;
	struct photo *photo = photo_of("/c", 3, 0);
	struct error err;

	put_ok(writer, "/a", 1, 1);
	reader = open_ok(s->db, STORE_READ);
	assert_int_equal(images_in(reader), 1);
	assert_int_equal(store_begin(writer, NULL), OK);
	put_ok(writer, "/b", 2, 1);
	assert_int_equal(images_in(reader), 1);
	assert_int_equal(store_commit(writer, NULL), OK);
	assert_int_equal(images_in(reader), 2);
	assert_int_equal(store_put(reader, photo, &err), ERR_STORE);
	assert_non_null(strstr(err.msg, "faces.db"));
	assert_int_equal(photo->id, 0);
	photo_free(photo);
	store_close(writer);
	store_close(reader);
}

static void test_batch_leaves_out_what_failed(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct photo *photo = photo_of("/bad", 2, 2);

	put_ok(store, "/bad", 1, 1);
	photo->faces[1].score = NAN; /* SQLite takes it for NULL, which the column refuses */
	assert_int_equal(store_begin(store, NULL), OK);
	put_ok(store, "/a", 3, 1);
	assert_int_equal(store_put(store, photo, NULL), ERR_STORE);
	assert_int_equal(photo->id, 0);
	assert_int_equal(photo->faces[0].id, 0);
	put_ok(store, "/c", 4, 1);
	assert_int_equal(store_commit(store, NULL), OK);
	assert_int_equal(images_in(store), 3);
	assert_int_equal(count_rows(s->db, "SELECT width_px FROM images WHERE path = x'2f626164'"),
			 641);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM face_data"), 3);
	photo_free(photo);
	store_close(store);
}

/* No room: what was committed stays, the batch is gone as a whole, and later it works again. */
static void test_no_room(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct rlimit before, small = {200000, 0};
	enum status failed = OK, status;

	put_ok(store, "/before", 1, 1);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_max = before.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	status = store_begin(store, NULL);
	assert_int_equal(status, OK);
	for (int i = 0; i < 2000; i++) {
		char *path = text_format("/%d", i);
		struct photo *photo = photo_of(path, i, 3);

		status = store_put(store, photo, NULL);
		failed = failed ? failed : status;
		photo_free(photo);
		free(path);
	}
	status = store_commit(store, NULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_true(failed == ERR_STORE || status == ERR_STORE);
	assert_int_equal(status, ERR_STORE);
	assert_int_equal(images_in(store), 1);
	put_ok(store, "/after", 2, 1);
	store_close(store);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM images"), 2);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM face_data"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
		T(test_round_trip),
		T(test_seen),
		T(test_replace_and_remove),
		T(test_empty_and_roots),
		T(test_makers_and_deaths),
		T(test_attempts),
		T(test_read_while_writing),
		T(test_batch_leaves_out_what_failed),
		T(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
