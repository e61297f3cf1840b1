/*
 * strip.h: pictures for the views: fetched, decoded and encoded in the
 * background, and kept.
 *
 * A view asks for a picture in every frame; the first time it gets NULL, and
 * another frame is due when the picture is ready. Thumbnails and landmarks
 * come from the keeper; worker threads decode and encode.
 *
 * Owns     strips_new()/strips_free(). A picture lives as long as it is asked for, and
 *          at least until the second strips_frame() after that.
 * Memory   thumbnails and pictures together stay near STRIPS_BYTES_MAX.
 * Threads  the interface thread.
 * Errors   a thumbnail that cannot be had leaves its place blank.
 */
#ifndef LOOKALIKE_UI_STRIP_H
#define LOOKALIKE_UI_STRIP_H

#include "lookalike/base/worker.h"
#include "lookalike/review/session.h"
#include "lookalike/store/keeper.h"
#include "lookalike/ui/outline.h"
#include "lookalike/ui/picture.h"

#include <stdbool.h>

#define STRIPS_BYTES_MAX ((size_t)48 << 20)
#define STRIP_FACES_MAX  64

struct strips;

struct strips *strips_new(struct workers *workers, struct keeper *keeper);

/* All jobs and answers must have come back. */
void strips_free(struct strips *strips);

/* A new frame begins: what was not asked for lately may be freed. */
void strips_frame(struct strips *strips);

/*
 * A row of thumbnails, or NULL while it is being made. It is always as wide as `places` of
 * them: terminals count pictures by place and size, and keep few. With an owner (a group's
 * number; 0 for none) the owner's last picture of that size is shown until the new one is there,
 * and sixels for up to a second until the other owners' are, so that groups that change while
 * photos arrive do not blink, and change together.
 */
const struct picture *strips_row(struct strips *strips, int owner,
				 struct session_face *const *faces, int count, int places,
				 const struct picture_options *options);

/* From now on nothing is shown or made, or it is again: what the terminal can is not known. */
void strips_hold(struct strips *strips, bool hold);

/* When a frame is due although nothing comes: a row has waited long enough. INT64_MAX: never. */
int64_t strips_due_ms(const struct strips *strips);

/*
 * Make a row that is shown once more, with so many colours. True while it is being made; false when
 * it is made, or cannot be.
 */
bool strips_refine(struct strips *strips, const struct picture *shown, int colors);

/* From now on strips_row() returns the rows that were refined; whether there are new ones. */
bool strips_show_refined(struct strips *strips);

/*
 * One face with its 68 points: from its thumbnail, or from the pixels of the same frame in
 * large, which are copied. NULL while it is being made.
 */
const struct picture *strips_face(struct strips *strips, const struct session_face *face,
				  const struct image *large, const struct picture_options *options);

/* A face's box in such a picture, (0,0) its top left to (1,1) its bottom right. */
struct photo_box {
	struct box box;
	enum outline kind;
};

#define PHOTO_BOXES_MAX 64

/* A part of a photo: which pixels of a square, and what is drawn into them. */
struct photo_part {
	uint8_t hash[FILE_HASH_BYTES];            /* of the file */
	int left_px, top_px, width_px, height_px; /* of the square */
	struct photo_box boxes[PHOTO_BOXES_MAX];
	int box_count;
};

/* The part of the square, which is copied, with its boxes; NULL while it is being made. */
const struct picture *strips_photo(struct strips *strips, const struct image *square,
				   const struct photo_part *part,
				   const struct picture_options *options);

/* What the store has of a face, or NULL until it has come; valid until the next frame. */
const struct face *strips_stored(struct strips *strips, const struct session_face *face);

/*
 * The faces of a photo that were seen and not measured; NULL and 0 until they have come, and where
 * there are none. Valid until another photo's are asked for.
 */
const struct seen_face *strips_seen(struct strips *strips, const struct session_image *image,
				    int *count);

/* An answer of the keeper, a finished job (both are taken); true when a frame is due for it. */
bool strips_take_answer(struct strips *strips, struct keeper_answer *answer);
bool strips_take_job(struct strips *strips, struct job *job);

#endif
