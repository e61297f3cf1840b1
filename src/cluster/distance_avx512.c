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

TARGET static inline lanes lanes_gather(const float *x, const int32_t *at)
{
	return _mm512_i32gather_ps(_mm512_loadu_si512(at), x, 4);
}

TARGET static inline unsigned lanes_not_positive(lanes a)
{
	return _mm512_cmp_ps_mask(a, lanes_all(0), _CMP_NGT_UQ);
}

TARGET static inline unsigned lanes_int_differ(const int32_t *a, const int32_t *b)
{
	return _mm512_cmpneq_epi32_mask(_mm512_loadu_si512(a), _mm512_loadu_si512(b));
}

/* Compressed in a register: straight to memory is slow on some processors. */
TARGET static inline int lanes_list(unsigned bits, int first, int *rows)
{
	const lanes_int count_up = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
						     14, 15);
	lanes_int at = _mm512_add_epi32(count_up, lanes_int_all(first));

	_mm512_storeu_si512(rows, _mm512_maskz_compress_epi32((__mmask16)bits, at));
	return __builtin_popcount(bits);
}

/* In double, as the packed rows are made. */
TARGET static inline lanes lanes_less_mean(lanes x, double mean)
{
	__m512d means = _mm512_set1_pd(mean);
	__m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256(x));
	__m512d high = _mm512_cvtps_pd(
		_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(x), 1)));
	__m256 low_less = _mm512_cvtpd_ps(_mm512_sub_pd(low, means));
	__m256 high_less = _mm512_cvtpd_ps(_mm512_sub_pd(high, means));

	return _mm512_castpd_ps(
		_mm512_insertf64x4(_mm512_castps_pd(_mm512_castps256_ps512(low_less)),
				   _mm256_castps_pd(high_less), 1));
}

/* Among k. The usual k fits in registers, which is faster than memory. */
TARGET static inline lanes lanes_look_up(const float *x, int k, const int32_t *at)
{
	if (k > LOOK_UP_ROOM)
		return lanes_gather(x, at);
	return _mm512_permutex2var_ps(lanes_load(x), _mm512_loadu_si512(at), lanes_load(x + LANES));
}

#include "distance_loops.h"

const struct kernels kernels_avx512 = {"avx512",     block_nearest, block_squared,
				       gaps_used_up, labels_differ, rows_gather};

#endif
