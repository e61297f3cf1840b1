/* Result files: all or nothing. */
#include "lookalike/cli/output.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_TRIES 100

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t signalled;

static void note_signal(int number)
{
	(void)number;
	signalled = 1;
}

/* One that is ignored, as under nohup, stays so. */
static void set_signals(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler}, old;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
}

void output_signals_note(void)
{
	set_signals(note_signal);
}

void output_signals_default(void)
{
	set_signals(SIG_DFL);
}

bool output_signalled(void)
{
	return signalled;
}

enum status output_error(const char *what, const char *path, struct error *err)
{
	int saved = errno;
	char *quoted = quote_new(path);

	error_set(err, ERR_IO, "%s %s: %s", what, quoted, strerror(saved));
	free(quoted);
	return ERR_IO;
}

/* The folder part of path, with its slash; empty when there is none. */
static size_t folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

char *output_temporary(const char *path)
{
	size_t folder = folder_len(path);
	char hex[SHA256_HEX_SIZE];
	struct sha256 sum;

	sha256_init(&sum);
	sha256_add(&sum, path + folder, strlen(path + folder));
	sha256_end(&sum, hex);
	return text_format("%.*s.lookalike-%.16s.tmp", (int)folder, path, hex);
}

enum status output_sync_folder(const char *path, struct error *err)
{
	size_t len = folder_len(path);
	char *folder = len ? text_format("%.*s", (int)len, path) : text_copy(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status status = OK;

	/* A file system that cannot sync folders says EINVAL, and does what it does. */
	if (fd < 0 || (fsync(fd) && errno != EINVAL))
		status = output_error("written, but cannot be made to last:", path, err);
	if (fd >= 0)
		close(fd);
	free(folder);
	return status;
}

/* Whether the file that fd has open is ours alone and still has that name. */
static bool is_ours(int fd, const char *name, bool *gone)
{
	struct stat here, there;
	bool known = !fstat(fd, &here) && !lstat(name, &there);

	*gone = !known || here.st_ino != there.st_ino || here.st_dev != there.st_dev;
	return !*gone && S_ISREG(here.st_mode) && here.st_nlink == 1 && here.st_uid == geteuid();
}

/* Open the temporary file, empty and locked; what a killed run left under that name is used. */
static enum status open_temporary(const char *name, const char *path, int *out, struct error *err)
{
	bool gone = true;
	int fd;

	for (int i = 0; gone && i < OPEN_TRIES; i++) {
		fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
		if (fd < 0)
			return output_error("cannot write beside", path, err);
		if (flock(fd, LOCK_EX | LOCK_NB)) {
			if (errno == EWOULDBLOCK)
				output_error("another lookalike is writing", path, err);
			else
				output_error("cannot lock a file beside", path, err);
			close(fd);
			return ERR_IO;
		}
		if (is_ours(fd, name, &gone)) {
			if (!fchmod(fd, 0600) && !ftruncate(fd, 0)) {
				*out = fd;
				return OK;
			}
			output_error("cannot write beside", path, err);
			unlink(name);
			close(fd);
			return ERR_IO;
		}
		close(fd);
	}
	errno = EEXIST;
	return output_error("cannot write", name, err);
}

/* What a result replaces: nothing, a regular file (*real is its name), or not at all. */
static enum status look_at(const char *path, char **real, bool *direct, struct error *err)
{
	struct stat st;

	*direct = false;
	*real = NULL;
	if (stat(path, &st)) {
		if (errno != ENOENT)
			return output_error("cannot write", path, err);
		/* A link to nowhere is replaced itself. */
		*real = text_copy(path);
		return OK;
	}
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return output_error("cannot write", path, err);
	}
	*direct = !S_ISREG(st.st_mode);
	*real = *direct ? text_copy(path) : realpath(path, NULL);
	return *real ? OK : output_error("cannot write", path, err);
}

static void output_done(struct output *out)
{
	if (out->temporary)
		output_signals_default();
	free(out->path);
	free(out->temporary);
	memset(out, 0, sizeof(*out));
}

enum status output_open(const char *path, struct output *out, struct error *err)
{
	struct output o = {.file = stdout};
	enum status status;
	bool direct;
	int fd = -1;

	if (!path || !strcmp(path, "-")) {
		*out = o;
		return OK;
	}
	status = look_at(path, &o.path, &direct, err);
	if (!status && direct) {
		fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
		if (fd < 0)
			status = output_error("cannot write", path, err);
	} else if (!status) {
		o.temporary = output_temporary(o.path);
		output_signals_note();
		status = open_temporary(o.temporary, path, &fd, err);
	}
	if (!status && !(o.file = fdopen(fd, "w"))) {
		status = output_error("cannot write", path, err);
		if (o.temporary)
			unlink(o.temporary);
		close(fd);
	}
	if (status) {
		output_done(&o);
		return status;
	}
	*out = o;
	return OK;
}

bool output_failed(struct output *out)
{
	if (ferror(out->file) && !out->error)
		out->error = errno ? errno : EIO;
	return out->error || signalled;
}

static void close_file(struct output *out)
{
	if (out->file != stdout)
		fclose(out->file);
}

void output_abandon(struct output *out)
{
	if (out->temporary)
		unlink(out->temporary);
	close_file(out);
	output_done(out);
}

/* Everything written, as far as that can be known; notes why not. */
static bool flush(struct output *out)
{
	output_failed(out);
	if ((fflush(out->file) || (out->temporary && fsync(fileno(out->file)))) && !out->error)
		out->error = errno;
	return !output_failed(out);
}

enum status output_commit(struct output *out, struct error *err)
{
	enum status status = OK;
	bool whole = flush(out);

	if (whole && out->temporary && rename(out->temporary, out->path)) {
		out->error = errno;
		whole = false;
	}
	if (whole) {
		if (out->temporary)
			status = output_sync_folder(out->path, err);
		close_file(out); /* only now: it holds the lock */
		output_done(out);
		return status;
	}
	errno = out->error;
	if (signalled)
		status = error_set(err, ERR_CANCELLED, "interrupted; nothing was replaced");
	else if (out->error != EPIPE || out->temporary)
		status = output_error("cannot write", out->path ? out->path : "to stdout", err);
	output_abandon(out);
	return status;
}
