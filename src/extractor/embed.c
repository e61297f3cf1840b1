/*
 * embed.c: from landmarks to the network's input, and a test of the network itself.
 */
#include "lookalike/extractor/embed.h"

#include "lookalike/base/rng.h"
#include "lookalike/extractor/warp.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define PADDING         0.25
#define JITTER_SHIFT    0.02 /* of the square's side */
#define JITTER_SCALE    0.03
#define JITTER_TURN     0.0524 /* 3 degrees */
#define CHECK_TOLERANCE 0.1

/* Where dlib's mean face has the points of nose, eyes and upper lip, in shares of its size. */
static const struct {
	int point;
	double x, y;
} mean_face[] = {
	{27, 0.490127, 0.203352}, {28, 0.490127, 0.307009}, {29, 0.490127, 0.409805},
	{30, 0.490127, 0.515625}, {31, 0.366880, 0.587326}, {32, 0.426036, 0.609345},
	{33, 0.490127, 0.628106}, {34, 0.554217, 0.609345}, {35, 0.613373, 0.587326},
	{36, 0.121737, 0.216423}, {37, 0.187122, 0.178758}, {38, 0.265825, 0.179852},
	{39, 0.334606, 0.231733}, {40, 0.260918, 0.245099}, {41, 0.182743, 0.244077},
	{42, 0.645647, 0.231733}, {43, 0.714428, 0.179852}, {44, 0.793132, 0.178758},
	{45, 0.858516, 0.216423}, {46, 0.797510, 0.244077}, {47, 0.719335, 0.245099},
	{48, 0.254149, 0.780233}, {49, 0.340985, 0.745405}, {50, 0.428858, 0.727388},
	{51, 0.490127, 0.742578}, {52, 0.551395, 0.727388}, {53, 0.639268, 0.745405},
	{54, 0.726104, 0.780233}, {60, 0.290379, 0.784792}, {61, 0.428096, 0.778746},
	{62, 0.490127, 0.785343}, {63, 0.552157, 0.778746}, {64, 0.689874, 0.784792},
};

#define MEAN_POINTS ((int)(sizeof(mean_face) / sizeof(mean_face[0])))

static double on_chip(double share)
{
	return (PADDING + share) / (2 * PADDING + 1) * NETWORK_INPUT_PX;
}

/* Least squares after Umeyama (PAMI 13, 1991), from the chip to the photo. */
enum status embed_frame(const struct point landmarks[LANDMARK_COUNT], struct frame *out,
			struct error *err)
{
	double cx = 0, cy = 0, px = 0, py = 0, dot = 0, cross = 0, norm = 0, scale;
	const double middle = NETWORK_INPUT_PX / 2.0;

	for (int i = 0; i < MEAN_POINTS; i++) {
		cx += on_chip(mean_face[i].x) / MEAN_POINTS;
		cy += on_chip(mean_face[i].y) / MEAN_POINTS;
		px += (double)landmarks[mean_face[i].point].x / MEAN_POINTS;
		py += (double)landmarks[mean_face[i].point].y / MEAN_POINTS;
	}
	for (int i = 0; i < MEAN_POINTS; i++) {
		double ax = on_chip(mean_face[i].x) - cx, ay = on_chip(mean_face[i].y) - cy;
		double bx = (double)landmarks[mean_face[i].point].x - px;
		double by = (double)landmarks[mean_face[i].point].y - py;

		dot += ax * bx + ay * by;
		cross += ax * by - ay * bx;
		norm += ax * ax + ay * ay;
	}
	dot /= norm;
	cross /= norm;
	scale = hypot(dot, cross);
	if (!isfinite(scale) || !(scale * NETWORK_INPUT_PX >= 1))
		return error_set(err, ERR_INPUT, "the landmarks are no face");
	*out = (struct frame){
		.center_x = (float)(px + dot * (middle - cx) - cross * (middle - cy)),
		.center_y = (float)(py + cross * (middle - cx) + dot * (middle - cy)),
		/* dlib lays its first and last pixels' middles on the edges of the square. */
		.side = (float)(scale * NETWORK_INPUT_PX * NETWORK_INPUT_PX /
				(NETWORK_INPUT_PX - 1)),
		.angle_rad = (float)atan2(cross, dot),
	};
	return OK;
}

static double jitter(struct rng *rng, double most)
{
	return (2 * rng_uniform(rng) - 1) * most;
}

static struct frame jittered(const struct frame *frame, struct rng *rng)
{
	struct frame f = *frame;

	f.center_x += (float)jitter(rng, JITTER_SHIFT) * frame->side;
	f.center_y += (float)jitter(rng, JITTER_SHIFT) * frame->side;
	f.side *= (float)(1 + jitter(rng, JITTER_SCALE));
	f.angle_rad += (float)jitter(rng, JITTER_TURN);
	return f;
}

static void mirror(struct image *img)
{
	for (int y = 0; y < img->height_px; y++) {
		uint8_t *row = img->pixels + (size_t)y * (size_t)img->width_px * 3;

		for (int left = 0, right = img->width_px - 1; left < right; left++, right--) {
			uint8_t pixel[3];

			memcpy(pixel, row + 3 * left, 3);
			memcpy(row + 3 * left, row + 3 * right, 3);
			memcpy(row + 3 * right, pixel, 3);
		}
	}
}

enum status embed_face(struct network *network, const struct image *img,
		       const struct point landmarks[LANDMARK_COUNT], int crops,
		       float out[EMBEDDING_COUNT], struct error *err)
{
	float sum[EMBEDDING_COUNT] = {0}, one[EMBEDDING_COUNT];
	struct image chip = {0};
	struct frame frame, crop;
	struct rng rng;
	enum status status = embed_frame(landmarks, &frame, err);

	rng_seed(&rng, 1, 0);
	for (int i = 0; i < crops && status == OK; i++) {
		crop = crops > 1 ? jittered(&frame, &rng) : frame;
		status = warp_frame(img, &crop, NETWORK_INPUT_PX, 3, &chip, err);
		if (status != OK)
			break;
		if (i % 2)
			mirror(&chip);
		network_run(network, &chip, one);
		image_done(&chip);
		for (int v = 0; v < EMBEDDING_COUNT; v++)
			sum[v] += one[v] / (float)crops;
	}
	if (status != OK)
		return status;
	for (int v = 0; v < EMBEDDING_COUNT; v++)
		if (!isfinite(sum[v]))
			return error_set(err, ERR_INPUT, "the network makes no numbers of it");
	memcpy(out, sum, sizeof(sum));
	return OK;
}

/* Whether (x, y) lies in an ellipse about (cx, cy). */
static bool in_ellipse(int x, int y, int cx, int cy, int rx, int ry)
{
	double dx = (double)(x - cx) / rx, dy = (double)(y - cy) / ry;

	return dx * dx + dy * dy <= 1;
}

/* A face as a child would draw it, in two sizes and two colours. */
static void draw_face(struct image *chip, int width, const uint8_t skin[3])
{
	static const uint8_t wall[3] = {90, 110, 130}, dark[3] = {40, 30, 30};
	static const uint8_t lips[3] = {160, 60, 70};

	for (int y = 0; y < NETWORK_INPUT_PX; y++) {
		for (int x = 0; x < NETWORK_INPUT_PX; x++) {
			const uint8_t *color = wall;

			if (in_ellipse(x, y, 75, 80, width, 65))
				color = skin;
			if (in_ellipse(x, y, 75 - width / 2, 62, 9, 5) ||
			    in_ellipse(x, y, 75 + width / 2, 62, 9, 5) ||
			    in_ellipse(x, y, 75, 92, 6, 3))
				color = dark;
			if (in_ellipse(x, y, 75, 112, width / 2, 6))
				color = lips;
			memcpy(chip->pixels + (y * NETWORK_INPUT_PX + x) * 3, color, 3);
		}
	}
}

static double distance(const float *a, const float *b)
{
	double sum = 0;

	for (int i = 0; i < EMBEDDING_COUNT; i++)
		sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
	return sqrt(sum);
}

enum status embed_check(struct network *network, struct error *err)
{
	/* Width, skin, and the distance to the first one, as dlib itself computes it. */
	static const struct {
		int width;
		uint8_t skin[3];
		double distance;
	} faces[] = {
		{50, {224, 180, 150}, 0},
		{52, {224, 180, 150}, 0.0714},
		{40, {120, 80, 60}, 0.4183},
	};
	float first[EMBEDDING_COUNT], other[EMBEDDING_COUNT];
	struct image chip = {0};
	enum status status = image_alloc(&chip, NETWORK_INPUT_PX, NETWORK_INPUT_PX, 3, err);

	for (size_t i = 0; i < sizeof(faces) / sizeof(faces[0]) && status == OK; i++) {
		draw_face(&chip, faces[i].width, faces[i].skin);
		network_run(network, &chip, i ? other : first);
		if (i && !(fabs(distance(first, other) - faces[i].distance) < CHECK_TOLERANCE))
			status = error_set(err, ERR_MODEL,
					   "the face embedding does not see faces as it should "
					   "(%.2f for %.2f)",
					   distance(first, other), faces[i].distance);
	}
	image_done(&chip);
	return status;
}
