/* Embeddings in the store: with a photo, later, of several models, and gone with their face. */
#include "store_fixture.h"

#include "lookalike/review/session.h"

#include "lookalike/store/decisions.h"

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

	if (!vector) {
		f->count = 0;
		return true;
	}
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
	struct session *session;
	char *model;

	assert_int_equal(store_put(store, a, NULL), OK);
	assert_int_equal(store_put(store, b, NULL), OK);
	assert_int_equal(store_embeddings(store, take, &found, &model, NULL), OK);
	assert_string_equal(model, "new");
	assert_int_equal(found.count, 3);
	session = session_new();
	assert_int_equal(session_load(session, store, NULL, 0, NULL), OK);
	assert_int_equal(session->totals.embedded, 3);
	for (int i = 0; i < 2; i++)
		assert_int_equal(session->images[i]->faces[0].embedding != NULL, i == 1);
	session_free(session);
	free(model);
	photo_free(a);
	photo_free(b);
	store_close(store);
}

/* What cannot be read of the other model is nobody's loss. */
static void test_damage_of_another_model(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct photo *a = embedded_photo("/a", 1, 1, "old"), *b = embedded_photo("/b", 2, 2, "new");
	struct found found = {0};
	char *model;

	assert_int_equal(store_put(store, a, NULL), OK);
	assert_int_equal(store_put(store, b, NULL), OK);
	run_sql(s->db, "UPDATE face_embeddings SET vector = x'00' WHERE model = 'old'");
	assert_int_equal(store_embeddings(store, take, &found, &model, NULL), OK);
	assert_string_equal(model, "new");
	assert_int_equal(found.count, 2);
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

/* Put the photo anew, its face with these measures and this embedding; the group it is in then. */
static int64_t group_after(struct store *store, int number, double measure, float value)
{
	struct photo *photo = embedded_photo("/a", number, 1, "model");
	int64_t group;

	for (int m = 0; m < MEASURE_COUNT; m++)
		photo->faces[0].measures[m] = measure;
	for (int v = 0; v < EMBEDDING_COUNT; v++)
		photo->faces[0].embedding[v] = value;
	photo->hashed = true;
	photo->hash[0] = (uint8_t)(number + 100 * measure);
	photo->faces[0].box = (struct box){10, 10, 100, 100};
	assert_int_equal(store_put(store, photo, NULL), OK);
	group = photo->faces[0].group_id;
	photo_free(photo);
	return group;
}

/*
 * A changed photo's face is who it was by the embedding: other measures do not matter then, and
 * the same ones do not help. 0.02 in each of 128 numbers is a distance of 0.23, 0.05 one of 0.57.
 */
static void test_match(void **state)
{
	struct scratch *s = *state;
	struct store *store = open_ok(s->db, STORE_WRITE);
	struct decision_request request = {.kind = DECISION_ASSIGN, .name = "ada"};
	struct decision decision;
	int64_t face;

	assert_int_equal(group_after(store, 1, 0.5, 0.0f), GROUP_OPEN);
	face = count_rows(s->db, "SELECT id FROM faces");
	request.face_ids = &face;
	request.face_count = 1;
	assert_int_equal(store_decide(store, &request, &decision, NULL), OK);
	decision_done(&decision);
	assert_true(group_after(store, 2, 0.9, 0.02f) > 0);
	assert_int_equal(group_after(store, 3, 0.9, 0.07f), GROUP_OPEN);
	assert_true(group_after(store, 4, 0.5, 0.04f) > 0);
	store_close(store);
}

#define IN_SCRATCH(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(test_round_trip), IN_SCRATCH(test_later),
		IN_SCRATCH(test_models),     IN_SCRATCH(test_damaged),
		IN_SCRATCH(test_match),      IN_SCRATCH(test_damage_of_another_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
