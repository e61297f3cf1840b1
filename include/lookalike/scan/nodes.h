/*
 * nodes.h: every file and folder a walk has met, by device and inode.
 *
 * Answers two questions: was this folder or file met before, and under which path. A
 * million files are to fit: a node keeps its name and its folder, not its path.
 *
 * Owns     nodes_new()/nodes_free().
 * Units    nodes are numbered from 0 in the order in which they were added.
 * Threads  one thread.
 * Errors   none: no memory ends the program.
 */
#ifndef LOOKALIKE_SCAN_NODES_H
#define LOOKALIKE_SCAN_NODES_H

#include <stdint.h>
#include <sys/stat.h>

#define NODE_NONE UINT32_MAX

struct nodes;

struct nodes *nodes_new(void);
void nodes_free(struct nodes *nodes);

/* The node of this device and inode, or NODE_NONE. */
uint32_t nodes_find(const struct nodes *nodes, const struct stat *st);

/* Add one that is not there; folder is NODE_NONE when name is a whole path. */
uint32_t nodes_add(struct nodes *nodes, const struct stat *st, uint32_t folder, const char *name);

/* The path under which it was added, for the caller to free. */
char *nodes_path(const struct nodes *nodes, uint32_t node);

#endif
