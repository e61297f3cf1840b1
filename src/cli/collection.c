/* Paths → collection → database; and where the program's own files are. */
#include "lookalike/cli/collection.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/review/session.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LANDMARKS_FILE   "shape_predictor_68_face_landmarks.dat"
#define LANDMARKS_SYSTEM "/usr/share/dlib/" LANDMARKS_FILE

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* FNV-1a over the paths and the NULs between them: a name, not a secret. */
static uint64_t paths_hash(char *const *paths, size_t count)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j <= strlen(paths[i]); j++)
			hash = (hash ^ (unsigned char)paths[i][j]) * 0x100000001b3u;
	return hash;
}

char *collection_folder(void)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	/* An XDG path that is not absolute is to be ignored. */
	if (data && data[0] == '/')
		return text_format("%s/lookalike", data);
	return home && home[0] == '/' ? text_format("%s/.local/share/lookalike", home) : NULL;
}

/* A database's name begins with something a person recognises: the first folder's name. */
static enum status default_db(char *const *paths, size_t count, char **out, struct error *err)
{
	const char *slash = strrchr(paths[0], '/');
	char word[33], *folder;
	size_t n = 0;

	for (const char *c = slash ? slash + 1 : paths[0]; *c && n < sizeof(word) - 1; c++)
		word[n++] = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
					    (*c >= '0' && *c <= '9')
				    ? *c
				    : '_';
	word[n] = '\0';
	folder = collection_folder();
	if (!folder)
		return error_set(err, ERR_MISSING,
				 "HOME is not set, so there is no place for a database: name one "
				 "with --db");
	*out = text_format("%s/%s-%016llx.db", folder, n ? word : "root",
			   (unsigned long long)paths_hash(paths, count));
	free(folder);
	return OK;
}

static enum status resolve(const char *path, char **out, struct error *err)
{
	char *quoted;

	*out = realpath(path, NULL);
	if (*out)
		return OK;
	quoted = quote_new(path);
	error_set(err, ERR_MISSING, "%s: %s", quoted, strerror(errno));
	free(quoted);
	return ERR_MISSING;
}

enum status collection_open(const struct options *options, struct collection *out,
			    struct error *err)
{
	struct collection c = {0};
	enum status status = OK;
	size_t kept = 0;

	c.paths = memory_new((options->path_count + 1) * sizeof(char *));
	for (; c.path_count < options->path_count; c.path_count++) {
		status = resolve(options->paths[c.path_count], &c.paths[c.path_count], err);
		if (status) {
			collection_done(&c);
			return status;
		}
	}
	qsort(c.paths, c.path_count, sizeof(char *), compare_paths);
	for (size_t i = 0; i < c.path_count; i++) {
		if (path_is_under(c.paths[i], c.paths, kept))
			free(c.paths[i]);
		else
			c.paths[kept++] = c.paths[i];
	}
	c.path_count = kept;
	if (options->db)
		c.db = text_copy(options->db);
	else
		status = default_db(c.paths, c.path_count, &c.db, err);
	if (status)
		collection_done(&c);
	else
		*out = c;
	return status;
}

void collection_done(struct collection *c)
{
	for (size_t i = 0; i < c->path_count; i++)
		free(c->paths[i]);
	free(c->paths);
	free(c->db);
	memset(c, 0, sizeof(*c));
}

enum status collection_adopt(struct collection *c, struct store *store, struct error *err)
{
	enum status status;
	char **roots;
	size_t count;

	if (c->path_count)
		return store_set_roots(store, c->paths, c->path_count, err);
	status = store_roots(store, &roots, &count, err);
	if (status)
		return status;
	if (!count)
		return error_set(err, ERR_INPUT, "this database has no paths yet: name some");
	free(c->paths);
	c->paths = memory_new((count + 1) * sizeof(char *));
	for (size_t i = 0; i < count; i++)
		c->paths[i] = text_copy(roots[i]);
	c->path_count = count;
	free(roots);
	return OK;
}

/* The first of several places that is there, or NULL; the others are freed. */
static char *first_readable(char *a, char *b, char *c)
{
	char *places[] = {a, b, c}, *found = NULL;

	for (int i = 0; i < 3; i++) {
		if (!found && places[i] && !access(places[i], R_OK))
			found = places[i];
		else
			free(places[i]);
	}
	return found;
}

/* Whether the processor can run what was compiled for x86-64-v3. */
static bool runs_v3(void)
{
#ifdef __x86_64__
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
	       __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
#else
	return false;
#endif
}

/* In the folder of this program, as in the source tree, or where it is installed. */
static char *find_extractor(const char *folder)
{
	static const char *const places[] = {"", "/../libexec/lookalike"};
	char *found = NULL;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !found; i++) {
		char *name = text_format("%s%s/lookalike-extractor", folder, places[i]);
		char *faster = runs_v3() ? text_format("%s-v3", name) : NULL;

		found = first_readable(faster, name, NULL);
	}
	return found;
}

void places_look(struct places *out)
{
	const char *models = getenv("LOOKALIKE_MODELS"), *landmarks = getenv("LOOKALIKE_LANDMARKS");
	struct places p = {0};
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[len > 0 ? len : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	p.extractor = find_extractor(self);
	p.models = models ? text_copy(models)
			  : first_readable(text_format("%s/../share/lookalike", self),
					   text_format("%s/../models", self),
					   text_format("%s/../../models", self));
	if (!p.models)
		p.models = text_copy("");
	p.landmarks = landmarks ? first_readable(text_copy(landmarks), NULL, NULL)
				: first_readable(text_format("%s/" LANDMARKS_FILE, p.models),
						 text_copy(LANDMARKS_SYSTEM), NULL);
	*out = p;
}

static enum status no_landmarks(struct error *err)
{
	const char *named = getenv("LOOKALIKE_LANDMARKS");
	char *quoted;

	if (!named)
		return error_set(err, ERR_MODEL,
				 "the landmark model " LANDMARKS_FILE
				 " is missing: install Debian's libdlib-data, or name the file in "
				 "LOOKALIKE_LANDMARKS");
	quoted = quote_new(named);
	error_set(err, ERR_MODEL,
		  "the landmark model that LOOKALIKE_LANDMARKS names cannot be read: %s", quoted);
	free(quoted);
	return ERR_MODEL;
}

enum status places_find(struct places *out, struct error *err)
{
	enum status status = OK;
	struct places p;

	places_look(&p);
	if (!p.extractor)
		status = error_set(err, ERR_MISSING,
				   "lookalike-extractor is not beside this program: run make, or "
				   "make install");
	else if (!p.landmarks)
		status = no_landmarks(err);
	if (status)
		places_done(&p);
	else
		*out = p;
	return status;
}

void places_done(struct places *places)
{
	free(places->extractor);
	free(places->models);
	free(places->landmarks);
	free(places->embedding);
	free(places->embedding_key);
	memset(places, 0, sizeof(*places));
}
