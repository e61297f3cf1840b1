/*
 * Silhouette, BIC and stability. The silhouette needs every distance between the rows it looks at
 * and all others, but no distance twice: one row at a time is measured against all, and every
 * labelling takes its sums from that.
 */
#include "lookalike/cluster/criteria.h"

#include "lookalike/base/rng.h"
#include "lookalike/cluster/agreement.h"
#include "lookalike/cluster/subset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows that are looked at when not all are: as many distances as for EXACT_ROWS_MAX rows. */
#define SAMPLE_ROWS_MIN 500
#define SAMPLE_SEED     1

#define HALF_SPLITS     3 /* the mean of so many */
#define HALF_RESTARTS   3

struct sums {
	double *distance; /* per group, from the row at hand */
	int *sizes;
	double total, squares; /* of the silhouettes so far */
};

/* Eight sums side by side, so that the compiler can use vectors of any width up to that. */
static float squared_distance(const float *a, const float *b, size_t d)
{
	float part[8] = {0}, squared = 0;
	size_t j = 0;

	for (; j + 8 <= d; j += 8)
		for (size_t l = 0; l < 8; l++) {
			float diff = a[j + l] - b[j + l];

			part[l] += diff * diff;
		}
	for (; j < d; j++)
		squared += (a[j] - b[j]) * (a[j] - b[j]);
	for (int l = 0; l < 8; l++)
		squared += part[l];
	return squared;
}

/* The silhouette of a row with this label, from the summed distances to each group. */
static double row_silhouette(const struct sums *sums, int k, int label)
{
	double within, nearest = INFINITY;

	if (sums->sizes[label] < 2)
		return 0;
	within = sums->distance[label] / (sums->sizes[label] - 1);
	for (int c = 0; c < k; c++)
		if (c != label)
			nearest = fmin(nearest, sums->distance[c] / sums->sizes[c]);
	if (within == nearest)
		return 0;
	return (nearest - within) / fmax(nearest, within);
}

static void sums_done(struct sums *sums, int count)
{
	for (int i = 0; sums && i < count; i++) {
		free(sums[i].distance);
		free(sums[i].sizes);
	}
	free(sums);
}

static struct sums *sums_new(const struct labelling *by, int count, int n)
{
	struct sums *sums = calloc((size_t)count, sizeof(*sums));

	for (int i = 0; sums && i < count; i++) {
		sums[i].distance = calloc((size_t)by[i].k, sizeof(double));
		sums[i].sizes = calloc((size_t)by[i].k, sizeof(int));
		if (!sums[i].distance || !sums[i].sizes) {
			sums_done(sums, count);
			return NULL;
		}
		for (int row = 0; row < n; row++)
			sums[i].sizes[by[i].labels[row]]++;
	}
	return sums;
}

static void add_row(const struct labelling *by, struct sums *sums, int row, const float *distance,
		    int n)
{
	double silhouette;

	memset(sums->distance, 0, (size_t)by->k * sizeof(double));
	for (int i = 0; i < n; i++)
		sums->distance[by->labels[i]] += (double)distance[i];
	silhouette = row_silhouette(sums, by->k, by->labels[row]);
	sums->total += silhouette;
	sums->squares += silhouette * silhouette;
}

static struct silhouette mean_of(const struct sums *sums, int k, int rows, int n)
{
	struct silhouette s = {.mean = NAN};
	double variance;

	if (k < 2)
		return s;
	s.mean = sums->total / rows;
	if (rows < n) {
		/* Of a sample without replacement. */
		variance = (sums->squares / rows - s.mean * s.mean) * rows / (rows - 1);
		s.error = sqrt(fmax(variance, 0) / rows * (1 - (double)rows / n));
	}
	return s;
}

enum status silhouette_means(const struct matrix *data, const struct labelling *by, int count,
			     const atomic_bool *cancelled, struct silhouette *out,
			     struct error *err)
{
	size_t n = (size_t)data->n, d = (size_t)data->d;
	int rows = data->n;
	struct sums *sums = NULL;
	float *distance = NULL;
	int *order = NULL;
	enum status status = OK;

	if (rows > EXACT_ROWS_MAX) {
		rows = (int)((int64_t)EXACT_ROWS_MAX * EXACT_ROWS_MAX / data->n);
		rows = rows < SAMPLE_ROWS_MIN ? SAMPLE_ROWS_MIN : rows;
	}
	order = subset_new(data->n, rows, SAMPLE_SEED);
	distance = malloc(n * sizeof(*distance));
	sums = sums_new(by, count, data->n);
	if (!order || !distance || !sums)
		status = error_set(err, ERR_NOMEM, "not enough memory for silhouettes");
	for (int i = 0; i < rows && !status; i++) {
		const float *row = data->values + (size_t)order[i] * d;

		if (cancelled && atomic_load(cancelled)) {
			status = error_set(err, ERR_CANCELLED, "interrupted");
			break;
		}
		for (size_t j = 0; j < n; j++)
			distance[j] = sqrtf(squared_distance(row, data->values + j * d, d));
		for (int l = 0; l < count; l++)
			add_row(&by[l], &sums[l], order[i], distance, data->n);
	}
	for (int l = 0; l < count && !status; l++)
		out[l] = mean_of(&sums[l], by[l].k, rows, data->n);
	sums_done(sums, count);
	free(distance);
	free(order);
	return status;
}

double bic_score(const struct labelling *by, int n, int d, double cost)
{
	double likelihood, shares = 0, parameters = (by->k - 1.0) + (double)by->k * d + 1;
	int *sizes;

	if (3 * (int64_t)by->k > 2 * (int64_t)n)
		return NAN;
	if (cost <= 0)
		return INFINITY;
	sizes = calloc((size_t)by->k, sizeof(*sizes));
	if (!sizes)
		return NAN;
	for (int i = 0; i < n; i++)
		sizes[by->labels[i]]++;
	for (int c = 0; c < by->k; c++)
		shares += sizes[c] ? sizes[c] * log((double)sizes[c] / n) : 0;
	free(sizes);
	likelihood = shares - 0.5 * n * d * log(2 * M_PI * cost / ((double)d * (n - by->k))) -
		     0.5 * d * (n - by->k);
	return likelihood - 0.5 * parameters * log(n);
}

static void label_nearest(const struct matrix *data, const float *centers, int k, int32_t *labels)
{
	size_t d = (size_t)data->d;

	for (size_t i = 0; i < (size_t)data->n; i++) {
		float best = INFINITY;

		labels[i] = 0;
		for (int c = 0; c < k; c++) {
			float squared = squared_distance(data->values + i * d,
							 centers + (size_t)c * d, d);

			if (squared < best) {
				best = squared;
				labels[i] = c;
			}
		}
	}
}

/* The labels that one half of the rows gives to all of them. */
static enum status label_by_half(const struct matrix *data, const int *rows, int count, int k,
				 uint64_t seed, const atomic_bool *cancelled, int32_t *labels,
				 struct error *err)
{
	struct kmeans_options options = {.restarts = HALF_RESTARTS,
					 .seed = seed,
					 .cancelled = cancelled};
	float *half = subset_rows(data, rows, count);
	float *centers = malloc((size_t)k * (size_t)data->d * sizeof(*centers));
	struct matrix of_half = {.n = count, .d = data->d, .values = half};
	enum status status;
	double cost;

	if (!half || !centers)
		status = error_set(err, ERR_NOMEM, "not enough memory for half of the rows");
	else
		status = kmeans_run(&of_half, k, &options, labels, centers, &cost, err);
	if (!status)
		label_nearest(data, centers, k, labels);
	free(half);
	free(centers);
	return status;
}

enum status stability_measure(const struct matrix *data, int k, uint64_t seed,
			      const atomic_bool *cancelled, double *out, struct error *err)
{
	int n = data->n < EXACT_ROWS_MAX ? data->n : EXACT_ROWS_MAX, half = n / 2;
	int32_t *first = malloc((size_t)n * sizeof(*first));
	int32_t *second = malloc((size_t)n * sizeof(*second));
	enum status status = OK;
	struct agreement agreement;
	double sum = 0;

	if (!first || !second)
		status = error_set(err, ERR_NOMEM, "not enough memory for half of the rows");
	for (int split = 0; split < HALF_SPLITS && !status && k <= half; split++) {
		int *order = subset_new(data->n, n, seed + (uint64_t)split);
		float *rows = order ? subset_rows(data, order, n) : NULL;
		struct matrix part = {.n = n, .d = data->d, .values = rows};

		if (!rows) {
			free(order);
			status = error_set(err, ERR_NOMEM,
					   "not enough memory for half of the rows");
			break;
		}
		for (int i = 0; i < n; i++)
			order[i] = i; /* shuffled already: the halves are first and last */
		status = label_by_half(&part, order, half, k, seed, cancelled, first, err);
		if (!status)
			status = label_by_half(&part, order + half, n - half, k, seed, cancelled,
					       second, err);
		if (!status)
			status = agreement_measure(first, second, n, &agreement, err);
		sum += status ? 0 : agreement.ari;
		free(rows);
		free(order);
	}
	if (!status)
		*out = k <= half ? sum / HALF_SPLITS : NAN;
	free(first);
	free(second);
	return status;
}
