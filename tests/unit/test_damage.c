/*
 * Databases with flipped, cut and zeroed pages: a message with the way out, never a crash, and
 * names and decisions come back by salvage.
 */
#include "store_fixture.h"

#include "lookalike/base/rng.h"
#include "lookalike/review/session.h"
#include "lookalike/store/salvage.h"

#include <fcntl.h>

#define PHOTOS     60
#define PAGE_BYTES 4096

static char *bytes;
static size_t len;

/* Single bits were flipped. Rows have no checksum: one bit of a name or of a number can make it
 * another one that is as good. */
static bool flipped;
static int changed;

static void read_file(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);

	assert_int_equal(fstat(fd, &st), 0);
	len = (size_t)st.st_size;
	bytes = malloc(len);
	assert_int_equal(read(fd, bytes, len), (ssize_t)len);
	close(fd);
}

static void write_file(const char *path, const char *what, size_t count)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, what, count), (ssize_t)count);
	close(fd);
}

/* 60 photos with two faces; every first face in one of four groups. */
static void make_database(const char *db)
{
	struct store *store = open_ok(db, STORE_WRITE);
	struct decision_request request = {.kind = DECISION_ASSIGN, .face_count = 1};
	char name[] = "group 0", path[16];
	struct decision d;

	for (int i = 0; i < PHOTOS; i++) {
		int64_t id;

		snprintf(path, sizeof(path), "/%d", i);
		id = put_ok(store, path, i * 9, 2); /* verdict ok */
		name[6] = (char)('0' + i % 4);
		request.face_ids = &id;
		request.name = name;
		assert_int_equal(store_decide(store, &request, &d, NULL), OK);
		decision_done(&d);
	}
	store_close(store);
}

/* How many of the 60 decisions are in a database, by path and name. */
static int decisions_in(const char *db)
{
	struct session *s = session_new();
	struct store *store = open_ok(db, STORE_READ);
	int found = 0;

	assert_int_equal(session_load(s, store, NULL, 0, NULL), OK);
	for (int i = 0; i < s->image_count; i++) {
		const struct session_image *image = s->images[i];
		int number = atoi(image->path + 1);

		for (int j = 0; j < image->face_count; j++) {
			int assigned = image->faces[j].assigned;

			if (assigned < 0)
				continue;
			/* Never an invented one. */
			if (flipped && s->named[assigned].name[6] != '0' + number % 4) {
				changed++;
				continue;
			}
			assert_int_equal(image->faces[j].position, 0);
			assert_int_equal(s->named[assigned].name[6], '0' + number % 4);
			found++;
		}
	}
	store_close(store);
	session_free(s);
	assert_int_equal(count_rows(db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	return found;
}

/* Use all of it; returns whether something was refused, with a way out. */
static bool use(const char *db, enum store_mode mode)
{
	struct session *s = session_new();
	struct store *store = NULL;
	struct error err = {OK, ""};
	enum status status = store_open(db, mode, &store, &err);
	struct face face;
	int64_t id = 1;

	if (!status)
		status = session_load(s, store, NULL, 0, &err);
	if (!status && mode == STORE_WRITE) {
		struct decision d = {0};

		status = store_decide(store,
				      &(struct decision_request){.kind = DECISION_ASIDE,
								 .face_ids = &id,
								 .face_count = 1},
				      &d, &err);
		decision_done(&d);
	}
	for (id = 1; store && id <= 2 * PHOTOS; id++)
		if (store_face(store, id, true, &face, NULL) == OK)
			free(face.thumb);
	if (status == ERR_STORE)
		assert_true(strstr(err.msg, "--salvage") || strstr(err.msg, "cannot") ||
			    strstr(err.msg, "--db"));
	store_close(store);
	session_free(s);
	return status != OK;
}

static void damage(struct rng *rng, int kind, char *copy, size_t *copy_len)
{
	/* The first page is the head of everything: see test_head(). */
	size_t pages = len / PAGE_BYTES, page = 1 + rng_below(rng, pages - 1);

	memcpy(copy, bytes, len);
	*copy_len = len;
	if (kind == 0)
		for (int i = 0; i < 8; i++)
			copy[PAGE_BYTES + rng_below(rng, len - PAGE_BYTES)] ^=
				(char)(1 << rng_below(rng, 8));
	else if (kind == 1)
		*copy_len = page * PAGE_BYTES + rng_below(rng, PAGE_BYTES);
	else if (kind == 2)
		memset(copy + page * PAGE_BYTES, 0, PAGE_BYTES);
	else
		for (int i = 0; i < PAGE_BYTES; i++)
			copy[page * PAGE_BYTES + (size_t)i] = (char)rng_next(rng);
}

static void test_damage(void **state)
{
	struct scratch *s = *state;
	char *wal = text_format("%s-wal", s->db), *shm = text_format("%s-shm", s->db), *copy,
	     *saved;
	int rounds = getenv("N") ? atoi(getenv("N")) : 80;
	int salvaged = 0, refused = 0, kept = 0, possible = 0;
	struct salvaged out;
	struct rng rng;
	size_t copy_len;

	make_database(s->db);
	assert_int_equal(decisions_in(s->db), PHOTOS);
	read_file(s->db);
	copy = malloc(len);
	rng_seed(&rng, 5, 0);
	for (int round = 0; round < rounds; round++) {
		unlink(wal);
		unlink(shm);
		flipped = round % 4 == 0;
		damage(&rng, round % 4, copy, &copy_len);
		write_file(s->db, copy, copy_len);
		if (store_salvage(s->db, &out, &saved, NULL) == OK) {
			salvaged++;
			/* A file that was cut has lost what was behind. */
			if (round % 4 != 1) {
				kept += decisions_in(saved);
				possible += PHOTOS;
			} else {
				decisions_in(saved);
			}
			unlink(saved);
			free(saved);
		}
		refused += use(s->db, round % 8 < 4 ? STORE_READ : STORE_WRITE);
	}
	print_message("%d of %d refused, %d salvaged, %d of %d decisions\n", refused, rounds,
		      salvaged, kept, possible);
	assert_in_range(changed, 0, PHOTOS / 4 * (1 + rounds / 400)); /* a group in few files */
	assert_true(refused > 0);
	assert_true(salvaged > rounds * 9 / 10);
	assert_true(kept > possible * 9 / 10);
	free(copy);
	free(bytes);
	free(wal);
	free(shm);
}

/* A sound one is saved whole; one without its head is refused with a message. */
static void test_head(void **state)
{
	struct scratch *s = *state;
	struct salvaged out;
	struct error err;
	char *saved;

	make_database(s->db);
	assert_int_equal(store_salvage(s->db, &out, &saved, &err), OK);
	assert_true(out.complete);
	assert_true(out.images == PHOTOS && out.faces == 2 * PHOTOS);
	assert_true(out.groups == 4 && out.decided == PHOTOS && out.steps == PHOTOS);
	assert_int_equal(decisions_in(saved), PHOTOS);
	assert_false(use(saved, STORE_WRITE));
	free(saved);
	assert_int_equal(store_salvage(s->db, &out, &saved, &err), OK);
	assert_non_null(strstr(saved, "faces.salvaged2.db"));
	free(saved);
	read_file(s->db);
	memset(bytes, 0, 100);
	write_file(s->db, bytes, len);
	assert_true(use(s->db, STORE_READ));
	assert_int_equal(store_salvage(s->db, &out, &saved, &err), ERR_STORE);
	assert_non_null(strstr(err.msg, "nothing can be read"));
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
		T(test_damage),
		T(test_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
