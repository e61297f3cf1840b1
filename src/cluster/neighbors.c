/*
 * neighbors.c: squared distances as |a|² + |b|² - 2 a·b, four rows against sixteen at a time.
 *
 * The sixteen lie column by column, so that each has a lane of its own and nothing is summed
 * across lanes. Vector operations are what every processor does in the same order, in wide
 * registers where there are some; so the answer does not depend on the machine.
 */
#include "lookalike/cluster/neighbors.h"

#include "lookalike/base/fast.h"
#include "lookalike/base/memory.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LANES        8
#define TILE_ROWS    4
#define TILE_OTHERS  (2 * LANES)
#define BLOCK_OTHERS 64 /* in the first cache while rows go past */
#define THREADS_MAX  8
#define ROWS_FOR_TWO 512 /* fewer are not worth a second thread */

typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));

struct search {
	const struct matrix *data;
	const float *norms; /* squared, of each row */
	struct neighbors *out;
	float limit2;
	int first, last; /* rows of this thread */
	const atomic_bool *cancelled;
	atomic_int *done; /* of one thread, or NULL: all have as much to do */
};

/* dots[a][b] of TILE_ROWS rows with TILE_OTHERS others. */
FAST static void multiply(const float *rows, const float *tile, int d,
			  float dots[TILE_ROWS][TILE_OTHERS])
{
	lanes sums[TILE_ROWS][2] = {0};
	const lanes zero = {0};

	for (int i = 0; i < d; i++, tile += TILE_OTHERS) {
		lanes low = *(const lanes *)tile, high = *(const lanes *)(tile + LANES);

#pragma GCC unroll 4
		for (int a = 0; a < TILE_ROWS; a++) {
			lanes value = rows[(ptrdiff_t)a * d + i] - zero;

			sums[a][0] += value * low;
			sums[a][1] += value * high;
		}
	}
	memcpy(dots, sums, sizeof(sums));
}

static void insert(struct neighbors *out, int row, int other, float distance2)
{
	struct neighbor *items = out->items + (ptrdiff_t)row * NEIGHBORS_MAX;
	int at = out->counts[row];

	/* Others come in order, so that of equal ones the first stays before. */
	if (at == NEIGHBORS_MAX && !(distance2 < items[at - 1].distance2))
		return;
	if (at < NEIGHBORS_MAX)
		out->counts[row]++;
	else
		at--;
	for (; at > 0 && distance2 < items[at - 1].distance2; at--)
		items[at] = items[at - 1];
	items[at] = (struct neighbor){other, distance2};
}

static void take_tile(const struct search *s, int row, int other,
		      float dots[TILE_ROWS][TILE_OTHERS])
{
	int n = s->data->n;

	for (int a = 0; a < TILE_ROWS && row + a < s->last; a++) {
		for (int b = 0; b < TILE_OTHERS && other + b < n; b++) {
			float distance2 = s->norms[row + a] + s->norms[other + b] - 2 * dots[a][b];

			if (distance2 < s->limit2 && row + a != other + b)
				insert(s->out, row + a, other + b, distance2 > 0 ? distance2 : 0);
		}
	}
}

/* Rows from other on, in tiles of columns: [BLOCK_OTHERS / TILE_OTHERS][d][TILE_OTHERS]. */
static void turn_block(const struct matrix *data, int other, float *tiles)
{
	int count = data->n - other < BLOCK_OTHERS ? data->n - other : BLOCK_OTHERS;

	for (int i = 0; i < count; i++) {
		const float *from = data->values + (ptrdiff_t)(other + i) * data->d;
		float *to = tiles + (ptrdiff_t)(i / TILE_OTHERS) * data->d * TILE_OTHERS +
			    i % TILE_OTHERS;

		for (int v = 0; v < data->d; v++)
			to[(ptrdiff_t)v * TILE_OTHERS] = from[v];
	}
}

/* The last rows of the data, with zeros up to a whole tile. */
static float *copy_tail(const struct matrix *data)
{
	int first = data->n / TILE_ROWS * TILE_ROWS;
	float *tail = memory_new((size_t)TILE_ROWS * (size_t)data->d * sizeof(*tail) + 1);

	memcpy(tail, data->values + (ptrdiff_t)first * data->d,
	       (size_t)(data->n - first) * (size_t)data->d * sizeof(*tail));
	return tail;
}

static void *search_run(void *arg)
{
	const struct search *s = arg;
	int n = s->data->n, d = s->data->d;
	float *tiles = memory_new((size_t)BLOCK_OTHERS * (size_t)d * sizeof(*tiles) + 1);
	float *tail = copy_tail(s->data), dots[TILE_ROWS][TILE_OTHERS];

	for (int block = 0; block < n; block += BLOCK_OTHERS) {
		if (s->cancelled && atomic_load(s->cancelled))
			break;
		if (s->done)
			atomic_store(s->done, block);
		turn_block(s->data, block, tiles);
		for (int row = s->first; row < s->last; row += TILE_ROWS) {
			const float *rows = row + TILE_ROWS <= n
						    ? s->data->values + (ptrdiff_t)row * d
						    : tail;

			for (int other = 0; other < BLOCK_OTHERS && block + other < n;
			     other += TILE_OTHERS) {
				multiply(rows, tiles + (ptrdiff_t)other * d, d, dots);
				take_tile(s, row, block + other, dots);
			}
		}
	}
	free(tiles);
	free(tail);
	return NULL;
}

/* The order of the sums is part of the answer. */
static float *squared_norms(const struct matrix *data)
{
	float *norms = memory_new((size_t)data->n * sizeof(*norms) + 1);

	for (int i = 0; i < data->n; i++) {
		const float *row = data->values + (ptrdiff_t)i * data->d;

		for (int v = 0; v < data->d; v++)
			norms[i] += row[v] * row[v];
	}
	return norms;
}

static int thread_count(int n)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (n < ROWS_FOR_TWO || processors < 1)
		return 1;
	return processors > THREADS_MAX ? THREADS_MAX : (int)processors;
}

static void search_all(struct search *searches, int count)
{
	pthread_t threads[THREADS_MAX];
	bool started[THREADS_MAX] = {0};

	for (int i = 1; i < count; i++)
		started[i] = pthread_create(&threads[i], NULL, search_run, &searches[i]) == 0;
	search_run(&searches[0]);
	for (int i = 1; i < count; i++) {
		if (started[i])
			pthread_join(threads[i], NULL);
		else
			search_run(&searches[i]);
	}
}

enum status neighbors_find(const struct matrix *data, float limit2, const atomic_bool *cancelled,
			   atomic_int *done, struct neighbors *out, struct error *err)
{
	struct search searches[THREADS_MAX];
	struct neighbors found = {.n = data->n};
	int count = thread_count(data->n);
	int tiles = (data->n + TILE_ROWS - 1) / TILE_ROWS;
	float *norms = squared_norms(data);

	found.counts = memory_new((size_t)data->n * sizeof(*found.counts) + 1);
	found.items = memory_new((size_t)data->n * NEIGHBORS_MAX * sizeof(*found.items) + 1);
	for (int i = 0; i < count; i++) {
		searches[i] = (struct search){
			.data = data,
			.norms = norms,
			.out = &found,
			.limit2 = limit2,
			.first = (int)((int64_t)tiles * i / count) * TILE_ROWS,
			.last = (int)((int64_t)tiles * (i + 1) / count) * TILE_ROWS,
			.cancelled = cancelled,
			.done = i ? NULL : done,
		};
		if (searches[i].last > data->n)
			searches[i].last = data->n;
	}
	search_all(searches, count);
	free(norms);
	if (cancelled && atomic_load(cancelled)) {
		neighbors_done(&found);
		return error_set(err, ERR_CANCELLED, "cancelled");
	}
	*out = found;
	return OK;
}

void neighbors_done(struct neighbors *neighbors)
{
	free(neighbors->counts);
	free(neighbors->items);
	memset(neighbors, 0, sizeof(*neighbors));
}
