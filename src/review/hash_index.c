/* hash_index.c: for each band the codes in order of its value; see hash_index.h. */
#include "lookalike/review/hash_index.h"

#include "lookalike/base/memory.h"

#include <stdlib.h>

#define BAND_VALUES (1 << 16)

struct hash_index {
	const struct hash_code *codes;
	int count;
	uint16_t *values[HASH_BANDS]; /* of each code */
	int *order[HASH_BANDS];       /* codes by value */
	int *starts[HASH_BANDS];      /* where a value begins in order, BAND_VALUES + 1 */
	int *met;                     /* of each code: the query that last met it */
	int *found;
	int query;
};

int hash_distance(const struct hash_code *a, const struct hash_code *b)
{
	int bits = 0;

	for (int w = 0; w < HASH_WORDS; w++)
		bits += __builtin_popcountll(a->words[w] ^ b->words[w]);
	return bits;
}

unsigned hash_band(const struct hash_code *code, int band)
{
	unsigned value = 0;

	for (int w = 0; w < HASH_WORDS; w++)
		for (int i = 0; i < 4; i++)
			value = value << 1 | (code->words[w] >> (band + 16 * i) & 1);
	return value;
}

/* Counting sort, which keeps the order of equal values. */
static void index_band(struct hash_index *index, int band)
{
	uint16_t *values = memory_resize(NULL, (size_t)index->count + 1, sizeof(*values));
	int *order = memory_resize(NULL, (size_t)index->count + 1, sizeof(*order));
	int *starts = memory_new((BAND_VALUES + 2) * sizeof(*starts));

	for (int i = 0; i < index->count; i++) {
		values[i] = (uint16_t)hash_band(&index->codes[i], band);
		starts[values[i] + 2]++;
	}
	for (int v = 2; v < BAND_VALUES + 2; v++)
		starts[v] += starts[v - 1];
	for (int i = 0; i < index->count; i++)
		order[starts[values[i] + 1]++] = i;
	index->values[band] = values;
	index->order[band] = order;
	index->starts[band] = starts;
}

struct hash_index *hash_index_new(const struct hash_code *codes, int count)
{
	struct hash_index *index = memory_new(sizeof(*index));

	index->codes = codes;
	index->count = count;
	index->met = memory_new((size_t)count * sizeof(*index->met) + 1);
	index->found = memory_resize(NULL, (size_t)count + 1, sizeof(*index->found));
	for (int band = 0; band < HASH_BANDS; band++)
		index_band(index, band);
	return index;
}

void hash_index_free(struct hash_index *index)
{
	if (!index)
		return;
	for (int band = 0; band < HASH_BANDS; band++) {
		free(index->values[band]);
		free(index->order[band]);
		free(index->starts[band]);
	}
	free(index->met);
	free(index->found);
	free(index);
}

int hash_index_candidates(struct hash_index *index, int i, const int **found)
{
	int count = 0;

	index->met[i] = ++index->query;
	for (int band = 0; band < HASH_BANDS; band++) {
		const int *start = &index->starts[band][index->values[band][i]];

		for (int at = start[0]; at < start[1]; at++) {
			int other = index->order[band][at];

			if (index->met[other] == index->query)
				continue;
			index->met[other] = index->query;
			index->found[count++] = other;
		}
	}
	*found = index->found;
	return count;
}
