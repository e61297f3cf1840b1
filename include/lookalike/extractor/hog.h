/*
 * hog.h: dlib's frontal HOG detector.
 *
 * Five filters (frontal, half left and right, tilted left and right) of 80 × 80 pixels over a
 * pyramid of images, each level 5/6 of the one before.
 *
 * Owns     struct hog holds the filters; hog_new()/hog_free(). Detections are added to the
 *          caller's list.
 * Units    boxes in pixels of the given image; scores are distances from the filters' planes,
 *          0 where dlib draws the line.
 * Threads  one struct hog per thread or process; no locking inside.
 * Errors   ERR_NOMEM, ERR_VISION.
 */
#ifndef LOOKALIKE_EXTRACTOR_HOG_H
#define LOOKALIKE_EXTRACTOR_HOG_H

#include "lookalike/base/image.h"
#include "lookalike/extractor/detection.h"

#define HOG_WINDOW_PX 80

/* How many sizes of face are looked for, from the window's size up. */
enum hog_reach {
	HOG_NEAR, /* 80 and 96 px */
	HOG_WIDE, /* 80 to 166 px */
	HOG_ALL,
	HOG_REACHES,
};

struct hog;

#ifdef __cplusplus
extern "C" {
#endif

enum status hog_new(struct hog **out, struct error *err);
void hog_free(struct hog *hog);

/* Grey images only. */
enum status hog_find(struct hog *hog, enum hog_reach reach, const struct image *grey,
		     float threshold, struct detection_list *list, struct error *err);

/*
 * RGB images: the whole photo at 500 pixels of width, doubled once, which lets the window find
 * faces from 40 of these pixels on: the experiment's own way.
 */
enum status hog_find_in_photo(struct hog *hog, const struct image *img, struct detection_list *list,
			      struct error *err);

#ifdef __cplusplus
}
#endif

#endif
