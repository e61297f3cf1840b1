/* Names of things that are stored and printed, and the square a face is shown in. */
#include "lookalike/base/photo.h"

#include "lookalike/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct photo_quality photo_quality_none = {.sharpness = NAN,
						 .brightness = NAN,
						 .shadows = NAN,
						 .highlights = NAN};

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
#define X(name, text) text,
		VERDICT_LIST(X)
#undef X
	};

	return (unsigned)verdict < VERDICT_COUNT ? names[verdict] : "unknown";
}

bool verdict_failed(enum verdict verdict)
{
	return verdict != VERDICT_OK && verdict != VERDICT_PARTIAL;
}

const char *format_name(enum format format)
{
	static const char *const names[] = {
#define X(name, text) text,
		FORMAT_LIST(X)
#undef X
	};

	return (unsigned)format < FORMAT_COUNT ? names[format] : "unknown";
}

const char *measure_name(enum measure measure)
{
	static const char *const names[] = {
#define X(name, text) text,
		MEASURE_LIST(X)
#undef X
	};

	return (unsigned)measure < MEASURE_COUNT ? names[measure] : "unknown";
}

enum format format_sniff(const uint8_t *head, size_t len)
{
	static const struct {
		enum format format;
		size_t at, len;
		const char *bytes;
	} signatures[] = {
		{FORMAT_JPEG, 0, 3, "\xff\xd8\xff"},  {FORMAT_PNG, 0, 8, "\x89PNG\r\n\x1a\n"},
		{FORMAT_WEBP, 8, 4, "WEBP"},          {FORMAT_TIFF, 0, 4, "II*\0"},
		{FORMAT_TIFF, 0, 4, "MM\0*"},         {FORMAT_TIFF, 0, 4, "II+\0"}, /* BigTIFF */
		{FORMAT_TIFF, 0, 4, "MM\0+"},         {FORMAT_GIF, 0, 4, "GIF8"},
		{FORMAT_HEIF, 4, 7, "ftyphei"}, /* heic, heix, heim, heis */
		{FORMAT_HEIF, 4, 7, "ftyphev"},       {FORMAT_HEIF, 4, 7, "ftypmif"},
		{FORMAT_HEIF, 4, 7, "ftypmsf"},       {FORMAT_AVIF, 4, 7, "ftypavi"},
		{FORMAT_JP2, 0, 8, "\0\0\0\x0cjP  "}, {FORMAT_JP2, 0, 4, "\xff\x4f\xff\x51"},
	};

	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++)
		if (len >= signatures[i].at + signatures[i].len &&
		    !memcmp(head + signatures[i].at, signatures[i].bytes, signatures[i].len) &&
		    (signatures[i].format != FORMAT_WEBP || !memcmp(head, "RIFF", 4)))
			return signatures[i].format;
	/* Two letters are little evidence: BMP has four zero bytes too, PNM a blank or a comment.
	 */
	if (len >= 10 && !memcmp(head, "BM", 2) && !memcmp(head + 6, "\0\0\0\0", 4))
		return FORMAT_BMP;
	if (len >= 3 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6' &&
	    (strchr(" \t\r\n#", head[2]) && head[2]))
		return FORMAT_PNM;
	return FORMAT_UNKNOWN;
}

static struct point mean_of(const struct point *points, int count)
{
	struct point mean = {0, 0};

	for (int i = 0; i < count; i++) {
		mean.x += points[i].x / (float)count;
		mean.y += points[i].y / (float)count;
	}
	return mean;
}

void frame_of_face(const struct point landmarks[LANDMARK_COUNT], struct frame *out)
{
	/* The eye on the picture's left is the person's right one: points 36 to 41. */
	struct point left = mean_of(landmarks + 36, 6), right = mean_of(landmarks + 42, 6);
	float angle = atan2f(right.y - left.y, right.x - left.x);
	float c = cosf(angle), s = sinf(angle);
	float min_x = INFINITY, min_y = INFINITY, max_x = -INFINITY, max_y = -INFINITY;
	float u, v, extent;

	for (int i = 0; i < LANDMARK_COUNT; i++) {
		u = c * landmarks[i].x + s * landmarks[i].y;
		v = c * landmarks[i].y - s * landmarks[i].x;
		min_x = fminf(min_x, u);
		max_x = fmaxf(max_x, u);
		min_y = fminf(min_y, v);
		max_y = fmaxf(max_y, v);
	}
	extent = fmaxf(max_x - min_x, max_y - min_y);
	u = (min_x + max_x) / 2;
	/* The landmarks end at the brows; a little higher, the whole head is in the middle. */
	v = (min_y + max_y) / 2 - 0.1f * extent;
	out->center_x = c * u - s * v;
	out->center_y = s * u + c * v;
	out->side = 1.8f * extent;
	out->angle_rad = angle;
}

struct point frame_map(const struct frame *frame, struct point p)
{
	float c = cosf(frame->angle_rad), s = sinf(frame->angle_rad);
	float dx = p.x - frame->center_x, dy = p.y - frame->center_y;

	return (struct point){
		.x = 0.5f + (c * dx + s * dy) / frame->side,
		.y = 0.5f + (c * dy - s * dx) / frame->side,
	};
}

bool photo_quality_known(const struct photo_quality *quality)
{
	return quality->orientation > 0;
}

bool perceptual_hash_known(const uint8_t hash[PERCEPTUAL_HASH_BYTES])
{
	static const uint8_t none[PERCEPTUAL_HASH_BYTES];

	return memcmp(hash, none, sizeof(none)) != 0;
}

struct photo *photo_new(const char *path)
{
	struct photo *photo = memory_new(sizeof(*photo));

	photo->path = text_copy(path);
	photo->quality = photo_quality_none;
	return photo;
}

void photo_free(struct photo *photo)
{
	if (!photo)
		return;
	for (int i = 0; i < photo->face_count; i++)
		free(photo->faces[i].thumb);
	free(photo->faces);
	free(photo->seen);
	free(photo->path);
	free(photo->detail);
	free(photo->same_as);
	free(photo->maker);
	free(photo->model);
	free(photo);
}

void known_files_free(struct known_file *known, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(known[i].path);
		free(known[i].same_as);
		free(known[i].lacking);
	}
	free(known);
}

/*
 * Standard deviations of the measures over the Face Research Lab London Set, 102 photos of 51
 * people. A photo at two sizes differs by 0.1 of them in the mean; of pairs of people 0.6 % are
 * within 0.5. The difference of the eyes repeats too badly to tell (0).
 */
static const double spread[MEASURE_COUNT] = {
	[JAW_RATIO] = 0.0558,    [EYE_DISTANCE] = 0.0205, [NOSE_RATIO] = 0.226,
	[NOSE_SIZE] = 0.0245,    [EYE_SIZE] = 0.00263,    [EYE_SIZE_DIFFERENTIAL] = 0,
	[EYEBROW_WIDTH] = 0.016, [EYEBROW_LIFT] = 0.0233,
};

double measures_distance(const double *a, const double *b)
{
	double sum = 0;
	int used = 0;

	for (int i = 0; i < MEASURE_COUNT; i++) {
		if (spread[i] == 0)
			continue;
		sum += (a[i] - b[i]) * (a[i] - b[i]) / (spread[i] * spread[i]);
		used++;
	}
	return sqrt(sum / used);
}
