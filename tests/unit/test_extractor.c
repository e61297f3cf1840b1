/*
 * The real extractor with its real models: what it says, and what a worker's death costs.
 */
#include "lookalike/scan/launch.h"
#include "lookalike/scan/protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LANDMARKS "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"

static char program[PATH_MAX]; /* beside the folder of this test */
static struct launched extractor;

struct worker {
	int socket;
	int32_t pid;
};

static struct worker spawn_worker(void)
{
	struct worker_state started;
	struct message msg;
	int sockets[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
	assert_int_equal(message_send(extractor.socket, MESSAGE_SPAWN, NULL, 0, sockets[1], NULL),
			 OK);
	close(sockets[1]);
	assert_int_equal(message_receive(extractor.socket, &msg, NULL), OK);
	assert_int_equal(msg.kind, MESSAGE_SPAWNED);
	memcpy(&started, msg.payload, sizeof(started));
	message_done(&msg);
	return (struct worker){sockets[0], started.pid};
}

/* Its wait status, as the extractor reports it. */
static int end_worker(struct worker worker)
{
	struct worker_state ended;
	struct message msg;

	close(worker.socket);
	assert_int_equal(message_receive(extractor.socket, &msg, NULL), OK);
	assert_int_equal(msg.kind, MESSAGE_EXITED);
	memcpy(&ended, msg.payload, sizeof(ended));
	message_done(&msg);
	assert_int_equal(ended.pid, worker.pid);
	return ended.wait_status;
}

static void ask(struct worker worker, enum message_kind kind, const void *request, size_t len,
		const char *text)
{
	int memfd = memfd_create("test", MFD_CLOEXEC);

	assert_int_equal(write(memfd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(message_send(worker.socket, kind, request, len, memfd, NULL), OK);
	close(memfd);
}

static void ask_extract(struct worker worker, enum format format, const char *text)
{
	struct extract_request request = {format, DETECTOR_AUTO, MIN_FACE_DEFAULT_PERCENT, 0};

	ask(worker, MESSAGE_EXTRACT, &request, sizeof(request), text);
}

static enum verdict receive_verdict(struct worker worker)
{
	struct photo *photo = photo_new("/x");
	enum verdict verdict;
	struct message msg;

	assert_int_equal(message_receive(worker.socket, &msg, NULL), OK);
	assert_int_equal(photo_from_message(&msg, photo, NULL), OK);
	message_done(&msg);
	verdict = photo->verdict;
	photo_free(photo);
	return verdict;
}

static void test_many_photos_one_worker(void **state)
{
	struct worker worker = spawn_worker();

	(void)state;
	ask_extract(worker, FORMAT_PNM, "P3 1 1 255 10 200 30\n");
	assert_int_equal(receive_verdict(worker), VERDICT_OK);
	ask_extract(worker, FORMAT_PNM, "P3 1 1 25");
	assert_int_equal(receive_verdict(worker), VERDICT_CORRUPT);
	ask_extract(worker, FORMAT_JPEG, "");
	assert_int_equal(receive_verdict(worker), VERDICT_CORRUPT);
	ask_extract(worker, FORMAT_HEIF, "x");
	assert_int_equal(receive_verdict(worker), VERDICT_UNSUPPORTED);
	ask_extract(worker, FORMAT_UNKNOWN, "LOOKALIKE-TEST alloc");
	assert_int_equal(receive_verdict(worker), VERDICT_TOO_LARGE);
	assert_int_equal(end_worker(worker), 0);
}

static void test_render(void **state)
{
	struct render_request request = {FORMAT_PNM, {0.5f, 0.5f, 1, 0}, 3};
	struct worker worker = spawn_worker();
	struct image img = {0};
	struct message msg;

	(void)state;
	ask(worker, MESSAGE_RENDER, &request, sizeof(request), "P3 1 1 255 10 200 30\n");
	assert_int_equal(message_receive(worker.socket, &msg, NULL), OK);
	assert_int_equal(pixels_from_message(&msg, &img, NULL), OK);
	message_done(&msg);
	assert_int_equal(img.width_px, 3);
	assert_int_equal(img.height_px, 3);
	assert_memory_equal(img.pixels + 3 * 8, ((uint8_t[]){10, 200, 30}), 3);
	image_done(&img);
	request.size_px = PROTOCOL_RENDER_MAX_PX + 1;
	ask(worker, MESSAGE_RENDER, &request, sizeof(request), "P3 1 1 255 10 200 30\n");
	assert_int_equal(message_receive(worker.socket, &msg, NULL), OK);
	assert_int_equal(pixels_from_message(&msg, &img, NULL), ERR_INPUT);
	message_done(&msg);
	assert_int_equal(end_worker(worker), 0);
}

static void test_deaths(void **state)
{
	struct message msg;
	struct worker worker;

	(void)state;
	worker = spawn_worker();
	ask_extract(worker, FORMAT_UNKNOWN, "LOOKALIKE-TEST abort");
	assert_int_equal(message_receive(worker.socket, &msg, NULL), ERR_MISSING);
	assert_int_equal(WTERMSIG(end_worker(worker)), SIGABRT);
	worker = spawn_worker();
	ask_extract(worker, FORMAT_UNKNOWN, "LOOKALIKE-TEST segv");
	assert_int_equal(message_receive(worker.socket, &msg, NULL), ERR_MISSING);
	assert_int_not_equal(end_worker(worker), 0); /* a sanitizer makes it an exit status */
	worker = spawn_worker();
	ask_extract(worker, FORMAT_UNKNOWN, "LOOKALIKE-TEST exit");
	assert_int_equal(message_receive(worker.socket, &msg, NULL), ERR_MISSING);
	assert_int_equal(WEXITSTATUS(end_worker(worker)), 7);
	worker = spawn_worker();
	ask_extract(worker, FORMAT_UNKNOWN, "LOOKALIKE-TEST garbage");
	assert_int_equal(message_receive(worker.socket, &msg, NULL), ERR_PROTOCOL);
	assert_int_equal(end_worker(worker), 0);
}

/* A worker that hangs is killed on request; a process that is not a worker never is. */
static void test_kill(void **state)
{
	struct worker worker = spawn_worker();
	struct worker_state target = {.pid = getpid()};

	(void)state;
	ask_extract(worker, FORMAT_UNKNOWN, "LOOKALIKE-TEST loop");
	assert_int_equal(message_send(extractor.socket, MESSAGE_KILL, &target, sizeof(target), -1,
				      NULL),
			 OK);
	target.pid = worker.pid;
	assert_int_equal(message_send(extractor.socket, MESSAGE_KILL, &target, sizeof(target), -1,
				      NULL),
			 OK);
	assert_int_equal(WTERMSIG(end_worker(worker)), SIGKILL);
}

static struct hello start(const char *landmarks, struct launched *out)
{
	struct launch_config config = {program, landmarks, "/nonexistent", 100, NULL};
	struct hello hello;
	struct message msg;

	assert_int_equal(launch_extractor(&config, out, NULL), OK);
	assert_int_equal(message_receive(out->socket, &msg, NULL), OK);
	assert_int_equal(msg.kind, MESSAGE_HELLO);
	assert_int_equal(msg.length, sizeof(hello));
	memcpy(&hello, msg.payload, sizeof(hello));
	message_done(&msg);
	return hello;
}

static void test_without_model(void **state)
{
	static const char *const paths[] = {"/nonexistent", "/etc/passwd"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct launched other;
		struct hello hello = start(paths[i], &other);

		assert_int_equal(hello.status, ERR_MODEL);
		assert_non_null(strstr(hello.message, "libdlib-data"));
		assert_null(strchr(hello.message, '\n'));
		launch_end(&other);
	}
}

static int setup(void **state)
{
	struct hello hello = start(LANDMARKS, &extractor);

	(void)state;
	assert_int_equal(hello.status, OK);
	assert_non_null(strstr(hello.message, "68 landmarks"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (extractor.pid > 0) /* else it never started */
		launch_end(&extractor);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_photos_one_worker),
		cmocka_unit_test(test_render),
		cmocka_unit_test(test_deaths),
		cmocka_unit_test(test_kill),
		cmocka_unit_test(test_without_model),
	};

	(void)argc;
	snprintf(program, sizeof(program), "%s/../lookalike-extractor", dirname(argv[0]));
	setenv("LOOKALIKE_TEST_INPUTS", "1", 1);
	return cmocka_run_group_tests(tests, setup, teardown);
}
