/*
 * suggest.c: pairs of groups by the mean squared distance of their faces.
 *
 * That mean is the squared distance of the centres and both spreads, so that only groups with near
 * centres have to be looked at. The search works on what it took along: embeddings never change
 * where they lie, so it may read them while the interface goes on.
 */
#include "lookalike/review/suggest.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/memory.h"
#include "lookalike/cluster/neighbors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A group's faces that can be compared; images are sorted by address. */
struct unit {
	struct roster_key key;
	const struct session_face **faces;
	const float **vectors;
	const struct session_image **images;
	int size;
	double spread, radius; /* of squared and plain distances to the centre */
};

struct suggest_search {
	struct job job; /* first */
	double reach;
	int64_t began_ms;
	atomic_int done;  /* units that all others were compared with */
	int count, named; /* units; the named ones come first */
	struct unit *units;
	const struct session_face **faces; /* of all units, and so on */
	const float **vectors;
	const struct session_image **images;
	float *centers; /* count × EMBEDDING_COUNT */
	struct suggestions found;
};

double suggest_reach(const struct grouping *g)
{
	return SUGGEST_REACH * (g->options.distance > 0 ? g->options.distance : DISTANCE_DEFAULT);
}

static double distance2(const float *a, const float *b)
{
	double sum = 0;

	for (int i = 0; i < EMBEDDING_COUNT; i++)
		sum += (double)(a[i] - b[i]) * (double)(a[i] - b[i]);
	return sum;
}

static const float *center_of(const struct suggest_search *s, int unit)
{
	return s->centers + (ptrdiff_t)unit * EMBEDDING_COUNT;
}

/* ---- what a search takes along ---- */

static int take_faces(struct suggest_search *s, const struct roster_entry *e, int at)
{
	struct unit *unit = &s->units[s->count++];

	*unit = (struct unit){.key = e->key,
			      .faces = s->faces + at,
			      .vectors = s->vectors + at,
			      .images = s->images + at};
	for (int i = 0; i < e->size; i++) {
		if (!e->faces[i]->embedding)
			continue;
		unit->faces[unit->size] = e->faces[i];
		unit->vectors[unit->size] = e->faces[i]->embedding;
		unit->images[unit->size++] = e->faces[i]->image;
	}
	s->named += e->key.kind == ROSTER_NAMED;
	return at + unit->size;
}

static void run(struct job *job);

struct suggest_search *suggest_new(const struct roster *r, double reach)
{
	struct suggest_search *s = memory_new(sizeof(*s));
	size_t faces = 1;
	int at = 0;

	for (int i = 0; i < r->count; i++)
		faces += (size_t)r->entries[i].size;
	s->job.item.kind = JOB_SUGGEST;
	s->job.run = run;
	s->reach = reach;
	s->began_ms = clock_ms();
	s->units = memory_new(((size_t)r->count + 1) * sizeof(*s->units));
	s->faces = memory_new(faces * sizeof(struct session_face *));
	s->vectors = memory_new(faces * sizeof(float *));
	s->images = memory_new(faces * sizeof(struct session_image *));
	for (int i = 0; i < r->count; i++)
		if (r->entries[i].key.kind != ROSTER_ASIDE)
			at = take_faces(s, &r->entries[i], at);
	return s;
}

struct job *suggest_job(struct suggest_search *search)
{
	return &search->job;
}

struct suggest_search *suggest_of(struct job *job)
{
	return (struct suggest_search *)job;
}

void suggest_progress(struct suggest_search *s, int *done, int *of, double *seconds)
{
	*seconds = (double)(clock_ms() - s->began_ms) / 1000;
	*done = atomic_load(&s->done);
	*of = s->count;
}

void suggest_free(struct suggest_search *s)
{
	if (!s)
		return;
	suggestions_done(&s->found);
	free(s->centers);
	free(s->images);
	free(s->vectors);
	free(s->faces);
	free(s->units);
	free(s);
}

/* ---- the search ---- */

static int compare_images(const void *pa, const void *pb)
{
	uintptr_t a = (uintptr_t) * (const struct session_image *const *)pa;
	uintptr_t b = (uintptr_t) * (const struct session_image *const *)pb;

	return (a > b) - (a < b);
}

static void find_shape(struct suggest_search *s, int at)
{
	struct unit *unit = &s->units[at];
	float *center = s->centers + (ptrdiff_t)at * EMBEDDING_COUNT;

	for (int i = 0; i < unit->size; i++)
		for (int v = 0; v < EMBEDDING_COUNT; v++)
			center[v] += unit->vectors[i][v] / (float)unit->size;
	for (int i = 0; i < unit->size; i++) {
		double d2 = distance2(unit->vectors[i], center);

		unit->spread += d2 / unit->size;
		unit->radius = fmax(unit->radius, sqrt(d2));
	}
	if (unit->size)
		qsort(unit->images, (size_t)unit->size, sizeof(*unit->images), compare_images);
}

/* A photo with a face of both; images are in order, so both are gone through once. */
static const struct session_image *photo_of_both(const struct unit *a, const struct unit *b)
{
	for (int i = 0, j = 0; i < a->size && j < b->size;) {
		int order = compare_images(&a->images[i], &b->images[j]);

		if (!order)
			return a->images[i];
		if (order < 0)
			i++;
		else
			j++;
	}
	return NULL;
}

static void add(struct suggest_search *s, struct suggestion suggestion)
{
	struct suggestions *found = &s->found;

	found->items = memory_resize(found->items, (size_t)found->count + 1, sizeof(suggestion));
	found->items[found->count++] = suggestion;
}

/* Whether row i has j among its neighbours; each pair is to be met once. */
static bool has_neighbor(const struct neighbors *near, int i, int j)
{
	for (int v = 0; v < near->counts[i]; v++)
		if (near->items[(size_t)i * NEIGHBORS_MAX + (size_t)v].row == j)
			return true;
	return false;
}

/* Of two units, by rising index: only the second may be open, or both are. */
static void try_pair(struct suggest_search *s, int a, int b)
{
	const struct unit *x = &s->units[a], *y = &s->units[b];
	double d2 = distance2(center_of(s, a), center_of(s, b)) + x->spread + y->spread;

	if (b < s->named || !x->size || !y->size || !(sqrt(d2) < s->reach))
		return;
	add(s, (struct suggestion){.a = x->key,
				   .b = y->key,
				   .distance = sqrt(d2),
				   .same_photo = photo_of_both(x, y)});
}

static void find_pairs(struct suggest_search *s)
{
	const struct matrix centers = {s->count, EMBEDDING_COUNT, s->centers};
	struct neighbors near;

	if (neighbors_find(&centers, (float)(s->reach * s->reach), &s->job.cancelled, &s->done,
			   &near, NULL))
		return;
	for (int i = 0; i < s->count; i++) {
		for (int v = 0; v < near.counts[i]; v++) {
			int j = near.items[(size_t)i * NEIGHBORS_MAX + (size_t)v].row;

			if (i < j || !has_neighbor(&near, j, i))
				try_pair(s, i < j ? i : j, i < j ? j : i);
		}
	}
	neighbors_done(&near);
}

/* Faces of an open group that are nearer to a named one than to the others of their own. */
static void find_singles(struct suggest_search *s, int named, int open)
{
	const struct unit *n = &s->units[named], *own = &s->units[open];
	double room = s->reach * s->reach - n->spread, between;

	if (!n->size || own->size < 2 || !(room > 0))
		return;
	between = sqrt(distance2(center_of(s, named), center_of(s, open)));
	if (between - own->radius >= sqrt(room) ||
	    sqrt(between * between + n->spread + own->spread) < s->reach)
		return; /* none is near enough, or the whole group is suggested */
	for (int i = 0; i < own->size; i++) {
		double d2 = distance2(own->vectors[i], center_of(s, named)) + n->spread;
		/* Mean over the others of its own group: all of them, less itself at 0. */
		double own2 = (distance2(own->vectors[i], center_of(s, open)) + own->spread) *
			      own->size / (own->size - 1);
		const struct session_image *image = own->faces[i]->image, **both;

		if (!(sqrt(d2) < s->reach) || !(d2 < own2))
			continue;
		both = bsearch(&image, n->images, (size_t)n->size, sizeof(*n->images),
			       compare_images);
		add(s, (struct suggestion){.a = n->key,
					   .b = own->key,
					   .face = own->faces[i],
					   .distance = sqrt(d2),
					   .same_photo = both ? image : NULL});
	}
}

static int compare_keys(struct roster_key a, struct roster_key b)
{
	if (a.kind != b.kind)
		return a.kind < b.kind ? -1 : 1;
	return (a.id > b.id) - (a.id < b.id);
}

static int compare(const void *pa, const void *pb)
{
	const struct suggestion *a = pa, *b = pb;
	int64_t x = a->face ? a->face->id : 0, y = b->face ? b->face->id : 0;
	int order;

	if (!a->same_photo != !b->same_photo)
		return a->same_photo ? 1 : -1;
	if (a->distance != b->distance)
		return a->distance < b->distance ? -1 : 1;
	order = compare_keys(a->a, b->a);
	if (!order)
		order = compare_keys(a->b, b->b);
	return order ? order : (x > y) - (x < y);
}

static void run(struct job *job)
{
	struct suggest_search *s = suggest_of(job);

	s->centers = memory_new((size_t)s->count * EMBEDDING_COUNT * sizeof(float) + 1);
	for (int i = 0; i < s->count; i++)
		find_shape(s, i);
	if (s->count)
		find_pairs(s);
	for (int n = 0; n < s->named && !atomic_load(&job->cancelled); n++)
		for (int open = s->named; open < s->count; open++)
			find_singles(s, n, open);
	if (s->found.count)
		qsort(s->found.items, (size_t)s->found.count, sizeof(*s->found.items), compare);
}

/* ---- what is refused ---- */

static const struct roster_entry *entry_of(const struct roster *r, struct roster_key key)
{
	int at = roster_find(r, key);

	return at < 0 ? NULL : &r->entries[at];
}

struct session_face *const *suggest_faces(const struct roster *r, const struct suggestion *s,
					  int *count)
{
	const struct roster_entry *b = entry_of(r, s->b);
	int at = b && s->face ? roster_find_face(b, s->face) : 0;

	*count = !b || at < 0 ? 0 : s->face ? 1 : b->size;
	return *count ? b->faces + at : NULL;
}

static bool is_refused(const struct session_noes *refused, struct session_face *const *faces,
		       int count, int64_t group_id)
{
	for (int i = 0; i < count && refused->count; i++)
		for (int v = session_no_find(refused, faces[i]->id);
		     v < refused->count && refused->items[v].face_id == faces[i]->id; v++)
			if (refused->items[v].of == group_id)
				return true;
	return false;
}

/* By statement. */
static int compare_sides(const void *pa, const void *pb)
{
	const struct session_no *a = pa, *b = pb;

	return (a->of > b->of) - (a->of < b->of);
}

/* What is said of so many faces, by statement; for the caller to free. */
static struct session_no *said_of(const struct session_noes *apart,
				  struct session_face *const *faces, int count, int *out)
{
	struct session_no *said = NULL;

	*out = 0;
	for (int i = 0; i < count; i++) {
		for (int v = session_no_find(apart, faces[i]->id);
		     v < apart->count && apart->items[v].face_id == faces[i]->id; v++) {
			said = memory_resize(said, (size_t)*out + 1, sizeof(*said));
			said[(*out)++] = apart->items[v];
		}
	}
	if (*out)
		qsort(said, (size_t)*out, sizeof(*said), compare_sides);
	return said;
}

/* Whether some statement has faces of both, on different sides. */
static bool are_apart(const struct session_noes *apart, const struct roster_entry *a,
		      struct session_face *const *faces, int count)
{
	int a_count, b_count;
	struct session_no *of_a, *of_b;
	bool found = false;

	if (!apart->count)
		return false;
	of_a = said_of(apart, a->faces, a->size, &a_count);
	of_b = said_of(apart, faces, count, &b_count);
	for (int i = 0, start = 0; i < a_count && !found; i++) {
		while (start < b_count && of_b[start].of < of_a[i].of)
			start++;
		for (int j = start; j < b_count && of_b[j].of == of_a[i].of; j++)
			found = found || of_b[j].side != of_a[i].side;
	}
	free(of_a);
	free(of_b);
	return found;
}

bool suggest_stands(const struct roster *r, const struct suggestion *s)
{
	const struct session *session = r->grouping->session;
	const struct roster_entry *a = entry_of(r, s->a);
	int count;
	struct session_face *const *faces = suggest_faces(r, s, &count);

	if (!a || !count)
		return false;
	if (a->key.kind == ROSTER_NAMED && is_refused(&session->refused, faces, count, a->key.id))
		return false;
	return !are_apart(&session->apart, a, faces, count);
}

bool suggest_equal(const struct suggestion *a, const struct suggestion *b)
{
	return roster_key_equal(a->a, b->a) && roster_key_equal(a->b, b->b) && a->face == b->face;
}

/* ---- results ---- */

void suggest_take(struct suggest_search *s, const struct roster *r, struct suggestions *out)
{
	int kept = 0;

	*out = s->found;
	s->found = (struct suggestions){0};
	for (int i = 0; i < out->count; i++)
		if (suggest_stands(r, &out->items[i]))
			out->items[kept++] = out->items[i];
	out->count = kept;
}

void suggest_find(const struct roster *r, double reach, struct suggestions *out)
{
	struct suggest_search *s;

	*out = (struct suggestions){0};
	if (r->grouping->options.features != FEATURES_NEURAL)
		return;
	s = suggest_new(r, reach);
	run(&s->job);
	suggest_take(s, r, out);
	suggest_free(s);
}

void suggestions_done(struct suggestions *suggestions)
{
	free(suggestions->items);
	*suggestions = (struct suggestions){0};
}

void suggest_nearest(const struct roster *r, const struct suggestion *s,
		     const struct session_face **out_a, const struct session_face **out_b)
{
	const struct roster_entry *a = entry_of(r, s->a);
	int count;
	struct session_face *const *faces = suggest_faces(r, s, &count);
	double best = INFINITY;

	for (int i = 0; i < a->size; i++) {
		for (int j = 0; j < count; j++) {
			double d2 = a->faces[i]->embedding && faces[j]->embedding
					    ? distance2(a->faces[i]->embedding, faces[j]->embedding)
					    : INFINITY;

			if (d2 < best) {
				best = d2;
				*out_a = a->faces[i];
				*out_b = faces[j];
			}
		}
	}
}
