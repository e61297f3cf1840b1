/*
 * lookalike group: decide on faces, and see what was decided.
 *
 * The paths name faces here, not a collection. Which database they belong to is found among those
 * of the data folder unless --db says it.
 */
#include "lookalike/cli/command.h"
#include "lookalike/cli/databases.h"
#include "lookalike/cli/group_output.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define ALL_FACES (-1)

/* Faces as the command line names them. */
struct spec {
	char *whole;  /* absolute */
	char *before; /* the same up to #N, or NULL */
	int position; /* N */
};

static void spec_init(struct spec *spec, const char *word)
{
	const char *mark = strrchr(word, '#');
	char *end = NULL;
	long n = mark && mark[1] >= '0' && mark[1] <= '9' ? strtol(mark + 1, &end, 10) : -1;

	*spec = (struct spec){.whole = path_absolute(word), .position = ALL_FACES};
	if (n >= 0 && n <= INT_MAX && !*end) {
		char *path = text_copy(word);

		path[mark - word] = '\0';
		spec->before = path_absolute(path);
		spec->position = (int)n;
		free(path);
	}
}

/* Add the faces that a spec means; a file that has the whole name is meant before PATH#N. */
static size_t spec_faces(const struct spec *spec, const struct session *s, int64_t **ids,
			 size_t *count)
{
	size_t before = *count;

	for (int pass = 0; pass < 2 && *count == before; pass++) {
		char *path = pass ? spec->before : spec->whole;

		for (int i = 0; path && i < s->image_count; i++) {
			const struct session_image *image = s->images[i];

			if (!path_is_under(image->path, &path, 1))
				continue;
			for (int j = 0; j < image->face_count; j++) {
				if (pass && image->faces[j].position != spec->position)
					continue;
				*ids = memory_resize(*ids, *count + 1, sizeof(**ids));
				(*ids)[(*count)++] = image->faces[j].id;
			}
		}
	}
	return *count - before;
}

/* Faces, and of each which of the words it came by, from 1. */
static enum status faces_of(const struct options *options, const struct session *s, int64_t **ids,
			    int **sides, size_t *count, struct error *err)
{
	enum status status = OK;
	size_t before = 0;

	for (size_t i = 0; i < options->path_count && !status; i++) {
		struct spec spec;
		char *quoted;

		spec_init(&spec, options->paths[i]);
		if (!spec_faces(&spec, s, ids, count)) {
			quoted = quote_new(options->paths[i]);
			status = error_set(err, ERR_MISSING, "no measured face is %s", quoted);
			free(quoted);
		}
		free(spec.whole);
		free(spec.before);
		*sides = memory_resize(*sides, *count + 1, sizeof(**sides));
		while (before < *count)
			(*sides)[before++] = (int)i + 1;
	}
	return status;
}

static enum status load(const char *db, enum store_mode mode, struct store **store,
			struct session *session, struct error *err)
{
	enum status status = store_open(db, mode, store, err);

	return status ? status : session_load(session, *store, NULL, 0, err);
}

/* Whether a database has all these faces; one that cannot be read has none. */
static bool has_faces(const char *db, const struct options *options)
{
	struct session *session = session_new();
	struct store *store = NULL;
	int64_t *ids = NULL;
	int *sides = NULL;
	size_t count = 0;
	bool has = !load(db, STORE_READ, &store, session, NULL) &&
		   !faces_of(options, session, &ids, &sides, &count, NULL);

	free(ids);
	free(sides);
	session_free(session);
	store_close(store);
	return has;
}

/* The one database in the data folder that has the faces. */
static enum status find_database(const struct options *options, char **out, struct error *err)
{
	char **paths, *found = NULL, *quoted;
	size_t count, hits = 0;
	enum status status = databases_find(&paths, &count, err);

	if (status)
		return status;
	for (size_t i = 0; i < count; i++) {
		if (!has_faces(paths[i], options))
			continue;
		if (!hits++)
			found = text_copy(paths[i]);
	}
	databases_free(paths, count);
	if (hits == 1) {
		*out = found;
		return OK;
	}
	free(found);
	quoted = quote_new(options->paths[0]);
	if (hits)
		status = error_set(err, ERR_INPUT, "%s is in %zu databases: name one with --db",
				   quoted, hits);
	else
		status = error_set(err, ERR_MISSING, "no database has the face %s%s", quoted,
				   options->path_count > 1 ? " and the others" : "");
	free(quoted);
	return status;
}

static bool names_faces(const struct options *options)
{
	return (options->verb < DECISION_UNDO && options->verb != DECISION_RENAME) ||
	       options->verb == DECISION_APART;
}

static enum status database_of(const struct options *options, char **out, struct error *err)
{
	struct collection collection;
	enum status status;

	if (options->db) {
		*out = text_copy(options->db);
		return OK;
	}
	if (names_faces(options))
		return find_database(options, out, err);
	status = collection_open(options, &collection, err);
	if (status)
		return status;
	*out = text_copy(collection.db);
	collection_done(&collection);
	return OK;
}

static enum status decide(const struct options *options, struct store *store,
			  struct session *session, struct decision *out, struct error *err)
{
	struct decision_request request = {.kind = (enum decision_kind)options->verb,
					   .name = options->group,
					   .new_name = options->group_after};
	int64_t *ids = NULL;
	int *sides = NULL;
	enum status status = OK;

	if (names_faces(options))
		status = faces_of(options, session, &ids, &sides, &request.face_count, err);
	request.face_ids = ids;
	request.sides = sides;
	if (!status)
		status = store_decide(store, &request, out, err);
	if (!status)
		session_decide(session, out);
	free(ids);
	free(sides);
	return status;
}

int command_group(const struct options *options)
{
	bool reads = options->verb >= GROUP_LIST;
	struct session *session = session_new();
	struct decision decision = {0};
	struct store *store = NULL;
	struct output output;
	struct error err;
	enum status status;
	char *db = NULL;
	int code = 0;

	status = database_of(options, &db, &err);
	if (!status)
		status = load(db, reads ? STORE_READ : STORE_CHANGE, &store, session, &err);
	if (!status && !reads)
		status = decide(options, store, session, &decision, &err);
	if (!status)
		status = output_open(options->output, &output, &err);
	if (!status) {
		if (options->verb == GROUP_LIST)
			status = group_write_list(output.file, options->format, session, store,
						  &err);
		else if (options->verb == GROUP_LOG)
			status = group_write_log(output.file, options->format, store, &err);
		else
			status = group_write_decision(output.file, options->format, &decision,
						      store, &err);
		if (status)
			output_abandon(&output);
		else
			status = output_commit(&output, &err);
	}
	if (status)
		code = command_fail(&err);
	decision_done(&decision);
	session_free(session);
	store_close(store);
	free(db);
	return code;
}
