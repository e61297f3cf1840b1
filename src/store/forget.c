/*
 * Forgetting. What has to go is collected in temporary tables first, in memory, because it is found
 * through the rows that go.
 *
 * The log keeps its steps, which say only when something was decided, and loses every change that
 * names a face or a person who is forgotten; undo passes over steps of which nothing is left. A
 * trial goes with any of its faces.
 */
#include "lookalike/store/forget.h"

#include "internal.h"
#include "lookalike/base/memory.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static const char collect[] = "CREATE TEMP TABLE gone_images (id INTEGER PRIMARY KEY);"
			      "CREATE TEMP TABLE gone_faces (id INTEGER PRIMARY KEY);"
			      "CREATE TEMP TABLE gone_groups (id INTEGER PRIMARY KEY);"
			      "CREATE TEMP TABLE gone_trials (begun_ms INTEGER, number INTEGER);";
static const char drop[] = "DROP TABLE IF EXISTS temp.gone_images;"
			   "DROP TABLE IF EXISTS temp.gone_trials;"
			   "DROP TABLE IF EXISTS temp.gone_faces;"
			   "DROP TABLE IF EXISTS temp.gone_groups;";

/* ?1 is the path itself, ?2 to ?3 what lies below it. */
static const char *const by_path[] = {
	"INSERT INTO gone_images SELECT id FROM images"
	" WHERE path = ?1 OR (path >= ?2 AND path < ?3)",
	/* All names of a file: its faces are under the first of them. */
	"INSERT OR IGNORE INTO gone_images SELECT id FROM images WHERE path IN"
	" (SELECT same_as FROM images WHERE id IN (SELECT id FROM gone_images))",
	"INSERT OR IGNORE INTO gone_images SELECT id FROM images WHERE same_as IN"
	" (SELECT path FROM images WHERE id IN (SELECT id FROM gone_images))",
	"DELETE FROM attempts WHERE path = ?1 OR (path >= ?2 AND path < ?3)",
	"DELETE FROM roots WHERE path = ?1 OR (path >= ?2 AND path < ?3)",
};

/* ?1 is the name. */
static const char *const by_person[] = {
	"INSERT INTO gone_groups SELECT id FROM groups WHERE name = ?1",
	/* A group that ended, or will begin again by redo. */
	"INSERT OR IGNORE INTO gone_groups SELECT group_id FROM changes WHERE kind = 1"
	" AND (before_name = ?1 OR after_name = ?1)"
	" AND group_id NOT IN (SELECT id FROM groups)",
	/* One that has another name now keeps that, and had no other. */
	"UPDATE changes SET before_name = (SELECT name FROM groups WHERE id = group_id)"
	" WHERE before_name = ?1 AND group_id NOT IN (SELECT id FROM gone_groups)",
	"UPDATE changes SET after_name = (SELECT name FROM groups WHERE id = group_id)"
	" WHERE after_name = ?1 AND group_id NOT IN (SELECT id FROM gone_groups)",
	"INSERT INTO gone_faces SELECT face_id FROM assigned"
	" WHERE group_id IN (SELECT id FROM gone_groups)",
};

static const char *const removed[] = {
	"INSERT INTO gone_images SELECT id FROM images WHERE removed = 1",
};

static const char *const everything[] = {
	"INSERT INTO gone_images SELECT id FROM images",
	"INSERT INTO gone_groups SELECT id FROM groups",
	"DELETE FROM changes",
	"DELETE FROM steps",
	"DELETE FROM attempts",
	"DELETE FROM reliability",
	"DELETE FROM roots",
};

static const char *const remove_collected[] = {
	"INSERT OR IGNORE INTO gone_faces SELECT id FROM faces"
	" WHERE image_id IN (SELECT id FROM gone_images)",
	"INSERT INTO gone_trials SELECT DISTINCT begun_ms, number FROM trial_faces"
	" WHERE face_id IN (SELECT id FROM gone_faces)",
	"DELETE FROM trial_faces"
	" WHERE (begun_ms, number) IN (SELECT begun_ms, number FROM gone_trials)",
	"DELETE FROM trials"
	" WHERE (begun_ms, number) IN (SELECT begun_ms, number FROM gone_trials)",
	"DELETE FROM trial_runs WHERE begun_ms NOT IN (SELECT begun_ms FROM trials)",
	"DELETE FROM changes WHERE face_id IN (SELECT id FROM gone_faces)",
	"DELETE FROM refused WHERE face_id IN (SELECT id FROM gone_faces)",
	"DELETE FROM assigned WHERE face_id IN (SELECT id FROM gone_faces)",
	"DELETE FROM apart WHERE face_id IN (SELECT id FROM gone_faces)",
	"DELETE FROM apart WHERE statement IN (SELECT statement FROM apart GROUP BY statement"
	" HAVING count(DISTINCT side) < 2)",
	/* Groups of which no face is left, now or in the log. */
	"INSERT OR IGNORE INTO gone_groups SELECT id FROM groups"
	" WHERE id NOT IN (SELECT group_id FROM assigned WHERE group_id IS NOT NULL)"
	" AND id NOT IN (SELECT before_id FROM changes WHERE kind = 0)"
	" AND id NOT IN (SELECT after_id FROM changes WHERE kind = 0)",
	"INSERT OR IGNORE INTO gone_groups SELECT group_id FROM changes WHERE kind = 1"
	" AND group_id NOT IN (SELECT id FROM groups)"
	" AND group_id NOT IN (SELECT before_id FROM changes WHERE kind = 0)"
	" AND group_id NOT IN (SELECT after_id FROM changes WHERE kind = 0)",
	"DELETE FROM changes WHERE kind <> 3 AND group_id IN (SELECT id FROM gone_groups)",
	"UPDATE changes SET before_id = 0"
	" WHERE kind = 0 AND before_id IN (SELECT id FROM gone_groups)",
	"UPDATE changes SET after_id = 0"
	" WHERE kind = 0 AND after_id IN (SELECT id FROM gone_groups)",
	"DELETE FROM changes WHERE kind = 0 AND before_id = after_id",
	"DELETE FROM refused WHERE group_id IN (SELECT id FROM gone_groups)",
	"DELETE FROM groups WHERE id IN (SELECT id FROM gone_groups)",
	"UPDATE images SET face_count = (SELECT count(*) FROM faces WHERE image_id = images.id"
	" AND position >= 0 AND id NOT IN (SELECT id FROM gone_faces))"
	" WHERE id IN (SELECT image_id FROM faces WHERE id IN (SELECT id FROM gone_faces))",
	"DELETE FROM faces WHERE id IN (SELECT id FROM gone_faces)",
	"DELETE FROM images WHERE id IN (SELECT id FROM gone_images)",
	"DELETE FROM makers WHERE id NOT IN"
	" (SELECT maker_id FROM images WHERE maker_id IS NOT NULL)",
};

struct what {
	const void *bytes[3]; /* for ?1 to ?3, NULL for none */
	int len[3];
	bool is_text;
};

static enum status run_one(struct store *store, const char *sql, const struct what *what,
			   struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum status status = OK;

	if (sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return store_fail(store, "cannot write", err);
	for (int i = 0; what && i < sqlite3_bind_parameter_count(stmt); i++) {
		if (what->is_text)
			sqlite3_bind_text(stmt, i + 1, what->bytes[i], what->len[i], SQLITE_STATIC);
		else
			sqlite3_bind_blob(stmt, i + 1, what->bytes[i], what->len[i], SQLITE_STATIC);
	}
	if (sqlite3_step(stmt) != SQLITE_DONE)
		status = store_fail(store, "cannot write", err);
	sqlite3_finalize(stmt);
	return status;
}

static enum status run_all(struct store *store, const char *const *sql, size_t count,
			   const struct what *what, struct error *err)
{
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++)
		status = run_one(store, sql[i], what, err);
	return status;
}

#define RUN_ALL(store, list, what, err) \
	run_all(store, list, sizeof(list) / sizeof((list)[0]), what, err)

static enum status collect_path(struct store *store, const char *path, struct error *err)
{
	size_t len = strlen(path);
	char *from, *to;
	struct what what;
	enum status status;

	while (len && path[len - 1] == '/')
		len--;
	from = text_format("%.*s/", (int)len, path);
	to = text_format("%.*s0", (int)len, path); /* '0' comes after '/' */
	what = (struct what){.bytes = {path, from, to},
			     .len = {(int)strlen(path), (int)len + 1, (int)len + 1}};
	status = RUN_ALL(store, by_path, &what, err);
	free(from);
	free(to);
	return status;
}

static enum status collect_all(struct store *store, enum forget_kind kind, const char *what,
			       struct error *err)
{
	switch (kind) {
	case FORGET_PATH:
		return collect_path(store, what, err);
	case FORGET_PERSON:
		return RUN_ALL(store, by_person,
			       (&(struct what){.bytes = {what},
					       .len = {(int)strlen(what)},
					       .is_text = true}),
			       err);
	case FORGET_REMOVED:
		return RUN_ALL(store, removed, NULL, err);
	case FORGET_ALL:
		return RUN_ALL(store, everything, NULL, err);
	}
	return OK;
}

static enum status run_script(struct store *store, const char *sql, struct error *err)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? OK
		       : store_fail(store, "cannot write", err);
}

static enum status count_rows(struct store *store, const char *sql, int64_t *out, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum status status = OK;

	if (sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		*out = sqlite3_column_int64(stmt, 0);
	else
		status = store_fail(store, "cannot read", err);
	sqlite3_finalize(stmt);
	return status;
}

enum status store_forget(struct store *store, enum forget_kind kind, const char *what,
			 struct forgotten *out, struct error *err)
{
	struct forgotten f = {0};
	enum status status = run_script(store, "PRAGMA temp_store = MEMORY", err);
	int before;

	if (!status)
		status = run_script(store, collect, err);
	if (!status)
		status = store_begin(store, err);
	if (!status) {
		store->sync = true;
		before = sqlite3_total_changes(store->db);
		status = collect_all(store, kind, what, err);
		f.touched = sqlite3_total_changes(store->db) != before;
		if (!status)
			status = RUN_ALL(store, remove_collected, NULL, err);
		if (!status)
			status = count_rows(store, "SELECT count(*) FROM gone_faces", &f.faces,
					    err);
		if (!status)
			status = count_rows(store, "SELECT count(*) FROM gone_images", &f.images,
					    err);
		status = store_end(store, status, err);
	}
	sqlite3_exec(store->db, drop, NULL, NULL, NULL);
	if (!status)
		*out = f;
	return status;
}

/* Everything into the file, and nothing left in the WAL. */
static enum status checkpoint(struct store *store, struct error *err)
{
	int code = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
					     NULL);

	if (code == SQLITE_OK)
		return OK;
	if (code != SQLITE_BUSY)
		return store_fail(store, "cannot write", err);
	return error_set(err, ERR_LOCKED,
			 "another lookalike reads %s, so copies of what was forgotten are left in "
			 "it: end that one and run this again",
			 store->name);
}

enum status store_scrub(struct store *store, bool touched, struct error *err)
{
	int64_t unused = 0;
	enum status status = checkpoint(store, err);

	if (!status)
		status = count_rows(store, "PRAGMA freelist_count", &unused, err);
	if (status || (!touched && !unused))
		return status;
	/* VACUUM makes a copy: not in a file whose blocks nobody overwrites. */
	status = run_script(store, "PRAGMA temp_store = MEMORY; VACUUM", err);
	return status ? status : checkpoint(store, err);
}

enum status store_delete(struct store *store, struct error *err)
{
	store_disconnect(store);
	return store_remove_files(store->path, store->name, err);
}
