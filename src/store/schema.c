/*
 * The tables, and how an older database becomes a newer one.
 *
 * What a start has to read (images, faces) is kept apart from what is read for
 * one face at a time (face_data): thumbnails between the rows would make a
 * start read the whole file. Ids are never used twice, so that whatever refers
 * to a face that is gone can tell.
 *
 * What a person decided is a log (steps, changes) to which rows are only added,
 * and beside it what follows from the log: groups, assigned, refused, apart. Both are
 * written in one transaction. A face that is in the log or in a trial stays, with
 * a negative position, when its photo has it no more.
 */
#include "internal.h"

#include <sqlite3.h>
#include <stdio.h>

/* "look"; tells our files from other programs' */
#define APPLICATION_ID 0x6c6f6f6b

/* Entry i makes version i + 1 out of version i. Never changed once released. */
static const char *const migrations[] = {
	"PRAGMA application_id = 0x6c6f6f6b;"
	"CREATE TABLE roots ("
	"	path BLOB PRIMARY KEY"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE makers ("
	"	id INTEGER PRIMARY KEY,"
	"	text TEXT NOT NULL UNIQUE" /* a key without blanks, then versions */
	") STRICT;"
	"CREATE TABLE images ("
	"	id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"	path BLOB NOT NULL UNIQUE,"
	"	size_bytes INTEGER NOT NULL,"
	"	mtime_ns INTEGER NOT NULL,"
	"	format INTEGER NOT NULL,"
	"	verdict INTEGER NOT NULL,"
	"	detail TEXT,"
	"	same_as BLOB,"
	"	width_px INTEGER NOT NULL,"
	"	height_px INTEGER NOT NULL,"
	"	seen_count INTEGER NOT NULL,"
	"	face_count INTEGER NOT NULL,"
	"	maker_id INTEGER REFERENCES makers (id),"
	"	deaths INTEGER NOT NULL" /* of workers, on these bytes */
	") STRICT;"
	"CREATE TABLE attempts (" /* files that are being tried now */
	"	path BLOB PRIMARY KEY,"
	"	count INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE faces ("
	"	id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"	image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,"
	"	position INTEGER NOT NULL,"
	"	x REAL NOT NULL,"
	"	y REAL NOT NULL,"
	"	width REAL NOT NULL,"
	"	height REAL NOT NULL,"
	"	score REAL NOT NULL,"
	"	roll_deg REAL NOT NULL,"
	"	yaw_deg REAL NOT NULL,"
	"	measures BLOB NOT NULL," /* 8 little-endian float64 */
	"	UNIQUE (image_id, position)"
	") STRICT;"
	"CREATE TABLE seen (" /* faces that were seen, not measured */
	"	image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,"
	"	position INTEGER NOT NULL,"
	"	x REAL NOT NULL,"
	"	y REAL NOT NULL,"
	"	width REAL NOT NULL,"
	"	height REAL NOT NULL,"
	"	score REAL NOT NULL,"
	"	PRIMARY KEY (image_id, position)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE face_data ("
	"	face_id INTEGER PRIMARY KEY REFERENCES faces (id) ON DELETE CASCADE,"
	"	landmarks BLOB NOT NULL," /* 68 times x, y as little-endian float32 */
	"	thumb BLOB"               /* JPEG */
	") STRICT;",

	/* Files that are gone stay, marked; so a path may be in several rows, in one of them live.
	 */
	"CREATE TABLE images_2 ("
	"	id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"	path BLOB NOT NULL,"
	"	size_bytes INTEGER NOT NULL,"
	"	mtime_ns INTEGER NOT NULL,"
	"	format INTEGER NOT NULL,"
	"	verdict INTEGER NOT NULL,"
	"	detail TEXT,"
	"	same_as BLOB,"
	"	width_px INTEGER NOT NULL,"
	"	height_px INTEGER NOT NULL,"
	"	seen_count INTEGER NOT NULL,"
	"	face_count INTEGER NOT NULL,"
	"	maker_id INTEGER REFERENCES makers (id),"
	"	deaths INTEGER NOT NULL,"
	"	hash BLOB," /* of the file's bytes, or NULL where it was not read */
	"	removed INTEGER NOT NULL"
	") STRICT;"
	"INSERT INTO images_2 SELECT id, path, size_bytes, mtime_ns, format, verdict, detail,"
	"	same_as, width_px, height_px, seen_count, face_count, maker_id, deaths, NULL, 0"
	"	FROM images;"
	"DELETE FROM sqlite_sequence WHERE name = 'images_2';"
	"UPDATE sqlite_sequence SET name = 'images_2' WHERE name = 'images';"
	"DROP TABLE images;"
	"ALTER TABLE images_2 RENAME TO images;"
	"CREATE UNIQUE INDEX images_path ON images (path) WHERE removed = 0;"
	"CREATE INDEX images_removed ON images (path) WHERE removed = 1;"
	"CREATE TABLE groups (" /* that a person made, and that have faces */
	"	id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"	name TEXT NOT NULL UNIQUE"
	") STRICT;"
	"CREATE TABLE assigned (" /* faces on which a person decided */
	"	face_id INTEGER PRIMARY KEY REFERENCES faces (id),"
	"	group_id INTEGER REFERENCES groups (id)" /* NULL: set aside */
	") STRICT;"
	"CREATE INDEX assigned_group ON assigned (group_id);"
	"CREATE TABLE refused (" /* this face is not that group */
	"	face_id INTEGER NOT NULL REFERENCES faces (id),"
	"	group_id INTEGER NOT NULL,"
	"	PRIMARY KEY (face_id, group_id)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE steps ("
	"	id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"	kind INTEGER NOT NULL,"   /* enum decision_kind */
	"	made_s INTEGER NOT NULL," /* since 1970 */
	"	of_step INTEGER,"         /* undo, redo: of which */
	"	below INTEGER NOT NULL,"  /* the one under it in the stack of undo, or of redo */
	"	undo INTEGER NOT NULL,"   /* on top of these stacks after this step, or 0 */
	"	redo INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE changes (" /* what each step but undo and redo did, in order */
	"	step_id INTEGER NOT NULL REFERENCES steps (id),"
	"	position INTEGER NOT NULL,"
	"	kind INTEGER NOT NULL," /* enum change_kind */
	"	face_id INTEGER REFERENCES faces (id),"
	"	group_id INTEGER,"
	"	before_id INTEGER,"
	"	after_id INTEGER,"
	"	before_name TEXT,"
	"	after_name TEXT,"
	"	PRIMARY KEY (step_id, position)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX changes_face ON changes (face_id);"
	"CREATE INDEX changes_group ON changes (group_id);",

	"CREATE TABLE face_embeddings ("
	"	face_id INTEGER PRIMARY KEY REFERENCES faces (id) ON DELETE CASCADE,"
	"	model TEXT NOT NULL,"    /* a key of the network's file */
	"	crops INTEGER NOT NULL," /* of which it is the mean */
	"	vector BLOB" /* 128 little-endian float32; NULL: there is none to be had */
	") STRICT;"
	"CREATE TABLE reliability (" /* of the measures in this collection, when it was estimated */
	"	measure INTEGER PRIMARY KEY,"
	"	r REAL NOT NULL,"
	"	faces INTEGER NOT NULL"
	") STRICT;",

	"CREATE TABLE trial_runs ("            /* see trials.h */
	"	begun_ms INTEGER PRIMARY KEY," /* since 1970 */
	"	kind INTEGER NOT NULL,"
	"	planned INTEGER NOT NULL,"
	"	seed INTEGER NOT NULL,"
	"	features INTEGER NOT NULL,"
	"	k INTEGER NOT NULL,"
	"	scale INTEGER NOT NULL,"
	"	distance REAL NOT NULL,"
	"	groups_seed INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE trials ("
	"	begun_ms INTEGER NOT NULL REFERENCES trial_runs (begun_ms),"
	"	number INTEGER NOT NULL,"
	"	arm INTEGER NOT NULL,"
	"	part INTEGER NOT NULL,"
	"	near INTEGER NOT NULL,"
	"	group_number INTEGER NOT NULL,"
	"	of INTEGER NOT NULL," /* repeat: the number of the first one */
	"	face_count INTEGER NOT NULL,"
	"	expected INTEGER NOT NULL,"
	"	answer INTEGER NOT NULL," /* -1: skipped */
	"	answered_s INTEGER NOT NULL,"
	"	took_ms INTEGER NOT NULL,"
	"	PRIMARY KEY (begun_ms, number)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE trial_faces (" /* in a catch trial a face has several places */
	"	begun_ms INTEGER NOT NULL,"
	"	number INTEGER NOT NULL,"
	"	position INTEGER NOT NULL,"
	"	face_id INTEGER NOT NULL REFERENCES faces (id),"
	"	PRIMARY KEY (begun_ms, number, position),"
	"	FOREIGN KEY (begun_ms, number) REFERENCES trials (begun_ms, number)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX trial_faces_face ON trial_faces (face_id);",

	"CREATE TABLE apart (" /* different people: faces on different sides of one statement */
	"	face_id INTEGER NOT NULL REFERENCES faces (id),"
	"	statement INTEGER NOT NULL," /* the step that said so */
	"	side INTEGER NOT NULL,"
	"	PRIMARY KEY (face_id, statement)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX apart_statement ON apart (statement);",

	/* NULL in rows from before: the next scan measures those photos again. */
	"ALTER TABLE images ADD COLUMN sharpness REAL;"
	"ALTER TABLE images ADD COLUMN brightness REAL;"
	"ALTER TABLE images ADD COLUMN shadows REAL;"
	"ALTER TABLE images ADD COLUMN highlights REAL;"
	"ALTER TABLE images ADD COLUMN orientation INTEGER;" /* EXIF's, 1 to 8 */
	"ALTER TABLE images ADD COLUMN perceptual_hash BLOB;"
	"ALTER TABLE faces ADD COLUMN sharpness REAL;"
	"ALTER TABLE faces ADD COLUMN brightness REAL;"
	"ALTER TABLE faces ADD COLUMN cut REAL;",
	"CREATE TABLE place (text TEXT NOT NULL) STRICT;", /* see ui/place.h */
};

#define SCHEMA_VERSION ((int)(sizeof(migrations) / sizeof(migrations[0])))

static enum status read_number(struct store *store, const char *sql, int *out, struct error *err)
{
	enum status status = OK;
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		*out = sqlite3_column_int(stmt, 0);
	else
		status = store_fail(store, "cannot read", err);
	sqlite3_finalize(stmt);
	return status;
}

static enum status migrate(struct store *store, int version, struct error *err)
{
	char set_version[48];

	snprintf(set_version, sizeof(set_version), "PRAGMA user_version = %d; COMMIT", version + 1);
	if (sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(store->db, migrations[version], NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(store->db, set_version, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(store, "cannot set up", err);
	return OK;
}

enum status schema_check(struct store *store, enum store_mode mode, struct error *err)
{
	int application = 0, version = 0, tables = 0;
	enum status status;

	status = read_number(store, "PRAGMA application_id", &application, err);
	if (!status)
		status = read_number(store, "PRAGMA user_version", &version, err);
	if (!status)
		status = read_number(store, "SELECT count(*) FROM sqlite_schema", &tables, err);
	if (status)
		return status;
	if (application != APPLICATION_ID && (version != 0 || tables > 0))
		return error_set(err, ERR_STORE,
				 "%s belongs to another program; name another database with --db",
				 store->name);
	if (version < 0 || version > SCHEMA_VERSION)
		return error_set(err, ERR_STORE,
				 "%s was written by a newer lookalike (format %d, this one knows "
				 "%d); use that one, or another database with --db",
				 store->name, version, SCHEMA_VERSION);
	if (mode != STORE_WRITE && version == 0)
		return error_set(err, ERR_MISSING,
				 "there is nothing in %s yet; fill it with: lookalike scan",
				 store->name);
	store->outdated = mode == STORE_READ && version < SCHEMA_VERSION;
	for (; mode != STORE_READ && version < SCHEMA_VERSION && !status; version++)
		status = migrate(store, version, err);
	return status;
}
