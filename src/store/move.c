/* A file has another name: its row follows it, with everything that is known of it. */
#include "internal.h"

#include "lookalike/base/memory.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* The photo's id is that of the row. */
static enum status move_image(struct store *store, struct photo *photo, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_MOVE_IMAGE];
	enum status status = OK;
	const uint8_t *hash;
	int code;

	store_bind_path(row, 1, photo->path);
	sqlite3_bind_int64(row, 2, photo->id);
	sqlite3_bind_int64(row, 3, photo->size_bytes);
	sqlite3_bind_int64(row, 4, photo->mtime_ns);
	code = sqlite3_step(row);
	if (code == SQLITE_ROW) {
		photo->format = (enum format)sqlite3_column_int(row, 0);
		photo->verdict = (enum verdict)sqlite3_column_int(row, 1);
		free(photo->detail);
		photo->detail = text_copy((const char *)sqlite3_column_text(row, 2));
		photo->width_px = sqlite3_column_int(row, 3);
		photo->height_px = sqlite3_column_int(row, 4);
		photo->seen_count = sqlite3_column_int(row, 5);
		photo->face_count = 0;
		store_read_quality(row, 7, &photo->quality);
		hash = store_read_hash(row, 13);
		photo->hashed = hash != NULL;
		if (hash)
			memcpy(photo->hash, hash, FILE_HASH_BYTES);
		if (photo->format >= FORMAT_COUNT || photo->verdict >= VERDICT_COUNT)
			status = store_damaged(store, err);
	} else {
		status = code == SQLITE_DONE ? store_damaged(store, err)
					     : store_fail(store, "cannot write", err);
	}
	sqlite3_reset(row);
	return status;
}

static bool add_face(const struct face_row *row, void *user)
{
	struct photo *photo = user;
	struct face *face;

	photo->faces = memory_resize(photo->faces, (size_t)photo->face_count + 1,
				     sizeof(*photo->faces));
	face = &photo->faces[photo->face_count++];
	*face = (struct face){
		.id = row->id,
		.group_id = row->group_id,
		.box = row->box,
		.score = row->score,
		.roll_deg = row->roll_deg,
		.yaw_deg = row->yaw_deg,
		.quality = row->quality,
	};
	memcpy(face->measures, row->measures, sizeof(face->measures));
	return true;
}

enum status store_move(struct store *store, struct photo *photo, struct error *err)
{
	enum status status = store_change_begin(store, err);

	if (status)
		return status;
	store_bind_path(store->statements[SQL_DISPLACE], 1, photo->path);
	sqlite3_bind_int64(store->statements[SQL_DISPLACE], 2, photo->id);
	status = store_step(store, SQL_DISPLACE, err);
	if (!status)
		status = move_image(store, photo, err);
	if (!status)
		status = store_image_faces(store, photo->id, add_face, photo, err);
	if (!status) {
		store_bind_path(store->statements[SQL_TRIED], 1, photo->path);
		status = store_step(store, SQL_TRIED, err);
	}
	return store_change_end(store, status, err);
}
