/*
 * extract.c: the stages of a photo in order: decode, detect, landmarks, geometry, thumbnail.
 *
 * Results are put together as the message that is sent, so that a photo with many faces is held
 * once. A stage that fails on one face costs that face only: it is seen, not measured.
 */
#include "lookalike/extractor/extract.h"

#include "lookalike/extractor/decode.h"
#include "lookalike/extractor/geometry.h"
#include "lookalike/extractor/warp.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status models_open(const char *landmarks_path, struct models *out, struct error *err)
{
	struct models models = {0};
	enum status status;

	status = landmarks_open(landmarks_path, &models.landmarks, err);
	if (status == OK)
		status = detector_new(&models.detector, err);
	if (status == OK)
		*out = models;
	else
		models_close(&models);
	return status;
}

void models_close(struct models *models)
{
	detector_free(models->detector);
	landmarks_close(models->landmarks);
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
	for (int i = 0; i < LANDMARK_COUNT; i++)
		if (!isfinite(face->landmarks[i].x) || !isfinite(face->landmarks[i].y))
			return false;
	for (int i = 0; i < MEASURE_COUNT; i++)
		if (!isfinite(face->measures[i]))
			return false;
	return true;
}

static bool measure_face(const struct models *models, const struct image *img,
			 const struct detection *detection, struct face_record *out)
{
	struct image thumb = {0};
	struct frame frame;

	out->box = detection->box;
	out->score = detection->score;
	if (landmarks_find(models->landmarks, img, &out->box, out->landmarks, NULL) != OK)
		return false;
	geometry_measure(out->landmarks, out->measures);
	if (!all_finite(out))
		return false;
	frame_of_face(out->landmarks, &frame);
	if (warp_frame(img, &frame, THUMB_PX, &thumb, NULL) != OK)
		return false;
	memcpy(out->thumb, thumb.pixels, sizeof(out->thumb));
	image_done(&thumb);
	return true;
}

/* Decode and detect; the verdict and the size go to *head. */
static void find_faces(const struct models *models, const uint8_t *bytes, size_t len,
		       enum format format, struct photo_head *head, struct image *img,
		       struct detection_list *found)
{
	struct error err;
	enum status status;

	head->verdict = decode_image(bytes, len, format, img, head->detail, sizeof(head->detail));
	if (head->verdict != VERDICT_OK && head->verdict != VERDICT_PARTIAL)
		return;
	status = detect_faces(models->detector, img, found, &err);
	if (status != OK) {
		head->verdict = status == ERR_NOMEM ? VERDICT_TOO_LARGE : VERDICT_CORRUPT;
		snprintf(head->detail, sizeof(head->detail), "%.100s", err.msg);
		return;
	}
	head->width_px = img->width_px;
	head->height_px = img->height_px;
	if (found->count > PROTOCOL_FACES_MAX)
		found->count = PROTOCOL_FACES_MAX;
	if (found->count > 0)
		qsort(found->items, (size_t)found->count, sizeof(*found->items), compare_position);
}

enum status extract_photo(const struct models *models, const uint8_t *bytes, size_t len,
			  const struct extract_request *request, uint8_t **payload,
			  size_t *payload_len, struct error *err)
{
	struct photo_head head = {0};
	struct detection_list found = {0};
	struct face_record face;
	struct image img = {0};
	enum status status = OK;
	uint8_t *reply, *end;

	find_faces(models, bytes, len, request->format, &head, &img, &found);
	reply = malloc(sizeof(head) + (size_t)found.count * sizeof(face));
	if (!reply) {
		status = error_set(err, ERR_NOMEM, "out of memory for %d faces", found.count);
		goto out;
	}
	end = reply + sizeof(head);
	for (int i = 0; i < found.count; i++) {
		memset(&face, 0, sizeof(face)); /* padding is sent too */
		if (!measure_face(models, &img, &found.items[i], &face)) {
			head.seen_count++;
			continue;
		}
		memcpy(end, &face, sizeof(face));
		end += sizeof(face);
		head.face_count++;
	}
	memcpy(reply, &head, sizeof(head));
	*payload = reply;
	*payload_len = (size_t)(end - reply);
out:
	free(found.items);
	image_done(&img);
	return status;
}

enum status extract_render(const uint8_t *bytes, size_t len, const struct render_request *request,
			   uint8_t **payload, size_t *payload_len, struct error *err)
{
	struct pixels_head head = {0};
	struct image img = {0}, square = {0};
	char detail[128];
	size_t pixels = 0;
	uint8_t *reply;

	head.verdict = decode_image(bytes, len, request->format, &img, detail, sizeof(detail));
	if (img.pixels && request->size_px <= PROTOCOL_RENDER_MAX_PX &&
	    warp_frame(&img, &request->frame, request->size_px, &square, NULL) == OK) {
		head.width_px = head.height_px = request->size_px;
		pixels = (size_t)request->size_px * (size_t)request->size_px * 3;
	}
	image_done(&img);
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
