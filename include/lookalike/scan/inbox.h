/*
 * inbox.h: messages that arrive in pieces, read without ever waiting.
 *
 * message_receive() waits for the rest of a message; a worker that stops in the
 * middle of one would hang its reader. An inbox keeps the pieces between polls.
 * Descriptors that come along are dropped: nobody sends any to lookalike.
 *
 * Owns     struct inbox is the caller's: inbox_init()/inbox_done().
 * Threads  one thread.
 * Errors   as states; a peer's nonsense is INBOX_GARBAGE.
 */
#ifndef LOOKALIKE_SCAN_INBOX_H
#define LOOKALIKE_SCAN_INBOX_H

#include "lookalike/scan/protocol.h"

#include <stddef.h>

struct inbox {
	struct message_head head;
	uint8_t *payload;
	size_t received; /* of head and payload together */
};

enum inbox_state {
	INBOX_PARTIAL, /* nothing more for now */
	INBOX_MESSAGE, /* *out holds a message, for the caller to message_done() */
	INBOX_CLOSED,  /* the other side is gone */
	INBOX_GARBAGE, /* not a message, or one too large */
};

void inbox_init(struct inbox *in);
void inbox_done(struct inbox *in);

/* Read what is there, up to the end of one message. */
enum inbox_state inbox_read(struct inbox *in, int socket, struct message *out);

#endif
