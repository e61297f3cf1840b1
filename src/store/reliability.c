/*
 * How well each measure repeats in this collection: a table that is made when somebody measures
 * that, and that few databases have.
 */
#include "internal.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

static const char create[] = "CREATE TABLE IF NOT EXISTS reliability ("
			     "	measure INTEGER PRIMARY KEY,"
			     "	r REAL NOT NULL,"
			     "	faces INTEGER NOT NULL"
			     ") STRICT";

enum status store_set_reliability(struct store *store, const double r[MEASURE_COUNT], int faces,
				  struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum status status = store_change_begin(store, err);

	if (status)
		return status;
	if (!faces) {
		if (sqlite3_exec(store->db, "DROP TABLE IF EXISTS reliability", NULL, NULL, NULL))
			status = store_fail(store, "cannot write", err);
		return store_change_end(store, status, err);
	}
	if (sqlite3_exec(store->db, create, NULL, NULL, NULL) ||
	    sqlite3_prepare_v2(store->db, "INSERT OR REPLACE INTO reliability VALUES (?, ?, ?)", -1,
			       &stmt, NULL))
		status = store_fail(store, "cannot write", err);
	for (int m = 0; m < MEASURE_COUNT && !status; m++) {
		sqlite3_bind_int(stmt, 1, m);
		sqlite3_bind_double(stmt, 2, r[m]);
		sqlite3_bind_int(stmt, 3, faces);
		if (sqlite3_step(stmt) != SQLITE_DONE)
			status = store_fail(store, "cannot write", err);
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	return store_change_end(store, status, err);
}

/* One number of the first row, or none when there is no row. */
static enum status look(struct store *store, const char *sql, int *out, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum status status = OK;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);

	if (!code)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int(stmt, 0);
	else if (code != SQLITE_DONE)
		status = store_fail(store, "cannot read", err);
	sqlite3_finalize(stmt);
	return status;
}

enum status store_reliability(struct store *store, double r[MEASURE_COUNT], int *faces,
			      struct error *err)
{
	double found[MEASURE_COUNT] = {0};
	sqlite3_stmt *stmt = NULL;
	int tables = 0, rows = 0, from = 0, code = SQLITE_DONE;
	enum status status = look(store,
				  "SELECT count(*) FROM sqlite_schema WHERE name = 'reliability'",
				  &tables, err);

	if (!status && tables &&
	    sqlite3_prepare_v2(store->db, "SELECT measure, r, faces FROM reliability", -1, &stmt,
			       NULL))
		status = store_fail(store, "cannot read", err);
	while (!status && stmt && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		int m = sqlite3_column_int(stmt, 0);
		double value = sqlite3_column_double(stmt, 1);

		from = sqlite3_column_int(stmt, 2);
		if (m < 0 || m >= MEASURE_COUNT || !(value >= 0 && value <= 1) || from < 1)
			status = store_damaged(store, err);
		else
			found[m] = value;
		rows++;
	}
	if (!status && code != SQLITE_DONE)
		status = store_fail(store, "cannot read", err);
	if (!status && rows && rows != MEASURE_COUNT)
		status = store_damaged(store, err);
	sqlite3_finalize(stmt);
	if (status)
		return status;
	*faces = from;
	if (rows)
		memcpy(r, found, sizeof(found));
	return OK;
}
