/*
 * test_input.c: the misbehaviour that test files ask for; see the header.
 */
#include "lookalike/extractor/test_input.h"

#include "lookalike/scan/protocol.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define PREFIX "LOOKALIKE-TEST "

static bool asks_for(const uint8_t *bytes, size_t len, const char *word)
{
	size_t prefix_len = strlen(PREFIX), word_len = strlen(word);

	return len >= prefix_len + word_len && memcmp(bytes, PREFIX, prefix_len) == 0 &&
	       memcmp(bytes + prefix_len, word, word_len) == 0;
}

/* Address space alone, because that is what is limited; 1 TiB at most where nothing is. */
static enum status take_all_memory(struct error *err)
{
	size_t block = (size_t)1 << 28, taken = 0;
	void *blocks[4096];

	while (taken < 4096) {
		void *memory = mmap(NULL, block, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED)
			break;
		blocks[taken++] = memory;
	}
	while (taken > 0)
		munmap(blocks[--taken], block);
	return error_set(err, ERR_NOMEM, "out of memory");
}

static void send_bytes(int socket, const void *bytes, size_t len)
{
	if (write(socket, bytes, len) != (ssize_t)len)
		_exit(8);
}

static void send_garbage(int socket)
{
	char garbage[4096];

	memset(garbage, 0xa5, sizeof(garbage));
	send_bytes(socket, garbage, sizeof(garbage));
	_exit(0);
}

/* Nothing comes before the answer is there, so this blocks. */
static _Noreturn void wait_for_ever(int socket)
{
	char byte;

	for (;;)
		if (read(socket, &byte, 1) <= 0)
			_exit(0);
}

static _Noreturn void use_the_processor(void)
{
	for (volatile unsigned i = 0;;)
		i++;
}

static enum status send_photo(int socket, uint32_t faces, const char *detail, bool *answered,
			      struct error *err)
{
	struct photo_head head = {.verdict = VERDICT_CORRUPT, .face_count = faces};

	snprintf(head.detail, sizeof(head.detail), "%s", detail);
	*answered = true;
	return message_send(socket, MESSAGE_PHOTO, &head, sizeof(head), -1, err);
}

static enum status tell_forbidden(int socket, bool *answered, struct error *err)
{
	const char *name = "";
	char detail[100];
	int refused = forbidden_try(socket, &name);

	snprintf(detail, sizeof(detail), "%d of %d refused%s%s", refused, FORBIDDEN_COUNT,
		 *name ? ", not: " : "", name);
	return send_photo(socket, 0, detail, answered, err);
}

static void send_half(int socket, uint32_t length)
{
	struct message_head head = {PROTOCOL_MAGIC, MESSAGE_PHOTO, length};

	send_bytes(socket, &head, sizeof(head));
	send_bytes(socket, &head, sizeof(head));
	wait_for_ever(socket);
}

enum status test_input_act(const uint8_t *bytes, size_t len, int socket, bool *answered,
			   struct error *err)
{
	if (asks_for(bytes, len, "segv"))
		*(volatile int *)NULL = 1;
	if (asks_for(bytes, len, "abort"))
		abort();
	if (asks_for(bytes, len, "loop"))
		use_the_processor();
	if (asks_for(bytes, len, "wait"))
		wait_for_ever(socket);
	if (asks_for(bytes, len, "stop"))
		raise(SIGSTOP);
	if (asks_for(bytes, len, "alloc"))
		return take_all_memory(err);
	if (asks_for(bytes, len, "garbage"))
		send_garbage(socket);
	if (asks_for(bytes, len, "half"))
		send_half(socket, sizeof(struct photo_head));
	if (asks_for(bytes, len, "huge"))
		send_half(socket, UINT32_MAX);
	if (asks_for(bytes, len, "lie"))
		return send_photo(socket, 7, "", answered, err);
	if (asks_for(bytes, len, "close")) {
		close(socket);
		use_the_processor();
	}
	if (asks_for(bytes, len, "exit"))
		_exit(7);
	if (asks_for(bytes, len, "forbidden"))
		return tell_forbidden(socket, answered, err);
	return OK;
}
