/*
 * Greedy k-means++: each next row is the best of a few that are drawn in proportion to
 * their squared distance from those there are (Arthur and Vassilvitskii, SODA 2007,
 * who name the greedy variant; 2 + ln k are drawn, as scikit-learn does).
 */
#include "internal.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct seeding {
	const struct points *points;
	const atomic_bool *cancelled;
	float *nearest;  /* squared distance to the nearest of the rows taken */
	double *totals;  /* by chunk: of nearest */
	float *drawn;    /* SEED_TRIES_MAX × d */
	double *costs;   /* by chunk and drawn row: the total if it were taken */
	int drawn_count; /* 1: take it */
};

/* Lanes are added like floats, and all lanes in order: alike on every processor. */
static double add_lanes(const float *lanes)
{
	double sum = 0;

	for (int i = 0; i < BLOCK_ROWS; i++)
		sum += lanes[i];
	return sum;
}

static void try_chunk(void *context, int chunk)
{
	struct seeding *seeding = context;
	const struct points *points = seeding->points;
	const struct kernels *kernels = kernels_get();
	size_t d = (size_t)points->data.d;
	int blocks = (chunk_end(points, chunk) - chunk * CHUNK_ROWS + BLOCK_ROWS - 1) / BLOCK_ROWS;
	float lanes[SEED_TRIES_MAX][BLOCK_ROWS] = {{0}}, squared[BLOCK_ROWS];

	if (is_cancelled(seeding->cancelled))
		return;
	for (int b = 0; b < blocks; b++) {
		size_t first = (size_t)chunk * CHUNK_ROWS + (size_t)b * BLOCK_ROWS;
		float *restrict nearest = seeding->nearest + first;

		for (int r = 0; r < seeding->drawn_count; r++) {
			kernels->squared(points->packed + first * d, seeding->drawn + (size_t)r * d,
					 (int)d, squared);
			for (int i = 0; i < BLOCK_ROWS; i++)
				squared[i] = squared[i] < nearest[i] ? squared[i] : nearest[i];
			for (int i = 0; i < BLOCK_ROWS; i++)
				lanes[r][i] += squared[i];
			if (seeding->drawn_count == 1)
				memcpy(nearest, squared, sizeof(squared));
		}
	}
	for (int r = 0; r < seeding->drawn_count; r++)
		seeding->costs[(size_t)chunk * SEED_TRIES_MAX + (size_t)r] = add_lanes(lanes[r]);
}

/* A row drawn in proportion to its squared distance. */
static int draw_row(const struct seeding *seeding, double total, struct rng *rng)
{
	const struct points *points = seeding->points;
	int drawn = 0;
	double target;

	if (!(total > 0)) /* every row is taken already */
		return (int)rng_below(rng, (uint64_t)points->data.n);
	target = rng_uniform(rng) * total;
	for (int chunk = 0; chunk < points->chunks; chunk++) {
		if (!(seeding->totals[chunk] > 0))
			continue;
		drawn = chunk * CHUNK_ROWS;
		if (target >= seeding->totals[chunk] && chunk + 1 < points->chunks) {
			target -= seeding->totals[chunk];
			continue;
		}
		for (int i = drawn; i < chunk_end(points, chunk); i++) {
			if (!(seeding->nearest[i] > 0))
				continue;
			drawn = i;
			target -= seeding->nearest[i];
			if (target < 0)
				break;
		}
		break;
	}
	return drawn;
}

static void copy_row(const struct seeding *seeding, int i, float *out)
{
	const struct points *points = seeding->points;
	size_t d = (size_t)points->data.d;
	const float *in = points->packed + (size_t)(i / BLOCK_ROWS) * BLOCK_ROWS * d +
			  i % BLOCK_ROWS;

	for (size_t j = 0; j < d; j++)
		out[j] = in[j * BLOCK_ROWS];
}

/* What is best of the points in seeding->drawn, and the total if that were taken. */
static double try_drawn(struct seeding *seeding, struct team *team, int count, int *best)
{
	double least = INFINITY;

	seeding->drawn_count = count;
	team_run(team, seeding->points->chunks, try_chunk, seeding);
	for (int r = 0; r < count; r++) {
		double cost = 0;

		for (int chunk = 0; chunk < seeding->points->chunks; chunk++)
			cost += seeding->costs[(size_t)chunk * SEED_TRIES_MAX + (size_t)r];
		if (cost < least) {
			least = cost;
			*best = r;
		}
	}
	return least;
}

/* Take the point in seeding->drawn. */
static double take_drawn(struct seeding *seeding, struct team *team)
{
	int best;
	double total = try_drawn(seeding, team, 1, &best);

	for (int chunk = 0; chunk < seeding->points->chunks; chunk++)
		seeding->totals[chunk] = seeding->costs[(size_t)chunk * SEED_TRIES_MAX];
	return total;
}

static void take_centers(struct seeding *seeding, struct team *team, const float *centers,
			 int count, double *total)
{
	const struct points *points = seeding->points;
	size_t d = (size_t)points->data.d;

	for (int c = 0; c < count && !is_cancelled(seeding->cancelled); c++) {
		for (size_t j = 0; j < d; j++)
			seeding->drawn[j] = (float)(centers[(size_t)c * d + j] - points->mean[j]);
		*total = take_drawn(seeding, team);
	}
}

static void take_rows(struct seeding *seeding, struct team *team, struct seeds *seeds)
{
	const struct points *points = seeding->points;
	size_t d = (size_t)points->data.d;
	double total = 0;

	for (int i = 0; i < points->blocks * BLOCK_ROWS; i++) {
		if (i % CHUNK_ROWS == 0 && is_cancelled(seeding->cancelled))
			return;
		seeding->nearest[i] = i < points->data.n ? FLT_MAX : 0;
	}
	take_centers(seeding, team, seeds->centers, seeds->center_count, &total);
	for (int s = 0; s < seeds->count && !is_cancelled(seeding->cancelled); s++) {
		bool first = s == 0 && !seeds->center_count;
		int drawn[SEED_TRIES_MAX], best = 0, tries = first ? 1 : seeds->tries;

		for (int r = 0; r < tries; r++) {
			drawn[r] = first ? (int)rng_below(&seeds->rng, (uint64_t)points->data.n)
					 : draw_row(seeding, total, &seeds->rng);
			copy_row(seeding, drawn[r], seeding->drawn + (size_t)r * d);
		}
		if (tries > 1)
			try_drawn(seeding, team, tries, &best);
		seeds->rows[s] = drawn[best];
		copy_row(seeding, drawn[best], seeding->drawn);
		total = take_drawn(seeding, team);
	}
}

int seed_tries(int k)
{
	int tries = 2 + (int)log(k);

	return tries < SEED_TRIES_MAX ? tries : SEED_TRIES_MAX;
}

static bool seed_one(const struct points *points, struct team *team, struct seeds *seeds,
		     const atomic_bool *cancelled)
{
	size_t chunks = (size_t)points->chunks;
	struct seeding seeding = {
		.points = points,
		.cancelled = cancelled,
		.nearest = malloc((size_t)points->blocks * BLOCK_ROWS * sizeof(float)),
		.totals = malloc(chunks * sizeof(double)),
		.drawn = malloc(SEED_TRIES_MAX * (size_t)points->data.d * sizeof(float)),
		.costs = calloc(chunks * SEED_TRIES_MAX, sizeof(double)),
	};
	bool room = seeding.nearest && seeding.totals && seeding.drawn && seeding.costs;

	if (room)
		take_rows(&seeding, team, seeds);
	free(seeding.nearest);
	free(seeding.totals);
	free(seeding.drawn);
	free(seeding.costs);
	return room;
}

struct seed_job {
	const struct points *points;
	struct team *team; /* of each */
	struct seeds *seeds;
	const atomic_bool *cancelled;
	atomic_bool out_of_memory;
};

static void seed_part(void *context, int i)
{
	struct seed_job *job = context;

	if (!is_cancelled(job->cancelled) &&
	    !seed_one(job->points, job->team, &job->seeds[i], job->cancelled))
		atomic_store(&job->out_of_memory, true);
}

enum status seed_rows(const struct points *points, struct team *team, struct seeds *seeds,
		      int count, const atomic_bool *cancelled, struct error *err)
{
	bool large = is_large(points);
	struct seed_job job = {
		.points = points,
		.team = large ? team : NULL,
		.seeds = seeds,
		.cancelled = cancelled,
	};

	team_run(large ? NULL : team, count, seed_part, &job);
	if (atomic_load(&job.out_of_memory))
		return error_set(err, ERR_NOMEM, "not enough memory for %d groups",
				 seeds->center_count + seeds->count);
	if (is_cancelled(cancelled))
		return error_set(err, ERR_CANCELLED, "grouping was interrupted");
	return OK;
}
