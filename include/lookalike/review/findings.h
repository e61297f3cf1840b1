/*
 * findings.h: what needs a look in a collection: of each image and each face, words from one list.
 *
 * They follow from numbers that are stored, so that a threshold can change without another scan.
 * Numbers that nobody measured (a database of an older version) are no finding.
 *
 * Owns     findings are sets: bit f is that of enum finding f.
 * Threads  that of the session.
 * Errors   none: no memory ends the program.
 */
#ifndef LOOKALIKE_REVIEW_FINDINGS_H
#define LOOKALIKE_REVIEW_FINDINGS_H

#include "lookalike/review/session.h"

/*
 * What needs a look, most important first: the word of filters and outputs, and what it means. An
 * image has those of its faces as well.
 */
#define FINDING_LIST(X)                                                                         \
	X(FINDING_UNREADABLE, "unreadable", "not a readable file, or over a limit")             \
	X(FINDING_CORRUPT, "corrupt", "not what its first bytes promise")                       \
	X(FINDING_UNSUPPORTED, "unsupported", "a format that is not decoded")                   \
	X(FINDING_PARTIAL, "partial", "cut short: the rest of the picture is missing")          \
	X(FINDING_NO_FACE, "no_face", "no face measured, none seen")                            \
	X(FINDING_SEEN, "seen_not_measured", "a face is seen that cannot be measured")          \
	X(FINDING_DUPLICATE, "duplicate", "another file has the same bytes")                    \
	X(FINDING_NEAR_DUPLICATE, "near_duplicate", "another file shows the same picture")      \
	X(FINDING_NEAR_FACE, "near_duplicate_face", "a face that is in another photo as it is") \
	X(FINDING_BLURRED, "blurred", "without fine detail")                                    \
	X(FINDING_DARK, "dark", "too dark")                                                     \
	X(FINDING_BRIGHT, "bright", "too bright")                                               \
	X(FINDING_FACE_CUT, "face_cut", "a face that the edge of the photo cuts")               \
	X(FINDING_FACE_SMALL, "face_small", "a face of few pixels")                             \
	X(FINDING_TURNED, "turned", "a face that looks away or lies on its side")               \
	X(FINDING_WRONG_EXTENSION, "wrong_extension", "its name promises another format")       \
	X(FINDING_EXIF_TURNED, "exif_turned", "stored turned: EXIF says which way is up")       \
	X(FINDING_SEVERAL_FACES, "several_faces", "more than one face measured")

enum finding {
#define X(name, text, about) name,
	FINDING_LIST(X)
#undef X
	FINDING_COUNT
};

const char *finding_name(enum finding finding);
const char *finding_about(enum finding finding);

static inline bool finding_in(uint32_t findings, enum finding finding)
{
	return findings >> finding & 1;
}

/* Fill in findings of every image and face of the session, duplicates among them. */
void findings_compute(struct session *s);

/* Those that an image or a face has by itself, without looking at others. */
uint32_t findings_of_image(const struct session_image *image);
uint32_t findings_of_face(const struct session_face *face);

/* Whether a name's extension belongs to another format than its first bytes. */
bool wrong_extension(const char *path, enum format format);

/* Whether EXIF says that the picture is to be turned or mirrored. */
bool exif_turned(const struct session_image *image);

#endif
