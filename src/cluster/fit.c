/*
 * Lloyd's iterations from given centres.
 *
 * One bound for each row, in the manner of Hamerly (SDM 2010): by how much the second
 * nearest centre is farther than the nearest. What centres move uses it up; as long
 * as some is left the row keeps its label unseen. Rows without are looked at in whole
 * blocks when they are many, gathered in blocks of their own when they are few.
 *
 * While many labels change, centres go on a bit the way they went: heavy-ball momentum
 * (Polyak, 1964). On rows without structure that halves the iterations. The last ones
 * are Lloyd's own, so that what they end in is a fixed point of his.
 */
#include "internal.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLABS    8

#define MOMENTUM 0.6

/* Momentum as long as more than one row in so many changes its label. */
#define COASTING_CHANGES 1000

/* Rows are gathered on the stack, up to so many columns. */
#define GATHERED_COLUMNS 1024

/* Gathered if they are at most one in so many: else whole blocks take less time. */
#define GATHERED_PART 8

struct fit *fit_new(const struct points *points, int room, struct team *team,
		    const atomic_bool *cancelled)
{
	size_t n = (size_t)points->blocks * BLOCK_ROWS, d = (size_t)points->data.d;
	size_t k = (size_t)room, tiles = (k + TILE - 1) / TILE;
	struct fit *fit = calloc(1, sizeof(*fit));

	if (!fit)
		return NULL;
	*fit = (struct fit){
		.points = points,
		.team = team,
		.cancelled = cancelled,
		.room = room,
		.centers = malloc(k * d * sizeof(float)),
		.labels = malloc(n * sizeof(int32_t)),
		.settled = malloc(n * sizeof(int32_t)),
		.gaps = malloc(n * sizeof(float)),
		.speeds = malloc(k * d * sizeof(float)),
		.drops = malloc((k > LOOK_UP_ROOM ? k : LOOK_UP_ROOM) * sizeof(float)),
		.moves = malloc(k * sizeof(float)),
		.tile_values = malloc(tiles * d * TILE * sizeof(float)),
		.half_norms = malloc(tiles * TILE * sizeof(float)),
		.slabs = n / 64 >= k ? SLABS : 1,
		.changed = calloc((size_t)points->chunks, sizeof(int)),
		.changed_rows = malloc((size_t)points->chunks * CHUNK_ROWS * sizeof(int)),
		.chunk_cost = malloc((size_t)points->chunks * sizeof(double)),
	};
	fit->sums = malloc((size_t)fit->slabs * k * d * sizeof(double));
	fit->counts = malloc((size_t)fit->slabs * k * sizeof(int));
	if (!fit->centers || !fit->speeds || !fit->labels || !fit->settled || !fit->gaps ||
	    !fit->drops || !fit->moves || !fit->tile_values || !fit->half_norms || !fit->changed ||
	    !fit->changed_rows || !fit->chunk_cost || !fit->sums || !fit->counts) {
		fit_free(fit);
		return NULL;
	}
	return fit;
}

void fit_free(struct fit *fit)
{
	if (!fit)
		return;
	free(fit->centers);
	free(fit->speeds);
	free(fit->labels);
	free(fit->settled);
	free(fit->gaps);
	free(fit->drops);
	free(fit->moves);
	free(fit->tile_values);
	free(fit->half_norms);
	free(fit->changed);
	free(fit->changed_rows);
	free(fit->chunk_cost);
	free(fit->sums);
	free(fit->counts);
	free(fit);
}

void fit_begin(struct fit *fit, int k)
{
	fit->k = k;
	fit->iterations = 0;
	fit->fresh = false;
	memset(fit->counts, 0, (size_t)k * sizeof(*fit->counts));
	memset(fit->speeds, 0, (size_t)k * (size_t)fit->points->data.d * sizeof(float));
}

static void tile_centers(struct fit *fit)
{
	size_t d = (size_t)fit->points->data.d, k = (size_t)fit->k;
	double largest = 0;

	fit->tiles = (struct tiles){
		.count = (fit->k + TILE - 1) / TILE,
		.d = (int)d,
		.values = fit->tile_values,
		.half_norms = fit->half_norms,
		/* d products and as many sums, a dozen other roundings: units of 2^-24. */
		.error = (float)(d + 24) * 0x1p-24f,
	};
	for (size_t c = 0; c < (size_t)fit->tiles.count * TILE; c++) {
		float *out = fit->tile_values + c / TILE * d * TILE + c % TILE;
		double squared = 0;

		for (size_t j = 0; j < d; j++) {
			double moved = c < k ? fit->centers[c * d + j] - fit->points->mean[j] : 0;

			out[j * TILE] = (float)moved;
			squared += moved * moved;
		}
		fit->half_norms[c] = c < k ? (float)(squared / 2) : NO_CENTER;
		largest = fmax(largest, squared);
	}
	fit->tiles.max_norm = (float)(sqrt(largest) * (1 + 1e-6));
}

/* What the inner loops could not tell, in double; of equal ones the first. */
static void decide(struct fit *fit, int i)
{
	int d = fit->points->data.d;
	const float *row = fit->points->data.values + (size_t)i * (size_t)d;
	double best = INFINITY, second = INFINITY;

	for (int c = 0; c < fit->k; c++) {
		double squared = squared_distance(row, fit->centers + (size_t)c * (size_t)d, d);

		if (squared < best) {
			second = best;
			best = squared;
			fit->labels[i] = c;
		} else if (squared < second) {
			second = squared;
		}
	}
	fit->gaps[i] = fit->k == 1 ? FLT_MAX
				   : (float)(sqrt(second) * (1 - 1e-6) - sqrt(best) * (1 + 1e-6));
}

static void look_at_block(struct fit *fit, int block)
{
	const struct points *points = fit->points;
	int first = block * BLOCK_ROWS;
	uint32_t uncertain = kernels_get()->nearest(points->packed +
							    (size_t)first * (size_t)points->data.d,
						    points->norms + first, &fit->tiles,
						    fit->labels + first, fit->gaps + first);

	for (; uncertain; uncertain &= uncertain - 1) {
		int i = first + __builtin_ctz(uncertain);

		if (i < points->data.n)
			decide(fit, i);
	}
}

static void look_at_rows(struct fit *fit, int first, const int *rows, int count, float *scratch)
{
	const struct points *points = fit->points;
	const struct kernels *kernels = kernels_get();
	float norms[BLOCK_ROWS] = {0}, gaps[BLOCK_ROWS];
	int32_t labels[BLOCK_ROWS];
	uint32_t uncertain;

	for (int r = 0; r < count; r++)
		norms[r] = points->norms[first + rows[r]];
	kernels->gather(points->data.values + (size_t)first * (size_t)points->data.d, points->mean,
			points->data.d, rows, count, scratch);
	uncertain = kernels->nearest(scratch, norms, &fit->tiles, labels, gaps);
	for (int r = 0; r < count; r++) {
		fit->labels[first + rows[r]] = labels[r];
		fit->gaps[first + rows[r]] = gaps[r];
	}
	for (; uncertain; uncertain &= uncertain - 1)
		if (__builtin_ctz(uncertain) < count)
			decide(fit, first + rows[__builtin_ctz(uncertain)]);
}

/* Blocks are worked on as a whole: what is listed behind the last row is not there. */
static int drop_padding(const int *rows, int listed, int count)
{
	while (listed && rows[listed - 1] >= count)
		listed--;
	return listed;
}

static void look_at_all(struct fit *fit, int first, int end)
{
	for (int i = first; i < end && !is_cancelled(fit->cancelled); i += BLOCK_ROWS)
		look_at_block(fit, i / BLOCK_ROWS);
}

static void look_at_some(struct fit *fit, int first, const int *rows, int count)
{
	float scratch[fit->points->data.d * BLOCK_ROWS];

	for (int r = 0; r < count && !is_cancelled(fit->cancelled); r += BLOCK_ROWS)
		look_at_rows(fit, first, rows + r, count - r < BLOCK_ROWS ? count - r : BLOCK_ROWS,
			     scratch);
}

/* Which rows of a chunk have another label than before. */
static int list_changed(struct fit *fit, int first, int count)
{
	int rows[CHUNK_ROWS + LIST_MARGIN];
	int changed = kernels_get()->differ(fit->labels + first, fit->settled + first, count, rows);

	changed = drop_padding(rows, changed, count);
	for (int r = 0; r < changed; r++)
		fit->changed_rows[first + r] = first + rows[r];
	return changed;
}

static void look_at_chunk(void *context, int chunk)
{
	struct fit *fit = context;
	int rows[CHUNK_ROWS + LIST_MARGIN], first = chunk * CHUNK_ROWS;
	int count = chunk_end(fit->points, chunk) - first, used_up = count;

	if (is_cancelled(fit->cancelled))
		return;
	if (fit->iterations)
		used_up = kernels_get()->used_up(fit->gaps + first, fit->labels + first, fit->drops,
						 fit->k, count, rows);
	else
		for (int i = first; i < first + CHUNK_ROWS && i < fit->points->blocks * BLOCK_ROWS;
		     i++)
			fit->settled[i] = -1;
	if (used_up * GATHERED_PART > count || (used_up && fit->points->data.d > GATHERED_COLUMNS))
		look_at_all(fit, first, first + count);
	else if (used_up)
		look_at_some(fit, first, rows, drop_padding(rows, used_up, count));
	fit->changed[chunk] = used_up ? list_changed(fit, first, count) : 0;
}

/* What clusters will hold, from the changes. */
static void count_changes(struct fit *fit)
{
	for (int chunk = 0; chunk < fit->points->chunks && !is_cancelled(fit->cancelled); chunk++) {
		const int *rows = fit->changed_rows + chunk * CHUNK_ROWS;

		for (int r = 0; r < fit->changed[chunk]; r++) {
			int to = fit->labels[rows[r]], from = fit->settled[rows[r]];

			fit->counts[to]++;
			if (from >= 0)
				fit->counts[from]--;
		}
	}
}

static double row_squared(const struct fit *fit, int i)
{
	int d = fit->points->data.d;

	return squared_distance(fit->points->data.values + (size_t)i * (size_t)d,
				fit->centers + (size_t)fit->labels[i] * (size_t)d, d);
}

/* The row to give to a cluster that has none; ones that were given before do not count. */
static int farthest_row(const struct fit *fit)
{
	double squared = -1;
	int farthest = 0;

	for (int i = 0; i < fit->points->data.n; i++) {
		double other;

		if (i % CHUNK_ROWS == 0 && is_cancelled(fit->cancelled))
			break;
		if (fit->counts[fit->labels[i]] < 2)
			continue;
		other = row_squared(fit, i);
		if (other > squared) {
			squared = other;
			farthest = i;
		}
	}
	return farthest;
}

static void fill_empty_clusters(struct fit *fit)
{
	for (int c = 0; c < fit->k && !is_cancelled(fit->cancelled); c++) {
		int i;

		if (fit->counts[c])
			continue;
		i = farthest_row(fit);
		fit->counts[fit->labels[i]]--;
		fit->counts[c]++;
		if (fit->labels[i] == fit->settled[i]) {
			int chunk = i / CHUNK_ROWS;

			fit->changed_rows[chunk * CHUNK_ROWS + fit->changed[chunk]++] = i;
		}
		fit->labels[i] = c;
		fit->gaps[i] = 0;
	}
}

/* How many labels differ; a row that was listed can have got its old one back. */
static int count_changed(const struct fit *fit)
{
	int changed = 0;

	for (int chunk = 0; chunk < fit->points->chunks; chunk++) {
		const int *rows = fit->changed_rows + chunk * CHUNK_ROWS;

		for (int r = 0; r < fit->changed[chunk]; r++)
			changed += fit->labels[rows[r]] != fit->settled[rows[r]];
	}
	return changed;
}

/* Eight at a time, so that the compiler makes vectors of them. */
static inline void add_row(const struct points *points, int i, double sign, double *restrict sum)
{
	int d = points->data.d, j = 0;
	const float *restrict row = points->data.values + (size_t)i * (size_t)d;

	for (; j + 8 <= d; j += 8)
		for (int lane = 0; lane < 8; lane++)
			sum[j + lane] += sign * row[j + lane];
	for (; j < d; j++)
		sum[j] += sign * row[j];
}

static void sum_slab(void *context, int slab)
{
	struct fit *fit = context;
	const struct points *points = fit->points;
	size_t d = (size_t)points->data.d, size = (size_t)fit->k * d;
	double *sums = fit->sums + (size_t)slab * size;
	int chunks = points->chunks;
	int first = (int)((long)chunks * slab / fit->slabs);
	int last = (int)((long)chunks * (slab + 1) / fit->slabs);

	memset(sums, 0, size * sizeof(*sums));
	for (int chunk = first; chunk < last && !is_cancelled(fit->cancelled); chunk++)
		for (int i = chunk * CHUNK_ROWS; i < chunk_end(points, chunk); i++) {
			add_row(points, i, 1, sums + (size_t)fit->labels[i] * d);
			fit->settled[i] = fit->labels[i];
		}
}

static void sum_all(struct fit *fit)
{
	size_t size = (size_t)fit->k * (size_t)fit->points->data.d;

	team_run(fit->team, fit->slabs, sum_slab, fit);
	for (int slab = 1; slab < fit->slabs; slab++)
		for (size_t i = 0; i < size; i++)
			fit->sums[i] += fit->sums[(size_t)slab * size + i];
}

static void sum_changes(struct fit *fit)
{
	const struct points *points = fit->points;
	size_t d = (size_t)points->data.d;

	for (int chunk = 0; chunk < points->chunks && !is_cancelled(fit->cancelled); chunk++) {
		const int *rows = fit->changed_rows + chunk * CHUNK_ROWS;

		for (int r = 0; r < fit->changed[chunk]; r++) {
			int i = rows[r], from = fit->settled[i], to = fit->labels[i];

			if (from == to)
				continue;
			add_row(points, i, -1, fit->sums + (size_t)from * d);
			add_row(points, i, 1, fit->sums + (size_t)to * d);
			fit->settled[i] = to;
		}
	}
}

/* Centres to the means, and by how much that uses up the gaps. */
static void move_centers(struct fit *fit, double momentum)
{
	size_t d = (size_t)fit->points->data.d;
	float largest = 0, next = 0;
	int farthest = 0;

	for (int c = 0; c < fit->k; c++) {
		float *center = fit->centers + (size_t)c * d;
		double squared = 0;

		for (size_t j = 0; j < d; j++) {
			double mean = fit->sums[(size_t)c * d + j] / fit->counts[c];
			float moved = (float)(mean + momentum * fit->speeds[(size_t)c * d + j]);

			fit->speeds[(size_t)c * d + j] = moved - center[j];
			squared += ((double)moved - center[j]) * ((double)moved - center[j]);
			center[j] = moved;
		}
		fit->moves[c] = (float)(sqrt(squared) * (1 + 1e-6));
		if (fit->moves[c] > largest) {
			next = largest;
			largest = fit->moves[c];
			farthest = c;
		} else if (fit->moves[c] > next) {
			next = fit->moves[c];
		}
	}
	for (int c = 0; c < fit->k; c++)
		fit->drops[c] = (fit->moves[c] + (c == farthest ? next : largest)) * (1 + 1e-6f);
}

/* Labels for the centres; how many of them are not what they were; -1 when cancelled. */
static int label_rows(struct fit *fit)
{
	tile_centers(fit);
	team_run(fit->team, fit->points->chunks, look_at_chunk, fit);
	if (is_cancelled(fit->cancelled))
		return -1;
	count_changes(fit);
	fill_empty_clusters(fit);
	return count_changed(fit);
}

bool fit_run(struct fit *fit, int iterations, int calm)
{
	int n = fit->points->data.n, end = fit->iterations + iterations;

	for (; fit->iterations < end; fit->iterations++) {
		int changed = label_rows(fit);
		bool coasting = changed > n / COASTING_CHANGES && fit->iterations + 1 < end;

		if (changed < 0)
			return false;
		if (!changed && fit->fresh)
			return true;
		if (calm && changed <= calm)
			end = fit->iterations + 1;
		/* What was added and taken away often enough has lost its last digits. */
		fit->fresh = !changed || changed > n / 2;
		if (fit->fresh)
			sum_all(fit);
		else
			sum_changes(fit);
		if (is_cancelled(fit->cancelled))
			return false;
		move_centers(fit, coasting ? MOMENTUM : 0);
	}
	return true;
}

bool fit_place(struct fit *fit)
{
	size_t d = (size_t)fit->points->data.d;

	if (label_rows(fit) < 0)
		return false;
	for (int i = 0; i < fit->points->data.n; i++)
		if (fit->counts[fit->labels[i]] == 1)
			memcpy(fit->centers + (size_t)fit->labels[i] * d,
			       fit->points->data.values + (size_t)i * d, d * sizeof(float));
	return true;
}

double fit_quick_cost(const struct fit *fit)
{
	size_t d = (size_t)fit->points->data.d;
	double cost = fit->points->spread;

	for (int c = 0; c < fit->k; c++) {
		double squared = 0;

		for (size_t j = 0; j < d; j++) {
			double diff = fit->sums[(size_t)c * d + j] / fit->counts[c] -
				      fit->points->mean[j];

			squared += diff * diff;
		}
		cost -= fit->counts[c] * squared;
	}
	return cost;
}

static void cost_chunk(void *context, int chunk)
{
	struct fit *fit = context;
	double cost = 0;

	if (is_cancelled(fit->cancelled))
		return;
	for (int i = chunk * CHUNK_ROWS; i < chunk_end(fit->points, chunk); i++)
		cost += row_squared(fit, i);
	fit->chunk_cost[chunk] = cost;
}

double fit_cost(struct fit *fit)
{
	double cost = 0;

	team_run(fit->team, fit->points->chunks, cost_chunk, fit);
	for (int chunk = 0; chunk < fit->points->chunks; chunk++)
		cost += fit->chunk_cost[chunk];
	return cost;
}
