/*
 * figures_k: how often the suggested k is right on generated data with groups, and how often there
 * is one on data without. "make figures-k"; the same in small is tests/unit/test_rule.c.
 */
#include "../unit/generated.h"

#include <stdio.h>
#include <string.h>

#define SEEDS 5

static void groups(int restarts)
{
	static const int dimensions[] = {3, 8, 32, 128};
	int right_all = 0, all = 0;

	printf("sets of %d whose suggestion is within 10 %% of the true k, by d and k\n\n   d",
	       SEEDS);
	for (int k = 2; k <= 15; k++)
		printf(" %4d", k);
	printf("   right\n");
	for (int i = 0; i < 4; i++) {
		int right_d = 0, count_d = 0;

		printf("%4d", dimensions[i]);
		for (int k = 2; k <= 15; k++) {
			int right = 0;

			for (int seed = 1; seed <= SEEDS; seed++) {
				struct curve curve = generated_survey(
					generated_groups(k, dimensions[i],
							 (uint64_t)(seed * 1000 + k)),
					k * GROUP_ROWS, dimensions[i], 0, restarts);

				right += abs(curve.suggested - k) <= 0.1 * k;
				if (getenv("VERBOSE") && curve.suggested != k)
					fprintf(stderr, "d %d k %d: %d %s\n", dimensions[i], k,
						curve.suggested, curve.reason);
				curve_done(&curve);
			}
			printf(" %4d", right);
			fflush(stdout);
			right_d += right;
			count_d += SEEDS;
		}
		printf("   %5.1f %%\n", 100.0 * right_d / count_d);
		right_all += right_d;
		all += count_d;
	}
	printf("right: %d of %d sets, %.1f %%\n\n", right_all, all, 100.0 * right_all / all);
}

static void nothing(int sets, int restarts)
{
	static const char *const names[] = {"uniform", "Gaussian", "stretched"};
	static const int dimensions[] = {2, 3, 8, 32};

	for (int kind = 0; kind < STRUCTURELESS_COUNT; kind++) {
		int confident = 0;

		for (int set = 0; set < sets; set++) {
			int d = dimensions[set % 4], n = 100 + 100 * (set / 4 % 5);
			struct curve curve = generated_survey(generated_nothing(kind, n, d,
										(uint64_t)set),
							      n, d, 0, restarts);

			confident += curve.suggested > 0;
			if (getenv("VERBOSE") && curve.suggested)
				fprintf(stderr, "%s n %d d %d: %s\n", names[kind], n, d,
					curve.reason);
			curve_done(&curve);
		}
		printf("%-10s a suggestion in %d of %d sets, %.1f %%\n", names[kind], confident,
		       sets, 100.0 * confident / sets);
	}
}

int main(void)
{
	groups(10);
	nothing(200, 10);
	return 0;
}
