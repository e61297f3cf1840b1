/* Embeddings in the store: with a photo, later, of several models, and gone with their face. */
#include "store_fixture.h"

static struct photo *embedded_photo(const char *path, int number, int faces, const char *model)
{
	struct photo *photo = photo_of(path, number, faces);

	photo->model = text_copy(model);
	for (int i = 0; i < faces; i++) {
		photo->faces[i].crops = 1;
		for (int v = 0; v < EMBEDDING_COUNT; v++)
			photo->faces[i].embedding[v] = (float)(number + i) + (float)v / 128;
	}
	return photo;
}

struct found {
	int64_t ids[16];
	float first[16], last[16];
	int count;
};

static bool take(int64_t id, const float vector[EMBEDDING_COUNT], void *user)
{
	struct found *f = user;

	f->ids[f->count] = id;
	f->first[f->count] = vector[0];
	f->last[f->count++] = vector[EMBEDDING_COUNT - 1];
	return true;
}

static int lacking(struct store *store, const char *model, int crops)
{
	struct known_file *known;
	size_t count;
	int sum = 0;

	assert_int_equal(store_known(store, "key", &known, &count, NULL), OK);
	assert_int_equal(store_lacking(store, model, crops, known, count, NULL), OK);
	for (size_t i = 0; i < count; i++)
		sum += known[i].lacking_count;
	known_files_free(known, count);
	return sum;
}

static void test_round_trip(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct photo *photo = embedded_photo("/b", 3, 2, "model");
	struct found found = {0};
	char *model;

	assert_int_equal(store_embeddings(store, take, &found, &model, NULL), OK);
	assert_null(model);
	assert_int_equal(store_put(store, photo, NULL), OK);
	put_ok(store, "/a", 1, 3);
	assert_int_equal(store_embeddings(store, take, &found, &model, NULL), OK);
	assert_string_equal(model, "model");
	assert_int_equal(found.count, 2);
	assert_int_equal(found.ids[1], photo->faces[1].id);
	assert_true(found.first[1] == 4 && found.last[1] == 4 + 127.0f / 128);
	assert_int_equal(lacking(store, "model", 1), 3);
	assert_int_equal(lacking(store, "model", 2), 5);
	assert_int_equal(lacking(store, "other", 1), 5);
	free(model);
	photo_free(photo);
	store_close(store);
}

/* Faces keep their ids; one that is gone meanwhile is passed over. */
static void test_later(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	int64_t first = put_ok(store, "/a", 1, 2);
	struct photo *photo = embedded_photo("/a", 1, 3, "model");
	struct known_file *known;
	size_t count;

	assert_int_equal(store_known(store, "key", &known, &count, NULL), OK);
	assert_int_equal(store_lacking(store, "model", 1, known, count, NULL), OK);
	assert_int_equal(known[0].lacking_count, 2);
	assert_int_equal(known[0].lacking[0].id, first);
	assert_true(known[0].lacking[1].landmarks[3].x == photo->faces[1].landmarks[3].x);
	known_files_free(known, count);
	photo->only_embeddings = true;
	photo->faces[0].id = first;
	photo->faces[1].id = first + 1;
	photo->faces[1].crops = EMBEDDING_IMPOSSIBLE;
	photo->faces[2].id = 77777;
	assert_int_equal(store_put(store, photo, NULL), OK);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM faces"), 2);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM face_embeddings"), 2);
	assert_int_equal(count_rows(s->db, "SELECT count(vector) FROM face_embeddings"), 1);
	/* What cannot be embedded is not tried in every scan. */
	assert_int_equal(lacking(store, "model", 1), 0);
	photo_free(photo);
	put_ok(store, "/a", 1, 1);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM face_embeddings"), 0);
	store_close(store);
}

/* Of two models' embeddings only those of one are comparable: the one most faces have. */
static void test_models(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct photo *a = embedded_photo("/a", 1, 2, "old"), *b = embedded_photo("/b", 2, 3, "new");
	struct found found = {0};
	char *model;

	assert_int_equal(store_put(store, a, NULL), OK);
	assert_int_equal(store_put(store, b, NULL), OK);
	assert_int_equal(store_embeddings(store, take, &found, &model, NULL), OK);
	assert_string_equal(model, "new");
	assert_int_equal(found.count, 3);
	free(model);
	photo_free(a);
	photo_free(b);
	store_close(store);
}

static void test_damaged(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct photo *a = embedded_photo("/a", 1, 1, "model");
	struct found found = {0};
	char *model;

	assert_int_equal(store_put(store, a, NULL), OK);
	run_sql(s->db, "UPDATE face_embeddings SET vector = x'00'");
	assert_int_equal(store_embeddings(store, take, &found, &model, NULL), ERR_STORE);
	free(model);
	photo_free(a);
	store_close(store);
}

#define IN_SCRATCH(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(test_round_trip),
		IN_SCRATCH(test_later),
		IN_SCRATCH(test_models),
		IN_SCRATCH(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
