/*
 * A pseudo terminal whose other end is the test. The program under test runs in a job of a session
 * of its own, as under a shell, so that it has a /dev/tty and can be stopped.
 */
#ifndef TERMINAL_FIXTURE_H
#define TERMINAL_FIXTURE_H

#include "lookalike/ui/tty.h"

#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>

#define RESTORE                                                                               \
	"\033\\\033[?2026l\033[?1006l\033[?1000l\033[?2004l\033[?8452l\033[m\033[9999H\033[K" \
	"\033[?1l\033>\033[?12l\033[?25h\033[?1049l"

/* What the session leader saw of the job. */
struct report {
	int status;         /* of waitpid() */
	bool settings_same; /* the terminal's, before and after */
	int stops;
	bool settings_same_when_stopped;
};

struct session {
	int terminal, reports;
	pid_t leader;
	char seen[65536]; /* everything since the last expect() */
};

static bool same_settings(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_lflag == b->c_lflag &&
	       a->c_cflag == b->c_cflag && memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}

static void lead_session(int slave, int reports, void (*job)(void))
{
	struct report report = {.settings_same_when_stopped = true};
	struct termios before, now;
	pid_t pid;

	login_tty(slave);
	signal(SIGTTOU, SIG_IGN);
	tcgetattr(0, &before);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		tcsetpgrp(0, getpid());
		signal(SIGTTOU, SIG_DFL);
		setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
		job();
		_exit(0);
	}
	while (waitpid(pid, &report.status, WUNTRACED) == pid && WIFSTOPPED(report.status)) {
		tcgetattr(0, &now);
		report.settings_same_when_stopped &= same_settings(&before, &now);
		report.stops++;
		kill(-pid, SIGCONT);
	}
	tcgetattr(0, &now);
	report.settings_same = same_settings(&before, &now);
	if (write(1, "<end>", 5) != 5 || write(reports, &report, sizeof(report)) < 0)
		_exit(1);
	pause(); /* a leader that ends takes the terminal's output with it */
	_exit(0);
}

static void start(struct session *s, void (*job)(void))
{
	struct winsize size = {24, 80, 480, 312};
	int master, slave, pipes[2];

	memset(s, 0, sizeof(*s));
	assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
	assert_int_equal(pipe(pipes), 0);
	fflush(NULL);
	s->leader = fork();
	assert_true(s->leader >= 0);
	if (s->leader == 0) {
		close(master);
		lead_session(slave, pipes[1], job);
	}
	close(slave);
	close(pipes[1]);
	s->terminal = master;
	s->reports = pipes[0];
}

/* Read until the mark has come; what came before it is left in s->seen. */
static void expect(struct session *s, const char *mark)
{
	size_t len = 0;
	char *found = NULL;

	memset(s->seen, 0, sizeof(s->seen));
	while (!found) {
		struct pollfd readable = {.fd = s->terminal, .events = POLLIN};

		assert_true(len + 1 < sizeof(s->seen));
		/* No test depends on this long a wait; it only ends one that hangs. */
		assert_int_equal(poll(&readable, 1, 20000), 1);
		assert_int_equal(read(s->terminal, s->seen + len, 1), 1);
		len++;
		if (len >= strlen(mark))
			found = memcmp(s->seen + len - strlen(mark), mark, strlen(mark)) == 0
					? s->seen + len - strlen(mark)
					: NULL;
	}
	*found = '\0';
}

static struct report finish(struct session *s)
{
	struct report report;

	assert_int_equal(read(s->reports, &report, sizeof(report)), sizeof(report));
	kill(s->leader, SIGKILL);
	waitpid(s->leader, NULL, 0);
	close(s->terminal);
	close(s->reports);
	return report;
}

static void mark(struct tty *tty, const char *text)
{
	if (write(tty_fd(tty), text, strlen(text)) < 0)
		_exit(1);
}

static struct tty *open_or_die(void)
{
	struct tty *tty;
	struct error err;

	if (tty_open(COLOR_AUTO, &tty, &err) != OK) {
		printf("<%s>", err.msg);
		fflush(stdout);
		_exit(9);
	}
	return tty;
}

static int count(const char *text, const char *what)
{
	int n = 0;

	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

#endif
