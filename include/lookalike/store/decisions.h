/*
 * decisions.h: what a person decided: this face belongs to that group, or is set aside.
 *
 * Every decision is one step of a log: a list of changes, each with what was before, so that undo
 * and redo are steps like any other and go back to the first. A group exists while it has faces;
 * the step that takes its last one away ends it. Decisions are kept apart from what was measured:
 * they stay when photos are measured again, moved or removed.
 *
 * Owns     a struct decision that was handed out is the caller's: decision_done().
 * Threads  as store.h.
 * Errors   ERR_INPUT when it cannot be decided (no such group, nothing to undo), ERR_MISSING for a
 *          face that is no longer there; and those of the store. Nothing is decided then. OK means
 *          that the disk has it.
 */
#ifndef LOOKALIKE_STORE_DECISIONS_H
#define LOOKALIKE_STORE_DECISIONS_H

#include "lookalike/store/store.h"

/* Stored as a number: append only. */
#define DECISION_LIST(X)                                                                       \
	X(DECISION_ASSIGN, "assign") /* faces to the group of a name, made if there is none */ \
	X(DECISION_ASIDE, "aside")   /* faces to no group, out of the clustering */            \
	X(DECISION_OPEN, "open")     /* faces back to the clustering */                        \
	X(DECISION_RENAME, "rename") /* a group */                                             \
	X(DECISION_REFUSE, "not")    /* faces are not this group; if in it, they are open */   \
	X(DECISION_UNDO, "undo")                                                               \
	X(DECISION_REDO, "redo")                                                               \
	X(DECISION_APART, "apart") /* faces are different people, side by side */

enum decision_kind {
#define X(name, text) name,
	DECISION_LIST(X)
#undef X
	DECISION_COUNT
};

const char *decision_name(enum decision_kind kind);

#define GROUP_NAME_BYTES_MAX 200

struct decision_request {
	enum decision_kind kind;
	const char *name;     /* of the group: assign, rename, not */
	const char *new_name; /* rename */
	const int64_t *face_ids;
	size_t face_count;
	const int *sides; /* apart: of each face, from 1; those of one side may be one person */
};

/* Stored as a number. */
enum change_kind {
	CHANGE_FACE,    /* face_id: from group before_id to after_id, as in struct face_row */
	CHANGE_NAME,    /* group_id: its name; NULL where there is no such group */
	CHANGE_REFUSAL, /* face_id, group_id: 1 while this face is known not to be in that group */
	CHANGE_APART,   /* face_id, group_id: its side in this statement, which goes by the id of
			   the step that made it; 0: it is in none */
};

struct decision_change {
	enum change_kind kind;
	int64_t face_id, group_id;
	int64_t before_id, after_id;
	char *before_name, *after_name;
};

/* Where a face is, for a person to read. */
struct face_place {
	char *path;   /* for the caller to free */
	int position; /* negative when its photo has it no more */
	bool removed; /* its file is gone */
};

/* A step as it was done: its changes in order, those of undo turned round. */
struct decision {
	int64_t id; /* 0 when everything was so already, and no step was made */
	enum decision_kind kind;
	int64_t of_step; /* undo, redo: the step */
	int64_t made_s;  /* since 1970 */
	struct decision_change *changes;
	size_t change_count;
};

void decision_done(struct decision *decision);

/* Not between store_begin() and store_commit(). */
enum status store_decide(struct store *store, const struct decision_request *request,
			 struct decision *out, struct error *err);

/* The log from its start. */
typedef bool decision_fn(const struct decision *decision, void *user);
enum status store_log(struct store *store, decision_fn *each, void *user, struct error *err);

/* How many decisions stand: undo takes one away, and redo brings it back. */
enum status store_decisions_made(struct store *store, int *out, struct error *err);

/* The faces that are known not to be in a group that there is. */
typedef bool refusal_fn(int64_t face_id, int64_t group_id, void *user);
enum status store_refusals(struct store *store, refusal_fn *each, void *user, struct error *err);

/*
 * The faces that are known to be different people from those of another side of the same statement,
 * statement by statement and side by side.
 * A face that is assigned to a group in which there is one of another side leaves the statement.
 */
typedef bool apart_fn(int64_t face_id, int64_t statement, int side, void *user);
enum status store_apart(struct store *store, apart_fn *each, void *user, struct error *err);

enum status store_face_place(struct store *store, int64_t face_id, struct face_place *out,
			     struct error *err);

/* Whether a name can be that of a group: not empty, UTF-8 without controls, not too long. */
enum status group_name_check(const char *name, struct error *err);

#endif
