/* duplicates.c: see duplicates.h. */
#include "lookalike/review/duplicates.h"

#include "lookalike/base/fast.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/rng.h"
#include "lookalike/review/findings.h"
#include "lookalike/review/hash_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BIT(finding) (UINT32_C(1) << (finding))

/* ---- in order of quality ---- */

/* Larger, then sharper, then less compressed, then the first by path. */
static int compare_quality(const struct session_image *a, const struct session_image *b)
{
	int64_t x = (int64_t)a->width_px * a->height_px, y = (int64_t)b->width_px * b->height_px;

	if (x != y)
		return x > y ? -1 : 1;
	if (a->quality.sharpness != b->quality.sharpness)
		return a->quality.sharpness > b->quality.sharpness ? -1 : 1;
	if (a->size_bytes != b->size_bytes)
		return a->size_bytes > b->size_bytes ? -1 : 1;
	return strcmp(a->path, b->path);
}

static int compare_images(const void *pa, const void *pb)
{
	return compare_quality(*(struct session_image *const *)pa,
			       *(struct session_image *const *)pb);
}

static int compare_faces(const void *pa, const void *pb)
{
	const struct session_face *a = *(struct session_face *const *)pa;
	const struct session_face *b = *(struct session_face *const *)pb;
	float x = a->box.width * a->box.height, y = b->box.width * b->box.height;
	int order;

	if (x != y)
		return x > y ? -1 : 1;
	order = compare_quality(a->image, b->image);
	return order ? order : a->position - b->position;
}

/* ---- the same bytes ---- */

/* The beginning of a hash decides nearly always, and is compared where it lies. */
struct hashed {
	uint64_t head;
	struct session_image *image;
};

static int compare_hashes(const void *pa, const void *pb)
{
	const struct hashed *a = pa, *b = pb;
	int order;

	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	order = memcmp(a->image->hash, b->image->hash, FILE_HASH_BYTES);
	return order ? order : strcmp(a->image->path, b->image->path);
}

static bool was_read(const struct session_image *image)
{
	static const uint8_t none[FILE_HASH_BYTES];

	return memcmp(image->hash, none, sizeof(none)) != 0;
}

/* Of equal files the first by path counts as the best. */
static void find_equal(struct session *s)
{
	struct hashed *files = memory_new((size_t)s->image_count * sizeof(*files) + 1);
	struct session_image *first = NULL;
	int count = 0;

	for (int i = 0; i < s->image_count; i++) {
		if (!was_read(s->images[i]) || s->images[i]->same_as)
			continue;
		files[count].image = s->images[i];
		memcpy(&files[count++].head, s->images[i]->hash, sizeof(files->head));
	}
	qsort(files, (size_t)count, sizeof(*files), compare_hashes);
	for (int i = 0; i < count; i++) {
		struct session_image *image = files[i].image;

		if (!first || memcmp(first->hash, image->hash, FILE_HASH_BYTES)) {
			first = image;
			continue;
		}
		image->duplicate_of = first;
		first->findings |= BIT(FINDING_DUPLICATE);
		image->findings |= BIT(FINDING_DUPLICATE);
	}
	free(files);
}

/* ---- groups of what is near ---- */

#define NOBODY (-1)

/* Items in order of quality; a group is known by its best one. */
struct nearness {
	const struct hash_code *codes;
	int bits; /* codes of near ones differ in so many at most */
	int count;
	int *best;    /* of each item: its group, itself, or NOBODY until its turn */
	bool *direct; /* of each item: it is near to the best one itself */
	bool (*same)(const struct session_face *a,
		     const struct session_face *b); /* what else near ones have to be, or NULL */
	struct session_face *const *faces;
};

static bool is_same(const struct nearness *n, int a, int b)
{
	return !n->same || n->same(n->faces[a], n->faces[b]);
}

static void take_turn(struct nearness *n, struct hash_index *index, int i)
{
	const int *near;
	int count = hash_index_near(index, i, n->bits, &near);
	int join = NOBODY;

	for (int c = 0; c < count; c++) {
		int other = near[c];

		if (n->best[other] != NOBODY && n->direct[other] &&
		    (join == NOBODY || n->best[other] < join) && is_same(n, i, other))
			join = n->best[other];
	}
	n->best[i] = join != NOBODY ? join : i;
	n->direct[i] = join == NOBODY;
	for (int c = 0; c < count && join == NOBODY; c++) {
		int other = near[c];

		if (n->best[other] != NOBODY || !is_same(n, i, other))
			continue;
		n->best[other] = i;
		n->direct[other] = true;
	}
}

static void find_near(struct nearness *n)
{
	struct hash_index *index = hash_index_new(n->codes, n->count);

	n->best = memory_resize(NULL, (size_t)n->count + 1, sizeof(*n->best));
	n->direct = memory_new((size_t)n->count + 1);
	for (int i = 0; i < n->count; i++)
		n->best[i] = NOBODY;
	for (int i = 0; i < n->count; i++)
		if (n->best[i] == NOBODY)
			take_turn(n, index, i);
	hash_index_free(index);
}

static void nearness_done(struct nearness *n)
{
	free(n->best);
	free(n->direct);
}

/* ---- photos ---- */

static void find_near_photos(struct session *s)
{
	struct session_image **images = memory_new((size_t)s->image_count * sizeof(*images) + 1);
	struct hash_code *codes = memory_new((size_t)s->image_count * sizeof(*codes) + 1);
	struct nearness n = {.codes = codes, .bits = NEAR_PHOTO_BITS};

	for (int i = 0; i < s->image_count; i++)
		if (perceptual_hash_known(s->images[i]->quality.perceptual_hash) &&
		    !s->images[i]->duplicate_of)
			images[n.count++] = s->images[i];
	qsort(images, (size_t)n.count, sizeof(struct session_image *), compare_images);
	for (int i = 0; i < n.count; i++)
		memcpy(&codes[i], images[i]->quality.perceptual_hash, sizeof(codes[i]));
	find_near(&n);
	for (int i = 0; i < n.count; i++) {
		struct session_image *best = images[n.best[i]];

		if (best == images[i])
			continue;
		images[i]->near_duplicate_of = best;
		images[i]->findings |= BIT(FINDING_NEAR_DUPLICATE);
		best->findings |= BIT(FINDING_NEAR_DUPLICATE);
	}
	nearness_done(&n);
	free(codes);
	free(images);
}

/* ---- faces ---- */

const struct session_image *duplicates_original(const struct session_image *image)
{
	if (image->duplicate_of)
		image = image->duplicate_of;
	return image->near_duplicate_of ? image->near_duplicate_of : image;
}

/* Faces of one picture and of its copies are no news. */
static bool faces_same(const struct session_face *a, const struct session_face *b)
{
	float sum = 0;

	if (duplicates_original(a->image) == duplicates_original(b->image))
		return false;
	for (int d = 0; d < EMBEDDING_COUNT; d++) {
		float difference = a->embedding[d] - b->embedding[d];

		sum += difference * difference;
	}
	return sum <= NEAR_FACE_DISTANCE * NEAR_FACE_DISTANCE;
}

/*
 * Seen from the middle of all faces, two that are 0.08 apart are about 8 degrees apart, and so one
 * direction in 23 separates them: 11 of 256. With six times as many they are something else.
 */
#define FACE_BITS_MAX 64

/*
 * Directions of few coordinates are as good as others, and less to multiply. Those of one band
 * share none, so that its bits say different things.
 */
#define DIRECTIONS      (64 * HASH_WORDS)
#define DIRECTION_TERMS (EMBEDDING_COUNT * HASH_BANDS / DIRECTIONS)

struct direction {
	uint8_t terms[DIRECTION_TERMS]; /* coordinates: the first half added, the others taken off
					 */
	float middle;                   /* of all faces, so that half of them lie on each side */
};

static float along(const struct direction *d, const float *embedding)
{
	float sum = 0;

	for (int t = 0; t < DIRECTION_TERMS / 2; t++)
		sum += embedding[d->terms[t]] - embedding[d->terms[DIRECTION_TERMS / 2 + t]];
	return sum;
}

static void choose_directions(struct direction *directions, const float mean[EMBEDDING_COUNT])
{
	uint8_t shuffled[EMBEDDING_COUNT];
	struct rng rng;

	rng_seed(&rng, 1, 0);
	for (int i = 0; i < EMBEDDING_COUNT; i++)
		shuffled[i] = (uint8_t)i;
	for (int band = 0; band < HASH_BANDS; band++) {
		for (int i = EMBEDDING_COUNT - 1; i > 0; i--) {
			int other = (int)rng_below(&rng, (uint64_t)i + 1);
			uint8_t kept = shuffled[i];

			shuffled[i] = shuffled[other];
			shuffled[other] = kept;
		}
		/* Bits of a band are HASH_BANDS apart, see hash_band(). */
		for (int i = 0; i < DIRECTIONS / HASH_BANDS; i++) {
			struct direction *d = &directions[band + HASH_BANDS * i];

			memcpy(d->terms, shuffled + DIRECTION_TERMS * i, DIRECTION_TERMS);
			d->middle = along(d, mean);
		}
	}
}

#define LANES 8

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef uint32_t lanes_bits __attribute__((vector_size(LANES * sizeof(uint32_t))));

/* The codes of so many faces at once, given coordinate by coordinate: along() with a lane each. */
FAST static void encode_block(const struct direction *directions,
			      const float columns[EMBEDDING_COUNT][LANES],
			      uint32_t words[DIRECTIONS / 32][LANES])
{
	for (int w = 0; w < DIRECTIONS / 32; w++) {
		lanes_bits bits = {0};

		for (int b = 0; b < 32; b++) {
			const struct direction *d = &directions[32 * w + b];
			lanes sum = {0};

			for (int t = 0; t < DIRECTION_TERMS / 2; t++) {
				lanes plus, minus;

				memcpy(&plus, columns[d->terms[t]], sizeof(plus));
				memcpy(&minus, columns[d->terms[DIRECTION_TERMS / 2 + t]],
				       sizeof(minus));
				sum += plus - minus;
			}
			bits |= (lanes_bits)(sum > d->middle) & UINT32_C(1) << b;
		}
		memcpy(words[w], &bits, sizeof(bits));
	}
}

static void encode_faces(struct session_face *const *faces, int count, struct hash_code *codes)
{
	struct direction directions[DIRECTIONS];
	float mean[EMBEDDING_COUNT] = {0};

	for (int i = 0; i < count; i++)
		for (int d = 0; d < EMBEDDING_COUNT; d++)
			mean[d] += faces[i]->embedding[d];
	for (int d = 0; d < EMBEDDING_COUNT; d++)
		mean[d] /= (float)count;
	choose_directions(directions, mean);
	for (int first = 0; first < count; first += LANES) {
		int n = count - first < LANES ? count - first : LANES;
		float columns[EMBEDDING_COUNT][LANES] = {0};
		uint32_t words[DIRECTIONS / 32][LANES];

		for (int i = 0; i < n; i++)
			for (int d = 0; d < EMBEDDING_COUNT; d++)
				columns[d][i] = faces[first + i]->embedding[d];
		encode_block(directions, columns, words);
		for (int i = 0; i < n; i++)
			for (int w = 0; w < DIRECTIONS / 32; w++)
				codes[first + i].words[w / 2] |= (uint64_t)words[w][i]
								 << 32 * (w % 2);
	}
}

static void find_near_faces(struct session *s)
{
	struct session_face **faces = memory_new((size_t)s->totals.faces * sizeof(*faces) + 1);
	struct hash_code *codes = memory_new((size_t)s->totals.faces * sizeof(*codes) + 1);
	struct nearness n = {.codes = codes,
			     .bits = FACE_BITS_MAX,
			     .same = faces_same,
			     .faces = faces};

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			if (s->images[i]->faces[j].embedding)
				faces[n.count++] = &s->images[i]->faces[j];
	qsort(faces, (size_t)n.count, sizeof(struct session_face *), compare_faces);
	encode_faces(faces, n.count, codes);
	find_near(&n);
	for (int i = 0; i < n.count; i++) {
		struct session_face *best = faces[n.best[i]];

		if (best == faces[i])
			continue;
		faces[i]->near_duplicate_of = best;
		faces[i]->findings |= BIT(FINDING_NEAR_FACE);
		best->findings |= BIT(FINDING_NEAR_FACE);
		faces[i]->image->findings |= BIT(FINDING_NEAR_FACE);
		best->image->findings |= BIT(FINDING_NEAR_FACE);
	}
	nearness_done(&n);
	free(codes);
	free(faces);
}

void duplicates_compute(struct session *s)
{
	for (int i = 0; i < s->image_count; i++) {
		s->images[i]->duplicate_of = s->images[i]->near_duplicate_of = NULL;
		for (int j = 0; j < s->images[i]->face_count; j++)
			s->images[i]->faces[j].near_duplicate_of = NULL;
	}
	find_equal(s);
	find_near_photos(s);
	if (s->totals.embedded)
		find_near_faces(s);
}
