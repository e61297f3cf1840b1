/* The loops of distance.h for any processor, 4 lanes, and the choice among those there are. */
#include "distance.h"

#include <math.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#define TARGET
#define LANES     4

#define lanes     float __attribute__((vector_size(16)))
#define lanes_int int32_t __attribute__((vector_size(16)))

static inline lanes lanes_all(float x)
{
	return (lanes){x, x, x, x};
}

static inline lanes lanes_load(const float *x)
{
	lanes out;

	memcpy(&out, x, sizeof(out));
	return out;
}

static inline void lanes_store(float *out, lanes x)
{
	memcpy(out, &x, sizeof(x));
}

static inline lanes lanes_add(lanes a, lanes b)
{
	return a + b;
}

static inline lanes lanes_sub(lanes a, lanes b)
{
	return a - b;
}

static inline lanes lanes_mul(lanes a, lanes b)
{
	return a * b;
}

static inline lanes lanes_less_product(lanes sum, lanes a, lanes b)
{
	return sum - a * b;
}

static inline lanes_int lanes_int_all(int x)
{
	return (lanes_int){x, x, x, x};
}

static inline void lanes_int_store(int32_t *out, lanes_int x)
{
	memcpy(out, &x, sizeof(x));
}

/* Bits: a comparison of vectors is all ones or all zeros in each lane. */
static inline lanes_int lanes_where_less(lanes a, lanes b, lanes_int yes, lanes_int no)
{
	lanes_int less = a < b;

	return (less & yes) | (~less & no);
}

static inline lanes lanes_min(lanes a, lanes b)
{
	return (lanes)lanes_where_less(a, b, (lanes_int)a, (lanes_int)b);
}

static inline lanes lanes_max(lanes a, lanes b)
{
	return (lanes)lanes_where_less(a, b, (lanes_int)b, (lanes_int)a);
}

static inline lanes lanes_sqrt(lanes a)
{
	for (int i = 0; i < LANES; i++)
		a[i] = sqrtf(a[i]);
	return a;
}

static inline lanes lanes_gather(const float *x, const int32_t *at)
{
	return (lanes){x[at[0]], x[at[1]], x[at[2]], x[at[3]]};
}

/* Which lanes: bits. */
static inline unsigned lanes_not_positive(lanes a)
{
	unsigned bits = 0;

	for (int i = 0; i < LANES; i++)
		bits |= (unsigned)!(a[i] > 0) << i;
	return bits;
}

static inline unsigned lanes_int_differ(const int32_t *a, const int32_t *b)
{
	unsigned bits = 0;

	for (int i = 0; i < LANES; i++)
		bits |= (unsigned)(a[i] != b[i]) << i;
	return bits;
}

static inline int lanes_list(unsigned bits, int first, int *rows)
{
	int count = 0;

	for (; bits; bits &= bits - 1)
		rows[count++] = first + __builtin_ctz(bits);
	return count;
}

static inline lanes lanes_less_mean(lanes x, double mean)
{
	for (int i = 0; i < LANES; i++)
		x[i] = (float)(x[i] - mean);
	return x;
}

static inline lanes lanes_look_up(const float *x, int k, const int32_t *at)
{
	(void)k;
	return lanes_gather(x, at);
}

#include "distance_loops.h"

const struct kernels kernels_any = {"any",        block_nearest, block_squared,
				    gaps_used_up, labels_differ, rows_gather};

static _Atomic(const struct kernels *) chosen;

/* Those that this processor can run, fastest first. */
static int kernels_list(const struct kernels *list[3])
{
	int count = 0;

#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f"))
		list[count++] = &kernels_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		list[count++] = &kernels_avx2;
#endif
	list[count++] = &kernels_any;
	return count;
}

const struct kernels *kernels_get(void)
{
	const struct kernels *kernels = atomic_load(&chosen), *list[3];

	if (kernels)
		return kernels;
	kernels_list(list);
	atomic_store(&chosen, list[0]);
	return list[0];
}

int kernels_choose(int number)
{
	const struct kernels *list[3];
	int count = kernels_list(list);

	if (number < 0 || number >= count)
		return 0;
	atomic_store(&chosen, list[number]);
	return 1;
}
