/*
 * The collection in memory: pointers to images, sorted by path, so that an
 * image keeps its address when others arrive before it. That order is the
 * order of faces in clustering, whatever the order in which workers finish.
 */
#include "lookalike/review/session.h"

#include "lookalike/base/memory.h"
#include "lookalike/cluster/reliability.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct session *session_new(void)
{
	struct session *s = memory_new(sizeof(*s));

	arena_init(&s->arena);
	reliability_default(s->reliability);
	return s;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	for (int i = 0; i < s->named_count; i++)
		free(s->named[i].name);
	free(s->named);
	free(s->refused.items);
	free(s->apart.items);
	free(s->images);
	free(s->trials);
	free(s->model);
	labels_done(s->labels);
	free(s->retired);
	arena_done(&s->arena);
	free(s);
}

bool path_is_under(const char *path, char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(paths[i]);

		if (strncmp(path, paths[i], len))
			continue;
		if (!path[len] || path[len] == '/' || (len && paths[i][len - 1] == '/'))
			return true;
	}
	return false;
}

/* Count an image in (+1) or out (-1) of the totals. */
static void totals_add(struct session_totals *t, const struct session_image *image, int by)
{
	t->images += by;
	t->faces += by * image->face_count;
	t->seen_not_measured += by * image->seen_count;
	if (verdict_failed(image->verdict))
		t->failed += by;
	else if (image->same_as)
		t->same_file += by;
	else if (image->face_count)
		t->with_faces += by;
	else
		t->without_faces += by;
}

/* The place of path in images; *found tells whether it is there already. */
static int image_place(const struct session *s, const char *path, bool *found)
{
	int low = 0, high = s->image_count;

	/* The store hands images over in order: the end is the usual place. */
	if (high && strcmp(path, s->images[high - 1]->path) > 0)
		low = high;
	*found = false;
	while (low < high) {
		int mid = (low + high) / 2;
		int order = strcmp(path, s->images[mid]->path);

		if (!order) {
			*found = true;
			return mid;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static bool face_is_turned(const struct session_face *face)
{
	return fabsf(face->yaw_deg) > YAW_TURNED_DEG;
}

/* Count a face in (+1) or out (-1) of what is told of its decision and its pose. */
static void face_count(struct session *s, const struct session_face *face, int by)
{
	s->totals.turned += face_is_turned(face) ? by : 0;
	s->totals.decided += face->assigned == FACE_OPEN ? 0 : by;
	if (face->assigned >= 0)
		s->named[face->assigned].face_count += by;
}

/* The index of a group in named, or what stands for none. */
static int named_index(const struct session *s, int64_t group_id)
{
	int low = 0, high = s->named_count;

	if (group_id == GROUP_ASIDE)
		return FACE_ASIDE;
	if (group_id == GROUP_OPEN)
		return FACE_OPEN;
	while (low < high) {
		int middle = (low + high) / 2;

		if (s->named[middle].id < group_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->named_count && s->named[low].id == group_id ? low : FACE_OPEN;
}

void session_assign(struct session *s, struct session_face *face, int64_t group_id)
{
	face_count(s, face, -1);
	face->assigned = named_index(s, group_id);
	face_count(s, face, 1);
}

static void image_retire(struct session *s, struct session_image *image)
{
	totals_add(&s->totals, image, -1);
	for (int i = 0; i < image->face_count; i++) {
		image->faces[i].gone = true;
		face_count(s, &image->faces[i], -1);
		s->totals.embedded -= image->faces[i].embedding != NULL;
	}
	s->retired = memory_resize(s->retired, (size_t)s->retired_count + 1, sizeof(*s->retired));
	s->retired[s->retired_count++] = image;
	s->version++;
}

static void image_insert(struct session *s, struct session_image *image)
{
	bool found;
	int at = image_place(s, image->path, &found);
	const char *slash = strrchr(image->path, '/');

	image->name = slash && slash[1] ? slash + 1 : image->path;
	image->class = s->labels && !image->same_as ? labels_class(s->labels, image->path) : -1;
	if (found) {
		image_retire(s, s->images[at]);
		s->images[at] = image;
	} else {
		if (s->image_count == s->image_room) {
			s->image_room = s->image_room ? 2 * s->image_room : 256;
			s->images = memory_resize(s->images, (size_t)s->image_room,
						  sizeof(*s->images));
		}
		memmove(s->images + at + 1, s->images + at,
			(size_t)(s->image_count - at) * sizeof(*s->images));
		s->images[at] = image;
		s->image_count++;
	}
	totals_add(&s->totals, image, 1);
	s->version++;
}

static size_t text_size(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

/* Copy a text to *at, which moves behind it. */
static char *text_place(char **at, const char *text)
{
	char *place = *at;

	if (!text)
		return NULL;
	*at = stpcpy(place, text) + 1;
	return place;
}

/* An image, its faces and its texts in one block: a start makes a hundred thousand of them. */
static struct session_image *image_new(struct session *s, const struct image_row *row)
{
	size_t faces_size = (size_t)row->face_count * sizeof(struct session_face);
	struct session_image *image =
		arena_take(&s->arena, sizeof(*image) + faces_size + text_size(row->path) +
					      text_size(row->detail) + text_size(row->same_as));
	char *texts = (char *)(image + 1) + faces_size;

	image->faces = (struct session_face *)(image + 1);
	image->path = text_place(&texts, row->path);
	image->detail = text_place(&texts, row->detail);
	image->same_as = text_place(&texts, row->same_as);
	image->id = row->id;
	image->size_bytes = row->size_bytes;
	image->format = row->format;
	image->verdict = row->verdict;
	image->width_px = row->width_px;
	image->height_px = row->height_px;
	image->quality = row->quality;
	if (row->hash)
		memcpy(image->hash, row->hash, sizeof(image->hash));
	image->seen_count = row->seen_count;
	image->face_count = row->face_count;
	return image;
}

static void face_fill(struct session *s, struct session_face *face, struct session_image *image,
		      const struct face_row *row)
{
	face->id = row->id;
	face->image = image;
	face->position = row->position;
	face->box = row->box;
	face->score = row->score;
	face->roll_deg = row->roll_deg;
	face->yaw_deg = row->yaw_deg;
	face->quality = row->quality;
	face->group = -1;
	face->doubt_class = -1;
	memcpy(face->measures, row->measures, sizeof(face->measures));
	face->assigned = named_index(s, row->group_id);
	face_count(s, face, 1);
}

static void face_embed(struct session *s, struct session_face *face,
		       const float vector[EMBEDDING_COUNT])
{
	size_t bytes = EMBEDDING_COUNT * sizeof(*vector);

	/* Never written to again: other threads may be reading the one that it takes the place of.
	 */
	s->totals.embedded += !face->embedding;
	face->embedding = arena_take(&s->arena, bytes);
	memcpy(face->embedding, vector, bytes);
}

struct loading {
	struct session *session;
	char *const *paths;
	size_t count;
	struct session_image *image; /* whose faces come next; NULL when left out */
	int faces_seen;
};

static bool load_image(const struct image_row *row, void *user)
{
	struct loading *l = user;

	l->image = NULL;
	if (l->count && !path_is_under(row->path, l->paths, l->count))
		return true;
	l->image = image_new(l->session, row);
	l->faces_seen = 0;
	image_insert(l->session, l->image);
	return true;
}

static bool load_face(const struct face_row *row, void *user)
{
	struct loading *l = user;

	if (l->image && l->image->id == row->image_id && l->faces_seen < l->image->face_count)
		face_fill(l->session, &l->image->faces[l->faces_seen++], l->image, row);
	return true;
}

static bool load_group(const struct group_row *row, void *user)
{
	struct session *s = user;

	s->named = memory_resize(s->named, (size_t)s->named_count + 1, sizeof(*s->named));
	s->named[s->named_count++] = (struct session_group){.id = row->id,
							    .name = text_copy(row->name)};
	return true;
}

static int compare_faces(const void *a, const void *b)
{
	int64_t x = (*(struct session_face *const *)a)->id,
		y = (*(struct session_face *const *)b)->id;

	return (x > y) - (x < y);
}

/* Faces by id, for embeddings that come in that order. */
struct embedding {
	struct session *session;
	struct session_face **faces;
	int count, at;
};

static bool load_embedding(int64_t face_id, const float vector[EMBEDDING_COUNT], void *user)
{
	struct embedding *e = user;

	if (!vector) {
		for (int i = 0; i < e->count; i++)
			e->faces[i]->embedding = NULL;
		e->session->totals.embedded = e->at = 0;
		return true;
	}
	while (e->at < e->count && e->faces[e->at]->id < face_id)
		e->at++;
	if (e->at < e->count && e->faces[e->at]->id == face_id)
		face_embed(e->session, e->faces[e->at], vector);
	return true;
}

enum status session_load_embeddings(struct session *s, struct store *store, struct error *err)
{
	struct embedding e = {.session = s};
	enum status status;

	e.faces = memory_new((size_t)s->totals.faces * sizeof(struct session_face *) + 1);
	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			e.faces[e.count++] = &s->images[i]->faces[j];
	qsort(e.faces, (size_t)e.count, sizeof(struct session_face *), compare_faces);
	free(s->model);
	status = store_embeddings(store, load_embedding, &e, &s->model, err);
	free(e.faces);
	s->without_embeddings = false;
	s->version++;
	return status;
}

void session_add_trial(struct session *s, const struct trial_run *run, const struct trial_row *row)
{
	if (s->trial_count == s->trial_room) {
		s->trial_room = 2 * s->trial_room + 64;
		s->trials = memory_resize(s->trials, (size_t)s->trial_room, sizeof(*s->trials));
	}
	s->trials[s->trial_count++] = (struct session_trial){*run, *row};
}

static bool load_trial(const struct trial_run *run, const struct trial_row *row, void *user)
{
	session_add_trial(user, run, row);
	return true;
}

static bool load_refusal(int64_t face_id, int64_t group_id, void *user)
{
	struct session *s = user;

	session_no_add(&s->refused, (struct session_no){face_id, group_id, 1});
	return true;
}

static bool load_apart(int64_t face_id, int64_t statement, int side, void *user)
{
	struct session *s = user;

	session_no_add(&s->apart, (struct session_no){face_id, statement, side});
	return true;
}

enum status session_load(struct session *s, struct store *store, char *const *paths, size_t count,
			 struct error *err)
{
	struct loading loading = {.session = s, .paths = paths, .count = count};
	enum status status = store_groups(store, load_group, s, err);

	if (!status)
		status = store_refusals(store, load_refusal, s, err);
	if (!status)
		status = store_apart(store, load_apart, s, err);
	if (!status)
		status = store_decisions_made(store, &s->decisions, err);
	session_noes_sort(&s->refused);
	session_noes_sort(&s->apart);
	if (!status)
		status = store_reliability(store, s->reliability, &s->reliability_faces, err);
	if (!status)
		status = store_load(store, load_image, load_face, &loading, err);
	if (!status && !s->without_embeddings)
		status = session_load_embeddings(s, store, err);
	return status ? status : store_trials(store, load_trial, s, err);
}

/*
 * Whether a photo's embeddings can be compared with those that are here. The first ones of another
 * model put the old ones out: only one model's are kept.
 */
static bool take_model(struct session *s, const char *model)
{
	if (!model)
		return false;
	if (s->model && !strcmp(s->model, model))
		return true;
	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++)
			s->images[i]->faces[j].embedding = NULL;
	}
	s->totals.embedded = 0;
	free(s->model);
	s->model = text_copy(model);
	return true;
}

/* Embeddings that came later than their faces. */
static void put_embeddings(struct session *s, const struct photo *photo)
{
	bool found;
	int at = image_place(s, photo->path, &found);
	struct session_image *image = found ? s->images[at] : NULL;

	for (int i = 0; image && i < photo->face_count; i++)
		for (int j = 0; j < image->face_count && photo->faces[i].crops > 0; j++)
			if (image->faces[j].id == photo->faces[i].id)
				face_embed(s, &image->faces[j], photo->faces[i].embedding);
	s->version++;
}

void session_put(struct session *s, const struct photo *photo)
{
	struct image_row row = {
		.id = photo->id,
		.path = photo->path,
		.detail = photo->detail,
		.same_as = photo->same_as,
		.size_bytes = photo->size_bytes,
		.format = photo->format,
		.verdict = photo->verdict,
		.width_px = photo->width_px,
		.height_px = photo->height_px,
		.seen_count = photo->seen_count,
		.face_count = photo->face_count,
		.quality = photo->quality,
		.hash = photo->hashed ? photo->hash : NULL,
	};
	bool comparable = false;
	struct session_image *image;

	for (int i = 0; i < photo->face_count && !comparable; i++)
		comparable = photo->faces[i].crops > 0 && take_model(s, photo->model);
	if (photo->only_embeddings) {
		put_embeddings(s, photo);
		return;
	}
	image = image_new(s, &row);
	for (int i = 0; i < photo->face_count; i++) {
		const struct face *face = &photo->faces[i];
		struct face_row face_row = {
			.id = face->id,
			.image_id = photo->id,
			.position = i,
			.group_id = face->group_id,
			.box = face->box,
			.score = face->score,
			.roll_deg = face->roll_deg,
			.yaw_deg = face->yaw_deg,
			.quality = face->quality,
		};

		if (face->former_id) {
			session_no_rename(&s->refused, face->former_id, face->id);
			session_no_rename(&s->apart, face->former_id, face->id);
		}
		memcpy(face_row.measures, face->measures, sizeof(face_row.measures));
		face_fill(s, &image->faces[i], image, &face_row);
		if (comparable && face->crops > 0)
			face_embed(s, &image->faces[i], face->embedding);
	}
	image_insert(s, image);
}

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void session_remove(struct session *s, const int64_t *image_ids, size_t count)
{
	int64_t *sorted = memory_new(count * sizeof(*sorted));
	int kept = 0;

	memcpy(sorted, image_ids, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_ids);
	for (int i = 0; i < s->image_count; i++) {
		if (bsearch(&s->images[i]->id, sorted, count, sizeof(*sorted), compare_ids))
			image_retire(s, s->images[i]);
		else
			s->images[kept++] = s->images[i];
	}
	s->image_count = kept;
	free(sorted);
}

void session_move(struct session *s, const struct photo *photo)
{
	session_remove(s, &photo->id, 1);
	session_put(s, photo);
}

int session_open_faces(const struct session *s)
{
	return s->totals.faces - s->totals.decided;
}
