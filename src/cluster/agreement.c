/*
 * Agreement of two labellings. Items are sorted by their pair of labels; every run of equal pairs
 * is a cell of the contingency table, of which only the cells that are not empty are ever made.
 */
#include "lookalike/cluster/agreement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct item {
	int32_t class, cluster;
	int class_size, cluster_size;
};

static int by_class(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (x->class > y->class) - (x->class < y->class);
}

static int by_cluster(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (x->cluster > y->cluster) - (x->cluster < y->cluster);
}

static int by_both(const void *a, const void *b)
{
	int order = by_class(a, b);

	return order ? order : by_cluster(a, b);
}

/* The first item after at that differs from it. */
static int run_end(const struct item *items, int n, int at,
		   int (*compare)(const void *, const void *))
{
	int end = at + 1;

	while (end < n && !compare(items + at, items + end))
		end++;
	return end;
}

static double pairs(double items)
{
	return items * (items - 1) / 2;
}

static double entropy_part(double size, double n)
{
	return -size / n * log(size / n);
}

static double harmonic(double a, double b)
{
	return a + b > 0 ? 2 * a * b / (a + b) : a + b;
}

/* Pairs and entropies of the classes, of the clusters, and of the cells of the table. */
struct table {
	double class_pairs, cluster_pairs, cell_pairs;
	double class_entropy, cluster_entropy, cell_entropy;
	double precision, recall; /* BCubed, summed over items */
	int class_count, cluster_count;
};

static void count_table(struct item *items, int n, struct table *t)
{
	qsort(items, (size_t)n, sizeof(*items), by_cluster);
	for (int i = 0, end; i < n; i = end, t->cluster_count++) {
		end = run_end(items, n, i, by_cluster);
		t->cluster_pairs += pairs(end - i);
		t->cluster_entropy += entropy_part(end - i, n);
		for (int j = i; j < end; j++)
			items[j].cluster_size = end - i;
	}
	qsort(items, (size_t)n, sizeof(*items), by_both);
	for (int i = 0, end; i < n; i = end, t->class_count++) {
		end = run_end(items, n, i, by_class);
		t->class_pairs += pairs(end - i);
		t->class_entropy += entropy_part(end - i, n);
		for (int j = i; j < end; j++)
			items[j].class_size = end - i;
	}
	for (int i = 0, end; i < n; i = end) {
		double size;

		end = run_end(items, n, i, by_both);
		size = end - i;
		t->cell_pairs += pairs(size);
		t->cell_entropy += entropy_part(size, n);
		t->precision += size * size / items[i].cluster_size;
		t->recall += size * size / items[i].class_size;
	}
}

static double adjusted_rand(const struct table *t, int n)
{
	double expected, most = (t->class_pairs + t->cluster_pairs) / 2;

	/* Pair for pair the same: also where chance could do no other. */
	if (t->cell_pairs == t->class_pairs && t->cell_pairs == t->cluster_pairs)
		return 1;
	expected = t->class_pairs * t->cluster_pairs / pairs(n);
	return (t->cell_pairs - expected) / (most - expected);
}

static double normalised_information(const struct table *t)
{
	double information = t->class_entropy + t->cluster_entropy - t->cell_entropy;

	if (t->class_count == 1 && t->cluster_count == 1)
		return 1;
	if (information < 1e-12)
		return 0;
	return information / ((t->class_entropy + t->cluster_entropy) / 2);
}

enum status agreement_measure(const int32_t *classes, const int32_t *clusters, int n,
			      struct agreement *out, struct error *err)
{
	struct table t = {0};
	struct item *items;

	if (n < 1)
		return error_set(err, ERR_INPUT, "there is nothing to score");
	items = calloc((size_t)n, sizeof(*items));
	if (!items)
		return error_set(err, ERR_NOMEM, "not enough memory to score %d items", n);
	for (int i = 0; i < n; i++)
		items[i] = (struct item){.class = classes[i], .cluster = clusters[i]};
	count_table(items, n, &t);
	free(items);
	*out = (struct agreement){
		.ari = adjusted_rand(&t, n),
		.nmi = normalised_information(&t),
		.class_count = t.class_count,
		.cluster_count = t.cluster_count,
		.bcubed = {.precision = t.precision / n, .recall = t.recall / n},
		.pairwise = {.precision = t.cluster_pairs > 0 ? t.cell_pairs / t.cluster_pairs
							      : NAN,
			     .recall = t.class_pairs > 0 ? t.cell_pairs / t.class_pairs : NAN},
	};
	out->bcubed.f = harmonic(out->bcubed.precision, out->bcubed.recall);
	out->pairwise.f = t.class_pairs + t.cluster_pairs > 0
				  ? 2 * t.cell_pairs / (t.class_pairs + t.cluster_pairs)
				  : NAN;
	return OK;
}
