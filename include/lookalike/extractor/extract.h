/*
 * extract.h: one photo → its faces, measured.
 *
 * Owns     extract_photo() and extract_render() give malloc'd payloads, ready to
 *          send; struct models is filled by models_open().
 * Units    pixels of the upright full-size image.
 * Threads  one process works on one photo at a time.
 * Errors   what is wrong with a photo is a verdict in the payload. A status only
 *          when no payload could be made (ERR_NOMEM) or the models are unusable (ERR_MODEL).
 */
#ifndef LOOKALIKE_EXTRACTOR_EXTRACT_H
#define LOOKALIKE_EXTRACTOR_EXTRACT_H

#include "lookalike/extractor/detect.h"
#include "lookalike/extractor/embed.h"
#include "lookalike/extractor/landmarks.h"
#include "lookalike/scan/protocol.h"

#include <stddef.h>
#include <stdint.h>

struct models {
	struct face_detector *detector;
	struct landmark_model *landmarks;
	struct network *network; /* or NULL: faces are not embedded */
};

/*
 * The folder need not hold the proposer; the landmark model has to be there. An embedding_path
 * other than "" may name a network that is missing or unusable: it is done without, and
 * no_embedding says why.
 */
enum status models_open(const char *landmarks_path, const char *models_folder,
			const char *embedding_path, struct models *out, struct error *no_embedding,
			struct error *err);
void models_close(struct models *models);

/* A struct photo_head and its face records. */
enum status extract_photo(const struct models *models, const uint8_t *bytes, size_t len,
			  const struct extract_request *request, uint8_t **payload,
			  size_t *payload_len, struct error *err);

/* A struct embed_reply; with no faces in it when there is no network. */
enum status extract_embeddings(const struct models *models, const uint8_t *bytes, size_t len,
			       const struct embed_request *request, uint8_t **payload,
			       size_t *payload_len, struct error *err);

/* A struct remeasure_reply: the face of a box, measured on crops that differ a little. */
enum status extract_again(const struct models *models, const uint8_t *bytes, size_t len,
			  const struct remeasure_request *request, uint8_t **payload,
			  size_t *payload_len, struct error *err);

/* A struct pixels_head and its pixels. */
enum status extract_render(const uint8_t *bytes, size_t len, const struct render_request *request,
			   uint8_t **payload, size_t *payload_len, struct error *err);

#endif
