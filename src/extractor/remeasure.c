/*
 * remeasure.c: one face measured several times, each time on another crop of it.
 *
 * How far the measures of the crops differ is the noise of measuring. The crops differ by about
 * what the detector's box does between two photos of a person.
 */
#include "lookalike/extractor/extract.h"

#include "lookalike/extractor/decode.h"
#include "lookalike/extractor/geometry.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TILTED_DEG 12.5F /* faces turned further were confirmed upright, at 25 degrees */

/* Shift and growth of the box in shares of its side, and how far it is turned. */
static const struct {
	float x, y, scale, angle_deg;
} jitters[REMEASURE_RUNS] = {
	{0.04F, 0.02F, 1.05F, 3},  {-0.04F, -0.02F, 0.95F, -3}, {0.02F, -0.04F, 1.02F, -5},
	{-0.02F, 0.04F, 0.98F, 5}, {0.06F, -0.01F, 0.97F, 1},   {-0.06F, 0.01F, 1.03F, -1},
	{0.01F, 0.06F, 1.06F, -2}, {-0.01F, -0.06F, 0.94F, 2},
};

static bool measure(const struct models *models, const struct decoded *decoded,
		    const struct remeasure_request *request, int run, double out[MEASURE_COUNT])
{
	const struct box *box = &request->box;
	float reduction = (float)decoded->reduction, scale = jitters[run].scale / reduction;
	float angle = fabsf(request->roll_deg) > TILTED_DEG ? request->roll_deg : 0;
	struct point landmarks[LANDMARK_COUNT];
	struct detection detection = {
		.angle_rad = (angle + jitters[run].angle_deg) * (float)M_PI / 180,
		.confirmed = true,
		.box = {.width = box->width * scale, .height = box->height * scale},
	};

	detection.box.x = (box->x + box->width * (0.5F + jitters[run].x)) / reduction -
			  detection.box.width / 2;
	detection.box.y = (box->y + box->height * (0.5F + jitters[run].y)) / reduction -
			  detection.box.height / 2;
	if (landmarks_find(models->landmarks, &decoded->image, &detection, landmarks, NULL))
		return false;
	geometry_measure(landmarks, out);
	for (int m = 0; m < MEASURE_COUNT; m++)
		if (!isfinite(out[m]))
			return false;
	return true;
}

enum status extract_again(const struct models *models, const uint8_t *bytes, size_t len,
			  const struct remeasure_request *request, uint8_t **payload,
			  size_t *payload_len, struct error *err)
{
	struct remeasure_reply *reply = calloc(1, sizeof(*reply));
	struct decoded decoded = {0};
	char detail[128];
	uint32_t runs = 0;

	if (!reply)
		return error_set(err, ERR_NOMEM, "out of memory for measures");
	if (!verdict_failed(
		    decode_image(bytes, len, request->format, 0, &decoded, detail, sizeof(detail))))
		while (runs < REMEASURE_RUNS &&
		       measure(models, &decoded, request, (int)runs, reply->measures[runs]))
			runs++;
	reply->run_count = runs == REMEASURE_RUNS ? runs : 0;
	image_done(&decoded.image);
	*payload = (uint8_t *)reply;
	*payload_len = sizeof(*reply);
	return OK;
}
