/*
 * sandbox.c: a worker reads hostile bytes with libraries that were not written for that, so it
 * keeps nothing it does not need: no descriptor but its own socket, no memory without limit,
 * no core file with a person's photo in it, no life after its parent.
 */
#include "lookalike/extractor/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum status sandbox_prepare(struct sandbox *out, struct error *err)
{
	FILE *statm = fopen("/proc/self/statm", "re");
	unsigned long long pages = 0;

	if (!statm || fscanf(statm, "%llu", &pages) != 1) {
		if (statm)
			fclose(statm);
		return error_set(err, ERR_IO, "cannot read /proc/self/statm; is /proc mounted?");
	}
	fclose(statm);
	out->address_space_bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE) + SANDBOX_MEMORY_BYTES;
	out->parent = getpid();
	return OK;
}

static int limit(int resource, uint64_t value)
{
	struct rlimit both = {value, value};

	return setrlimit(resource, &both);
}

/* AddressSanitizer reserves terabytes of address space, so its builds go without that limit. */
static int limit_memory(const struct sandbox *sandbox)
{
#ifdef __SANITIZE_ADDRESS__
	(void)sandbox;
	return 0;
#else
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

enum status sandbox_enter(const struct sandbox *sandbox, int keep_fd, struct error *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || limit(RLIMIT_CORE, 0) || limit_memory(sandbox) ||
	    close_others(keep_fd))
		return error_set(err, ERR_IO, "cannot limit a worker: %s", strerror(errno));
	if (getppid() != sandbox->parent) /* it died before it was asked for the signal */
		return error_set(err, ERR_IO, "the extractor has ended");
	return OK;
}
