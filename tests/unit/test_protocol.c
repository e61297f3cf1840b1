/*
 * Messages over a real socket pair, and the lies that a worker may tell.
 */
#include "lookalike/scan/protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
	int a, b;
};

static struct pair pair_open(void)
{
	int sockets[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
	return (struct pair){sockets[0], sockets[1]};
}

static void pair_close(struct pair p)
{
	close(p.a);
	close(p.b);
}

static void test_round_trip_with_descriptor(void **state)
{
	struct extract_request request = {FORMAT_PNG, DETECTOR_HOG, 5, 2};
	struct pair p = pair_open();
	int memfd = memfd_create("test", MFD_CLOEXEC);
	struct message msg;
	char text[6] = "";

	(void)state;
	assert_int_equal(write(memfd, "hello", 5), 5);
	assert_int_equal(message_send(p.a, MESSAGE_EXTRACT, &request, sizeof(request), memfd, NULL),
			 OK);
	close(memfd);
	assert_int_equal(message_receive(p.b, &msg, NULL), OK);
	assert_int_equal(msg.kind, MESSAGE_EXTRACT);
	assert_int_equal(msg.length, sizeof(request));
	assert_memory_equal(msg.payload, &request, sizeof(request));
	assert_true(msg.fd >= 0);
	assert_int_equal(fcntl(msg.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(pread(msg.fd, text, 5, 0), 5);
	assert_string_equal(text, "hello");
	message_done(&msg);
	assert_int_equal(msg.fd, -1);
	pair_close(p);
}

static void test_without_payload(void **state)
{
	struct pair p = pair_open();
	struct message msg;

	(void)state;
	assert_int_equal(message_send(p.a, MESSAGE_SPAWN, NULL, 0, -1, NULL), OK);
	assert_int_equal(message_receive(p.b, &msg, NULL), OK);
	assert_int_equal(msg.kind, MESSAGE_SPAWN);
	assert_int_equal(msg.length, 0);
	assert_null(msg.payload);
	assert_int_equal(msg.fd, -1);
	pair_close(p);
}

static void *send_large(void *arg)
{
	static uint8_t bytes[8 << 20];
	int socket = *(int *)arg;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31);
	return message_send(socket, MESSAGE_PIXELS, bytes, sizeof(bytes), -1, NULL) == OK ? arg
											  : NULL;
}

/* More than the socket holds, so that both sides go on after a part. */
static void test_large_message(void **state)
{
	struct pair p = pair_open();
	struct message msg;
	pthread_t sender;
	void *sent;

	(void)state;
	assert_int_equal(pthread_create(&sender, NULL, send_large, &p.a), 0);
	assert_int_equal(message_receive(p.b, &msg, NULL), OK);
	assert_int_equal(pthread_join(sender, &sent), 0);
	assert_non_null(sent);
	assert_int_equal(msg.length, 8 << 20);
	for (size_t i = 0; i < msg.length; i++)
		if (msg.payload[i] != (uint8_t)(i * 31))
			fail_msg("byte %zu differs", i);
	message_done(&msg);
	pair_close(p);
}

static void test_closed_socket(void **state)
{
	struct pair p = pair_open();
	struct message msg;

	(void)state;
	close(p.a);
	assert_int_equal(message_receive(p.b, &msg, NULL), ERR_MISSING);
	assert_int_equal(message_send(p.b, MESSAGE_SPAWN, NULL, 0, -1, NULL), ERR_MISSING);
	close(p.b);
}

static enum status receive_raw(const void *bytes, size_t len)
{
	struct pair p = pair_open();
	struct message msg;
	enum status status;

	assert_int_equal(write(p.a, bytes, len), (ssize_t)len);
	close(p.a);
	status = message_receive(p.b, &msg, NULL);
	if (status == OK)
		message_done(&msg);
	close(p.b);
	return status;
}

static void test_hostile_heads(void **state)
{
	struct message_head good = {PROTOCOL_MAGIC, MESSAGE_PHOTO, 0}, head;

	(void)state;
	assert_int_equal(receive_raw(&good, sizeof(good)), OK);
	assert_int_equal(receive_raw(&good, sizeof(good) - 1), ERR_PROTOCOL);
	head = good;
	head.magic++;
	assert_int_equal(receive_raw(&head, sizeof(head)), ERR_PROTOCOL);
	head = good;
	head.kind = 0;
	assert_int_equal(receive_raw(&head, sizeof(head)), ERR_PROTOCOL);
	head.kind = MESSAGE_LAST + 1;
	assert_int_equal(receive_raw(&head, sizeof(head)), ERR_PROTOCOL);
	head = good;
	head.length = UINT32_MAX;
	assert_int_equal(receive_raw(&head, sizeof(head)), ERR_PROTOCOL);
	head.length = PROTOCOL_PAYLOAD_MAX + 1;
	assert_int_equal(receive_raw(&head, sizeof(head)), ERR_PROTOCOL);
	head.length = 5; /* promised, not sent */
	assert_int_equal(receive_raw(&head, sizeof(head)), ERR_PROTOCOL);
}

static int open_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* Of two descriptors with one message, one is taken and none is left open. */
static void test_unwanted_descriptors(void **state)
{
	struct message_head head = {PROTOCOL_MAGIC, MESSAGE_PHOTO, 0};
	char room[CMSG_SPACE(2 * sizeof(int))] __attribute__((aligned(8))) = {0};
	struct iovec part = {&head, sizeof(head)};
	struct msghdr msg = {.msg_iov = &part,
			     .msg_iovlen = 1,
			     .msg_control = room,
			     .msg_controllen = sizeof(room)};
	struct cmsghdr *control = CMSG_FIRSTHDR(&msg);
	struct message received;
	struct pair p;
	int before, fds[2] = {0, 0};

	(void)state;
	before = open_descriptors();
	p = pair_open();
	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(control), fds, sizeof(fds));
	assert_int_equal(sendmsg(p.a, &msg, 0), sizeof(head));
	assert_int_equal(message_receive(p.b, &received, NULL), OK);
	message_done(&received);
	pair_close(p);
	assert_int_equal(open_descriptors(), before);
}

/* A photo of two faces and three that were seen, as a worker would send it. */
struct photo_bytes {
	struct photo_head head;
	struct face_record faces[2];
	struct seen_record seen[3];
};

static struct photo_bytes *photo_bytes_new(void)
{
	struct photo_bytes *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->head.verdict = VERDICT_PARTIAL;
	b->head.width_px = 640;
	b->head.height_px = 480;
	b->head.seen_count = 3;
	b->head.face_count = 2;
	b->head.quality = (struct photo_quality){.sharpness = 3,
						 .brightness = 0.5f,
						 .highlights = 1,
						 .orientation = 8};
	b->head.quality.perceptual_hash[31] = 9;
	strcpy(b->head.detail, "cut short");
	for (int i = 0; i < 2; i++) {
		b->faces[i].box = (struct box){(float)i, 2, 30, 40};
		b->faces[i].score = 0.5f;
		b->faces[i].roll_deg = -3;
		b->faces[i].yaw_deg = 21.5f;
		b->faces[i].quality = (struct face_quality){2, 0.25f, 1};
		b->faces[i].landmarks[67] = (struct point){7, 8};
		b->faces[i].measures[EYEBROW_LIFT] = 0.25;
		memset(b->faces[i].thumb, 200, sizeof(b->faces[i].thumb));
	}
	for (int i = 0; i < 3; i++)
		b->seen[i] = (struct seen_record){{-4, (float)i, 5, 6}, 0.75f};
	return b;
}

static enum status take_apart(const struct photo_bytes *b, size_t cut, struct photo *photo)
{
	size_t faces = b->head.face_count < 2 ? b->head.face_count : 2;
	size_t seen = b->head.seen_count < 3 ? b->head.seen_count : 3;
	size_t faces_len = faces * sizeof(b->faces[0]), seen_len = seen * sizeof(b->seen[0]);
	size_t len = sizeof(b->head) + faces_len + seen_len - cut;
	struct message msg = {.kind = MESSAGE_PHOTO, .length = (uint32_t)len, .fd = -1};
	uint8_t *whole = malloc(len + cut);
	enum status status;

	assert_non_null(whole);
	memcpy(whole, &b->head, sizeof(b->head));
	memcpy(whole + sizeof(b->head), b->faces, faces_len);
	memcpy(whole + sizeof(b->head) + faces_len, b->seen, seen_len);
	msg.payload = malloc(len); /* of its own, so that reading beyond it shows */
	assert_non_null(msg.payload);
	memcpy(msg.payload, whole, len);
	free(whole);
	status = photo_from_message(&msg, photo, NULL);
	message_done(&msg);
	return status;
}

static void test_photo(void **state)
{
	struct photo_bytes *b = photo_bytes_new();
	struct photo *photo = photo_new("/x.jpg");
	struct image thumb = {0};

	(void)state;
	assert_int_equal(take_apart(b, 0, photo), OK);
	assert_int_equal(photo->verdict, VERDICT_PARTIAL);
	assert_string_equal(photo->detail, "cut short");
	assert_int_equal(photo->width_px, 640);
	assert_int_equal(photo->height_px, 480);
	assert_int_equal(photo->seen_count, 3);
	assert_int_equal(photo->face_count, 2);
	assert_true(photo->faces[1].box.x == 1 && photo->faces[1].box.height == 40);
	assert_true(photo->faces[1].score == 0.5);
	assert_true(photo->faces[1].roll_deg == -3 && photo->faces[1].yaw_deg == 21.5f);
	assert_true(photo->quality.sharpness == 3 && photo->quality.highlights == 1);
	assert_int_equal(photo->quality.orientation, 8);
	assert_int_equal(photo->quality.perceptual_hash[31], 9);
	assert_true(photo->faces[1].quality.sharpness == 2 && photo->faces[1].quality.cut == 1);
	assert_true(photo->seen[2].box.x == -4 && photo->seen[2].box.y == 2);
	assert_true(photo->seen[2].score == 0.75);
	assert_true(photo->faces[1].landmarks[67].y == 8);
	assert_true(photo->faces[1].measures[EYEBROW_LIFT] == 0.25);
	assert_int_equal(image_from_jpeg(photo->faces[1].thumb, photo->faces[1].thumb_len, &thumb,
					 NULL),
			 OK);
	assert_int_equal(thumb.width_px, THUMB_PX);
	assert_in_range(thumb.pixels[0], 198, 202);
	image_done(&thumb);
	photo_free(photo);
	free(b);
}

static void assert_refused(const struct photo_bytes *b, size_t cut)
{
	struct photo *photo = photo_new("/x.jpg");

	assert_int_equal(take_apart(b, cut, photo), ERR_PROTOCOL);
	assert_int_equal(photo->face_count, 0);
	photo_free(photo);
}

static void test_hostile_photos(void **state)
{
	struct photo_bytes *b = photo_bytes_new();
	static struct photo_bytes bad;

	(void)state;
#define REFUSE(change)                   \
	do {                             \
		bad = *b;                \
		change;                  \
		assert_refused(&bad, 0); \
	} while (0)
	assert_refused(b, 1);
	assert_refused(b, 2 * sizeof(b->faces[0]) + 3 * sizeof(b->seen[0]) + 1);
	REFUSE(bad.head.face_count = 3);
	REFUSE(bad.head.face_count = UINT32_MAX);
	REFUSE(bad.head.seen_count = 4);
	REFUSE(bad.head.seen_count = PROTOCOL_FACES_MAX + 1);
	REFUSE(bad.head.verdict = VERDICT_COUNT);
	REFUSE(bad.head.verdict = VERDICT_CORRUPT);
	REFUSE(memset(bad.head.detail, 'x', sizeof(bad.head.detail)));
	REFUSE(bad.head.width_px = -1);
	REFUSE(bad.head.height_px = 0);
	REFUSE(bad.head.height_px = INT32_MAX);
	REFUSE(bad.faces[1].box.x = NAN);
	REFUSE(bad.faces[1].box.width = 0);
	REFUSE(bad.faces[1].score = INFINITY);
	REFUSE(bad.faces[1].roll_deg = NAN);
	REFUSE(bad.faces[1].yaw_deg = INFINITY);
	REFUSE(bad.faces[1].quality.sharpness = NAN);
	REFUSE(bad.faces[1].quality.sharpness = -1);
	REFUSE(bad.faces[1].quality.brightness = NAN);
	REFUSE(bad.faces[1].quality.cut = 1.5f);
	REFUSE(bad.head.quality.sharpness = INFINITY);
	REFUSE(bad.head.quality.brightness = -0.5f);
	REFUSE(bad.head.quality.shadows = NAN);
	REFUSE(bad.head.quality.highlights = 2);
	REFUSE(bad.head.quality.orientation = 9);
	REFUSE(bad.head.quality.orientation = -1);
	REFUSE(bad.seen[2].box.y = NAN);
	REFUSE(bad.seen[2].box.height = -1);
	REFUSE(bad.seen[2].score = NAN);
	REFUSE(bad.faces[1].landmarks[0].y = NAN);
	REFUSE(bad.faces[1].measures[JAW_RATIO] = NAN);
#undef REFUSE
	free(b);
}

static void test_hostile_detail(void **state)
{
	struct photo_bytes *b = photo_bytes_new();
	struct photo *photo = photo_new("/x.jpg");

	(void)state;
	b->head.face_count = 0;
	strcpy(b->head.detail, "a\033[2Jb");
	assert_int_equal(take_apart(b, 0, photo), OK);
	assert_null(strchr(photo->detail, '\033'));
	photo_free(photo);
	free(b);
}

static void test_pixels(void **state)
{
	struct {
		struct pixels_head head;
		uint8_t pixels[2 * 1 * 3];
	} reply = {{VERDICT_OK, 2, 1}, {1, 2, 3, 4, 5, 6}};
	struct message msg = {MESSAGE_PIXELS, sizeof(reply.head) + 6, (uint8_t *)&reply, -1};
	struct image img = {0};

	(void)state;
	assert_int_equal(pixels_from_message(&msg, &img, NULL), OK);
	assert_int_equal(img.width_px, 2);
	assert_int_equal(img.height_px, 1);
	assert_memory_equal(img.pixels, reply.pixels, 6);
	image_done(&img);
	msg.length--;
	assert_int_equal(pixels_from_message(&msg, &img, NULL), ERR_PROTOCOL);
	msg.length = sizeof(reply.head);
	assert_int_equal(pixels_from_message(&msg, &img, NULL), ERR_PROTOCOL);
	reply.head.width_px = PROTOCOL_RENDER_MAX_PX + 1;
	assert_int_equal(pixels_from_message(&msg, &img, NULL), ERR_PROTOCOL);
	reply.head = (struct pixels_head){VERDICT_CORRUPT, 0, 0};
	assert_int_equal(pixels_from_message(&msg, &img, NULL), ERR_INPUT);
}

static void test_remeasured(void **state)
{
	struct remeasure_reply reply = {.run_count = REMEASURE_RUNS};
	struct message msg = {MESSAGE_REMEASURED, sizeof(reply), (uint8_t *)&reply, -1};
	double out[REMEASURE_RUNS][MEASURE_COUNT];

	(void)state;
	reply.measures[3][5] = 0.25;
	assert_int_equal(remeasured_from_message(&msg, out, NULL), OK);
	assert_true(out[3][5] == 0.25 && out[0][0] == 0);
	reply.measures[7][7] = NAN;
	assert_int_equal(remeasured_from_message(&msg, out, NULL), ERR_PROTOCOL);
	reply.measures[7][7] = 0;
	reply.run_count = REMEASURE_RUNS + 1;
	assert_int_equal(remeasured_from_message(&msg, out, NULL), ERR_PROTOCOL);
	reply.run_count = 0;
	assert_int_equal(remeasured_from_message(&msg, out, NULL), ERR_INPUT);
	reply.run_count = REMEASURE_RUNS;
	msg.length--;
	assert_int_equal(remeasured_from_message(&msg, out, NULL), ERR_PROTOCOL);
	msg.length++;
	msg.kind = MESSAGE_PIXELS;
	assert_int_equal(remeasured_from_message(&msg, out, NULL), ERR_PROTOCOL);
}

static void test_embeddings(void **state)
{
	struct embed_reply reply = {.face_count = 2, .crops = {1, EMBEDDING_IMPOSSIBLE}};
	struct message msg = {MESSAGE_EMBEDDINGS, sizeof(reply), (uint8_t *)&reply, -1};
	struct face faces[2] = {{.crops = 0}};

	(void)state;
	reply.embeddings[0][127] = 0.5f;
	assert_int_equal(embeddings_from_message(&msg, faces, 2, NULL), OK);
	assert_int_equal(faces[0].crops, 1);
	assert_true(faces[0].embedding[127] == 0.5f);
	assert_int_equal(faces[1].crops, EMBEDDING_IMPOSSIBLE);
	assert_int_equal(embeddings_from_message(&msg, faces, 1, NULL), ERR_PROTOCOL);
	reply.embeddings[1][0] = NAN;
	assert_int_equal(embeddings_from_message(&msg, faces, 2, NULL), ERR_PROTOCOL);
	reply.embeddings[1][0] = 1e30f;
	assert_int_equal(embeddings_from_message(&msg, faces, 2, NULL), ERR_PROTOCOL);
	reply.embeddings[1][0] = 0;
	reply.crops[1] = 70000;
	assert_int_equal(embeddings_from_message(&msg, faces, 2, NULL), ERR_PROTOCOL);
	msg.length--;
	assert_int_equal(embeddings_from_message(&msg, faces, 2, NULL), ERR_PROTOCOL);
	assert_int_equal(embed_faces_at_once(1), PROTOCOL_EMBED_FACES);
	assert_int_equal(embed_faces_at_once(30), 3);
	assert_int_equal(embed_faces_at_once(PROTOCOL_CROPS_MAX), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip_with_descriptor),
		cmocka_unit_test(test_without_payload),
		cmocka_unit_test(test_large_message),
		cmocka_unit_test(test_closed_socket),
		cmocka_unit_test(test_hostile_heads),
		cmocka_unit_test(test_unwanted_descriptors),
		cmocka_unit_test(test_photo),
		cmocka_unit_test(test_hostile_photos),
		cmocka_unit_test(test_hostile_detail),
		cmocka_unit_test(test_pixels),
		cmocka_unit_test(test_remeasured),
		cmocka_unit_test(test_embeddings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
