/*
 * All signals are blocked and taken one by one. The guardian is in the interface's process group,
 * so what the terminal sends (Ctrl-C before the interface is there, a hang-up) reaches both;
 * having it passed on a second time does no harm.
 */
#include "lookalike/ui/guardian.h"

#include "restore.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Raised before it is let through: one that is pending as well must not make two of it. */
static void raise_unblocked(int number)
{
	sigset_t one;

	signal(number, SIG_DFL);
	sigemptyset(&one);
	sigaddset(&one, number);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	sigprocmask(SIG_BLOCK, &one, NULL);
}

/*
 * So that the shell sees its job stop. The interface has put the terminal back, but for SIGSTOP.
 * It needs no waking here: shells continue the whole job.
 */
static void stop_as(int number)
{
	restore_for_other();
	raise_unblocked(number);
}

static _Noreturn void end_as(int status)
{
	static const char killed[] =
		"lookalike: the interface was killed; what it had saved is kept\n";
	int number = WTERMSIG(status);

	restore_for_other();
	if (WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	if (number == SIGKILL && write(STDERR_FILENO, killed, sizeof(killed) - 1) < 0)
		_exit(128 + number);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* the interface's own says more */
	raise_unblocked(number);
	_exit(128 + number);
}

static bool is_passed_on(int number)
{
	switch (number) {
	case SIGCHLD:
	case SIGCONT: /* sent to the whole job */
	case SIGTTIN:
	case SIGTTOU:
	case SIGWINCH:
	case SIGURG:
	case SIGPIPE:
		return false;
	default:
		return true;
	}
}

static _Noreturn void watch(pid_t interface, const sigset_t *all)
{
	for (;;) {
		siginfo_t info;
		int number = sigwaitinfo(all, &info), status;

		if (number > 0 && is_passed_on(number) && info.si_pid != interface)
			kill(interface, number);
		while (waitpid(interface, &status, WNOHANG | WUNTRACED) == interface) {
			if (WIFSTOPPED(status))
				stop_as(WSTOPSIG(status));
			else
				end_as(status);
		}
	}
}

void guardian_start(void)
{
	pid_t guardian = getpid(), interface;
	sigset_t all, before;

	if (!restore_share())
		return;
	signal(SIGCHLD, SIG_DFL); /* a parent's wish to hear of no child is not ours */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	interface = fork();
	if (interface > 0)
		watch(interface, &all);
	if (interface == 0) {
		prctl(PR_SET_PDEATHSIG, SIGHUP);
		if (getppid() != guardian)
			_exit(128 + SIGHUP);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
}
