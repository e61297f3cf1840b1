/*
 * The extractor's process: silent, in a process group of its own, so that Ctrl-C does not
 * reach it and everything it forked can be ended together.
 */
#include "lookalike/scan/launch.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/scan/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A BLAS with threads dies in a sandboxed worker at its first one. */
static const char *const single_thread[] = {"OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1"};

#define SINGLE_THREAD_COUNT (sizeof(single_thread) / sizeof(single_thread[0]))

static bool is_overridden(const char *variable)
{
	for (size_t i = 0; i < SINGLE_THREAD_COUNT; i++) {
		size_t name_len = strcspn(single_thread[i], "=") + 1;

		if (!strncmp(variable, single_thread[i], name_len))
			return true;
	}
	return false;
}

/* The strings are borrowed. */
static char **environment_new(void)
{
	size_t count = 0, used = 0;
	char **env;

	while (environ[count])
		count++;
	env = memory_resize(NULL, count + SINGLE_THREAD_COUNT + 1, sizeof(*env));
	for (size_t i = 0; i < count; i++)
		if (!is_overridden(environ[i]))
			env[used++] = environ[i];
	for (size_t i = 0; i < SINGLE_THREAD_COUNT; i++)
		env[used++] = (char *)single_thread[i];
	env[used] = NULL;
	return env;
}

/* Control first: it may itself be one of the standard descriptors. */
static int prepare_descriptors(posix_spawn_file_actions_t *actions, int control)
{
	int rc = posix_spawn_file_actions_adddup2(actions, control, PROTOCOL_CONTROL_FD);

	for (int fd = 0; fd <= STDERR_FILENO && !rc; fd++)
		rc = posix_spawn_file_actions_addopen(actions, fd, "/dev/null", O_RDWR, 0);
	if (!rc)
		rc = posix_spawn_file_actions_addclosefrom_np(actions, PROTOCOL_CONTROL_FD + 1);
	return rc;
}

/* lookalike blocks and ignores signals for its own reasons; the extractor starts afresh. */
static int prepare_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	rc = posix_spawnattr_setsigmask(attributes, &none);
	if (!rc)
		rc = posix_spawnattr_setsigdefault(attributes, &all);
	if (!rc)
		rc = posix_spawnattr_setpgroup(attributes, 0);
	if (!rc)
		rc = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
								  POSIX_SPAWN_SETSIGDEF |
								  POSIX_SPAWN_SETPGROUP);
	return rc;
}

static int spawn(char *const argv[], int control, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char **env = environment_new();
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	rc = prepare_descriptors(&actions, control);
	if (!rc)
		rc = prepare_signals(&attributes);
	if (!rc)
		rc = posix_spawn(pid, argv[0], &actions, &attributes, argv, env);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	free(env);
	return rc;
}

enum status launch_extractor(const struct launch_config *config, struct launched *out,
			     struct error *err)
{
	char megapixels[16], name[256];
	char *const argv[] = {(char *)config->extractor,
			      (char *)config->landmarks,
			      (char *)config->models,
			      megapixels,
			      (char *)(config->embedding ? config->embedding : ""),
			      NULL};
	int sockets[2], rc;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets))
		return error_set(err, ERR_IO, "no socket for the extractor: %s",
				 strerrordesc_np(errno));
	snprintf(megapixels, sizeof(megapixels), "%d", config->max_megapixels);
	rc = spawn(argv, sockets[1], &pid);
	close(sockets[1]);
	if (rc) {
		close(sockets[0]);
		quote_bytes(name, sizeof(name), config->extractor, strlen(config->extractor));
		return error_set(err, ERR_MISSING, "cannot start the extractor %s: %s", name,
				 strerrordesc_np(rc));
	}
	*out = (struct launched){.pid = pid, .socket = sockets[0]};
	return OK;
}

int launch_end(struct launched *launched)
{
	int wait_status = 0;

	close(launched->socket);
	/* One that is ending by itself keeps its own status. */
	kill(-launched->pid, SIGKILL);
	kill(launched->pid, SIGKILL);
	while (waitpid(launched->pid, &wait_status, 0) < 0 && errno == EINTR)
		continue;
	return wait_status;
}

void launch_status_words(int wait_status, char *out, size_t out_size)
{
	const char *words;

	if (WIFSIGNALED(wait_status)) {
		words = sigdescr_np(WTERMSIG(wait_status));
		snprintf(out, out_size, "killed by signal %d (%s)", WTERMSIG(wait_status),
			 words ? words : "unknown");
	} else {
		snprintf(out, out_size, "exit status %d", WEXITSTATUS(wait_status));
	}
}
