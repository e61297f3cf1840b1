/* Where somebody was in the interface: one text, which the store does not understand. */
#include "internal.h"

#include "lookalike/base/memory.h"

#include <sqlite3.h>

enum status store_set_place(struct store *store, const char *text, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum status status = store_change_begin(store, err);

	if (status)
		return status;
	if (sqlite3_exec(store->db, "DELETE FROM place", NULL, NULL, NULL) ||
	    sqlite3_prepare_v2(store->db, "INSERT INTO place VALUES (?)", -1, &stmt, NULL) ||
	    sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC) ||
	    sqlite3_step(stmt) != SQLITE_DONE)
		status = store_fail(store, "cannot write", err);
	sqlite3_finalize(stmt);
	return store_change_end(store, status, err);
}

char *store_place(struct store *store)
{
	sqlite3_stmt *row = store->statements[SQL_PLACE];
	const char *found = NULL;
	char *text;

	if (sqlite3_step(row) == SQLITE_ROW)
		found = (const char *)sqlite3_column_text(row, 0);
	text = text_copy(found ? found : "");
	sqlite3_reset(row);
	return text;
}
