/* The inner loops of every kind that this processor can run, against plain loops. */
#include "../../src/cluster/distance.h"

#include "lookalike/base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ROWS 96
#define K    40
#define D    7

static struct rng rng;

static float draw(void)
{
	return (float)(rng_uniform(&rng) * 2 - 1);
}

/* Gaps of which some are used up, some exactly, and one that is no number. */
static void assert_used_up(const struct kernels *kernels, int k)
{
	float gaps[ROWS], before[ROWS], drops[K > LOOK_UP_ROOM ? K : LOOK_UP_ROOM] = {0};
	int rows[ROWS + LIST_MARGIN], listed, at = 0;
	int32_t labels[ROWS];

	for (int c = 0; c < k; c++)
		drops[c] = (draw() + 1) / 2;
	for (int i = 0; i < ROWS; i++) {
		labels[i] = (int32_t)rng_below(&rng, (uint64_t)k);
		gaps[i] = before[i] = i % 5 ? (draw() + 1) / 2 : drops[labels[i]];
	}
	gaps[17] = before[17] = NAN;
	listed = kernels->used_up(gaps, labels, drops, k, ROWS, rows);
	for (int i = 0; i < ROWS; i++) {
		float left = before[i] - drops[labels[i]];

		if (i == 17 || !(left > 0))
			assert_true(at < listed && rows[at++] == i);
		else if (at < listed && rows[at] == i) /* by the rounding that is allowed for */
			assert_true(left < 1e-6F && at++ >= 0);
		if (i != 17)
			assert_true(gaps[i] <= left && gaps[i] >= left - 1e-6F);
	}
	assert_int_equal(at, listed);
}

static void assert_differ(const struct kernels *kernels)
{
	int rows[ROWS + LIST_MARGIN], listed, at = 0;
	int32_t a[ROWS], b[ROWS];

	for (int i = 0; i < ROWS; i++) {
		a[i] = (int32_t)rng_below(&rng, 3) - 1;
		b[i] = (int32_t)rng_below(&rng, 3) - 1;
	}
	listed = kernels->differ(a, b, ROWS, rows);
	for (int i = 0; i < ROWS; i++)
		if (a[i] != b[i])
			assert_true(at < listed && rows[at++] == i);
	assert_int_equal(at, listed);
	assert_int_equal(kernels->differ(a, a, ROWS, rows), 0);
}

static void assert_gather(const struct kernels *kernels, int count)
{
	float values[ROWS * D], block[BLOCK_ROWS * D];
	double mean[D];
	int rows[BLOCK_ROWS];

	for (int i = 0; i < ROWS * D; i++)
		values[i] = 1000 + draw();
	for (int j = 0; j < D; j++)
		mean[j] = 1000 + rng_uniform(&rng);
	for (int r = 0; r < count; r++)
		rows[r] = (int)rng_below(&rng, ROWS);
	kernels->gather(values, mean, D, rows, count, block);
	for (int r = 0; r < count; r++)
		for (int j = 0; j < D; j++)
			assert_true(block[j * BLOCK_ROWS + r] ==
				    (float)(values[rows[r] * D + j] - mean[j]));
}

static void test_lists(void **state)
{
	(void)state;
	rng_seed(&rng, 1, 1);
	for (int kind = 0; kernels_choose(kind); kind++) {
		const struct kernels *kernels = kernels_get();

		for (int round = 0; round < 50; round++) {
			assert_used_up(kernels, 1 + round % K);
			assert_differ(kernels);
			assert_gather(kernels, 1 + round % BLOCK_ROWS);
		}
	}
	kernels_choose(0);
}

/* Two centres on a line: rows halfway are not certain, the others are. */
static void test_uncertain_rows(void **state)
{
	float block[BLOCK_ROWS], norms[BLOCK_ROWS], gaps[BLOCK_ROWS];
	const float values[TILE] = {-1, 1};
	const float half_norms[TILE] = {0.5F, 0.5F, NO_CENTER, NO_CENTER};
	const struct tiles tiles = {1, 1, values, half_norms, 1, 25 * 0x1p-24F};
	int32_t labels[BLOCK_ROWS];

	(void)state;
	for (int i = 0; i < BLOCK_ROWS; i++) {
		block[i] = i % 3 == 0 ? 0 : i % 3 == 1 ? -0.25F : 0.5F;
		norms[i] = fabsf(block[i]) * (1 + 1e-6F);
	}
	for (int kind = 0; kernels_choose(kind); kind++) {
		uint32_t uncertain = kernels_get()->nearest(block, norms, &tiles, labels, gaps);

		for (int i = 0; i < BLOCK_ROWS; i++) {
			double expected = 2 * fabs(block[i]); /* |x + 1| - |x - 1| */

			assert_int_equal(uncertain >> i & 1, i % 3 == 0);
			if (i % 3)
				assert_int_equal(labels[i], i % 3 - 1);
			assert_true(gaps[i] <= expected && gaps[i] > expected - 1e-3);
		}
	}
	kernels_choose(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_uncertain_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
