/* The face view's pixels: read by a worker, cut out by the extractor; see large.h. */
#include "lookalike/ui/large.h"

#include "lookalike/base/memory.h"
#include "lookalike/scan/scan.h"

#include <stdlib.h>
#include <unistd.h>

/* One request on its way: to a worker, then to the pool, then back. */
struct fetch {
	struct job job; /* first: it is pushed to the events twice */
	struct pool_job pool_job;
	struct queue *events;
	char *path;
	int64_t face_id;
	int64_t file_bytes_max;
	int fd;
};

struct large {
	struct workers *workers;
	struct pool *pool;
	struct queue *events;
	int64_t file_bytes_max;
	int64_t face_id; /* wanted now */
	int size_px;
	struct image image; /* of that face, once it has come */
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

	if (scan_read_file(f->path, f->file_bytes_max, &f->fd, &facts, detail))
		f->fd = -1;
}

/* On the pool's thread. */
static void rendered(struct pool_job *job)
{
	struct fetch *f = job->user;

	f->job.item.kind = LARGE_RENDERED;
	queue_push(f->events, &f->job.item);
}

const struct image *large_want(struct large *l, const struct session_face *face,
			       const struct point *landmarks, int size_px)
{
	struct fetch *f;

	if (l->face_id == face->id && l->size_px == size_px)
		return l->image.pixels ? &l->image : NULL;
	image_done(&l->image);
	l->face_id = face->id;
	l->size_px = size_px;
	if (!l->pool)
		return NULL;
	f = memory_new(sizeof(*f));
	f->events = l->events;
	f->file_bytes_max = l->file_bytes_max;
	f->path = text_copy(face->image->path);
	f->face_id = face->id;
	f->fd = -1;
	f->pool_job.kind = MESSAGE_RENDER;
	f->pool_job.request.render.format = (uint32_t)face->image->format;
	f->pool_job.request.render.size_px = size_px;
	frame_of_face(landmarks, &f->pool_job.request.render.frame);
	f->pool_job.urgent = true;
	f->pool_job.done = rendered;
	f->pool_job.user = f;
	f->job.item.kind = LARGE_READ;
	f->job.priority = 3;
	f->job.run = read_photo;
	workers_add(l->workers, &f->job);
	return NULL;
}

bool large_take(struct large *l, struct queue_item *item)
{
	struct fetch *f = (struct fetch *)item;
	struct image image = {0};
	bool news = false;

	if (f->face_id != l->face_id || atomic_load(&f->job.cancelled)) {
		fetch_free(f);
		return false;
	}
	if (item->kind == LARGE_READ) {
		if (f->fd < 0) {
			fetch_free(f);
			return false;
		}
		f->pool_job.fd = f->fd;
		f->fd = -1;
		pool_submit(l->pool, &f->pool_job);
		return false;
	}
	if (f->pool_job.outcome == POOL_REPLIED &&
	    !pixels_from_message(&f->pool_job.reply, &image, NULL)) {
		image_done(&l->image);
		l->image = image;
		news = true;
	}
	fetch_free(f);
	return news;
}
