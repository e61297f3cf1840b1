/*
 * linkage.c: joining groups, nearest first.
 *
 * Each group waits in a heap with the distance to its nearest other group. Average linkage never
 * brings groups nearer by joining them, so what a group waits with is never more than it should
 * be: it is looked at again only when its turn comes.
 */
#include "lookalike/cluster/linkage.h"

#include "lookalike/base/memory.h"
#include "lookalike/cluster/neighbors.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A group goes by the row that it began with. */
struct group {
	int32_t parent; /* that it was joined to; itself while it is one */
	int32_t size;
	int32_t nearest; /* the group it waits for */
	int32_t joins;   /* of its own, and of the nearest when that was chosen */
	int32_t nearest_joins;
	int32_t near_count;
	int32_t *near; /* rows of other groups near to it; some are in one group by now */
	double spread; /* mean squared distance from the centre */
};

struct waiting {
	double distance2;
	int32_t group;
};

struct joining {
	int n, d;
	double limit2;
	float *centers; /* n × d */
	struct group *groups;
	struct waiting *heap;
	int waiting;
	int32_t *mark; /* of each row: the last group that met it */
};

static int32_t root_of(struct joining *j, int32_t row)
{
	while (j->groups[row].parent != row) {
		j->groups[row].parent = j->groups[j->groups[row].parent].parent;
		row = j->groups[row].parent;
	}
	return row;
}

static bool comes_before(const struct waiting *a, const struct waiting *b)
{
	if (a->distance2 != b->distance2)
		return a->distance2 < b->distance2;
	return a->group < b->group;
}

static void heap_put(struct joining *j, struct waiting item)
{
	int at = j->waiting++;

	for (; at > 0 && comes_before(&item, &j->heap[(at - 1) / 2]); at = (at - 1) / 2)
		j->heap[at] = j->heap[(at - 1) / 2];
	j->heap[at] = item;
}

static struct waiting heap_take(struct joining *j)
{
	struct waiting first = j->heap[0], last = j->heap[--j->waiting];
	int at = 0, child;

	while ((child = 2 * at + 1) < j->waiting) {
		if (child + 1 < j->waiting && comes_before(&j->heap[child + 1], &j->heap[child]))
			child++;
		if (!comes_before(&j->heap[child], &last))
			break;
		j->heap[at] = j->heap[child];
		at = child;
	}
	j->heap[at] = last;
	return first;
}

static double center_distance2(const struct joining *j, int32_t a, int32_t b)
{
	const float *x = j->centers + (ptrdiff_t)a * j->d, *y = j->centers + (ptrdiff_t)b * j->d;
	double sum = 0;

	for (int i = 0; i < j->d; i++)
		sum += (double)(x[i] - y[i]) * (double)(x[i] - y[i]);
	return sum;
}

/* The mean squared distance between the rows of two groups. */
static double mean_distance2(const struct joining *j, int32_t a, int32_t b)
{
	return center_distance2(j, a, b) + j->groups[a].spread + j->groups[b].spread;
}

/* Bring a group's list up to date, choose its nearest and let it wait, if one is near enough. */
static void wait_for_nearest(struct joining *j, int32_t id)
{
	struct group *group = &j->groups[id];
	struct waiting item = {j->limit2, id};
	int kept = 0;

	for (int i = 0; i < group->near_count; i++) {
		int32_t other = root_of(j, group->near[i]);
		double distance2;

		if (other == id || j->mark[other] == id)
			continue;
		j->mark[other] = id;
		group->near[kept++] = other;
		distance2 = mean_distance2(j, id, other);
		if (distance2 < item.distance2) {
			item.distance2 = distance2;
			group->nearest = other;
			group->nearest_joins = j->groups[other].joins;
		}
	}
	for (int i = 0; i < kept; i++)
		j->mark[group->near[i]] = -1;
	group->near_count = kept;
	if (item.distance2 < j->limit2)
		heap_put(j, item);
}

static void join(struct joining *j, int32_t into, int32_t other)
{
	struct group *a = &j->groups[into], *b = &j->groups[other];
	double share = (double)b->size / (a->size + b->size);
	float *x = j->centers + (ptrdiff_t)into * j->d;
	const float *y = j->centers + (ptrdiff_t)other * j->d;

	a->spread = (1 - share) * a->spread + share * b->spread +
		    share * (1 - share) * center_distance2(j, into, other);
	for (int i = 0; i < j->d; i++)
		x[i] += (float)share * (y[i] - x[i]);
	a->near = memory_resize(a->near, (size_t)(a->near_count + b->near_count) + 1,
				sizeof(*a->near));
	memcpy(a->near + a->near_count, b->near, (size_t)b->near_count * sizeof(*a->near));
	a->near_count += b->near_count;
	free(b->near);
	b->near = NULL;
	a->size += b->size;
	a->joins++;
	b->parent = into;
}

/* A near pair is one for both rows, whichever found the other. */
static void link_rows(struct joining *j, const struct neighbors *found)
{
	for (int i = 0; i < j->n; i++) {
		j->groups[i].near_count += found->counts[i];
		for (int v = 0; v < found->counts[i]; v++)
			j->groups[found->items[(ptrdiff_t)i * NEIGHBORS_MAX + v].row].near_count++;
	}
	for (int i = 0; i < j->n; i++) {
		j->groups[i].near = memory_resize(NULL, (size_t)j->groups[i].near_count + 1,
						  sizeof(int32_t));
		j->groups[i].near_count = 0;
	}
	for (int i = 0; i < j->n; i++) {
		for (int v = 0; v < found->counts[i]; v++) {
			int32_t row = found->items[(ptrdiff_t)i * NEIGHBORS_MAX + v].row;

			j->groups[i].near[j->groups[i].near_count++] = row;
			j->groups[row].near[j->groups[row].near_count++] = i;
		}
	}
}

static bool join_all(struct joining *j, const atomic_bool *cancelled)
{
	for (int32_t i = 0; i < j->n; i++)
		wait_for_nearest(j, i);
	while (j->waiting > 0) {
		int32_t id = heap_take(j).group, other = j->groups[id].nearest;

		if (cancelled && atomic_load(cancelled))
			return false;
		if (j->groups[id].parent != id)
			continue;
		if (j->groups[other].parent == other &&
		    j->groups[other].joins == j->groups[id].nearest_joins)
			join(j, id, other);
		wait_for_nearest(j, id);
	}
	return true;
}

/* A group's first row tells equal sizes apart. */
static int compare_groups(const void *pa, const void *pb)
{
	const struct waiting *a = pa, *b = pb;

	if (a->distance2 != b->distance2)
		return a->distance2 > b->distance2 ? -1 : 1;
	return (a->group > b->group) - (a->group < b->group);
}

/* The heap is empty by now: its room holds sizes and first rows while they are sorted. */
static int number_groups(struct joining *j, int32_t *labels)
{
	struct waiting *order = j->heap;
	int count = 0;

	for (int32_t i = 0; i < j->n; i++)
		j->mark[i] = -1;
	for (int32_t i = 0; i < j->n; i++) {
		int32_t root = root_of(j, i);

		if (j->mark[root] >= 0)
			continue;
		j->mark[root] = 0;
		order[count++] = (struct waiting){j->groups[root].size, i};
	}
	qsort(order, (size_t)count, sizeof(*order), compare_groups);
	for (int32_t c = 0; c < count; c++)
		j->mark[root_of(j, order[c].group)] = c;
	for (int32_t i = 0; i < j->n; i++)
		labels[i] = j->mark[root_of(j, i)];
	return count;
}

static void joining_done(struct joining *j)
{
	for (int i = 0; i < j->n; i++)
		free(j->groups[i].near);
	free(j->groups);
	free(j->centers);
	free(j->heap);
	free(j->mark);
}

enum status linkage_groups(const struct matrix *data, double threshold,
			   const atomic_bool *cancelled, int32_t *labels, int *k, struct error *err)
{
	struct joining j = {.n = data->n, .d = data->d, .limit2 = threshold * threshold};
	size_t n = (size_t)data->n, values = n * (size_t)data->d;
	struct neighbors found;
	enum status status;

	if (data->n < 1)
		return error_set(err, ERR_INPUT, "no rows to group");
	status = neighbors_find(data, (float)j.limit2, cancelled, NULL, &found, err);
	if (status)
		return status;
	j.groups = memory_new(n * sizeof(*j.groups));
	/* A group waits at most once, but for the moment between two turns. */
	j.heap = memory_new((n + 1) * sizeof(*j.heap));
	j.mark = memory_new(n * sizeof(*j.mark));
	for (int32_t i = 0; i < data->n; i++) {
		j.groups[i].parent = i;
		j.groups[i].size = 1;
		j.mark[i] = -1;
	}
	link_rows(&j, &found);
	neighbors_done(&found);
	j.centers = memory_new(values * sizeof(*j.centers) + 1);
	memcpy(j.centers, data->values, values * sizeof(*j.centers));
	if (join_all(&j, cancelled))
		*k = number_groups(&j, labels);
	else
		status = error_set(err, ERR_CANCELLED, "cancelled");
	joining_done(&j);
	return status;
}
