/*
 * The log of decisions: its steps, undo and redo.
 *
 * A step is made and applied in one transaction. The stacks of
 * undo and redo are linked lists through the steps: each step says what lies on top of both after
 * it, and what lies below itself, so that the log needs no pointer that moves.
 */
#include "lookalike/store/decisions.h"

#include "internal.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *decision_name(enum decision_kind kind)
{
	static const char *const names[] = {
#define X(name, text) text,
		DECISION_LIST(X)
#undef X
	};

	return names[kind];
}

void decision_done(struct decision *decision)
{
	for (size_t i = 0; i < decision->change_count; i++) {
		free(decision->changes[i].before_name);
		free(decision->changes[i].after_name);
	}
	free(decision->changes);
	memset(decision, 0, sizeof(*decision));
}

enum status group_name_check(const char *name, struct error *err)
{
	size_t len = strlen(name);

	if (!len)
		return error_set(err, ERR_INPUT, "a group's name cannot be empty");
	if (len > GROUP_NAME_BYTES_MAX)
		return error_set(err, ERR_INPUT, "a group's name has at most %d bytes",
				 GROUP_NAME_BYTES_MAX);
	if (!utf8_valid(name, len))
		return error_set(err, ERR_INPUT, "a group's name has to be UTF-8");
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return error_set(err, ERR_INPUT, "a group's name is one line of text");
	return OK;
}

/* ---- steps ---- */

struct step {
	int64_t of_step, below, undo, redo;
};

/* The step of an id, or the last one; all 0 when there is none. */
static enum status load_step(struct store *store, int64_t id, struct step *out, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_STEP];
	enum status status = OK;
	int code;

	memset(out, 0, sizeof(*out));
	if (id)
		sqlite3_bind_int64(row, 1, id);
	else
		sqlite3_bind_null(row, 1);
	code = sqlite3_step(row);
	if (code == SQLITE_ROW)
		*out = (struct step){sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1),
				     sqlite3_column_int64(row, 2), sqlite3_column_int64(row, 3)};
	else if (code != SQLITE_DONE)
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	return status;
}

static char *column_text(sqlite3_stmt *row, int column)
{
	return text_copy((const char *)sqlite3_column_text(row, column));
}

/* The changes of a step as they were made. */
static enum status load_changes(struct store *store, int64_t step_id, struct decision *d,
				struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_CHANGES];
	enum status status = OK;
	int code;

	sqlite3_bind_int64(row, 1, step_id);
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		int kind = sqlite3_column_int(row, 0);

		if (kind < CHANGE_FACE || kind > CHANGE_APART) {
			status = store_damaged(store, err);
			break;
		}
		d->changes = memory_resize(d->changes, d->change_count + 1, sizeof(*d->changes));
		d->changes[d->change_count++] = (struct decision_change){
			.kind = (enum change_kind)kind,
			.face_id = sqlite3_column_int64(row, 1),
			.group_id = sqlite3_column_int64(row, 2),
			.before_id = sqlite3_column_int64(row, 3),
			.after_id = sqlite3_column_int64(row, 4),
			.before_name = column_text(row, 5),
			.after_name = column_text(row, 6),
		};
	}
	if (!status && code != SQLITE_DONE)
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	return status;
}

static struct decision_change turned_round(const struct decision_change *c)
{
	struct decision_change turned = *c;

	turned.before_id = c->after_id;
	turned.after_id = c->before_id;
	turned.before_name = c->after_name;
	turned.after_name = c->before_name;
	return turned;
}

/* The changes of a step as they have to be made again, or undone. */
static enum status load_turned(struct store *store, int64_t step_id, bool backwards,
			       struct decision *d, struct error *err)
{
	enum status status = load_changes(store, step_id, d, err);

	for (size_t i = 0; !status && backwards && i < (d->change_count + 1) / 2; i++) {
		size_t other = d->change_count - 1 - i;
		struct decision_change last = turned_round(&d->changes[other]);

		d->changes[other] = turned_round(&d->changes[i]);
		d->changes[i] = last;
	}
	return status;
}

/* Do a step again, or backwards. */
static enum status replay(struct store *store, int64_t step_id, bool backwards, struct decision *d,
			  struct error *err)
{
	enum status status = load_turned(store, step_id, backwards, d, err);

	for (size_t i = 0; i < d->change_count && !status; i++)
		status = store_apply(store, &d->changes[i], err);
	return status;
}

/* Steps of which nothing is left, because it was forgotten, are passed over. */
static enum status plan_undo(struct store *store, const struct step *last, struct decision *d,
			     struct step *out, struct error *err)
{
	int64_t id = last->undo;
	struct step undone = {0};
	enum status status = OK;

	while (!status && id) {
		status = load_step(store, id, &undone, err);
		if (!status)
			status = replay(store, id, true, d, err);
		if (d->change_count)
			break;
		id = undone.below;
	}
	if (!status && !d->change_count)
		return error_set(err, ERR_INPUT, "there is nothing to undo");
	/* That of redo becomes this very step: store_decide() knows its id. */
	*out = (struct step){.of_step = id, .below = last->redo, .undo = undone.below};
	return status;
}

static enum status plan_redo(struct store *store, const struct step *last, struct decision *d,
			     struct step *out, struct error *err)
{
	int64_t id = last->redo;
	struct step undo = {0};
	enum status status = OK;

	while (!status && id) {
		status = load_step(store, id, &undo, err);
		if (!status)
			status = replay(store, undo.of_step, false, d, err);
		if (d->change_count)
			break;
		id = undo.below;
	}
	if (!status && !d->change_count)
		return error_set(err, ERR_INPUT, "there is nothing to redo");
	*out = (struct step){.of_step = undo.of_step, .undo = undo.of_step, .redo = undo.below};
	return status;
}

static enum status write_step(struct store *store, struct decision *d, const struct step *step,
			      struct error *err)
{
	sqlite3_stmt *stmt = store->statements[SQL_ADD_STEP];
	int64_t undo = step->undo, redo = step->redo;
	enum status status = store_query(store, SQL_NEXT_STEP, 1, &d->id, err);

	if (status)
		return status;
	d->made_s = (int64_t)time(NULL);
	d->of_step = step->of_step;
	if (d->kind == DECISION_UNDO)
		redo = d->id;
	else if (d->kind != DECISION_REDO)
		undo = d->id;
	sqlite3_bind_int64(stmt, 1, d->id);
	sqlite3_bind_int(stmt, 2, (int)d->kind);
	sqlite3_bind_int64(stmt, 3, d->made_s);
	if (d->of_step)
		sqlite3_bind_int64(stmt, 4, d->of_step);
	else
		sqlite3_bind_null(stmt, 4);
	sqlite3_bind_int64(stmt, 5, step->below);
	sqlite3_bind_int64(stmt, 6, undo);
	sqlite3_bind_int64(stmt, 7, redo);
	return store_step(store, SQL_ADD_STEP, err);
}

static void bind_or_null(sqlite3_stmt *stmt, int index, int64_t id)
{
	if (id)
		sqlite3_bind_int64(stmt, index, id);
	else
		sqlite3_bind_null(stmt, index);
}

static enum status write_changes(struct store *store, const struct decision *d, struct error *err)
{
	sqlite3_stmt *stmt = store->statements[SQL_ADD_CHANGE];
	enum status status = OK;

	for (size_t i = 0; i < d->change_count && !status; i++) {
		const struct decision_change *c = &d->changes[i];

		sqlite3_bind_int64(stmt, 1, d->id);
		sqlite3_bind_int64(stmt, 2, (int64_t)i);
		sqlite3_bind_int(stmt, 3, (int)c->kind);
		bind_or_null(stmt, 4, c->face_id);
		bind_or_null(stmt, 5, c->group_id);
		sqlite3_bind_int64(stmt, 6, c->before_id);
		sqlite3_bind_int64(stmt, 7, c->after_id);
		sqlite3_bind_text(stmt, 8, c->before_name, -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 9, c->after_name, -1, SQLITE_STATIC);
		status = store_step(store, SQL_ADD_CHANGE, err);
	}
	return status;
}

static enum status decide(struct store *store, const struct decision_request *r, struct decision *d,
			  struct error *err)
{
	struct step last = {0}, step = {0};
	enum status status = load_step(store, 0, &last, err);

	if (status)
		return status;
	step.below = last.undo;
	switch (r->kind) {
	case DECISION_UNDO:
		status = plan_undo(store, &last, d, &step, err);
		break;
	case DECISION_REDO:
		status = plan_redo(store, &last, d, &step, err);
		break;
	default:
		status = store_plan(store, r, d, err);
	}
	if (status || !d->change_count)
		return status;
	status = write_step(store, d, &step, err);
	if (!status && r->kind != DECISION_UNDO && r->kind != DECISION_REDO)
		status = write_changes(store, d, err);
	return status;
}

enum status store_decide(struct store *store, const struct decision_request *request,
			 struct decision *out, struct error *err)
{
	struct decision d = {.kind = request->kind};
	enum status status = OK;

	if (request->kind == DECISION_ASSIGN)
		status = group_name_check(request->name, err);
	if (request->kind == DECISION_RENAME)
		status = group_name_check(request->new_name, err);
	if (!status)
		status = store_begin(store, err);
	if (status)
		return status;
	store->sync = true;
	status = decide(store, request, &d, err);
	status = store_end(store, status, err);
	if (status)
		decision_done(&d);
	else
		*out = d;
	return status;
}

enum status store_log(struct store *store, decision_fn *each, void *user, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_LOG];
	enum status status = OK;
	bool wanted = true;
	int code = SQLITE_DONE;

	while (wanted && !status && (code = sqlite3_step(row)) == SQLITE_ROW) {
		struct decision d = {.id = sqlite3_column_int64(row, 0),
				     .of_step = sqlite3_column_int64(row, 2),
				     .made_s = sqlite3_column_int64(row, 3)};
		int kind = sqlite3_column_int(row, 1);

		if (kind < 0 || kind >= DECISION_COUNT) {
			status = store_damaged(store, err);
			break;
		}
		d.kind = (enum decision_kind)kind;
		status = load_turned(store, d.of_step ? d.of_step : d.id, d.kind == DECISION_UNDO,
				     &d, err);
		wanted = !status && each(&d, user);
		decision_done(&d);
	}
	if (!status && code != SQLITE_DONE && code != SQLITE_ROW)
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	return status;
}

enum status store_decisions_made(struct store *store, int *out, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_DECISIONS_MADE];
	enum status status = OK;

	sqlite3_bind_int(row, 1, DECISION_UNDO);
	if (sqlite3_step(row) == SQLITE_ROW)
		*out = sqlite3_column_int(row, 0);
	else
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	return status;
}
