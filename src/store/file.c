/*
 * The database file before SQLite sees it, and the lock of its writer.
 *
 * SQLite would create the file with the permissions of the umask; made here it
 * is the owner's alone, and the WAL beside it inherits that. The database
 * itself is never opened by us again: closing any descriptor of it would drop
 * SQLite's locks. The writer's lock is therefore a file of its own, and flock()
 * so that the kernel releases it however the process ends.
 */
#include "internal.h"
#include "lookalike/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status make_folders(const char *path, const char *name, struct error *err)
{
	enum status status = OK;
	char *folder = text_copy(path);

	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) < 0 && errno != EEXIST) {
			status = error_set(err, ERR_STORE,
					   "cannot create the folder of %s: %s; name another "
					   "database with --db",
					   name, strerror(errno));
			break;
		}
		*slash = '/';
	}
	free(folder);
	return status;
}

enum status store_create_file(const char *path, const char *name, struct error *err)
{
	enum status status = make_folders(path, name, err);
	int fd;

	if (status)
		return status;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	else if (errno != EEXIST)
		return error_set(err, ERR_STORE,
				 "cannot create %s: %s; name another database with --db", name,
				 strerror(errno));
	return OK;
}

static enum status report_owner(int fd, const char *name, struct error *err)
{
	char text[24] = "";
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);
	long pid = len > 0 ? strtol(text, NULL, 10) : 0;

	if (pid > 0)
		return error_set(err, ERR_LOCKED, "%s is in use by another lookalike (pid %ld)",
				 name, pid);
	return error_set(err, ERR_LOCKED, "%s is in use by another lookalike", name);
}

/* The name was removed by the one who held the lock, and may stand for another file by now. */
static bool is_removed(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink == 0;
}

enum status store_lock_file(const char *path, const char *name, int *fd, struct error *err)
{
	enum status status = OK;
	char *lock_path = text_format("%s-lock", path);
	int lock_fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	free(lock_path);
	if (lock_fd < 0)
		return error_set(err, ERR_STORE,
				 "cannot lock %s for writing: %s; name another database with --db",
				 name, strerror(errno));
	if (flock(lock_fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			status = report_owner(lock_fd, name, err);
		else
			status = error_set(err, ERR_STORE, "cannot lock %s: %s", name,
					   strerror(errno));
		close(lock_fd);
		return status;
	}
	if (is_removed(lock_fd)) {
		close(lock_fd);
		return error_set(err, ERR_LOCKED, "%s was just removed; try again", name);
	}
	/* The pid only serves the message of a second instance: failing here costs nothing else. */
	if (ftruncate(lock_fd, 0) == 0)
		dprintf(lock_fd, "%ld\n", (long)getpid());
	*fd = lock_fd;
	return OK;
}

enum status store_remove_files(const char *path, const char *name, struct error *err)
{
	/* The lock last: who opens one that is removed is told so. */
	static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
	enum status status = OK;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends) && !status; i++) {
		char *file = text_format("%s%s", path, ends[i]);

		if (unlink(file) < 0 && errno != ENOENT)
			status = error_set(err, ERR_STORE, "%s is empty and cannot be removed: %s",
					   name, strerror(errno));
		free(file);
	}
	return status;
}
