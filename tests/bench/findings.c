/*
 * findings: how long it takes to find what needs a look, in three sizes of collection.
 *
 * Each photo has a random hash and a face with a random embedding; every tenth is a near copy of
 * the one before it, with up to ten bits of its hash turned round and its face as it was. Prints
 * the time, and how many of the copies were found: all of them, or it ends with 1.
 */
#include "lookalike/review/findings.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COPY_EVERY 10
#define FLIPS_MAX  10

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void fill_photo(struct photo *photo, struct rng *rng)
{
	struct face *face = photo->faces;

	for (int i = 0; i < PERCEPTUAL_HASH_BYTES; i++)
		photo->quality.perceptual_hash[i] = (uint8_t)rng_next(rng);
	for (int i = 0; i < FILE_HASH_BYTES; i++)
		photo->hash[i] = (uint8_t)rng_next(rng);
	for (int d = 0; d < EMBEDDING_COUNT; d++)
		face->embedding[d] = (float)(rng_uniform(rng) - 0.5) / 5;
}

static void copy_photo(struct photo *photo, struct rng *rng)
{
	int flips = (int)rng_below(rng, FLIPS_MAX + 1);

	for (int i = 0; i < flips; i++)
		photo->quality.perceptual_hash[rng_below(rng, PERCEPTUAL_HASH_BYTES)] ^=
			(uint8_t)(1 << rng_below(rng, 8));
	photo->hash[0]++;
	for (int d = 0; d < EMBEDDING_COUNT; d++)
		photo->faces[0].embedding[d] += (float)(rng_uniform(rng) - 0.5) / 200;
}

static struct session *session_of(int count)
{
	struct session *s = session_new();
	struct face face = {.crops = 1, .box = {10, 10, 90, 90}};
	struct photo photo = {.width_px = 640,
			      .height_px = 480,
			      .face_count = 1,
			      .faces = &face,
			      .format = FORMAT_JPEG,
			      .hashed = true};
	char path[64], model[] = "model";
	struct rng rng;

	rng_seed(&rng, 1, 0);
	photo.path = path;
	photo.model = model;
	photo.quality = (struct photo_quality){.sharpness = 1, .highlights = 1, .orientation = 1};
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "/photos/%03d/%08d.jpg", i / 1000, i);
		photo.id = face.id = i + 1;
		if (i % COPY_EVERY == COPY_EVERY - 1)
			copy_photo(&photo, &rng);
		else
			fill_photo(&photo, &rng);
		session_put(s, &photo);
	}
	return s;
}

static bool run(int count)
{
	struct session *s = session_of(count);
	double began = now_ms(), took;
	int photos = 0;

	findings_compute(s);
	took = now_ms() - began;
	for (int i = 0; i < s->image_count; i++)
		photos += s->images[i]->near_duplicate_of != NULL;
	printf("%7d photos with as many faces: all findings in %.0f ms of processor, %.1f us a "
	       "photo; %d of %d near copies\n",
	       count, took, took * 1000 / count, photos, count / COPY_EVERY);
	session_free(s);
	return photos == count / COPY_EVERY;
}

int main(void)
{
	bool found = run(25000);

	found = run(50000) && found;
	found = run(100000) && found;
	return found ? 0 : 1;
}
