/*
 * photo.h: what is known of one image file and the faces in it.
 *
 * Owns     struct photo owns its strings, faces and thumbnails; photo_free()
 *          frees all of them.
 * Units    pixels of the upright full-size image (after EXIF orientation),
 *          origin top left; times in nanoseconds since 1970.
 * Threads  plain data, one thread at a time.
 */
#ifndef LOOKALIKE_BASE_PHOTO_H
#define LOOKALIKE_BASE_PHOTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every file ends with exactly one verdict. Stored as a number: append only. */
#define VERDICT_LIST(X)                                                                \
	X(VERDICT_OK, "ok")                                                            \
	X(VERDICT_PARTIAL, "partial")         /* decoded, but the file is cut short */ \
	X(VERDICT_CORRUPT, "corrupt")         /* not what its signature promises */    \
	X(VERDICT_UNSUPPORTED, "unsupported") /* a format we do not decode */          \
	X(VERDICT_TOO_LARGE, "too_large")     /* over a limit of memory or size */     \
	X(VERDICT_TIMEOUT, "timeout")         /* over its deadline */                  \
	X(VERDICT_CRASHED, "crashed")         /* the worker died on it */              \
	X(VERDICT_UNREADABLE, "unreadable")   /* not a readable regular file */        \
	X(VERDICT_CHANGED, "changed")         /* written to while it was read */

enum verdict {
#define X(name, text) name,
	VERDICT_LIST(X)
#undef X
	VERDICT_COUNT
};

/* "ok", "partial", ...; never NULL. */
const char *verdict_name(enum verdict verdict);

/* Neither ok nor partial: there are no pixels to look at. */
bool verdict_failed(enum verdict verdict);

/* Formats known by their first bytes. */
#define FORMAT_LIST(X)               \
	X(FORMAT_UNKNOWN, "unknown") \
	X(FORMAT_JPEG, "jpeg")       \
	X(FORMAT_PNG, "png")         \
	X(FORMAT_WEBP, "webp")       \
	X(FORMAT_TIFF, "tiff")       \
	X(FORMAT_BMP, "bmp")         \
	X(FORMAT_PNM, "pnm")         \
	X(FORMAT_GIF, "gif")         \
	X(FORMAT_HEIF, "heif")       \
	X(FORMAT_AVIF, "avif")       \
	X(FORMAT_JP2, "jp2")

enum format {
#define X(name, text) name,
	FORMAT_LIST(X)
#undef X
	FORMAT_COUNT
};

const char *format_name(enum format format);

#define FORMAT_HEAD_BYTES 16

/* The format that the first bytes of a file promise; len may be short. */
enum format format_sniff(const uint8_t *head, size_t len);

#define LANDMARK_COUNT 68

/* The eight measures, in the order in which vectors hold them. */
#define MEASURE_LIST(X)                                   \
	X(JAW_RATIO, "jaw_ratio")                         \
	X(EYE_DISTANCE, "eye_distance")                   \
	X(NOSE_RATIO, "nose_ratio")                       \
	X(NOSE_SIZE, "nose_size")                         \
	X(EYE_SIZE, "eye_size")                           \
	X(EYE_SIZE_DIFFERENTIAL, "eye_size_differential") \
	X(EYEBROW_WIDTH, "eyebrow_width")                 \
	X(EYEBROW_LIFT, "eyebrow_lift")

enum measure {
#define X(name, text) name,
	MEASURE_LIST(X)
#undef X
	MEASURE_COUNT
};

const char *measure_name(enum measure measure);

/* How far two faces' measures are apart: the root mean square, in standard deviations of people. */
double measures_distance(const double *a, const double *b);

struct point {
	float x, y;
};

struct box {
	float x, y, width, height;
};

/*
 * A square cut out of a photo, turned: the picture's up is angle_rad clockwise
 * of the photo's up. Thumbnails are such a square.
 */
struct frame {
	float center_x, center_y, side, angle_rad;
};

#define THUMB_PX             160

#define EMBEDDING_COUNT      128 /* numbers that tell faces apart, see extractor/network.h */
#define EMBEDDING_NONE       0   /* nobody has tried */
#define EMBEDDING_IMPOSSIBLE (-1)

/*
 * The square in which a face is shown: upright by its eyes, 40 % padding on
 * each side of its landmarks.
 */
void frame_of_face(const struct point landmarks[LANDMARK_COUNT], struct frame *out);

/* Where a point of the photo lies in the frame, (0,0) top left to (1,1) bottom right. */
struct point frame_map(const struct frame *frame, struct point p);

/*
 * What is seen of a face's picture besides its shape, NAN where nobody measured it: see
 * extractor/quality.h.
 */
struct face_quality {
	float sharpness;
	float brightness; /* 0 black to 1 white */
	float cut;        /* share of the face beyond the photo's edge */
};

struct face {
	int64_t id;        /* the store's, 0 before it is stored */
	int64_t group_id;  /* the store's, as in struct face_row */
	int64_t former_id; /* of the face it was before: what was decided on that is on this one */
	struct box box;
	double score;            /* the detector's: larger is surer */
	float roll_deg, yaw_deg; /* see extractor/pose.h */
	struct point landmarks[LANDMARK_COUNT];
	double measures[MEASURE_COUNT];
	struct face_quality quality;
	uint8_t *thumb; /* JPEG of THUMB_PX squared, or NULL */
	size_t thumb_len;
	int crops; /* of which the embedding is the mean, EMBEDDING_NONE or EMBEDDING_IMPOSSIBLE */
	float embedding[EMBEDDING_COUNT];
};

/* A face that could not be measured: hidden in part, seen from the side, too small. */
struct seen_face {
	struct box box;
	double score; /* the proposer's: a probability */
};

/* Beyond this, what is measured across a face says more of its turn than of the face. */
#define YAW_TURNED_DEG        25

#define FILE_HASH_BYTES       16
#define PERCEPTUAL_HASH_BYTES 32

/* What is seen of a photo as a whole: see extractor/quality.h. */
struct photo_quality {
	float sharpness, brightness; /* as in struct face_quality */
	float shadows, highlights;   /* brightness that 5 and 95 % of the pixels do not exceed */
	int orientation;             /* EXIF's, 1 (upright) to 8, or 0 when nobody looked */
	uint8_t perceptual_hash[PERCEPTUAL_HASH_BYTES]; /* all 0: none */
};

extern const struct photo_quality photo_quality_none;

/* Whether the photo was looked at in this way at all. */
bool photo_quality_known(const struct photo_quality *quality);

/* Whether there is a perceptual hash: a picture without any pattern has none. */
bool perceptual_hash_known(const uint8_t hash[PERCEPTUAL_HASH_BYTES]);

struct photo {
	int64_t id; /* the store's, 0 before it is stored */
	char *path; /* absolute, bytes as the system gave them */
	int64_t size_bytes, mtime_ns;
	uint8_t hash[FILE_HASH_BYTES]; /* of the file's bytes, once they are read */
	bool hashed;
	enum format format;
	enum verdict verdict;
	char *detail;  /* why, in a few words, or NULL */
	char *same_as; /* path of the first name of this very file, or NULL */
	char *maker;   /* what gave the verdict: a key without blanks, then versions; or NULL */
	int deaths;    /* workers that died on these bytes, or were killed at a deadline */
	int width_px, height_px;
	struct photo_quality quality;
	int seen_count;
	struct seen_face *seen; /* faces that were seen, not measured */
	int face_count;
	struct face *faces;   /* by position: top to bottom, then left to right */
	char *model;          /* of the embeddings: its key, or NULL */
	bool only_embeddings; /* is stored already, and so are the faces here, by their ids */
};

struct photo *photo_new(const char *path);
void photo_free(struct photo *photo);

/* A stored face that lacks an embedding, and where it is. */
struct face_points {
	int64_t id;
	struct point landmarks[LANDMARK_COUNT];
};

/* A file that has a row already, as it was then. */
struct known_file {
	char *path;
	char *same_as; /* or NULL */
	int64_t size_bytes, mtime_ns;
	enum verdict verdict;
	int64_t id;
	int deaths;      /* of workers, on these bytes */
	bool same_maker; /* the verdict is what it would be now */
	bool outdated;   /* measured by a version that had no struct photo_quality */
	bool removed;    /* it was not there at an earlier scan */
	bool hashed;
	uint8_t hash[FILE_HASH_BYTES];
	struct face_points *lacking; /* its faces to be embedded, or NULL */
	int lacking_count;
};

/* Free an array of them. */
void known_files_free(struct known_file *known, size_t count);

#endif
