/*
 * summary.h: what is in a collection, in numbers: counts, distributions, folders, and what needs a
 * look.
 *
 * Owns     summary_make() fills, summary_done() frees; folders' paths point into the session.
 * Units    pixels and degrees as in base/photo.h.
 * Threads  the session's owner.
 * Errors   none.
 */
#ifndef LOOKALIKE_REVIEW_SUMMARY_H
#define LOOKALIKE_REVIEW_SUMMARY_H

#include "lookalike/review/findings.h"
#include "lookalike/review/session.h"

#define SUMMARY_BINS      24
#define SUMMARY_FACES_MAX 5 /* photos with so many faces or more are counted together */

/* What is distributed: name, unit, from, to, whether bins grow by a factor. */
#define SPREAD_LIST(X)                                                               \
	X(SPREAD_IMAGE_SIZE, "image size", "px", 64, 16384, true) /* longer side */  \
	X(SPREAD_FACE_SIZE, "face size", "px", 16, 4096, true)    /* shorter side */ \
	X(SPREAD_SHARPNESS, "sharpness", "", 0.001, 1, true)      /* of faces */     \
	X(SPREAD_BRIGHTNESS, "brightness", "", 0, 1, false)       /* of faces */     \
	X(SPREAD_YAW, "yaw", "degrees", -60, 60, false)                              \
	X(SPREAD_ROLL, "roll", "degrees", -60, 60, false)

enum spread_kind {
#define X(name, text, unit, from, to, factor) name,
	SPREAD_LIST(X)
#undef X
	SPREAD_COUNT
};

/* What lies outside is in the first or last bin. */
struct spread_of {
	int bins[SUMMARY_BINS];
	int count;
	double least, median, most; /* NAN of nothing */
};

struct summary_folder {
	const char *path; /* of one of its photos; folder_len bytes of it are the folder's */
	int path_len;
	int images, faces, failed, found; /* found: with a finding but several_faces */
};

struct summary {
	struct session_totals totals;
	int verdicts[VERDICT_COUNT], formats[FORMAT_COUNT];
	int with_faces[SUMMARY_FACES_MAX + 1]; /* photos with 0, 1, ... faces */
	struct spread_of spreads[SPREAD_COUNT];
	int findings[FINDING_COUNT]; /* photos */
	int without_face;            /* photos without a measured face, failed ones too */
	int doubtful;                /* photos whose label is in doubt */
	struct summary_folder
		*folders; /* by path, folders without photos of their own are not there */
	int folder_count;
};

/* So many photos, and the filter that shows them. */
struct summary_line {
	char filter[40];
	int count;
	const char *about; /* in words, or "" */
};

#define SUMMARY_LOOKS_MAX (FINDING_COUNT + 2)
#define SUMMARY_KINDS_MAX (VERDICT_COUNT + FORMAT_COUNT + SUMMARY_FACES_MAX + 1)

/* What needs a look, most important first; and what there is, by verdict, format and faces. Only of
 * what there is any; returns how many. */
int summary_looks(const struct summary *s, struct summary_line out[SUMMARY_LOOKS_MAX]);
int summary_kinds(const struct summary *s, struct summary_line out[SUMMARY_KINDS_MAX]);

const char *spread_name(enum spread_kind kind);

/* Where a bin begins; that of SUMMARY_BINS is where the last one ends. */
double spread_edge(enum spread_kind kind, int bin);

/* SUMMARY_BINS characters as high as the bins, in UTF-8 (or ASCII), and a NUL. */
#define SPREAD_TEXT_SIZE (3 * SUMMARY_BINS + 1)
void spread_text(const struct spread_of *spread, bool ascii, char out[SPREAD_TEXT_SIZE]);

/* "640 to 4032, median 1024 px": three digits, and all of those before the point. */
#define SPREAD_RANGE_SIZE 80
void spread_range(const struct spread_of *spread, enum spread_kind kind,
		  char out[SPREAD_RANGE_SIZE]);

/* Of a session whose findings are computed. Other names of the same file are not counted. */
void summary_make(const struct session *s, struct summary *out);
void summary_done(struct summary *summary);

#endif
