/*
 * detect.h: find the faces of a photo: proposals first, then their confirmation.
 *
 * Two steps, because what is proposed tells how many pixels its confirmation needs.
 *
 * Owns     struct face_detector holds the models; detector_open()/detector_free(). Lists belong
 *          to the caller.
 * Units    boxes in pixels of the given image, origin top left.
 * Threads  one detector per thread or process; no locking inside.
 * Errors   ERR_MODEL for a proposer that is there and cannot be used (one that is missing is
 *          done without), ERR_NOMEM, ERR_VISION.
 */
#ifndef LOOKALIKE_EXTRACTOR_DETECT_H
#define LOOKALIKE_EXTRACTOR_DETECT_H

#include "lookalike/base/image.h"
#include "lookalike/extractor/detection.h"
#include "lookalike/scan/protocol.h"

struct face_detector;

/* models_folder is where the proposer's file may be. */
enum status detector_open(const char *models_folder, struct face_detector **out, struct error *err);
void detector_free(struct face_detector *detector);

/* Whether there is a proposer. */
bool detector_proposes(const struct face_detector *detector);

/* How large a reduced photo must be for detect_propose(), 0 for as large as it is. */
int detect_long_side_px(const struct face_detector *detector,
			const struct extract_request *request);

/* RGB images only. What is found without a proposer is confirmed already. */
enum status detect_propose(struct face_detector *detector, const struct extract_request *request,
			   const struct image *img, struct detection_list *list, struct error *err);

/* Confirm what is not, with its box placed anew, and merge what turns out to be one face. */
enum status detect_confirm(struct face_detector *detector, const struct image *img,
			   struct detection_list *list, struct error *err);

/* The side that the detector would give the box of a proposal. */
float detection_side(const struct detection *detection);

#endif
