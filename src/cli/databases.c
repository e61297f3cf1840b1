/* Every database in the user's data folder: files there whose names end in .db. */
#include "lookalike/cli/databases.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/cli/collection.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_database(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 3 && !strcmp(entry->d_name + len - 3, ".db");
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

enum status databases_find(char ***out, size_t *count, struct error *err)
{
	char *folder = collection_folder(), *quoted;
	struct dirent **entries = NULL;
	enum status status = OK;
	int n = folder ? scandir(folder, &entries, is_database, compare_names) : 0;

	if (n < 0 && errno != ENOENT) {
		quoted = quote_new(folder);
		status = error_set(err, ERR_IO, "%s: %s", quoted, strerror(errno));
		free(quoted);
	}
	if (!status) {
		*count = n > 0 ? (size_t)n : 0;
		*out = memory_new((*count + 1) * sizeof(char *));
		for (int i = 0; i < n; i++)
			(*out)[i] = text_format("%s/%s", folder, entries[i]->d_name);
	}
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	free(folder);
	return status;
}

void databases_free(char **paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(paths[i]);
	free(paths);
}

char *path_absolute(const char *path)
{
	char *real = realpath(path, NULL), cwd[PATH_MAX];

	if (real || path[0] == '/' || !getcwd(cwd, sizeof(cwd)))
		return real ? real : text_copy(path);
	return text_format("%s/%s", cwd, path);
}
