/* hash_index.c: for each band the codes in order of its value; see hash_index.h. */
#include "lookalike/review/hash_index.h"

#include "lookalike/base/fast.h"
#include "lookalike/base/memory.h"

#include <stdlib.h>
#include <string.h>

#define BAND_VALUES (1 << 16)

struct hash_index {
	const struct hash_code *codes;
	int count;
	uint16_t (*bands)[HASH_BANDS]; /* of each code */
	int *order[HASH_BANDS];        /* codes by value */
	int *starts[HASH_BANDS];       /* where a value begins in order, BAND_VALUES + 1 */
	int *shared;                   /* what a query met */
	int room;
};

static inline int distance(const struct hash_code *a, const struct hash_code *b)
{
	int bits = 0;

	for (int w = 0; w < HASH_WORDS; w++)
		bits += count_ones(a->words[w] ^ b->words[w]);
	return bits;
}

int hash_distance(const struct hash_code *a, const struct hash_code *b)
{
	return distance(a, b);
}

typedef uint16_t lanes __attribute__((vector_size(HASH_BANDS * sizeof(uint16_t))));

/* All bands at once: one lane for each. */
static inline void bands_of(const struct hash_code *code, uint16_t bands[HASH_BANDS])
{
	const lanes own = {1 << 0, 1 << 1, 1 << 2,  1 << 3,  1 << 4,  1 << 5,  1 << 6,  1 << 7,
			   1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15};
	lanes out = {0};

	for (int i = 0; i < 64 * HASH_WORDS / HASH_BANDS; i++) {
		uint16_t part = (uint16_t)(code->words[i / 4] >> 16 * (i % 4));

		out |= (lanes)((own & part) != 0) & (uint16_t)(1 << i);
	}
	memcpy(bands, &out, sizeof(out));
}

unsigned hash_band(const struct hash_code *code, int band)
{
	uint16_t bands[HASH_BANDS];

	bands_of(code, bands);
	return bands[band];
}

FAST static void find_bands(struct hash_index *index)
{
	for (int i = 0; i < index->count; i++)
		bands_of(&index->codes[i], index->bands[i]);
}

/* Counting sort, which keeps the order of equal values. */
static void index_band(struct hash_index *index, int band)
{
	int *order = memory_resize(NULL, (size_t)index->count + 1, sizeof(*order));
	int *starts = memory_new((BAND_VALUES + 2) * sizeof(*starts));

	for (int i = 0; i < index->count; i++)
		starts[index->bands[i][band] + 2]++;
	for (int v = 2; v < BAND_VALUES + 2; v++)
		starts[v] += starts[v - 1];
	for (int i = 0; i < index->count; i++)
		order[starts[index->bands[i][band] + 1]++] = i;
	index->order[band] = order;
	index->starts[band] = starts;
}

struct hash_index *hash_index_new(const struct hash_code *codes, int count)
{
	struct hash_index *index = memory_new(sizeof(*index));

	index->codes = codes;
	index->count = count;
	index->bands = memory_resize(NULL, (size_t)count + 1, sizeof(*index->bands));
	find_bands(index);
	for (int band = 0; band < HASH_BANDS; band++)
		index_band(index, band);
	return index;
}

void hash_index_free(struct hash_index *index)
{
	if (!index)
		return;
	for (int band = 0; band < HASH_BANDS; band++) {
		free(index->order[band]);
		free(index->starts[band]);
	}
	free(index->bands);
	free(index->shared);
	free(index);
}

/* Those that share a band with code i, once for each of them. */
static inline int collect(struct hash_index *index, int i)
{
	int count = 0;

	for (int band = 0; band < HASH_BANDS; band++) {
		const int *start = &index->starts[band][index->bands[i][band]];
		int here = start[1] - start[0];

		if (count + here > index->room) {
			index->room = 2 * (count + here);
			index->shared = memory_resize(index->shared, (size_t)index->room,
						      sizeof(*index->shared));
		}
		for (int at = 0; at < here; at++)
			index->shared[count++] = index->order[band][start[0] + at];
	}
	return count;
}

static int compare_numbers(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/*
 * Nearly all that share a band are far apart. Their codes lie anywhere in memory: with no branch
 * between one and the next, many are on their way at a time.
 */
FAST int hash_index_near(struct hash_index *index, int i, int bits, const int **found)
{
	int shared = collect(index, i), near = 0, count = 0;

	for (int c = 0; c < shared; c++) {
		int other = index->shared[c];

		index->shared[near] = other;
		near += (distance(&index->codes[i], &index->codes[other]) <= bits) & (other != i);
	}
	if (near > 1)
		qsort(index->shared, (size_t)near, sizeof(int), compare_numbers);
	for (int c = 0; c < near; c++)
		if (!count || index->shared[count - 1] != index->shared[c])
			index->shared[count++] = index->shared[c];
	*found = index->shared;
	return count;
}
