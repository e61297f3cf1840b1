/*
 * distance_loops.h: the loops of distance.h in terms of lanes_*(), which the file
 * that includes this has defined for one kind of processor, with LANES and TARGET.
 */
#ifndef CLUSTER_DISTANCE_LOOPS_H
#define CLUSTER_DISTANCE_LOOPS_H

#define VECTORS 2 /* at once, so that TILE × VECTORS sums hide each other's latency */
#define STEP    (VECTORS * LANES)

_Static_assert(BLOCK_ROWS % STEP == 0, "a block is a number of steps");

struct top {
	lanes best, second;
	lanes_int label;
};

TARGET static inline void top_take(struct top *top, lanes score, int center)
{
	top->second = lanes_min(top->second, lanes_max(top->best, score));
	top->label = lanes_where_less(score, top->best, lanes_int_all(center), top->label);
	top->best = lanes_min(top->best, score);
}

/* Scores are half the squared distance less half the squared norm of the row. */
TARGET static inline void tile_scores(const float *rows, const struct tiles *tiles, int tile,
				      struct top top[VECTORS])
{
	const float *center = tiles->values + (size_t)tile * (size_t)tiles->d * TILE;
	const float *half_norms = tiles->half_norms + (size_t)tile * TILE;
	lanes score[TILE][VECTORS];

#pragma GCC unroll 4
	for (int c = 0; c < TILE; c++)
#pragma GCC unroll 4
		for (int v = 0; v < VECTORS; v++)
			score[c][v] = lanes_all(half_norms[c]);
	for (int j = 0; j < tiles->d; j++, rows += BLOCK_ROWS, center += TILE) {
		lanes x[VECTORS];

#pragma GCC unroll 4
		for (int v = 0; v < VECTORS; v++)
			x[v] = lanes_load(rows + v * LANES);
#pragma GCC unroll 4
		for (int c = 0; c < TILE; c++) {
			lanes y = lanes_all(center[c]);

#pragma GCC unroll 4
			for (int v = 0; v < VECTORS; v++)
				score[c][v] = lanes_less_product(score[c][v], x[v], y);
		}
	}
#pragma GCC unroll 4
	for (int c = 0; c < TILE; c++)
#pragma GCC unroll 4
		for (int v = 0; v < VECTORS; v++)
			top_take(&top[v], score[c][v], tile * TILE + c);
}

/* Roundings of what is done here are in the error as well; see tiles_error(). */
TARGET static inline lanes certain_gap(const struct top *top, lanes norm, const struct tiles *tiles)
{
	lanes reach = lanes_add(norm, lanes_all(tiles->max_norm));
	lanes error = lanes_mul(lanes_mul(reach, reach), lanes_all(tiles->error));
	lanes squared = lanes_mul(norm, norm), zero = lanes_all(0);
	lanes near = lanes_add(lanes_add(lanes_add(top->best, top->best), squared), error);
	lanes far = lanes_sub(lanes_add(lanes_add(top->second, top->second), squared), error);

	near = lanes_mul(lanes_sqrt(lanes_max(near, zero)), lanes_all(1 + 4e-7f));
	far = lanes_mul(lanes_sqrt(lanes_max(far, zero)), lanes_all(1 - 4e-7f));
	return lanes_sub(far, near);
}

TARGET static uint32_t block_nearest(const float *block, const float *norms,
				     const struct tiles *tiles, int32_t *labels, float *gaps)
{
	uint32_t uncertain = 0;

	for (int first = 0; first < BLOCK_ROWS; first += STEP) {
		struct top top[VECTORS];

#pragma GCC unroll 4
		for (int v = 0; v < VECTORS; v++) {
			top[v].best = top[v].second = lanes_all(NO_CENTER);
			top[v].label = lanes_int_all(0);
		}
		for (int tile = 0; tile < tiles->count; tile++)
			tile_scores(block + first, tiles, tile, top);
#pragma GCC unroll 4
		for (int v = 0; v < VECTORS; v++) {
			int at = first + v * LANES;
			lanes gap = certain_gap(&top[v], lanes_load(norms + at), tiles);

			lanes_int_store(labels + at, top[v].label);
			lanes_store(gaps + at, gap);
			uncertain |= lanes_not_positive(gap) << at;
		}
	}
	return uncertain;
}

TARGET static void block_squared(const float *block, const float *point, int d, float *out)
{
	for (int first = 0; first < BLOCK_ROWS; first += STEP) {
		lanes sum[VECTORS];

#pragma GCC unroll 4
		for (int v = 0; v < VECTORS; v++)
			sum[v] = lanes_all(0);
		for (int j = 0; j < d; j++) {
#pragma GCC unroll 4
			for (int v = 0; v < VECTORS; v++) {
				const float *x = block + j * BLOCK_ROWS + first + v * LANES;
				lanes diff = lanes_sub(lanes_load(x), lanes_all(point[j]));

				sum[v] = lanes_add(sum[v], lanes_mul(diff, diff));
			}
		}
#pragma GCC unroll 4
		for (int v = 0; v < VECTORS; v++)
			lanes_store(out + first + v * LANES, sum[v]);
	}
}

/* The first factor covers the rounding of this subtraction and of those before it. */
TARGET static int gaps_used_up(float *gaps, const int32_t *labels, const float *drops, int k,
			       int count, int *rows)
{
	int listed = 0;

	for (int i = 0; i < count; i += LANES) {
		lanes gap = lanes_mul(lanes_load(gaps + i), lanes_all(1 - 0x1p-22f));

		gap = lanes_sub(gap, lanes_look_up(drops, k, labels + i));
		lanes_store(gaps + i, gap);
		listed += lanes_list(lanes_not_positive(gap), i, rows + listed);
	}
	return listed;
}

TARGET static int labels_differ(const int32_t *a, const int32_t *b, int count, int *rows)
{
	int listed = 0;

	for (int i = 0; i < count; i += LANES)
		listed += lanes_list(lanes_int_differ(a + i, b + i), i, rows + listed);
	return listed;
}

TARGET static void rows_gather(const float *values, const double *mean, int d, const int *rows,
			       int count, float *block)
{
	int32_t at[BLOCK_ROWS];

	for (int r = 0; r < BLOCK_ROWS; r++)
		at[r] = rows[r < count ? r : 0] * d;
	for (int first = 0; first < count; first += LANES)
		for (int j = 0; j < d; j++) {
			lanes x = lanes_gather(values + j, at + first);

			lanes_store(block + (size_t)j * BLOCK_ROWS + first,
				    lanes_less_mean(x, mean[j]));
		}
}

#endif
