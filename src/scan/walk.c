/*
 * The walk over folders: an explicit stack of sorted listings, so that neither depth nor
 * the number of files can exhaust anything, and what one call returns needs no thread.
 *
 * A folder's listing is read whole and its descriptor closed before the walk goes deeper:
 * a tree a thousand deep must not need a thousand descriptors. What kind of thing a name
 * is, is asked from the system each time; a listing's own word for it (d_type) is absent
 * on some file systems and old by the time it is used.
 */
#include "lookalike/scan/walk.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/scan/nodes.h"
#include "lookalike/scan/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* A folder being walked; the lowest is no folder but the paths the walk began with. */
struct listing {
	char *names; /* all of them, each with its NUL */
	size_t names_len, names_capacity;
	char **order; /* sorted, into names */
	size_t count, next;
	size_t path_len; /* of the folder, in walk->path */
	uint32_t node;
	bool told; /* that some of its entries cannot be looked at */
};

struct walk {
	bool follow_links;
	struct listing *stack;
	size_t depth, stack_capacity;
	struct nodes *nodes;
	char *path;
	size_t path_capacity;
	char *same_as;
	char *descend; /* a folder that was a row itself and is to be walked next, or NULL */
	struct stat descend_stat;
};

static const char *const image_extensions[] = {
	"jpg", "jpeg", "jpe", "png", "webp", "tif",  "tiff", "bmp", "pbm",
	"pgm", "ppm",  "pnm", "gif", "heic", "heif", "avif", "jp2",
};

static bool has_image_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	if (!dot || dot == name)
		return false;
	for (size_t i = 0; i < sizeof(image_extensions) / sizeof(image_extensions[0]); i++)
		if (!strcasecmp(dot + 1, image_extensions[i]))
			return true;
	return false;
}

/* Another process may have put anything in its place since it was looked at. */
static bool has_image_signature(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	uint8_t head[FORMAT_HEAD_BYTES];
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		n = read(fd, head, sizeof(head));
	close(fd);
	return n > 0 && format_sniff(head, (size_t)n) != FORMAT_UNKNOWN;
}

static struct listing *push(struct walk *walk, size_t path_len, uint32_t node)
{
	if (walk->depth == walk->stack_capacity) {
		walk->stack_capacity = 2 * walk->stack_capacity + 16;
		walk->stack = memory_resize(walk->stack, walk->stack_capacity,
					    sizeof(*walk->stack));
	}
	walk->stack[walk->depth] = (struct listing){.path_len = path_len, .node = node};
	return &walk->stack[walk->depth++];
}

static void pop(struct walk *walk)
{
	struct listing *listing = &walk->stack[--walk->depth];

	free(listing->names);
	free(listing->order);
}

static void listing_add(struct listing *listing, const char *name)
{
	size_t size = strlen(name) + 1;

	if (listing->names_len + size > listing->names_capacity) {
		listing->names_capacity = 2 * (listing->names_len + size);
		listing->names = memory_resize(listing->names, listing->names_capacity, 1);
	}
	memcpy(listing->names + listing->names_len, name, size);
	listing->names_len += size;
	listing->count++;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void listing_sort(struct listing *listing)
{
	char *name = listing->names;

	listing->order = memory_resize(NULL, listing->count, sizeof(*listing->order));
	for (size_t i = 0; i < listing->count; i++) {
		listing->order[i] = name;
		name += strlen(name) + 1;
	}
	if (listing->count > 1)
		qsort(listing->order, listing->count, sizeof(*listing->order), compare_names);
}

/* Read the folder at walk->path onto the stack; 0, or an error number for what is missing. */
static int read_folder(struct walk *walk, uint32_t node)
{
	int fd = open(walk->path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct listing *listing;
	struct dirent *entry;
	int problem;

	if (!dir) {
		problem = errno;
		if (fd >= 0)
			close(fd);
		return problem;
	}
	listing = push(walk, strlen(walk->path), node);
	errno = 0;
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			listing_add(listing, entry->d_name);
	problem = errno;
	closedir(dir);
	listing_sort(listing);
	return problem;
}

/* Put the path of a name in the top listing into walk->path. */
static void set_path(struct walk *walk, const char *name)
{
	size_t len = walk->stack[walk->depth - 1].path_len, name_len = strlen(name);

	if (len + name_len + 2 > walk->path_capacity) {
		walk->path_capacity = 2 * (len + name_len + 2);
		walk->path = memory_resize(walk->path, walk->path_capacity, 1);
	}
	if (len > 0 && walk->path[len - 1] != '/')
		walk->path[len++] = '/';
	memcpy(walk->path + len, name, name_len + 1);
}

static bool give(struct walk_entry *out, enum walk_kind kind, const char *problem)
{
	out->kind = kind;
	out->problem = problem;
	return true;
}

static bool give_verdict(struct walk_entry *out, enum verdict verdict, const char *problem)
{
	out->verdict = verdict;
	return give(out, WALK_VERDICT, problem);
}

/*
 * A name the system does not let us look at. It may be a folder full of photos, so unless
 * it is a row by its name, its folder is named as not wholly walked, once.
 */
static bool give_hidden(struct walk *walk, int number, struct walk_entry *out)
{
	struct listing *listing = &walk->stack[walk->depth - 1];

	if (number == ENOENT || number == ENOTDIR)
		return false; /* removed since it was listed */
	if (has_image_name(walk->path))
		return give_verdict(out, VERDICT_UNREADABLE, scan_errno_words(number));
	if (listing->told)
		return false;
	if (listing->path_len > 0) {
		listing->told = true;
		walk->path[listing->path_len] = '\0';
	}
	return give(out, WALK_FOLDER, scan_errno_words(number));
}

static bool give_dangling(struct walk *walk, int number, struct walk_entry *out)
{
	const char *words = number == ENOENT ? "a dangling link" : scan_errno_words(number);

	return has_image_name(walk->path) && give_verdict(out, VERDICT_UNREADABLE, words);
}

static bool enter_folder(struct walk *walk, const struct stat *st, const char *name,
			 struct walk_entry *out)
{
	uint32_t node;
	int problem;

	if (nodes_find(walk->nodes, st) != NODE_NONE)
		return false;
	node = nodes_add(walk->nodes, st, walk->stack[walk->depth - 1].node, name);
	problem = read_folder(walk, node);
	return problem && give(out, WALK_FOLDER, scan_errno_words(problem));
}

static bool give_folder(struct walk *walk, const struct stat *st, const char *name,
			bool to_be_walked, struct walk_entry *out)
{
	if (has_image_name(walk->path)) {
		if (to_be_walked) {
			walk->descend = text_copy(name);
			walk->descend_stat = *st;
		}
		return give_verdict(out, VERDICT_UNREADABLE, scan_kind_words(st->st_mode));
	}
	return to_be_walked && enter_folder(walk, st, name, out);
}

static bool give_file(struct walk *walk, const struct stat *st, const char *name,
		      struct walk_entry *out)
{
	bool image_name = has_image_name(walk->path);
	uint32_t node;

	if (st->st_size == 0)
		return image_name && give_verdict(out, VERDICT_CORRUPT, "empty file");
	if (image_name && faccessat(AT_FDCWD, walk->path, R_OK, AT_EACCESS))
		return give_verdict(out, VERDICT_UNREADABLE, scan_errno_words(errno));
	node = nodes_find(walk->nodes, st);
	if (!image_name && !has_image_signature(walk->path))
		return false;
	if (node == NODE_NONE) {
		nodes_add(walk->nodes, st, walk->stack[walk->depth - 1].node, name);
		return give(out, WALK_FILE, NULL);
	}
	walk->same_as = nodes_path(walk->nodes, node);
	out->same_as = walk->same_as;
	return give(out, WALK_SAME, NULL);
}

/* Look at one name; false when it is nothing to tell of. */
static bool visit(struct walk *walk, const char *name, struct walk_entry *out)
{
	bool is_root = walk->depth == 1, is_link;
	struct stat st;

	if (fstatat(AT_FDCWD, walk->path, &st, AT_SYMLINK_NOFOLLOW))
		return give_hidden(walk, errno, out);
	is_link = S_ISLNK(st.st_mode);
	if (is_link && fstatat(AT_FDCWD, walk->path, &st, 0))
		return give_dangling(walk, errno, out);
	out->size_bytes = st.st_size;
	out->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	if (S_ISDIR(st.st_mode))
		return give_folder(walk, &st, name, !is_link || is_root || walk->follow_links, out);
	if (S_ISREG(st.st_mode))
		return give_file(walk, &st, name, out);
	return has_image_name(walk->path) &&
	       give_verdict(out, VERDICT_UNREADABLE, scan_kind_words(st.st_mode));
}

bool walk_next(struct walk *walk, struct walk_entry *out)
{
	struct listing *listing;
	const char *name;
	bool found = false;

	free(walk->same_as);
	walk->same_as = NULL;
	while (!found && walk->depth > 0) {
		*out = (struct walk_entry){.kind = WALK_FILE};
		listing = &walk->stack[walk->depth - 1];
		if (walk->descend) {
			set_path(walk, walk->descend);
			found = enter_folder(walk, &walk->descend_stat, walk->descend, out);
			free(walk->descend);
			walk->descend = NULL;
		} else if (listing->next == listing->count) {
			pop(walk);
		} else {
			name = listing->order[listing->next++];
			set_path(walk, name);
			found = visit(walk, name, out);
		}
	}
	out->path = walk->path;
	return found;
}

enum status walk_open(char *const *paths, size_t count, bool follow_links, struct walk **out,
		      struct error *err)
{
	char name[256];
	struct walk *walk;
	struct stat st;
	struct listing *roots;

	for (size_t i = 0; i < count; i++) {
		if (!stat(paths[i], &st))
			continue;
		quote_bytes(name, sizeof(name), paths[i], strlen(paths[i]));
		return error_set(err, ERR_MISSING, "%s: %s", name, scan_errno_words(errno));
	}
	walk = memory_new(sizeof(*walk));
	walk->follow_links = follow_links;
	walk->nodes = nodes_new();
	roots = push(walk, 0, NODE_NONE);
	for (size_t i = 0; i < count; i++)
		listing_add(roots, paths[i]);
	listing_sort(roots);
	*out = walk;
	return OK;
}

void walk_close(struct walk *walk)
{
	if (!walk)
		return;
	while (walk->depth > 0)
		pop(walk);
	free(walk->stack);
	nodes_free(walk->nodes);
	free(walk->path);
	free(walk->same_as);
	free(walk->descend);
	free(walk);
}
