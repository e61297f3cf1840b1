/*
 * What a decision changes, and how a change is made.
 *
 * Each change is applied as soon as it is known, because whether a group ends depends on what the
 * changes before it have left in it.
 */
#include "internal.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

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

static enum status apply_apart(struct store *store, const struct decision_change *c,
			       struct error *err)
{
	enum sql sql = c->after_id ? SQL_SET_SIDE : SQL_CLEAR_SIDE;
	sqlite3_stmt *stmt = store->statements[sql];

	sqlite3_bind_int64(stmt, 1, c->face_id);
	sqlite3_bind_int64(stmt, 2, c->group_id);
	if (sql == SQL_SET_SIDE)
		sqlite3_bind_int64(stmt, 3, c->after_id);
	return store_step(store, sql, err);
}

enum status store_apply(struct store *store, const struct decision_change *c, struct error *err)
{
	switch (c->kind) {
	case CHANGE_FACE:
		return apply_face(store, c, err);
	case CHANGE_NAME:
		return apply_name(store, c, err);
	case CHANGE_REFUSAL:
		return apply_refusal(store, c, err);
	case CHANGE_APART:
		return apply_apart(store, c, err);
	}
	return OK;
}

/* Apply a change and add it to the step; takes its names. */
static enum status add_change(struct store *store, struct decision *d, struct decision_change c,
			      struct error *err)
{
	d->changes = memory_resize(d->changes, d->change_count + 1, sizeof(*d->changes));
	d->changes[d->change_count++] = c;
	return store_apply(store, &c, err);
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

/* Leave the statements that have other people in this group. */
static enum status join_others(struct store *store, struct decision *d, int64_t face_id,
			       int64_t group_id, struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_JOINED];
	struct decision_change *left = NULL;
	enum status status = OK;
	size_t count = 0;
	int code;

	sqlite3_bind_int64(row, 1, face_id);
	sqlite3_bind_int64(row, 2, group_id);
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		left = memory_resize(left, count + 1, sizeof(*left));
		left[count++] = (struct decision_change){
			.kind = CHANGE_APART,
			.face_id = face_id,
			.group_id = sqlite3_column_int64(row, 0),
			.before_id = sqlite3_column_int64(row, 1),
		};
	}
	if (code != SQLITE_DONE)
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	for (size_t i = 0; i < count && !status; i++)
		status = add_change(store, d, left[i], err);
	free(left);
	return status;
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
	if (!status && to > 0)
		status = join_others(store, d, face_id, to, err);
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

static enum status side_of(struct store *store, int64_t face_id, int64_t statement, int64_t *out,
			   struct error *err)
{
	sqlite3_bind_int64(store->statements[SQL_SIDE], 1, face_id);
	sqlite3_bind_int64(store->statements[SQL_SIDE], 2, statement);
	return store_query(store, SQL_SIDE, 0, out, err);
}

/* Whether a statement tells apart whoever a request does. */
static enum status says_it(struct store *store, int64_t statement, const struct decision_request *r,
			   bool *out, struct error *err)
{
	int64_t *sides = memory_new(r->face_count * sizeof(*sides));
	enum status status = OK;
	bool same = true;

	for (size_t i = 0; i < r->face_count && same && !status; i++) {
		status = side_of(store, r->face_ids[i], statement, &sides[i], err);
		same = sides[i] > 0;
		for (size_t j = 0; j < i && same; j++)
			same = sides[i] != sides[j] || r->sides[i] == r->sides[j];
	}
	free(sides);
	if (!status)
		*out = same;
	return status;
}

/* Whether some statement says it already. */
static enum status is_said(struct store *store, const struct decision_request *r, bool *out,
			   struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_STATEMENTS];
	enum status status = OK;
	bool said = false;
	int code = SQLITE_DONE;

	sqlite3_bind_int64(row, 1, r->face_ids[0]);
	while (!status && !said && (code = sqlite3_step(row)) == SQLITE_ROW)
		status = says_it(store, sqlite3_column_int64(row, 0), r, &said, err);
	if (!status && code != SQLITE_DONE && code != SQLITE_ROW)
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	if (!status)
		*out = said;
	return status;
}

static enum status add_side(struct store *store, struct decision *d, int64_t face_id,
			    int64_t statement, int side, struct error *err)
{
	int64_t before = 0, group_id;
	enum status status = store_face_group(store, face_id, &group_id, err);

	if (!status)
		status = side_of(store, face_id, statement, &before, err);
	if (status || before == side)
		return status;
	if (before)
		return error_set(err, ERR_INPUT, "one face cannot be two people");
	return add_change(store, d,
			  (struct decision_change){.kind = CHANGE_APART,
						   .face_id = face_id,
						   .group_id = statement,
						   .after_id = side},
			  err);
}

static enum status plan_apart(struct store *store, const struct decision_request *r,
			      struct decision *d, struct error *err)
{
	int64_t statement = 0;
	bool two = false, said = false;
	enum status status;

	for (size_t i = 1; i < r->face_count; i++)
		two = two || r->sides[i] != r->sides[0];
	if (!two)
		return error_set(err, ERR_INPUT, "who is apart is two people or more");
	status = is_said(store, r, &said, err);
	if (status || said)
		return status;
	status = store_query(store, SQL_NEXT_STEP, 1, &statement, err);
	for (size_t i = 0; i < r->face_count && !status; i++)
		status = add_side(store, d, r->face_ids[i], statement, r->sides[i], err);
	return status;
}

enum status store_plan(struct store *store, const struct decision_request *request,
		       struct decision *d, struct error *err)
{
	if (request->kind == DECISION_RENAME)
		return plan_rename(store, request, d, err);
	if (request->kind == DECISION_APART)
		return plan_apart(store, request, d, err);
	return plan_faces(store, request, d, err);
}
