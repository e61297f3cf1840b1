/* The loops of distance.h for x86-64 with AVX-512: 16 lanes. */
#include "distance.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <stddef.h>

#define TARGET    __attribute__((target("avx512f")))
#define LANES     16

#define lanes     __m512
#define lanes_int __m512i

TARGET static inline lanes lanes_all(float x)
{
	return _mm512_set1_ps(x);
}

TARGET static inline lanes lanes_load(const float *x)
{
	return _mm512_loadu_ps(x);
}

TARGET static inline void lanes_store(float *out, lanes x)
{
	_mm512_storeu_ps(out, x);
}

TARGET static inline lanes lanes_add(lanes a, lanes b)
{
	return _mm512_add_ps(a, b);
}

TARGET static inline lanes lanes_sub(lanes a, lanes b)
{
	return _mm512_sub_ps(a, b);
}

TARGET static inline lanes lanes_mul(lanes a, lanes b)
{
	return _mm512_mul_ps(a, b);
}

TARGET static inline lanes lanes_less_product(lanes sum, lanes a, lanes b)
{
	return _mm512_fnmadd_ps(a, b, sum);
}

TARGET static inline lanes lanes_min(lanes a, lanes b)
{
	return _mm512_min_ps(a, b);
}

TARGET static inline lanes lanes_max(lanes a, lanes b)
{
	return _mm512_max_ps(a, b);
}

TARGET static inline lanes lanes_sqrt(lanes a)
{
	return _mm512_sqrt_ps(a);
}

TARGET static inline lanes_int lanes_int_all(int x)
{
	return _mm512_set1_epi32(x);
}

TARGET static inline void lanes_int_store(int32_t *out, lanes_int x)
{
	_mm512_storeu_si512(out, x);
}

TARGET static inline lanes_int lanes_where_less(lanes a, lanes b, lanes_int yes, lanes_int no)
{
	return _mm512_mask_blend_epi32(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes);
}

#include "distance_loops.h"

const struct kernels kernels_avx512 = {"avx512", block_nearest, block_squared};

#endif
