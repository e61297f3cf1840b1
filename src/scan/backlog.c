/*
 * A byte buffer of front-coded paths: how much is shared with the path before, how long
 * the rest is, the rest. Taken bytes are given back when half of the buffer is free.
 */
#include "lookalike/scan/backlog.h"

#include "lookalike/base/memory.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct entry_head {
	uint16_t shared, rest;
};

void backlog_init(struct backlog *b)
{
	memset(b, 0, sizeof(*b));
	b->first = memory_new(1);
	b->last = memory_new(1);
}

void backlog_done(struct backlog *b)
{
	free(b->bytes);
	free(b->first);
	free(b->last);
	memset(b, 0, sizeof(*b));
}

static void make_room(struct backlog *b, size_t need)
{
	if (b->head > b->capacity / 2) {
		memmove(b->bytes, b->bytes + b->head, b->tail - b->head);
		b->tail -= b->head;
		b->head = 0;
	}
	if (b->tail + need <= b->capacity)
		return;
	b->capacity = 2 * (b->capacity + need);
	b->bytes = memory_resize(b->bytes, b->capacity, 1);
}

void backlog_put(struct backlog *b, const char *path)
{
	size_t len = strlen(path), shared = 0;
	struct entry_head head;

	assert(len <= UINT16_MAX);
	while (shared < len && shared < b->last_len && path[shared] == b->last[shared])
		shared++;
	head = (struct entry_head){(uint16_t)shared, (uint16_t)(len - shared)};
	make_room(b, sizeof(head) + head.rest);
	memcpy(b->bytes + b->tail, &head, sizeof(head));
	memcpy(b->bytes + b->tail + sizeof(head), path + shared, head.rest);
	b->tail += sizeof(head) + head.rest;
	b->last = memory_resize(b->last, len + 1, 1);
	memcpy(b->last + shared, path + shared, head.rest + (size_t)1);
	b->last_len = len;
}

const char *backlog_take(struct backlog *b)
{
	struct entry_head head;

	if (backlog_empty(b))
		return NULL;
	memcpy(&head, b->bytes + b->head, sizeof(head));
	b->first_len = (size_t)head.shared + head.rest;
	b->first = memory_resize(b->first, b->first_len + 1, 1);
	memcpy(b->first + head.shared, b->bytes + b->head + sizeof(head), head.rest);
	b->first[b->first_len] = '\0';
	b->head += sizeof(head) + head.rest;
	return b->first;
}

bool backlog_empty(const struct backlog *b)
{
	return b->head == b->tail;
}
