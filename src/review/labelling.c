/* Which labels the nearest faces contradict; the formulas are in the header. */
#include "lookalike/review/labelling.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/cluster/linkage.h"
#include "lookalike/cluster/neighbors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAME_DISTANCE 0.52
#define SAME_SLOPE    0.035
#define REACH         0.7  /* beyond, p is below 0.006 */
#define NEAR_P        0.5  /* enough to look at two classes */
#define SPLIT_P       0.8  /* on average: they are one person */
#define OTHER_MORE    0.5  /* that other is more than own */
#define SAMPLE_MAX    32   /* faces of a class that are compared with another one */
#define MIXED_MAX     5000 /* larger classes are not taken apart: that grows with the square */

const char *doubt_name(enum doubt doubt)
{
	static const char *const names[] = {[DOUBT_NONE] = "",
					    [DOUBT_WRONG_LABEL] = "wrong_label",
					    [DOUBT_SPLIT_CLASS] = "split_class",
					    [DOUBT_MIXED_CLASS] = "mixed_class"};

	return names[doubt];
}

/* ---- what is compared ---- */

static struct session_face *largest_face(const struct session_image *image)
{
	struct session_face *largest = NULL;

	for (int i = 0; i < image->face_count; i++) {
		struct session_face *face = &image->faces[i];

		if (!largest ||
		    face->box.width * face->box.height > largest->box.width * largest->box.height)
			largest = face;
	}
	return largest;
}

struct labelling *labelling_collect(const struct session *s)
{
	struct labelling *l = memory_new(sizeof(*l));
	size_t most = (size_t)s->image_count + 1;

	l->class_count = labels_count(s->labels);
	l->classes = memory_new(((size_t)l->class_count + 1) * sizeof(*l->classes));
	l->faces = memory_new(most * sizeof(struct session_face *));
	l->labels = memory_new(most * sizeof(*l->labels));
	l->values = memory_new((size_t)s->totals.with_faces * EMBEDDING_COUNT * sizeof(float) + 1);
	for (int i = 0; i < s->image_count; i++) {
		const struct session_image *image = s->images[i];
		struct session_face *face = image->same_as ? NULL : largest_face(image);

		if (image->class < 0) {
			l->unlabelled += face != NULL;
			continue;
		}
		l->classes[image->class].photos++;
		if (!face || !face->embedding)
			continue;
		l->classes[image->class].faces++;
		memcpy(l->values + (size_t)l->n * EMBEDDING_COUNT, face->embedding,
		       EMBEDDING_COUNT * sizeof(float));
		l->labels[l->n] = image->class;
		l->faces[l->n++] = face;
	}
	l->of_faces = memory_new(((size_t)l->n + 1) * sizeof(*l->of_faces));
	return l;
}

void labelling_free(struct labelling *l)
{
	if (!l)
		return;
	free(l->classes);
	free(l->faces);
	free(l->values);
	free(l->labels);
	free(l->doubts);
	free(l->of_faces);
	free(l);
}

/* ---- finding ---- */

/* Faces class by class: those of class c are members[start[c]] to members[start[c + 1] - 1]. */
struct finder {
	struct labelling *l;
	struct neighbors near;
	int *start, *members;
};

static double same_person(double distance)
{
	return 1 / (1 + exp((distance - SAME_DISTANCE) / SAME_SLOPE));
}

static double same_rows(const struct labelling *l, int a, int b)
{
	const float *x = l->values + (size_t)a * EMBEDDING_COUNT;
	const float *y = l->values + (size_t)b * EMBEDDING_COUNT;
	double sum = 0;

	for (int i = 0; i < EMBEDDING_COUNT; i++)
		sum += (double)(x[i] - y[i]) * (double)(x[i] - y[i]);
	return same_person(sqrt(sum));
}

static void sort_members(struct finder *f)
{
	const struct labelling *l = f->l;
	int *next;

	f->start = memory_new(((size_t)l->class_count + 2) * sizeof(*f->start));
	f->members = memory_new(((size_t)l->n + 1) * sizeof(*f->members));
	for (int i = 0; i < l->n; i++)
		f->start[l->labels[i] + 1]++;
	for (int c = 0; c < l->class_count; c++)
		f->start[c + 1] += f->start[c];
	next = memory_new(((size_t)l->class_count + 1) * sizeof(*next));
	memcpy(next, f->start, (size_t)l->class_count * sizeof(*next));
	for (int i = 0; i < l->n; i++)
		f->members[next[l->labels[i]]++] = i;
	free(next);
}

static int size_of(const struct finder *f, int32_t class)
{
	return f->start[class + 1] - f->start[class];
}

/* The mean of p over pairs of faces, one of each list; of long lists every so many-th is taken. */
static double mean_same(const struct labelling *l, const int *a, int a_count, const int *b,
			int b_count)
{
	int a_step = (a_count + SAMPLE_MAX - 1) / SAMPLE_MAX;
	int b_step = (b_count + SAMPLE_MAX - 1) / SAMPLE_MAX, pairs = 0;
	double sum = 0;

	for (int i = 0; i < a_count; i += a_step) {
		for (int j = 0; j < b_count; j += b_step) {
			sum += same_rows(l, a[i], b[j]);
			pairs++;
		}
	}
	return sum / pairs;
}

static void add_doubt(struct labelling *l, struct label_doubt doubt, const int *members)
{
	l->doubts = memory_resize(l->doubts, (size_t)l->doubt_count + 1, sizeof(*l->doubts));
	l->doubts[l->doubt_count++] = doubt;
	for (int i = 0; i < doubt.count; i++) {
		struct face_doubt *of = &l->of_faces[members[i]];

		if (!of->doubt || (of->doubt == doubt.doubt && of->confidence < doubt.confidence))
			*of = (struct face_doubt){doubt.doubt, doubt.confidence, doubt.other};
	}
}

/* Two classes, the smaller first; of equal ones the first. */
struct class_pair {
	int32_t small, large;
};

static int compare_pairs(const void *pa, const void *pb)
{
	const struct class_pair *a = pa, *b = pb;

	if (a->small != b->small)
		return a->small < b->small ? -1 : 1;
	return (a->large > b->large) - (a->large < b->large);
}

/* The pairs of classes that have faces near each other, each once. */
static struct class_pair *near_pairs(const struct finder *f, int *count)
{
	const struct labelling *l = f->l;
	struct class_pair *pairs = NULL;
	int found = 0, room = 0, kept = 0;

	for (int i = 0; i < l->n; i++) {
		const struct neighbor *items = f->near.items + (ptrdiff_t)i * NEIGHBORS_MAX;

		for (int k = 0; k < f->near.counts[i]; k++) {
			int32_t a = l->labels[i], b = l->labels[items[k].row];
			bool swap = size_of(f, b) < size_of(f, a) ||
				    (size_of(f, b) == size_of(f, a) && b < a);

			if (a == b || i > items[k].row ||
			    same_person(sqrt((double)items[k].distance2)) < NEAR_P)
				continue;
			if (found == room) {
				room = room ? 2 * room : 64;
				pairs = memory_resize(pairs, (size_t)room, sizeof(*pairs));
			}
			pairs[found++] = swap ? (struct class_pair){b, a}
					      : (struct class_pair){a, b};
		}
	}
	if (found)
		qsort(pairs, (size_t)found, sizeof(*pairs), compare_pairs);
	for (int i = 0; i < found; i++)
		if (!kept || compare_pairs(&pairs[kept - 1], &pairs[i]))
			pairs[kept++] = pairs[i];
	*count = kept;
	return pairs;
}

static void find_split(struct finder *f)
{
	struct labelling *l = f->l;
	int count;
	struct class_pair *pairs = near_pairs(f, &count);

	for (int i = 0; i < count; i++) {
		int32_t a = pairs[i].small, b = pairs[i].large;
		int size = size_of(f, a);
		const int *members = f->members + f->start[a];
		double same = mean_same(l, members, size, f->members + f->start[b], size_of(f, b));

		if (same >= SPLIT_P)
			add_doubt(l,
				  (struct label_doubt){DOUBT_SPLIT_CLASS,
						       (float)(same * size / (size + 1)), a, b,
						       members[0], size},
				  members);
	}
	free(pairs);
}

/* The second largest of the groups into which a class falls. */
static enum status find_mixed_class(struct finder *f, int32_t class, const atomic_bool *cancelled,
				    struct error *err)
{
	int size = size_of(f, class), k, counts[2] = {0};
	const int *members = f->members + f->start[class];
	float *values = memory_new((size_t)size * EMBEDDING_COUNT * sizeof(*values));
	int32_t *groups = memory_new((size_t)size * sizeof(*groups));
	int *lists = memory_new(2 * (size_t)size * sizeof(*lists));
	struct matrix data = {size, EMBEDDING_COUNT, values};
	enum status status;

	for (int i = 0; i < size; i++)
		memcpy(values + (size_t)i * EMBEDDING_COUNT,
		       f->l->values + (size_t)members[i] * EMBEDDING_COUNT,
		       EMBEDDING_COUNT * sizeof(*values));
	status = linkage_groups(&data, DOUBT_APART, cancelled, groups, &k, err);
	for (int i = 0; i < size && !status; i++)
		if (groups[i] < 2)
			lists[groups[i] * size + counts[groups[i]]++] = members[i];
	if (!status && counts[1] >= 2) {
		double same = mean_same(f->l, lists, counts[0], lists + size, counts[1]);

		add_doubt(f->l,
			  (struct label_doubt){DOUBT_MIXED_CLASS,
					       (float)((1 - same) * counts[1] / (counts[1] + 1)),
					       class, -1, lists[size], counts[1]},
			  lists + size);
	}
	free(lists);
	free(groups);
	free(values);
	return status;
}

static enum status find_mixed(struct finder *f, const atomic_bool *cancelled, struct error *err)
{
	enum status status = OK;

	for (int32_t c = 0; c < f->l->class_count && !status; c++)
		if (size_of(f, c) >= 4 && size_of(f, c) <= MIXED_MAX)
			status = find_mixed_class(f, c, cancelled, err);
	return status;
}

/* own and other of a face, and the class that other is of; sums are 0 for all classes, and stay so.
 */
static void votes_of(const struct finder *f, int i, double *sums, double *own, double *other,
		     int32_t *class)
{
	const struct neighbor *items = f->near.items + (ptrdiff_t)i * NEIGHBORS_MAX;
	const int32_t *labels = f->l->labels;

	for (int k = 0; k < f->near.counts[i]; k++)
		sums[labels[items[k].row]] += same_person(sqrt((double)items[k].distance2));
	*own = sums[labels[i]];
	*other = 0;
	*class = -1;
	for (int k = 0; k < f->near.counts[i]; k++) {
		int32_t c = labels[items[k].row];

		if (c != labels[i] && sums[c] > *other) {
			*other = sums[c];
			*class = c;
		}
	}
	for (int k = 0; k < f->near.counts[i]; k++)
		sums[labels[items[k].row]] = 0;
	/* Nearest first: one of its own before any of that class speaks for its label. */
	for (int k = 0; k < f->near.counts[i] && labels[items[k].row] != *class; k++)
		if (labels[items[k].row] == labels[i])
			*other = 0;
}

static void find_wrong(struct finder *f)
{
	struct labelling *l = f->l;
	double *sums = memory_new(((size_t)l->class_count + 1) * sizeof(*sums));
	double *all = memory_new(((size_t)l->class_count + 1) * sizeof(*all));
	double *own = memory_new(((size_t)l->n + 1) * sizeof(*own));
	double *other = memory_new(((size_t)l->n + 1) * sizeof(*other));
	int32_t *likely = memory_new(((size_t)l->n + 1) * sizeof(*likely));

	for (int i = 0; i < l->n; i++) {
		votes_of(f, i, sums, &own[i], &other[i], &likely[i]);
		all[l->labels[i]] += own[i];
	}
	for (int i = 0; i < l->n; i++) {
		int32_t c = l->labels[i];
		int rest_count = size_of(f, c) - 1;
		/* Without what face i adds to each of the rest. */
		double rest = rest_count > 1 ? (all[c] - 2 * own[i]) / rest_count : 0;
		struct label_doubt doubt = {DOUBT_WRONG_LABEL, 0, c, likely[i], i, 1};

		if (l->of_faces[i].doubt)
			continue;
		if (other[i] > own[i] + OTHER_MORE) {
			doubt.confidence = (float)(other[i] / (own[i] + other[i] + 1));
		} else if (own[i] < NEAR_P && rest >= 1) {
			doubt.confidence = (float)(rest / (rest + 1));
			doubt.other = -1;
		} else {
			continue;
		}
		add_doubt(l, doubt, &i);
	}
	free(likely);
	free(other);
	free(own);
	free(all);
	free(sums);
}

static int compare_doubts(const void *pa, const void *pb)
{
	const struct label_doubt *a = pa, *b = pb;

	if (a->confidence != b->confidence)
		return a->confidence > b->confidence ? -1 : 1;
	if (a->face != b->face)
		return a->face < b->face ? -1 : 1;
	return (int)a->doubt - (int)b->doubt;
}

enum status labelling_find(struct labelling *l, const atomic_bool *cancelled, struct error *err)
{
	struct matrix data = {l->n, EMBEDDING_COUNT, l->values};
	struct finder f = {.l = l};
	enum status status;

	if (!l->n)
		return OK;
	status = neighbors_find(&data, (float)(REACH * REACH), cancelled, NULL, &f.near, err);
	if (status)
		return status;
	sort_members(&f);
	find_split(&f);
	status = find_mixed(&f, cancelled, err);
	if (!status)
		find_wrong(&f);
	if (!status && l->doubt_count)
		qsort(l->doubts, (size_t)l->doubt_count, sizeof(*l->doubts), compare_doubts);
	neighbors_done(&f.near);
	free(f.start);
	free(f.members);
	return status;
}

float image_doubt(const struct session_image *image, const struct session_face **face)
{
	float most = 0;

	*face = NULL;
	for (int i = 0; i < image->face_count; i++) {
		if (image->faces[i].doubt && image->faces[i].doubt_confidence > most) {
			most = image->faces[i].doubt_confidence;
			*face = &image->faces[i];
		}
	}
	return most;
}

char *image_label_text(const struct session *s, const struct session_image *image)
{
	const struct session_face *face;
	double confidence = (double)image_doubt(image, &face);
	char *label, *like = NULL, *text;

	if (!s->labels || image->class < 0)
		return NULL;
	label = quote_new(labels_name(s->labels, image->class));
	if (face && face->doubt_class >= 0)
		like = quote_new(labels_name(s->labels, face->doubt_class));
	if (!face)
		text = text_copy(label);
	else
		text = text_format("%s; %s%s%s, %.2f", label, doubt_name(face->doubt),
				   like ? ", looks like " : "", like ? like : "", confidence);
	free(like);
	free(label);
	return text;
}

static int compare_images(const void *pa, const void *pb)
{
	const struct session_image *a = *(struct session_image *const *)pa;
	const struct session_image *b = *(struct session_image *const *)pb;
	const struct session_face *face;
	float x = image_doubt(a, &face), y = image_doubt(b, &face);

	if (x != y)
		return x > y ? -1 : 1;
	return strcmp(a->path, b->path);
}

void labelling_order(struct session_image **images, int count)
{
	if (count)
		qsort(images, (size_t)count, sizeof(struct session_image *), compare_images);
}

void labelling_apply(const struct labelling *l, struct session *s)
{
	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			s->images[i]->faces[j].doubt = DOUBT_NONE;
	for (int i = 0; i < l->n; i++) {
		l->faces[i]->doubt = l->of_faces[i].doubt;
		l->faces[i]->doubt_confidence = l->of_faces[i].confidence;
		l->faces[i]->doubt_class = l->of_faces[i].other;
	}
	s->version++;
}
