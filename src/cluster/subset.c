/* Random rows, and copies of the data that have none of its groups. */
#include "lookalike/cluster/subset.h"

#include "lookalike/base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A pivot this small beside its diagonal is rounding: that column adds nothing new. */
#define PIVOT_MIN 1e-9

int *subset_new(int n, int count, uint64_t seed)
{
	int *order = malloc((size_t)n * sizeof(*order));
	struct rng rng;

	if (!order)
		return NULL;
	rng_seed(&rng, seed, 0);
	for (int i = 0; i < n; i++)
		order[i] = i;
	for (int i = 0; i < count; i++) {
		int at = i + (int)rng_below(&rng, (uint64_t)(n - i)), kept = order[i];

		order[i] = order[at];
		order[at] = kept;
	}
	return order;
}

float *subset_rows(const struct matrix *data, const int *rows, int count)
{
	size_t d = (size_t)data->d;
	float *out = malloc((size_t)count * d * sizeof(*out));

	for (int i = 0; out && i < count; i++)
		memcpy(out + (size_t)i * d, data->values + (size_t)rows[i] * d, d * sizeof(*out));
	return out;
}

float *copy_shuffled(const struct matrix *data, uint64_t seed)
{
	size_t n = (size_t)data->n, d = (size_t)data->d;
	float *out = malloc(n * d * sizeof(*out));

	for (size_t j = 0; out && j < d; j++) {
		int *order = subset_new(data->n, data->n, seed * d + j);

		if (!order) {
			free(out);
			return NULL;
		}
		for (size_t i = 0; i < n; i++)
			out[i * d + j] = data->values[(size_t)order[i] * d + j];
		free(order);
	}
	return out;
}

/* Means, and the lower triangle of the covariance. */
static void covariance(const struct matrix *data, double *mean, double *cov, double *row)
{
	size_t n = (size_t)data->n, d = (size_t)data->d;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < d; j++)
			mean[j] += (double)data->values[i * d + j] / (double)n;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < d; j++)
			row[j] = (double)data->values[i * d + j] - mean[j];
		for (size_t j = 0; j < d; j++)
			for (size_t l = 0; l <= j; l++)
				cov[j * d + l] += row[j] * row[l] / (double)n;
	}
}

/* Cholesky in place: the lower triangle becomes its root. Columns without a pivot become 0. */
static void cholesky(double *a, size_t d)
{
	for (size_t j = 0; j < d; j++) {
		double pivot = a[j * d + j], least = PIVOT_MIN * pivot;

		for (size_t l = 0; l < j; l++)
			pivot -= a[j * d + l] * a[j * d + l];
		pivot = pivot > least ? sqrt(pivot) : 0;
		a[j * d + j] = pivot;
		for (size_t i = j + 1; i < d; i++) {
			double sum = a[i * d + j];

			for (size_t l = 0; l < j; l++)
				sum -= a[i * d + l] * a[j * d + l];
			a[i * d + j] = pivot > 0 ? sum / pivot : 0;
		}
	}
}

/* Box and Muller (1958). */
static double normal(struct rng *rng)
{
	double u = 1 - rng_uniform(rng), v = rng_uniform(rng);

	return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

float *copy_gaussian(const struct matrix *data, uint64_t seed)
{
	size_t n = (size_t)data->n, d = (size_t)data->d;
	float *out = malloc(n * d * sizeof(*out));
	double *mean = calloc(d, sizeof(*mean)), *root = calloc(d * d, sizeof(*root));
	double *row = calloc(d, sizeof(*row));
	struct rng rng;

	if (!out || !mean || !root || !row) {
		free(out);
		out = NULL;
		goto out;
	}
	covariance(data, mean, root, row);
	cholesky(root, d);
	rng_seed(&rng, seed, 1);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < d; j++)
			row[j] = normal(&rng);
		for (size_t j = 0; j < d; j++) {
			double value = mean[j];

			for (size_t l = 0; l <= j; l++)
				value += root[j * d + l] * row[l];
			out[i * d + j] = (float)value;
		}
	}
out:
	free(mean);
	free(root);
	free(row);
	return out;
}
