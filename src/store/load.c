/*
 * Rows back to photos and faces.
 *
 * What is read is checked as if anybody had written it: a damaged file must
 * give an error, never a wild value.
 */
#include "internal.h"
#include "lookalike/base/memory.h"

#include <endian.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define FACES_MAX   100000 /* in one photo */
#define FACE_COLUMN 18     /* of SQL_LOAD: those of the image come first */

bool store_read_measures(sqlite3_stmt *row, int column, double out[MEASURE_COUNT])
{
	const void *bytes = sqlite3_column_blob(row, column);
	uint64_t bits[MEASURE_COUNT];

	if (!bytes || sqlite3_column_bytes(row, column) != MEASURES_BYTES)
		return false;
	memcpy(bits, bytes, MEASURES_BYTES);
	for (int i = 0; i < MEASURE_COUNT; i++)
		bits[i] = le64toh(bits[i]);
	memcpy(out, bits, MEASURES_BYTES);
	return true;
}

bool store_decode_landmarks(sqlite3_stmt *row, int column, struct point out[LANDMARK_COUNT])
{
	const void *bytes = sqlite3_column_blob(row, column);
	uint32_t bits[LANDMARK_COUNT * 2];

	if (!bytes || sqlite3_column_bytes(row, column) != LANDMARKS_BYTES)
		return false;
	memcpy(bits, bytes, LANDMARKS_BYTES);
	for (int i = 0; i < LANDMARK_COUNT; i++) {
		bits[2 * i] = le32toh(bits[2 * i]);
		bits[2 * i + 1] = le32toh(bits[2 * i + 1]);
		memcpy(&out[i].x, &bits[2 * i], sizeof(*bits));
		memcpy(&out[i].y, &bits[2 * i + 1], sizeof(*bits));
	}
	return true;
}

/* A path of the row, terminated; NULL when it is NULL or nothing that we would have written. */
static const char *column_path(sqlite3_stmt *row, int column)
{
	const char *path = (const char *)sqlite3_column_text(row, column);

	if (!path || !*path || strlen(path) != (size_t)sqlite3_column_bytes(row, column))
		return NULL;
	return path;
}

enum status store_finish(struct store *store, sqlite3_stmt *row, int code, struct error *err)
{
	enum status status = OK;

	if (code != SQLITE_DONE && code != SQLITE_ROW)
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	return status;
}

static enum status no_memory(const struct store *store, struct error *err)
{
	return error_set(err, ERR_NOMEM, "no memory to read %s", store->name);
}

/* A number that is not known is NULL. */
static float column_float(sqlite3_stmt *row, int column)
{
	if (sqlite3_column_type(row, column) == SQLITE_NULL)
		return NAN;
	return (float)sqlite3_column_double(row, column);
}

/* Of the size that is expected, or NULL. */
static const uint8_t *column_bytes(sqlite3_stmt *row, int column, int size)
{
	const uint8_t *bytes = sqlite3_column_blob(row, column);

	return bytes && sqlite3_column_bytes(row, column) == size ? bytes : NULL;
}

void store_read_quality(sqlite3_stmt *row, int column, struct photo_quality *out)
{
	const uint8_t *hash = column_bytes(row, column + 5, PERCEPTUAL_HASH_BYTES);
	int orientation = sqlite3_column_int(row, column + 4);

	*out = (struct photo_quality){
		.sharpness = column_float(row, column),
		.brightness = column_float(row, column + 1),
		.shadows = column_float(row, column + 2),
		.highlights = column_float(row, column + 3),
		.orientation = orientation >= 1 && orientation <= 8 ? orientation : 0,
	};
	if (hash)
		memcpy(out->perceptual_hash, hash, sizeof(out->perceptual_hash));
}

const uint8_t *store_read_hash(sqlite3_stmt *row, int column)
{
	return column_bytes(row, column, FILE_HASH_BYTES);
}

static bool read_image(sqlite3_stmt *row, struct image_row *out)
{
	int format = sqlite3_column_int(row, 5);
	int verdict = sqlite3_column_int(row, 6);

	*out = (struct image_row){
		.id = sqlite3_column_int64(row, 0),
		.path = column_path(row, 1),
		.detail = (const char *)sqlite3_column_text(row, 2),
		.same_as = column_path(row, 3),
		.size_bytes = sqlite3_column_int64(row, 4),
		.format = (enum format)format,
		.verdict = (enum verdict)verdict,
		.width_px = sqlite3_column_int(row, 7),
		.height_px = sqlite3_column_int(row, 8),
		.seen_count = sqlite3_column_int(row, 9),
		.face_count = sqlite3_column_int(row, 10),
		.hash = store_read_hash(row, 17),
	};
	store_read_quality(row, 11, &out->quality);
	/* More than any photo could have would be taken at its word, as memory. */
	if (out->face_count < 0 || out->face_count > FACES_MAX || out->seen_count < 0)
		return false;
	return out->path && format >= 0 && format < FORMAT_COUNT && verdict >= 0 &&
	       verdict < VERDICT_COUNT;
}

void store_read_box(sqlite3_stmt *row, int column, struct box *out)
{
	out->x = (float)sqlite3_column_double(row, column);
	out->y = (float)sqlite3_column_double(row, column + 1);
	out->width = (float)sqlite3_column_double(row, column + 2);
	out->height = (float)sqlite3_column_double(row, column + 3);
}

/* The columns of a face, from its id on. */
static bool read_face(sqlite3_stmt *row, int column, struct face_row *out)
{
	out->id = sqlite3_column_int64(row, column);
	out->position = sqlite3_column_int(row, column + 1);
	store_read_box(row, column + 2, &out->box);
	out->score = sqlite3_column_double(row, column + 6);
	out->roll_deg = (float)sqlite3_column_double(row, column + 7);
	out->yaw_deg = (float)sqlite3_column_double(row, column + 8);
	out->group_id = sqlite3_column_int64(row, column + 10);
	out->quality.sharpness = column_float(row, column + 11);
	out->quality.brightness = column_float(row, column + 12);
	out->quality.cut = column_float(row, column + 13);
	return store_read_measures(row, column + 9, out->measures);
}

enum status store_hold(struct store *store, struct error *err)
{
	if (sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(store, "cannot read", err);
	return OK;
}

enum status store_load(struct store *store, image_row_fn *image, face_row_fn *face, void *user,
		       struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_LOAD];
	struct image_row image_row;
	struct face_row face_row;
	int64_t last_id = 0;
	bool wanted = true, sound = true;
	enum status status;
	int code = SQLITE_DONE;

	/* One row per face, or one without a face: an image comes with its first row. */
	while (wanted && sound && (code = sqlite3_step(row)) == SQLITE_ROW) {
		if (sqlite3_column_int64(row, 0) != last_id) {
			sound = read_image(row, &image_row);
			wanted = sound && image(&image_row, user);
			last_id = image_row.id;
		}
		if (wanted && sqlite3_column_type(row, FACE_COLUMN) != SQLITE_NULL) {
			face_row.image_id = last_id;
			sound = read_face(row, FACE_COLUMN, &face_row);
			wanted = sound && face(&face_row, user);
		}
	}
	status = store_finish(store, row, code, err);
	return sound ? status : store_damaged(store, err);
}

enum status store_image_faces(struct store *store, int64_t image_id, face_row_fn *each, void *user,
			      struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_IMAGE_FACES];
	struct face_row face = {.image_id = image_id};
	bool wanted = true, sound = true;
	enum status status;
	int code = SQLITE_DONE;

	sqlite3_bind_int64(row, 1, image_id);
	while (wanted && sound && (code = sqlite3_step(row)) == SQLITE_ROW) {
		sound = read_face(row, 1, &face);
		wanted = sound && each(&face, user);
	}
	status = store_finish(store, row, code, err);
	return sound ? status : store_damaged(store, err);
}

enum status store_groups(struct store *store, group_row_fn *each, void *user, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_GROUPS];
	struct group_row group;
	bool wanted = true;
	int code = SQLITE_DONE;

	while (wanted && (code = sqlite3_step(row)) == SQLITE_ROW) {
		group.id = sqlite3_column_int64(row, 0);
		group.name = (const char *)sqlite3_column_text(row, 1);
		if (!group.name) {
			sqlite3_reset(row);
			return no_memory(store, err);
		}
		wanted = each(&group, user);
	}
	return store_finish(store, row, code, err);
}

enum status store_refusals(struct store *store, refusal_fn *each, void *user, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_REFUSALS];
	bool wanted = true;
	int code = SQLITE_DONE;

	while (wanted && (code = sqlite3_step(row)) == SQLITE_ROW)
		wanted = each(sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1), user);
	return store_finish(store, row, code, err);
}

enum status store_apart(struct store *store, apart_fn *each, void *user, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_APART];
	bool wanted = true;
	int code = SQLITE_DONE;

	while (wanted && (code = sqlite3_step(row)) == SQLITE_ROW)
		wanted = each(sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1),
			      sqlite3_column_int(row, 2), user);
	return store_finish(store, row, code, err);
}

enum status store_face_place(struct store *store, int64_t face_id, struct face_place *out,
			     struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_FACE_PLACE];
	struct face_place place = {0};
	enum status status;
	int code;

	sqlite3_bind_int64(row, 1, face_id);
	code = sqlite3_step(row);
	if (code == SQLITE_ROW)
		place = (struct face_place){.path = text_copy(column_path(row, 0)),
					    .position = sqlite3_column_int(row, 1),
					    .removed = sqlite3_column_int(row, 2) != 0};
	status = store_finish(store, row, code, err);
	if (!status && !place.path)
		status = store_damaged(store, err);
	if (!status)
		*out = place;
	return status;
}

static bool read_known(sqlite3_stmt *row, struct known_file *out)
{
	const char *path = column_path(row, 1);
	const uint8_t *hash = store_read_hash(row, 8);
	int verdict = sqlite3_column_int(row, 4), deaths = sqlite3_column_int(row, 6);

	if (!path || deaths < 0 || verdict < 0 || verdict >= VERDICT_COUNT)
		return false;
	*out = (struct known_file){
		.path = text_copy(path),
		.same_as = text_copy(column_path(row, 5)),
		.size_bytes = sqlite3_column_int64(row, 2),
		.mtime_ns = sqlite3_column_int64(row, 3),
		.verdict = (enum verdict)verdict,
		.id = sqlite3_column_int64(row, 0),
		.deaths = deaths,
		.same_maker = sqlite3_column_int(row, 7) != 0,
		.hashed = hash != NULL,
		.removed = sqlite3_column_int(row, 9) != 0,
		.outdated = sqlite3_column_int(row, 10) != 0 && !verdict_failed(verdict),
	};
	if (out->hashed)
		memcpy(out->hash, hash, FILE_HASH_BYTES);
	return true;
}

enum status store_known(struct store *store, const char *maker_key, struct known_file **out,
			size_t *count, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_KNOWN];
	struct known_file *known = NULL, *larger;
	size_t used = 0, capacity = 0;
	enum status status = OK, finished;
	int code = SQLITE_DONE;

	sqlite3_bind_text(row, 1, maker_key, -1, SQLITE_STATIC);
	while (!status && (code = sqlite3_step(row)) == SQLITE_ROW) {
		if (used == capacity) {
			capacity = capacity ? capacity * 2 : 256;
			larger = reallocarray(known, capacity, sizeof(*known));
			if (!larger) {
				status = no_memory(store, err);
				break;
			}
			known = larger;
		}
		if (read_known(row, &known[used]))
			used++;
		else
			status = store_damaged(store, err);
	}
	finished = store_finish(store, row, code, status ? NULL : err);
	if (status || finished) {
		known_files_free(known, used);
		return status ? status : finished;
	}
	*out = known;
	*count = used;
	return OK;
}

static enum status copy_thumb(struct store *store, sqlite3_stmt *row, int column, struct face *out,
			      struct error *err)
{
	const void *bytes = sqlite3_column_blob(row, column);
	int len = sqlite3_column_bytes(row, column);

	out->thumb = NULL;
	out->thumb_len = 0;
	if (!bytes)
		return OK;
	out->thumb = malloc((size_t)len);
	if (!out->thumb)
		return no_memory(store, err);
	memcpy(out->thumb, bytes, (size_t)len);
	out->thumb_len = (size_t)len;
	return OK;
}

enum status store_face(struct store *store, int64_t face_id, bool with_thumb, struct face *out,
		       struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_FACE];
	struct face face = {.id = face_id};
	enum status status;
	int code;

	sqlite3_bind_int64(row, 1, face_id);
	sqlite3_bind_int(row, 2, with_thumb);
	code = sqlite3_step(row);
	if (code == SQLITE_DONE) {
		status = error_set(err, ERR_MISSING, "this face is no longer in %s", store->name);
	} else if (code != SQLITE_ROW) {
		status = store_fail(store, "cannot read", err);
	} else {
		store_read_box(row, 0, &face.box);
		face.score = sqlite3_column_double(row, 4);
		face.roll_deg = (float)sqlite3_column_double(row, 5);
		face.yaw_deg = (float)sqlite3_column_double(row, 6);
		if (store_read_measures(row, 7, face.measures) &&
		    store_decode_landmarks(row, 8, face.landmarks))
			status = copy_thumb(store, row, 9, &face, err);
		else
			status = store_damaged(store, err);
	}
	sqlite3_reset(row);
	if (!status)
		*out = face;
	return status;
}

enum status store_seen(struct store *store, int64_t image_id, seen_face_fn *each, void *user,
		       struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_SEEN];
	struct seen_face seen;
	bool wanted = true;
	int code = SQLITE_DONE;

	sqlite3_bind_int64(row, 1, image_id);
	while (wanted && (code = sqlite3_step(row)) == SQLITE_ROW) {
		store_read_box(row, 0, &seen.box);
		seen.score = sqlite3_column_double(row, 4);
		wanted = each(&seen, user);
	}
	return store_finish(store, row, code, err);
}

/* Pointers, their NULL, and the texts they point to, in one block. */
static char **block_of_texts(char **texts, size_t count)
{
	size_t bytes = (count + 1) * sizeof(char *);
	char **block, *text;

	for (size_t i = 0; i < count; i++)
		bytes += strlen(texts[i]) + 1;
	block = memory_new(bytes);
	text = (char *)(block + count + 1);
	for (size_t i = 0; i < count; i++) {
		block[i] = text;
		text = stpcpy(text, texts[i]) + 1;
	}
	return block;
}

static enum status load_paths(struct store *store, enum sql sql, char ***out, size_t *count,
			      struct error *err)
{
	sqlite3_stmt *row = store->statements[sql];
	char **texts = NULL;
	const char *path;
	size_t used = 0;
	bool sound = true;
	enum status status;
	int code = SQLITE_DONE;

	while (sound && (code = sqlite3_step(row)) == SQLITE_ROW) {
		path = column_path(row, 0);
		sound = path != NULL;
		if (sound) {
			texts = memory_resize(texts, used + 1, sizeof(*texts));
			texts[used++] = text_copy(path);
		}
	}
	status = store_finish(store, row, code, err);
	if (!status && !sound)
		status = store_damaged(store, err);
	if (!status) {
		*out = block_of_texts(texts, used);
		*count = used;
	}
	for (size_t i = 0; i < used; i++)
		free(texts[i]);
	free(texts);
	return status;
}

enum status store_roots(struct store *store, char ***out, size_t *count, struct error *err)
{
	return load_paths(store, SQL_ROOTS, out, count, err);
}

enum status store_attempts(struct store *store, char ***out, size_t *count, struct error *err)
{
	return load_paths(store, SQL_ATTEMPTS, out, count, err);
}
