/* Pixels of a photo: read by a worker, cut out by the extractor; see large.h. */
#include "lookalike/ui/large.h"

#include "lookalike/base/memory.h"
#include "lookalike/scan/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One request on its way: to a worker, then to the pool, then back. */
struct fetch {
	struct job job; /* first: it is pushed to the events twice */
	struct pool_job pool_job;
	struct large *large;
	uint64_t number;
	char *path;
	uint8_t hash[FILE_HASH_BYTES]; /* that the file had when it was measured */
	int64_t file_bytes_max;
	int fd;
	char problem[SCAN_DETAIL_BYTES]; /* "" for none */
};

struct large {
	struct workers *workers;
	struct pool *pool;
	struct queue *events;
	int64_t file_bytes_max;
	uint64_t number;                   /* of the request that is wanted now */
	const struct session_image *photo; /* what it is for; NULL for nothing */
	struct frame frame;
	int size_px;
	struct image image; /* once it has come */
	char problem[SCAN_DETAIL_BYTES];
};

struct large *large_new(struct workers *workers, struct pool *pool, struct queue *events,
			int64_t file_bytes_max)
{
	struct large *l = memory_new(sizeof(*l));

	l->workers = workers;
	l->pool = pool;
	l->events = events;
	l->file_bytes_max = file_bytes_max;
	return l;
}

void large_free(struct large *l)
{
	if (!l)
		return;
	image_done(&l->image);
	free(l);
}

static void fetch_free(struct fetch *f)
{
	if (f->fd >= 0)
		close(f->fd);
	message_done(&f->pool_job.reply);
	free(f->path);
	free(f);
}

static void read_photo(struct job *job)
{
	struct fetch *f = (struct fetch *)job;
	struct file_facts facts;
	char detail[SCAN_DETAIL_BYTES];

	if (scan_read_file(f->path, f->file_bytes_max, &f->fd, &facts, detail)) {
		f->fd = -1;
		snprintf(f->problem, sizeof(f->problem), "%s", detail);
	} else if (memcmp(facts.hash, f->hash, sizeof(f->hash)) != 0) {
		snprintf(f->problem, sizeof(f->problem), "changed since it was measured");
	}
}

/* On the pool's thread. */
static void rendered(struct pool_job *job)
{
	struct fetch *f = job->user;

	f->job.item.kind = LARGE_RENDERED;
	queue_push(f->large->events, &f->job.item);
}

const struct image *large_want(struct large *l, const struct session_image *image,
			       const struct frame *frame, int size_px)
{
	struct fetch *f;

	if (l->photo == image && l->size_px == size_px && !memcmp(&l->frame, frame, sizeof(*frame)))
		return l->image.pixels ? &l->image : NULL;
	large_forget(l);
	l->photo = image;
	l->frame = *frame;
	l->size_px = size_px;
	if (!l->pool) {
		snprintf(l->problem, sizeof(l->problem), "not read: nothing is scanned here");
		return NULL;
	}
	f = memory_new(sizeof(*f));
	f->large = l;
	f->number = l->number;
	f->file_bytes_max = l->file_bytes_max;
	f->path = text_copy(image->path);
	memcpy(f->hash, image->hash, sizeof(f->hash));
	f->fd = -1;
	f->pool_job.kind = MESSAGE_RENDER;
	f->pool_job.request.render.format = (uint32_t)image->format;
	f->pool_job.request.render.size_px = size_px;
	f->pool_job.request.render.frame = *frame;
	f->pool_job.urgent = true;
	f->pool_job.done = rendered;
	f->pool_job.user = f;
	f->job.item.kind = LARGE_READ;
	f->job.priority = 3;
	f->job.run = read_photo;
	workers_add(l->workers, &f->job);
	return NULL;
}

const char *large_problem(const struct large *l)
{
	return l->problem[0] ? l->problem : NULL;
}

bool large_is_busy(const struct large *l)
{
	return l->photo && !l->image.pixels && !l->problem[0];
}

void large_forget(struct large *l)
{
	image_done(&l->image);
	l->photo = NULL;
	l->problem[0] = '\0';
	l->number++;
}

bool large_take(struct queue_item *item)
{
	struct fetch *f = (struct fetch *)item;
	struct large *l = f->large;
	struct image image = {0};

	if (f->number != l->number || atomic_load(&f->job.cancelled)) {
		fetch_free(f);
		return false;
	}
	if (item->kind == LARGE_READ && !f->problem[0]) {
		f->pool_job.fd = f->fd;
		f->fd = -1;
		pool_submit(l->pool, &f->pool_job);
		return false;
	}
	if (f->problem[0]) {
		snprintf(l->problem, sizeof(l->problem), "%s", f->problem);
	} else if (f->pool_job.outcome == POOL_REPLIED &&
		   !pixels_from_message(&f->pool_job.reply, &image, NULL)) {
		image_done(&l->image);
		l->image = image;
	} else {
		snprintf(l->problem, sizeof(l->problem), "not decoded");
	}
	fetch_free(f);
	return true;
}
