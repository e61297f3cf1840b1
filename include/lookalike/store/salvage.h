/*
 * salvage.h: what can still be read of a damaged database, in a new one beside it.
 *
 * Owns     *path_out is the caller's to free. The damaged file is only read.
 * Threads  as store.h.
 * Errors   ERR_STORE when nothing at all can be read, or the new one not be written.
 */
#ifndef LOOKALIKE_STORE_SALVAGE_H
#define LOOKALIKE_STORE_SALVAGE_H

#include "lookalike/store/store.h"

struct salvaged {
	int64_t images, faces, groups, decided, steps;
	bool complete; /* no row was unreadable */
};

enum status store_salvage(const char *path, struct salvaged *out, char **path_out,
			  struct error *err);

#endif
