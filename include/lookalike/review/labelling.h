/*
 * labelling.h: labels that faces contradict. A label is of a photo, and says who its largest face
 * is.
 *
 * How likely two faces are one person is taken from the distance d of their embeddings:
 * p = 1 / (1 + exp((d - 0.52) / 0.035)), which lies between the same person (below 0.46 among 51
 * people) and different ones (above 0.48). Of a face, `own` is the sum of p over its neighbours of
 * its own class, `other` the largest such sum over another class.
 *
 *   wrong label   other > own + 0.5, and one of that class is nearer than all of its own.
 *                 Confidence: other / (own + other + 1): 0.5 for one neighbour, 0.83 for five. Or
 * nobody of the class is near, though the rest of it are near each other, in sum `rest` on average:
 * then it is rest / (rest + 1), and no class is likely. split class   two classes whose faces are
 * mostly one person (mean p of all pairs 0.8 or more): told of the faces of the smaller one.
 * Confidence: that mean times n / (n + 1), n faces in the smaller class. mixed class   a class that
 * falls into groups of two faces or more by average linkage, further apart than DOUBT_APART: told
 * of the faces of the second. Confidence: 1 - mean p between the two largest, times n / (n + 1), n
 * faces in the second.
 *
 * A face has one doubt: the classes' come first, since they explain those of single faces.
 *
 * Owns     labelling_collect() copies what is compared, labelling_free() frees; faces are pointers
 *          into the session.
 * Threads  labelling_find() works on the copy alone, on any thread, and starts more as neighbors.h
 *          does; the other functions are the session's owner's. The same input, the same answer.
 * Errors   ERR_CANCELLED when *cancelled became true.
 */
#ifndef LOOKALIKE_REVIEW_LABELLING_H
#define LOOKALIKE_REVIEW_LABELLING_H

#include "lookalike/review/session.h"

#include <stdatomic.h>

#define DOUBT_APART 0.61

struct label_class {
	int photos; /* with this label */
	int faces;  /* of them those with a face that can be compared */
};

struct label_doubt {
	enum doubt doubt;
	float confidence;
	int32_t class, other; /* the likely class, or -1 */
	int face;             /* the first of its faces, see labelling.faces; and how many */
	int count;
};

struct labelling {
	struct label_class *classes; /* as in labels.h */
	int32_t class_count;
	int unlabelled;              /* photos with a face, without a label */
	int n;                       /* faces that are compared */
	struct session_face **faces; /* by path */
	float *values;               /* n × EMBEDDING_COUNT */
	int32_t *labels;             /* the class of each */
	/* What labelling_find() finds: */
	struct label_doubt *doubts; /* most suspicious first */
	int doubt_count;
	struct face_doubt {
		enum doubt doubt;
		float confidence;
		int32_t other;
	} * of_faces; /* n */
};

/* The word for a doubt: "wrong_label", "split_class", "mixed_class". */
const char *doubt_name(enum doubt doubt);

/* Of a session with labels. */
struct labelling *labelling_collect(const struct session *s);
enum status labelling_find(struct labelling *l, const atomic_bool *cancelled, struct error *err);

/* Note the doubts in the session's faces. */
void labelling_apply(const struct labelling *l, struct session *s);
void labelling_free(struct labelling *l);

/* The confidence of the doubt about a photo's label, 0 for none, and the face it is about, or NULL.
 */
float image_doubt(const struct session_image *image, const struct session_face **face);

/* A photo's label and what is doubtful about it, for a screen: "anna; wrong_label, looks like
 * berta, 0.83"; for the caller to free, NULL without a label. */
char *image_label_text(const struct session *s, const struct session_image *image);

/* Sort images: the most suspicious label first, equal ones by path. */
void labelling_order(struct session_image **images, int count);

#endif
