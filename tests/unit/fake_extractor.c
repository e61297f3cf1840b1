/*
 * An extractor without models, for tests of the pool and the scan: it speaks the protocol and
 * does with each photo what the file's text says. The models folder's name says how it starts.
 */
#include "lookalike/base/isolation.h"
#include "lookalike/scan/protocol.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* One face whose numbers a test can foresee. */
static void answer_ok(int socket, const char *text)
{
	const size_t size = sizeof(struct photo_head) + sizeof(struct face_record);
	uint8_t *payload = calloc(1, size);
	struct photo_head head = {.width_px = 640, .height_px = 480, .face_count = 1};
	struct face_record *face = calloc(1, sizeof(*face));

	head.quality = (struct photo_quality){.orientation = 1, .brightness = 0.5f};
	snprintf(head.detail, sizeof(head.detail), "%.20s", text);
	face->box = (struct box){10, 20, 30, 40};
	face->score = 0.5f;
	for (int i = 0; i < LANDMARK_COUNT; i++)
		face->landmarks[i] = (struct point){(float)i, (float)(2 * i)};
	for (int i = 0; i < MEASURE_COUNT; i++)
		face->measures[i] = i + 0.25;
	memcpy(payload, &head, sizeof(head));
	memcpy(payload + sizeof(head), face, sizeof(*face));
	message_send(socket, MESSAGE_PHOTO, payload, size, -1, NULL);
	free(face);
	free(payload);
}

/* Embeddings that tell which landmarks they are of; far right there is no face. */
static void answer_embed(int socket, const struct embed_request *request)
{
	struct embed_reply reply = {.face_count = request->face_count};

	for (uint32_t i = 0; i < request->face_count; i++) {
		float x = request->landmarks[i][0].x;

		reply.crops[i] = x < 1000 ? request->crops : EMBEDDING_IMPOSSIBLE;
		reply.embeddings[i][0] = x;
	}
	message_send(socket, MESSAGE_EMBEDDINGS, &reply, sizeof(reply), -1, NULL);
}

static void answer_half(int socket)
{
	struct message_head head = {PROTOCOL_MAGIC, MESSAGE_PHOTO, 1000};

	if (write(socket, &head, sizeof(head)) < 0)
		_exit(9);
	for (;;)
		pause();
}

static void answer(int socket, const char *text)
{
	struct photo_head lying = {.face_count = 7};

	if (!strncmp(text, "ok", 2)) {
		answer_ok(socket, text);
	} else if (!strncmp(text, "segv", 4)) {
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	} else if (!strncmp(text, "loop", 4)) {
		for (;;)
			pause();
	} else if (!strncmp(text, "garbage", 7)) {
		if (write(socket, "GARBAGE GARBAGE GARBAGE", 23) < 0)
			_exit(9);
	} else if (!strncmp(text, "lie", 3)) {
		message_send(socket, MESSAGE_PHOTO, &lying, sizeof(lying), -1, NULL);
	} else if (!strncmp(text, "exit", 4)) {
		_exit(3);
	} else if (!strncmp(text, "half", 4)) {
		answer_half(socket);
	} else if (!strncmp(text, "pid", 3)) {
		char pid[16];

		snprintf(pid, sizeof(pid), "%d", (int)getpid());
		answer_ok(socket, pid);
	} else if (!strncmp(text, "once ", 5)) {
		/* Dies, and leaves the file behind by which the next one knows. */
		if (open(text + 5, O_CREAT | O_EXCL | O_CLOEXEC, 0600) >= 0)
			_exit(3);
		answer_ok(socket, "better");
	} else if (!strncmp(text, "parent", 6)) {
		kill(getppid(), SIGKILL);
		pause();
	}
}

static void work(int socket)
{
	struct message msg;
	char text[100];
	ssize_t n;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!message_receive(socket, &msg, NULL)) {
		n = pread(msg.fd, text, sizeof(text) - 1, 0);
		text[n > 0 ? n : 0] = '\0';
		if (msg.kind == MESSAGE_EMBED)
			answer_embed(socket,
				     (const struct embed_request *)(const void *)msg.payload);
		else
			answer(socket, text);
		message_done(&msg);
	}
	_exit(0);
}

static void spawn(int socket)
{
	struct worker_state state = {.pid = fork()};

	if (state.pid == 0) {
		close(PROTOCOL_CONTROL_FD);
		work(socket);
	}
	message_send(PROTOCOL_CONTROL_FD, MESSAGE_SPAWNED, &state, sizeof(state), -1, NULL);
}

static void reap(void)
{
	struct worker_state state;
	int status;

	while ((state.pid = waitpid(-1, &status, WNOHANG)) > 0) {
		state.wait_status = status;
		message_send(PROTOCOL_CONTROL_FD, MESSAGE_EXITED, &state, sizeof(state), -1, NULL);
	}
}

static void serve(void)
{
	struct pollfd control = {.fd = PROTOCOL_CONTROL_FD, .events = POLLIN};
	struct worker_state state;
	struct message msg;

	for (;;) {
		if (poll(&control, 1, 5) <= 0) {
			reap();
			continue;
		}
		if (message_receive(PROTOCOL_CONTROL_FD, &msg, NULL))
			return;
		if (msg.kind == MESSAGE_SPAWN) {
			spawn(msg.fd);
		} else if (msg.kind == MESSAGE_KILL) {
			memcpy(&state, msg.payload, sizeof(state));
			kill(state.pid, SIGKILL);
		}
		message_done(&msg);
		reap();
	}
}

int main(int argc, char **argv)
{
	const char *mode = argc == 5 ? argv[2] : "";
	struct hello hello = {.status = OK, .isolation = ISOLATION_FULL, .message = "fake 1"};

	if (!strcmp(mode, "die"))
		return 4;
	if (!strcmp(mode, "nomodel")) {
		hello.status = ERR_MODEL;
		snprintf(hello.message, sizeof(hello.message), "no landmark model at %s", argv[1]);
	}
	if (!strcmp(mode, "partial"))
		hello.isolation = ISOLATION_CALLS;
	if (!getenv("OMP_NUM_THREADS") || strcmp(getenv("OMP_NUM_THREADS"), "1"))
		return 5;
	message_send(PROTOCOL_CONTROL_FD, MESSAGE_HELLO, &hello, sizeof(hello), -1, NULL);
	serve();
	return 0;
}
