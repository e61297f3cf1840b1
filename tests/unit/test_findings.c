/*
 * Findings of photos and faces whose numbers are known, groups of near codes worked out by hand,
 * and near codes among many against trying every pair.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lookalike/base/memory.h"
#include "lookalike/base/rng.h"
#include "lookalike/review/duplicates.h"
#include "lookalike/review/findings.h"
#include "lookalike/review/hash_index.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_distance(void **state)
{
	struct hash_code a = {{0, 0xff, 1, 0}}, b = {{0, 0x0f, 0, UINT64_C(1) << 63}};

	(void)state;
	assert_int_equal(hash_distance(&a, &a), 0);
	assert_int_equal(hash_distance(&a, &b), 4 + 1 + 1);
	/* Bits 64 to 71 are in bands 0 to 7, bit 255 is the last of band 15. */
	assert_int_equal(hash_band(&a, 0), 1 << 4 | 1 << 8);
	assert_int_equal(hash_band(&a, 7), 1 << 4);
	assert_int_equal(hash_band(&b, 15), 1 << 15);
}

/* Of pairs with up to 15 different bits none is missed. */
static void test_candidates(void **state)
{
	enum {
		COUNT = 400
	};
	static struct hash_code codes[COUNT];
	struct hash_index *index;
	struct rng rng;
	int near = 0;

	(void)state;
	rng_seed(&rng, 7, 0);
	for (int i = 0; i < COUNT; i++) {
		if (i % 4)
			codes[i] = codes[i - 1];
		for (int w = 0; w < HASH_WORDS && i % 4 == 0; w++)
			codes[i].words[w] = rng_next(&rng);
		for (int f = 0; f < i % 16 && i % 4; f++)
			codes[i].words[rng_below(&rng, HASH_WORDS)] ^= UINT64_C(1)
								       << rng_below(&rng, 64);
	}
	index = hash_index_new(codes, COUNT);
	for (int i = 0; i < COUNT; i++) {
		const int *found;
		int count = hash_index_near(index, i, HASH_NEAR_MAX, &found);

		for (int j = 0; j < COUNT; j++) {
			int times = 0;

			for (int c = 0; c < count; c++)
				times += found[c] == j;
			assert_in_range(times, 0, i == j ? 0 : 1);
			if (i == j || hash_distance(&codes[i], &codes[j]) > HASH_NEAR_MAX)
				continue;
			assert_int_equal(times, 1);
			near++;
		}
	}
	assert_true(near > COUNT); /* so there was something to miss */
	hash_index_free(index);
}

/* ---- a session of photos ---- */

static struct session_image *put(struct session *s, const char *path, int width_px, int bits_from,
				 int bits_to)
{
	static int64_t id;
	struct photo *photo = photo_new(path);

	photo->id = ++id;
	photo->format = FORMAT_JPEG;
	photo->width_px = width_px;
	photo->height_px = 100;
	photo->quality = (struct photo_quality){.sharpness = 1, .highlights = 1, .orientation = 1};
	photo->quality.perceptual_hash[31] = 0x80; /* so that it is known */
	for (int i = bits_from; i < bits_to; i++)
		photo->quality.perceptual_hash[i / 8] |= (uint8_t)(1 << i % 8);
	session_put(s, photo);
	photo_free(photo);
	for (int i = 0; i < s->image_count; i++)
		if (!strcmp(s->images[i]->path, path))
			return s->images[i];
	return NULL;
}

/*
 * A chain whose links are 10 bits long: b and c are near to the best one, a, or to b; d is 30 away
 * from a and does not get in through c.
 */
static void test_chain(void **state)
{
	struct session *s = session_new();
	const struct session_image *d = put(s, "/d.jpg", 100, 0, 30);
	const struct session_image *c = put(s, "/c.jpg", 200, 0, 20);
	const struct session_image *b = put(s, "/b.jpg", 300, 0, 10);
	const struct session_image *a = put(s, "/a.jpg", 400, 0, 0);
	const struct session_image *far = put(s, "/far.jpg", 900, 100, 200);

	(void)state;
	findings_compute(s);
	assert_null(a->near_duplicate_of);
	assert_ptr_equal(b->near_duplicate_of, a);
	assert_ptr_equal(c->near_duplicate_of, a); /* through b */
	assert_null(d->near_duplicate_of);
	assert_true(finding_in(a->findings, FINDING_NEAR_DUPLICATE));
	assert_true(finding_in(c->findings, FINDING_NEAR_DUPLICATE));
	assert_false(finding_in(d->findings, FINDING_NEAR_DUPLICATE));
	assert_false(finding_in(far->findings, FINDING_NEAR_DUPLICATE));
	session_free(s);
}

static void test_bounds(void **state)
{
	struct session *s = session_new();
	const struct session_image *a = put(s, "/a.jpg", 400, 0, 0);
	const struct session_image *b = put(s, "/b.jpg", 300, 0, NEAR_PHOTO_BITS);
	const struct session_image *c = put(s, "/c.jpg", 300, 100, 101 + NEAR_PHOTO_BITS);

	(void)state;
	findings_compute(s);
	assert_ptr_equal(b->near_duplicate_of, a);
	assert_null(c->near_duplicate_of);
	session_free(s);
}

/* Files with the same bytes; what is near to one of them is near to the first only. */
static void test_equal(void **state)
{
	struct session *s = session_new();
	struct session_image *a = put(s, "/a.jpg", 400, 0, 0), *b = put(s, "/b.jpg", 400, 0, 0);
	struct session_image *c = put(s, "/c.jpg", 500, 0, 3);

	(void)state;
	memset(a->hash, 7, sizeof(a->hash));
	memset(b->hash, 7, sizeof(b->hash));
	findings_compute(s);
	assert_null(a->duplicate_of);
	assert_ptr_equal(b->duplicate_of, a);
	assert_ptr_equal(a->near_duplicate_of, c);
	assert_null(b->near_duplicate_of);
	assert_true(finding_in(a->findings, FINDING_DUPLICATE));
	assert_false(finding_in(c->findings, FINDING_DUPLICATE));
	session_free(s);
}

/* ---- one by one ---- */

static void test_faces(void **state)
{
	const struct session_face good = {.box = {0, 0, 40, 41},
					  .yaw_deg = -25,
					  .roll_deg = 45,
					  .quality = {0.02f, 0.1f, 0.1f}};
	struct session_face face = good;

	(void)state;
	assert_int_equal(findings_of_face(&good), 0);
#define CHECK(change, finding)                                             \
	do {                                                               \
		face = good;                                               \
		change;                                                    \
		assert_int_equal(findings_of_face(&face), 1 << (finding)); \
	} while (0)
	CHECK(face.box.width = 39, FINDING_FACE_SMALL);
	CHECK(face.quality.sharpness = 0.019f, FINDING_BLURRED);
	CHECK(face.box.width = 39; face.quality.sharpness = 0.019f, FINDING_FACE_SMALL);
	CHECK(face.quality.brightness = 0.09f, FINDING_DARK);
	CHECK(face.quality.brightness = 0.91f, FINDING_BRIGHT);
	CHECK(face.quality.cut = 0.11f, FINDING_FACE_CUT);
	CHECK(face.yaw_deg = 26, FINDING_TURNED);
	CHECK(face.roll_deg = -46, FINDING_TURNED);
#undef CHECK
	face = good;
	face.quality = (struct face_quality){NAN, NAN, NAN};
	assert_int_equal(findings_of_face(&face), 0);
}

static void test_images(void **state)
{
	char path[] = "/a/b.jpg";
	const struct session_image good = {
		.path = path,
		.format = FORMAT_JPEG,
		.face_count = 1,
		.quality = {.sharpness = 0.02f,
			    .shadows = 0.6f,
			    .highlights = 0.4f,
			    .orientation = 1},
	};
	struct session_image image = good;

	(void)state;
	assert_int_equal(findings_of_image(&good), 0);
#define CHECK(change, finding)                                               \
	do {                                                                 \
		image = good;                                                \
		change;                                                      \
		assert_int_equal(findings_of_image(&image), 1 << (finding)); \
	} while (0)
	CHECK(image.face_count = 0, FINDING_NO_FACE);
	CHECK(image.seen_count = 1, FINDING_SEEN);
	CHECK(image.face_count = 2, FINDING_SEVERAL_FACES);
	CHECK(image.quality.highlights = 0.39f, FINDING_DARK);
	CHECK(image.quality.shadows = 0.61f, FINDING_BRIGHT);
	CHECK(image.quality.orientation = 2, FINDING_EXIF_TURNED);
	CHECK(image.format = FORMAT_PNG, FINDING_WRONG_EXTENSION);
	CHECK(image.verdict = VERDICT_PARTIAL, FINDING_PARTIAL);
	CHECK(image.verdict = VERDICT_CORRUPT, FINDING_CORRUPT);
	CHECK(image.verdict = VERDICT_UNSUPPORTED, FINDING_UNSUPPORTED);
	CHECK(image.verdict = VERDICT_TIMEOUT, FINDING_UNREADABLE);
#undef CHECK
	image = good;
	image.quality = photo_quality_none;
	image.face_count = 0;
	assert_int_equal(findings_of_image(&image), 1 << FINDING_NO_FACE);
	image = good;
	image.same_as = path;
	image.face_count = 0;
	assert_int_equal(findings_of_image(&image), 0);
}

static void test_extensions(void **state)
{
	(void)state;
	assert_false(wrong_extension("/a.JPG", FORMAT_JPEG));
	assert_false(wrong_extension("/a.jpe", FORMAT_JPEG));
	assert_true(wrong_extension("/a.png", FORMAT_JPEG));
	assert_true(wrong_extension("/a.tar.webp", FORMAT_PNG));
	assert_true(wrong_extension("/a.txt", FORMAT_PNG));
	assert_false(wrong_extension("/a", FORMAT_PNG));     /* promises nothing */
	assert_false(wrong_extension("/a.b/c", FORMAT_PNG)); /* nor does a folder */
	assert_false(wrong_extension("/a.png", FORMAT_UNKNOWN));
}

/* ---- faces ---- */

static struct session_face *put_face(struct session *s, const char *path, float side, float first,
				     int hash_byte)
{
	static int64_t id = 1000;
	struct photo *photo = photo_new(path);
	char model[] = "m";

	photo->id = ++id;
	photo->format = FORMAT_JPEG;
	photo->width_px = photo->height_px = 500;
	photo->quality = (struct photo_quality){.sharpness = 1, .highlights = 1, .orientation = 1};
	memset(photo->quality.perceptual_hash, hash_byte, PERCEPTUAL_HASH_BYTES);
	photo->model = text_copy(model);
	photo->face_count = 1;
	photo->faces = memory_new(sizeof(struct face));
	photo->faces[0].id = id;
	photo->faces[0].box = (struct box){100, 100, side, side};
	photo->faces[0].crops = 1;
	for (int d = 0; d < EMBEDDING_COUNT; d++)
		photo->faces[0].embedding[d] = (float)((d * 37 + hash_byte) % 11) / 50;
	photo->faces[0].embedding[5] += first;
	session_put(s, photo);
	photo_free(photo);
	for (int i = 0; i < s->image_count; i++)
		if (!strcmp(s->images[i]->path, path))
			return &s->images[i]->faces[0];
	return NULL;
}

static void test_near_faces(void **state)
{
	struct session *s = session_new();
	/* The pattern of an embedding repeats every 11, and 0x58 is eight times that. */
	const struct session_face *small = put_face(s, "/small.jpg", 60, 0, 0x0f);
	const struct session_face *large = put_face(s, "/large.jpg", 90, 0.06f, 0x0f + 0x58);
	/* As near as two photos of one person can be. */
	const struct session_face *smiling = put_face(s, "/smiling.jpg", 70, -0.1f, 0x0f + 0xb0);
	const struct session_face *other = put_face(s, "/other.jpg", 80, 0.2f, 0x33);
	const struct session_face *copy = put_face(s, "/photo2.jpg", 80, 0.2f, 0x33);

	(void)state;
	findings_compute(s);
	assert_null(large->near_duplicate_of);
	assert_ptr_equal(small->near_duplicate_of, large);
	assert_null(smiling->near_duplicate_of);
	assert_false(finding_in(smiling->findings, FINDING_NEAR_FACE));
	assert_true(finding_in(small->findings, FINDING_NEAR_FACE));
	assert_true(finding_in(large->image->findings, FINDING_NEAR_FACE));
	/* A photo and its copy have the same faces: that is said of the photo. */
	assert_null(other->near_duplicate_of);
	assert_null(copy->near_duplicate_of);
	assert_ptr_equal(copy->image->near_duplicate_of, other->image);
	session_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance),   cmocka_unit_test(test_candidates),
		cmocka_unit_test(test_chain),      cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_equal),      cmocka_unit_test(test_faces),
		cmocka_unit_test(test_images),     cmocka_unit_test(test_extensions),
		cmocka_unit_test(test_near_faces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
