/*
 * sandbox.h: what a worker may not do.
 *
 * Owns     struct sandbox is the caller's memory.
 * Units    bytes; layers as in isolation.h.
 * Threads  sandbox_prepare() in the extractor when everything is loaded,
 *          sandbox_enter() once in each worker, before it sees any photo.
 * Errors   ERR_IO; a worker that cannot enter must not work. A layer that this kernel
 *          does not have is no error: it is missing in the layers.
 */
#ifndef LOOKALIKE_EXTRACTOR_SANDBOX_H
#define LOOKALIKE_EXTRACTOR_SANDBOX_H

#include "lookalike/base/error.h"

#include <stdint.h>
#include <sys/types.h>

#define SANDBOX_MEMORY_BYTES ((uint64_t)1 << 30) /* for one photo, on top of what is loaded */

struct sandbox {
	uint64_t address_space_bytes;
	pid_t parent;
	unsigned layers; /* that held when a first process tried */
};

enum status sandbox_prepare(struct sandbox *out, struct error *err);

/*
 * Leaves no descriptor open above the standard three but keep_fd. *layers are those that hold,
 * each tried here where it can be.
 */
enum status sandbox_enter(const struct sandbox *sandbox, int keep_fd, unsigned *layers,
			  struct error *err);

#endif
