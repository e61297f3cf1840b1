/*
 * landmark_model.h: dlib's 68-point shape predictor, laid out flat.
 *
 * A cascade of forests of regression trees (Kazemi and Sullivan, "One Millisecond Face
 * Alignment with an Ensemble of Regression Trees", CVPR 2014). dlib keeps each leaf in memory
 * of its own, as float32. Here they lie one behind the other as int16 with a scale for each
 * forest: half the size, summed without rounding, and the same sums on every processor.
 *
 * Owns     landmark_model_open() allocates what the arrays need; landmark_model_close().
 * Units    points and leaves in shares of the face's box; features in grey levels.
 * Threads  read-only after opening: any number of threads and forked processes.
 * Errors   ERR_MODEL with what to do, for a file that is missing, damaged or of another kind.
 */
#ifndef LOOKALIKE_EXTRACTOR_LANDMARK_MODEL_H
#define LOOKALIKE_EXTRACTOR_LANDMARK_MODEL_H

#include "lookalike/base/error.h"
#include "lookalike/base/photo.h"

#include <stdint.h>

#define LEAF_VALUES  (2 * LANDMARK_COUNT) /* x, y of each point */
#define FEATURES_MAX 10000                /* of one forest */

/* Left if feature a less feature b is above the threshold. */
struct landmark_split {
	uint16_t a, b;
	float threshold;
};

/* Where a grey level is read: at a point, and so far from it in the mean shape. */
struct landmark_feature {
	uint16_t point;
	struct point offset;
};

struct landmark_model {
	int forests, trees, splits, features; /* trees of a forest, splits of a tree, ... */
	struct point mean[LANDMARK_COUNT];
	struct landmark_split *split;     /* forests × trees × splits, each tree as a heap */
	int16_t *leaf;                    /* forests × trees × (splits + 1) × LEAF_VALUES */
	float *leaf_scale;                /* forests */
	struct landmark_feature *feature; /* forests × features */
};

enum status landmark_model_open(const char *path, struct landmark_model **out, struct error *err);
void landmark_model_close(struct landmark_model *model);

#endif
