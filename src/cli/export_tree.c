/*
 * The collection as folders: one for each group, in it links to the photos, or copies.
 *
 * Built under a name of its own beside the wanted one and renamed when it is whole. What a killed
 * run left there is cleared away by the next one with the same name.
 */
#include "lookalike/cli/export.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_BYTES   200 /* of a name that is made, with room for a number */
#define COPY_BYTES   65536
#define FOLDER_DEPTH 3 /* what we build: groups in it, photos in them */

struct tree {
	const struct export *from;
	const char *wanted; /* as the user named it */
	int root_fd, group_fd;
	int group;                        /* the group whose folder group_fd is */
	const struct session_image *last; /* the photo that was put there last */
	int missing;
	char *first;
};

static enum status tree_error(const struct tree *tree, struct error *err)
{
	return output_error("cannot write", tree->wanted, err);
}

/* ---- names ---- */

/* Characters that some file system, shell or program takes for something else. */
static bool is_unsafe(uint32_t cp)
{
	return cp < 0x20 || cp == 0x7f || (cp < 0x80 && strchr("/\\:*?\"<>|", (int)cp));
}

/*
 * A file name of our own after any bytes: one that needs no quoting, does not begin like an option
 * or a hidden file, nor ends in a dot or a blank, and has room for a number; an extension is kept.
 */
static char *safe_name(const char *bytes)
{
	size_t len = strlen(bytes), at = 0;
	const char *dot = strrchr(bytes, '.');
	size_t tail = dot && dot > bytes && strlen(dot) <= 16 ? strlen(dot) : 0;
	char *out = memory_new(len + 2);
	uint32_t cp;

	for (size_t i = 0, n; i < len; i += n ? n : 1) {
		char one[8];
		bool plain;

		n = utf8_decode(bytes + i, len - i, &cp);
		/* What quoting would escape grows by it. */
		plain = n && !is_unsafe(cp) && quote_bytes(one, sizeof(one), bytes + i, n) == n;
		if (len - i > tail && at + (n ? n : 1) + tail > NAME_BYTES)
			continue;
		if (plain)
			memcpy(out + at, bytes + i, n);
		else
			out[at] = '_';
		at += plain ? n : 1;
	}
	while (at && (out[at - 1] == '.' || out[at - 1] == ' '))
		out[--at] = '\0';
	if (!at || out[0] == '.' || out[0] == '-' || out[0] == ' ')
		out[0] = '_';
	return out;
}

/* name, or with a number before its extension: "a.jpg", 2 is "a-2.jpg". */
static char *numbered(const char *name, unsigned number)
{
	const char *dot = strrchr(name, '.');
	int stem = dot && dot > name ? (int)(dot - name) : (int)strlen(name);

	return number < 2 ? text_copy(name)
			  : text_format("%.*s-%u%s", stem, name, number, name + stem);
}

static bool is_taken(int folder_fd, const char *name, unsigned number)
{
	char *full = numbered(name, number);
	struct stat st;
	bool taken = !fstatat(folder_fd, full, &st, AT_SYMLINK_NOFOLLOW);

	free(full);
	return taken;
}

/* The first free one of name, name-2, name-3, ... in few steps even when thousands are taken. */
static char *free_name(int folder_fd, const char *name)
{
	unsigned taken = 0, free_number = 1;

	while (free_number < 1u << 30 && is_taken(folder_fd, name, free_number)) {
		taken = free_number;
		free_number *= 2;
	}
	while (free_number - taken > 1) {
		unsigned middle = taken + (free_number - taken) / 2;

		if (is_taken(folder_fd, name, middle))
			taken = middle;
		else
			free_number = middle;
	}
	return numbered(name, free_number);
}

/* ---- photos ---- */

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* A photo that cannot be read is a gap in the tree, not its end. */
static enum status missing(struct tree *tree, const char *path)
{
	if (!tree->missing++) {
		char *quoted = quote_new(path);

		tree->first = text_format("%s: %s", quoted, strerror(errno));
		free(quoted);
	}
	return OK;
}

/* Copy what in_fd has to a new file, with its time. */
static enum status copy_bytes(struct tree *tree, int in_fd, const struct stat *st, const char *path,
			      const char *name, struct error *err)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};
	int fd = openat(tree->group_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum status status = OK;
	char buffer[COPY_BYTES];
	ssize_t n = 0;

	if (fd < 0)
		return tree_error(tree, err);
	while (!status && (n = read(in_fd, buffer, sizeof(buffer))) > 0)
		if (!write_all(fd, buffer, (size_t)n))
			status = tree_error(tree, err);
	if (!status && n < 0) {
		missing(tree, path);
		unlinkat(tree->group_fd, name, 0);
	} else if (!status) {
		futimens(fd, times);
	}
	if (close(fd) && !status)
		status = tree_error(tree, err);
	return status;
}

static enum status copy_photo(struct tree *tree, const char *path, const char *name,
			      struct error *err)
{
	int in_fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	enum status status;
	struct stat st;

	if (in_fd < 0)
		return missing(tree, path);
	if (fstat(in_fd, &st)) {
		status = missing(tree, path);
	} else if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		status = missing(tree, path);
	} else {
		status = copy_bytes(tree, in_fd, &st, path, name, err);
	}
	close(in_fd);
	return status;
}

static enum status interrupted(struct error *err)
{
	return error_set(err, ERR_CANCELLED, "interrupted; nothing was replaced");
}

/* A photo with several faces in a group is there once: they follow each other. */
static enum status put_photo(struct tree *tree, const struct session_image *image,
			     struct error *err)
{
	enum status status = OK;
	char *safe, *name;

	if (output_signalled())
		return interrupted(err);
	safe = safe_name(image->name);
	name = free_name(tree->group_fd, safe);
	if (tree->from->options->copy)
		status = copy_photo(tree, image->path, name, err);
	else if (symlinkat(image->path, tree->group_fd, name))
		status = tree_error(tree, err);
	free(name);
	free(safe);
	return status;
}

/* ---- groups ---- */

static enum status group_open(struct tree *tree, const char *name, struct error *err)
{
	char *safe = safe_name(name), *folder = free_name(tree->root_fd, safe);
	enum status status = OK;

	tree->last = NULL;
	if (mkdirat(tree->root_fd, folder, 0700))
		status = tree_error(tree, err);
	if (!status) {
		tree->group_fd = openat(tree->root_fd, folder,
					O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (tree->group_fd < 0)
			status = tree_error(tree, err);
	}
	free(folder);
	free(safe);
	return status;
}

static void group_close(struct tree *tree)
{
	if (tree->group_fd >= 0)
		close(tree->group_fd);
	tree->group_fd = -1;
}

static enum status put_if_of_group(const struct session_face *face, void *user, struct error *err)
{
	struct tree *tree = user;
	int named_count = tree->from->session->named_count;
	int group = export_cluster_of(tree->from, face) ? named_count + face->group
							: face->assigned;

	if (group != tree->group)
		return OK;
	export_wrote(tree->from);
	if (face->image == tree->last)
		return OK;
	tree->last = face->image;
	return put_photo(tree, face->image, err);
}

static int last_number(const struct grouping *g)
{
	int last = 0;

	for (int c = 0; c < g->k; c++)
		if (g->groups[c].number > last)
			last = g->groups[c].number;
	return last;
}

static enum status put_groups(struct tree *tree, struct error *err)
{
	const struct session *session = tree->from->session;
	const struct grouping *g = tree->from->grouping;
	int named = session->named_count, digits = snprintf(NULL, 0, "%d", last_number(g));
	enum status status = OK;

	for (int i = 0; i < named + g->k && !status; i++) {
		/* One of another part of the database, or without a face that passes the filter. */
		if (!(i < named ? session->named[i].face_count : g->groups[i - named].size))
			continue;
		char *name = i < named ? text_copy(session->named[i].name)
				       : text_format("group-%0*d", digits,
						     g->groups[i - named].number);

		tree->group = i;
		status = group_open(tree, name, err);
		if (!status)
			status = export_each(tree->from, put_if_of_group, tree, err);
		group_close(tree);
		free(name);
	}
	return status;
}

/* ---- the whole ---- */

/* Remove what is in a folder that we made, as deep as we make it; errors show when it is used. */
static void clear_folder(int fd, int depth)
{
	DIR *dir = fdopendir(dup(fd));
	struct dirent *entry;

	if (!dir)
		return;
	rewinddir(dir);
	while ((entry = readdir(dir))) {
		int inner;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
		    !unlinkat(fd, entry->d_name, 0) || !depth)
			continue;
		inner = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (inner < 0)
			continue;
		clear_folder(inner, depth - 1);
		close(inner);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	closedir(dir);
}

/* The folder to build in, empty and locked. */
static enum status root_open(struct tree *tree, const char *temporary, struct error *err)
{
	struct stat st;
	int fd;

	if (mkdir(temporary, 0700) && errno != EEXIST)
		return tree_error(tree, err);
	fd = open(temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return tree_error(tree, err);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno == EWOULDBLOCK)
			output_error("another lookalike is writing", tree->wanted, err);
		else
			output_error("cannot lock a folder beside", tree->wanted, err);
		close(fd);
		return ERR_IO;
	}
	if (fstat(fd, &st) || st.st_uid != geteuid() || fchmod(fd, 0700)) {
		tree_error(tree, err);
		rmdir(temporary);
		close(fd);
		return ERR_IO;
	}
	clear_folder(fd, FOLDER_DEPTH);
	tree->root_fd = fd;
	return OK;
}

/* rename() that never replaces; where the system has no such thing it can only replace a folder
 * that is empty. */
static int rename_new(const char *from, const char *to)
{
	int failed = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);

	return failed && errno == EINVAL ? rename(from, to) : failed;
}

static enum status build(struct tree *tree, const char *temporary, const char *path,
			 struct error *err)
{
	enum status status;

	output_signals_note();
	status = root_open(tree, temporary, err);
	if (status) {
		output_signals_default();
		return status;
	}
	status = put_groups(tree, err);
	if (!status && output_signalled())
		status = interrupted(err);
	if (!status && (syncfs(tree->root_fd) || rename_new(temporary, path)))
		status = tree_error(tree, err);
	if (status) {
		clear_folder(tree->root_fd, FOLDER_DEPTH);
		rmdir(temporary);
	} else {
		status = output_sync_folder(path, err);
	}
	close(tree->root_fd);
	output_signals_default();
	return status;
}

enum status export_tree(const struct export *from, const char *folder, int *missing_count,
			char **first, struct error *err)
{
	struct tree tree = {.from = from, .wanted = folder, .root_fd = -1, .group_fd = -1};
	char *path = text_copy(folder), *temporary;
	enum status status;
	struct stat st;

	for (size_t len = strlen(path); len > 1 && path[len - 1] == '/'; len--)
		path[len - 1] = '\0';
	if (!lstat(path, &st))
		errno = EEXIST;
	if (errno != ENOENT) {
		status = output_error("cannot make the folder", folder, err);
		free(path);
		return status;
	}
	temporary = output_temporary(path);
	status = build(&tree, temporary, path, err);
	free(temporary);
	free(path);
	if (status) {
		free(tree.first);
	} else {
		*missing_count = tree.missing;
		*first = tree.first;
	}
	return status;
}
