/*
 * The receiving side of the protocol without waiting; see inbox.h for why it is not
 * message_receive(). Head and payload are filled by as many reads as it takes.
 */
#include "lookalike/scan/inbox.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void inbox_init(struct inbox *in)
{
	memset(in, 0, sizeof(*in));
}

void inbox_done(struct inbox *in)
{
	free(in->payload);
	inbox_init(in);
}

/* Head complete: is it a message at all, and is there room for the rest? */
static bool head_accept(struct inbox *in)
{
	if (in->head.magic != PROTOCOL_MAGIC || in->head.kind < MESSAGE_HELLO ||
	    in->head.kind > MESSAGE_LAST || in->head.length > PROTOCOL_PAYLOAD_MAX)
		return false;
	if (in->head.length > 0)
		in->payload = malloc(in->head.length);
	return in->head.length == 0 || in->payload;
}

enum inbox_state inbox_read(struct inbox *in, int socket, struct message *out)
{
	const size_t head_size = sizeof(in->head);
	uint8_t *to;
	size_t want;
	ssize_t n;

	for (;;) {
		if (in->received < head_size) {
			to = (uint8_t *)&in->head + in->received;
			want = head_size - in->received;
		} else {
			to = in->payload + (in->received - head_size);
			want = head_size + in->head.length - in->received;
		}
		n = recv(socket, to, want, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return INBOX_PARTIAL;
		if (n <= 0)
			return INBOX_CLOSED;
		in->received += (size_t)n;
		if (in->received == head_size && !head_accept(in))
			return INBOX_GARBAGE;
		if (in->received >= head_size && in->received == head_size + in->head.length)
			break;
	}
	*out = (struct message){
		.kind = in->head.kind,
		.length = in->head.length,
		.payload = in->payload,
		.fd = -1,
	};
	inbox_init(in);
	return INBOX_MESSAGE;
}
