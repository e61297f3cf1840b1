/*
 * Decisions go on with their faces when a photo is measured again.
 *
 * A face that was found is one that was there before when their boxes overlap and it is the same
 * person, by the embeddings where both have one, else by measures that agree: two people in one
 * place differ in these, one person twice in a photo in place. The log
 * and what follows from it, and the trials it was in, then name the new face. A face that somebody
 * decided on and that is not found stays as it was, with a negative position, until a later
 * measurement finds it.
 */
#include "internal.h"

#include "lookalike/base/memory.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>

#define DISTANCE_MAX 0.5
#define OVERLAP_MIN  0.5

/* Of embeddings: the loosest that joined no two people of that set in groups by distance. */
#define EMBEDDING_DISTANCE_MAX 0.47

struct former {
	int64_t id;
	struct box box;
	double measures[MEASURE_COUNT];
	float embedding[EMBEDDING_COUNT];
	bool embedded;
	bool found;
};

/* Intersection over union. */
static double overlap(const struct box *a, const struct box *b)
{
	double left = fmax((double)a->x, (double)b->x), top = fmax((double)a->y, (double)b->y);
	double right = fmin((double)(a->x + a->width), (double)(b->x + b->width));
	double bottom = fmin((double)(a->y + a->height), (double)(b->y + b->height));
	double both = fmax(right - left, 0) * fmax(bottom - top, 0);
	double all = (double)a->width * (double)a->height + (double)b->width * (double)b->height;

	return all > both ? both / (all - both) : 0;
}

static double embedding_distance(const float *a, const float *b)
{
	double sum = 0;

	for (int i = 0; i < EMBEDDING_COUNT; i++)
		sum += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
	return sqrt(sum);
}

static bool is_same_person(const struct former *former, const struct face *face)
{
	if (former->embedded && face->crops > 0)
		return embedding_distance(former->embedding, face->embedding) <=
		       EMBEDDING_DISTANCE_MAX;
	return measures_distance(former->measures, face->measures) <= DISTANCE_MAX;
}

/* Faces that are in the log or in a trial: those that the photo has no more, and those of removed
 * files that were in its place. */
static enum status load_former(struct store *store, const struct photo *photo, struct former **out,
			       int *count, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_FORMER];
	struct former *former = NULL;
	enum status status = OK;
	int code, n = 0;

	sqlite3_bind_int64(row, 1, photo->id);
	store_bind_path(row, 2, photo->path);
	sqlite3_bind_text(row, 3, photo->model, -1, SQLITE_STATIC);
	while (!status && (code = sqlite3_step(row)) == SQLITE_ROW) {
		former = memory_resize(former, (size_t)n + 1, sizeof(*former));
		former[n] = (struct former){.id = sqlite3_column_int64(row, 0)};
		store_read_box(row, 1, &former[n].box);
		former[n].embedded = store_read_embedding(row, 6, former[n].embedding);
		if (!store_read_measures(row, 5, former[n++].measures))
			status = store_damaged(store, err);
	}
	if (!status && code != SQLITE_DONE)
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	if (status) {
		free(former);
		return status;
	}
	*out = former;
	*count = n;
	return OK;
}

/* Let the log and the trials name another face. */
static enum status rename_face(struct store *store, int64_t from, struct face *to,
			       struct error *err)
{
	static const enum sql parts[] = {SQL_MOVE_CHANGES, SQL_MOVE_ASSIGNED, SQL_MOVE_REFUSED,
					 SQL_MOVE_APART, SQL_MOVE_TRIALS};
	enum status status = OK;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !status; i++) {
		sqlite3_bind_int64(store->statements[parts[i]], 1, from);
		sqlite3_bind_int64(store->statements[parts[i]], 2, to->id);
		status = store_step(store, parts[i], err);
	}
	to->former_id = from;
	return status ? status : store_face_group(store, to->id, &to->group_id, err);
}

enum status store_match_faces(struct store *store, struct photo *photo, struct error *err)
{
	struct former *former = NULL;
	bool *taken = memory_new((size_t)photo->face_count + 1);
	int count = 0;
	enum status status = load_former(store, photo, &former, &count, err);

	while (!status) {
		double best = 0;
		int old = -1, new = -1;

		for (int i = 0; i < count; i++)
			for (int j = 0; j < photo->face_count; j++) {
				double o = overlap(&former[i].box, &photo->faces[j].box);

				if (former[i].found || taken[j] || o < OVERLAP_MIN || o <= best ||
				    !is_same_person(&former[i], &photo->faces[j]))
					continue;
				best = o;
				old = i;
				new = j;
			}
		if (old < 0)
			break;
		former[old].found = taken[new] = true;
		status = rename_face(store, former[old].id, &photo->faces[new], err);
	}
	free(former);
	free(taken);
	return status;
}
