/* Rows of whole numbers by a formula that tests/reference/kmeans_sklearn.py shares. */
#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

#include <stdint.h>
#include <stdlib.h>

static inline float *rows_new(int n, int d)
{
	float *values = malloc((size_t)n * (size_t)d * sizeof(*values));

	if (!values)
		abort();
	for (int i = 0; i < n; i++)
		for (int j = 0; j < d; j++) {
			uint32_t h = (uint32_t)(i * d + j) * 2654435761u;

			h ^= h >> 15;
			values[i * d + j] = (float)(h % 500 + i % 6 * (j + 1) * 389 % 1500);
		}
	return values;
}

#endif
