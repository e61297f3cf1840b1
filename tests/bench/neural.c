/*
 * neural FOLDER: what neural mode costs with many faces, as "make bench-neural" prints it: memory
 * with embeddings, the distance dial, and suggestions.
 *
 * Embeddings are made up: people of 4 faces on average, whose faces are 0.24 to 0.56 apart, as
 * those of dlib's network are; different people are about 0.84 apart.
 */
#include "lookalike/base/memory.h"
#include "lookalike/base/rng.h"
#include "lookalike/review/suggest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH_PHOTOS 64
#define THUMB_BYTES  5000
#define PER_PERSON   4

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A line of /proc/self/status, in MB: VmRSS is now, VmHWM the most so far. */
static double memory_mb(const char *line)
{
	FILE *file = fopen("/proc/self/status", "r");
	char text[256];
	double kb = 0;

	while (file && fgets(text, sizeof(text), file))
		if (!strncmp(text, line, strlen(line)))
			kb = atof(text + strlen(line) + 1);
	if (file)
		fclose(file);
	return kb * 1024 / 1e6;
}

static void check(enum status status, const struct error *err)
{
	if (!status)
		return;
	fprintf(stderr, "neural: %s\n", err->msg);
	exit(1);
}

/* Standard deviation 1, near enough to normal. */
static double noise(struct rng *rng)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += rng_uniform(rng);
	return sum;
}

/* The face of a person: the same person is the same seed. */
static void embed(float *out, int person, struct rng *rng)
{
	struct rng of_person;
	double spread;

	rng_seed(&of_person, 7, (uint64_t)person);
	spread = 0.015 + 0.02 * rng_uniform(&of_person);
	for (int i = 0; i < EMBEDDING_COUNT; i++)
		out[i] = (float)(0.0525 * noise(&of_person) + spread * noise(rng));
}

static struct photo *photo_of(int number, int people, struct rng *rng)
{
	char *path = text_format("/home/ada/photos/%d/%02d/IMG_%06d.jpg", 2000 + number / 5000,
				 number / 400 % 12 + 1, number);
	struct photo *photo = photo_new(path);
	struct face *face;

	free(path);
	photo->size_bytes = 4000000 + number;
	photo->format = FORMAT_JPEG;
	photo->hashed = true;
	memcpy(photo->hash, &number, sizeof(number));
	photo->maker = text_copy("bench and its libraries");
	photo->model = text_copy("bench");
	photo->width_px = 4000;
	photo->height_px = 3000;
	photo->face_count = 1;
	photo->faces = face = memory_new(sizeof(*face));
	face->box = (struct box){1200, 900, 400, 400};
	face->crops = 1;
	for (int m = 0; m < MEASURE_COUNT; m++)
		face->measures[m] = rng_uniform(rng);
	embed(face->embedding, (int)rng_below(rng, (uint64_t)people), rng);
	face->thumb = memory_new(THUMB_BYTES);
	face->thumb_len = THUMB_BYTES;
	return photo;
}

static void fill(const char *db, int faces)
{
	struct store *store;
	struct error err;
	struct rng rng;

	rng_seed(&rng, 1, 0);
	check(store_open(db, STORE_WRITE, &store, &err), &err);
	for (int i = 0; i < faces;) {
		check(store_begin(store, &err), &err);
		for (int end = i + BATCH_PHOTOS; i < end && i < faces; i++) {
			struct photo *photo = photo_of(i, faces / PER_PERSON, &rng);

			check(store_put(store, photo, &err), &err);
			photo_free(photo);
		}
		check(store_commit(store, &err), &err);
	}
	store_close(store);
}

static void measure(const char *db, int faces)
{
	const struct grouping_options options = {.features = FEATURES_NEURAL,
						 .distance = DISTANCE_DEFAULT,
						 .kmax = KMAX_DEFAULT,
						 .restarts = RESTARTS_DEFAULT,
						 .seed = SEED_DEFAULT};
	struct session *session = session_new();
	struct grouping *g = grouping_new(session, &options);
	double from = now_s(), loaded_mb, dial_s, begun_s, found_s, taken_s;
	struct suggestions found;
	struct suggest_search *search;
	struct roster roster;
	struct store *store;
	struct error err;

	check(store_open(db, STORE_READ, &store, &err), &err);
	check(session_load(session, store, NULL, 0, &err), &err);
	loaded_mb = memory_mb("VmRSS:");
	from = now_s();
	check(grouping_compute(g, &err), &err);
	dial_s = now_s() - from;
	/* What the interface's thread does before and after, and the search itself. */
	from = now_s();
	roster_build(&roster, g, NULL);
	search = suggest_new(&roster, suggest_reach(g));
	begun_s = now_s() - from;
	from = now_s();
	suggest_job(search)->run(suggest_job(search));
	found_s = now_s() - from;
	from = now_s();
	suggest_take(search, &roster, &found);
	taken_s = now_s() - from;
	printf("%7d %9.0f MB %6.0f MB %8.2f s %8d %8.2f s %9d %12.1f ms\n", faces, loaded_mb,
	       memory_mb("VmHWM:"), dial_s, g->k, found_s, found.count,
	       1e3 * fmax(begun_s, taken_s));
	suggestions_done(&found);
	suggest_free(search);
	roster_done(&roster);
	grouping_free(g);
	session_free(session);
	store_close(store);
}

/* In a process of its own, whose memory is only what it needs. */
static void run_alone(void (*what)(const char *db, int faces), const char *db, int faces)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		what(db, faces);
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status)
		exit(1);
}

int main(int argc, char **argv)
{
	static const int sizes[] = {10000, 100000};

	if (argc != 2)
		return 2;
	printf("%7s %12s %9s %10s %8s %10s %9s %15s\n", "faces", "loaded", "at most", "--distance",
	       "groups", "suggest", "pairs", "interface held");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char *db = text_format("%s/%d.db", argv[1], sizes[i]);

		run_alone(fill, db, sizes[i]);
		run_alone(measure, db, sizes[i]);
		free(db);
	}
	return 0;
}
