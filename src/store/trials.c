/* Trials of the blind test: written one by one as they are answered, read all together. */
#include "lookalike/store/trials.h"

#include "internal.h"

#include <sqlite3.h>
#include <string.h>

const char *trial_kind_name(enum trial_kind kind)
{
	static const char *const names[] = {
#define X(name, text) text,
		TRIAL_KIND_LIST(X)
#undef X
	};

	return names[kind];
}

const char *trial_arm_name(enum trial_arm arm)
{
	static const char *const names[] = {
#define X(name, text) text,
		TRIAL_ARM_LIST(X)
#undef X
	};

	return names[arm];
}

const char *trial_part_name(enum trial_part part)
{
	static const char *const names[] = {
#define X(name, text) text,
		TRIAL_PART_LIST(X)
#undef X
	};

	return names[part];
}

static enum status put_run(struct store *store, const struct trial_run *run, struct error *err)
{
	sqlite3_stmt *stmt = store->statements[SQL_PUT_TRIAL_RUN];

	sqlite3_bind_int64(stmt, 1, run->begun_ms);
	sqlite3_bind_int(stmt, 2, (int)run->kind);
	sqlite3_bind_int(stmt, 3, run->planned);
	sqlite3_bind_int64(stmt, 4, (int64_t)run->seed);
	sqlite3_bind_int(stmt, 5, run->features);
	sqlite3_bind_int(stmt, 6, run->k);
	sqlite3_bind_int(stmt, 7, run->scale);
	sqlite3_bind_double(stmt, 8, run->distance);
	sqlite3_bind_int64(stmt, 9, (int64_t)run->groups_seed);
	return store_step(store, SQL_PUT_TRIAL_RUN, err);
}

static enum status put_row(struct store *store, const struct trial_run *run,
			   const struct trial_row *trial, struct error *err)
{
	sqlite3_stmt *stmt = store->statements[SQL_PUT_TRIAL];

	sqlite3_bind_int64(stmt, 1, run->begun_ms);
	sqlite3_bind_int(stmt, 2, trial->number);
	sqlite3_bind_int(stmt, 3, (int)trial->arm);
	sqlite3_bind_int(stmt, 4, (int)trial->part);
	sqlite3_bind_int(stmt, 5, trial->near);
	sqlite3_bind_int(stmt, 6, trial->group);
	sqlite3_bind_int(stmt, 7, trial->of);
	sqlite3_bind_int(stmt, 8, trial->face_count);
	sqlite3_bind_int(stmt, 9, trial->expected);
	sqlite3_bind_int(stmt, 10, trial->answer);
	sqlite3_bind_int64(stmt, 11, trial->answered_s);
	sqlite3_bind_int(stmt, 12, trial->took_ms);
	return store_step(store, SQL_PUT_TRIAL, err);
}

/* A face that is no longer there adds no row. */
static enum status put_face(struct store *store, const struct trial_run *run,
			    const struct trial_row *trial, int position, struct error *err)
{
	sqlite3_stmt *stmt = store->statements[SQL_PUT_TRIAL_FACE];
	enum status status;

	sqlite3_bind_int64(stmt, 1, run->begun_ms);
	sqlite3_bind_int(stmt, 2, trial->number);
	sqlite3_bind_int(stmt, 3, position);
	sqlite3_bind_int64(stmt, 4, trial->face_ids[position]);
	status = store_step(store, SQL_PUT_TRIAL_FACE, err);
	if (!status && !sqlite3_changes(store->db))
		return error_set(err, ERR_MISSING, "a face of the trial is no longer there");
	return status;
}

enum status store_put_trial(struct store *store, const struct trial_run *run,
			    const struct trial_row *trial, struct error *err)
{
	enum status status = store_begin(store, err);

	if (status)
		return status;
	store->sync = true;
	status = put_run(store, run, err);
	if (!status)
		status = put_row(store, run, trial, err);
	for (int i = 0; i < trial->face_count && !status; i++)
		status = put_face(store, run, trial, i, err);
	return store_end(store, status, err);
}

/* A number of a list; false for one that this program would not have written. */
static bool read_below(sqlite3_stmt *row, int column, int end, int *out)
{
	sqlite3_int64 value = sqlite3_column_int64(row, column);

	*out = (int)value;
	return value >= 0 && value < end;
}

/* What a row says of its run and its trial, but the face. */
static bool read_row(sqlite3_stmt *row, struct trial_run *run, struct trial_row *trial)
{
	int kind, arm, part, count, expected, answer;

	if (!read_below(row, 1, TRIAL_KIND_COUNT, &kind) ||
	    !read_below(row, 10, TRIAL_ARM_COUNT, &arm) ||
	    !read_below(row, 11, TRIAL_PART_COUNT, &part) ||
	    !read_below(row, 15, TRIAL_FACES_MAX + 1, &count) ||
	    !read_below(row, 16, TRIAL_FACES_MAX, &expected))
		return false;
	answer = sqlite3_column_int(row, 17);
	if (count < 2 || answer < TRIAL_SKIPPED || answer >= TRIAL_FACES_MAX)
		return false;
	*run = (struct trial_run){
		.begun_ms = sqlite3_column_int64(row, 0),
		.kind = (enum trial_kind)kind,
		.planned = sqlite3_column_int(row, 2),
		.seed = (uint64_t)sqlite3_column_int64(row, 3),
		.features = sqlite3_column_int(row, 4) == 1,
		.k = sqlite3_column_int(row, 5),
		.scale = sqlite3_column_int(row, 6),
		.distance = sqlite3_column_double(row, 7),
		.groups_seed = (uint64_t)sqlite3_column_int64(row, 8),
	};
	*trial = (struct trial_row){
		.number = sqlite3_column_int(row, 9),
		.arm = (enum trial_arm)arm,
		.part = (enum trial_part)part,
		.near = sqlite3_column_int(row, 12) != 0,
		.group = sqlite3_column_int(row, 13),
		.of = sqlite3_column_int(row, 14),
		.face_count = count,
		.expected = expected,
		.answer = answer,
		.answered_s = sqlite3_column_int64(row, 18),
		.took_ms = sqlite3_column_int(row, 19),
	};
	return true;
}

/* There is a row for every face: a trial is whole with its last. */
enum status store_trials(struct store *store, trial_fn *each, void *user, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_TRIALS];
	struct trial_row trial, next;
	struct trial_run run;
	enum status status = OK;
	bool wanted = true;
	int code = SQLITE_DONE, faces = 0;

	while (wanted && (code = sqlite3_step(row)) == SQLITE_ROW) {
		if (!read_row(row, &run, &next) || sqlite3_column_int(row, 20) != faces) {
			status = store_damaged(store, err);
			break;
		}
		if (!faces)
			trial = next;
		trial.face_ids[faces++] = sqlite3_column_int64(row, 21);
		if (faces < trial.face_count)
			continue;
		wanted = each(&run, &trial, user);
		faces = 0;
	}
	if (!status && wanted && code != SQLITE_DONE)
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	return status;
}
