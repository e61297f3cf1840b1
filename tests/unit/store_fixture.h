/*
 * store_fixture.h: what the tests of the store share: a folder of its own for each test, and
 * photos whose every field follows from a number, so that a reader can tell what was written.
 *
 * Owns     scratch_setup()/scratch_teardown() are cmocka's: *state is a struct scratch.
 * Threads  one.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lookalike/base/memory.h"
#include "lookalike/store/store.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
	char *folder, *db;
};

static inline int scratch_setup(void **state)
{
	struct scratch *s = memory_new(sizeof(*s));
	const char *tmp = getenv("TMPDIR");

	s->folder = text_format("%s/store.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(s->folder))
		return -1;
	s->db = text_format("%s/sub/faces.db", s->folder);
	*state = s;
	return 0;
}

static inline int scratch_unlink(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline int scratch_teardown(void **state)
{
	struct scratch *s = *state;
	int failed = nftw(s->folder, scratch_unlink, 16, FTW_DEPTH | FTW_PHYS);

	free(s->folder);
	free(s->db);
	free(s);
	return failed;
}

static inline struct store *open_ok(const char *path, enum store_mode mode)
{
	struct error err = {OK, ""};
	struct store *store = NULL;

	if (store_open(path, mode, &store, &err))
		fail_msg("store_open: %s", err.msg);
	return store;
}

static inline size_t thumb_len_of(int number, int position)
{
	return 1000 + (size_t)((number * 37 + position * 11) % 9000);
}

static inline uint8_t thumb_byte_of(int number, int position, size_t i)
{
	return (uint8_t)((size_t)number + (size_t)position * 5 + i * 7);
}

static inline struct face face_of(int number, int position)
{
	float n = (float)number, p = (float)position;
	struct face face = {
		.box = {n + 0.1F, p + 0.25F, 100.5F + n, 101},
		.score = number / 3.0 + position,
		.roll_deg = n / 7,
		.yaw_deg = p - n / 3,
	};

	face.quality = (struct face_quality){n / 1000, 1 / (n + 2), p / (p + 1)};
	for (int i = 0; i < LANDMARK_COUNT; i++)
		face.landmarks[i] = (struct point){n + (float)i / 3, p - (float)i / 7};
	for (int i = 0; i < MEASURE_COUNT; i++)
		face.measures[i] = (number + 1) / (i + 3.0) + position;
	face.thumb_len = thumb_len_of(number, position);
	face.thumb = malloc(face.thumb_len);
	for (size_t i = 0; i < face.thumb_len; i++)
		face.thumb[i] = thumb_byte_of(number, position, i);
	return face;
}

static inline struct seen_face seen_of(int number, int position)
{
	float n = (float)number, p = (float)position;

	return (struct seen_face){{p - 3, n + 0.5F, 20 + n, 31}, 1 / (2.0 + number + position)};
}

static inline struct photo *photo_of(const char *path, int number, int face_count)
{
	struct photo *photo = photo_new(path);

	photo->size_bytes = 5000000000 + number;
	photo->mtime_ns = 1700000000123456789 + number;
	photo->format = (enum format)(number % FORMAT_COUNT);
	photo->verdict = (enum verdict)(number % VERDICT_COUNT);
	if (number % 3 == 1)
		photo->detail = text_format("words %d", number);
	if (number % 4 == 2)
		photo->same_as = text_format("/first/\xff%d", number);
	photo->width_px = 640 + number;
	photo->height_px = 480 + number;
	photo->quality = (struct photo_quality){
		.sharpness = (float)number / 7,
		.brightness = 1 / ((float)number + 2),
		.shadows = 1 / ((float)number + 3),
		.highlights = 1 / ((float)number + 1.5F),
		.orientation = number % 8 + 1,
		.perceptual_hash = {1, (uint8_t)number, 255},
	};
	photo->seen_count = number % 5;
	photo->seen = memory_new((size_t)photo->seen_count * sizeof(*photo->seen));
	for (int i = 0; i < photo->seen_count; i++)
		photo->seen[i] = seen_of(number, i);
	photo->face_count = face_count;
	photo->faces = memory_new((size_t)face_count * sizeof(struct face));
	for (int i = 0; i < face_count; i++)
		photo->faces[i] = face_of(number, i);
	return photo;
}

static inline void assert_face(const struct face *face, int number, int position, bool with_thumb)
{
	struct face expected = face_of(number, position);

	assert_memory_equal(&face->box, &expected.box, sizeof(face->box));
	assert_true(face->score == expected.score);
	assert_true(face->roll_deg == expected.roll_deg);
	assert_true(face->yaw_deg == expected.yaw_deg);
	assert_memory_equal(face->landmarks, expected.landmarks, sizeof(face->landmarks));
	assert_memory_equal(face->measures, expected.measures, sizeof(face->measures));
	if (with_thumb) {
		assert_int_equal(face->thumb_len, expected.thumb_len);
		assert_memory_equal(face->thumb, expected.thumb, expected.thumb_len);
	} else {
		assert_null(face->thumb);
	}
	free(expected.thumb);
}

/* Put photo "/PREFIX<number>" and return the id of its first face. */
static inline int64_t put_ok(struct store *store, const char *path, int number, int face_count)
{
	struct photo *photo = photo_of(path, number, face_count);
	struct error err = {OK, ""};
	int64_t id;

	if (store_put(store, photo, &err))
		fail_msg("store_put: %s", err.msg);
	assert_true(photo->id > 0);
	id = face_count ? photo->faces[0].id : 0;
	photo_free(photo);
	return id;
}

static inline int count_rows(const char *db, const char *sql)
{
	sqlite3 *raw = NULL;
	sqlite3_stmt *stmt = NULL;
	int count;

	assert_int_equal(sqlite3_open_v2(db, &raw, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(raw, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	count = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(raw);
	return count;
}

static inline void run_sql(const char *db, const char *sql)
{
	sqlite3 *raw = NULL;

	assert_int_equal(sqlite3_open(db, &raw), SQLITE_OK);
	assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

static inline int images_in(struct store *store)
{
	struct known_file *known;
	size_t count;

	assert_int_equal(store_known(store, "key", &known, &count, NULL), OK);
	known_files_free(known, count);
	return (int)count;
}

#endif
