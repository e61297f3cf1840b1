/*
 * syscalls.c: a seccomp filter that allows what decoding and answering need.
 *
 * A list of what is allowed, not of what is forbidden: a call that a future kernel adds is
 * refused without anybody having thought of it. What is allowed works on memory, on time and on
 * the descriptors that are open already: nothing here names a file, an address or a process. The
 * answer to everything else is EPERM and not death, because libraries ask for things that they
 * can do without.
 *
 * The program is that of the kernel's Documentation/userspace-api/seccomp_filter.rst: load, then
 * compare and return, call by call.
 */
#include "lookalike/extractor/syscalls.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "add this processor's AUDIT_ARCH_ constant"
#endif

/* The most frequent first. */
static const uint32_t allowed[] = {
	SYS_read,           SYS_write,        SYS_recvmsg,         SYS_sendmsg,
	SYS_munmap,         SYS_mremap,       SYS_madvise,         SYS_brk,
	SYS_futex,          SYS_close,        SYS_lseek, /* the size of the file that came */
	SYS_clock_gettime,  SYS_gettimeofday, SYS_clock_nanosleep, SYS_sched_yield,
	SYS_getpid,         SYS_gettid,       SYS_getrandom,       SYS_rt_sigaction,
	SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack,     SYS_restart_syscall,
	SYS_exit,           SYS_exit_group,
};

#define ALLOWED_COUNT (sizeof(allowed) / sizeof(allowed[0]))
#define STEPS_MAX     (2 * ALLOWED_COUNT + 32)

/* The low half of an argument; both processors are little-endian. */
#define ARGUMENT(n) ((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (n)))

struct filter {
	struct sock_filter steps[STEPS_MAX];
	size_t count;
};

static void add(struct filter *filter, struct sock_filter step)
{
	filter->steps[filter->count++] = step;
}

static void add_load(struct filter *filter, uint32_t offset)
{
	add(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

static void add_return(struct filter *filter, uint32_t action)
{
	add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* Skip so many of the next steps unless the loaded value is this one. */
static void add_unless_equal(struct filter *filter, uint32_t value, uint8_t skip)
{
	add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip));
}

/* Memory that can be run as code is how a broken decoder becomes somebody else's program. */
static void add_memory_call(struct filter *filter, uint32_t number)
{
	add_unless_equal(filter, number, 4);
	add_load(filter, ARGUMENT(2));
	add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1));
	add_return(filter, SECCOMP_RET_ERRNO | EPERM);
	add_return(filter, SECCOMP_RET_ALLOW);
}

/* abort() signals its own process, and may. */
static void add_signal_to_self(struct filter *filter)
{
	add_unless_equal(filter, SYS_tgkill, 4);
	add_load(filter, ARGUMENT(0));
	add_unless_equal(filter, (uint32_t)getpid(), 1);
	add_return(filter, SECCOMP_RET_ALLOW);
	add_return(filter, SECCOMP_RET_ERRNO | EPERM);
}

static void filter_build(struct filter *filter)
{
	filter->count = 0;
	add_load(filter, offsetof(struct seccomp_data, arch));
	add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
	add_return(filter, SECCOMP_RET_ERRNO | EPERM);
	add_load(filter, offsetof(struct seccomp_data, nr));
	add_memory_call(filter, SYS_mmap);
	add_memory_call(filter, SYS_mprotect);
	for (size_t i = 0; i < ALLOWED_COUNT; i++) {
		add_unless_equal(filter, allowed[i], 1);
		add_return(filter, SECCOMP_RET_ALLOW);
	}
	add_signal_to_self(filter);
	add_return(filter, SECCOMP_RET_ERRNO | EPERM);
}

enum status syscalls_restrict(bool *held, struct error *err)
{
	struct filter filter;
	struct sock_fprog program;

	filter_build(&filter);
	program = (struct sock_fprog){(unsigned short)filter.count, filter.steps};
	*held = false;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0) {
		/* What the kernel says is believed only as far as it holds. */
		*held = dup(STDIN_FILENO) < 0 && errno == EPERM;
		return *held ? OK
			     : error_set(err, ERR_IO,
					 "the filter of system calls does not "
					 "hold");
	}
	if (errno == EINVAL || errno == ENOSYS)
		return OK;
	return error_set(err, ERR_IO, "cannot restrict system calls: %s", strerror(errno));
}
