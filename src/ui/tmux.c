/* tmux display-message, and one word in its answer. */
#include "lookalike/ui/tmux.h"

#include "lookalike/base/memory.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 2000

struct tmux_job {
	struct job job;
	enum outer_sixel outer;
};

/* The interface blocks signals; the command starts afresh, and says nothing on the screen. */
static int spawn(int out, pid_t *pid)
{
	char *const argv[] = {(char *)"tmux", (char *)"display-message", (char *)"-p",
			      (char *)"#{client_termfeatures}", NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int rc;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	rc = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!rc)
		rc = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
						      O_WRONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	if (!rc)
		rc = posix_spawnattr_setsigmask(&attributes, &none);
	if (!rc)
		rc = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	if (!rc)
		rc = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

/* "256,clipboard,sixel,title\n" */
static enum outer_sixel read_features(char *text)
{
	bool any = false;

	for (char *rest = text, *word; (word = strtok_r(rest, ",\n", &rest));) {
		if (strcmp(word, "sixel") == 0)
			return OUTER_SIXEL;
		any = true;
	}
	return any ? OUTER_NO_SIXEL : OUTER_UNKNOWN;
}

enum outer_sixel tmux_outer_sixel(void)
{
	struct pollfd fd = {.events = POLLIN};
	char text[1024];
	size_t len = 0;
	ssize_t n = 0;
	int pipes[2];
	pid_t pid;

	if (!getenv("TMUX") || pipe2(pipes, O_CLOEXEC))
		return OUTER_UNKNOWN;
	if (spawn(pipes[1], &pid)) {
		close(pipes[0]);
		close(pipes[1]);
		return OUTER_UNKNOWN;
	}
	close(pipes[1]);
	fd.fd = pipes[0];
	while (len < sizeof(text) - 1 && poll(&fd, 1, WAIT_MS) > 0 &&
	       (n = read(fd.fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(pipes[0]);
	kill(pid, SIGKILL); /* it has answered, or does not */
	waitpid(pid, NULL, 0);
	return read_features(text);
}

static void run(struct job *job)
{
	((struct tmux_job *)job)->outer = tmux_outer_sixel();
}

struct job *tmux_ask_new(void)
{
	struct tmux_job *job = memory_new(sizeof(*job));

	job->job.item.kind = JOB_TMUX;
	job->job.priority = 4; /* pictures wait for it */
	job->job.run = run;
	return &job->job;
}

enum outer_sixel tmux_ask_take(struct job *job)
{
	enum outer_sixel outer = ((struct tmux_job *)job)->outer;

	free(job);
	return outer;
}
