/*
 * The measures that set a group apart from all other faces, and how they read.
 *
 * Half a standard deviation is the least that is told: a smaller difference is
 * not one that a person could see in the faces.
 */
#include "lookalike/cluster/describe.h"

#include "lookalike/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define Z_MIN 0.5

static const struct {
	const char *high, *low;
} words[MEASURE_COUNT] = {
	[JAW_RATIO] = {"long face", "wide face"},
	[EYE_DISTANCE] = {"wide-set eyes", "close-set eyes"},
	[NOSE_RATIO] = {"narrow nose", "broad nose"},
	[NOSE_SIZE] = {"long nose", "short nose"},
	[EYE_SIZE] = {"large eyes", "small eyes"},
	[EYE_SIZE_DIFFERENTIAL] = {"uneven eyes", "even eyes"},
	[EYEBROW_WIDTH] = {"wide brows", "narrow brows"},
	[EYEBROW_LIFT] = {"raised brows", "low brows"},
};

struct group_sum {
	int count;
	double sums[MEASURE_COUNT];
};

/*
 * Values are taken relative to the first row, so that a constant column has a
 * deviation of exactly 0. Fills sums per group and in all, and the deviations.
 */
static void sum_groups(const double *measures, const int32_t *labels, int n,
		       struct group_sum *groups, struct group_sum *all, double *sd)
{
	double squares[MEASURE_COUNT] = {0};

	for (int i = 0; i < n; i++) {
		const double *row = measures + (size_t)i * MEASURE_COUNT;
		struct group_sum *group = groups + labels[i];

		group->count++;
		for (int m = 0; m < MEASURE_COUNT; m++) {
			group->sums[m] += row[m] - measures[m];
			all->sums[m] += row[m] - measures[m];
		}
	}
	all->count = n;
	for (int i = 0; i < n; i++)
		for (int m = 0; m < MEASURE_COUNT; m++) {
			double value = measures[(size_t)i * MEASURE_COUNT + m] - measures[m];
			double diff = value - all->sums[m] / n;

			squares[m] += diff * diff;
		}
	for (int m = 0; m < MEASURE_COUNT; m++)
		sd[m] = sqrt(squares[m] / n);
}

static int strongest_traits(const struct group_sum *group, const struct group_sum *all,
			    const double *sd, struct trait traits[TRAITS_MAX])
{
	int rest_count = all->count - group->count, count = 0;

	if (!group->count || !rest_count)
		return 0;
	for (int m = 0; m < MEASURE_COUNT; m++) {
		double rest_mean = (all->sums[m] - group->sums[m]) / rest_count;
		double z = (group->sums[m] / group->count - rest_mean) / sd[m];
		int place = count;

		if (sd[m] == 0 || !(fabs(z) >= Z_MIN))
			continue;
		while (place > 0 && fabs(z) > fabs(traits[place - 1].z))
			place--;
		if (place == TRAITS_MAX)
			continue;
		if (count < TRAITS_MAX)
			count++;
		memmove(traits + place + 1, traits + place,
			(size_t)(count - 1 - place) * sizeof(*traits));
		traits[place] = (struct trait){.measure = m, .z = z};
	}
	return count;
}

void describe_groups(const double *measures, const int32_t *labels, int n, int k,
		     struct trait (*traits)[TRAITS_MAX], int *counts)
{
	struct group_sum *groups = memory_new((size_t)k * sizeof(*groups));
	struct group_sum all = {0};
	double sd[MEASURE_COUNT] = {0};

	if (n > 0)
		sum_groups(measures, labels, n, groups, &all, sd);
	for (int g = 0; g < k; g++)
		counts[g] = strongest_traits(groups + g, &all, sd, traits[g]);
	free(groups);
}

struct ranked {
	double value;
	int row;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x->row - y->row;
}

void describe_extremes(const double *measures, int n, int (*rows)[EXTREMES])
{
	struct ranked *ranked = memory_new((size_t)n * sizeof(*ranked));

	for (int m = 0; m < MEASURE_COUNT; m++) {
		for (int i = 0; i < n; i++)
			ranked[i] =
				(struct ranked){.value = measures[(size_t)i * MEASURE_COUNT + m],
						.row = i};
		qsort(ranked, (size_t)n, sizeof(*ranked), compare_ranked);
		rows[m][0] = ranked[0].row;
		rows[m][1] = ranked[(n - 1) / 2].row;
		rows[m][2] = ranked[n - 1].row;
	}
	free(ranked);
}

const char *trait_words(enum measure measure, double z)
{
	return z < 0 ? words[measure].low : words[measure].high;
}

void traits_text(const struct trait *traits, int count, char *out, size_t out_size)
{
	size_t used = 0;

	if (!out_size)
		return;
	if (!count)
		snprintf(out, out_size, "nothing sets it apart");
	for (int i = 0; i < count && used < out_size; i++)
		used += (size_t)snprintf(out + used, out_size - used, "%s%s %+.1f", i ? ", " : "",
					 trait_words(traits[i].measure, traits[i].z), traits[i].z);
}
