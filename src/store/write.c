/*
 * Photos and faces to rows.
 *
 * A photo is replaced as a whole, in a savepoint: either it is there with all
 * its faces, or what was there before is. Numbers in BLOBs are little-endian,
 * so that a database can be carried to another machine.
 */
#include "internal.h"

#include <endian.h>
#include <sqlite3.h>
#include <string.h>

static void encode_measures(const double measures[MEASURE_COUNT], uint64_t out[MEASURE_COUNT])
{
	memcpy(out, measures, MEASURES_BYTES);
	for (int i = 0; i < MEASURE_COUNT; i++)
		out[i] = htole64(out[i]);
}

static void encode_landmarks(const struct point landmarks[LANDMARK_COUNT],
			     uint32_t out[LANDMARK_COUNT * 2])
{
	for (int i = 0; i < LANDMARK_COUNT; i++) {
		memcpy(&out[2 * i], &landmarks[i].x, sizeof(*out));
		memcpy(&out[2 * i + 1], &landmarks[i].y, sizeof(*out));
	}
	for (int i = 0; i < LANDMARK_COUNT * 2; i++)
		out[i] = htole32(out[i]);
}

/*
 * Binding fails only when memory is out, which leaves NULL in the row: the step that follows
 * reports it, as all these columns are NOT NULL. Texts are bound in place, without a copy.
 */
void store_bind_path(sqlite3_stmt *stmt, int index, const char *path)
{
	sqlite3_bind_blob64(stmt, index, path, path ? strlen(path) : 0, SQLITE_STATIC);
}

static void bind_box(sqlite3_stmt *stmt, int index, const struct box *box)
{
	sqlite3_bind_double(stmt, index, (double)box->x);
	sqlite3_bind_double(stmt, index + 1, (double)box->y);
	sqlite3_bind_double(stmt, index + 2, (double)box->width);
	sqlite3_bind_double(stmt, index + 3, (double)box->height);
}

/* SQLite stores NAN as NULL. */
static void bind_quality(sqlite3_stmt *stmt, int index, const struct photo_quality *q)
{
	sqlite3_bind_double(stmt, index, (double)q->sharpness);
	sqlite3_bind_double(stmt, index + 1, (double)q->brightness);
	sqlite3_bind_double(stmt, index + 2, (double)q->shadows);
	sqlite3_bind_double(stmt, index + 3, (double)q->highlights);
	if (photo_quality_known(q))
		sqlite3_bind_int(stmt, index + 4, q->orientation);
	else
		sqlite3_bind_null(stmt, index + 4);
	if (perceptual_hash_known(q->perceptual_hash))
		sqlite3_bind_blob(stmt, index + 5, q->perceptual_hash, PERCEPTUAL_HASH_BYTES,
				  SQLITE_STATIC);
	else
		sqlite3_bind_null(stmt, index + 5);
}

static enum status put_maker(struct store *store, const char *maker, struct error *err)
{
	if (!maker)
		return OK;
	sqlite3_bind_text(store->statements[SQL_PUT_MAKER], 1, maker, -1, SQLITE_STATIC);
	return store_step(store, SQL_PUT_MAKER, err);
}

static enum status put_image(struct store *store, struct photo *photo, struct error *err)
{
	sqlite3_stmt *stmt = store->statements[SQL_PUT_IMAGE];
	enum status status = put_maker(store, photo->maker, err);

	if (status)
		return status;
	store_bind_path(stmt, 1, photo->path);
	sqlite3_bind_int64(stmt, 2, photo->size_bytes);
	sqlite3_bind_int64(stmt, 3, photo->mtime_ns);
	sqlite3_bind_int(stmt, 4, (int)photo->format);
	sqlite3_bind_int(stmt, 5, (int)photo->verdict);
	sqlite3_bind_text(stmt, 6, photo->detail, -1, SQLITE_STATIC);
	store_bind_path(stmt, 7, photo->same_as);
	sqlite3_bind_int(stmt, 8, photo->width_px);
	sqlite3_bind_int(stmt, 9, photo->height_px);
	sqlite3_bind_int(stmt, 10, photo->seen_count);
	sqlite3_bind_int(stmt, 11, photo->face_count);
	sqlite3_bind_int(stmt, 12, photo->deaths);
	sqlite3_bind_text(stmt, 13, photo->maker, -1, SQLITE_STATIC);
	if (photo->hashed)
		sqlite3_bind_blob(stmt, 14, photo->hash, sizeof(photo->hash), SQLITE_STATIC);
	else
		sqlite3_bind_null(stmt, 14);
	bind_quality(stmt, 15, &photo->quality);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		photo->id = sqlite3_column_int64(stmt, 0);
	else
		status = store_fail(store, "cannot write", err);
	sqlite3_reset(stmt);
	return status;
}

static enum status put_face(struct store *store, int64_t image_id, int position, struct face *face,
			    struct error *err)
{
	sqlite3_stmt *stmt = store->statements[SQL_PUT_FACE];
	uint64_t measures[MEASURE_COUNT];
	uint32_t landmarks[LANDMARK_COUNT * 2];
	enum status status;

	encode_measures(face->measures, measures);
	encode_landmarks(face->landmarks, landmarks);
	sqlite3_bind_int64(stmt, 1, image_id);
	sqlite3_bind_int(stmt, 2, position);
	bind_box(stmt, 3, &face->box);
	sqlite3_bind_double(stmt, 7, face->score);
	sqlite3_bind_double(stmt, 8, (double)face->roll_deg);
	sqlite3_bind_double(stmt, 9, (double)face->yaw_deg);
	sqlite3_bind_blob(stmt, 10, measures, MEASURES_BYTES, SQLITE_STATIC);
	sqlite3_bind_double(stmt, 11, (double)face->quality.sharpness);
	sqlite3_bind_double(stmt, 12, (double)face->quality.brightness);
	sqlite3_bind_double(stmt, 13, (double)face->quality.cut);
	status = store_step(store, SQL_PUT_FACE, err);
	if (status)
		return status;
	face->id = sqlite3_last_insert_rowid(store->db);

	stmt = store->statements[SQL_PUT_FACE_DATA];
	sqlite3_bind_int64(stmt, 1, face->id);
	sqlite3_bind_blob(stmt, 2, landmarks, LANDMARKS_BYTES, SQLITE_STATIC);
	sqlite3_bind_blob64(stmt, 3, face->thumb, face->thumb_len, SQLITE_STATIC);
	return store_step(store, SQL_PUT_FACE_DATA, err);
}

static enum status put_seen(struct store *store, int64_t image_id, int position,
			    const struct seen_face *seen, struct error *err)
{
	sqlite3_stmt *stmt = store->statements[SQL_PUT_SEEN];

	sqlite3_bind_int64(stmt, 1, image_id);
	sqlite3_bind_int(stmt, 2, position);
	bind_box(stmt, 3, &seen->box);
	sqlite3_bind_double(stmt, 7, seen->score);
	return store_step(store, SQL_PUT_SEEN, err);
}

/* What was found in the photo before gives way. */
static enum status clear_found(struct store *store, int64_t image_id, struct error *err)
{
	enum status status;

	sqlite3_bind_int64(store->statements[SQL_SET_ASIDE_FACES], 1, image_id);
	sqlite3_bind_int64(store->statements[SQL_REMOVE_SEEN], 1, image_id);
	status = store_step(store, SQL_SET_ASIDE_FACES, err);
	return status ? status : store_step(store, SQL_REMOVE_SEEN, err);
}

/*
 * The size of the photo as it was. A file that could not be read, or is another name of one that
 * was, does not take the place of faces: they wait, like those of a file that is gone, until their
 * bytes are found again.
 */
static enum status look_back(struct store *store, const struct photo *photo, int size_px[2],
			     struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_OLD_SIZE];
	enum status status = OK;
	int code;

	if (!photo->hashed && !photo->face_count) {
		store_bind_path(store->statements[SQL_RETIRE], 1, photo->path);
		status = store_step(store, SQL_RETIRE, err);
	}
	if (status)
		return status;
	store_bind_path(row, 1, photo->path);
	code = sqlite3_step(row);
	if (code == SQLITE_ROW) {
		size_px[0] = sqlite3_column_int(row, 0);
		size_px[1] = sqlite3_column_int(row, 1);
	} else if (code != SQLITE_DONE) {
		status = store_fail(store, "cannot read", err);
	}
	sqlite3_reset(row);
	return status;
}

/* Decisions find their faces again, in a photo that may have another size now. */
static enum status look_again(struct store *store, struct photo *photo, const int size_px[2],
			      struct error *err)
{
	sqlite3_stmt *stmt = store->statements[SQL_SCALE_FORMER];
	bool sized = size_px[0] > 0 && size_px[1] > 0 && photo->width_px > 0 &&
		     photo->height_px > 0;
	enum status status = OK;

	if (sized && (size_px[0] != photo->width_px || size_px[1] != photo->height_px)) {
		sqlite3_bind_int64(stmt, 1, photo->id);
		sqlite3_bind_double(stmt, 2, (double)photo->width_px / size_px[0]);
		sqlite3_bind_double(stmt, 3, (double)photo->height_px / size_px[1]);
		status = store_step(store, SQL_SCALE_FORMER, err);
	}
	if (!status)
		status = store_match_faces(store, photo, err);
	if (status)
		return status;
	sqlite3_bind_int64(store->statements[SQL_REMOVE_FACES], 1, photo->id);
	return store_step(store, SQL_REMOVE_FACES, err);
}

static enum status put_embeddings(struct store *store, const struct photo *photo, struct error *err)
{
	enum status status = OK;

	for (int i = 0; i < photo->face_count && !status; i++)
		if (photo->model && photo->faces[i].crops != EMBEDDING_NONE)
			status = store_put_embedding(store, &photo->faces[i], photo->model, err);
	return status;
}

/* Image and faces in place of what was there. */
static enum status put_photo(struct store *store, struct photo *photo, struct error *err)
{
	int size_px[2] = {0, 0};
	enum status status = look_back(store, photo, size_px, err);

	if (!status)
		status = put_image(store, photo, err);
	if (!status)
		status = clear_found(store, photo->id, err);
	for (int i = 0; i < photo->face_count && !status; i++)
		status = put_face(store, photo->id, i, &photo->faces[i], err);
	for (int i = 0; i < photo->seen_count && !status; i++)
		status = put_seen(store, photo->id, i, &photo->seen[i], err);
	return status ? status : look_again(store, photo, size_px, err);
}

void store_clear_ids(struct photo *photo)
{
	photo->id = 0;
	for (int i = 0; i < photo->face_count; i++)
		photo->faces[i].id = photo->faces[i].group_id = photo->faces[i].former_id = 0;
}

enum status store_put(struct store *store, struct photo *photo, struct error *err)
{
	enum status status = store_change_begin(store, err);

	if (!status) {
		if (!photo->only_embeddings)
			status = put_photo(store, photo, err);
		if (!status)
			status = put_embeddings(store, photo, err);
		if (!status) {
			store_bind_path(store->statements[SQL_TRIED], 1, photo->path);
			status = store_step(store, SQL_TRIED, err);
		}
		status = store_change_end(store, status, err);
	}
	if (status && !photo->only_embeddings)
		store_clear_ids(photo);
	return status;
}

enum status store_remove(struct store *store, const int64_t *image_ids, size_t count,
			 struct error *err)
{
	enum status status = store_change_begin(store, err);

	if (status)
		return status;
	for (size_t i = 0; i < count && !status; i++) {
		sqlite3_bind_int64(store->statements[SQL_REMOVE_IMAGE], 1, image_ids[i]);
		status = store_step(store, SQL_REMOVE_IMAGE, err);
	}
	return store_change_end(store, status, err);
}

enum status store_try(struct store *store, char *const *paths, size_t count, struct error *err)
{
	enum status status = store_change_begin(store, err);

	if (status)
		return status;
	if (count == 0)
		status = store_step(store, SQL_TRIED_ALL, err);
	else
		store->sync = true; /* one of them may take the machine down */
	for (size_t i = 0; i < count && !status; i++) {
		store_bind_path(store->statements[SQL_TRY], 1, paths[i]);
		status = store_step(store, SQL_TRY, err);
	}
	return store_change_end(store, status, err);
}

enum status store_set_roots(struct store *store, char *const *paths, size_t count,
			    struct error *err)
{
	enum status status = store_change_begin(store, err);

	if (status)
		return status;
	status = store_step(store, SQL_CLEAR_ROOTS, err);
	for (size_t i = 0; i < count && !status; i++) {
		store_bind_path(store->statements[SQL_PUT_ROOT], 1, paths[i]);
		status = store_step(store, SQL_PUT_ROOT, err);
	}
	return store_change_end(store, status, err);
}
