/* Trials in the database: as they were written, with their faces wherever these go, and forgotten
 * with them. What is there is read with SQL as well. */
#include "store_fixture.h"

#include "lookalike/review/session.h"
#include "lookalike/store/forget.h"
#include "lookalike/store/keeper.h"

static const struct trial_run run_a = {.begun_ms = 1700000000123,
				       .kind = TRIAL_INTRUDER,
				       .planned = 48,
				       .seed = UINT64_MAX - 5,
				       .features = 1,
				       .k = 7,
				       .scale = 2,
				       .distance = 0.47,
				       .groups_seed = 9};

static struct trial_row row_of(int number, const int64_t *ids, int count)
{
	struct trial_row row = {.number = number,
				.arm = (enum trial_arm)(number % TRIAL_ARM_COUNT),
				.part = (enum trial_part)(number % TRIAL_PART_COUNT),
				.near = number % 2,
				.group = number + 3,
				.of = number - 1,
				.face_count = count,
				.expected = number % count,
				.answer = number % 4 ? number % count : TRIAL_SKIPPED,
				.answered_s = 1700000000 + number,
				.took_ms = 1000 + number};

	for (int i = 0; i < count; i++)
		row.face_ids[i] = ids[i];
	return row;
}

struct read {
	struct trial_run runs[16];
	struct trial_row rows[16];
	int count;
};

static bool keep(const struct trial_run *run, const struct trial_row *row, void *user)
{
	struct read *r = user;

	assert_in_range(r->count, 0, 15);
	r->runs[r->count] = *run;
	r->rows[r->count++] = *row;
	return true;
}

static struct read read_all(struct store *store)
{
	struct read r = {.count = 0};

	assert_int_equal(store_trials(store, keep, &r, NULL), OK);
	return r;
}

static void assert_row(const struct trial_row *got, const struct trial_row *row)
{
	assert_int_equal(got->number, row->number);
	assert_int_equal(got->arm, row->arm);
	assert_int_equal(got->part, row->part);
	assert_int_equal(got->near, row->near);
	assert_int_equal(got->group, row->group);
	assert_int_equal(got->of, row->of);
	assert_int_equal(got->expected, row->expected);
	assert_int_equal(got->answer, row->answer);
	assert_int_equal(got->answered_s, row->answered_s);
	assert_int_equal(got->took_ms, row->took_ms);
	assert_int_equal(got->face_count, row->face_count);
	for (int i = 0; i < row->face_count; i++)
		assert_int_equal(got->face_ids[i], row->face_ids[i]);
}

static void assert_run(const struct trial_run *got, const struct trial_run *run)
{
	assert_int_equal(got->begun_ms, run->begun_ms);
	assert_int_equal(got->kind, run->kind);
	assert_int_equal(got->planned, run->planned);
	assert_true(got->seed == run->seed);
	assert_int_equal(got->features, run->features);
	assert_int_equal(got->k, run->k);
	assert_int_equal(got->scale, run->scale);
	assert_true(got->distance == run->distance);
	assert_true(got->groups_seed == run->groups_seed);
}

/* Six photos of one face; ids[] are theirs. */
static struct store *store_of_six(const struct scratch *s, int64_t *ids)
{
	struct store *store = open_ok(s->db, STORE_WRITE);

	for (int i = 0; i < 6; i++) {
		char path[] = "/p/a";

		path[3] = (char)('a' + i);
		ids[i] = put_ok(store, path, 60 * i, 1);
	}
	return store;
}

static void test_round_trip(void **state)
{
	struct scratch *s = *state;
	struct trial_run other = run_a;
	struct trial_row rows[4];
	int64_t ids[6], same[6];
	struct session *session = session_new();
	struct store *store = store_of_six(s, ids);
	struct read r;

	other.begun_ms--;
	other.kind = TRIAL_PAIR;
	for (int i = 0; i < 6; i++)
		same[i] = ids[i == 2 ? 1 : 0];
	rows[0] = row_of(4, ids, 2);
	rows[1] = row_of(1, ids, 6);
	rows[2] = row_of(2, same, 6);
	rows[3] = row_of(3, ids + 1, 3);
	assert_int_equal(store_put_trial(store, &run_a, &rows[2], NULL), OK);
	assert_int_equal(store_put_trial(store, &run_a, &rows[1], NULL), OK);
	assert_int_equal(store_put_trial(store, &run_a, &rows[3], NULL), OK);
	assert_int_equal(store_put_trial(store, &other, &rows[0], NULL), OK);
	store_close(store);
	store = open_ok(s->db, STORE_READ);
	r = read_all(store);
	assert_int_equal(r.count, 4);
	for (int i = 0; i < 4; i++) {
		assert_run(&r.runs[i], i ? &run_a : &other);
		assert_row(&r.rows[i], &rows[i]);
	}
	assert_int_equal(session_load(session, store, NULL, 0, NULL), OK);
	assert_int_equal(session->trial_count, 4);
	assert_row(&session->trials[3].row, &rows[3]);
	session_free(session);
	store_close(store);
}

/* A face that is not there leaves nothing of the trial, not even the run. */
static void test_missing_face(void **state)
{
	struct scratch *s = *state;
	int64_t ids[6];
	struct store *store = store_of_six(s, ids);
	struct trial_row row;
	struct error err;

	ids[4] = 1000;
	row = row_of(1, ids, 6);
	assert_int_equal(store_put_trial(store, &run_a, &row, &err), ERR_MISSING);
	assert_int_equal(read_all(store).count, 0);
	assert_int_equal(count_rows(s->db, "SELECT (SELECT count(*) FROM trial_runs) +"
					   " (SELECT count(*) FROM trials) +"
					   " (SELECT count(*) FROM trial_faces)"),
			 0);
	store_close(store);
}

/* A photo that is measured again has new faces, and one that is moved the old ones. */
static void test_measured_again_and_moved(void **state)
{
	struct scratch *s = *state;
	int64_t ids[6], new_id;
	struct store *store = store_of_six(s, ids);
	struct trial_row row = row_of(5, ids, 6);
	struct photo *moved = photo_new("/p/elsewhere");

	assert_int_equal(store_put_trial(store, &run_a, &row, NULL), OK);
	new_id = put_ok(store, "/p/c", 120, 1);
	assert_true(new_id != ids[2]);
	row.face_ids[2] = new_id;
	assert_row(&read_all(store).rows[0], &row);
	moved->id = count_rows(s->db, "SELECT id FROM images WHERE path = x'2f702f62'");
	assert_int_equal(store_move(store, moved, NULL), OK);
	photo_free(moved);
	assert_row(&read_all(store).rows[0], &row);
	/* No face like it: the old one stays, out of its photo. */
	assert_true(put_ok(store, "/p/d", 900, 1) != ids[3]);
	assert_row(&read_all(store).rows[0], &row);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM faces WHERE position < 0"), 1);
	assert_int_equal(count_rows(s->db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	store_close(store);
}

/* With any of its faces the trial goes, and with its last trial the run. */
static void test_forget(void **state)
{
	struct scratch *s = *state;
	int64_t ids[6];
	struct store *store = store_of_six(s, ids);
	struct trial_row rows[] = {row_of(1, ids, 3), row_of(2, ids + 2, 3)};
	struct forgotten f;

	for (int i = 0; i < 2; i++)
		assert_int_equal(store_put_trial(store, &run_a, &rows[i], NULL), OK);
	assert_int_equal(store_forget(store, FORGET_PATH, "/p/e", &f, NULL), OK);
	assert_int_equal(f.faces, 1);
	assert_int_equal(read_all(store).count, 1);
	assert_row(&read_all(store).rows[0], &rows[0]);
	assert_int_equal(store_forget(store, FORGET_ALL, NULL, &f, NULL), OK);
	assert_int_equal(read_all(store).count, 0);
	assert_int_equal(count_rows(s->db, "SELECT (SELECT count(*) FROM trial_runs) +"
					   " (SELECT count(*) FROM trials) +"
					   " (SELECT count(*) FROM trial_faces)"),
			 0);
	store_close(store);
}

static void test_damaged(void **state)
{
	static const char *const damages[] = {
		"UPDATE trial_runs SET kind = 3",
		"UPDATE trials SET arm = -1",
		"UPDATE trials SET part = 77",
		"UPDATE trials SET answer = 6",
		"UPDATE trials SET expected = -1",
		"UPDATE trials SET face_count = 7",
		"UPDATE trials SET answer = -2",
		"UPDATE trials SET face_count = 1",
		"DELETE FROM trial_faces WHERE position = 0",
	};

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct scratch *s = *state;
		int64_t ids[6];
		struct store *store = store_of_six(s, ids);
		struct trial_row row = row_of(1, ids, 3);
		struct read r = {.count = 0};

		assert_int_equal(store_put_trial(store, &run_a, &row, NULL), OK);
		store_close(store);
		run_sql(s->db, damages[i]);
		store = open_ok(s->db, STORE_READ);
		assert_int_equal(store_trials(store, keep, &r, NULL), ERR_STORE);
		store_close(store);
		run_sql(s->db, "DELETE FROM trial_faces; DELETE FROM trials;"
			       "DELETE FROM trial_runs");
	}
}

static void test_keeper(void **state)
{
	struct scratch *s = *state;
	struct queue *answers = queue_new();
	int64_t ids[6];
	struct keeper *keeper = keeper_start(store_of_six(s, ids), answers);
	struct trial_row row = row_of(1, ids, 6);
	struct keeper_answer *answer;
	struct store *store;

	keeper_put_trial(keeper, &run_a, &row);
	keeper_stop(keeper);
	answer = (struct keeper_answer *)queue_pop(answers);
	assert_int_equal(answer->item.kind, KEEPER_TRIAL);
	assert_int_equal(answer->status, OK);
	assert_row(&answer->trial, &row);
	assert_run(&answer->trial_run, &run_a);
	keeper_answer_free(answer);
	queue_free(answers);
	store = open_ok(s->db, STORE_READ);
	assert_int_equal(read_all(store).count, 1);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
		T(test_round_trip), T(test_missing_face), T(test_measured_again_and_moved),
		T(test_forget),     T(test_damaged),      T(test_keeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
