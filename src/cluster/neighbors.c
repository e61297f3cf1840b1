/*
 * neighbors.c: squared distances as |a|² + |b|² - 2 a·b, four rows against sixteen at a time.
 *
 * The sixteen lie column by column, so that each has a lane of its own and nothing is summed
 * across lanes. Vector operations are what every processor does in the same order, in wide
 * registers where there are some; so the answer does not depend on the machine.
 */
#include "lookalike/cluster/neighbors.h"

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

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
	!defined(__SANITIZE_ADDRESS__)
#define FAST __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define FAST
#endif

typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));

/* The rows, and zeros up to a whole tile: as they are, and in tiles of columns. */
struct padded {
	int n, d, rows, others; /* n rounded up, each its own way */
	float *values, *norms;
	float *tiles; /* [others / TILE_OTHERS][d][TILE_OTHERS] */
};

struct search {
	const struct padded *data;
	struct neighbors *out;
	float limit2;
	int first, last; /* rows of this thread */
	const atomic_bool *cancelled;
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
	const struct padded *p = s->data;

	for (int a = 0; a < TILE_ROWS && row + a < s->last; a++) {
		for (int b = 0; b < TILE_OTHERS; b++) {
			float distance2 = p->norms[row + a] + p->norms[other + b] - 2 * dots[a][b];

			if (distance2 < s->limit2 && row + a != other + b && other + b < p->n)
				insert(s->out, row + a, other + b, distance2 > 0 ? distance2 : 0);
		}
	}
}

static void *search_run(void *arg)
{
	const struct search *s = arg;
	const struct padded *p = s->data;
	float dots[TILE_ROWS][TILE_OTHERS];

	for (int block = 0; block < p->others; block += BLOCK_OTHERS) {
		int end = block + BLOCK_OTHERS < p->others ? block + BLOCK_OTHERS : p->others;

		if (s->cancelled && atomic_load(s->cancelled))
			break;
		for (int row = s->first; row < s->last; row += TILE_ROWS) {
			for (int other = block; other < end; other += TILE_OTHERS) {
				multiply(p->values + (ptrdiff_t)row * p->d,
					 p->tiles + (ptrdiff_t)other * p->d, p->d, dots);
				take_tile(s, row, other, dots);
			}
		}
	}
	return NULL;
}

static int round_up(int n, int step)
{
	return (n + step - 1) / step * step;
}

static void pad(const struct matrix *data, struct padded *out)
{
	*out = (struct padded){
		.n = data->n,
		.d = data->d,
		.rows = round_up(data->n, TILE_ROWS),
		.others = round_up(data->n, TILE_OTHERS),
	};
	out->values = memory_new((size_t)out->rows * (size_t)out->d * sizeof(float) + 1);
	out->tiles = memory_new((size_t)out->others * (size_t)out->d * sizeof(float) + 1);
	out->norms = memory_new((size_t)out->others * sizeof(float) + 1);
	memcpy(out->values, data->values, (size_t)data->n * (size_t)data->d * sizeof(float));
	for (int i = 0; i < data->n; i++) {
		const float *from = data->values + (ptrdiff_t)i * data->d;
		float *to = out->tiles + (ptrdiff_t)(i / TILE_OTHERS) * data->d * TILE_OTHERS +
			    i % TILE_OTHERS;

		for (int v = 0; v < data->d; v++) {
			to[(ptrdiff_t)v * TILE_OTHERS] = from[v];
			out->norms[i] += from[v] * from[v];
		}
	}
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
			   struct neighbors *out, struct error *err)
{
	struct search searches[THREADS_MAX];
	struct neighbors found = {.n = data->n};
	int count = thread_count(data->n);
	struct padded padded = {0};

	pad(data, &padded);
	found.counts = memory_new((size_t)data->n * sizeof(*found.counts) + 1);
	found.items = memory_new((size_t)data->n * NEIGHBORS_MAX * sizeof(*found.items) + 1);
	for (int i = 0; i < count; i++) {
		int tiles = padded.rows / TILE_ROWS;

		searches[i] = (struct search){
			.data = &padded,
			.out = &found,
			.limit2 = limit2,
			.first = (int)((int64_t)tiles * i / count) * TILE_ROWS,
			.last = (int)((int64_t)tiles * (i + 1) / count) * TILE_ROWS,
			.cancelled = cancelled,
		};
		if (searches[i].last > data->n)
			searches[i].last = data->n;
	}
	search_all(searches, count);
	free(padded.values);
	free(padded.tiles);
	free(padded.norms);
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
