/* What is sent to the terminal, and that it is given back whatever ends the program. */
#include "terminal_fixture.h"

#include "lookalike/ui/picture.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct style plain;

static void send_bytes(struct session *s, const char *bytes)
{
	assert_int_equal(write(s->terminal, bytes, strlen(bytes)), (int)strlen(bytes));
}

/* Text and pictures. */
static void show(struct tty *tty, const struct grid *g)
{
	size_t len, head;
	const char *bytes;

	tty_present(tty, g);
	while ((bytes = tty_picture(tty, g, &len, &head)))
		tty_write(tty, bytes, len);
}

static void job_present(void)
{
	static char bytes[] = "\033Pq\"1;1;24;13#0;2;0;0;0!24~-!24~\033\\";
	struct picture picture = {
		.id = 1, .rows = 1, .cols = 4, .sixel = bytes, .sixel_len = sizeof(bytes) - 1};
	struct tty *tty = open_or_die();
	struct grid g;

	mark(tty, "<open>");
	grid_init(&g, 24, 80);
	for (int row = 0; row < 24; row++)
		grid_printf(&g, row, 0, 80, plain, "line %d", row);
	show(tty, &g);
	mark(tty, "<first>");
	show(tty, &g);
	mark(tty, "<same>");
	grid_text(&g, 3, 5, 1, plain, "X");
	show(tty, &g);
	mark(tty, "<cell>");
	/* A list scrolled by one, shortened, and lines blanked at its end. */
	grid_clear(&g);
	for (int row = 0; row < 20; row++)
		grid_printf(&g, row, 0, 80, plain, "line %d", row + 1);
	grid_picture(&g, 5, 20, &picture);
	show(tty, &g);
	mark(tty, "<picture>");
	show(tty, &g);
	mark(tty, "<picture again>");
	grid_cut(&g, (struct rect){4, 18, 3, 10});
	grid_text(&g, 5, 19, 8, plain, "covered");
	show(tty, &g);
	mark(tty, "<covered>");
	grid_cut(&g, (struct rect){4, 18, 3, 10});
	grid_picture(&g, 5, 20, &picture);
	show(tty, &g);
	mark(tty, "<uncovered>");
	tty_invalidate(tty);
	show(tty, &g);
	mark(tty, "<invalidated>");
	grid_done(&g);
	tty_close(tty);
}

/* Only SGR, cursor moves and private modes: nothing that erases, inserts, deletes or scrolls. */
static void assert_harmless(const char *bytes)
{
	for (const char *p = bytes; *p; p++) {
		assert_int_not_equal(*p, '\n');
		if (*p != 27)
			continue;
		p++;
		if (*p == '[') {
			p += 1 + strspn(p + 1, "0123456789;?");
			assert_non_null(strchr("mHhl", *p));
		} else if (*p == 'P') {
			p = strstr(p, "\033\\") + 1;
		} else {
			assert_non_null(strchr("78\\=>", *p));
		}
	}
}

static void test_present(void **state)
{
	struct report report;
	struct session s;

	(void)state;
	start(&s, job_present);
	expect(&s, "<open>");
	assert_non_null(strstr(s.seen, "\033[?1049h"));
	assert_non_null(strstr(s.seen, "\033[?25l"));
	assert_non_null(strstr(s.seen, "\033[?8452h"));
	expect(&s, "<first>");
	assert_int_equal(count(s.seen, "\033[2J"), 1);
	assert_non_null(strstr(s.seen, "line 23"));
	expect(&s, "<same>");
	assert_string_equal(s.seen, "");
	expect(&s, "<cell>");
	assert_string_equal(s.seen, "\033[4;6HX");
	expect(&s, "<picture>");
	assert_harmless(s.seen);
	assert_int_equal(count(s.seen, "\033P"), 1);
	assert_non_null(strstr(s.seen, "\0337\033[m\033[6;21H\033Pq\"1;1;24;13"));
	expect(&s, "<picture again>");
	assert_string_equal(s.seen, "");
	expect(&s, "<covered>");
	assert_harmless(s.seen);
	assert_int_equal(count(s.seen, "\033P"), 0);
	assert_non_null(strstr(s.seen, "covered"));
	expect(&s, "<uncovered>");
	assert_harmless(s.seen);
	assert_int_equal(count(s.seen, "\033P"), 1);
	expect(&s, "<invalidated>");
	assert_int_equal(count(s.seen, "\033[2J"), 1);
	assert_int_equal(count(s.seen, "\033P"), 1);
	expect(&s, "<end>");
	assert_non_null(strstr(s.seen, RESTORE));
	report = finish(&s);
	assert_true(WIFEXITED(report.status) && WEXITSTATUS(report.status) == 0);
	assert_true(report.settings_same);
}

static int fatal_number;

static void job_die(void)
{
	struct tty *tty = open_or_die();

	mark(tty, "<open>");
	raise(fatal_number);
}

static void test_fatal_signals(void **state)
{
	static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct report report;
		struct session s;

		fatal_number = numbers[i];
		start(&s, job_die);
		expect(&s, "<open>");
		expect(&s, "<end>");
		assert_int_equal(count(s.seen, RESTORE), 1);
		report = finish(&s);
		assert_true(WIFSIGNALED(report.status));
		assert_int_equal(WTERMSIG(report.status), numbers[i]);
		assert_true(report.settings_same);
	}
}

static void job_exit(void)
{
	mark(open_or_die(), "<open>");
	if (fork() == 0)
		exit(0); /* a child's end is not ours */
	wait(NULL);
	if (write(STDOUT_FILENO, "<child>", 7) < 0)
		_exit(1);
	exit(0);
}

static void test_exit(void **state)
{
	struct report report;
	struct session s;

	(void)state;
	start(&s, job_exit);
	expect(&s, "<child>");
	assert_null(strstr(s.seen, RESTORE));
	expect(&s, "<end>");
	assert_int_equal(count(s.seen, RESTORE), 1);
	report = finish(&s);
	assert_true(report.settings_same);
}

static void job_late_answers(void)
{
	struct tty *tty = open_or_die();
	struct probe_environment env;
	struct termios raw;
	int left = -1, fd;

	tty_environment(tty, &env);
	tty_write(tty, probe_questions(), strlen(probe_questions()));
	tty_close(tty);
	fd = open("/dev/tty", O_RDWR);
	tcgetattr(fd, &raw);
	cfmakeraw(&raw); /* else only whole lines would be counted */
	tcsetattr(fd, TCSANOW, &raw);
	ioctl(fd, FIONREAD, &left);
	dprintf(fd, "<left %d>", left);
}

static void test_late_answers(void **state)
{
	struct session s;

	(void)state;
	start(&s, job_late_answers);
	expect(&s, "\033[5n");
	send_bytes(&s, "\033P>|XTerm(379)\033\\\033[?63;1;2;4c\033[0n");
	expect(&s, "<end>");
	assert_non_null(strstr(s.seen, "<left 0>"));
	finish(&s);
	/* A terminal that never answers does not hold the exit for long. */
	start(&s, job_late_answers);
	expect(&s, "<end>");
	assert_non_null(strstr(s.seen, RESTORE));
	finish(&s);
}

static void job_suspend(void)
{
	int signals = tty_signals(), number;
	struct tty *tty = open_or_die();
	struct pollfd readable = {.fd = signals, .events = POLLIN};
	struct grid g;

	grid_init(&g, 24, 80);
	grid_text(&g, 0, 0, 80, plain, "before");
	tty_present(tty, &g);
	mark(tty, "<open>");
	raise(SIGTSTP); /* blocked: it comes through the descriptor */
	poll(&readable, 1, -1);
	number = tty_next_signal(signals);
	if (number != SIGTSTP || tty_next_signal(signals) != 0)
		_exit(1);
	tty_suspend(tty);
	mark(tty, "<back>");
	tty_present(tty, &g);
	mark(tty, "<shown>");
	raise(SIGTERM);
	if (tty_next_signal(signals) != SIGTERM)
		_exit(2);
	tty_close(tty);
	grid_done(&g);
}

static void test_suspend(void **state)
{
	struct report report;
	struct session s;

	(void)state;
	start(&s, job_suspend);
	expect(&s, "<open>");
	expect(&s, "<back>");
	assert_int_equal(count(s.seen, RESTORE), 1);
	assert_non_null(strstr(s.seen, "\033[?1049h"));
	expect(&s, "<shown>");
	assert_non_null(strstr(s.seen, "before"));
	expect(&s, "<end>");
	assert_int_equal(count(s.seen, RESTORE), 1);
	report = finish(&s);
	assert_true(WIFEXITED(report.status) && WEXITSTATUS(report.status) == 0);
	assert_int_equal(report.stops, 1);
	assert_true(report.settings_same_when_stopped);
	assert_true(report.settings_same);
}

static void job_environment(void)
{
	struct tty *tty = open_or_die();
	struct probe_environment env;
	char text[200];

	tty_environment(tty, &env);
	snprintf(text, sizeof(text), "<%s %d %d %d %d %d %d %d>", env.term, env.utf8, env.colors,
		 env.rows, env.cols, env.width_px, env.height_px, tty_has_color(tty));
	mark(tty, text);
	tty_close(tty);
}

static void check_environment(const char *term, const char *no_color, const char *expected)
{
	struct session s;

	setenv("TERM", term, 1);
	if (no_color)
		setenv("NO_COLOR", no_color, 1);
	start(&s, job_environment);
	expect(&s, "<end>");
	assert_non_null(strstr(s.seen, expected));
	finish(&s);
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
}

static void test_environment(void **state)
{
	(void)state;
	check_environment("xterm", NULL, "<xterm 1 8 24 80 480 312 1>");
	check_environment("xterm", "", "<xterm 1 8 24 80 480 312 1>");
	check_environment("xterm", "1", "<xterm 1 0 24 80 480 312 0>");
	check_environment("vt100", NULL, "<vt100 1 0 24 80 480 312 0>");
	check_environment("dumb", NULL, "TERM=dumb cannot place the cursor");
	check_environment("no-such-terminal", NULL, "TERM=no-such-terminal is not known here");
	check_environment("", NULL, "TERM is not set");
}

static void test_no_terminal(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		struct tty *tty = NULL;
		struct error err;

		setsid(); /* a session without a terminal */
		_exit(tty_open(COLOR_AUTO, &tty, &err) == ERR_IO && strstr(err.msg, "/dev/tty")
			      ? 0
			      : 1);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_present),     cmocka_unit_test(test_fatal_signals),
		cmocka_unit_test(test_exit),        cmocka_unit_test(test_late_answers),
		cmocka_unit_test(test_suspend),     cmocka_unit_test(test_environment),
		cmocka_unit_test(test_no_terminal),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
