/*
 * A list of nodes, an arena of names, and a hash table of 32-bit indices with open
 * addressing: about 60 bytes a file.
 */
#include "lookalike/scan/nodes.h"

#include "lookalike/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_AT_FIRST 1024u

struct node {
	uint64_t device, inode;
	size_t name_at;
	uint32_t folder;
};

struct nodes {
	struct node *list;
	size_t count, capacity;
	char *names;
	size_t names_len, names_capacity;
	uint32_t *slots; /* NODE_NONE when free; a power of two, at most half full */
	size_t slot_count;
};

static uint64_t hash(uint64_t device, uint64_t inode)
{
	uint64_t h = inode * 0x9e3779b97f4a7c15u ^ device * 0xc2b2ae3d27d4eb4fu;

	return h ^ h >> 32;
}

/* The slot that holds this node, or the free one where it belongs. */
static size_t slot_of(const struct nodes *nodes, uint64_t device, uint64_t inode)
{
	size_t mask = nodes->slot_count - 1, at = hash(device, inode) & mask;
	const struct node *node;

	for (; nodes->slots[at] != NODE_NONE; at = (at + 1) & mask) {
		node = &nodes->list[nodes->slots[at]];
		if (node->device == device && node->inode == inode)
			break;
	}
	return at;
}

static void slots_make(struct nodes *nodes, size_t slot_count)
{
	free(nodes->slots);
	nodes->slot_count = slot_count;
	nodes->slots = memory_resize(NULL, slot_count, sizeof(*nodes->slots));
	memset(nodes->slots, 0xff, slot_count * sizeof(*nodes->slots));
	for (size_t i = 0; i < nodes->count; i++)
		nodes->slots[slot_of(nodes, nodes->list[i].device, nodes->list[i].inode)] =
			(uint32_t)i;
}

struct nodes *nodes_new(void)
{
	struct nodes *nodes = memory_new(sizeof(*nodes));

	slots_make(nodes, SLOTS_AT_FIRST);
	return nodes;
}

void nodes_free(struct nodes *nodes)
{
	if (!nodes)
		return;
	free(nodes->list);
	free(nodes->names);
	free(nodes->slots);
	free(nodes);
}

uint32_t nodes_find(const struct nodes *nodes, const struct stat *st)
{
	return nodes->slots[slot_of(nodes, st->st_dev, st->st_ino)];
}

static size_t name_add(struct nodes *nodes, const char *name)
{
	size_t at = nodes->names_len, size = strlen(name) + 1;

	if (at + size > nodes->names_capacity) {
		nodes->names_capacity = 2 * (at + size);
		nodes->names = memory_resize(nodes->names, nodes->names_capacity, 1);
	}
	memcpy(nodes->names + at, name, size);
	nodes->names_len += size;
	return at;
}

uint32_t nodes_add(struct nodes *nodes, const struct stat *st, uint32_t folder, const char *name)
{
	assert(nodes->count < NODE_NONE);
	if (nodes->count == nodes->capacity) {
		nodes->capacity = 2 * nodes->capacity + 256;
		nodes->list = memory_resize(nodes->list, nodes->capacity, sizeof(*nodes->list));
	}
	nodes->list[nodes->count++] = (struct node){
		.device = st->st_dev,
		.inode = st->st_ino,
		.name_at = name_add(nodes, name),
		.folder = folder,
	};
	if (2 * nodes->count > nodes->slot_count)
		slots_make(nodes, 2 * nodes->slot_count);
	else
		nodes->slots[slot_of(nodes, st->st_dev, st->st_ino)] = (uint32_t)(nodes->count - 1);
	return (uint32_t)(nodes->count - 1);
}

char *nodes_path(const struct nodes *nodes, uint32_t node)
{
	size_t len = 1, name_len;
	const char *name;
	char *path, *at;

	for (uint32_t i = node; i != NODE_NONE; i = nodes->list[i].folder)
		len += strlen(nodes->names + nodes->list[i].name_at) + 1;
	path = memory_resize(NULL, len, 1);
	at = path + len - 1;
	*at = '\0';
	for (uint32_t i = node; i != NODE_NONE; i = nodes->list[i].folder) {
		name = nodes->names + nodes->list[i].name_at;
		name_len = strlen(name);
		if (i != node && name[name_len - 1] != '/')
			*--at = '/';
		at -= name_len;
		memcpy(at, name, name_len);
	}
	/* There was room for one separator too many, or two. */
	memmove(path, at, strlen(at) + 1);
	return path;
}
