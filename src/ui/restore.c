/* The terminal is put back once, by whoever comes first: the end of the interface, the handler of
 * a fault, exit(), or the guardian. */
#include "restore.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct restore {
	volatile sig_atomic_t taken;
	int fd;
	pid_t pid;
	struct termios settings;
	char leave[256];
	size_t leave_len;
};

static struct restore own;
static struct restore *restore = &own;

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};
#define FAULT_COUNT (sizeof(faults) / sizeof(faults[0]))

static struct sigaction old_actions[FAULT_COUNT];

void restore_write(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t done = write(fd, bytes, len);

		if (done > 0) {
			bytes += done;
			len -= (size_t)done;
		} else if (errno == EAGAIN) {
			struct pollfd writable = {.fd = fd, .events = POLLOUT};

			poll(&writable, 1, -1);
		} else if (errno != EINTR) {
			return; /* the terminal is gone: SIGHUP says so too */
		}
	}
}

bool restore_share(void)
{
	void *page = mmap(NULL, sizeof(own), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			  0);

	if (page == MAP_FAILED)
		return false;
	restore = page;
	return true;
}

void restore_prepare(int fd, const struct termios *settings, const char *leave, size_t len)
{
	assert(len <= sizeof(restore->leave));
	restore->fd = fd;
	restore->pid = getpid();
	restore->settings = *settings;
	memcpy(restore->leave, leave, len);
	restore->leave_len = len;
}

void restore_taken(void)
{
	restore->taken = 1;
}

bool restore_is_taken(void)
{
	return restore->taken;
}

static void put_back(int fd)
{
	restore_write(fd, restore->leave, restore->leave_len);
	tcsetattr(fd, TCSANOW, &restore->settings);
	restore->taken = 0; /* last: who is killed before has not done it */
}

void restore_now(void)
{
	if (restore->taken && getpid() == restore->pid)
		put_back(restore->fd);
}

void restore_for_other(void)
{
	int fd;

	if (!restore->taken)
		return;
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return;
	put_back(fd);
	tcflush(fd, TCIFLUSH);
	close(fd);
}

static void fault(int number)
{
	int saved = errno;

	restore_now();
	errno = saved;
	raise(number); /* SA_RESETHAND: the default action, once this returns */
}

void restore_catch_faults(void)
{
	static char stack[16384];
	static bool exit_hooked;
	struct sigaction action = {.sa_handler = fault, .sa_flags = SA_ONSTACK | SA_RESETHAND};

	sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof(stack)}, NULL);
	for (size_t i = 0; i < FAULT_COUNT; i++)
		sigaction(faults[i], &action, &old_actions[i]);
	if (!exit_hooked)
		atexit(restore_now);
	exit_hooked = true;
}

void restore_release_faults(void)
{
	for (size_t i = 0; i < FAULT_COUNT; i++)
		sigaction(faults[i], &old_actions[i], NULL);
}
