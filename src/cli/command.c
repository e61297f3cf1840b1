/* What the commands share. */
#include "lookalike/cli/command.h"

#include <stdio.h>

int command_fail(const struct error *err)
{
	fprintf(stderr, "lookalike: %s\n", err->msg);
	return error_exit_code(err->code);
}

enum status command_load(const struct options *options, struct session **out, struct error *err)
{
	struct session *session = session_new();
	struct collection collection;
	struct store *store = NULL;
	enum status status = collection_open(options, &collection, err);

	if (status) {
		session_free(session);
		return status;
	}
	status = store_open(collection.db, STORE_READ, &store, err);
	if (status == ERR_MISSING && !options->db)
		error_set(err, ERR_MISSING,
			  "nothing is measured there yet: run 'lookalike scan' with the same paths "
			  "first");
	if (!status)
		status = session_load(session, store, collection.paths, collection.path_count, err);
	if (!status && !session->image_count && collection.path_count && options->db)
		status = error_set(err, ERR_MISSING, "no image of these paths is in this database");
	store_close(store);
	collection_done(&collection);
	if (status)
		session_free(session);
	else
		*out = session;
	return status;
}
