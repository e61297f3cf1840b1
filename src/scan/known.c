/*
 * known.c: a sorted list, searched by halving; see known.h.
 */
#include "lookalike/scan/known.h"

#include "lookalike/base/memory.h"

#include <stdlib.h>
#include <string.h>

void known_init(struct known *known, struct known_file *files, size_t count)
{
	known->files = files;
	known->count = count;
	known->met = memory_resize(NULL, count, sizeof(*known->met));
	memset(known->met, true, count * sizeof(*known->met));
}

void known_done(struct known *known)
{
	known_files_free(known->files, known->count);
	free(known->met);
}

/* The first file whose path is not before this one. */
static size_t lower_bound(const struct known *known, const char *path)
{
	size_t low = 0, high = known->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(known->files[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct known_file *find(const struct known *known, const char *path)
{
	size_t at = lower_bound(known, path);

	return at < known->count && !strcmp(known->files[at].path, path) ? &known->files[at] : NULL;
}

void known_mark(struct known *known, const char *path, bool met)
{
	size_t len = strlen(path), at = lower_bound(known, path);
	const char *slash = len && path[len - 1] == '/' ? "" : "/";
	char *below = text_format("%s%s", path, slash);

	if (at < known->count && !strcmp(known->files[at].path, path))
		known->met[at] = met;
	len = strlen(below);
	for (at = lower_bound(known, below);
	     at < known->count && !strncmp(known->files[at].path, below, len); at++)
		known->met[at] = met;
	free(below);
}

static bool worker_died(enum verdict verdict)
{
	return verdict == VERDICT_CRASHED || verdict == VERDICT_TIMEOUT;
}

/* Whether reading and decoding the same bytes once more could say anything else. */
static bool is_final(const struct known_file *file)
{
	if (file->same_as || file->verdict == VERDICT_UNREADABLE ||
	    file->verdict == VERDICT_CHANGED)
		return false;
	if (verdict_failed(file->verdict) && !file->same_maker)
		return false;
	return !worker_died(file->verdict) || file->deaths >= SCAN_DEATHS_MAX;
}

bool known_has(struct known *known, const struct walk_entry *entry)
{
	const struct known_file *file = find(known, entry->path);

	if (!file)
		return false;
	known->met[file - known->files] = true;
	if (file->size_bytes != entry->size_bytes || file->mtime_ns != entry->mtime_ns)
		return false;
	switch (entry->kind) {
	case WALK_FILE:
		return is_final(file);
	case WALK_SAME:
		return file->same_as && !strcmp(file->same_as, entry->same_as);
	case WALK_VERDICT:
		return file->verdict == entry->verdict;
	case WALK_FOLDER:
		break;
	}
	return false;
}

const struct known_file *known_lacking(const struct known *known, const char *path)
{
	const struct known_file *file = find(known, path);

	return file && file->lacking_count ? file : NULL;
}

int known_deaths(const struct known *known, const struct photo *photo)
{
	const struct known_file *file = find(known, photo->path);
	bool same = file && file->same_maker && file->size_bytes == photo->size_bytes &&
		    file->mtime_ns == photo->mtime_ns;

	return same && worker_died(file->verdict) ? file->deaths : 0;
}

size_t known_gone(const struct known *known, int64_t **ids)
{
	size_t count = 0;

	*ids = memory_resize(NULL, known->count, sizeof(**ids));
	for (size_t i = 0; i < known->count; i++)
		if (!known->met[i])
			(*ids)[count++] = known->files[i].id;
	return count;
}
