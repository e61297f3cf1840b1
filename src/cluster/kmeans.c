/*
 * Lloyd's k-means from k-means++ starts.
 *
 * Rows are copied into blocks that hold one column after the other, so that the
 * inner loops run over rows, with a length the compiler knows: they become SIMD
 * for any number of columns. Distances are floats, which only have to be
 * compared; sums that grow with n (costs, means) are doubles.
 */
#include "lookalike/cluster/kmeans.h"

#include "lookalike/base/rng.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_ROWS     32
#define ITERATIONS_MAX 300

struct fit {
	const struct matrix *data;
	int k;
	const atomic_bool *cancelled;
	size_t blocks;
	float *packed;             /* blocks × d × BLOCK_ROWS, zeros behind the last row */
	float *nearest;            /* padded like packed: squared distance to the nearest centre */
	int32_t *labels, *next;    /* padded: of the last iteration and of this one */
	float *centers;            /* k × d */
	double *sums;              /* k × d */
	int *counts;               /* k */
	double best_cost;          /* of the best restart so far, with what follows */
	int32_t *best_labels;      /* n */
	float *best_centers;       /* k × d */
	struct cluster_rank *rank; /* k */
};

struct cluster_rank {
	int id, size, first_row;
};

static bool is_cancelled(const struct fit *fit)
{
	return fit->cancelled && atomic_load_explicit(fit->cancelled, memory_order_relaxed);
}

static enum status check_input(const struct matrix *data, int k, struct error *err)
{
	if (data->n < 1 || data->d < 1)
		return error_set(err, ERR_INPUT, "there is nothing to group");
	if (k < 1 || k > data->n)
		return error_set(err, ERR_INPUT,
				 "cannot make %d groups of %d rows: choose k from 1 to %d", k,
				 data->n, data->n);
	for (int i = 0; i < data->n; i++) {
		const float *row = data->values + (size_t)i * data->d;

		for (int j = 0; j < data->d; j++)
			if (!(fabsf(row[j]) <= VALUE_MAX))
				return error_set(err, ERR_INPUT,
						 "row %d, column %d holds %g, which cannot be "
						 "grouped: leave that row out",
						 i + 1, j + 1, (double)row[j]);
	}
	return OK;
}

static void fit_done(struct fit *fit)
{
	free(fit->packed);
	free(fit->nearest);
	free(fit->labels);
	free(fit->next);
	free(fit->centers);
	free(fit->sums);
	free(fit->counts);
	free(fit->best_labels);
	free(fit->best_centers);
	free(fit->rank);
}

static void pack_rows(struct fit *fit)
{
	size_t d = (size_t)fit->data->d;

	for (size_t i = 0; i < (size_t)fit->data->n; i++) {
		const float *row = fit->data->values + i * d;
		float *out = fit->packed + i / BLOCK_ROWS * BLOCK_ROWS * d + i % BLOCK_ROWS;

		for (size_t j = 0; j < d; j++)
			out[j * BLOCK_ROWS] = row[j];
	}
}

static enum status fit_init(struct fit *fit, const struct matrix *data, int k,
			    const atomic_bool *cancelled, struct error *err)
{
	size_t n = (size_t)data->n, d = (size_t)data->d, groups = (size_t)k;
	size_t blocks = (n + BLOCK_ROWS - 1) / BLOCK_ROWS;

	*fit = (struct fit){
		.data = data,
		.k = k,
		.cancelled = cancelled,
		.blocks = blocks,
		.packed = calloc(blocks * d, BLOCK_ROWS * sizeof(float)),
		.nearest = calloc(blocks, BLOCK_ROWS * sizeof(float)),
		.labels = calloc(blocks, BLOCK_ROWS * sizeof(int32_t)),
		.next = calloc(blocks, BLOCK_ROWS * sizeof(int32_t)),
		.centers = calloc(groups * d, sizeof(float)),
		.sums = calloc(groups * d, sizeof(double)),
		.counts = calloc(groups, sizeof(int)),
		.best_cost = INFINITY,
		.best_labels = calloc(n, sizeof(int32_t)),
		.best_centers = calloc(groups * d, sizeof(float)),
		.rank = calloc(groups, sizeof(struct cluster_rank)),
	};
	if (!fit->packed || !fit->nearest || !fit->labels || !fit->next || !fit->centers ||
	    !fit->sums || !fit->counts || !fit->best_labels || !fit->best_centers || !fit->rank) {
		fit_done(fit);
		return error_set(err, ERR_NOMEM,
				 "not enough memory to group %zu rows of %zu numbers", n, d);
	}
	pack_rows(fit);
	return OK;
}

static void block_distances(const float *restrict block, const float *restrict center, int d,
			    float *restrict out)
{
	for (int i = 0; i < BLOCK_ROWS; i++)
		out[i] = 0;
	for (int j = 0; j < d; j++) {
		const float *restrict column = block + (size_t)j * BLOCK_ROWS;
		float c = center[j];

		for (int i = 0; i < BLOCK_ROWS; i++)
			out[i] += (column[i] - c) * (column[i] - c);
	}
}

static void keep_smaller(float *restrict kept, const float *restrict others)
{
	for (int i = 0; i < BLOCK_ROWS; i++)
		kept[i] = others[i] < kept[i] ? others[i] : kept[i];
}

static void block_nearest(const float *block, const float *centers, int k, int d,
			  float *restrict nearest, int32_t *restrict labels)
{
	float distances[BLOCK_ROWS];

	for (int i = 0; i < BLOCK_ROWS; i++) {
		nearest[i] = FLT_MAX;
		labels[i] = 0;
	}
	for (int c = 0; c < k; c++) {
		block_distances(block, centers + (size_t)c * d, d, distances);
		/* Bits, because the compiler makes a branch of a condition here. */
		for (int i = 0; i < BLOCK_ROWS; i++) {
			int32_t nearer = -(int32_t)(distances[i] < nearest[i]);

			labels[i] = (c & nearer) | (labels[i] & ~nearer);
		}
		keep_smaller(nearest, distances);
	}
}

static void assign_rows(struct fit *fit)
{
	size_t d = (size_t)fit->data->d;

	for (size_t b = 0; b < fit->blocks; b++) {
		size_t first = b * BLOCK_ROWS;

		block_nearest(fit->packed + first * d, fit->centers, fit->k, (int)d,
			      fit->nearest + first, fit->next + first);
	}
}

static void fill_empty_clusters(struct fit *fit)
{
	int n = fit->data->n;

	memset(fit->counts, 0, (size_t)fit->k * sizeof(*fit->counts));
	for (int i = 0; i < n; i++)
		fit->counts[fit->next[i]]++;
	for (int c = 0; c < fit->k; c++) {
		int farthest = -1;

		if (fit->counts[c])
			continue;
		for (int i = 0; i < n; i++)
			if (fit->counts[fit->next[i]] > 1 &&
			    (farthest < 0 || fit->nearest[i] > fit->nearest[farthest]))
				farthest = i;
		fit->counts[fit->next[farthest]]--;
		fit->counts[c]++;
		fit->next[farthest] = c;
	}
}

static void move_centers(struct fit *fit)
{
	size_t d = (size_t)fit->data->d;

	memset(fit->sums, 0, (size_t)fit->k * d * sizeof(*fit->sums));
	for (size_t i = 0; i < (size_t)fit->data->n; i++) {
		const float *restrict row = fit->data->values + i * d;
		double *restrict sum = fit->sums + (size_t)fit->labels[i] * d;

		for (size_t j = 0; j < d; j++)
			sum[j] += row[j];
	}
	for (size_t c = 0; c < (size_t)fit->k; c++)
		for (size_t j = 0; j < d; j++)
			fit->centers[c * d + j] = (float)(fit->sums[c * d + j] / fit->counts[c]);
}

/* From the centres as they are to the nearest local optimum; false when cancelled. */
static bool lloyd(struct fit *fit)
{
	size_t bytes = (size_t)fit->data->n * sizeof(*fit->labels);

	memset(fit->labels, -1, bytes);
	for (int iteration = 0; iteration < ITERATIONS_MAX; iteration++) {
		int32_t *labels = fit->next;

		if (is_cancelled(fit))
			return false;
		assign_rows(fit);
		fill_empty_clusters(fit);
		if (!memcmp(fit->next, fit->labels, bytes))
			break;
		fit->next = fit->labels;
		fit->labels = labels;
		move_centers(fit);
	}
	return true;
}

static void take_center(struct fit *fit, int center, size_t row)
{
	size_t d = (size_t)fit->data->d;
	float *out = fit->centers + (size_t)center * d;
	float distances[BLOCK_ROWS];

	memcpy(out, fit->data->values + row * d, d * sizeof(*out));
	for (size_t b = 0; b < fit->blocks; b++) {
		block_distances(fit->packed + b * BLOCK_ROWS * d, out, (int)d, distances);
		keep_smaller(fit->nearest + b * BLOCK_ROWS, distances);
	}
}

/* A row drawn with a probability in proportion to its squared distance. */
static size_t draw_row(const struct fit *fit, struct rng *rng)
{
	size_t n = (size_t)fit->data->n, drawn = 0;
	double total = 0, target;

	for (size_t i = 0; i < n; i++)
		total += fit->nearest[i];
	if (total == 0) /* every row is a centre already */
		return rng_below(rng, n);
	target = rng_uniform(rng) * total;
	for (size_t i = 0; i < n; i++) {
		if (fit->nearest[i] == 0)
			continue;
		drawn = i;
		target -= fit->nearest[i];
		if (target < 0)
			break;
	}
	return drawn;
}

/* k-means++; false when cancelled. */
static bool start_random(struct fit *fit, struct rng *rng)
{
	for (size_t i = 0; i < fit->blocks * BLOCK_ROWS; i++)
		fit->nearest[i] = FLT_MAX;
	take_center(fit, 0, rng_below(rng, (uint64_t)fit->data->n));
	for (int c = 1; c < fit->k; c++) {
		if (is_cancelled(fit))
			return false;
		take_center(fit, c, draw_row(fit, rng));
	}
	return true;
}

static double fit_cost(const struct fit *fit)
{
	size_t d = (size_t)fit->data->d;
	double cost = 0;

	for (size_t i = 0; i < (size_t)fit->data->n; i++) {
		const float *row = fit->data->values + i * d;
		const float *center = fit->centers + (size_t)fit->labels[i] * d;
		double squared = 0;

		for (size_t j = 0; j < d; j++) {
			double diff = (double)row[j] - center[j];

			squared += diff * diff;
		}
		cost += squared;
	}
	return cost;
}

static void keep_if_better(struct fit *fit)
{
	double cost = fit_cost(fit);

	if (!(cost < fit->best_cost))
		return;
	fit->best_cost = cost;
	memcpy(fit->best_labels, fit->labels, (size_t)fit->data->n * sizeof(*fit->labels));
	memcpy(fit->best_centers, fit->centers,
	       (size_t)fit->k * (size_t)fit->data->d * sizeof(*fit->centers));
}

static int by_size(const void *a, const void *b)
{
	const struct cluster_rank *x = a, *y = b;

	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->first_row < y->first_row ? -1 : 1;
}

/* The best restart, its clusters renumbered by size. */
static void copy_out(const struct fit *fit, int32_t *labels, float *centers, double *cost)
{
	size_t d = (size_t)fit->data->d;
	int *new_ids = fit->counts;

	for (int c = 0; c < fit->k; c++)
		fit->rank[c] = (struct cluster_rank){.id = c};
	for (int i = fit->data->n - 1; i >= 0; i--) {
		struct cluster_rank *rank = fit->rank + fit->best_labels[i];

		rank->size++;
		rank->first_row = i;
	}
	qsort(fit->rank, (size_t)fit->k, sizeof(*fit->rank), by_size);
	for (int c = 0; c < fit->k; c++) {
		new_ids[fit->rank[c].id] = c;
		memcpy(centers + (size_t)c * d, fit->best_centers + (size_t)fit->rank[c].id * d,
		       d * sizeof(*centers));
	}
	for (int i = 0; i < fit->data->n; i++)
		labels[i] = new_ids[fit->best_labels[i]];
	*cost = fit->best_cost;
}

enum status kmeans_run(const struct matrix *data, int k, const struct kmeans_options *options,
		       int32_t *labels, float *centers, double *cost, struct error *err)
{
	struct fit fit;
	enum status status = check_input(data, k, err);

	assert(options->restarts > 0 || options->start);
	if (status != OK)
		return status;
	status = fit_init(&fit, data, k, options->cancelled, err);
	if (status != OK)
		return status;
	for (int restart = 0; restart < options->restarts; restart++) {
		struct rng rng;

		rng_seed(&rng, options->seed, (uint64_t)k << 32 | (uint64_t)restart);
		if (!start_random(&fit, &rng) || !lloyd(&fit))
			goto cancelled;
		keep_if_better(&fit);
	}
	if (options->start) {
		memcpy(fit.centers, options->start,
		       (size_t)k * (size_t)data->d * sizeof(*fit.centers));
		if (!lloyd(&fit))
			goto cancelled;
		keep_if_better(&fit);
	}
	copy_out(&fit, labels, centers, cost);
	goto out;
cancelled:
	status = error_set(err, ERR_CANCELLED, "grouping was interrupted");
out:
	fit_done(&fit);
	return status;
}
