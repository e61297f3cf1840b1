/*
 * session.h: everything known of a collection while it is looked at: its
 * images, in order of path, and their faces.
 *
 * Owns     session_new()/session_free(). Images and faces live as long as the
 *          session: one that was replaced or removed is only marked as gone, so
 *          that a pointer kept elsewhere stays valid.
 * Units    as in base/photo.h.
 * Threads  one: the owner of the session.
 * Errors   those of the store, when loading.
 */
#ifndef LOOKALIKE_REVIEW_SESSION_H
#define LOOKALIKE_REVIEW_SESSION_H

#include "lookalike/base/arena.h"
#include "lookalike/base/photo.h"
#include "lookalike/review/labels.h"
#include "lookalike/store/decisions.h"
#include "lookalike/store/store.h"
#include "lookalike/store/trials.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session_image;

/* A group that a person made. */
struct session_group {
	int64_t id;
	char *name;
	int face_count; /* in the session */
};

#define FACE_OPEN  (-1) /* nobody decided on the face: clustering may have it */
#define FACE_ASIDE (-2)

/* What a person has said no to: that a face is somebody. */
struct session_no {
	int64_t face_id;
	int64_t of;   /* the group that it is not in, or the statement that has it */
	int64_t side; /* 1, or its side in that: people on different sides are different */
};

struct session_noes {
	struct session_no *items; /* by face_id, then of */
	int count, room;
};

/* What is doubtful about the label of a face's photo: see labelling.h. */
enum doubt {
	DOUBT_NONE,
	DOUBT_WRONG_LABEL,
	DOUBT_SPLIT_CLASS,
	DOUBT_MIXED_CLASS,
};

struct session_face {
	int64_t id;
	struct session_image *image;
	int position; /* within its photo, from 0 */
	struct box box;
	double score;
	float roll_deg, yaw_deg;
	double measures[MEASURE_COUNT];
	struct face_quality quality;
	uint32_t findings; /* as findings_compute() left them: see findings.h */
	const struct session_face *near_duplicate_of; /* the best of such faces; see duplicates.h */
	float *embedding;                             /* EMBEDDING_COUNT values, or NULL */
	const void *run; /* grouping.h: the sweep that has this face, and as which row */
	int row;
	int group;      /* index of its group now, or -1 */
	float distance; /* to the centre of that group */
	int assigned;   /* index in session->named, or FACE_OPEN or FACE_ASIDE */
	enum doubt doubt;
	float doubt_confidence; /* 0 to 1 */
	int32_t doubt_class;    /* the class that it looks like, or -1 */
	bool marked;            /* by the person at the keyboard, for what comes next */
	bool gone;
};

struct session_image {
	int64_t id;
	char *path;
	const char *name; /* the last part of path */
	char *detail, *same_as;
	int64_t size_bytes;
	enum format format;
	enum verdict verdict;
	int width_px, height_px;
	struct photo_quality quality;
	uint32_t findings; /* as in struct session_face, with those of the faces */
	/* The best of these files, or NULL for the best itself and where there is none. */
	const struct session_image *duplicate_of, *near_duplicate_of;
	uint8_t hash[FILE_HASH_BYTES]; /* of the file's bytes; all 0 where they were not read */
	int32_t class;                 /* of its label, or -1 */
	int seen_count;
	int face_count;
	struct session_face *faces;
};

/* An answer of a blind test. */
struct session_trial {
	struct trial_run run;
	struct trial_row row;
};

struct session_totals {
	int images; /* the sum of the next four */
	int with_faces, without_faces, failed;
	int same_file; /* other names of an image that is counted already */
	int faces, seen_not_measured;
	int decided;  /* of the faces: in a named group, or set aside */
	int turned;   /* of the faces, by more than YAW_TURNED_DEG */
	int embedded; /* of the faces, those with an embedding */
};

struct session {
	struct session_image **images; /* sorted by path, as bytes */
	int image_count, image_room;
	struct session_image **retired; /* replaced or removed, kept for pointers to them */
	int retired_count;
	struct session_group *named; /* by id: the oldest first */
	int named_count;
	struct session_trial *trials; /* as store_trials() gives them, then those of now */
	int trial_count, trial_room;
	struct session_noes refused, apart; /* see CHANGE_REFUSAL and CHANGE_APART */
	struct session_totals totals;
	int decisions;                     /* that stand: those undone are not counted */
	struct labels *labels;             /* of the images, or NULL; to be set before loading */
	bool without_embeddings;           /* to be set before loading: they come later, or never */
	char *model;                       /* that made the embeddings: its key, or NULL */
	struct arena arena;                /* the images, their faces and embeddings */
	double reliability[MEASURE_COUNT]; /* of the measures; see cluster/reliability.h */
	int reliability_faces; /* that it was estimated from here; 0: it is the table's */
	uint64_t version;      /* grows with every change */
	uint64_t runs;         /* clusterings that began, see grouping.h */
};

struct session *session_new(void);
void session_free(struct session *s);

/* Load what the store has; only images at or below one of paths, unless count is 0. */
enum status session_load(struct session *s, struct store *store, char *const *paths, size_t count,
			 struct error *err);

/* The embeddings that session_load() was told to leave out. */
enum status session_load_embeddings(struct session *s, struct store *store, struct error *err);

/* Add a photo as the store has acknowledged it, in place of one with the same path; or its
 * embeddings to faces that are there. */
void session_put(struct session *s, const struct photo *photo);

/* A photo that store_move() filled: it takes the place of the image with its id. */
void session_move(struct session *s, const struct photo *photo);

void session_remove(struct session *s, const int64_t *image_ids, size_t count);

/* How many faces nobody decided on. */
int session_open_faces(const struct session *s);

/* Apply what the store has decided. */
void session_decide(struct session *s, const struct decision *d);

/* Add one without looking whether it is there already; session_noes_sort() follows the last. */
void session_no_add(struct session_noes *noes, struct session_no no);
void session_noes_sort(struct session_noes *noes);

/* Keep a no, in place of one of this face to the same; side 0 takes it back. */
void session_no_put(struct session_noes *noes, int64_t face_id, int64_t of, int64_t side);

/* The first no of a face, or where it would be; those of one face follow each other. */
int session_no_find(const struct session_noes *noes, int64_t face_id);

/* Another face has what was said of this one. */
void session_no_rename(struct session_noes *noes, int64_t from, int64_t to);

/* Note the group of a face, as the store names it. */
void session_assign(struct session *s, struct session_face *face, int64_t group_id);

/* An answer that the store has. */
void session_add_trial(struct session *s, const struct trial_run *run, const struct trial_row *row);

/* Whether path is one of the paths or lies below one. */
bool path_is_under(const char *path, char *const *paths, size_t count);

#endif
