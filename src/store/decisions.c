/*
 * The log of decisions, and what follows from it.
 *
 * A step is made and applied in one transaction: each change is applied as soon as it is known,
 * because whether a group ends depends on what the changes before have left in it. The stacks of
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

static enum status no_group(const char *name, struct error *err)
{
	char quoted[GROUP_NAME_BYTES_MAX + 1];

	quote_bytes(quoted, sizeof(quoted), name, strlen(name));
	return error_set(err, ERR_INPUT, "there is no group %s", quoted);
}

static enum status find_group(struct store *store, const char *name, int64_t *out,
			      struct error *err)
{
	sqlite3_bind_text(store->statements[SQL_GROUP_ID], 1, name, -1, SQLITE_STATIC);
	return store_query(store, SQL_GROUP_ID, 0, out, err);
}

/* ---- one change ---- */

static enum status apply_face(struct store *store, const struct decision_change *c,
			      struct error *err)
{
	enum sql sql = c->after_id == GROUP_OPEN ? SQL_UNASSIGN : SQL_ASSIGN;
	sqlite3_stmt *stmt = store->statements[sql];

	sqlite3_bind_int64(stmt, 1, c->face_id);
	if (sql == SQL_ASSIGN && c->after_id == GROUP_ASIDE)
		sqlite3_bind_null(stmt, 2);
	else if (sql == SQL_ASSIGN)
		sqlite3_bind_int64(stmt, 2, c->after_id);
	return store_step(store, sql, err);
}

static enum status apply_name(struct store *store, const struct decision_change *c,
			      struct error *err)
{
	enum sql sql = !c->after_name    ? SQL_END_GROUP
		       : !c->before_name ? SQL_MAKE_GROUP
					 : SQL_RENAME_GROUP;
	sqlite3_stmt *stmt = store->statements[sql];

	sqlite3_bind_int64(stmt, 1, c->group_id);
	if (c->after_name)
		sqlite3_bind_text(stmt, 2, c->after_name, -1, SQLITE_STATIC);
	return store_step(store, sql, err);
}

static enum status apply_refusal(struct store *store, const struct decision_change *c,
				 struct error *err)
{
	enum sql sql = c->after_id ? SQL_REFUSE : SQL_UNREFUSE;
	sqlite3_stmt *stmt = store->statements[sql];

	sqlite3_bind_int64(stmt, 1, c->face_id);
	sqlite3_bind_int64(stmt, 2, c->group_id);
	return store_step(store, sql, err);
}

/* Apply a change and add it to the step; takes its names. */
static enum status add_change(struct store *store, struct decision *d, struct decision_change c,
			      struct error *err)
{
	d->changes = memory_resize(d->changes, d->change_count + 1, sizeof(*d->changes));
	d->changes[d->change_count++] = c;
	switch (c.kind) {
	case CHANGE_FACE:
		return apply_face(store, &c, err);
	case CHANGE_NAME:
		return apply_name(store, &c, err);
	case CHANGE_REFUSAL:
		return apply_refusal(store, &c, err);
	}
	return OK;
}

/* ---- from a request to changes ---- */

enum status store_face_group(struct store *store, int64_t face_id, int64_t *out, struct error *err)
{
	const int64_t no_face = INT64_MIN;
	int64_t group_id = 0;
	enum status status;

	sqlite3_bind_int64(store->statements[SQL_FACE_GROUP], 1, face_id);
	status = store_query(store, SQL_FACE_GROUP, no_face, &group_id, err);
	if (status)
		return status;
	if (group_id == no_face)
		return error_set(err, ERR_MISSING, "this face is no longer in %s", store->name);
	*out = group_id;
	return OK;
}

static enum status set_refusal(struct store *store, struct decision *d, int64_t face_id,
			       int64_t group_id, bool refused, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_REFUSED];
	int64_t before = 0;
	enum status status;

	sqlite3_bind_int64(row, 1, face_id);
	sqlite3_bind_int64(row, 2, group_id);
	status = store_query(store, SQL_REFUSED, 0, &before, err);
	if (status || before == refused)
		return status;
	return add_change(store, d,
			  (struct decision_change){.kind = CHANGE_REFUSAL,
						   .face_id = face_id,
						   .group_id = group_id,
						   .before_id = before,
						   .after_id = refused},
			  err);
}

static enum status move_face(struct store *store, struct decision *d, int64_t face_id, int64_t to,
			     struct error *err)
{
	int64_t before = GROUP_OPEN;
	enum status status = store_face_group(store, face_id, &before, err);

	if (!status && before != to)
		status = add_change(store, d,
				    (struct decision_change){.kind = CHANGE_FACE,
							     .face_id = face_id,
							     .before_id = before,
							     .after_id = to},
				    err);
	if (!status && to > 0)
		status = set_refusal(store, d, face_id, to, false, err);
	return status;
}

static enum status refuse_face(struct store *store, struct decision *d, int64_t face_id,
			       int64_t group_id, struct error *err)
{
	int64_t before = GROUP_OPEN;
	enum status status = store_face_group(store, face_id, &before, err);

	if (!status && before == group_id)
		status = move_face(store, d, face_id, GROUP_OPEN, err);
	return status ? status : set_refusal(store, d, face_id, group_id, true, err);
}

/* End the groups that the step has emptied. */
static enum status end_groups(struct store *store, struct decision *d, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_EMPTY_GROUP];
	size_t count = d->change_count;
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++) {
		struct decision_change c = {.kind = CHANGE_NAME};
		int code;

		if (d->changes[i].kind != CHANGE_FACE || d->changes[i].before_id <= 0)
			continue;
		c.group_id = d->changes[i].before_id;
		sqlite3_bind_int64(row, 1, c.group_id);
		code = sqlite3_step(row);
		if (code == SQLITE_ROW)
			c.before_name = text_copy((const char *)sqlite3_column_text(row, 0));
		else if (code != SQLITE_DONE)
			status = store_fail(store, "cannot read", err);
		sqlite3_reset(row);
		if (c.before_name)
			status = add_change(store, d, c, err);
	}
	return status;
}

static enum status plan_faces(struct store *store, const struct decision_request *r,
			      struct decision *d, struct error *err)
{
	int64_t to = r->kind == DECISION_ASIDE ? GROUP_ASIDE : GROUP_OPEN;
	enum status status = OK;

	if (r->kind == DECISION_ASSIGN || r->kind == DECISION_REFUSE)
		status = find_group(store, r->name, &to, err);
	if (!status && r->kind == DECISION_REFUSE && !to)
		status = no_group(r->name, err);
	if (!status && r->kind == DECISION_ASSIGN && !to) {
		status = store_query(store, SQL_NEXT_GROUP, 1, &to, err);
		if (!status)
			status = add_change(store, d,
					    (struct decision_change){.kind = CHANGE_NAME,
								     .group_id = to,
								     .after_name = text_copy(
									     r->name)},
					    err);
	}
	for (size_t i = 0; i < r->face_count && !status; i++)
		status = r->kind == DECISION_REFUSE ? refuse_face(store, d, r->face_ids[i], to, err)
						    : move_face(store, d, r->face_ids[i], to, err);
	return status ? status : end_groups(store, d, err);
}

static enum status plan_rename(struct store *store, const struct decision_request *r,
			       struct decision *d, struct error *err)
{
	int64_t group_id = 0, other = 0;
	enum status status = find_group(store, r->name, &group_id, err);

	if (!status && !group_id)
		status = no_group(r->name, err);
	if (!status)
		status = find_group(store, r->new_name, &other, err);
	if (status || other == group_id)
		return status;
	if (other)
		return error_set(err, ERR_INPUT,
				 "there is a group of that name already: assign the faces to it");
	return add_change(store, d,
			  (struct decision_change){.kind = CHANGE_NAME,
						   .group_id = group_id,
						   .before_name = text_copy(r->name),
						   .after_name = text_copy(r->new_name)},
			  err);
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

		if (kind < CHANGE_FACE || kind > CHANGE_REFUSAL) {
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

/* Do a step again, or backwards. */
static enum status replay(struct store *store, int64_t step_id, bool backwards, struct decision *d,
			  struct error *err)
{
	struct decision logged = {0};
	enum status status = load_changes(store, step_id, &logged, err);
	size_t done = 0;

	while (!status && done < logged.change_count) {
		size_t at = backwards ? logged.change_count - 1 - done : done;
		struct decision_change c = backwards ? turned_round(&logged.changes[at])
						     : logged.changes[at];

		logged.changes[at].before_name = NULL;
		logged.changes[at].after_name = NULL;
		status = add_change(store, d, c, err);
		done++;
	}
	decision_done(&logged);
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
	case DECISION_RENAME:
		status = plan_rename(store, r, d, err);
		break;
	default:
		status = plan_faces(store, r, d, err);
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
		status = load_changes(store, d.id, &d, err);
		wanted = !status && each(&d, user);
		decision_done(&d);
	}
	if (!status && code != SQLITE_DONE && code != SQLITE_ROW)
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	return status;
}
