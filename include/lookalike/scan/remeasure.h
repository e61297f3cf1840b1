/*
 * remeasure.h: faces measured again, on crops that differ a little, to see how well measures
 * repeat.
 *
 * Owns     the caller's memory only.
 * Units    as in protocol.h.
 * Threads  called on one thread, which waits; the pool works on its own.
 * Errors   those of the pool when it has no extractor. A photo that cannot be read or measured
 *          again is left out, not an error.
 */
#ifndef LOOKALIKE_SCAN_REMEASURE_H
#define LOOKALIKE_SCAN_REMEASURE_H

#include "lookalike/scan/pool.h"

struct remeasure_face {
	const char *path;
	enum format format;
	struct box box;
	float roll_deg;
};

/* REMEASURE_RUNS rows for each face that could be measured again; *measured says how many. */
enum status remeasure_faces(struct pool *pool, const struct remeasure_face *faces, int count,
			    int64_t file_bytes_max, double (*out)[REMEASURE_RUNS][MEASURE_COUNT],
			    int *measured, struct error *err);

#endif
