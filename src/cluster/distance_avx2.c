/* The loops of distance.h for x86-64 with AVX2 and FMA: 8 lanes. */
#include "distance.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <stddef.h>

#define TARGET    __attribute__((target("avx2,fma")))
#define LANES     8

#define lanes     __m256
#define lanes_int __m256i

TARGET static inline lanes lanes_all(float x)
{
	return _mm256_set1_ps(x);
}

TARGET static inline lanes lanes_load(const float *x)
{
	return _mm256_loadu_ps(x);
}

TARGET static inline void lanes_store(float *out, lanes x)
{
	_mm256_storeu_ps(out, x);
}

TARGET static inline lanes lanes_add(lanes a, lanes b)
{
	return _mm256_add_ps(a, b);
}

TARGET static inline lanes lanes_sub(lanes a, lanes b)
{
	return _mm256_sub_ps(a, b);
}

TARGET static inline lanes lanes_mul(lanes a, lanes b)
{
	return _mm256_mul_ps(a, b);
}

TARGET static inline lanes lanes_less_product(lanes sum, lanes a, lanes b)
{
	return _mm256_fnmadd_ps(a, b, sum);
}

TARGET static inline lanes lanes_min(lanes a, lanes b)
{
	return _mm256_min_ps(a, b);
}

TARGET static inline lanes lanes_max(lanes a, lanes b)
{
	return _mm256_max_ps(a, b);
}

TARGET static inline lanes lanes_sqrt(lanes a)
{
	return _mm256_sqrt_ps(a);
}

TARGET static inline lanes_int lanes_int_all(int x)
{
	return _mm256_set1_epi32(x);
}

TARGET static inline void lanes_int_store(int32_t *out, lanes_int x)
{
	_mm256_storeu_si256((lanes_int *)out, x);
}

TARGET static inline lanes_int lanes_where_less(lanes a, lanes b, lanes_int yes, lanes_int no)
{
	return _mm256_blendv_epi8(no, yes, _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_LT_OQ)));
}

TARGET static inline lanes lanes_gather(const float *x, const int32_t *at)
{
	return _mm256_i32gather_ps(x, _mm256_loadu_si256((const lanes_int *)at), 4);
}

TARGET static inline unsigned lanes_not_positive(lanes a)
{
	return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(a, lanes_all(0), _CMP_NGT_UQ));
}

TARGET static inline unsigned lanes_int_differ(const int32_t *a, const int32_t *b)
{
	lanes_int same = _mm256_cmpeq_epi32(_mm256_loadu_si256((const lanes_int *)a),
					    _mm256_loadu_si256((const lanes_int *)b));

	return ~(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(same)) & 0xff;
}

TARGET static inline int lanes_list(unsigned bits, int first, int *rows)
{
	int count = 0;

	for (; bits; bits &= bits - 1)
		rows[count++] = first + __builtin_ctz(bits);
	return count;
}

/* In double, as the packed rows are made. */
TARGET static inline lanes lanes_less_mean(lanes x, double mean)
{
	__m256d means = _mm256_set1_pd(mean);
	__m256d low = _mm256_cvtps_pd(_mm256_castps256_ps128(x));
	__m256d high = _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1));

	return _mm256_set_m128(_mm256_cvtpd_ps(_mm256_sub_pd(high, means)),
			       _mm256_cvtpd_ps(_mm256_sub_pd(low, means)));
}

TARGET static inline lanes lanes_look_up(const float *x, int k, const int32_t *at)
{
	(void)k;
	return lanes_gather(x, at);
}

#include "distance_loops.h"

const struct kernels kernels_avx2 = {"avx2",       block_nearest, block_squared,
				     gaps_used_up, labels_differ, rows_gather};

#endif
