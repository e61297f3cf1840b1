/*
 * protocol.c: messages between lookalike and its extractor, over stream sockets.
 *
 * The head says how long the payload is. A descriptor travels with the first byte of the head.
 * What a worker says is believed only as far as it can be checked: a worker that was taken over
 * by a hostile photo can lie about its faces, but cannot make us read or allocate what it wants.
 */
#include "lookalike/scan/protocol.h"

#include "lookalike/base/quote.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define THUMB_JPEG_QUALITY 88
#define SIDE_MAX_PX        (1 << 27)
#define EMBEDDING_MAX      1e6f /* the model's own stay below 1 */

union descriptor_room {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static enum status socket_failed(const char *doing, struct error *err)
{
	if (errno == EPIPE || errno == ECONNRESET)
		return error_set(err, ERR_MISSING, "the other side has closed the socket");
	return error_set(err, ERR_IO, "cannot %s a message: %s", doing, strerror(errno));
}

enum status message_send(int socket, enum message_kind kind, const void *payload, size_t length,
			 int fd, struct error *err)
{
	struct message_head head = {PROTOCOL_MAGIC, kind, (uint32_t)length};
	struct iovec parts[2] = {{&head, sizeof(head)}, {(void *)payload, length}};
	struct msghdr msg = {.msg_iov = parts, .msg_iovlen = 2};
	union descriptor_room room = {0};

	if (length > PROTOCOL_PAYLOAD_MAX)
		return error_set(err, ERR_PROTOCOL, "a message of %zu bytes is too long", length);
	if (fd >= 0) {
		struct cmsghdr *control = &room.align;

		msg.msg_control = room.bytes;
		msg.msg_controllen = CMSG_LEN(sizeof(int));
		control->cmsg_level = SOL_SOCKET;
		control->cmsg_type = SCM_RIGHTS;
		control->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(control), &fd, sizeof(int));
	}
	while (parts[0].iov_len + parts[1].iov_len > 0) {
		ssize_t sent = sendmsg(socket, &msg, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return socket_failed("send", err);
		msg.msg_control = NULL; /* the descriptor went with the first byte */
		msg.msg_controllen = 0;
		for (int i = 0; i < 2; i++) {
			size_t part = (size_t)sent < parts[i].iov_len ? (size_t)sent
								      : parts[i].iov_len;

			parts[i].iov_base = (char *)parts[i].iov_base + part;
			parts[i].iov_len -= part;
			sent -= (ssize_t)part;
		}
	}
	return OK;
}

/* Keep the first descriptor in *fd; the kernel has closed those for which there was no room. */
static void take_descriptors(struct msghdr *msg, int *fd)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		int received;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
		    c->cmsg_len < CMSG_LEN(sizeof(int)))
			continue;
		memcpy(&received, CMSG_DATA(c), sizeof(int));
		if (*fd < 0)
			*fd = received;
		else
			close(received);
	}
}

/* Exactly length bytes. Descriptors are taken if fd is not NULL, else dropped by the kernel. */
static enum status receive_bytes(int socket, void *bytes, size_t length, int *fd, struct error *err)
{
	size_t done = 0;

	while (done < length) {
		struct iovec part = {(char *)bytes + done, length - done};
		union descriptor_room room;
		struct msghdr msg = {.msg_iov = &part, .msg_iovlen = 1};
		ssize_t got;

		if (fd) {
			msg.msg_control = room.bytes;
			msg.msg_controllen = CMSG_LEN(sizeof(int));
		}
		got = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return socket_failed("receive", err);
		if (fd)
			take_descriptors(&msg, fd);
		if (got == 0)
			return error_set(err, done ? ERR_PROTOCOL : ERR_MISSING,
					 done ? "the message is cut short"
					      : "the other side has closed the socket");
		done += (size_t)got;
	}
	return OK;
}

enum status message_receive(int socket, struct message *out, struct error *err)
{
	struct message_head head;
	struct message msg = {.fd = -1};
	enum status status = receive_bytes(socket, &head, sizeof(head), &msg.fd, err);

	if (status != OK)
		goto out;
	if (head.magic != PROTOCOL_MAGIC || head.kind < MESSAGE_HELLO || head.kind > MESSAGE_LAST ||
	    head.length > PROTOCOL_PAYLOAD_MAX) {
		status = error_set(err, ERR_PROTOCOL, "not a message of this version");
		goto out;
	}
	msg.kind = head.kind;
	msg.length = head.length;
	if (msg.length > 0) {
		msg.payload = malloc(msg.length);
		if (!msg.payload) {
			status = error_set(err, ERR_NOMEM, "out of memory for a message");
			goto out;
		}
		status = receive_bytes(socket, msg.payload, msg.length, NULL, err);
		if (status == ERR_MISSING)
			status = error_set(err, ERR_PROTOCOL, "the message is cut short");
	}
out:
	if (status == OK)
		*out = msg;
	else
		message_done(&msg);
	return status;
}

void message_done(struct message *msg)
{
	free(msg->payload);
	if (msg->fd >= 0)
		close(msg->fd);
	*msg = (struct message){.fd = -1};
}

static bool decoded(uint32_t verdict)
{
	return verdict == VERDICT_OK || verdict == VERDICT_PARTIAL;
}

static bool box_valid(const struct box *box)
{
	return isfinite(box->x) && isfinite(box->y) && isfinite(box->width) &&
	       isfinite(box->height) && box->width > 0 && box->height > 0;
}

static bool embedding_valid(int32_t crops, const float *embedding)
{
	if (crops < EMBEDDING_IMPOSSIBLE || crops > PROTOCOL_CROPS_MAX)
		return false;
	for (int i = 0; i < EMBEDDING_COUNT; i++)
		if (!isfinite(embedding[i]) || fabsf(embedding[i]) > EMBEDDING_MAX)
			return false;
	return true;
}

static bool share_valid(float share)
{
	return share >= 0 && share <= 1; /* so it is not NAN */
}

static bool sharpness_valid(float sharpness)
{
	return isfinite(sharpness) && sharpness >= 0;
}

/* Of a photo that was decoded. */
static bool photo_quality_valid(const struct photo_quality *q)
{
	return sharpness_valid(q->sharpness) && share_valid(q->brightness) &&
	       share_valid(q->shadows) && share_valid(q->highlights) && q->orientation >= 1 &&
	       q->orientation <= 8;
}

static bool record_valid(const struct face_record *record)
{
	if (!box_valid(&record->box) || !isfinite(record->score) || !isfinite(record->roll_deg) ||
	    !isfinite(record->yaw_deg) || !embedding_valid(record->crops, record->embedding) ||
	    !sharpness_valid(record->quality.sharpness) ||
	    !share_valid(record->quality.brightness) || !share_valid(record->quality.cut))
		return false;
	for (int i = 0; i < LANDMARK_COUNT; i++)
		if (!isfinite(record->landmarks[i].x) || !isfinite(record->landmarks[i].y))
			return false;
	for (int i = 0; i < MEASURE_COUNT; i++)
		if (!isfinite(record->measures[i]))
			return false;
	return true;
}

static enum status face_from_record(const struct face_record *record, struct face *face,
				    struct error *err)
{
	struct image thumb = {THUMB_PX, THUMB_PX, 3, (uint8_t *)record->thumb};

	if (!record_valid(record))
		return error_set(err, ERR_PROTOCOL, "a face with impossible numbers");
	face->box = record->box;
	face->score = record->score;
	face->roll_deg = record->roll_deg;
	face->yaw_deg = record->yaw_deg;
	memcpy(face->landmarks, record->landmarks, sizeof(face->landmarks));
	memcpy(face->measures, record->measures, sizeof(face->measures));
	face->quality = record->quality;
	face->crops = record->crops;
	memcpy(face->embedding, record->embedding, sizeof(face->embedding));
	return image_to_jpeg(&thumb, THUMB_JPEG_QUALITY, &face->thumb, &face->thumb_len, err);
}

static enum status check_head(const struct message *msg, struct photo_head *head, struct error *err)
{
	if (msg->kind != MESSAGE_PHOTO || msg->length < sizeof(*head))
		return error_set(err, ERR_PROTOCOL, "not a photo");
	memcpy(head, msg->payload, sizeof(*head));
	if (head->face_count > PROTOCOL_FACES_MAX || head->seen_count > PROTOCOL_FACES_MAX ||
	    msg->length != sizeof(*head) + head->face_count * sizeof(struct face_record) +
				   head->seen_count * sizeof(struct seen_record))
		return error_set(err, ERR_PROTOCOL, "a photo with impossible counts");
	if (head->verdict >= VERDICT_COUNT || !memchr(head->detail, '\0', sizeof(head->detail)))
		return error_set(err, ERR_PROTOCOL, "a photo with an impossible verdict");
	if (head->width_px < 0 || head->width_px > SIDE_MAX_PX || head->height_px < 0 ||
	    head->height_px > SIDE_MAX_PX)
		return error_set(err, ERR_PROTOCOL, "a photo of impossible size");
	if (head->face_count + head->seen_count > 0 &&
	    (!decoded(head->verdict) || head->width_px == 0 || head->height_px == 0))
		return error_set(err, ERR_PROTOCOL, "faces in a photo that was not decoded");
	if (head->quality.orientation != 0 && !photo_quality_valid(&head->quality))
		return error_set(err, ERR_PROTOCOL, "a photo that cannot look like that");
	return OK;
}

static void faces_free(struct face *faces, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		free(faces[i].thumb);
	free(faces);
}

static enum status faces_from_message(const uint8_t *bytes, struct face *faces, uint32_t count,
				      struct error *err)
{
	struct face_record record;
	enum status status = OK;

	for (uint32_t i = 0; i < count && status == OK; i++) {
		memcpy(&record, bytes + i * sizeof(record), sizeof(record));
		status = face_from_record(&record, &faces[i], err);
	}
	return status;
}

static enum status seen_from_message(const uint8_t *bytes, struct seen_face *seen, uint32_t count,
				     struct error *err)
{
	struct seen_record record;

	for (uint32_t i = 0; i < count; i++) {
		memcpy(&record, bytes + i * sizeof(record), sizeof(record));
		if (!box_valid(&record.box) || !isfinite(record.score))
			return error_set(err, ERR_PROTOCOL, "a seen face with impossible numbers");
		seen[i] = (struct seen_face){record.box, record.score};
	}
	return OK;
}

enum status photo_from_message(const struct message *msg, struct photo *photo, struct error *err)
{
	struct photo_head head;
	struct face *faces;
	struct seen_face *seen;
	const uint8_t *bytes = msg->payload + sizeof(head);
	enum status status = check_head(msg, &head, err);

	if (status != OK)
		return status;
	/* One more than needed: no faces are no failure. */
	faces = calloc(head.face_count + 1, sizeof(*faces));
	seen = calloc(head.seen_count + 1, sizeof(*seen));
	if (!faces || !seen)
		status = error_set(err, ERR_NOMEM, "out of memory for faces");
	if (status == OK)
		status = faces_from_message(bytes, faces, head.face_count, err);
	if (status == OK)
		status = seen_from_message(bytes + head.face_count * sizeof(struct face_record),
					   seen, head.seen_count, err);
	if (status != OK) {
		if (faces)
			faces_free(faces, head.face_count);
		free(seen);
		return status;
	}
	faces_free(photo->faces, (uint32_t)photo->face_count);
	free(photo->seen);
	free(photo->detail);
	photo->verdict = head.verdict;
	photo->detail = head.detail[0] ? quote_new(head.detail) : NULL;
	photo->width_px = head.width_px;
	photo->height_px = head.height_px;
	photo->quality = head.quality.orientation ? head.quality : photo_quality_none;
	photo->seen_count = (int)head.seen_count;
	photo->seen = seen;
	photo->face_count = (int)head.face_count;
	photo->faces = faces;
	return OK;
}

enum status pixels_from_message(const struct message *msg, struct image *out, struct error *err)
{
	struct pixels_head head;
	enum status status;
	size_t size;

	if (msg->kind != MESSAGE_PIXELS || msg->length < sizeof(head))
		return error_set(err, ERR_PROTOCOL, "not pixels");
	memcpy(&head, msg->payload, sizeof(head));
	if (head.verdict >= VERDICT_COUNT || head.width_px < 0 || head.height_px < 0 ||
	    head.width_px > PROTOCOL_RENDER_MAX_PX || head.height_px > PROTOCOL_RENDER_MAX_PX)
		return error_set(err, ERR_PROTOCOL, "pixels of impossible size");
	size = (size_t)head.width_px * (size_t)head.height_px * 3;
	if (msg->length != sizeof(head) + size)
		return error_set(err, ERR_PROTOCOL, "pixels of another size than promised");
	if (size == 0 || !decoded(head.verdict))
		return error_set(err, ERR_INPUT, "the photo cannot be shown: %s",
				 verdict_name(head.verdict));
	status = image_alloc(out, head.width_px, head.height_px, 3, err);
	if (status == OK)
		memcpy(out->pixels, msg->payload + sizeof(head), size);
	return status;
}

int embed_faces_at_once(int crops)
{
	int count = PROTOCOL_CROPS_MAX / crops;

	return count > PROTOCOL_EMBED_FACES ? PROTOCOL_EMBED_FACES : count;
}

enum status embeddings_from_message(const struct message *msg, struct face *faces, int count,
				    struct error *err)
{
	struct embed_reply reply;

	if (msg->kind != MESSAGE_EMBEDDINGS || msg->length != sizeof(reply))
		return error_set(err, ERR_PROTOCOL, "not embeddings");
	memcpy(&reply, msg->payload, sizeof(reply));
	if (count > PROTOCOL_EMBED_FACES || reply.face_count != (uint32_t)count)
		return error_set(err, ERR_PROTOCOL, "embeddings of other faces");
	for (int i = 0; i < count; i++)
		if (!embedding_valid(reply.crops[i], reply.embeddings[i]) ||
		    reply.crops[i] == EMBEDDING_NONE)
			return error_set(err, ERR_PROTOCOL, "an embedding of impossible numbers");
	for (int i = 0; i < count; i++) {
		faces[i].crops = reply.crops[i];
		memcpy(faces[i].embedding, reply.embeddings[i], sizeof(faces[i].embedding));
	}
	return OK;
}

enum status remeasured_from_message(const struct message *msg, double (*out)[MEASURE_COUNT],
				    struct error *err)
{
	struct remeasure_reply reply;

	if (msg->kind != MESSAGE_REMEASURED || msg->length != sizeof(reply))
		return error_set(err, ERR_PROTOCOL, "not measures");
	memcpy(&reply, msg->payload, sizeof(reply));
	if (reply.run_count == 0)
		return error_set(err, ERR_INPUT, "the photo cannot be measured again");
	if (reply.run_count != REMEASURE_RUNS)
		return error_set(err, ERR_PROTOCOL, "an impossible count of measures");
	for (int i = 0; i < REMEASURE_RUNS; i++)
		for (int m = 0; m < MEASURE_COUNT; m++)
			if (!isfinite(reply.measures[i][m]))
				return error_set(err, ERR_PROTOCOL, "impossible measures");
	memcpy(out, reply.measures, sizeof(reply.measures));
	return OK;
}
