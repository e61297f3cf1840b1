/*
 * store.h: the database of one collection.
 *
 * One SQLite file holds the images with their verdicts, the faces with
 * landmarks, measures and thumbnails, and the faces that were only seen. Paths are BLOBs: any bytes
 * but NUL.
 *
 * Owns     store_open()/store_close(). What the loading functions hand out lives
 *          until the callback returns, unless it says otherwise.
 * Files    the database 0600, its folder 0700; PATH-lock beside it is held by
 *          whoever may write.
 * Threads  one thread at a time; SQLite is never carried across fork().
 * Errors   ERR_STORE with SQLite's words; ERR_LOCKED when another instance
 *          writes; ERR_MISSING when there is no database to read, or no such face;
 *          ERR_FULL when the disk is full, and the same can be tried again.
 */
#ifndef LOOKALIKE_STORE_STORE_H
#define LOOKALIKE_STORE_STORE_H

#include "lookalike/base/error.h"
#include "lookalike/base/photo.h"

#include <stdbool.h>

struct store;

enum store_mode {
	STORE_READ,   /* an existing database */
	STORE_WRITE,  /* created when missing; one writer at a time */
	STORE_CHANGE, /* an existing one, to write */
};

/* What the interface keeps of an image: no landmarks, no thumbnails. */
struct image_row {
	int64_t id;
	const char *path;
	const char *detail;  /* or NULL */
	const char *same_as; /* or NULL */
	int64_t size_bytes;
	enum format format;
	enum verdict verdict;
	int width_px, height_px;
	int seen_count, face_count;
	struct photo_quality quality;
	const uint8_t *hash; /* FILE_HASH_BYTES, or NULL */
};

/* What the interface keeps of a face. */
struct face_row {
	int64_t id, image_id;
	int position; /* 0, 1, ... within its photo */
	struct box box;
	double score;
	float roll_deg, yaw_deg;
	double measures[MEASURE_COUNT];
	struct face_quality quality;
	int64_t group_id; /* of the group that a person put it in, or one of these */
};

#define GROUP_OPEN  0 /* nobody decided on the face */
#define GROUP_ASIDE (-1)

/* A group that a person made. */
struct group_row {
	int64_t id;
	const char *name;
};

/* Handed over in the order of path (bytes) and position. Return false to stop. */
typedef bool image_row_fn(const struct image_row *row, void *user);
typedef bool face_row_fn(const struct face_row *row, void *user);
typedef bool group_row_fn(const struct group_row *row, void *user);
typedef bool embedding_fn(int64_t face_id, const float vector[EMBEDDING_COUNT], void *user);
typedef bool seen_face_fn(const struct seen_face *seen, void *user);

enum status store_open(const char *path, enum store_mode mode, struct store **out,
		       struct error *err);
void store_close(struct store *store);

/* One line when others than the owner can read the database, NULL when not; lives as the store. */
const char *store_warning(struct store *store);

/* Undo what store_begin() began. */
void store_rollback(struct store *store);

/* From now until it is closed a store that was opened for reading does not change under the reader,
 * whatever a writer does meanwhile. */
enum status store_hold(struct store *store, struct error *err);

/* The collection's paths (absolute, sorted), remembered at the first scan; NULL-terminated, for the
 * caller to free as one block. */
enum status store_set_roots(struct store *store, char *const *paths, size_t count,
			    struct error *err);
enum status store_roots(struct store *store, char ***out, size_t *count, struct error *err);

/* Everything measured so far; an image's row comes before its faces' rows. */
enum status store_load(struct store *store, image_row_fn *image, face_row_fn *face, void *user,
		       struct error *err);

/* The groups that a person made, the oldest first. */
enum status store_groups(struct store *store, group_row_fn *each, void *user, struct error *err);

/*
 * The files that have a row, sorted by path, for scan_start(); each string is malloc'd. Of one
 * path there may be several, the one that is not removed comes first. maker_key is what a photo's
 * maker would begin with now.
 */
enum status store_known(struct store *store, const char *maker_key, struct known_file **out,
			size_t *count, struct error *err);

/*
 * The embeddings of the model that made most of them, by face; *model is its key (malloc'd), NULL
 * when there are none. A vector of NULL means that another model's has most: what came is void.
 */
enum status store_embeddings(struct store *store, embedding_fn *each, void *user, char **model,
			     struct error *err);

/* Tell each of the known files, as from store_known(), which of its faces have no embedding of this
 * model and so many crops. */
enum status store_lacking(struct store *store, const char *model, int crops,
			  struct known_file *known, size_t count, struct error *err);

/*
 * Files that are about to be tried: store_put() ends a file's attempt, no paths at all end every
 * one. store_attempts() gives those that nobody ended, because the program was killed; those that
 * were tried least come first. One block, as from store_roots().
 */
enum status store_try(struct store *store, char *const *paths, size_t count, struct error *err);
enum status store_attempts(struct store *store, char ***out, size_t *count, struct error *err);

/*
 * Write one photo and its faces in place of what was there; fills in their ids (0 on failure), and
 * the groups of those on which a person decided before: decisions.h. store_remove() marks images
 * whose files are gone: they are not loaded any more, but known. A photo with only_embeddings adds
 * to faces that are there, and leaves out those that are not.
 * Between store_begin() and store_commit() many become durable together; a photo that failed is
 * left out then. When store_commit() fails nothing of the batch is stored.
 */
enum status store_begin(struct store *store, struct error *err);
enum status store_put(struct store *store, struct photo *photo, struct error *err);
enum status store_remove(struct store *store, const int64_t *image_ids, size_t count,
			 struct error *err);

/*
 * The file of the image with the photo's id has the photo's path, size and time now. Everything
 * else in the photo is filled in from the store, but landmarks and thumbnails. Another image that
 * had this path is marked as removed.
 */
enum status store_move(struct store *store, struct photo *photo, struct error *err);
enum status store_commit(struct store *store, struct error *err);

/* One face as it was measured, without or with its thumbnail (malloc'd, in face->thumb). */
enum status store_face(struct store *store, int64_t face_id, bool with_thumb, struct face *out,
		       struct error *err);

/*
 * How well each measure repeats here, from so many faces; faces is 0 when nobody measured that, or
 * when it is to be forgotten. r is untouched then.
 */
enum status store_set_reliability(struct store *store, const double r[MEASURE_COUNT], int faces,
				  struct error *err);
enum status store_reliability(struct store *store, double r[MEASURE_COUNT], int *faces,
			      struct error *err);

/*
 * Where somebody was in the interface: a text that only the interface understands, "" where there
 * is none. Nothing depends on it, so what cannot be read is not told.
 */
enum status store_set_place(struct store *store, const char *text, struct error *err);
char *store_place(struct store *store);

/* The faces of an image that were seen, not measured. */
enum status store_seen(struct store *store, int64_t image_id, seen_face_fn *each, void *user,
		       struct error *err);

#endif
