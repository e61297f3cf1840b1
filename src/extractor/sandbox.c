/*
 * sandbox.c: a worker reads hostile bytes with libraries that were not written for that, so it
 * keeps nothing it does not need: no file and no name of one, no descriptor but its own socket,
 * no memory without limit, no core file with a person's photo in it, no life after its parent.
 *
 * Landlock and seccomp overlap on purpose: either alone keeps a worker from the user's files.
 */
#include "lookalike/extractor/sandbox.h"

#include "lookalike/base/isolation.h"
#include "lookalike/extractor/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* struct landlock_ruleset_attr as of ABI 6; the headers may be older than the kernel. */
struct ruleset {
	uint64_t files, network, scopes;
};

/* Every right that an ABI knows: all are taken, none is given back. */
static struct ruleset ruleset_of(long abi)
{
	static const int file_rights[] = {0, 13, 14, 15, 15, 16}; /* by ABI */
	const long last = sizeof(file_rights) / sizeof(file_rights[0]) - 1;

	return (struct ruleset){
		.files = (1ULL << file_rights[abi < last ? abi : last]) - 1,
		.network = abi >= 4 ? 3 : 0, /* bind and connect, TCP */
		.scopes = abi >= 6 ? 3 : 0,  /* abstract sockets, signals */
	};
}

/* How much of struct ruleset an ABI takes. */
static size_t ruleset_size(long abi)
{
	return abi >= 6   ? sizeof(struct ruleset)
	       : abi >= 4 ? offsetof(struct ruleset, scopes)
			  : offsetof(struct ruleset, network);
}

/* *held stays false when this kernel has no Landlock, or has it switched off. */
static enum status restrict_files(bool *held, struct error *err)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset rules;
	enum status status = OK;
	int fd;

	*held = false;
	if (abi < 1)
		return OK;
	rules = ruleset_of(abi);
	fd = (int)syscall(SYS_landlock_create_ruleset, &rules, ruleset_size(abi), 0);
	if (fd < 0 || syscall(SYS_landlock_restrict_self, fd, 0))
		status = error_set(err, ERR_IO, "cannot restrict files: %s", strerror(errno));
	close(fd);
	if (status)
		return status;
	*held = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) < 0 && errno == EACCES;
	return *held ? OK : error_set(err, ERR_IO, "Landlock is in force and does not hold");
}

static int limit(int resource, uint64_t value)
{
	struct rlimit both = {value, value};

	return setrlimit(resource, &both);
}

/* AddressSanitizer reserves terabytes of address space, so its builds go without that limit. */
static int limit_memory(const struct sandbox *sandbox, unsigned *layers)
{
#ifdef __SANITIZE_ADDRESS__
	(void)sandbox;
	(void)layers;
	return 0;
#else
	*layers |= ISOLATION_MEMORY;
	return limit(RLIMIT_AS, sandbox->address_space_bytes);
#endif
}

static int close_others(int keep_fd)
{
	int first = STDERR_FILENO + 1;

	if (keep_fd > first && close_range((unsigned)first, (unsigned)keep_fd - 1, 0))
		return -1;
	return close_range((unsigned)keep_fd + 1, ~0U, 0);
}

enum status sandbox_enter(const struct sandbox *sandbox, int keep_fd, unsigned *layers,
			  struct error *err)
{
	unsigned in_force = ISOLATION_NO_CORE | ISOLATION_PARENT | ISOLATION_NO_GAIN;
	enum status status;
	bool held;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || limit(RLIMIT_CORE, 0) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || limit_memory(sandbox, &in_force) ||
	    close_others(keep_fd))
		return error_set(err, ERR_IO, "cannot limit a worker: %s", strerror(errno));
	if (getppid() != sandbox->parent) /* it died before it was asked for the signal */
		return error_set(err, ERR_IO, "the extractor has ended");
	status = restrict_files(&held, err);
	if (status == OK && held)
		in_force |= ISOLATION_FILES;
	if (status == OK)
		status = syscalls_restrict(&held, err);
	if (status == OK && held)
		in_force |= ISOLATION_CALLS;
	if (status == OK)
		*layers = in_force;
	return status;
}

static enum status measure_memory(uint64_t *bytes, struct error *err)
{
	FILE *statm = fopen("/proc/self/statm", "re");
	unsigned long long pages = 0;
	int fields = statm ? fscanf(statm, "%llu", &pages) : 0;

	if (statm)
		fclose(statm);
	if (fields != 1)
		return error_set(err, ERR_IO, "cannot read /proc/self/statm; is /proc mounted?");
	*bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE);
	return OK;
}

/* What the first process that entered has to say. */
struct finding {
	enum status status;
	unsigned layers;
	struct error err;
};

static _Noreturn void try_and_tell(const struct sandbox *sandbox, int pipe_fd)
{
	struct finding finding = {0};

	finding.status = sandbox_enter(sandbox, pipe_fd, &finding.layers, &finding.err);
	_exit(write(pipe_fd, &finding, sizeof(finding)) == (ssize_t)sizeof(finding) ? 0 : 1);
}

/* A process of its own, because there is no way out of a sandbox. */
static enum status try_once(struct sandbox *sandbox, struct error *err)
{
	struct finding finding;
	int pipe_fds[2];
	ssize_t got;
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC))
		return error_set(err, ERR_IO, "no pipe: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		try_and_tell(sandbox, pipe_fds[1]);
	close(pipe_fds[1]);
	got = pid > 0 ? read(pipe_fds[0], &finding, sizeof(finding)) : -1;
	close(pipe_fds[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (got != (ssize_t)sizeof(finding))
		return error_set(err, ERR_IO, "cannot try the isolation of workers");
	if (finding.status != OK)
		return error_set(err, finding.status, "%s", finding.err.msg);
	sandbox->layers = finding.layers;
	return OK;
}

enum status sandbox_prepare(struct sandbox *out, struct error *err)
{
	struct sandbox sandbox = {.parent = getpid()};
	enum status status = measure_memory(&sandbox.address_space_bytes, err);

	sandbox.address_space_bytes += SANDBOX_MEMORY_BYTES;
	if (status == OK)
		status = try_once(&sandbox, err);
	if (status == OK)
		*out = sandbox;
	return status;
}
