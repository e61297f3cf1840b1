/*
 * Embeddings in a scan: with the photo, in several requests when it has many faces, and later for
 * photos that are unchanged. The fake extractor knows a face by its first landmark.
 */
#include "scan_fixture.h"

#include "lookalike/base/queue.h"

static void with_embeddings(const char *key, int count)
{
	embedding_key = key;
	crops = count;
}

/* Faces at 10, 20, 30, ... that lack an embedding, in a file that is there. */
static struct known_file lacking_of(const char *name, int count)
{
	struct known_file known = known_of(name, 5);

	known.lacking_count = count;
	known.lacking = memory_new((size_t)count * sizeof(*known.lacking));
	for (int i = 0; i < count; i++) {
		known.lacking[i].id = 100 + i;
		known.lacking[i].landmarks[0].x = 10 * (float)(i + 1);
	}
	return known;
}

static void test_new_photo(void **state)
{
	struct outcome out;

	(void)state;
	make_file("a.jpg", "ok");
	with_embeddings("model", 3);
	scan_once("", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.status, OK);
	assert_int_equal(out.photo_count, 1);
	assert_false(out.photos[0]->only_embeddings);
	assert_string_equal(out.photos[0]->model, "model");
	/* The fake embeds nothing with the photo, so the scan has asked again. */
	assert_int_equal(out.photos[0]->faces[0].crops, 3);
	outcome_done(&out);
	with_embeddings(NULL, 0);
	scan_once("", LONG_MS, NULL, 0, &out);
	assert_int_equal(out.photos[0]->faces[0].crops, EMBEDDING_NONE);
	outcome_done(&out);
}

static void test_later(void **state)
{
	const int count = 3 * PROTOCOL_EMBED_FACES + 1;
	struct known_file *known = known_list(2);
	const struct photo *photo;
	struct outcome out;

	(void)state;
	make_file("a.jpg", "segv"); /* to look for faces in it again would be noticed */
	make_file("b.jpg", "segv");
	known[0] = lacking_of("a.jpg", count);
	known[0].lacking[1].landmarks[0].x = 5000;
	known[1] = known_of("b.jpg", 6);
	with_embeddings("model", 1);
	scan_once("", LONG_MS, known, 2, &out);
	assert_int_equal(out.status, OK);
	assert_int_equal(out.photo_count, 1);
	photo = out.photos[0];
	assert_true(photo->only_embeddings);
	assert_int_equal(photo->verdict, VERDICT_OK);
	assert_int_equal(photo->face_count, count);
	for (int i = 0; i < count; i++) {
		assert_int_equal(photo->faces[i].id, 100 + i);
		assert_int_equal(photo->faces[i].crops, i == 1 ? EMBEDDING_IMPOSSIBLE : 1);
		if (i != 1)
			assert_true(photo->faces[i].embedding[0] == 10 * (float)(i + 1));
	}
	assert_int_equal(out.progress.unchanged, 1);
	assert_int_equal(out.progress.done, 1);
	assert_int_equal(out.progress.embedded, 1);
	assert_int_equal(out.progress.lacking, 1);
	assert_true(out.progress.embedding_seconds > 0);
	assert_true(out.progress.embedding_seconds <= out.progress.seconds);
	outcome_done(&out);
}

/* What was changed meanwhile is measured as a whole. */
static void test_changed(void **state)
{
	struct known_file *known = known_list(1);
	struct outcome out;

	(void)state;
	make_file("a.jpg", "ok");
	known[0] = lacking_of("a.jpg", 2);
	known[0].size_bytes++;
	with_embeddings("model", 1);
	scan_once("", LONG_MS, known, 1, &out);
	assert_int_equal(out.photo_count, 1);
	assert_false(out.photos[0]->only_embeddings);
	assert_int_equal(out.photos[0]->face_count, 1);
	outcome_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_ROOT(test_new_photo),
		IN_A_ROOT(test_later),
		IN_A_ROOT(test_changed),
	};

	return find_extractor() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
