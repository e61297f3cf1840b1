/*
 * rng.h: a seeded random generator, always passed explicitly.
 *
 * xoshiro256** by Blackman and Vigna (ACM TOMS 47, 2021), seeded through
 * splitmix64. The same seed gives the same numbers on every machine.
 *
 * Threads  one struct rng per thread.
 */
#ifndef LOOKALIKE_BASE_RNG_H
#define LOOKALIKE_BASE_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state[4];
};

/* Different streams of one seed are independent for our purposes. */
void rng_seed(struct rng *rng, uint64_t seed, uint64_t stream);

uint64_t rng_next(struct rng *rng);

/* Uniform in [0, 1). */
double rng_uniform(struct rng *rng);

/* Uniform in 0 .. n-1, n > 0, without modulo bias. */
uint64_t rng_below(struct rng *rng, uint64_t n);

#endif
