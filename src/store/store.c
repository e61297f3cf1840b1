/*
 * The connection to the database: opening, transactions, what goes wrong.
 *
 * WAL with synchronous=NORMAL: a commit costs no fsync, and a process that is
 * killed loses nothing that was committed. What must outlive the machine as
 * well, decisions and the notes of what is tried next, is synced after its
 * commit. There is one writer, held to that by a lock file, and readers open
 * the database read-only and never checkpoint.
 */
#include "internal.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 5000

/* Whether the log or a trial names the face. */
#define KEPT_FACE(id)                                        \
	"(EXISTS (SELECT 1 FROM changes WHERE face_id = " id \
	") OR EXISTS (SELECT 1 FROM trial_faces WHERE face_id = " id "))"

static const char *const sql_texts[SQL_COUNT] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_SAVEPOINT] = "SAVEPOINT change",
	[SQL_RELEASE] = "RELEASE change",
	[SQL_ROLLBACK_TO] = "ROLLBACK TO change",
	[SQL_PUT_MAKER] = "INSERT OR IGNORE INTO makers (text) VALUES (?1)",
	[SQL_PUT_IMAGE] =
		"INSERT INTO images (path, size_bytes, mtime_ns, format, verdict, detail, same_as,"
		" width_px, height_px, seen_count, face_count, deaths, maker_id, hash, removed,"
		" sharpness, brightness, shadows, highlights, orientation, perceptual_hash)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
		" (SELECT id FROM makers WHERE text = ?13), ?14, 0, ?15, ?16, ?17, ?18, ?19, ?20)"
		" ON CONFLICT (path) WHERE removed = 0 DO UPDATE SET size_bytes = ?2, mtime_ns = "
		"?3, format = ?4,"
		" verdict = ?5, detail = ?6, same_as = ?7, width_px = ?8, height_px = ?9,"
		" seen_count = ?10, face_count = ?11, deaths = ?12,"
		" maker_id = excluded.maker_id, hash = ?14, sharpness = ?15, brightness = ?16,"
		" shadows = ?17, highlights = ?18, orientation = ?19, perceptual_hash = ?20"
		" RETURNING id",
	[SQL_OLD_SIZE] = "SELECT width_px, height_px FROM images WHERE path = ?1 AND removed = 0",
	[SQL_RETIRE] = "UPDATE images SET removed = 1 WHERE path = ?1 AND removed = 0"
		       " AND hash IS NOT NULL AND EXISTS"
		       " (SELECT 1 FROM faces WHERE image_id = images.id)",
	[SQL_SET_ASIDE_FACES] = "UPDATE faces SET position = -id"
				" WHERE image_id = ?1 AND position >= 0",
	[SQL_SCALE_FORMER] = "UPDATE faces SET x = x * ?2, y = y * ?3, width = width * ?2,"
			     " height = height * ?3 WHERE image_id = ?1 AND position < 0",
	[SQL_FORMER] =
		"SELECT f.id, f.x, f.y, f.width, f.height, f.measures, e.vector FROM faces f"
		" LEFT JOIN face_embeddings e ON e.face_id = f.id AND e.model = ?3"
		" WHERE f.image_id = ?1 AND f.position < 0"
		" AND " KEPT_FACE(
			"f.id") " UNION ALL"
				" SELECT f.id, f.x, f.y, f.width, f.height, f.measures, e.vector"
				" FROM images i JOIN faces f ON f.image_id = i.id"
				" LEFT JOIN face_embeddings e ON e.face_id = f.id AND e.model = ?3"
				" WHERE i.path = ?2 AND i.removed = 1"
				" AND " KEPT_FACE("f.id"),
	[SQL_MOVE_CHANGES] = "UPDATE changes SET face_id = ?2 WHERE face_id = ?1",
	[SQL_MOVE_ASSIGNED] = "UPDATE assigned SET face_id = ?2 WHERE face_id = ?1",
	[SQL_MOVE_REFUSED] = "UPDATE refused SET face_id = ?2 WHERE face_id = ?1",
	[SQL_MOVE_TRIALS] = "UPDATE trial_faces SET face_id = ?2 WHERE face_id = ?1",
	[SQL_MOVE_APART] = "UPDATE apart SET face_id = ?2 WHERE face_id = ?1",
	[SQL_REMOVE_FACES] = "DELETE FROM faces WHERE image_id = ?1 AND position < 0"
			     " AND NOT " KEPT_FACE("faces.id"),
	[SQL_REMOVE_SEEN] = "DELETE FROM seen WHERE image_id = ?1",
	[SQL_PUT_FACE] = "INSERT INTO faces (image_id, position, x, y, width, height, score,"
			 " roll_deg, yaw_deg, measures, sharpness, brightness, cut)"
			 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
	[SQL_PUT_FACE_DATA] = "INSERT INTO face_data (face_id, landmarks, thumb)"
			      " VALUES (?1, ?2, ?3)",
	[SQL_PUT_EMBEDDING] =
		"INSERT OR REPLACE INTO face_embeddings (face_id, model, crops, vector)"
		" SELECT id, ?2, ?3, ?4 FROM faces WHERE id = ?1",
	[SQL_PUT_SEEN] = "INSERT INTO seen (image_id, position, x, y, width, height, score)"
			 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[SQL_REMOVE_IMAGE] = "UPDATE images SET removed = 1 WHERE id = ?1",
	[SQL_CLEAR_ROOTS] = "DELETE FROM roots",
	[SQL_PUT_ROOT] = "INSERT OR IGNORE INTO roots (path) VALUES (?1)",
	[SQL_ROOTS] = "SELECT path FROM roots ORDER BY path",
	[SQL_LOAD] = "SELECT i.id, i.path, i.detail, i.same_as, i.size_bytes, i.format, i.verdict,"
		     " i.width_px, i.height_px, i.seen_count, i.face_count, i.sharpness,"
		     " i.brightness, i.shadows, i.highlights, i.orientation, i.perceptual_hash,"
		     " i.hash, f.id, f.position,"
		     " f.x, f.y, f.width, f.height, f.score, f.roll_deg, f.yaw_deg, f.measures,"
		     " CASE WHEN a.face_id IS NULL THEN 0 ELSE ifnull(a.group_id, -1) END,"
		     " f.sharpness, f.brightness, f.cut"
		     " FROM images i LEFT JOIN faces f ON f.image_id = i.id AND f.position >= 0"
		     " LEFT JOIN assigned a ON a.face_id = f.id"
		     " WHERE i.removed = 0 ORDER BY i.path, f.position",
	[SQL_GROUPS] = "SELECT id, name FROM groups ORDER BY id",
	[SQL_TRY] = "INSERT INTO attempts (path, count) VALUES (?1, 1)"
		    " ON CONFLICT (path) DO UPDATE SET count = count + 1",
	[SQL_TRIED] = "DELETE FROM attempts WHERE path = ?1",
	[SQL_TRIED_ALL] = "DELETE FROM attempts",
	[SQL_ATTEMPTS] = "SELECT path FROM attempts ORDER BY count, path",
	[SQL_KNOWN] = "SELECT i.id, i.path, i.size_bytes, i.mtime_ns, i.verdict, i.same_as,"
		      " i.deaths, substr(m.text, 1, instr(m.text || ' ', ' ') - 1) IS ?1,"
		      " i.hash, i.removed, i.orientation IS NULL"
		      " FROM images i LEFT JOIN makers m ON m.id = i.maker_id"
		      " ORDER BY i.path, i.removed, i.id",
	[SQL_DISPLACE] = "UPDATE images SET removed = 1"
			 " WHERE path = ?1 AND removed = 0 AND id <> ?2",
	[SQL_MOVE_IMAGE] = "UPDATE images SET path = ?1, removed = 0, size_bytes = ?3,"
			   " mtime_ns = ?4 WHERE id = ?2"
			   " RETURNING format, verdict, detail, width_px, height_px, seen_count,"
			   " face_count, sharpness, brightness, shadows, highlights,"
			   " orientation, perceptual_hash, hash",
	[SQL_IMAGE_FACES] =
		"SELECT f.image_id, f.id, f.position, f.x, f.y, f.width, f.height, f.score,"
		" f.roll_deg, f.yaw_deg, f.measures,"
		" CASE WHEN a.face_id IS NULL THEN 0 ELSE ifnull(a.group_id, -1) END,"
		" f.sharpness, f.brightness, f.cut"
		" FROM faces f LEFT JOIN assigned a ON a.face_id = f.id"
		" WHERE f.image_id = ?1 AND f.position >= 0 ORDER BY f.position",
	[SQL_FACE] = "SELECT f.x, f.y, f.width, f.height, f.score, f.roll_deg, f.yaw_deg,"
		     " f.measures, d.landmarks,"
		     " CASE WHEN ?2 THEN d.thumb END"
		     " FROM faces f JOIN face_data d ON d.face_id = f.id"
		     " JOIN images i ON i.id = f.image_id"
		     " WHERE f.id = ?1 AND f.position >= 0 AND i.removed = 0",
	/* That of most faces; embeddings of others cannot be compared with them. */
	[SQL_EMBEDDING_MODEL] = "SELECT model FROM face_embeddings WHERE vector IS NOT NULL"
				" GROUP BY model ORDER BY count(*) DESC, max(face_id) DESC LIMIT 1",
	[SQL_EMBEDDINGS] = "SELECT face_id, vector, model FROM face_embeddings WHERE"
			   " vector IS NOT NULL AND (?1 IS NULL OR model = ?1) ORDER BY face_id",
	[SQL_RELIABILITY] = "SELECT measure, r, faces FROM reliability",
	[SQL_PLACE] = "SELECT text FROM place LIMIT 1",
	[SQL_LACKING] = "SELECT i.path, f.id, d.landmarks FROM faces f"
			" JOIN images i ON i.id = f.image_id JOIN face_data d ON d.face_id = f.id"
			" LEFT JOIN face_embeddings e"
			" ON e.face_id = f.id AND e.model = ?1 AND e.crops >= ?2"
			" WHERE e.face_id IS NULL AND f.position >= 0 AND i.removed = 0"
			" ORDER BY i.path, f.position",
	[SQL_SEEN] = "SELECT x, y, width, height, score FROM seen WHERE image_id = ?1"
		     " AND EXISTS (SELECT 1 FROM images WHERE id = ?1 AND removed = 0)"
		     " ORDER BY position",
	[SQL_GROUP_ID] = "SELECT id FROM groups WHERE name = ?1",
	[SQL_NEXT_GROUP] = "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'groups'",
	[SQL_MAKE_GROUP] = "INSERT INTO groups (id, name) VALUES (?1, ?2)",
	[SQL_RENAME_GROUP] = "UPDATE groups SET name = ?2 WHERE id = ?1",
	[SQL_END_GROUP] = "DELETE FROM groups WHERE id = ?1",
	[SQL_EMPTY_GROUP] = "SELECT name FROM groups WHERE id = ?1"
			    " AND NOT EXISTS (SELECT 1 FROM assigned WHERE group_id = ?1)",
	[SQL_FACE_GROUP] =
		"SELECT CASE WHEN a.face_id IS NULL THEN 0 ELSE ifnull(a.group_id, -1) END"
		" FROM faces f LEFT JOIN assigned a ON a.face_id = f.id WHERE f.id = ?1",
	[SQL_ASSIGN] = "INSERT OR REPLACE INTO assigned (face_id, group_id) VALUES (?1, ?2)",
	[SQL_UNASSIGN] = "DELETE FROM assigned WHERE face_id = ?1",
	[SQL_REFUSED] = "SELECT 1 FROM refused WHERE face_id = ?1 AND group_id = ?2",
	[SQL_REFUSE] = "INSERT OR IGNORE INTO refused (face_id, group_id) VALUES (?1, ?2)",
	[SQL_UNREFUSE] = "DELETE FROM refused WHERE face_id = ?1 AND group_id = ?2",
	[SQL_SIDE] = "SELECT side FROM apart WHERE face_id = ?1 AND statement = ?2",
	[SQL_SET_SIDE] = "INSERT OR REPLACE INTO apart (face_id, statement, side)"
			 " VALUES (?1, ?2, ?3)",
	[SQL_CLEAR_SIDE] = "DELETE FROM apart WHERE face_id = ?1 AND statement = ?2",
	[SQL_STATEMENTS] = "SELECT statement FROM apart WHERE face_id = ?1 ORDER BY statement",
	[SQL_JOINED] = "SELECT a.statement, a.side FROM apart a WHERE a.face_id = ?1 AND EXISTS"
		       " (SELECT 1 FROM apart b JOIN assigned g ON g.face_id = b.face_id"
		       " WHERE b.statement = a.statement AND b.side <> a.side AND g.group_id = ?2)"
		       " ORDER BY a.statement",
	[SQL_NEXT_STEP] = "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'steps'",
	[SQL_STEP] = "SELECT of_step, below, undo, redo FROM steps"
		     " WHERE id = ifnull(?1, (SELECT max(id) FROM steps))",
	[SQL_ADD_STEP] = "INSERT INTO steps (id, kind, made_s, of_step, below, undo, redo)"
			 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[SQL_ADD_CHANGE] = "INSERT INTO changes (step_id, position, kind, face_id, group_id,"
			   " before_id, after_id, before_name, after_name)"
			   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[SQL_CHANGES] = "SELECT kind, face_id, group_id, before_id, after_id, before_name,"
			" after_name FROM changes WHERE step_id = ?1 ORDER BY position",
	[SQL_REFUSALS] = "SELECT face_id, group_id FROM refused"
			 " WHERE group_id IN (SELECT id FROM groups) ORDER BY face_id, group_id",
	[SQL_APART] = "SELECT face_id, statement, side FROM apart"
		      " ORDER BY statement, side, face_id",
	[SQL_FACE_PLACE] = "SELECT i.path, f.position, i.removed FROM faces f"
			   " JOIN images i ON i.id = f.image_id WHERE f.id = ?1",
	[SQL_PUT_TRIAL_RUN] = "INSERT OR IGNORE INTO trial_runs (begun_ms, kind, planned, seed,"
			      " features, k, scale, distance, groups_seed)"
			      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[SQL_PUT_TRIAL] = "INSERT INTO trials (begun_ms, number, arm, part, near, group_number, of,"
			  " face_count, expected, answer, answered_s, took_ms)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
	[SQL_PUT_TRIAL_FACE] = "INSERT INTO trial_faces (begun_ms, number, position, face_id)"
			       " SELECT ?1, ?2, ?3, id FROM faces WHERE id = ?4",
	[SQL_TRIALS] = "SELECT r.begun_ms, r.kind, r.planned, r.seed, r.features, r.k, r.scale,"
		       " r.distance, r.groups_seed, t.number, t.arm, t.part, t.near,"
		       " t.group_number, t.of, t.face_count, t.expected, t.answer, t.answered_s,"
		       " t.took_ms, f.position, f.face_id"
		       " FROM trial_runs r JOIN trials t ON t.begun_ms = r.begun_ms"
		       " JOIN trial_faces f ON f.begun_ms = t.begun_ms AND f.number = t.number"
		       " ORDER BY r.begun_ms, t.number, f.position",
	[SQL_LOG] = "SELECT id, kind, of_step, made_s FROM steps ORDER BY id",
	[SQL_DECISIONS_MADE] = "SELECT coalesce(sum(CASE kind WHEN ?1 THEN -1 ELSE 1 END), 0)"
			       " FROM steps",
};

enum status store_damaged(const struct store *store, struct error *err)
{
	return error_set(err, ERR_STORE,
			 "%s is damaged or not a database of lookalike; name another with --db, or "
			 "save its names and decisions: lookalike doctor --salvage --db FILE",
			 store->name);
}

enum status store_fail(struct store *store, const char *what, struct error *err)
{
	int code = sqlite3_extended_errcode(store->db);

	/* errstr and not errmsg: the latter may quote a damaged file's bytes. */
	switch (code & 0xff) {
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return store_damaged(store, err);
	case SQLITE_FULL:
		return error_set(err, ERR_FULL, "%s %s: its disk is full; make room and run again",
				 what, store->name);
	default:
		return error_set(err, ERR_STORE, "%s %s: %s", what, store->name,
				 sqlite3_errstr(code));
	}
}

enum status store_step(struct store *store, enum sql sql, struct error *err)
{
	enum status status = OK;

	if (sqlite3_step(store->statements[sql]) != SQLITE_DONE)
		status = store_fail(store, "cannot write", err);
	sqlite3_reset(store->statements[sql]);
	return status;
}

enum status store_query(struct store *store, enum sql sql, int64_t otherwise, int64_t *out,
			struct error *err)
{
	sqlite3_stmt *row = store->statements[sql];
	int code = sqlite3_step(row);
	enum status status = OK;

	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(row, 0);
	else if (code == SQLITE_DONE)
		*out = otherwise;
	else
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	return status;
}

enum status store_begin(struct store *store, struct error *err)
{
	enum status status = store_step(store, SQL_BEGIN, err);

	if (!status)
		store->in_batch = true;
	return status;
}

/* A full disk and the like undo the whole transaction, not only the statement. */
static enum status check_batch(const struct store *store, struct error *err)
{
	if (store->in_batch && sqlite3_get_autocommit(store->db))
		return error_set(err, ERR_STORE, "an earlier failure undid what was written to %s",
				 store->name);
	return OK;
}

/* What was committed is in the WAL; now it is on the disk. */
static enum status sync_wal(struct store *store, struct error *err)
{
	sqlite3_file *wal = NULL;
	int code = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);

	if (code == SQLITE_OK && wal && wal->pMethods)
		code = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
	return code == SQLITE_OK ? OK
				 : error_set(err, ERR_STORE, "cannot write %s: %s", store->name,
					     sqlite3_errstr(code));
}

/* Writing to a file without a name, or with another one, would lose what is said to be safe. */
static enum status check_place(const struct store *store, struct error *err)
{
	int moved = 0;

	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	return moved ? error_set(
			       err, ERR_STORE,
			       "%s was removed, renamed or replaced while in use; put it back, or "
			       "start again",
			       store->name)
		     : OK;
}

enum status store_end(struct store *store, enum status status, struct error *err)
{
	bool sync = store->sync;

	store->in_batch = false;
	store->sync = false;
	if (!status)
		status = check_place(store, err);
	if (!status)
		status = store_step(store, SQL_COMMIT, err);
	if (status && !sqlite3_get_autocommit(store->db))
		store_step(store, SQL_ROLLBACK, NULL);
	return status || !sync ? status : sync_wal(store, err);
}

void store_rollback(struct store *store)
{
	store->in_batch = false;
	store->sync = false;
	if (!sqlite3_get_autocommit(store->db))
		store_step(store, SQL_ROLLBACK, NULL);
}

const char *store_warning(struct store *store)
{
	return store->warning[0] ? store->warning : NULL;
}

enum status store_commit(struct store *store, struct error *err)
{
	return store_end(store, check_batch(store, err), err);
}

enum status store_change_begin(struct store *store, struct error *err)
{
	enum status status = check_batch(store, err);

	return status ? status : store_step(store, SQL_SAVEPOINT, err);
}

enum status store_change_end(struct store *store, enum status status, struct error *err)
{
	if (!status)
		status = store_step(store, SQL_RELEASE, err);
	if (status && !sqlite3_get_autocommit(store->db)) {
		store_step(store, SQL_ROLLBACK_TO, NULL);
		store_step(store, SQL_RELEASE, NULL);
	}
	return status;
}

static int connect_to(struct store *store, const char *name, int flags)
{
	int code;

	sqlite3_close(store->db);
	store->db = NULL;
	code = sqlite3_open_v2(name, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (!store->db)
		abort(); /* SQLite's only reason is that memory is out */
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, BUSY_TIMEOUT_MS);
	return code;
}

static enum status connect_writer(struct store *store, struct error *err)
{
	static const char setup[] = "PRAGMA journal_mode = WAL;"
				    "PRAGMA synchronous = NORMAL;"
				    "PRAGMA secure_delete = ON;";

	if (connect_to(store, store->path, SQLITE_OPEN_READWRITE) != SQLITE_OK ||
	    sqlite3_exec(store->db, setup, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(store, "cannot open", err);
	return OK;
}

/* Whether rows may lie in the WAL that are not in the file yet. */
static bool has_wal(const struct store *store)
{
	struct stat st;
	char *wal = text_format("%s-wal", store->path);
	bool found = stat(wal, &st) == 0 ? st.st_size > 0 : errno != ENOENT;

	free(wal);
	return found;
}

static char *immutable_uri(const char *path)
{
	char *uri = memory_new(strlen(path) * 3 + sizeof("file://?immutable=1"));
	char *out = stpcpy(uri, "file://");

	for (; *path; path++)
		out += sprintf(out, *path == '/' ? "%c" : "%%%02X", (unsigned char)*path);
	strcpy(out, "?immutable=1");
	return uri;
}

/* Whether the folder, or its full disk, keeps SQLite from reading; nothing else is tried before the
 * first read. */
static bool folder_refuses(struct store *store)
{
	int code = sqlite3_exec(store->db, "PRAGMA user_version", NULL, NULL, NULL) & 0xff;

	return code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_FULL ||
	       code == SQLITE_IOERR;
}

/*
 * SQLite reads a WAL database through shared memory beside it, which it cannot create in a
 * read-only folder. When no WAL is there nobody writes, and the file can be read as it stands.
 */
static enum status connect_reader(struct store *store, struct error *err)
{
	int code = connect_to(store, store->path, SQLITE_OPEN_READONLY);
	char *uri;

	if (code == SQLITE_OK && folder_refuses(store)) {
		if (has_wal(store))
			return error_set(err, ERR_STORE,
					 "cannot read %s: its folder is read-only and a writer was "
					 "cut off; copy it, and the -wal beside it, elsewhere",
					 store->name);
		uri = immutable_uri(store->path);
		code = connect_to(store, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
		free(uri);
	}
	if (code != SQLITE_OK)
		return store_fail(store, "cannot open", err);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return OK;
}

/* Find the file behind its links, so that all its names share one lock. */
static enum status resolve(struct store *store, const char *path, struct error *err)
{
	struct stat st;

	store->path = realpath(path, NULL);
	if (!store->path && errno == ENOENT)
		return error_set(err, ERR_MISSING,
				 "there is no database %s; make it with: lookalike scan",
				 store->name);
	if (!store->path || stat(store->path, &st) < 0)
		return error_set(err, ERR_STORE, "cannot open %s: %s", store->name,
				 strerror(errno));
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERR_STORE,
				 "%s is not a regular file; name another database with --db",
				 store->name);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		snprintf(
			store->warning, sizeof(store->warning),
			"%s holds biometric data, and others than its owner may open it: chmod 600",
			store->name);
	return OK;
}

static enum status prepare_statements(struct store *store, struct error *err)
{
	for (int i = 0; i < SQL_COUNT; i++)
		if (sqlite3_prepare_v3(store->db, sql_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &store->statements[i], NULL) != SQLITE_OK)
			/* What SQLite's other codes do not explain is a table that is not as ours.
			 */
			return sqlite3_errcode(store->db) == SQLITE_ERROR
				       ? store_damaged(store, err)
				       : store_fail(store, "cannot read", err);
	return OK;
}

/* A reader cannot change an older database; for a moment somebody becomes its writer who can. */
static enum status update_older(struct store *store, struct error *err)
{
	struct error why = {OK, ""};
	struct store *writer;

	if (store_open(store->path, STORE_WRITE, &writer, &why))
		return error_set(err, why.code,
				 "an older lookalike wrote this database, and it has to be changed "
				 "to be read: %s",
				 why.msg);
	store_close(writer);
	return schema_check(store, STORE_READ, err);
}

static enum status open_checked(struct store *store, enum store_mode mode, struct error *err)
{
	enum status status = mode == STORE_READ ? connect_reader(store, err)
						: connect_writer(store, err);

	if (!status)
		status = schema_check(store, mode, err);
	if (!status && store->outdated)
		status = update_older(store, err);
	/* Not while tables change: dropping one to make it anew would empty those that refer to it.
	 */
	if (!status &&
	    sqlite3_exec(store->db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL) != SQLITE_OK)
		status = store_fail(store, "cannot open", err);
	return status ? status : prepare_statements(store, err);
}

void store_disconnect(struct store *store)
{
	for (int i = 0; i < SQL_COUNT; i++) {
		sqlite3_finalize(store->statements[i]);
		store->statements[i] = NULL;
	}
	sqlite3_close(store->db);
	store->db = NULL;
}

enum status store_open(const char *path, enum store_mode mode, struct store **out,
		       struct error *err)
{
	struct store *store = memory_new(sizeof(*store));
	enum status status = OK;

	store->lock_fd = -1;
	quote_bytes(store->name, sizeof(store->name), path, strlen(path));
	if (mode == STORE_WRITE)
		status = store_create_file(path, store->name, err);
	if (!status)
		status = resolve(store, path, err);
	if (!status && mode != STORE_READ)
		status = store_lock_file(store->path, store->name, &store->lock_fd, err);
	if (!status)
		status = open_checked(store, mode, err);
	if (status)
		store_close(store);
	else
		*out = store;
	return status;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	store_disconnect(store);
	if (store->lock_fd >= 0)
		close(store->lock_fd);
	free(store->path);
	free(store);
}
