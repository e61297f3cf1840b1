/*
 * internal.h: what the files of the k-means engine share.
 *
 * points.c  the rows as the inner loops want them
 * seed.c    where to start
 * fit.c     from a start to a local optimum
 *
 * Work on rows is cut in chunks of CHUNK_ROWS, whoever does them; sums are made by
 * chunk or by slab and added in order. So answers do not depend on the threads.
 */
#ifndef CLUSTER_INTERNAL_H
#define CLUSTER_INTERNAL_H

#include "distance.h"
#include "team.h"

#include "lookalike/base/rng.h"
#include "lookalike/cluster/kmeans.h"

#include <stdbool.h>
#include <stddef.h>

#define CHUNK_ROWS     1024
#define ITERATIONS_MAX 300

/* From so many numbers in the rows on, threads share one fit: else each does its own. */
#define LARGE (1 << 22)

/* Up to here starts are cheap, and a race among them tells little. */
#define FEW_CLUSTERS 8

struct points {
	struct matrix data;
	int blocks, chunks;
	double *mean;  /* d */
	float *packed; /* blocks × d × BLOCK_ROWS, less the mean; zeros behind the last row */
	float *norms;  /* blocks × BLOCK_ROWS, rounded up */
	double spread; /* sum of squared distances to the mean */
};

/* Checks the rows as kmeans_run() does. The values stay the caller's. */
enum status points_new(const struct matrix *data, struct team *team, const atomic_bool *cancelled,
		       struct points **out, struct error *err);
void points_free(struct points *points);

/* In double, added in one order whatever the processor: what decides. */
double squared_distance(const float *a, const float *b, int d);

static inline bool is_cancelled(const atomic_bool *cancelled)
{
	return cancelled && atomic_load_explicit(cancelled, memory_order_relaxed);
}

static inline bool is_large(const struct points *points)
{
	return (long)points->data.n * points->data.d >= LARGE;
}

static inline int chunk_end(const struct points *points, int chunk)
{
	int left = points->data.n - chunk * CHUNK_ROWS;

	return chunk * CHUNK_ROWS + (left < CHUNK_ROWS ? left : CHUNK_ROWS);
}

/* Rows to start from, beside centres there are, by greedy k-means++. */
struct seeds {
	const float *centers; /* center_count × d, or NULL */
	int center_count;
	int tries; /* how many are drawn for each that is taken: at most SEED_TRIES_MAX */
	int count;
	int *rows; /* count; as many of the first as one likes are seeds as well */
	struct rng rng;
};

#define SEED_TRIES_MAX 16

/* 2 + ln k, as scikit-learn does. */
int seed_tries(int k);

/* So many of them. ERR_NOMEM or ERR_CANCELLED. */
enum status seed_rows(const struct points *points, struct team *team, struct seeds *seeds,
		      int count, const atomic_bool *cancelled, struct error *err);

struct fit {
	const struct points *points;
	struct team *team; /* or NULL */
	const atomic_bool *cancelled;
	int k, room; /* number of centres: now and at most */
	int iterations;
	float *centers;   /* k × d */
	float *speeds;    /* k × d: by how much centres moved last */
	int32_t *labels;  /* padded to blocks, as the next two */
	int32_t *settled; /* the labels that sums are made of; -1 before the first iteration */
	float *gaps;      /* how much farther the second nearest centre is, at least */
	float *drops;     /* k: by how much gaps shrink since centres moved */
	float *moves;     /* k */
	float *tile_values, *half_norms;
	struct tiles tiles;
	int slabs;
	double *sums;      /* slabs × k × d; the first is the whole */
	int *counts;       /* slabs × k */
	int *changed;      /* by chunk: rows whose label is not settled, listed in */
	int *changed_rows; /* chunks × CHUNK_ROWS */
	double *chunk_cost;
	bool fresh; /* sums were made from all rows, not from changes */
};

struct fit *fit_new(const struct points *points, int room, struct team *team,
		    const atomic_bool *cancelled);
void fit_free(struct fit *fit);

/* From centres that were written to fit->centers. */
void fit_begin(struct fit *fit, int k);

/* So many iterations, fewer if no more than calm labels change; false when cancelled. */
bool fit_run(struct fit *fit, int iterations, int calm);

/* Labels for the centres as they are; only one of a single row moves to it. */
bool fit_place(struct fit *fit);

/* Sum of squared distances: from sums, fast; from the rows. */
double fit_quick_cost(const struct fit *fit);
double fit_cost(struct fit *fit);

/* What was found for one k. labels and centres as kmeans_run() hands them out. */
struct answer {
	double cost;
	int32_t *labels;
	float *centers;
};

void answer_free(struct answer *answer);

/* Where the search for one k starts: count × k × d centres. */
struct starts {
	int k, count;
	float *centers;
};

struct search {
	const struct points *points;
	struct team *team;
	const atomic_bool *cancelled;
};

/*
 * The best that is found from the starts. They race: after a few iterations only the better
 * ones go on. With early set nobody goes on after the race. ERR_NOMEM or ERR_CANCELLED.
 */
enum status search_run(const struct search *search, struct starts *starts, bool early,
		       struct answer **out, struct error *err);

/* The first of the starts as it is: rows go to their nearest centres, which stay. */
enum status search_still(const struct search *search, struct starts *starts, struct answer **out,
			 struct error *err);

#endif
