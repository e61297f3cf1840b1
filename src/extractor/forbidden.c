/*
 * forbidden.c: forty things that a worker must not be able to do, tried one by one.
 *
 * They are system calls and not library functions, so that nothing stands between the attempt and
 * the answer. Where one would succeed it does no harm: names do not exist, signals are signal 0.
 */
#include "lookalike/extractor/test_input.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

struct act {
	const char *name;
	long number;
	long arguments[6];
};

static bool refused(const struct act *act)
{
	const long *a = act->arguments;
	long result = syscall(act->number, a[0], a[1], a[2], a[3], a[4], a[5]);
	bool no = result == -1 && (errno == EPERM || errno == EACCES);

	if (result == 0 && act->number == SYS_clone)
		_exit(0); /* a child that should not be */
	return no;
}

int forbidden_try(int socket, const char **name)
{
	static const struct sockaddr_un address = {.sun_family = AF_UNIX};
	static const char path[] = "/nonexistent/a", root[] = "/", passwd[] = "/etc/passwd";
	static char buffer[4096] __attribute__((aligned(4096)));
	static const struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
	const long at = AT_FDCWD, parent = getppid(), to = (long)buffer;
	const struct act acts[] = {
		{"read a file", SYS_openat, {at, (long)passwd, O_RDONLY}},
		{"create a file", SYS_openat, {at, (long)path, O_WRONLY | O_CREAT, 0600}},
		{"list a folder", SYS_openat, {at, (long)root, O_RDONLY | O_DIRECTORY}},
		{"open by handle", SYS_open_by_handle_at, {at, to, O_RDONLY}},
		{"look at a file", SYS_newfstatat, {at, (long)passwd, to, 0}},
		{"look at a file", SYS_statx, {at, (long)passwd, 0, 0, to}},
		{"probe a file", SYS_faccessat, {at, (long)passwd, R_OK}},
		{"read a link", SYS_readlinkat, {at, (long)path, to, 100}},
		{"make a folder", SYS_mkdirat, {at, (long)path, 0700}},
		{"make a link", SYS_symlinkat, {(long)path, at, (long)path}},
		{"link a file", SYS_linkat, {at, (long)path, at, (long)path}},
		{"remove a file", SYS_unlinkat, {at, (long)path}},
		{"rename a file", SYS_renameat2, {at, (long)path, at, (long)path}},
		{"cut a file short", SYS_truncate, {(long)path}},
		{"change a mode", SYS_fchmodat, {at, (long)path, 0777}},
		{"change an owner", SYS_fchownat, {at, (long)path}},
		{"make a device", SYS_mknodat, {at, (long)path, 0600}},
		{"change folder", SYS_chdir, {(long)root}},
		{"mount", SYS_mount, {(long)path, (long)path, (long)path}},
		{"open a network socket", SYS_socket, {AF_INET, SOCK_STREAM}},
		{"open a local socket", SYS_socket, {AF_UNIX, SOCK_STREAM}},
		{"make a socket pair", SYS_socketpair, {AF_UNIX, SOCK_STREAM, 0, to}},
		{"connect", SYS_connect, {socket, (long)&address, sizeof(address)}},
		{"bind", SYS_bind, {socket, (long)&address, sizeof(address)}},
		{"accept", SYS_accept4, {socket}},
		{"run a program", SYS_execve, {(long)path}},
		{"run a program", SYS_execveat, {at, (long)path}},
		{"fork", SYS_clone, {SIGCHLD}},
		{"start a thread", SYS_clone3, {to, 64}},
		{"trace the parent", SYS_ptrace, {PTRACE_ATTACH, parent}},
		{"read the parent's memory", SYS_process_vm_readv, {parent, to, 1, to, 1}},
		{"signal the parent", SYS_kill, {parent}},
		{"signal the parent", SYS_tgkill, {parent, parent}},
		{"signal a thread", SYS_tkill, {parent}},
		{"hold a process", SYS_pidfd_open, {parent}},
		{"raise a limit", SYS_prlimit64, {0, RLIMIT_AS, (long)&limit}},
		{"change itself", SYS_prctl, {PR_SET_DUMPABLE, 1}},
		{"make memory code", SYS_mprotect, {to, 4096, PROT_READ | PROT_EXEC}},
		{"map code", SYS_mmap, {0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1}},
		{"queue its own calls", SYS_io_uring_setup, {1, to}},
	};
	int count = 0;

	_Static_assert(sizeof(acts) / sizeof(acts[0]) == FORBIDDEN_COUNT, "forty acts");
	for (int i = 0; i < FORBIDDEN_COUNT; i++) {
		if (refused(&acts[i]))
			count++;
		else
			*name = acts[i].name;
	}
	return count;
}
