/*
 * hash_index.h: codes of 256 bits, found again by those that differ in a few of them.
 *
 * A code is cut into 16 bands of 16 bits. Of two codes that differ in at most 15 bits one band is
 * the same (there are more bands than differences), so all such pairs are found by looking at the
 * codes that share a band: Norouzi, Punjani and Fleet, "Fast Exact Search in Hamming Space with
 * Multi-Index Hashing", 2014. Codes of pictures that have nothing in common share one by chance
 * once in 4,096 pairs.
 *
 * Owns     hash_index_new()/hash_index_free(); the codes stay the caller's.
 * Threads  one per index.
 * Errors   none: no memory ends the program.
 */
#ifndef LOOKALIKE_REVIEW_HASH_INDEX_H
#define LOOKALIKE_REVIEW_HASH_INDEX_H

#include <stdint.h>

#define HASH_WORDS    4
#define HASH_BANDS    16
#define HASH_NEAR_MAX (HASH_BANDS - 1) /* bits */

struct hash_code {
	uint64_t words[HASH_WORDS];
};

struct hash_index;

struct hash_index *hash_index_new(const struct hash_code *codes, int count);
void hash_index_free(struct hash_index *index);

/*
 * The codes that differ from code i in at most so many bits and share a band with it, each once,
 * not i itself: all of those with at most HASH_NEAR_MAX bits. *found lives until the next.
 */
int hash_index_near(struct hash_index *index, int i, int bits, const int **found);

/* In how many bits two codes differ. */
int hash_distance(const struct hash_code *a, const struct hash_code *b);

/* Band b takes bits b, b + 16, b + 32 ...: neighbours in a code often change together. */
unsigned hash_band(const struct hash_code *code, int band);

#endif
