/*
 * detection.c: lists of boxes: growing, merging, and decoding from the proposer's outputs.
 *
 * The proposer looks at four grids of cells. Each cell has a few square priors in its middle;
 * for each the network says how sure it is of a face there, and how to move and stretch the prior
 * to fit it.
 */
#include "lookalike/extractor/detection.h"

#include <math.h>
#include <stdlib.h>

#define SCALES          4
#define PRIORS_MAX      3
#define CENTER_VARIANCE 0.1f
#define SIZE_VARIANCE   0.2f
#define ROOM_MIN        16

static const struct {
	int stride_px;
	int count;
	float sizes_px[PRIORS_MAX];
} scales[SCALES] = {
	{8, 3, {10, 16, 24}},
	{16, 2, {32, 48}},
	{32, 2, {64, 96}},
	{64, 3, {128, 192, 256}},
};

enum status detections_add(struct detection_list *list, const struct detection *detection,
			   struct error *err)
{
	if (list->count == list->room) {
		int room = list->room ? 2 * list->room : ROOM_MIN;
		struct detection *larger = reallocarray(list->items, (size_t)room, sizeof(*larger));

		if (!larger)
			return error_set(err, ERR_NOMEM, "out of memory for faces");
		list->items = larger;
		list->room = room;
	}
	list->items[list->count++] = *detection;
	return OK;
}

void detections_done(struct detection_list *list)
{
	free(list->items);
	*list = (struct detection_list){0};
}

float box_overlap(const struct box *a, const struct box *b)
{
	float left = fmaxf(a->x, b->x), top = fmaxf(a->y, b->y);
	float right = fminf(a->x + a->width, b->x + b->width);
	float bottom = fminf(a->y + a->height, b->y + b->height);
	float both;

	if (right <= left || bottom <= top)
		return 0;
	both = (right - left) * (bottom - top);
	return both / (a->width * a->height + b->width * b->height - both);
}

/* Equal ones by place, so that the order is the same everywhere. */
static int compare_worth(const void *pa, const void *pb)
{
	const struct detection *a = pa, *b = pb;

	if (a->confirmed != b->confirmed)
		return a->confirmed ? -1 : 1;
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->box.y != b->box.y)
		return a->box.y < b->box.y ? -1 : 1;
	return (a->box.x > b->box.x) - (a->box.x < b->box.x);
}

void detections_merge(struct detection_list *list, float limit)
{
	int kept = 0;

	if (list->count > 1)
		qsort(list->items, (size_t)list->count, sizeof(*list->items), compare_worth);
	for (int i = 0; i < list->count; i++) {
		bool covered = false;

		for (int j = 0; j < kept && !covered; j++)
			covered = box_overlap(&list->items[i].box, &list->items[j].box) > limit;
		if (!covered)
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

static int cells(int side_px, int stride_px)
{
	return (side_px + stride_px - 1) / stride_px;
}

int detections_priors(int width_px, int height_px)
{
	int priors = 0;

	for (int s = 0; s < SCALES; s++)
		priors += cells(width_px, scales[s].stride_px) *
			  cells(height_px, scales[s].stride_px) * scales[s].count;
	return priors;
}

/* The sizes of priors are pixels; what the network says of them is in shares of the input. */
static struct box place_prior(const float offset[4], float center_x_px, float center_y_px,
			      float size_px)
{
	float x = center_x_px + offset[0] * CENTER_VARIANCE * size_px;
	float y = center_y_px + offset[1] * CENTER_VARIANCE * size_px;
	float width = size_px * expf(offset[2] * SIZE_VARIANCE);
	float height = size_px * expf(offset[3] * SIZE_VARIANCE);

	return (struct box){x - width / 2, y - height / 2, width, height};
}

enum status detections_decode(const float *scores, const float *offsets, int width_px,
			      int height_px, struct detection_list *list, struct error *err)
{
	enum status status = OK;

	for (int s = 0; s < SCALES; s++) {
		int stride = scales[s].stride_px;
		int cols = cells(width_px, stride), rows = cells(height_px, stride);

		for (int i = 0; i < rows * cols * scales[s].count && status == OK;
		     i++, scores += 2, offsets += 4) {
			int cell = i / scales[s].count;
			float margin = scores[1] - scores[0];
			struct detection found;

			if (!(margin > 0)) /* the softmax of the pair is below one half */
				continue;
			found = (struct detection){
				.box = place_prior(offsets,
						   ((float)(cell % cols) + 0.5f) * (float)stride,
						   ((float)(cell / cols) + 0.5f) * (float)stride,
						   scales[s].sizes_px[i % scales[s].count]),
				.score = 1 / (1 + expf(-margin)),
			};
			status = detections_add(list, &found, err);
		}
	}
	return status;
}
