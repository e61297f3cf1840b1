/* How well each measure repeats in this collection, where somebody has estimated that. */
#include "internal.h"

#include <sqlite3.h>
#include <string.h>

enum status store_set_reliability(struct store *store, const double r[MEASURE_COUNT], int faces,
				  struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum status status = store_change_begin(store, err);

	if (status)
		return status;
	if (sqlite3_exec(store->db, "DELETE FROM reliability", NULL, NULL, NULL) ||
	    sqlite3_prepare_v2(store->db, "INSERT INTO reliability VALUES (?, ?, ?)", -1, &stmt,
			       NULL))
		status = store_fail(store, "cannot write", err);
	for (int m = 0; faces && m < MEASURE_COUNT && !status; m++) {
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

enum status store_reliability(struct store *store, double r[MEASURE_COUNT], int *faces,
			      struct error *err)
{
	sqlite3_stmt *row = store->statements[SQL_RELIABILITY];
	double found[MEASURE_COUNT] = {0};
	int rows = 0, from = 0, code;
	enum status status = OK;

	while (!status && (code = sqlite3_step(row)) == SQLITE_ROW) {
		int m = sqlite3_column_int(row, 0);
		double value = sqlite3_column_double(row, 1);

		from = sqlite3_column_int(row, 2);
		if (m < 0 || m >= MEASURE_COUNT || !(value >= 0 && value <= 1) || from < 1)
			status = store_damaged(store, err);
		else
			found[m] = value;
		rows++;
	}
	if (!status && code != SQLITE_DONE)
		status = store_fail(store, "cannot read", err);
	sqlite3_reset(row);
	if (!status && rows && rows != MEASURE_COUNT)
		status = store_damaged(store, err);
	if (status)
		return status;
	*faces = from;
	if (rows)
		memcpy(r, found, sizeof(found));
	return OK;
}
