/*
 * The network as lookalike runs it: as embedding_dlib.cc, with the same picture and output.
 */
#include "lookalike/extractor/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[2]) : 20;
	float out[EMBEDDING_COUNT];
	struct network *network;
	struct image chip = {0};
	double best = 1e9;
	struct error err;

	if (network_open(argv[1], &network, &err) ||
	    image_alloc(&chip, NETWORK_INPUT_PX, NETWORK_INPUT_PX, 3, &err)) {
		fprintf(stderr, "embedding: %s\n", err.msg);
		return 1;
	}
	for (int r = 0; r < NETWORK_INPUT_PX; r++) {
		for (int c = 0; c < NETWORK_INPUT_PX; c++) {
			uint8_t *p = chip.pixels + (r * NETWORK_INPUT_PX + c) * 3;

			p[0] = (uint8_t)(r * 7 + c * 3);
			p[1] = (uint8_t)(r * c);
			p[2] = (uint8_t)(r + 2 * c);
		}
	}
	for (int i = 0; i < runs; i++) {
		double start = now_ms(), took;

		network_run(network, &chip, out);
		took = now_ms() - start;
		best = took < best ? took : best;
	}
	printf("%.2f", best);
	for (int i = 0; i < 4; i++)
		printf(" %.6f", (double)out[i]);
	printf("\n");
	return 0;
}
