/*
 * extract.c: the stages of a photo in order: decode, detect, landmarks, geometry, thumbnail.
 *
 * Results are put together as the message that is sent, so that a photo with many faces is held
 * once. A stage that fails on one face costs that face only: it is seen, not measured.
 */
#include "lookalike/extractor/extract.h"

#include "lookalike/extractor/decode.h"
#include "lookalike/extractor/geometry.h"
#include "lookalike/extractor/header.h"
#include "lookalike/extractor/pose.h"
#include "lookalike/extractor/quality.h"
#include "lookalike/extractor/warp.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMAGE_SIDE_MAX_PX 1e6f
#define FACE_MIN_PX       160.0f /* side of a face that thumbnails and embeddings can use */

/* Faces are measured without it as well, so what is wrong with it is only told. */
static struct network *open_network(const char *path, struct error *why_not)
{
	struct network *network = NULL;

	why_not->code = OK;
	if (!*path || network_open(path, &network, why_not) != OK)
		return NULL;
	if (embed_check(network, why_not) == OK)
		return network;
	network_close(network);
	return NULL;
}

enum status models_open(const char *landmarks_path, const char *models_folder,
			const char *embedding_path, struct models *out, struct error *no_embedding,
			struct error *err)
{
	struct models models = {.network = open_network(embedding_path, no_embedding)};
	enum status status;

	status = landmark_model_open(landmarks_path, &models.landmarks, err);
	if (status == OK)
		status = detector_open(models_folder, &models.detector, err);
	if (status == OK)
		*out = models;
	else
		models_close(&models);
	return status;
}

void models_close(struct models *models)
{
	detector_free(models->detector);
	landmark_model_close(models->landmarks);
	network_close(models->network);
}

static int compare_position(const void *pa, const void *pb)
{
	const struct box *a = &((const struct detection *)pa)->box;
	const struct box *b = &((const struct detection *)pb)->box;

	if (a->y != b->y)
		return a->y < b->y ? -1 : 1;
	return (a->x > b->x) - (a->x < b->x);
}

static bool all_finite(const struct face_record *face)
{
	if (!isfinite(face->roll_deg) || !isfinite(face->yaw_deg))
		return false;
	for (int i = 0; i < LANDMARK_COUNT; i++)
		if (!isfinite(face->landmarks[i].x) || !isfinite(face->landmarks[i].y))
			return false;
	for (int i = 0; i < MEASURE_COUNT; i++)
		if (!isfinite(face->measures[i]))
			return false;
	return true;
}

static void box_scale(struct box *box, float scale)
{
	box->x *= scale;
	box->y *= scale;
	box->width *= scale;
	box->height *= scale;
}

static void embed(const struct models *models, const struct image *img,
		  const struct point landmarks[LANDMARK_COUNT], int crops, int32_t *done,
		  float *embedding)
{
	bool embedded = embed_face(models->network, img, landmarks, crops, embedding, NULL) == OK;

	*done = embedded ? crops : EMBEDDING_IMPOSSIBLE;
}

static bool measure_face(const struct models *models, const struct decoded *decoded,
			 const struct detection *detection, int crops, struct face_record *out)
{
	float scale = (float)decoded->reduction;
	struct point in_image[LANDMARK_COUNT];
	struct image thumb = {0};
	struct frame frame;
	struct pose pose;

	if (landmarks_find(models->landmarks, &decoded->image, detection, out->landmarks, NULL) !=
	    OK)
		return false;
	memcpy(in_image, out->landmarks, sizeof(in_image));
	frame_of_face(out->landmarks, &frame);
	geometry_measure(out->landmarks, out->measures);
	pose_estimate(out->landmarks, &pose);
	out->roll_deg = pose.roll_deg;
	out->yaw_deg = pose.yaw_deg;
	out->box = detection->box;
	out->score = detection->score;
	box_scale(&out->box, scale);
	for (int i = 0; i < LANDMARK_COUNT; i++) {
		out->landmarks[i].x *= scale;
		out->landmarks[i].y *= scale;
	}
	if (!all_finite(out) ||
	    warp_frame(&decoded->image, &frame, THUMB_PX, 3, &thumb, NULL) != OK)
		return false;
	memcpy(out->thumb, thumb.pixels, sizeof(out->thumb));
	quality_of_thumb(&thumb, &out->quality);
	out->quality.cut = quality_cut(&detection->box, in_image, decoded->image.width_px,
				       decoded->image.height_px);
	image_done(&thumb);
	if (crops)
		embed(models, &decoded->image, in_image, crops, &out->crops, out->embedding);
	return true;
}

/*
 * Decode again with more pixels, if a face that was proposed has fewer than it could have; a
 * photo whose faces are large is decoded small, once. Failing at that loses nothing.
 */
static void sharpen(const uint8_t *bytes, size_t len, enum format format, struct decoded *decoded,
		    struct detection_list *found)
{
	const struct image *img = &decoded->image;
	float smallest = FACE_MIN_PX, longer = (float)fmax(img->width_px, img->height_px);
	struct decoded sharper;
	char detail[1];

	for (int i = 0; i < found->count; i++)
		smallest = fminf(smallest, detection_side(&found->items[i]));
	if (decoded->reduction == 1 || !(smallest < FACE_MIN_PX))
		return;
	longer *= fminf(FACE_MIN_PX / smallest, (float)decoded->reduction);
	if (verdict_failed(decode_image(bytes, len, format, (int)longer, &sharper, detail,
					sizeof(detail))))
		return;
	for (int i = 0; i < found->count; i++)
		box_scale(&found->items[i].box,
			  (float)decoded->reduction / (float)sharper.reduction);
	image_done(&decoded->image);
	*decoded = sharper;
}

/* Decode and detect; the verdict and the size go to *head. */
static void find_faces(const struct models *models, const uint8_t *bytes, size_t len,
		       const struct extract_request *request, struct photo_head *head,
		       struct decoded *decoded, struct detection_list *found)
{
	int long_side_px = detect_long_side_px(models->detector, request);
	struct error err;
	enum status status;

	head->verdict = decode_image(bytes, len, request->format, long_side_px, decoded,
				     head->detail, sizeof(head->detail));
	if (verdict_failed(head->verdict))
		return;
	status = detect_propose(models->detector, request, &decoded->image, found, &err);
	if (status == OK) {
		sharpen(bytes, len, request->format, decoded, found);
		status = detect_confirm(models->detector, &decoded->image, found, &err);
	}
	if (status == OK)
		status = quality_of_photo(&decoded->image, decoded->orientation, &head->quality,
					  &err);
	if (status != OK) {
		head->verdict = status == ERR_NOMEM ? VERDICT_TOO_LARGE : VERDICT_CORRUPT;
		snprintf(head->detail, sizeof(head->detail), "%.100s", err.msg);
		found->count = 0;
		return;
	}
	head->width_px = decoded->width_px;
	head->height_px = decoded->height_px;
	if (found->count > PROTOCOL_FACES_MAX)
		found->count = PROTOCOL_FACES_MAX;
	if (found->count > 0)
		qsort(found->items, (size_t)found->count, sizeof(*found->items), compare_position);
}

static int valid_crops(int32_t crops)
{
	return crops > 0 && crops <= PROTOCOL_CROPS_MAX ? crops : 0;
}

/* Behind the faces come those that were only seen, so they are put aside until then. */
static uint8_t *write_faces(const struct models *models, const struct decoded *decoded,
			    struct detection_list *found, int crops, struct photo_head *head,
			    uint8_t *end)
{
	struct face_record face;
	int left = models->network && crops ? PROTOCOL_CROPS_MAX / crops : 0;

	for (int i = 0; i < found->count; i++) {
		memset(&face, 0, sizeof(face)); /* padding is sent too */
		if (!found->items[i].confirmed ||
		    !measure_face(models, decoded, &found->items[i], left > 0 ? crops : 0, &face)) {
			found->items[head->seen_count++] = found->items[i];
			continue;
		}
		memcpy(end, &face, sizeof(face));
		end += sizeof(face);
		left--;
		head->face_count++;
	}
	return end;
}

static uint8_t *write_seen(const struct decoded *decoded, const struct detection_list *found,
			   const struct photo_head *head, uint8_t *end)
{
	for (uint32_t i = 0; i < head->seen_count; i++) {
		struct seen_record seen = {found->items[i].box, found->items[i].score};

		box_scale(&seen.box, (float)decoded->reduction);
		memcpy(end, &seen, sizeof(seen));
		end += sizeof(seen);
	}
	return end;
}

enum status extract_photo(const struct models *models, const uint8_t *bytes, size_t len,
			  const struct extract_request *request, uint8_t **payload,
			  size_t *payload_len, struct error *err)
{
	struct photo_head head = {0};
	struct detection_list found = {0};
	struct decoded decoded = {0};
	enum status status = OK;
	uint8_t *reply, *end;

	find_faces(models, bytes, len, request, &head, &decoded, &found);
	reply = malloc(sizeof(head) + (size_t)found.count * sizeof(struct face_record));
	if (reply) {
		end = write_faces(models, &decoded, &found, valid_crops(request->crops), &head,
				  reply + sizeof(head));
		end = write_seen(&decoded, &found, &head, end);
		memcpy(reply, &head, sizeof(head));
		*payload = reply;
		*payload_len = (size_t)(end - reply);
	} else {
		status = error_set(err, ERR_NOMEM, "out of memory for %d faces", found.count);
	}
	detections_done(&found);
	image_done(&decoded.image);
	return status;
}

/* How large a photo has to be decoded so that no face has fewer pixels than the network takes. */
static int embed_long_side_px(const uint8_t *bytes, size_t len, const struct embed_request *request)
{
	struct image_header header;
	struct frame frame;
	float smallest = INFINITY, longer;

	header_read(bytes, len, request->format, &header);
	longer = (float)(header.width_px > header.height_px ? header.width_px : header.height_px);
	for (uint32_t i = 0; i < request->face_count; i++)
		if (embed_frame(request->landmarks[i], &frame, NULL) == OK)
			smallest = fminf(smallest, frame.side);
	longer *= NETWORK_INPUT_PX / smallest;
	return longer < IMAGE_SIDE_MAX_PX ? (int)ceilf(longer) : 0;
}

static void embed_each(const struct models *models, const struct decoded *decoded,
		       const struct embed_request *request, struct embed_reply *reply)
{
	struct point landmarks[LANDMARK_COUNT];

	for (uint32_t i = 0; i < request->face_count; i++) {
		for (int p = 0; p < LANDMARK_COUNT; p++) {
			landmarks[p].x = request->landmarks[i][p].x / (float)decoded->reduction;
			landmarks[p].y = request->landmarks[i][p].y / (float)decoded->reduction;
		}
		embed(models, &decoded->image, landmarks, request->crops, &reply->crops[i],
		      reply->embeddings[i]);
	}
}

enum status extract_embeddings(const struct models *models, const uint8_t *bytes, size_t len,
			       const struct embed_request *request, uint8_t **payload,
			       size_t *payload_len, struct error *err)
{
	struct decoded decoded = {0};
	struct embed_reply *reply;
	char detail[1];

	if (request->face_count > PROTOCOL_EMBED_FACES || !valid_crops(request->crops))
		return error_set(err, ERR_PROTOCOL, "embeddings that cannot be");
	reply = calloc(1, sizeof(*reply));
	if (!reply)
		return error_set(err, ERR_NOMEM, "out of memory for embeddings");
	*payload = (uint8_t *)reply;
	*payload_len = sizeof(*reply);
	if (!models->network)
		return OK;
	reply->face_count = request->face_count;
	for (uint32_t i = 0; i < request->face_count; i++)
		reply->crops[i] = EMBEDDING_IMPOSSIBLE;
	if (!verdict_failed(decode_image(bytes, len, request->format,
					 embed_long_side_px(bytes, len, request), &decoded, detail,
					 sizeof(detail))))
		embed_each(models, &decoded, request, reply);
	image_done(&decoded.image);
	return OK;
}

enum status extract_render(const uint8_t *bytes, size_t len, const struct render_request *request,
			   uint8_t **payload, size_t *payload_len, struct error *err)
{
	struct pixels_head head = {0};
	struct decoded decoded = {0};
	struct image square = {0};
	char detail[128];
	size_t pixels = 0;
	uint8_t *reply;

	head.verdict = decode_image(bytes, len, request->format, 0, &decoded, detail,
				    sizeof(detail));
	if (decoded.image.pixels && request->size_px <= PROTOCOL_RENDER_MAX_PX &&
	    warp_frame(&decoded.image, &request->frame, request->size_px, 3, &square, NULL) == OK) {
		head.width_px = head.height_px = request->size_px;
		pixels = (size_t)request->size_px * (size_t)request->size_px * 3;
	}
	image_done(&decoded.image);
	reply = malloc(sizeof(head) + pixels);
	if (reply) {
		memcpy(reply, &head, sizeof(head));
		if (pixels)
			memcpy(reply + sizeof(head), square.pixels, pixels);
		*payload = reply;
		*payload_len = sizeof(head) + pixels;
	}
	image_done(&square);
	return reply ? OK : error_set(err, ERR_NOMEM, "out of memory for %zu pixels", pixels / 3);
}
