/*
 * Salvage: rows are copied one by one. A table is read from its start to the first page that is
 * damaged, from its end back to the last, and between the two by single ids, as each of those is
 * looked up on a way of its own. What decisions amount to is read from the tables that say so, and
 * where one of these is damaged it follows from the log once more.
 */
#include "lookalike/store/salvage.h"

#include "internal.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMES_MAX   100
#define PROBES_MAX  2000000 /* ids between the readable ends of a table */
#define COLUMNS_MAX 16

struct table {
	const char *name, *columns, *older; /* columns as older versions can give them, or NULL */
	const char *key;                    /* an integer, or NULL */
	bool derived;                       /* the log says it too */
	bool optional;                      /* may be missing, or is made anew */
};

/* In an order in which rows come after those they refer to. */
static const struct table tables[] = {
	{"roots", "path", NULL, NULL, false, false},
	{"makers", "id, text", NULL, "id", false, false},
	{"images",
	 "id, path, size_bytes, mtime_ns, format, verdict, detail, same_as, width_px, height_px,"
	 " seen_count, face_count, maker_id, deaths, hash, removed",
	 "id, path, size_bytes, mtime_ns, format, verdict, detail, same_as, width_px, height_px,"
	 " seen_count, face_count, maker_id, deaths, NULL, 0",
	 "id", false, false},
	{"faces", "id, image_id, position, x, y, width, height, score, roll_deg, yaw_deg, measures",
	 NULL, "id", false, false},
	{"face_data", "face_id, landmarks, thumb", NULL, "face_id", false, false},
	{"face_embeddings", "face_id, model, crops, vector", NULL, "face_id", false, true},
	{"reliability", "measure, r, faces", NULL, NULL, false, true},
	{"place", "text", NULL, NULL, false, true},
	{"seen", "image_id, position, x, y, width, height, score", NULL, NULL, false, false},
	{"steps", "id, kind, made_s, of_step, below, undo, redo", NULL, "id", false, false},
	{"changes",
	 "step_id, position, kind, face_id, group_id, before_id, after_id, before_name, after_name",
	 NULL, NULL, false, false},
	{"groups", "id, name", NULL, "id", true, false},
	{"assigned", "face_id, group_id", NULL, "face_id", true, false},
	{"refused", "face_id, group_id", NULL, NULL, true, false},
	{"apart", "face_id, statement, side", NULL, NULL, true, true},
	{"trial_runs", "begun_ms, kind, planned, seed, features, k, scale, distance, groups_seed",
	 NULL, NULL, false, true},
	{"trials",
	 "begun_ms, number, arm, part, near, group_number, of, face_count, expected, answer,"
	 " answered_s, took_ms",
	 NULL, NULL, false, true},
	{"trial_faces", "begun_ms, number, position, face_id", NULL, NULL, false, true},
};

/* Rows that cannot stand alone; an image without its faces' data is measured again. */
static const char tidy[] =
	"UPDATE images SET maker_id = NULL WHERE maker_id NOT IN (SELECT id FROM makers);"
	"DELETE FROM faces WHERE image_id NOT IN (SELECT id FROM images);"
	"DELETE FROM seen WHERE image_id NOT IN (SELECT id FROM images);"
	"DELETE FROM face_data WHERE face_id NOT IN (SELECT id FROM faces);"
	"DELETE FROM face_embeddings WHERE face_id NOT IN (SELECT id FROM faces);"
	"DELETE FROM refused WHERE face_id NOT IN (SELECT id FROM faces);"
	"DELETE FROM apart WHERE face_id NOT IN (SELECT id FROM faces);"
	"DELETE FROM assigned WHERE face_id NOT IN (SELECT id FROM faces)"
	" OR (group_id IS NOT NULL AND group_id NOT IN (SELECT id FROM groups));"
	"DELETE FROM changes WHERE step_id NOT IN (SELECT id FROM steps)"
	" OR (face_id IS NOT NULL AND face_id NOT IN (SELECT id FROM faces));"
	"DELETE FROM trials WHERE begun_ms NOT IN (SELECT begun_ms FROM trial_runs);"
	"DELETE FROM trial_faces WHERE face_id NOT IN (SELECT id FROM faces)"
	" OR (begun_ms, number) NOT IN (SELECT begun_ms, number FROM trials);"
	"DELETE FROM trials WHERE face_count <> (SELECT count(*) FROM trial_faces f"
	" WHERE f.begun_ms = trials.begun_ms AND f.number = trials.number);"
	"DELETE FROM trial_faces"
	" WHERE (begun_ms, number) NOT IN (SELECT begun_ms, number FROM trials);"
	"DELETE FROM trial_runs WHERE begun_ms NOT IN (SELECT begun_ms FROM trials);"
	"UPDATE images SET size_bytes = -1, hash = NULL WHERE face_count >"
	" (SELECT count(*) FROM faces f JOIN face_data d ON d.face_id = f.id"
	" WHERE f.image_id = images.id AND f.position >= 0);"
	"DELETE FROM faces WHERE id NOT IN (SELECT face_id FROM face_data)"
	" AND id NOT IN (SELECT face_id FROM changes WHERE face_id IS NOT NULL)"
	" AND id NOT IN (SELECT face_id FROM trial_faces);"
	"INSERT OR IGNORE INTO face_data SELECT id, zeroblob(544), NULL FROM faces;"
	"UPDATE images SET face_count = (SELECT count(*) FROM faces"
	" WHERE image_id = images.id AND position >= 0);"
	"UPDATE images SET seen_count = (SELECT count(*) FROM seen WHERE image_id = images.id);";

struct copying {
	sqlite3 *from, *to;
	const struct table *table;
	const char *columns;
	sqlite3_stmt *insert;
	bool damaged;
};

/* Copy the rows of a query; returns the key of the last one, or otherwise. */
static int64_t copy_rows(struct copying *c, const char *sql, int64_t key, int64_t otherwise)
{
	sqlite3_stmt *row = NULL;
	int64_t last = otherwise;
	int code = sqlite3_prepare_v2(c->from, sql, -1, &row, NULL);

	if (code == SQLITE_OK && sqlite3_bind_parameter_count(row))
		sqlite3_bind_int64(row, 1, key);
	while (code == SQLITE_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(row); i++)
			sqlite3_bind_value(c->insert, i + 1, sqlite3_column_value(row, i));
		last = sqlite3_column_int64(row, 0);
		sqlite3_step(c->insert);
		sqlite3_reset(c->insert);
		code = SQLITE_OK;
	}
	c->damaged |= code != SQLITE_DONE;
	sqlite3_finalize(row);
	return last;
}

static void copy_keyed(struct copying *c)
{
	char *up = text_format("SELECT %s FROM %s NOT INDEXED ORDER BY %s", c->columns,
			       c->table->name, c->table->key);
	char *down = text_format("%s DESC", up);
	char *one = text_format("SELECT %s FROM %s WHERE %s = ?1", c->columns, c->table->name,
				c->table->key);
	bool before = c->damaged;
	int64_t low, high;

	c->damaged = false;
	low = copy_rows(c, up, 0, 0);
	if (c->damaged) {
		high = copy_rows(c, down, 0, low);
		if (high - low > PROBES_MAX)
			high = low + PROBES_MAX;
		for (int64_t id = low + 1; id < high; id++)
			copy_rows(c, one, id, 0);
	}
	c->damaged |= before;
	free(up);
	free(down);
	free(one);
}

static void copy_both_ways(struct copying *c)
{
	bool two = strchr(c->columns, ',') != NULL;
	char *up = text_format("SELECT %s FROM %s", c->columns, c->table->name);
	char *down = text_format("%s ORDER BY 1 DESC%s", up, two ? ", 2 DESC" : "");

	copy_rows(c, up, 0, 0);
	if (c->damaged)
		copy_rows(c, down, 0, 0);
	free(up);
	free(down);
}

static bool can_select(sqlite3 *db, const char *columns, const char *table)
{
	char *sql = text_format("SELECT %s FROM %s", columns, table);
	sqlite3_stmt *row = NULL;
	bool can = sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK;

	sqlite3_finalize(row);
	free(sql);
	return can;
}

/* Returns whether the table was damaged. */
static bool copy_table(sqlite3 *from, sqlite3 *to, const struct table *table)
{
	struct copying c = {.from = from, .to = to, .table = table, .columns = table->columns};
	char marks[2 * COLUMNS_MAX] = "?", *sql;

	if (!can_select(from, c.columns, table->name) && table->older)
		c.columns = table->older;
	if (!can_select(from, c.columns, table->name))
		return !table->optional;
	for (const char *comma = table->columns; (comma = strchr(comma, ',')); comma++)
		strcat(marks, ",?");
	sql = text_format("INSERT OR IGNORE INTO %s (%s) VALUES (%s)", table->name, table->columns,
			  marks);
	if (sqlite3_prepare_v2(to, sql, -1, &c.insert, NULL) == SQLITE_OK) {
		if (table->key)
			copy_keyed(&c);
		else
			copy_both_ways(&c);
	}
	sqlite3_finalize(c.insert);
	free(sql);
	return c.damaged;
}

struct replaying {
	struct store *store;
	struct decision *steps;
	size_t count;
};

/* Changes are kept: what reads the log cannot write beside it. */
static bool keep_step(const struct decision *d, void *user)
{
	struct replaying *r = user;
	struct decision *kept;

	r->steps = memory_resize(r->steps, r->count + 1, sizeof(*r->steps));
	kept = &r->steps[r->count++];
	*kept = *d;
	kept->changes = memory_new((d->change_count + 1) * sizeof(*kept->changes));
	memcpy(kept->changes, d->changes, d->change_count * sizeof(*kept->changes));
	for (size_t i = 0; i < d->change_count; i++) {
		kept->changes[i].before_name = text_copy(d->changes[i].before_name);
		kept->changes[i].after_name = text_copy(d->changes[i].after_name);
	}
	return true;
}

/* What follows from the log, as far as it could be read. */
static void replay_log(struct store *store)
{
	struct replaying r = {.store = store};

	store_log(store, keep_step, &r, NULL);
	for (size_t i = 0; i < r.count; i++) {
		for (size_t j = 0; j < r.steps[i].change_count; j++)
			store_apply(store, &r.steps[i].changes[j], NULL);
		decision_done(&r.steps[i]);
	}
	free(r.steps);
}

static int64_t count_of(sqlite3 *db, const char *table)
{
	char *sql = text_format("SELECT count(*) FROM %s", table);
	sqlite3_stmt *row = NULL;
	int64_t count = 0;

	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK &&
	    sqlite3_step(row) == SQLITE_ROW)
		count = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	free(sql);
	return count;
}

static enum status copy_all(sqlite3 *from, struct store *to, struct salvaged *out,
			    struct error *err)
{
	size_t count = sizeof(tables) / sizeof(tables[0]);
	bool damaged = false, derived = false;
	enum status status;

	sqlite3_exec(to->db, "PRAGMA foreign_keys = OFF", NULL, NULL, NULL);
	status = store_begin(to, err);
	if (status)
		return status;
	to->sync = true;
	for (size_t i = 0; i < count; i++)
		if (!tables[i].derived)
			damaged |= copy_table(from, to->db, &tables[i]);
	/* The tables of what is decided have the last word; the log fills their gaps. */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < count; i++)
			if (tables[i].derived)
				derived |= copy_table(from, to->db, &tables[i]);
		if (!derived || pass)
			break;
		sqlite3_exec(to->db,
			     "DELETE FROM assigned; DELETE FROM refused;"
			     "DELETE FROM apart; DELETE FROM groups",
			     NULL, NULL, NULL);
		replay_log(to);
	}
	if (sqlite3_exec(to->db, tidy, NULL, NULL, NULL) != SQLITE_OK)
		status = store_fail(to, "cannot write", err);
	status = store_end(to, status, err);
	out->complete = !damaged && !derived;
	out->images = count_of(to->db, "images WHERE removed = 0");
	out->faces = count_of(to->db, "faces");
	out->groups = count_of(to->db, "groups");
	out->decided = count_of(to->db, "assigned");
	out->steps = count_of(to->db, "steps");
	return status;
}

/* NAME.salvaged.db, or with a number where there is one already. */
static char *free_name(const char *path)
{
	size_t len = strlen(path);
	char *name = NULL;

	if (len > 3 && !strcmp(path + len - 3, ".db"))
		len -= 3;
	for (int i = 1; i <= NAMES_MAX; i++) {
		free(name);
		name = i == 1 ? text_format("%.*s.salvaged.db", (int)len, path)
			      : text_format("%.*s.salvaged%d.db", (int)len, path, i);
		if (access(name, F_OK) < 0)
			return name;
	}
	free(name);
	return NULL;
}

enum status store_salvage(const char *path, struct salvaged *out, char **path_out,
			  struct error *err)
{
	char *name = free_name(path), quoted[320];
	struct salvaged saved = {0};
	struct store *to = NULL;
	sqlite3 *from = NULL;
	enum status status = OK;

	quote_bytes(quoted, sizeof(quoted), path, strlen(path));
	if (!name)
		return error_set(err, ERR_STORE, "there are %d salvaged ones beside %s already",
				 NAMES_MAX, quoted);
	if (access(path, R_OK) < 0 ||
	    sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    /* Nothing is written: it lets SQLite read a file that is shorter than it says. */
	    sqlite3_exec(from, "PRAGMA writable_schema = ON", NULL, NULL, NULL) != SQLITE_OK ||
	    !can_select(from, "*", "sqlite_schema"))
		status = error_set(err, ERR_STORE, "nothing can be read of %s", quoted);
	if (!status)
		status = store_open(name, STORE_WRITE, &to, err);
	if (!status)
		status = copy_all(from, to, &saved, err);
	sqlite3_close(from);
	store_close(to);
	if (status) {
		free(name);
		return status;
	}
	*out = saved;
	*path_out = name;
	return OK;
}
