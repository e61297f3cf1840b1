/*
 * collection.h: which files, which database, which programs and models.
 *
 * Owns     collection_open()/collection_done() for the paths; struct places is
 *          filled with strings that places_done() frees.
 * Threads  one.
 * Errors   ERR_MISSING for a path, program or model that is not there, with what to
 *          do about it.
 */
#ifndef LOOKALIKE_CLI_COLLECTION_H
#define LOOKALIKE_CLI_COLLECTION_H

#include "lookalike/cli/options.h"
#include "lookalike/store/store.h"

struct collection {
	char **paths; /* absolute, sorted, none inside another */
	size_t path_count;
	char *db;
};

/*
 * The paths resolved, and the database they belong to: --db, or one in the user's
 * data folder named after them, so that the same paths find it again. With --db alone
 * a database's own paths are read when it is opened: collection_adopt().
 */
enum status collection_open(const struct options *options, struct collection *out,
			    struct error *err);
void collection_done(struct collection *c);

/* The folder of databases that are not named by --db, for the caller to free; NULL without HOME. */
char *collection_folder(void);

/* Remember the paths in the store, or take them from it if none were given. */
enum status collection_adopt(struct collection *c, struct store *store, struct error *err);

/* Where the extractor and its models are; places_look() leaves NULL for what it does not find. */
struct places {
	char *extractor, *models, *landmarks;
	char *embedding;     /* the network's file, or NULL */
	char *embedding_key; /* changes with what is in it; NULL when it cannot be read */
};

void places_look(struct places *out);
enum status places_find(struct places *out, struct error *err);
void places_done(struct places *places);

#endif
