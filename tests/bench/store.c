/*
 * store FOLDER [IMAGES FACES]: how the store does with a large collection, as "make bench-store"
 * prints it: rows written per second, opening to a loaded session, its summary, and its memory.
 */
#include "lookalike/store/store.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/rng.h"
#include "lookalike/review/findings.h"
#include "lookalike/review/session.h"
#include "lookalike/review/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH_PHOTOS 64
#define THUMB_BYTES  5000
#define COPY_EVERY   10
#define FLIPS_MAX    10

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double memory_mb(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long all, resident = 0;

	if (file && fscanf(file, "%ld %ld", &all, &resident) != 2)
		resident = 0;
	if (file)
		fclose(file);
	return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static void fail(const struct error *err)
{
	fprintf(stderr, "store: %s\n", err->msg);
	exit(1);
}

/* Every tenth photo is a near copy of the one before it, with up to ten bits turned round. */
static void fill_hash(uint8_t hash[PERCEPTUAL_HASH_BYTES], int number, struct rng *rng)
{
	static uint8_t before[PERCEPTUAL_HASH_BYTES];

	for (int i = 0; i < PERCEPTUAL_HASH_BYTES && number % COPY_EVERY != COPY_EVERY - 1; i++)
		before[i] = (uint8_t)rng_next(rng);
	memcpy(hash, before, PERCEPTUAL_HASH_BYTES);
	for (int i = 0; i < FLIPS_MAX && number % COPY_EVERY == COPY_EVERY - 1; i++)
		hash[rng_below(rng, PERCEPTUAL_HASH_BYTES)] ^= (uint8_t)(1 << rng_below(rng, 8));
}

/* Paths as photo collections have them; measures and embeddings from a generator. */
static struct photo *photo_of(int number, int face_count, struct rng *rng)
{
	char *path = text_format("/home/ada/photos/%d/%02d/IMG_%06d.jpg", 2000 + number / 5000,
				 number / 400 % 12 + 1, number);
	struct photo *photo = photo_new(path);

	photo->size_bytes = 4000000 + number;
	photo->mtime_ns = 1700000000000000000 + number;
	photo->format = FORMAT_JPEG;
	photo->hashed = true;
	for (int i = 0; i < FILE_HASH_BYTES; i++)
		photo->hash[i] = (uint8_t)rng_next(rng);
	photo->quality = (struct photo_quality){.sharpness = 0.1f,
						.brightness = 0.5f,
						.shadows = 0.1f,
						.highlights = 0.9f,
						.orientation = 1};
	fill_hash(photo->quality.perceptual_hash, number, rng);
	photo->maker = text_copy("bench and its libraries");
	photo->width_px = 4000;
	photo->height_px = 3000;
	photo->face_count = face_count;
	photo->faces = memory_new((size_t)face_count * sizeof(struct face));
	for (int i = 0; i < face_count; i++) {
		photo->faces[i].box = (struct box){(float)(100 * i), 50, 90, 90};
		for (int m = 0; m < MEASURE_COUNT; m++)
			photo->faces[i].measures[m] = (double)rng_below(rng, 1000000) / 1e6;
		photo->faces[i].thumb = memory_new(THUMB_BYTES);
		photo->faces[i].thumb_len = THUMB_BYTES;
	}
	free(path);
	return photo;
}

static void fill(const char *db, int images, int faces)
{
	struct photo *batch[BATCH_PHOTOS];
	struct store *store;
	struct error err;
	struct rng rng;
	double writing = 0, began;
	int left = faces;

	rng_seed(&rng, 1, 0);
	if (store_open(db, STORE_WRITE, &store, &err))
		fail(&err);
	for (int i = 0; i < images;) {
		int count = 0;

		for (; count < BATCH_PHOTOS && i < images; i++) {
			int here = (int)((int64_t)left / (images - i)) +
				   (i % 2 && left > images - i);

			here = here > left ? left : here;
			left -= here;
			batch[count++] = photo_of(i, here, &rng);
		}
		began = now_s();
		if (store_begin(store, &err))
			fail(&err);
		for (int j = 0; j < count; j++)
			if (store_put(store, batch[j], &err))
				fail(&err);
		if (store_commit(store, &err))
			fail(&err);
		writing += now_s() - began;
		for (int j = 0; j < count; j++)
			photo_free(batch[j]);
	}
	store_close(store);
	printf("written     %.0f images/s, %.0f faces/s\n", images / writing, faces / writing);
}

struct opened {
	double wall_ms, processor_ms, memory_mb;
	double summary_wall_ms, summary_processor_ms; /* with opening */
	int images, faces;
};

/* In a process of its own, as every start is one: what memory costs there is part of it. */
static struct opened open_once(const char *db)
{
	double before = memory_mb(), began = now_s(), worked = (double)clock() / CLOCKS_PER_SEC;
	struct session *s = session_new();
	struct store *store;
	struct error err;
	struct summary summary;
	struct opened o;

	if (store_open(db, STORE_READ, &store, &err) || session_load(s, store, NULL, 0, &err))
		fail(&err);
	o = (struct opened){
		.wall_ms = (now_s() - began) * 1000,
		.processor_ms = ((double)clock() / CLOCKS_PER_SEC - worked) * 1000,
		.memory_mb = memory_mb() - before,
		.images = s->totals.images,
		.faces = s->totals.faces,
	};
	findings_compute(s);
	summary_make(s, &summary);
	summary_done(&summary);
	o.summary_wall_ms = (now_s() - began) * 1000;
	o.summary_processor_ms = ((double)clock() / CLOCKS_PER_SEC - worked) * 1000;
	store_close(store);
	session_free(s);
	return o;
}

/* The best of five, with the file in the page cache as after any use. */
static void open_it(const char *db)
{
	struct opened best = {.wall_ms = 1e9}, o;
	int fds[2];

	for (int i = 0; i < 5; i++) {
		if (pipe(fds))
			exit(1);
		fflush(stdout);
		if (fork() == 0) {
			o = open_once(db);
			_exit(write(fds[1], &o, sizeof(o)) == (ssize_t)sizeof(o) ? 0 : 1);
		}
		close(fds[1]);
		if (read(fds[0], &o, sizeof(o)) != (ssize_t)sizeof(o))
			exit(1);
		close(fds[0]);
		wait(NULL);
		if (o.wall_ms < best.wall_ms)
			best = o;
	}
	printf("summary     %.0f ms with opening, %.0f ms of processor\n", best.summary_wall_ms,
	       best.summary_processor_ms);
	printf("opened      %d images, %d faces in %.0f ms, %.0f ms of processor\n"
	       "memory      %.0f MB for all, %.0f bytes a face; measures alone %.0f MB\n",
	       best.images, best.faces, best.wall_ms, best.processor_ms, best.memory_mb,
	       best.memory_mb * 1e6 / best.faces,
	       (double)best.faces * sizeof(((struct session_face *)0)->measures) / 1e6);
}

int main(int argc, char **argv)
{
	int images = argc > 3 ? atoi(argv[2]) : 100000, faces = argc > 3 ? atoi(argv[3]) : 150000;
	char *db = text_format("%s/bench-%d.db", argc > 1 ? argv[1] : "/tmp", images);

	fill(db, images, faces);
	open_it(db);
	free(db);
	return 0;
}
