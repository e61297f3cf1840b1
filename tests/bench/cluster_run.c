/*
 * cluster_run FILE.npy WHAT K RESTARTS SEED [THREADS [KERNELS]]: one measurement of the
 * clustering engine, as a line of JSON, for tests/bench/cluster.
 *
 * WHAT is "sweep" (k = 1..K, with K / 4 + 1 wanted first), "fit" (K alone), "step" (the
 * labels of every k after a sweep), "labels" (these labels, a line for each k) or "cancel" (a
 * sweep that is told to stop, at 20 times).
 */
#include "../../src/cluster/distance.h"
#include "lookalike/cluster/sweep.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct run {
	struct sweep *sweep;
	atomic_bool cancelled, done;
	double started_s, finished_s;
};

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
	fprintf(stderr, "cluster_run: %s\n", what);
	exit(1);
}

/* Two-dimensional float32 in C order, as numpy.save() writes it. */
static float *read_rows(const char *path, int *n, int *d)
{
	unsigned char start[10];
	char header[4096] = "";
	FILE *file = fopen(path, "rb");
	const char *shape;
	size_t length, count;
	float *values;

	if (!file || fread(start, sizeof(start), 1, file) != 1)
		fail("cannot read the rows");
	length = start[8] | (size_t)start[9] << 8;
	if (length >= sizeof(header) || fread(header, length, 1, file) != 1)
		fail("cannot read the header");
	shape = strstr(header, "'shape': (");
	if (!strstr(header, "'<f4'") || !shape || sscanf(shape + 10, "%d, %d", n, d) != 2)
		fail("not rows of float32");
	count = (size_t)*n * (size_t)*d;
	values = malloc(count * sizeof(*values));
	if (!values || fread(values, sizeof(*values), count, file) != count)
		fail("cannot read the values");
	fclose(file);
	return values;
}

static void *run_sweep(void *arg)
{
	struct run *run = arg;
	struct error err = {0};
	enum status status = sweep_run(run->sweep, &run->cancelled, &err);

	if (status != OK && status != ERR_CANCELLED)
		fail(err.msg);
	run->finished_s = now_s();
	atomic_store(&run->done, true);
	return NULL;
}

static pthread_t start_sweep(struct run *run)
{
	pthread_t thread;

	run->started_s = now_s();
	if (pthread_create(&thread, NULL, run_sweep, run))
		fail("cannot start a thread");
	return thread;
}

static void pause_ms(double ms)
{
	usleep((useconds_t)(ms * 1000));
}

static void print_costs(const struct sweep *sweep)
{
	printf("\"cost\": [");
	for (int k = 1; k <= sweep_kmax(sweep); k++)
		printf("%s%.9g", k > 1 ? ", " : "", sweep_cost(sweep, k));
	printf("]");
}

/* How long until the first result can be read, and until all can. */
static void measure_sweep(struct run *run, int first_k)
{
	pthread_t thread = start_sweep(run);
	double first_s;

	while (!sweep_ready(run->sweep, first_k) && !atomic_load(&run->done))
		pause_ms(1);
	first_s = now_s() - run->started_s;
	pthread_join(thread, NULL);
	printf("{\"seconds\": %.6f, \"first\": %.6f, ", run->finished_s - run->started_s, first_s);
	print_costs(run->sweep);
	printf("}\n");
}

static void measure_steps(struct run *run)
{
	double longest_s = 0;
	long sum = 0;

	pthread_join(start_sweep(run), NULL);
	for (int k = 1; k <= sweep_kmax(run->sweep); k++) {
		double started_s = now_s();
		const int32_t *labels = sweep_labels(run->sweep, k);

		for (int i = 0; i < sweep_data(run->sweep)->n; i++)
			sum += labels[i];
		if (now_s() - started_s > longest_s)
			longest_s = now_s() - started_s;
	}
	printf("{\"seconds\": %.6f, \"sum\": %ld}\n", longest_s, sum);
}

static void print_labels(struct run *run)
{
	pthread_join(start_sweep(run), NULL);
	for (int k = 1; k <= sweep_kmax(run->sweep); k++) {
		const int32_t *labels = sweep_labels(run->sweep, k);

		printf("%.9g", sweep_cost(run->sweep, k));
		for (int i = 0; i < sweep_data(run->sweep)->n; i++)
			printf(" %d", labels[i]);
		printf("\n");
	}
}

/* From the moment that it is told to stop until it has. */
static void measure_cancel(const float *values, int n, int d, int kmax, int restarts, uint64_t seed,
			   int threads)
{
	double longest_s = 0, pause = 1;
	size_t bytes = (size_t)n * (size_t)d * sizeof(*values);

	for (int i = 0; i < 20; i++, pause *= 1.5) {
		float *copy = malloc(bytes);
		struct run run = {0};
		pthread_t thread;
		double told_s;

		if (!copy)
			fail("not enough memory");
		memcpy(copy, values, bytes);
		run.sweep = sweep_new(copy, n, d, kmax, kmax, restarts, seed);
		sweep_set_threads(run.sweep, threads);
		thread = start_sweep(&run);
		pause_ms(pause);
		told_s = now_s();
		atomic_store(&run.cancelled, true);
		pthread_join(thread, NULL);
		if (run.finished_s - told_s > longest_s)
			longest_s = run.finished_s - told_s;
		sweep_free(run.sweep);
	}
	printf("{\"seconds\": %.6f}\n", longest_s);
}

static void measure_fit(const float *values, int n, int d, int k, int restarts, uint64_t seed,
			int threads)
{
	struct matrix data = {.n = n, .d = d, .values = values};
	struct kmeans_options options = {.restarts = restarts, .seed = seed, .threads = threads};
	int32_t *labels = malloc((size_t)n * sizeof(*labels));
	float *centers = malloc((size_t)k * (size_t)d * sizeof(*centers));
	double cost, started_s;
	struct error err;

	if (!labels || !centers)
		fail("not enough memory");
	started_s = now_s();
	if (kmeans_run(&data, k, &options, labels, centers, &cost, &err))
		fail(err.msg);
	printf("{\"seconds\": %.6f, \"cost\": [%.9g]}\n", now_s() - started_s, cost);
	free(labels);
	free(centers);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[2] : "";
	int n, d, k, restarts, threads = argc > 6 ? atoi(argv[6]) : 0;
	struct run run = {0};
	uint64_t seed;
	float *values;

	if (argc < 6)
		fail("FILE.npy WHAT K RESTARTS SEED [THREADS [KERNELS]]");
	values = read_rows(argv[1], &n, &d);
	k = atoi(argv[3]);
	restarts = atoi(argv[4]);
	seed = (uint64_t)atoi(argv[5]);
	if (argc > 7 && !kernels_choose(atoi(argv[7])))
		fail("this processor has not so many kinds of inner loops");
	if (!strcmp(what, "fit")) {
		measure_fit(values, n, d, k, restarts, seed, threads);
		free(values);
		return 0;
	}
	if (!strcmp(what, "cancel")) {
		measure_cancel(values, n, d, k, restarts, seed, threads);
		free(values);
		return 0;
	}
	run.sweep = sweep_new(values, n, d, k, k / 4 + 1, restarts, seed);
	sweep_set_threads(run.sweep, threads);
	if (!strcmp(what, "sweep"))
		measure_sweep(&run, k / 4 + 1);
	else if (!strcmp(what, "step"))
		measure_steps(&run);
	else if (!strcmp(what, "labels"))
		print_labels(&run);
	else
		fail("sweep, fit, step, labels or cancel");
	sweep_free(run.sweep);
	return 0;
}
