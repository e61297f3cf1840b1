/*
 * From a run's labels to the groups on the screen. Labels only number the clusters of one k; what
 * a person sees must keep its place, so every new clustering is matched with the one before by the
 * faces they share.
 */
#include "internal.h"

#include "lookalike/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void groups_clear(struct grouping *g)
{
	free(g->groups);
	free(g->faces);
	g->groups = NULL;
	g->faces = NULL;
	g->k = 0;
	g->version++;
}

/* Faces that an old group and a new label share. */
struct shared {
	int old, label, faces;
};

static int compare_pairs(const void *pa, const void *pb)
{
	const struct shared *a = pa, *b = pb;

	return a->old != b->old ? a->old - b->old : a->label - b->label;
}

static int compare_shares(const void *pa, const void *pb)
{
	const struct shared *a = pa, *b = pb;

	return a->faces != b->faces ? b->faces - a->faces : compare_pairs(pa, pb);
}

/* The pairs that share any face, those that share most first; for the caller to free. */
static struct shared *count_shared(struct session_face *const *faces, const int32_t *labels, int n,
				   int old_k, int k, int *count)
{
	struct shared *pairs = memory_new((size_t)n * sizeof(*pairs) + 1);
	int used = 0, last = -1;

	for (int i = 0; i < n; i++)
		if (faces[i]->group >= 0 && faces[i]->group < old_k && faces[i]->group < k)
			pairs[used++] = (struct shared){faces[i]->group, labels[i], 1};
	qsort(pairs, (size_t)used, sizeof(*pairs), compare_pairs);
	for (int i = 0; i < used; i++) {
		if (last >= 0 && !compare_pairs(&pairs[last], &pairs[i]))
			pairs[last].faces++;
		else
			pairs[++last] = pairs[i];
	}
	*count = last + 1;
	qsort(pairs, (size_t)*count, sizeof(*pairs), compare_shares);
	return pairs;
}

/*
 * Give each of k labels a place 0..k-1: greedily, the pair of old group and new
 * label that shares most faces first. What is left takes the free places in order.
 */
static void match_places(struct session_face *const *faces, const int32_t *labels, int n, int old_k,
			 int k, int *place)
{
	bool *taken = memory_new((size_t)k * sizeof(*taken));
	int free_place = 0, count;
	struct shared *pairs = count_shared(faces, labels, n, old_k, k, &count);

	for (int label = 0; label < k; label++)
		place[label] = -1;
	for (int i = 0; i < count; i++) {
		if (taken[pairs[i].old] || place[pairs[i].label] >= 0)
			continue;
		place[pairs[i].label] = pairs[i].old;
		taken[pairs[i].old] = true;
	}
	for (int label = 0; label < k; label++) {
		if (place[label] >= 0)
			continue;
		while (taken[free_place])
			free_place++;
		place[label] = free_place;
		taken[free_place] = true;
	}
	free(taken);
	free(pairs);
}

static int compare_place(const void *a, const void *b)
{
	const struct session_face *x = *(struct session_face *const *)a;
	const struct session_face *y = *(struct session_face *const *)b;
	int order = strcmp(x->image->path, y->image->path);

	return order ? order : x->position - y->position;
}

static int compare_distance(const void *a, const void *b)
{
	const struct session_face *x = *(struct session_face *const *)a;
	const struct session_face *y = *(struct session_face *const *)b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return compare_place(a, b);
}

/*
 * Close the gaps that groups leave when a person has decided on all their faces: the labels become
 * 0..k-1, and places[] tells which of the places each is. Returns k.
 */
static int drop_empty(int32_t *labels, int n, int k, int *places)
{
	int *kept = memory_new((size_t)k * sizeof(*kept));
	int used = 0;

	for (int i = 0; i < n; i++)
		kept[labels[i]] = 1;
	for (int c = 0; c < k; c++) {
		if (!kept[c])
			continue;
		places[used] = c;
		kept[c] = used++;
	}
	for (int i = 0; i < n; i++)
		labels[i] = kept[labels[i]];
	free(kept);
	return used;
}

/* Sort faces into their groups and describe each. */
static void fill_groups(struct grouping *g, struct session_face **faces, const int32_t *labels,
			const double *measures, const int *places, int n, int k)
{
	struct trait(*traits)[TRAITS_MAX] = memory_new((size_t)k * sizeof(*traits));
	int *counts = memory_new((size_t)k * sizeof(*counts));
	struct session_face **at;

	groups_clear(g);
	g->k = k;
	g->groups = memory_new((size_t)k * sizeof(*g->groups));
	g->faces = memory_new((size_t)n * sizeof(struct session_face *));
	describe_groups(measures, labels, n, k, traits, counts);
	for (int i = 0; i < n; i++)
		g->groups[labels[i]].size++;
	at = g->faces;
	for (int c = 0; c < k; c++) {
		struct group *group = &g->groups[c];

		group->number = places[c] + 1;
		group->faces = at;
		at += group->size;
		group->size = 0;
		group->trait_count = counts[c];
		memcpy(group->traits, traits[c], sizeof(group->traits));
	}
	for (int i = 0; i < n; i++) {
		struct group *group = &g->groups[labels[i]];

		faces[i]->group = labels[i];
		group->faces[group->size++] = faces[i];
		group->spread += (double)faces[i]->distance * faces[i]->distance;
	}
	for (int c = 0; c < k; c++) {
		struct group *group = &g->groups[c];

		group->spread = group->size ? sqrt(group->spread / group->size) : 0;
		qsort(group->faces, (size_t)group->size, sizeof(struct session_face *),
		      compare_distance);
	}
	free(counts);
	free(traits);
}

/* The faces to be grouped, and the label and the measures of each; others are in no group. */
static void collect_faces(struct grouping *g, int k, struct session_face **faces, int32_t *labels,
			  double *measures)
{
	const struct session *s = g->session;
	const struct grouping_run *run = g->shown;
	int used = 0;

	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			struct session_face *face = &s->images[i]->faces[j];

			if (!is_grouped(g, face)) {
				face->group = -1;
				continue;
			}
			faces[used] = face;
			labels[used] = face->run == run ? run_labels(run, k)[face->row]
							: run_nearest(run, k, face);
			face->distance = run_distance(run, k, labels[used], face);
			memcpy(measures + (size_t)used * MEASURE_COUNT, face->measures,
			       sizeof(face->measures));
			used++;
		}
	}
}

/* A label keeps its place, so that a group that undo brings back is where it was. */
static void place_labels(struct grouping *g, struct session_face *const *faces, int32_t *labels,
			 int n, int k)
{
	const int32_t *placed = run_labels(g->shown, k);

	if (g->placed != placed || g->label_k != k) {
		g->label_place = memory_resize(g->label_place, (size_t)k, sizeof(int));
		match_places(faces, labels, n, g->k, k, g->label_place);
		g->placed = placed;
	}
	for (int i = 0; i < n; i++)
		labels[i] = g->label_place[labels[i]];
}

void groups_make(struct grouping *g, int k)
{
	int n = count_grouped(g), before = g->k, label_k = k;
	struct session_face **faces = memory_new((size_t)n * sizeof(struct session_face *));
	int32_t *labels = memory_new((size_t)n * sizeof(*labels));
	double *measures = memory_new((size_t)n * MEASURE_COUNT * sizeof(*measures));
	int *places = memory_new((size_t)k * sizeof(*places));
	int *label_at = memory_new((size_t)k * sizeof(*label_at));

	collect_faces(g, k, faces, labels, measures);
	place_labels(g, faces, labels, n, k);
	k = drop_empty(labels, n, k, places);
	/* The k that is wanted counts the groups that are open. */
	if (g->label_k == label_k && g->options.k && (g->options.k == before || !before))
		g->options.k = k;
	g->label_k = label_k;
	g->label_wanted = g->options.k;
	fill_groups(g, faces, labels, measures, places, n, k);
	for (int label = 0; label < label_k; label++)
		label_at[g->label_place[label]] = label;
	for (int c = 0; c < k; c++)
		g->groups[c].label = label_at[places[c]];
	free(label_at);
	free(places);
	free(measures);
	free(labels);
	free(faces);
}

/* It takes all faces to be sorted by each measure, so it is done when somebody looks. */
struct session_face *const *grouping_extremes(struct grouping *g, enum measure m)
{
	const struct group *last = &g->groups[g->k - 1];
	int n = (int)(last->faces - g->faces) + last->size, rows[MEASURE_COUNT][EXTREMES];
	struct session_face **faces;
	double *measures;

	if (g->extremes_version == g->version)
		return g->extremes[m];
	faces = memory_new((size_t)n * sizeof(struct session_face *));
	measures = memory_new((size_t)n * MEASURE_COUNT * sizeof(*measures));
	memcpy(faces, g->faces, (size_t)n * sizeof(struct session_face *));
	qsort(faces, (size_t)n, sizeof(struct session_face *), compare_place);
	for (int i = 0; i < n; i++)
		memcpy(measures + (size_t)i * MEASURE_COUNT, faces[i]->measures,
		       sizeof(faces[i]->measures));
	describe_extremes(measures, n, rows);
	for (int i = 0; i < MEASURE_COUNT; i++)
		for (int e = 0; e < EXTREMES; e++)
			g->extremes[i][e] = faces[rows[i][e]];
	g->extremes_version = g->version;
	free(measures);
	free(faces);
	return g->extremes[m];
}
