/*
 * Faces measured again. As many photos are with the pool as keep its workers busy, so that their
 * bytes do not fill memory; results keep the order of the faces, not that in which they came.
 */
#include "lookalike/scan/remeasure.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/queue.h"
#include "lookalike/scan/scan.h"

#include <stdlib.h>
#include <string.h>

struct again {
	struct queue_item item; /* first */
	struct pool_job job;
	struct queue *finished;
	int face;
};

/* On the pool's thread. */
static void finished(struct pool_job *job)
{
	struct again *again = job->user;

	queue_push(again->finished, &again->item);
}

/* False for a photo that cannot be read any more. */
static bool submit(struct pool *pool, const struct remeasure_face *face, int index,
		   int64_t file_bytes_max, struct queue *queue)
{
	char detail[SCAN_DETAIL_BYTES];
	struct file_facts facts;
	struct again *again;
	int fd;

	if (scan_read_file(face->path, file_bytes_max, &fd, &facts, detail))
		return false;
	again = memory_new(sizeof(*again));
	again->finished = queue;
	again->face = index;
	again->job.kind = MESSAGE_REMEASURE;
	again->job.request.remeasure.format = (uint32_t)face->format;
	again->job.request.remeasure.box = face->box;
	again->job.request.remeasure.roll_deg = face->roll_deg;
	again->job.fd = fd;
	again->job.done = finished;
	again->job.user = again;
	pool_submit(pool, &again->job);
	return true;
}

/* Wait for one; its measures go to all[its face], and has[its face] says whether there are any. */
static void take_one(struct queue *queue, double (*all)[REMEASURE_RUNS][MEASURE_COUNT], bool *has,
		     bool *unavailable)
{
	struct again *again = (struct again *)queue_wait(queue);

	*unavailable |= again->job.outcome == POOL_UNAVAILABLE;
	has[again->face] = again->job.outcome == POOL_REPLIED &&
			   !remeasured_from_message(&again->job.reply, all[again->face], NULL);
	message_done(&again->job.reply);
	free(again);
}

enum status remeasure_faces(struct pool *pool, const struct remeasure_face *faces, int count,
			    int64_t file_bytes_max, double (*out)[REMEASURE_RUNS][MEASURE_COUNT],
			    int *measured, struct error *err)
{
	struct queue *queue = queue_new();
	bool *has = memory_new((size_t)count * sizeof(*has) + 1), unavailable = false;
	int flying = 0, most = 2 * pool_workers(pool), kept = 0;
	enum status status = OK;

	for (int i = 0; i < count && !unavailable; i++) {
		flying += submit(pool, &faces[i], i, file_bytes_max, queue);
		for (; flying >= most; flying--)
			take_one(queue, out, has, &unavailable);
	}
	for (; flying > 0; flying--)
		take_one(queue, out, has, &unavailable);
	if (unavailable)
		status = pool_error(pool, err);
	for (int i = 0; i < count; i++)
		if (has[i])
			memmove(out[kept++], out[i], sizeof(*out));
	if (!status)
		*measured = kept;
	free(has);
	queue_free(queue);
	return status;
}
