/*
 * large.h: a square of a photo in the photo's resolution, for the face view and the photo view.
 *
 * A worker thread reads the photo, the pool's extractor cuts the square out of it. Bytes that
 * are not those that were measured are not shown.
 *
 * Owns     large_new()/large_free(). The image lives until the next large_want().
 * Threads  the interface thread.
 * Errors   no pixels, and large_problem() says why.
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
 * The frame as size_px squared, or NULL while it is being fetched, and when it cannot be had. Only
 * what was asked for last is fetched and kept.
 */
const struct image *large_want(struct large *large, const struct session_image *image,
			       const struct frame *frame, int size_px);

/* Why there are no pixels of what was asked for last; NULL when there are, or may yet be. */
const char *large_problem(const struct large *large);

/* Whether what was asked for last is on its way. */
bool large_is_busy(const struct large *large);

/* Ask for it again: the photo may be there by now. */
void large_forget(struct large *large);

/* Take an event of one of the kinds above; true when pixels have come, or will not. */
bool large_take(struct queue_item *item);

#endif
