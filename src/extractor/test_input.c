/*
 * test_input.c: the misbehaviour that test files ask for; see the header.
 */
#include "lookalike/extractor/test_input.h"

#include <stdbool.h>
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

static void send_garbage(int socket)
{
	char garbage[4096];

	memset(garbage, 0xa5, sizeof(garbage));
	send(socket, garbage, sizeof(garbage), MSG_NOSIGNAL);
	_exit(0);
}

enum status test_input_act(const uint8_t *bytes, size_t len, int socket, struct error *err)
{
	if (asks_for(bytes, len, "segv"))
		*(volatile int *)NULL = 1;
	if (asks_for(bytes, len, "abort"))
		abort();
	while (asks_for(bytes, len, "loop"))
		pause();
	if (asks_for(bytes, len, "alloc"))
		return take_all_memory(err);
	if (asks_for(bytes, len, "garbage"))
		send_garbage(socket);
	if (asks_for(bytes, len, "exit"))
		_exit(7);
	return OK;
}
