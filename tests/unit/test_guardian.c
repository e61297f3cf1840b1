/* The guardian: whatever becomes of the interface, the terminal and the shell hear of it. */
#include "terminal_fixture.h"

#include "lookalike/ui/guardian.h"

#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Of the process that is the interface: shared, as a test ends others by it. */
static volatile pid_t *interface;

static struct tty *open_guarded(void)
{
	struct tty *tty;

	tty_signals();
	guardian_start();
	*interface = getpid();
	tty = open_or_die();
	mark(tty, "<open>");
	return tty;
}

static void job_killed(void)
{
	struct tty *tty = open_guarded();

	mark(tty, "\033Pq#0~~~"); /* within a picture */
	kill(getpid(), SIGKILL);
}

static void a_killed_interface_leaves_the_terminal_as_it_was(void **state)
{
	struct report report;
	struct session s;

	(void)state;
	start(&s, job_killed);
	expect(&s, "<open>");
	expect(&s, "<end>");
	assert_int_equal(count(s.seen, RESTORE), 1);
	assert_non_null(strstr(s.seen, "lookalike: the interface was killed; "));
	report = finish(&s);
	assert_true(WIFSIGNALED(report.status));
	assert_int_equal(WTERMSIG(report.status), SIGKILL);
	assert_true(report.settings_same);
}

static int fault_number;

static void job_faults(void)
{
	struct tty *tty = open_guarded();

	if (fault_number == SIGTERM)
		tty_close(tty);
	raise(fault_number);
	exit(7);
}

static void faults_are_restored_once_and_passed_on(void **state)
{
	static const int numbers[] = {SIGSEGV, SIGABRT, SIGILL, SIGBUS, SIGFPE};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct report report;
		struct session s;

		fault_number = numbers[i];
		start(&s, job_faults);
		expect(&s, "<open>");
		expect(&s, "<end>");
		assert_int_equal(count(s.seen, RESTORE), 1);
		assert_null(strstr(s.seen, "killed"));
		report = finish(&s);
		assert_true(WIFSIGNALED(report.status));
		assert_int_equal(WTERMSIG(report.status), numbers[i]);
		assert_true(report.settings_same);
	}
}

/* SIGTERM is one of tty_signals(), so blocked: the job goes on to its exit status. */
static void the_exit_status_is_passed_on(void **state)
{
	struct report report;
	struct session s;

	(void)state;
	fault_number = SIGTERM;
	start(&s, job_faults);
	expect(&s, "<open>");
	expect(&s, "<end>");
	assert_int_equal(count(s.seen, RESTORE), 1);
	report = finish(&s);
	assert_true(WIFEXITED(report.status));
	assert_int_equal(WEXITSTATUS(report.status), 7);
	assert_true(report.settings_same);
}

/*
 * Stop the guardian, once it has come back from its last stop, which is when it alone lets
 * SIGTSTP through. (While it waits for signals, the kernel shows all as not blocked.)
 */
static void stop_guardian(pid_t guardian)
{
	const unsigned long long stop = 1ULL << (SIGTSTP - 1), other = 1ULL << (SIGUSR1 - 1);
	unsigned long long blocked = other;
	char path[64], line[256];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)guardian);
	while ((blocked & other) && !(blocked & stop)) {
		FILE *status = fopen(path, "r");

		while (status && fgets(line, sizeof(line), status))
			sscanf(line, "SigBlk: %llx", &blocked);
		if (!status)
			_exit(1);
		fclose(status);
	}
	_exit(kill(guardian, SIGTSTP));
}

static void job_stops(void)
{
	int signals = tty_signals(), number = 0;
	struct pollfd readable = {.fd = signals, .events = POLLIN};
	struct tty *tty = open_guarded();
	pid_t guardian = getppid();

	tty_suspend(tty);
	mark(tty, "<first>");
	if (fork() == 0)
		stop_guardian(guardian); /* the interface is told */
	while (number != SIGTSTP && poll(&readable, 1, -1) == 1)
		number = tty_next_signal(signals);
	tty_suspend(tty);
	mark(tty, "<second>");
	raise(SIGSTOP); /* which cannot be seen coming */
	number = 0;
	while (number != SIGCONT && poll(&readable, 1, -1) == 1)
		number = tty_next_signal(signals);
	mark(tty, tty_resume(tty) ? "<third>" : "<not given back>");
	tty_close(tty);
}

static void it_stops_and_goes_on_with_the_interface(void **state)
{
	struct report report;
	struct session s;

	(void)state;
	start(&s, job_stops);
	expect(&s, "<open>");
	expect(&s, "<first>");
	assert_int_equal(count(s.seen, RESTORE), 1);
	assert_non_null(strstr(s.seen, "\033[?1049h"));
	expect(&s, "<second>");
	assert_int_equal(count(s.seen, RESTORE), 1);
	expect(&s, "<third>");
	assert_int_equal(count(s.seen, RESTORE), 1);
	expect(&s, "<end>");
	report = finish(&s);
	assert_true(WIFEXITED(report.status) && WEXITSTATUS(report.status) == 0);
	assert_int_equal(report.stops, 3);
	assert_true(report.settings_same_when_stopped);
	assert_true(report.settings_same);
}

/* Wait for a signal as the interface does, and end by it. */
static void job_waits(void)
{
	int signals = tty_signals();
	struct tty *tty = open_guarded();
	struct pollfd readable = {.fd = signals, .events = POLLIN};

	mark(tty, "<waits>");
	poll(&readable, 1, -1);
	fault_number = tty_next_signal(signals);
	tty_close(tty);
	exit(fault_number);
}

static void signals_of_the_guardian_are_the_interface_s(void **state)
{
	static const int numbers[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct report report;
		struct session s;
		char path[64];
		int parent = 0;
		FILE *stat;

		start(&s, job_waits);
		expect(&s, "<waits>");
		snprintf(path, sizeof(path), "/proc/%d/stat", (int)*interface);
		stat = fopen(path, "r");
		assert_non_null(stat);
		assert_int_equal(fscanf(stat, "%*d %*s %*c %d", &parent), 1);
		fclose(stat);
		assert_int_equal(kill(parent, numbers[i]), 0);
		expect(&s, "<end>");
		assert_int_equal(count(s.seen, RESTORE), 1);
		report = finish(&s);
		assert_true(WIFEXITED(report.status));
		assert_int_equal(WEXITSTATUS(report.status), numbers[i]);
	}
}

/* Nobody is left when the terminal goes, nor when the guardian does: the pipe's last writer. */
static void nobody_is_left(void **state)
{
	(void)state;
	for (int hang_up = 0; hang_up < 2; hang_up++) {
		struct pollfd ended = {.events = POLLIN};
		struct session s;
		int pipes[2];
		char byte;

		assert_int_equal(pipe(pipes), 0);
		start(&s, job_waits);
		close(pipes[1]);
		expect(&s, "<waits>");
		if (hang_up)
			close(s.terminal);
		else
			kill(getpgid(*interface), SIGKILL); /* the guardian leads the job */
		ended.fd = pipes[0];
		kill(s.leader, hang_up ? SIGKILL : SIGCONT);
		if (!hang_up) {
			expect(&s, "<end>");
			kill(s.leader, SIGKILL);
			close(s.terminal);
		}
		waitpid(s.leader, NULL, 0);
		assert_int_equal(poll(&ended, 1, 20000), 1);
		assert_int_equal(read(pipes[0], &byte, 1), 0);
		close(pipes[0]);
		close(s.reports);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_killed_interface_leaves_the_terminal_as_it_was),
		cmocka_unit_test(faults_are_restored_once_and_passed_on),
		cmocka_unit_test(the_exit_status_is_passed_on),
		cmocka_unit_test(it_stops_and_goes_on_with_the_interface),
		cmocka_unit_test(signals_of_the_guardian_are_the_interface_s),
		cmocka_unit_test(nobody_is_left),
	};

	interface = mmap(NULL, sizeof(*interface), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	setlocale(LC_ALL, "C.UTF-8");
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
