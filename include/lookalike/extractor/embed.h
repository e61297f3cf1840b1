/*
 * embed.h: a face in a photo → its embedding.
 *
 * Owns     the caller's memory only.
 * Units    landmarks in pixels of the given image.
 * Threads  as the network.
 * Errors   ERR_INPUT for landmarks that say nothing of where the face is (all in one place, not
 *          finite), ERR_NOMEM, ERR_VISION; out is untouched then. embed_check(): ERR_MODEL.
 */
#ifndef LOOKALIKE_EXTRACTOR_EMBED_H
#define LOOKALIKE_EXTRACTOR_EMBED_H

#include "lookalike/base/image.h"
#include "lookalike/base/photo.h"
#include "lookalike/extractor/network.h"

/*
 * The square that the network wants to see: nose, eyes and upper lip where they lie in dlib's mean
 * face, with a quarter of that face's size around it (get_face_chip_details() of dlib, padding
 * 0.25), pixel for pixel.
 */
enum status embed_frame(const struct point landmarks[LANDMARK_COUNT], struct frame *out,
			struct error *err);

/*
 * RGB images only. One crop is that square. Of more, each is shifted by up to 2 %, scaled by up to
 * 3 %, turned by up to 3 degrees and mirrored or not, always the same way, and the embedding is
 * their mean.
 */
enum status embed_face(struct network *network, const struct image *img,
		       const struct point landmarks[LANDMARK_COUNT], int crops,
		       float out[EMBEDDING_COUNT], struct error *err);

/* Whether drawn faces lie as far apart as they do for the network as it was published. */
enum status embed_check(struct network *network, struct error *err);

#endif
