/*
 * inspect.h: what an extractor says of itself, by really starting one.
 *
 * Owns     struct inspection is the caller's memory.
 * Threads  any.
 * Errors   those of launch_extractor(); ERR_PROTOCOL when it does not say HELLO; and
 *          what it says in it, such as ERR_MODEL.
 */
#ifndef LOOKALIKE_SCAN_INSPECT_H
#define LOOKALIKE_SCAN_INSPECT_H

#include "lookalike/scan/launch.h"
#include "lookalike/scan/protocol.h"

struct inspection {
	unsigned isolation;                                     /* layers of isolation.h */
	char versions[sizeof(((struct hello *)NULL)->message)]; /* of libraries and models */
	char no_embedding[sizeof(((struct hello *)NULL)->no_embedding)]; /* why, or "" */
	char blas[256]; /* path of the linear algebra that it has loaded, quoted, or "" */
};

enum status inspect_extractor(const struct launch_config *config, struct inspection *out,
			      struct error *err);

#endif
