/* findings.c: thresholds, each with its reason; see findings.h. */
#include "lookalike/review/findings.h"

#include "lookalike/review/duplicates.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* The side of a face, in pixels, below which the landmarks are a guess: HOG looks for 80 of them,
 * so such a face was enlarged twofold to be found at all. */
#define FACE_SMALL_PX 40

/* A tenth of a face, from hair to chin, is about an ear: what is measured of it may be missing. */
#define FACE_CUT_PART 0.1f

/*
 * A blur whose sigma is a fiftieth of the face's width, a tenth of an eye, leaves no lashes and no
 * edge to the iris. Of 182 faces blurred so all were below 0.0161, of the same faces as they are,
 * from 32 pixels on, none was below 0.0231.
 */
#define BLURRED_BELOW 0.02f

/* The light end of a picture that was exposed as usual is at 0.8 and more of full scale; this is
 * nearly three stops below. */
#define DARK_HIGHLIGHTS 0.4f

/* A face of so few of the 256 levels is noise; dark skin, exposed as usual, is at 0.2 and more. */
#define DARK_FACE 0.1f

/* Nothing dark anywhere: hair, pupils and shadows have gone grey. */
#define BRIGHT_SHADOWS 0.6f

/* Skin that is nearly white everywhere has lost its shape. */
#define BRIGHT_FACE 0.9f

/* Lying on its side by this, a face is mostly missed and is read badly by people too. */
#define ROLL_TURNED_DEG 45

#define BIT(finding)    (UINT32_C(1) << (finding))

const char *finding_name(enum finding finding)
{
	static const char *const names[] = {
#define X(name, text, about) text,
		FINDING_LIST(X)
#undef X
	};

	return (unsigned)finding < FINDING_COUNT ? names[finding] : "unknown";
}

const char *finding_about(enum finding finding)
{
	static const char *const texts[] = {
#define X(name, text, about) about,
		FINDING_LIST(X)
#undef X
	};

	return (unsigned)finding < FINDING_COUNT ? texts[finding] : "";
}

bool wrong_extension(const char *path, enum format format)
{
	static const struct {
		const char *extension;
		enum format format;
	} known[] = {
		{"jpg", FORMAT_JPEG},  {"jpeg", FORMAT_JPEG}, {"jpe", FORMAT_JPEG},
		{"png", FORMAT_PNG},   {"webp", FORMAT_WEBP}, {"tif", FORMAT_TIFF},
		{"tiff", FORMAT_TIFF}, {"bmp", FORMAT_BMP},   {"pbm", FORMAT_PNM},
		{"pgm", FORMAT_PNM},   {"ppm", FORMAT_PNM},   {"pnm", FORMAT_PNM},
		{"gif", FORMAT_GIF},   {"heic", FORMAT_HEIF}, {"heif", FORMAT_HEIF},
		{"avif", FORMAT_AVIF}, {"jp2", FORMAT_JP2},
	};
	const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');

	if (format == FORMAT_UNKNOWN || !dot || (slash && dot < slash))
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcasecmp(dot + 1, known[i].extension))
			return known[i].format != format;
	return true; /* an image whose name promises none */
}

bool exif_turned(const struct session_image *image)
{
	return image->quality.orientation > 1;
}

uint32_t findings_of_face(const struct session_face *face)
{
	const struct face_quality *q = &face->quality;
	uint32_t found = 0;

	/* What is not known is NAN, and no comparison with it is true. */
	if (fminf(face->box.width, face->box.height) < FACE_SMALL_PX)
		found |= BIT(FINDING_FACE_SMALL); /* and of course without fine detail */
	else if (q->sharpness < BLURRED_BELOW)
		found |= BIT(FINDING_BLURRED);
	if (q->cut > FACE_CUT_PART)
		found |= BIT(FINDING_FACE_CUT);
	if (q->brightness < DARK_FACE)
		found |= BIT(FINDING_DARK);
	if (q->brightness > BRIGHT_FACE)
		found |= BIT(FINDING_BRIGHT);
	if (fabsf(face->yaw_deg) > YAW_TURNED_DEG || fabsf(face->roll_deg) > ROLL_TURNED_DEG)
		found |= BIT(FINDING_TURNED);
	return found;
}

static uint32_t findings_of_verdict(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_OK:
		return 0;
	case VERDICT_PARTIAL:
		return BIT(FINDING_PARTIAL);
	case VERDICT_CORRUPT:
		return BIT(FINDING_CORRUPT);
	case VERDICT_UNSUPPORTED:
		return BIT(FINDING_UNSUPPORTED);
	default:
		return BIT(FINDING_UNREADABLE);
	}
}

uint32_t findings_of_image(const struct session_image *image)
{
	const struct photo_quality *q = &image->quality;
	uint32_t found = findings_of_verdict(image->verdict);

	/* Another name of a file has no rows of its own, and is no finding by itself. */
	if (image->same_as)
		return found;
	if (!verdict_failed(image->verdict) && image->face_count + image->seen_count == 0)
		found |= BIT(FINDING_NO_FACE);
	if (image->seen_count > 0)
		found |= BIT(FINDING_SEEN);
	if (image->face_count > 1)
		found |= BIT(FINDING_SEVERAL_FACES);
	if (image->face_count == 0 && q->sharpness < BLURRED_BELOW)
		found |= BIT(FINDING_BLURRED);
	if (q->highlights < DARK_HIGHLIGHTS)
		found |= BIT(FINDING_DARK);
	if (q->shadows > BRIGHT_SHADOWS)
		found |= BIT(FINDING_BRIGHT);
	if (wrong_extension(image->path, image->format))
		found |= BIT(FINDING_WRONG_EXTENSION);
	if (exif_turned(image))
		found |= BIT(FINDING_EXIF_TURNED);
	return found;
}

void findings_compute(struct session *s)
{
	for (int i = 0; i < s->image_count; i++) {
		struct session_image *image = s->images[i];

		image->findings = findings_of_image(image);
		for (int j = 0; j < image->face_count; j++) {
			image->faces[j].findings = findings_of_face(&image->faces[j]);
			image->findings |= image->faces[j].findings;
		}
	}
	duplicates_compute(s);
}
