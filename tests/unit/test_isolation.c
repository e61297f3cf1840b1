/*
 * What an extractor says of its isolation, on this kernel and on one that lacks a part: a filter
 * of system calls stands in for the older kernel.
 */
#include "lookalike/base/isolation.h"
#include "lookalike/scan/inspect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char program[PATH_MAX]; /* beside the folder of this test */

/* Whatever a build with AddressSanitizer cannot have. */
#ifdef __SANITIZE_ADDRESS__
#define EXPECTED (ISOLATION_FULL & ~ISOLATION_MEMORY)
#else
#define EXPECTED ISOLATION_FULL
#endif

static void test_summary(void **state)
{
	char text[256];

	(void)state;
	isolation_summary(ISOLATION_FULL, text, sizeof(text));
	assert_string_equal(text, "full");
	isolation_summary(0, text, sizeof(text));
	assert_string_equal(text, "none");
	isolation_summary(ISOLATION_FULL & ~(ISOLATION_FILES | ISOLATION_NO_CORE), text,
			  sizeof(text));
	assert_string_equal(text, "partial, without: no file can be opened (Landlock), "
				  "no core dumps (RLIMIT_CORE)");
	isolation_summary(ISOLATION_FILES, text, 20);
	assert_string_equal(text, "partial, without: o");
}

static void test_here(void **state)
{
	struct launch_config config = {.extractor = program};
	struct inspection found;

	(void)state;
	assert_int_equal(inspect_extractor(&config, &found, NULL), OK);
	assert_int_equal(found.isolation, EXPECTED);
	config.extractor = "/nonexistent";
	assert_int_equal(inspect_extractor(&config, &found, NULL), ERR_MISSING);
	config.extractor = "/bin/true";
	assert_int_equal(inspect_extractor(&config, &found, NULL), ERR_PROTOCOL);
}

/* From now on this process and its children get this answer to one call. */
static void answer_call(uint32_t number, uint32_t first_argument, int error)
{
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first_argument, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof(steps) / sizeof(steps[0]), steps};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		_exit(100);
}

/* The isolation found, or 64 and the status of the failure. */
static int isolation_with(uint32_t number, uint32_t first_argument, int error)
{
	int wait_status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct launch_config config = {.extractor = program};
		struct inspection found;
		enum status status;

		answer_call(number, first_argument, error);
		status = inspect_extractor(&config, &found, NULL);
		_exit(status ? 64 + (int)status : (int)found.isolation);
	}
	assert_int_equal(waitpid(pid, &wait_status, 0), pid);
	assert_true(WIFEXITED(wait_status));
	return WEXITSTATUS(wait_status);
}

static void test_kernel_without_landlock(void **state)
{
	(void)state;
	assert_int_equal(isolation_with(SYS_landlock_create_ruleset, 0, ENOSYS),
			 EXPECTED & ~ISOLATION_FILES);
	assert_int_equal(isolation_with(SYS_landlock_create_ruleset, 0, EOPNOTSUPP),
			 EXPECTED & ~ISOLATION_FILES);
}

static void test_kernel_without_seccomp(void **state)
{
	(void)state;
	assert_int_equal(isolation_with(SYS_prctl, PR_SET_SECCOMP, EINVAL),
			 EXPECTED & ~ISOLATION_CALLS);
}

/* What a kernel has and refuses is no reason to go on. */
static void test_refusal(void **state)
{
	(void)state;
	assert_int_equal(isolation_with(SYS_prctl, PR_SET_SECCOMP, ENOMEM), 64 + ERR_IO);
	assert_int_equal(isolation_with(SYS_prctl, PR_SET_NO_NEW_PRIVS, EINVAL), 64 + ERR_IO);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_here),
		cmocka_unit_test(test_kernel_without_landlock),
		cmocka_unit_test(test_kernel_without_seccomp),
		cmocka_unit_test(test_refusal),
	};

	(void)argc;
	snprintf(program, sizeof(program), "%s/../lookalike-extractor", dirname(argv[0]));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
