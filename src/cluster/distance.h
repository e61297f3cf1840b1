/*
 * distance.h: the inner loops of k-means, made for several kinds of processor.
 *
 * Rows come in blocks of BLOCK_ROWS, column after column, so that a SIMD lane is a
 * row whatever the number of columns; centres come in tiles of TILE, also column
 * after column. nearest() is fast and inexact: what is too close to call it leaves
 * to the caller, who decides in double. So labels are the same on every processor,
 * though roundings differ. squared() rounds alike everywhere by itself: no fused
 * multiply-add, one order of adding.
 */
#ifndef CLUSTER_DISTANCE_H
#define CLUSTER_DISTANCE_H

#include <stdint.h>

#define BLOCK_ROWS 32
#define TILE       4

/* Half the squared norm of a centre that is not there, to fill the last tile. */
#define NO_CENTER 1e38f

/* Rows and centres are moved so that the mean of the rows is 0. */
struct tiles {
	int count, d;
	const float *values;     /* count × d × TILE */
	const float *half_norms; /* count × TILE: half the squared norm of each centre */
	float max_norm;          /* not less than any centre's */
	float error;             /* of scores, for (max_norm + norm of the row)² = 1 */
};

struct kernels {
	const char *name;

	/*
	 * The nearest centre of each row of a block, given the rows' norms. A gap is how much
	 * farther than the nearest the second nearest is for certain; 0 and less: not certain.
	 * Returns which rows are not certain: bits.
	 */
	uint32_t (*nearest)(const float *block, const float *norms, const struct tiles *tiles,
			    int32_t *labels, float *gaps);

	/* Squared distance of each row of a block to a point. */
	void (*squared)(const float *block, const float *point, int d, float *out);

	/*
	 * Take from gaps what moved centres use up, by label, and list where nothing is left (of
	 * drops the first LOOK_UP_ROOM can be read, however many they are); list where a and b
	 * differ. Both return the number listed, in order; they work on whole
	 * blocks, and rows has room for LIST_MARGIN more than there are.
	 */
	int (*used_up)(float *gaps, const int32_t *labels, const float *drops, int k, int count,
		       int *rows);
	int (*differ)(const int32_t *a, const int32_t *b, int count, int *rows);

	/* A block of at most BLOCK_ROWS listed rows, less the mean; the rest holds anything. */
	void (*gather)(const float *values, const double *mean, int d, const int *rows, int count,
		       float *block);
};

#define LIST_MARGIN  16
#define LOOK_UP_ROOM 32

/* The fastest that this processor can run, unless one was chosen. */
const struct kernels *kernels_get(void);

/* For tests: choose by number, the fastest is 0; false if there are not so many. */
int kernels_choose(int number);

extern const struct kernels kernels_any;
#ifdef __x86_64__
extern const struct kernels kernels_avx2, kernels_avx512;
#endif

#endif
