/*
 * What a worker that was taken over may send: any bytes on the socket, in pieces, and whatever
 * comes out of the inbox taken for a photo and for pixels. The first byte says how the message is
 * cut in two; a whole message is also made of the bytes, since random ones are seldom of a
 * length that fits.
 */
#include "lookalike/scan/inbox.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What got through the checks must be what the rest of the program relies on. */
static void check_photo(const struct photo *photo)
{
	bool decoded = !verdict_failed(photo->verdict);

	if (photo->face_count < 0 || photo->face_count > PROTOCOL_FACES_MAX ||
	    photo->seen_count < 0 || photo->width_px < 0 || photo->height_px < 0 ||
	    (photo->face_count > 0 && !decoded))
		abort();
	for (int i = 0; i < photo->face_count; i++)
		if (!photo->faces[i].thumb || !isfinite(photo->faces[i].box.x) ||
		    !isfinite(photo->faces[i].measures[0]))
			abort();
}

static void take(const struct message *msg)
{
	struct photo *photo = photo_new("/x");
	struct image img = {0};

	if (photo_from_message(msg, photo, NULL) == OK)
		check_photo(photo);
	if (pixels_from_message(msg, &img, NULL) == OK && !img.pixels)
		abort();
	image_done(&img);
	photo_free(photo);
}

static void take_from_socket(const uint8_t *bytes, size_t len, size_t cut)
{
	enum inbox_state state = INBOX_PARTIAL;
	struct inbox inbox;
	struct message msg;
	int sockets[2];
	size_t sent = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets))
		abort();
	inbox_init(&inbox);
	while (state != INBOX_GARBAGE && sent < len) {
		size_t n = sent == 0 && cut < len ? cut : len - sent;

		if (n > 0 && send(sockets[0], bytes + sent, n, MSG_DONTWAIT) != (ssize_t)n)
			break;
		sent += n ? n : 1;
		while ((state = inbox_read(&inbox, sockets[1], &msg)) == INBOX_MESSAGE) {
			take(&msg);
			message_done(&msg);
		}
	}
	inbox_done(&inbox);
	close(sockets[0]);
	close(sockets[1]);
}

/* The bytes as the beginning of a payload with as many faces as they say, up to three. */
static void take_whole(enum message_kind kind, const uint8_t *bytes, size_t len)
{
	struct photo_head head;
	size_t size = sizeof(head), faces;
	struct message msg = {.kind = kind, .fd = -1};

	if (len < sizeof(head))
		return;
	memcpy(&head, bytes, sizeof(head));
	faces = head.face_count % 4;
	head.face_count = (uint32_t)faces;
	head.verdict %= VERDICT_COUNT + 1;
	head.detail[sizeof(head.detail) - 1] = '\0';
	size += faces * sizeof(struct face_record);
	msg.payload = calloc(1, size);
	if (!msg.payload)
		return;
	memcpy(msg.payload, bytes, len < size ? len : size);
	memcpy(msg.payload, &head, sizeof(head));
	msg.length = (uint32_t)size;
	take(&msg);
	message_done(&msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct message msg = {.kind = MESSAGE_PHOTO, .length = (uint32_t)len, .fd = -1};
	double again[REMEASURE_RUNS][MEASURE_COUNT];

	if (len == 0)
		return 0;
	take_from_socket(bytes + 1, len - 1, bytes[0]);
	take_whole(MESSAGE_PHOTO, bytes, len);
	msg.payload = malloc(len);
	if (!msg.payload)
		return 0;
	memcpy(msg.payload, bytes, len);
	take(&msg);
	msg.kind = MESSAGE_PIXELS;
	take(&msg);
	msg.kind = MESSAGE_REMEASURED;
	remeasured_from_message(&msg, again, NULL);
	message_done(&msg);
	return 0;
}
