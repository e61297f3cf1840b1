/*
 * lookalike-extractor: loads the models once and forks the workers that look at photos.
 *
 * It never looks at a photo itself: it starts workers when told to, kills those that are told
 * to be late, and reports those that ended. The worker's socket is between lookalike and the
 * worker alone. lookalike gives it silent standard descriptors and a process group of its own.
 */
#include "lookalike/extractor/decode.h"
#include "lookalike/extractor/extract.h"
#include "lookalike/extractor/sandbox.h"
#include "lookalike/extractor/serve.h"
#include "lookalike/extractor/vision.h"
#include "lookalike/extractor/warm.h"
#include "lookalike/scan/protocol.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS_MAX 256

struct extractor {
	struct models models;
	struct sandbox sandbox;
	struct error no_embedding;
	bool test_inputs;
	pid_t workers[WORKERS_MAX];
	int worker_count;
};

/*
 * The arguments: LANDMARKS MODELS MEGAPIXELS EMBEDDING, or none to tell versions and isolation
 * only. An EMBEDDING of "" is none.
 */
static enum status prepare(struct extractor *ex, int argc, char **argv, struct error *err)
{
	enum status status = OK;

	vision_init();
	if (argc > 1) {
		decode_limit(strtoull(argv[3], NULL, 10) * 1000000);
		status = models_open(argv[1], argv[2], argv[4], &ex->models, &ex->no_embedding,
				     err);
		if (status == OK)
			status = warm_up(&ex->models, err);
	}
	if (status == OK)
		status = sandbox_prepare(&ex->sandbox, err);
	return status;
}

static enum status say_hello(const struct extractor *ex, enum status prepared,
			     const struct error *problem, struct error *err)
{
	struct hello hello = {.status = prepared, .isolation = ex->sandbox.layers};
	const struct face_detector *detector = ex->models.detector; /* NULL: no models asked for */
	char versions[128];

	if (prepared == OK) {
		vision_versions(versions, sizeof(versions));
		snprintf(hello.message, sizeof(hello.message), "%s, %d landmarks%s%s", versions,
			 LANDMARK_COUNT,
			 !detector                     ? ""
			 : detector_proposes(detector) ? ", face proposer"
						       : ", no face proposer",
			 ex->models.network ? ", face embedding" : "");
		if (ex->no_embedding.code)
			snprintf(hello.no_embedding, sizeof(hello.no_embedding), "%.255s",
				 ex->no_embedding.msg);
	} else {
		snprintf(hello.message, sizeof(hello.message), "%.255s", problem->msg);
	}
	return message_send(PROTOCOL_CONTROL_FD, MESSAGE_HELLO, &hello, sizeof(hello), -1, err);
}

/* The worker; returns what it exits with. */
static int work(const struct extractor *ex, int socket)
{
	unsigned layers;
	struct error err;
	enum status status;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	status = sandbox_enter(&ex->sandbox, socket, &layers, &err);
	if (status == OK && layers != ex->sandbox.layers)
		status = error_set(&err, ERR_IO, "less isolation than the extractor has told");
	if (status == OK)
		status = serve(&ex->models, socket, ex->test_inputs, &err);
	if (status != OK) {
		fprintf(stderr, "lookalike-extractor: worker: %s\n", err.msg);
		return 1;
	}
	return 0;
}

static enum status start_worker(struct extractor *ex, int socket, struct error *err)
{
	struct worker_state state = {0};
	pid_t pid;

	if (socket < 0 || ex->worker_count == WORKERS_MAX)
		return error_set(err, ERR_PROTOCOL, "no socket for a worker, or too many of them");
	pid = fork();
	if (pid < 0)
		return error_set(err, ERR_IO, "cannot fork a worker: %s", strerror(errno));
	if (pid == 0)
		_exit(work(ex, socket));
	ex->workers[ex->worker_count++] = pid;
	state.pid = pid;
	return message_send(PROTOCOL_CONTROL_FD, MESSAGE_SPAWNED, &state, sizeof(state), -1, err);
}

/* A process id may be another's once ours was reaped, so only those in the list are killed. */
static void kill_worker(const struct extractor *ex, pid_t pid)
{
	for (int i = 0; i < ex->worker_count; i++)
		if (ex->workers[i] == pid)
			kill(pid, SIGKILL);
}

static enum status obey(struct extractor *ex, struct error *err)
{
	struct message msg;
	struct worker_state state;
	enum status status = message_receive(PROTOCOL_CONTROL_FD, &msg, err);

	if (status != OK)
		return status;
	if (msg.kind == MESSAGE_SPAWN) {
		status = start_worker(ex, msg.fd, err);
	} else if (msg.kind == MESSAGE_KILL && msg.length == sizeof(state)) {
		memcpy(&state, msg.payload, sizeof(state));
		kill_worker(ex, state.pid);
	} else {
		status = error_set(err, ERR_PROTOCOL, "an unknown command");
	}
	message_done(&msg);
	return status;
}

static void forget_worker(struct extractor *ex, pid_t pid)
{
	for (int i = 0; i < ex->worker_count; i++)
		if (ex->workers[i] == pid)
			ex->workers[i] = ex->workers[--ex->worker_count];
}

static enum status report_ended(struct extractor *ex, int signals_fd, struct error *err)
{
	struct signalfd_siginfo info;
	struct worker_state state = {0};
	enum status status = OK;

	if (read(signals_fd, &info, sizeof(info)) < 0 && errno != EINTR)
		return error_set(err, ERR_IO, "cannot read signals: %s", strerror(errno));
	while (status == OK && (state.pid = waitpid(-1, &state.wait_status, WNOHANG)) > 0) {
		forget_worker(ex, state.pid);
		status = message_send(PROTOCOL_CONTROL_FD, MESSAGE_EXITED, &state, sizeof(state),
				      -1, err);
	}
	return status;
}

static enum status run(struct extractor *ex, struct error *err)
{
	struct pollfd fds[2] = {{.fd = PROTOCOL_CONTROL_FD, .events = POLLIN}, {.events = POLLIN}};
	enum status status = OK;
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	fds[1].fd = signalfd(-1, &child, SFD_CLOEXEC);
	if (fds[1].fd < 0)
		return error_set(err, ERR_IO, "cannot wait for signals: %s", strerror(errno));
	while (status == OK) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			status = error_set(err, ERR_IO, "cannot wait: %s", strerror(errno));
		else if (fds[1].revents)
			status = report_ended(ex, fds[1].fd, err);
		else if (fds[0].revents)
			status = obey(ex, err);
	}
	close(fds[1].fd);
	return status;
}

static bool has_control_socket(void)
{
	int type;
	socklen_t len = sizeof(type);

	return getsockopt(PROTOCOL_CONTROL_FD, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	       type == SOCK_STREAM;
}

int main(int argc, char **argv)
{
	static struct extractor ex;
	const char *test_inputs = getenv("LOOKALIKE_TEST_INPUTS");
	struct error err;
	enum status prepared, status;

	if ((argc != 1 && argc != 5) || !has_control_socket()) {
		fprintf(stderr, "lookalike-extractor is a part of lookalike; start lookalike\n");
		return 2;
	}
	ex.test_inputs = test_inputs && strcmp(test_inputs, "1") == 0;
	prepared = prepare(&ex, argc, argv, &err);
	status = say_hello(&ex, prepared, &err, &err);
	if (status == OK && prepared == OK && argc > 1)
		status = run(&ex, &err);
	for (int i = 0; i < ex.worker_count; i++)
		kill(ex.workers[i], SIGKILL);
	models_close(&ex.models);
	if (prepared != OK || (status != OK && status != ERR_MISSING)) {
		fprintf(stderr, "lookalike-extractor: %s\n", err.msg);
		return 1;
	}
	return 0;
}
