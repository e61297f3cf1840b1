/*
 * internal.h: what the files of the store share.
 *
 * Owns     struct store owns the connection, its prepared statements and the lock.
 * Threads  as store.h.
 * Errors   every failure of SQLite goes through store_fail(), which names the file.
 */
#ifndef LOOKALIKE_STORE_INTERNAL_H
#define LOOKALIKE_STORE_INTERNAL_H

#include "lookalike/store/decisions.h"
#include "lookalike/store/store.h"

struct sqlite3;
struct sqlite3_stmt;

enum sql {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_SAVEPOINT,
	SQL_RELEASE,
	SQL_ROLLBACK_TO,
	SQL_PUT_MAKER,
	SQL_PUT_IMAGE,
	SQL_OLD_SIZE,
	SQL_RETIRE,
	SQL_SET_ASIDE_FACES,
	SQL_SCALE_FORMER,
	SQL_FORMER,
	SQL_MOVE_CHANGES,
	SQL_MOVE_ASSIGNED,
	SQL_MOVE_REFUSED,
	SQL_MOVE_TRIALS,
	SQL_MOVE_APART,
	SQL_REMOVE_FACES,
	SQL_REMOVE_SEEN,
	SQL_PUT_FACE,
	SQL_PUT_FACE_DATA,
	SQL_PUT_EMBEDDING,
	SQL_PUT_SEEN,
	SQL_REMOVE_IMAGE,
	SQL_DISPLACE,
	SQL_MOVE_IMAGE,
	SQL_IMAGE_FACES,
	SQL_TRY,
	SQL_TRIED,
	SQL_TRIED_ALL,
	SQL_ATTEMPTS,
	SQL_CLEAR_ROOTS,
	SQL_PUT_ROOT,
	SQL_ROOTS,
	SQL_LOAD,
	SQL_GROUPS,
	SQL_KNOWN,
	SQL_FACE,
	SQL_EMBEDDING_MODEL,
	SQL_EMBEDDINGS,
	SQL_LACKING,
	SQL_SEEN,
	SQL_GROUP_ID,
	SQL_NEXT_GROUP,
	SQL_MAKE_GROUP,
	SQL_RENAME_GROUP,
	SQL_END_GROUP,
	SQL_EMPTY_GROUP,
	SQL_FACE_GROUP,
	SQL_ASSIGN,
	SQL_UNASSIGN,
	SQL_REFUSED,
	SQL_REFUSE,
	SQL_UNREFUSE,
	SQL_SIDE,
	SQL_SET_SIDE,
	SQL_CLEAR_SIDE,
	SQL_STATEMENTS,
	SQL_JOINED,
	SQL_NEXT_STEP,
	SQL_STEP,
	SQL_ADD_STEP,
	SQL_ADD_CHANGE,
	SQL_CHANGES,
	SQL_LOG,
	SQL_DECISIONS_MADE,
	SQL_REFUSALS,
	SQL_APART,
	SQL_FACE_PLACE,
	SQL_RELIABILITY,
	SQL_PUT_TRIAL_RUN,
	SQL_PUT_TRIAL,
	SQL_PUT_TRIAL_FACE,
	SQL_TRIALS,
	SQL_PLACE,
	SQL_COUNT
};

/* Sizes of the numbers of one face, as BLOBs of float64 and float32. */
#define MEASURES_BYTES  (MEASURE_COUNT * sizeof(uint64_t))
#define LANDMARKS_BYTES (LANDMARK_COUNT * 2 * sizeof(uint32_t))
#define EMBEDDING_BYTES (EMBEDDING_COUNT * sizeof(uint32_t))

struct store {
	struct sqlite3 *db;
	struct sqlite3_stmt *statements[SQL_COUNT];
	char *path;     /* absolute, links resolved */
	char name[320]; /* the path as messages show it */
	char warning[512];
	int lock_fd;   /* -1 for a reader */
	bool in_batch; /* between store_begin() and store_commit() */
	bool sync;     /* the commit to come is to be on the disk when it returns */
	bool outdated; /* for a reader: of an older version, so that only a writer can help */
};

/* Report SQLite's last error; what is what could not be done: "cannot write". */
enum status store_fail(struct store *store, const char *what, struct error *err);

/* Report content that this program would not have written. */
enum status store_damaged(const struct store *store, struct error *err);

/* Run a prepared statement that returns no rows. */
enum status store_step(struct store *store, enum sql sql, struct error *err);

/* A change made of several statements: all of it happens or none. */
enum status store_change_begin(struct store *store, struct error *err);
enum status store_change_end(struct store *store, enum status status, struct error *err);

/* Commit what store_begin() began, or undo it when status says that it failed. */
enum status store_end(struct store *store, enum status status, struct error *err);

/* The embedding of a face that is stored; store_put() does it for those it puts. */
enum status store_put_embedding(struct store *store, const struct face *face, const char *model,
				struct error *err);

/* The six columns of struct photo_quality, from sharpness on. */
void store_read_quality(struct sqlite3_stmt *row, int column, struct photo_quality *out);

/* The hash of a file's bytes, or NULL; lives as the row. */
const uint8_t *store_read_hash(struct sqlite3_stmt *row, int column);

/* Landmarks as they are stored; false for other bytes. */
bool store_decode_landmarks(struct sqlite3_stmt *row, int column, struct point out[LANDMARK_COUNT]);

/* An embedding as it is stored; false for other bytes, or none. */
bool store_read_embedding(struct sqlite3_stmt *row, int column, float out[EMBEDDING_COUNT]);

/* What a statement's rows ended with: OK, or why they did not end by themselves. */
enum status store_finish(struct store *store, struct sqlite3_stmt *row, int code,
			 struct error *err);

/* A photo that is not in the database has no ids. */
void store_clear_ids(struct photo *photo);

/* Bound in place, without a copy; NULL stays NULL. */
void store_bind_path(struct sqlite3_stmt *stmt, int index, const char *path);

/* The faces of one image, by position. */
enum status store_image_faces(struct store *store, int64_t image_id, face_row_fn *each, void *user,
			      struct error *err);

/* From a row's columns; measures are false when they are not what we write. */
void store_read_box(struct sqlite3_stmt *row, int column, struct box *out);
bool store_read_measures(struct sqlite3_stmt *row, int column, double out[MEASURE_COUNT]);

/* The first column of a query's one row, or otherwise when there is none. */
enum status store_query(struct store *store, enum sql sql, int64_t otherwise, int64_t *out,
			struct error *err);

/* The group of a face, as in struct face_row; ERR_MISSING when there is no such face. */
enum status store_face_group(struct store *store, int64_t face_id, int64_t *out, struct error *err);

/* Make one change to what is decided, as the log has it or is going to have it. */
enum status store_apply(struct store *store, const struct decision_change *change,
			struct error *err);

/* Find the changes that a request asks for, and make them; they are added to the decision. */
enum status store_plan(struct store *store, const struct decision_request *request,
		       struct decision *d, struct error *err);

/* Let the faces of a photo that was just written have the decisions on those it had before. */
enum status store_match_faces(struct store *store, struct photo *photo, struct error *err);

/* Create the file (0600) and the folders above it (0700) where they are missing. */
enum status store_create_file(const char *path, const char *name, struct error *err);

/* Become the one writer of the file: *fd holds the lock until it is closed. */
enum status store_lock_file(const char *path, const char *name, int *fd, struct error *err);

/* Remove the file, SQLite's files beside it and the lock, which must be held. */
enum status store_remove_files(const char *path, const char *name, struct error *err);

/* End the connection and keep the lock. */
void store_disconnect(struct store *store);

/* Check that the file is ours and of a version we know; a writer brings it up to date. */
enum status schema_check(struct store *store, enum store_mode mode, struct error *err);

#endif
