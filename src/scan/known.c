/*
 * known.c: a sorted list, searched by halving; see known.h.
 */
#include "lookalike/scan/known.h"

#include "lookalike/base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int compare_hashes(const void *a, const void *b, void *user)
{
	const struct known_file *files = user;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = memcmp(files[x].hash, files[y].hash, FILE_HASH_BYTES);

	return order ? order : (x > y) - (x < y);
}

static void index_hashes(struct known *known)
{
	known->by_hash = memory_resize(NULL, known->count + 1, sizeof(*known->by_hash));
	known->hash_count = 0;
	for (size_t i = 0; i < known->count; i++)
		if (known->files[i].hashed && !known->files[i].same_as &&
		    !verdict_failed(known->files[i].verdict))
			known->by_hash[known->hash_count++] = i;
	qsort_r(known->by_hash, known->hash_count, sizeof(*known->by_hash), compare_hashes,
		known->files);
}

void known_init(struct known *known, struct known_file *files, size_t count)
{
	known->files = files;
	known->count = count;
	known->met = memory_resize(NULL, count, sizeof(*known->met));
	memset(known->met, true, count * sizeof(*known->met));
	known->taken = memory_new(count + 1);
	index_hashes(known);
}

void known_done(struct known *known)
{
	known_files_free(known->files, known->count);
	free(known->met);
	free(known->taken);
	free(known->by_hash);
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

/* The file of this path that was there at the last scan. */
static const struct known_file *find(const struct known *known, const char *path)
{
	size_t at = lower_bound(known, path);

	if (at == known->count || strcmp(known->files[at].path, path) || known->files[at].removed)
		return NULL;
	return &known->files[at];
}

void known_mark(struct known *known, const char *path, bool met)
{
	size_t len = strlen(path), at = lower_bound(known, path);
	const char *slash = len && path[len - 1] == '/' ? "" : "/";
	char *below = text_format("%s%s", path, slash);

	if (find(known, path))
		known->met[at] = met;
	len = strlen(below);
	for (at = lower_bound(known, below);
	     at < known->count && !strncmp(known->files[at].path, below, len); at++)
		known->met[at] = met || known->files[at].removed;
	free(below);
}

static bool worker_died(enum verdict verdict)
{
	return verdict == VERDICT_CRASHED || verdict == VERDICT_TIMEOUT;
}

/* Whether reading and decoding the same bytes once more could say anything else. */
static bool is_final(const struct known_file *file)
{
	if (file->outdated || file->same_as || file->verdict == VERDICT_UNREADABLE ||
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

/* Whether a file is still where its row says, with the same bytes. */
static bool is_in_place(const struct known_file *file, const struct photo *photo)
{
	char detail[SCAN_DETAIL_BYTES];
	struct file_facts facts;
	struct stat now, other;
	bool same;
	int memfd;

	if (stat(file->path, &now) < 0)
		return errno != ENOENT && errno != ENOTDIR;
	/* Another name of one file: the row goes with the name that the walk takes for the first.
	 */
	if (stat(photo->path, &other) == 0 && now.st_dev == other.st_dev &&
	    now.st_ino == other.st_ino)
		return false;
	if (!S_ISREG(now.st_mode) || now.st_size != file->size_bytes)
		return false;
	if (now.st_mtim.tv_sec * 1000000000 + now.st_mtim.tv_nsec == file->mtime_ns)
		return true;
	if (scan_read_file(file->path, file->size_bytes, &memfd, &facts, detail) != VERDICT_OK)
		return true;
	same = !memcmp(facts.hash, file->hash, FILE_HASH_BYTES);
	close(memfd);
	return same;
}

/* The first in order of hash that is not before these bytes. */
static size_t hash_bound(const struct known *known, const uint8_t *hash)
{
	size_t low = 0, high = known->hash_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (memcmp(known->files[known->by_hash[middle]].hash, hash, FILE_HASH_BYTES) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64_t known_take(struct known *known, const struct photo *photo)
{
	const struct known_file *own = find(known, photo->path);
	size_t best = SIZE_MAX;

	for (size_t i = hash_bound(known, photo->hash); i < known->hash_count; i++) {
		size_t at = known->by_hash[i];
		const struct known_file *file = &known->files[at];

		if (memcmp(file->hash, photo->hash, FILE_HASH_BYTES))
			break;
		if (known->taken[at] || file->size_bytes != photo->size_bytes)
			continue;
		if (!strcmp(file->path, photo->path)) {
			if (file->outdated)
				return 0;
			best = at;
			if (!file->removed)
				break;
		} else if (best == SIZE_MAX && (file->removed || !is_in_place(file, photo))) {
			best = at;
		}
	}
	if (best == SIZE_MAX)
		return 0;
	known->taken[best] = known->met[best] = true;
	/* Whatever was here before has to be found elsewhere, or is gone. */
	if (own && own != &known->files[best] && !known->taken[own - known->files])
		known->met[own - known->files] = false;
	return known->files[best].id;
}

bool known_differs(const struct known *known, const struct photo *photo)
{
	const struct known_file *file = find(known, photo->path);

	return file && file->hashed && !known->taken[file - known->files] &&
	       memcmp(file->hash, photo->hash, FILE_HASH_BYTES);
}

void known_overwrite(struct known *known, const char *path)
{
	const struct known_file *file = find(known, path);

	if (file)
		known->taken[file - known->files] = true;
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
