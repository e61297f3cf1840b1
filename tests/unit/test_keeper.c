/* The keeper: every request has one answer, questions before photos, nothing lost on the way. */
#include "store_fixture.h"

#include "lookalike/store/keeper.h"

#include <math.h>

static struct keeper_answer *next(struct keeper *keeper, struct queue *answers)
{
	keeper_send(keeper);
	return (struct keeper_answer *)queue_wait(answers);
}

static void test_put_ask_remove(void **state)
{
	struct scratch *s = *state;
	struct queue *answers = queue_new();
	struct keeper *keeper = keeper_start(open_ok(s->db, STORE_WRITE), answers);
	struct photo *photo = photo_of("/a\xff", 7, 2);
	struct keeper_answer *answer;
	int64_t *ids = malloc(sizeof(*ids)), face_id;
	char **paths;

	keeper_put(keeper, photo);
	answer = next(keeper, answers);
	assert_int_equal(answer->item.kind, KEEPER_STORED);
	assert_int_equal(answer->status, OK);
	assert_ptr_equal(answer->photo, photo);
	assert_true(photo->id > 0);
	assert_true(photo->faces[1].id > 0);
	assert_null(photo->faces[1].thumb);
	face_id = photo->faces[1].id;
	ids[0] = photo->id;
	keeper_answer_free(answer);

	/* Nothing is asked for before it is sent. */
	keeper_ask_face(keeper, face_id);
	usleep(1000);
	assert_null(queue_pop(answers));
	answer = next(keeper, answers);
	assert_int_equal(answer->item.kind, KEEPER_FACE);
	assert_int_equal(answer->status, OK);
	assert_true(answer->face->id == face_id);
	assert_face(answer->face, 7, 1, true);
	keeper_answer_free(answer);

	keeper_ask_seen(keeper, ids[0]);
	answer = next(keeper, answers);
	assert_int_equal(answer->item.kind, KEEPER_SEEN);
	assert_int_equal(answer->status, OK);
	assert_int_equal(answer->seen_count, 7 % 5);
	for (int i = 0; i < answer->seen_count; i++) {
		struct seen_face seen = seen_of(7, i);

		assert_memory_equal(&answer->seen[i].box, &seen.box, sizeof(seen.box));
	}
	keeper_answer_free(answer);

	paths = malloc(sizeof(*paths));
	paths[0] = text_copy("/a\xff");
	keeper_try(keeper, paths, 1);
	answer = next(keeper, answers);
	assert_int_equal(answer->item.kind, KEEPER_TRIED);
	assert_int_equal(answer->status, OK);
	keeper_answer_free(answer);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM attempts"), 1);
	keeper_try(keeper, NULL, 0);
	keeper_answer_free(next(keeper, answers));
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM attempts"), 0);

	keeper_remove(keeper, ids, 1);
	answer = next(keeper, answers);
	assert_int_equal(answer->item.kind, KEEPER_REMOVED);
	assert_int_equal(answer->status, OK);
	assert_int_equal(answer->id_count, 1);
	assert_ptr_equal(answer->ids, ids);
	keeper_answer_free(answer);

	/* Nothing is asked for before it is sent. */
	keeper_ask_face(keeper, face_id);
	usleep(1000);
	assert_null(queue_pop(answers));
	answer = next(keeper, answers);
	assert_int_equal(answer->status, ERR_MISSING);
	assert_true(answer->face->id == face_id);
	assert_null(answer->face->thumb);
	assert_non_null(strstr(answer->text, "no longer"));
	keeper_answer_free(answer);
	keeper_stop(keeper);
	assert_null(queue_pop(answers));
	queue_free(answers);
}

/* Many at once, then stop: all are written, answered in their order, and in the file. */
static void test_stop_writes_all(void **state)
{
	struct scratch *s = *state;
	struct queue *answers = queue_new();
	struct keeper *keeper = keeper_start(open_ok(s->db, STORE_WRITE), answers);
	struct keeper_answer *answer;
	int stored = 0, asked = 0;
	struct store *store;

	for (int i = 0; i < 200; i++) {
		char *path = text_format("/%d", i);

		keeper_put(keeper, photo_of(path, i, 1));
		if (i % 10 == 0)
			keeper_ask_face(keeper, 100000 + i);
		free(path);
	}
	keeper_stop(keeper);
	while ((answer = (struct keeper_answer *)queue_pop(answers))) {
		if (answer->item.kind == KEEPER_STORED) {
			assert_int_equal(answer->status, OK);
			assert_int_equal(answer->photo->width_px, 640 + stored++);
			assert_true(answer->photo->faces[0].id > 0);
		} else {
			assert_int_equal(answer->item.kind, KEEPER_FACE);
			assert_true(answer->face->id == 100000 + 10 * asked++);
		}
		keeper_answer_free(answer);
	}
	assert_int_equal(stored, 200);
	assert_int_equal(asked, 20);
	queue_free(answers);
	store = open_ok(s->db, STORE_WRITE);
	assert_int_equal(images_in(store), 200);
	store_close(store);
}

static void test_failed_photo_comes_back(void **state)
{
	struct scratch *s = *state;
	struct queue *answers = queue_new();
	struct keeper *keeper = keeper_start(open_ok(s->db, STORE_WRITE), answers);
	struct photo *bad = photo_of("/bad", 1, 2);
	struct keeper_answer *answer;

	bad->faces[1].score = NAN; /* the column refuses it */
	keeper_put(keeper, photo_of("/a", 1, 1));
	keeper_put(keeper, bad);
	keeper_put(keeper, photo_of("/b", 2, 1));
	for (int i = 0; i < 3; i++) {
		answer = next(keeper, answers);
		assert_int_equal(answer->status, i == 1 ? ERR_STORE : OK);
		if (i == 1) {
			assert_ptr_equal(answer->photo, bad);
			assert_non_null(strstr(answer->text, "faces.db"));
			assert_int_equal(bad->faces[0].id, 0);
			assert_non_null(bad->faces[0].thumb);
			bad->faces[1].score = 1;
			answer->photo = NULL;
		}
		keeper_answer_free(answer);
	}
	keeper_put(keeper, bad);
	answer = next(keeper, answers);
	assert_int_equal(answer->status, OK);
	keeper_answer_free(answer);
	keeper_stop(keeper);
	queue_free(answers);
}

/* A store that cannot be written at all: still one answer each. */
static void test_read_only_store(void **state)
{
	struct scratch *s = *state;
	struct queue *answers = queue_new();
	struct keeper_answer *answer;
	struct keeper *keeper;

	store_close(open_ok(s->db, STORE_WRITE));
	keeper = keeper_start(open_ok(s->db, STORE_READ), answers);
	for (int i = 0; i < 3; i++)
		keeper_put(keeper, photo_of("/a", i, 1));
	keeper_remove(keeper, NULL, 0);
	keeper_stop(keeper);
	for (int i = 0; i < 4; i++) {
		answer = (struct keeper_answer *)queue_wait(answers); /* all were sent */
		assert_int_equal(answer->status, i < 3 ? ERR_STORE : answer->status);
		assert_true(i < 3 ? answer->photo->faces[0].thumb != NULL : !answer->photo);
		keeper_answer_free(answer);
	}
	assert_null(queue_pop(answers));
	queue_free(answers);
}

static void test_stop_at_once(void **state)
{
	struct scratch *s = *state;
	struct queue *answers = queue_new();

	keeper_stop(keeper_start(open_ok(s->db, STORE_WRITE), answers));
	store_close(open_ok(s->db, STORE_WRITE));
	assert_null(queue_pop(answers));
	queue_free(answers);
	keeper_stop(NULL);
	keeper_answer_free(NULL);
}

/* A decision is answered before photos that were put earlier, and what it changed comes along. */
static void test_decide(void **state)
{
	struct scratch *s = *state;
	struct queue *answers = queue_new();
	struct store *store = open_ok(s->db, STORE_WRITE);
	int64_t id = put_ok(store, "/a", 9, 1);
	struct keeper *keeper = keeper_start(store, answers);
	struct decision_request request = {.kind = DECISION_ASSIGN,
					   .name = "choir",
					   .face_ids = &id,
					   .face_count = 1};
	struct keeper_answer *answer;

	keeper_decide(keeper, &request);
	answer = next(keeper, answers);
	assert_int_equal(answer->item.kind, KEEPER_DECIDED);
	assert_int_equal(answer->status, OK);
	assert_int_equal(answer->decision.change_count, 2);
	assert_string_equal(answer->decision.changes[0].after_name, "choir");
	assert_true(answer->decision.changes[1].face_id == id);
	assert_string_equal(answer->request->name, "choir");
	keeper_answer_free(answer);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM assigned"), 1);

	keeper_decide(keeper, &(struct decision_request){.kind = DECISION_UNDO});
	keeper_answer_free(next(keeper, answers));
	keeper_decide(keeper, &(struct decision_request){.kind = DECISION_UNDO});
	answer = next(keeper, answers);
	assert_int_equal(answer->status, ERR_INPUT);
	assert_string_equal(answer->text, "there is nothing to undo");
	keeper_answer_free(answer);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM assigned"), 0);
	keeper_stop(keeper);
	queue_free(answers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
		T(test_put_ask_remove),          T(test_decide),          T(test_stop_writes_all),
		T(test_failed_photo_comes_back), T(test_read_only_store), T(test_stop_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
