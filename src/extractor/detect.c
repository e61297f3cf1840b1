/*
 * detect.c: a small network proposes, HOG confirms in a small region around each proposal.
 *
 * The network is fast and sees faces from the side, behind sunglasses and behind hands, which
 * have no landmarks to speak of; and the landmark model expects boxes as HOG places them. So only
 * what HOG confirms is measured, the rest is seen. A photo in which nothing is proposed is not
 * searched by HOG as a whole: in 940 pictures with and without faces that found nothing more,
 * and made those without three times as slow. Regions are scaled so that the expected face
 * is between the sizes of HOG's first two levels; the numbers were found by trying on portraits
 * and group photos: smaller regions lose faces, larger ones only cost time.
 */
#include "lookalike/extractor/detect.h"

#include "lookalike/base/memory.h"
#include "lookalike/extractor/hog.h"
#include "lookalike/extractor/propose.h"
#include "lookalike/extractor/warp.h"

#include <math.h>
#include <stdlib.h>

#define PROPOSER_FILE    "fr_detect.onnx"

#define LONG_SIDE_PX     640 /* enough for the inputs that are always used */
#define INPUTS_ALWAYS    2
#define SURE_SCORE       0.9f
#define SURE_HEIGHT_PART 0.25f /* of the photo's longer side */

#define SIDE_OF_PROPOSAL 0.95f   /* of the root of its area */
#define CENTER_LOWER     0.05f   /* of its height */
#define FACE_PX          87.6f   /* in the region: the window times the root of 1.2 */
#define HIT_REACH        0.45f   /* of the side, between the expected and the found centre */
#define TURN_RAD         0.4363f /* 25 degrees */
#define SECOND_CHANCES   64      /* for the most certain proposals of a photo */
#define OVERLAP_LIMIT    0.3f

struct face_detector {
	struct proposer *proposer; /* or NULL */
	struct hog *hog;
};

/* What is tried on a proposal, in this order, until HOG agrees. */
static const struct chance {
	enum hog_reach reach;
	int region_px;
	float threshold;
	float angle_rad;
} chances[] = {
	{HOG_NEAR, 114, 0, 0},
	{HOG_WIDE, 184, -0.1f, 0},
	{HOG_WIDE, 184, -0.1f, -TURN_RAD},
	{HOG_WIDE, 184, -0.1f, TURN_RAD},
};

#define CHANCES (sizeof(chances) / sizeof(chances[0]))

enum status detector_open(const char *models_folder, struct face_detector **out, struct error *err)
{
	struct face_detector *detector = memory_new(sizeof(*detector));
	char *path = text_format("%s/" PROPOSER_FILE, models_folder);
	enum status status = proposer_open(path, &detector->proposer, err);

	free(path);
	if (status == ERR_MISSING)
		status = OK;
	if (status == OK)
		status = hog_new(&detector->hog, err);
	if (status == OK)
		*out = detector;
	else
		detector_free(detector);
	return status;
}

void detector_free(struct face_detector *detector)
{
	if (!detector)
		return;
	proposer_free(detector->proposer);
	hog_free(detector->hog);
	free(detector);
}

bool detector_proposes(const struct face_detector *detector)
{
	return detector->proposer != NULL;
}

/* Inputs needed to see faces down to the share of the width that is asked for. */
static int inputs_for(const struct extract_request *request)
{
	int inputs = INPUTS_ALWAYS;

	for (float percent = MIN_FACE_DEFAULT_PERCENT;
	     percent > request->min_face_percent && inputs < PROPOSER_INPUTS; percent /= 2)
		inputs++;
	return inputs;
}

int detect_long_side_px(const struct face_detector *detector, const struct extract_request *request)
{
	if (request->detector == DETECTOR_HOG || !detector->proposer)
		return 0;
	return LONG_SIDE_PX << (inputs_for(request) - INPUTS_ALWAYS);
}

/* Whether a large face is there for sure; the next larger input would only find it again. */
static bool is_sure(const struct detection_list *list, const struct image *img)
{
	int longer = img->width_px > img->height_px ? img->width_px : img->height_px;

	for (int i = 0; i < list->count; i++)
		if (list->items[i].score > SURE_SCORE &&
		    list->items[i].box.height > SURE_HEIGHT_PART * (float)longer)
			return true;
	return false;
}

enum status detect_propose(struct face_detector *detector, const struct extract_request *request,
			   const struct image *img, struct detection_list *list, struct error *err)
{
	int inputs = inputs_for(request);
	enum status status = OK;

	if (request->detector == DETECTOR_HOG || !detector->proposer)
		return hog_find_in_photo(detector->hog, img, list, err);
	for (int input = 0; input < inputs && status == OK; input++) {
		if (input > 0 && inputs == INPUTS_ALWAYS && is_sure(list, img))
			break;
		status = proposer_find(detector->proposer, img, input, list, err);
	}
	detections_merge(list, OVERLAP_LIMIT);
	return status;
}

float detection_side(const struct detection *detection)
{
	const struct box *box = &detection->box;

	return detection->confirmed ? box->width
				    : SIDE_OF_PROPOSAL * sqrtf(box->width * box->height);
}

/* The best hit near the middle of the region, or NULL. */
static const struct detection *best_hit(const struct detection_list *hits, int region_px)
{
	const struct detection *best = NULL;

	for (int i = 0; i < hits->count; i++) {
		const struct box *box = &hits->items[i].box;
		float dx = box->x + box->width / 2 - (float)region_px / 2;
		float dy = box->y + box->height / 2 - (float)region_px / 2;

		if (hypotf(dx, dy) <= HIT_REACH * FACE_PX &&
		    (!best || hits->items[i].score > best->score))
			best = &hits->items[i];
	}
	return best;
}

/* From the region back to the photo: the box stays a square round its middle. */
static void place_hit(const struct detection *hit, const struct frame *frame, int region_px,
		      struct detection *out)
{
	float step = frame->side / (float)region_px, side = hit->box.width * step;
	float u = (hit->box.x + hit->box.width / 2 - (float)region_px / 2) * step;
	float v = (hit->box.y + hit->box.height / 2 - (float)region_px / 2) * step;
	float c = cosf(frame->angle_rad), s = sinf(frame->angle_rad);

	*out = (struct detection){
		.box = {frame->center_x + c * u - s * v - side / 2,
			frame->center_y + s * u + c * v - side / 2, side, side},
		.score = hit->score,
		.angle_rad = frame->angle_rad,
		.confirmed = true,
	};
}

static enum status try_chance(struct face_detector *detector, const struct image *img,
			      const struct chance *chance, struct detection *d, struct error *err)
{
	const struct box *box = &d->box;
	struct frame frame = {
		.center_x = box->x + box->width / 2,
		.center_y = box->y + box->height * (0.5f + CENTER_LOWER),
		.side = detection_side(d) * (float)chance->region_px / FACE_PX,
		.angle_rad = chance->angle_rad,
	};
	struct detection_list hits = {0};
	const struct detection *hit;
	struct image region = {0};
	enum status status;

	status = warp_frame(img, &frame, chance->region_px, 1, &region, err);
	if (status == OK)
		status = hog_find(detector->hog, chance->reach, &region, chance->threshold, &hits,
				  err);
	if (status == OK) {
		hit = best_hit(&hits, chance->region_px);
		if (hit)
			place_hit(hit, &frame, chance->region_px, d);
	}
	detections_done(&hits);
	image_done(&region);
	return status;
}

enum status detect_confirm(struct face_detector *detector, const struct image *img,
			   struct detection_list *list, struct error *err)
{
	enum status status = OK;
	int second_chances = 0;

	for (int i = 0; i < list->count && status == OK; i++) {
		struct detection *d = &list->items[i];

		for (size_t c = 0; c < CHANCES && !d->confirmed && status == OK; c++) {
			if (c == 1 && second_chances++ == SECOND_CHANCES)
				break;
			status = try_chance(detector, img, &chances[c], d, err);
		}
	}
	detections_merge(list, OVERLAP_LIMIT);
	return status;
}
