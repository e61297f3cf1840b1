/*
 * Embeddings of faces: they come with a photo, or later, when there is a model for them.
 */
#include "internal.h"
#include "lookalike/base/memory.h"

#include <endian.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum status store_put_embedding(struct store *store, const struct face *face, const char *model,
				struct error *err)
{
	sqlite3_stmt *stmt = store->statements[SQL_PUT_EMBEDDING];
	bool possible = face->crops != EMBEDDING_IMPOSSIBLE;
	uint32_t vector[EMBEDDING_COUNT];

	memcpy(vector, face->embedding, EMBEDDING_BYTES);
	for (int i = 0; i < EMBEDDING_COUNT; i++)
		vector[i] = htole32(vector[i]);
	sqlite3_bind_int64(stmt, 1, face->id);
	sqlite3_bind_text(stmt, 2, model, -1, SQLITE_STATIC);
	/* What cannot be had with one crop cannot be had with many. */
	sqlite3_bind_int(stmt, 3, possible ? face->crops : INT32_MAX);
	if (possible)
		sqlite3_bind_blob(stmt, 4, vector, EMBEDDING_BYTES, SQLITE_STATIC);
	else
		sqlite3_bind_null(stmt, 4);
	return store_step(store, SQL_PUT_EMBEDDING, err);
}

bool store_read_embedding(sqlite3_stmt *row, int column, float out[EMBEDDING_COUNT])
{
	const void *bytes = sqlite3_column_blob(row, column);
	uint32_t vector[EMBEDDING_COUNT];

	if (!bytes || sqlite3_column_bytes(row, column) != EMBEDDING_BYTES)
		return false;
	memcpy(vector, bytes, EMBEDDING_BYTES);
	for (int i = 0; i < EMBEDDING_COUNT; i++) {
		vector[i] = le32toh(vector[i]);
		memcpy(&out[i], &vector[i], sizeof(out[i]));
		if (!isfinite(out[i]))
			return false;
	}
	return true;
}

static enum status find_model(struct store *store, char **out, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_EMBEDDING_MODEL];
	int code = sqlite3_step(row);

	*out = code == SQLITE_ROW ? text_copy((const char *)sqlite3_column_text(row, 0)) : NULL;
	return store_finish(store, row, code, err);
}

/*
 * Those of *model; where it is NULL, of the first one there is, which it is then: *mixed says that
 * not all are of that one, or can be read, and that the rest was left.
 */
static enum status read_embeddings(struct store *store, embedding_fn *each, void *user,
				   char **model, bool *mixed, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_EMBEDDINGS];
	float vector[EMBEDDING_COUNT];
	bool any = !*model, wanted = true, sound = true;
	int code = SQLITE_DONE;
	enum status status;

	*mixed = false;
	sqlite3_bind_text(row, 1, *model, -1, SQLITE_TRANSIENT);
	while (wanted && sound && !*mixed && (code = sqlite3_step(row)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(row, 2);

		if (!*model)
			*model = text_copy(name);
		sound = name && store_read_embedding(row, 1, vector);
		*mixed = any && (!sound || strcmp(*model, name) != 0);
		if (sound && !*mixed)
			wanted = each(sqlite3_column_int64(row, 0), vector, user);
	}
	status = store_finish(store, row, code, err);
	sqlite3_clear_bindings(row);
	return sound || *mixed ? status : store_damaged(store, err);
}

enum status store_embeddings(struct store *store, embedding_fn *each, void *user, char **model,
			     struct error *err)
{
	enum status status;
	bool mixed;

	/* To count them by model first takes as long as to read them. */
	*model = NULL;
	status = read_embeddings(store, each, user, model, &mixed, err);
	if (status || !mixed)
		return status;
	each(0, NULL, user);
	free(*model);
	status = find_model(store, model, err);
	return status || !*model ? status : read_embeddings(store, each, user, model, &mixed, err);
}

static bool add_lacking(struct known_file *file, sqlite3_stmt *row)
{
	struct face_points *place;

	file->lacking = memory_resize(file->lacking, (size_t)file->lacking_count + 1,
				      sizeof(*file->lacking));
	place = &file->lacking[file->lacking_count++];
	place->id = sqlite3_column_int64(row, 1);
	return store_decode_landmarks(row, 2, place->landmarks);
}

enum status store_lacking(struct store *store, const char *model, int crops,
			  struct known_file *known, size_t count, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_LACKING];
	bool sound = true;
	size_t at = 0;
	enum status status;
	int code = SQLITE_DONE;

	sqlite3_bind_text(row, 1, model, -1, SQLITE_STATIC);
	sqlite3_bind_int(row, 2, crops);
	while (sound && (code = sqlite3_step(row)) == SQLITE_ROW) {
		const char *path = (const char *)sqlite3_column_text(row, 0);

		/* Both in the order of paths. */
		while (path && at < count && strcmp(known[at].path, path) < 0)
			at++;
		if (path && at < count && !strcmp(known[at].path, path))
			sound = add_lacking(&known[at], row);
	}
	status = store_finish(store, row, code, err);
	sqlite3_clear_bindings(row);
	return sound ? status : store_damaged(store, err);
}
