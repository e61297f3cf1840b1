/*
 * Rows packed for the inner loops, moved so that their mean is 0: floats are finest there.
 * What is as long as the rows is not zeroed at once, here or elsewhere in the engine: the
 * system makes its pages when they are first written, which must not delay cancelling.
 */
#include "internal.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

#define LARGE_PAGE (2u << 20)

struct packing {
	struct points *points;
	const atomic_bool *cancelled;
	atomic_int bad_row; /* the first row with a value that cannot be grouped, or n */
	double *sums;       /* chunks × d */
	double *spreads;    /* by chunk */
};

static void sum_chunk(void *context, int chunk)
{
	struct packing *packing = context;
	const struct points *points = packing->points;
	size_t d = (size_t)points->data.d;
	double *restrict sum = packing->sums + (size_t)chunk * d;

	if (is_cancelled(packing->cancelled))
		return;
	for (int i = chunk * CHUNK_ROWS; i < chunk_end(points, chunk); i++) {
		const float *restrict row = points->data.values + (size_t)i * d;
		bool good = true;

		for (size_t j = 0; j < d; j++) {
			good &= fabsf(row[j]) <= VALUE_MAX;
			sum[j] += row[j];
		}
		if (!good) {
			int first = atomic_load(&packing->bad_row);

			while (i < first &&
			       !atomic_compare_exchange_weak(&packing->bad_row, &first, i))
				;
			return;
		}
	}
}

static void pack_row(struct points *points, int i, double *spread)
{
	size_t d = (size_t)points->data.d;
	const float *row = points->data.values + (size_t)i * d;
	float *out = points->packed + (size_t)(i / BLOCK_ROWS) * BLOCK_ROWS * d + i % BLOCK_ROWS;
	double squared = 0;

	for (size_t j = 0; j < d; j++) {
		double moved = row[j] - points->mean[j];

		out[j * BLOCK_ROWS] = (float)moved;
		squared += moved * moved;
	}
	points->norms[i] = (float)(sqrt(squared) * (1 + 1e-6));
	*spread += squared;
}

static void pack_chunk(void *context, int chunk)
{
	struct packing *packing = context;
	struct points *points = packing->points;

	for (int i = chunk * CHUNK_ROWS; i < chunk_end(points, chunk); i++) {
		if (i % BLOCK_ROWS == 0 && is_cancelled(packing->cancelled))
			return;
		pack_row(points, i, &packing->spreads[chunk]);
	}
}

static enum status refuse_row(const struct matrix *data, int i, struct error *err)
{
	const float *row = data->values + (size_t)i * (size_t)data->d;
	int j = 0;

	while (fabsf(row[j]) <= VALUE_MAX)
		j++;
	return error_set(err, ERR_INPUT,
			 "row %d, column %d holds %g, which cannot be grouped: leave that row out",
			 i + 1, j + 1, (double)row[j]);
}

/* The last block is full: with zeros. */
static void pad_rows(struct points *points)
{
	size_t d = (size_t)points->data.d;
	int n = points->data.n, used = n % BLOCK_ROWS;

	for (int lane = used; used && lane < BLOCK_ROWS; lane++) {
		float *out = points->packed + (size_t)(n / BLOCK_ROWS) * BLOCK_ROWS * d + lane;

		for (size_t j = 0; j < d; j++)
			out[j * BLOCK_ROWS] = 0;
		points->norms[n - used + lane] = 0;
	}
}

static enum status pack_rows(struct packing *packing, struct team *team, struct error *err)
{
	struct points *points = packing->points;
	size_t d = (size_t)points->data.d;
	int bad_row;

	team_run(team, points->chunks, sum_chunk, packing);
	bad_row = atomic_load(&packing->bad_row);
	if (bad_row < points->data.n)
		return refuse_row(&points->data, bad_row, err);
	for (size_t chunk = 0; chunk < (size_t)points->chunks; chunk++)
		for (size_t j = 0; j < d; j++)
			points->mean[j] += packing->sums[chunk * d + j];
	for (size_t j = 0; j < d; j++)
		points->mean[j] /= points->data.n;
	team_run(team, points->chunks, pack_chunk, packing);
	pad_rows(points);
	for (int chunk = 0; chunk < points->chunks; chunk++)
		points->spread += packing->spreads[chunk];
	if (is_cancelled(packing->cancelled))
		return error_set(err, ERR_CANCELLED, "grouping was interrupted");
	return OK;
}

/* In large pages if they fit: those are made, and given back, in a fraction of the time. */
static void *large_new(size_t size)
{
	void *memory;

	if (size < LARGE_PAGE)
		return malloc(size);
	size = (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
	memory = aligned_alloc(LARGE_PAGE, size);
	if (memory)
		madvise(memory, size, MADV_HUGEPAGE); /* a wish */
	return memory;
}

enum status points_new(const struct matrix *data, struct team *team, const atomic_bool *cancelled,
		       struct points **out, struct error *err)
{
	struct points *points;
	struct packing packing = {.cancelled = cancelled, .bad_row = data->n};
	size_t d = (size_t)data->d, blocks, chunks;
	enum status status;

	if (data->n < 1 || data->d < 1)
		return error_set(err, ERR_INPUT, "there is nothing to group");
	blocks = ((size_t)data->n + BLOCK_ROWS - 1) / BLOCK_ROWS;
	chunks = ((size_t)data->n + CHUNK_ROWS - 1) / CHUNK_ROWS;
	points = calloc(1, sizeof(*points));
	packing.points = points;
	packing.sums = calloc(chunks * d, sizeof(double));
	packing.spreads = calloc(chunks, sizeof(double));
	if (points)
		*points = (struct points){
			.data = *data,
			.blocks = (int)blocks,
			.chunks = (int)chunks,
			.mean = calloc(d, sizeof(double)),
			.packed = large_new(blocks * d * BLOCK_ROWS * sizeof(float)),
			.norms = malloc(blocks * BLOCK_ROWS * sizeof(float)),
		};
	if (!points || !packing.sums || !packing.spreads || !points->mean || !points->packed ||
	    !points->norms)
		status = error_set(err, ERR_NOMEM,
				   "not enough memory to group %d rows of %d numbers", data->n,
				   data->d);
	else
		status = pack_rows(&packing, team, err);
	free(packing.sums);
	free(packing.spreads);
	if (status == OK)
		*out = points;
	else
		points_free(points);
	return status;
}

void points_free(struct points *points)
{
	if (!points)
		return;
	free(points->mean);
	free(points->packed);
	free(points->norms);
	free(points);
}

double squared_distance(const float *a, const float *b, int d)
{
	double sum[4] = {0};
	int j = 0;

	for (; j + 4 <= d; j += 4)
		for (int lane = 0; lane < 4; lane++) {
			double diff = (double)a[j + lane] - b[j + lane];

			sum[lane] += diff * diff;
		}
	for (; j < d; j++)
		sum[0] += ((double)a[j] - b[j]) * ((double)a[j] - b[j]);
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}
