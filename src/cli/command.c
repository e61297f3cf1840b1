/* What the commands share. */
#include "lookalike/cli/command.h"

#include "lookalike/ui/grid.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <stdio.h>
#include <stdlib.h>

int command_fail(const struct error *err)
{
	fprintf(stderr, "lookalike: %s\n", err->msg);
	return error_exit_code(err->code);
}

int command_filter(const struct options *options, struct filter **out)
{
	char *whole, *before, *shown;
	struct error err;
	size_t at = 0;

	*out = NULL;
	if (!options->filter || !filter_parse(options->filter, options->labels, out, &at, &err))
		return 0;
	whole = quote_new(options->filter);
	before = text_format("%.*s", (int)at, options->filter);
	shown = quote_new(before);
	fprintf(stderr, "lookalike: --filter: %s\n", err.msg);
	fprintf(stderr, "  %s\n  %*s^\n", whole, grid_text_width(shown), "");
	free(shown);
	free(before);
	free(whole);
	return error_exit_code(err.code);
}

enum status command_open(const struct options *options, struct session **out,
			 struct store **out_store, struct error *err)
{
	struct session *session = session_new();
	struct collection collection;
	struct store *store = NULL;
	enum status status = collection_open(options, &collection, err);

	session->without_embeddings = options->summary && !options->labels;
	/* score compares with its own: those of rows, too. */
	if (!status && options->labels && options->command != COMMAND_SCORE) {
		status = labels_open(options->labels, &session->labels, err);
		if (status)
			collection_done(&collection);
	}
	if (status) {
		session_free(session);
		return status;
	}
	status = store_open(collection.db, STORE_READ, &store, err);
	if (status == ERR_MISSING && !options->db)
		error_set(err, ERR_MISSING,
			  "nothing is measured there yet: run 'lookalike scan' with the same paths "
			  "first");
	if (!status && store_warning(store))
		fprintf(stderr, "lookalike: %s\n", store_warning(store));
	if (!status)
		status = store_hold(store, err);
	if (!status)
		status = session_load(session, store, collection.paths, collection.path_count, err);
	if (!status && !session->image_count && collection.path_count && options->db)
		status = error_set(err, ERR_MISSING, "no image of these paths is in this database");
	collection_done(&collection);
	if (status) {
		store_close(store);
		session_free(session);
	} else {
		*out = session;
		*out_store = store;
	}
	return status;
}

enum status command_load(const struct options *options, struct session **out, struct error *err)
{
	struct store *store;
	enum status status = command_open(options, out, &store, err);

	if (!status)
		store_close(store);
	return status;
}
