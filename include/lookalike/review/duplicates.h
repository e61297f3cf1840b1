/*
 * duplicates.h: files with the same bytes, photos that show the same picture, and faces that are in
 * several photos as they are.
 *
 * Pictures are compared by their perceptual hash, faces by their embedding, whose signs along
 * random directions make such a hash as well (Charikar, "Similarity Estimation Techniques from
 * Rounding Algorithms", 2002). In order of quality, best first, each takes what is near to it, so
 * that a group has its best one first; what is near to one of those, but not to the best, joins
 * too, and nothing joins through it: a group cannot grow into a chain of ever different pictures.
 *
 * Owns     fills in fields of the session's images and faces.
 * Units    bits of 256 for photos, Euclidean distance for faces.
 * Threads  that of the session.
 * Errors   none: no memory ends the program.
 */
#ifndef LOOKALIKE_REVIEW_DUPLICATES_H
#define LOOKALIKE_REVIEW_DUPLICATES_H

#include "lookalike/review/session.h"

/*
 * Copies that are scaled to between a quarter and one and a half times their size, or compressed
 * with quality 40, differ in at most 10 bits; different photos of one person, in one studio and
 * with one smile less, in at least 36.
 */
#define NEAR_PHOTO_BITS 15

/*
 * Copies of portraits at a half or a quarter of their size, or compressed with quality 40, lie at
 * most 0.06 apart; of 51 people, each with two photos of one session, the nearest two faces 0.10. A
 * face of fewer than 60 pixels moves in a copy as far as to another photo of the person, and cannot
 * be told from that.
 */
#define NEAR_FACE_DISTANCE 0.08f

/*
 * Fills in, of images, duplicate_of, near_duplicate_of and the findings duplicate and
 * near_duplicate; of faces near_duplicate_of and the finding near_duplicate_face.
 */
void duplicates_compute(struct session *s);

/* The best photo of those that are the same as this one, as they were computed last. */
const struct session_image *duplicates_original(const struct session_image *image);

#endif
