/*
 * large.h: one face in the resolution of its photo, for the face view.
 *
 * A worker thread reads the photo, the pool's extractor cuts the face out of
 * it; until then, and if it cannot be had, the view shows the thumbnail.
 *
 * Owns     large_new()/large_free(). The image lives until the next large_want().
 * Threads  the interface thread.
 * Errors   none: no pixels.
 */
#ifndef LOOKALIKE_UI_LARGE_H
#define LOOKALIKE_UI_LARGE_H

#include "lookalike/base/worker.h"
#include "lookalike/review/session.h"
#include "lookalike/scan/pool.h"

#include <stdbool.h>

enum large_event_kind {
	LARGE_READ = 400, /* the photo's bytes are in memory */
	LARGE_RENDERED,   /* the pool has answered */
};

struct large;

/* Results come to events; pool may be NULL when nothing can be extracted; larger files are not
 * read. */
struct large *large_new(struct workers *workers, struct pool *pool, struct queue *events,
			int64_t file_bytes_max);
void large_free(struct large *large);

/*
 * The face as size_px squared, or NULL while it is being fetched. Only the face that was
 * asked for last is fetched and kept.
 */
const struct image *large_want(struct large *large, const struct session_face *face,
			       const struct point *landmarks, int size_px);

/* Take an event of one of the kinds above; true when pixels have come. */
bool large_take(struct large *large, struct queue_item *item);

#endif
