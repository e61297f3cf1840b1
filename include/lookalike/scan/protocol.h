/*
 * protocol.h: what lookalike and lookalike-extractor say to each other.
 *
 * lookalike starts the extractor with a control socket as descriptor 3. The
 * extractor loads its models, answers HELLO, and from then on forks a worker
 * for each SPAWN, which carries the worker's own socket. A worker answers one
 * request at a time on its socket until that is closed.
 *
 *     control  → SPAWN (one descriptor)       ← HELLO, SPAWNED pid, EXITED pid status
 *              → KILL pid
 *     worker   → EXTRACT | EMBED | RENDER     ← PHOTO + faces | EMBEDDINGS | PIXELS
 *                (with one memfd)
 *     worker   → REMEASURE (one memfd)        ← REMEASURED
 *
 * A message is a struct message_head and length bytes. Both programs are built
 * together and run on one machine, so structs travel as they are; but a worker
 * has seen hostile bytes, so every count and size it sends is checked here.
 *
 * Owns     message_receive() returns a payload the caller frees.
 * Threads  one thread per socket.
 * Errors   ERR_PROTOCOL for a message that cannot be, ERR_IO for a broken socket,
 *          ERR_MISSING when the other side has closed it.
 */
#ifndef LOOKALIKE_SCAN_PROTOCOL_H
#define LOOKALIKE_SCAN_PROTOCOL_H

#include "lookalike/base/error.h"
#include "lookalike/base/image.h"
#include "lookalike/base/photo.h"

#include <stddef.h>
#include <stdint.h>

#define PROTOCOL_MAGIC         0x314b414cu /* "LAK1" */
#define PROTOCOL_CONTROL_FD    3
#define PROTOCOL_PAYLOAD_MAX   ((uint32_t)128 << 20)
#define PROTOCOL_FACES_MAX     1000
#define PROTOCOL_RENDER_MAX_PX 4096

enum message_kind {
	MESSAGE_HELLO = 1,  /* struct hello */
	MESSAGE_SPAWN,      /* nothing; with the worker's socket */
	MESSAGE_SPAWNED,    /* struct worker_state */
	MESSAGE_KILL,       /* struct worker_state */
	MESSAGE_EXITED,     /* struct worker_state */
	MESSAGE_EXTRACT,    /* struct extract_request; with a memfd */
	MESSAGE_PHOTO,      /* struct photo_head, face_count × struct face_record,
			     * seen_count × struct seen_record */
	MESSAGE_RENDER,     /* struct render_request; with a memfd */
	MESSAGE_PIXELS,     /* struct pixels_head, its pixels */
	MESSAGE_EMBED,      /* struct embed_request; with a memfd */
	MESSAGE_EMBEDDINGS, /* struct embed_reply */
	MESSAGE_REMEASURE,  /* struct remeasure_request; with a memfd */
	MESSAGE_REMEASURED, /* struct remeasure_reply */
	MESSAGE_LAST = MESSAGE_REMEASURED,
};

struct message_head {
	uint32_t magic;
	uint32_t kind;
	uint32_t length;
};

enum detector {
	DETECTOR_AUTO,
	DETECTOR_HOG,
};

struct hello {
	uint32_t status;        /* enum status: OK, or why no worker can be had */
	uint32_t isolation;     /* layers of isolation.h that hold in a worker; 0 with an error */
	char message[256];      /* the error's text, or versions of libraries and models */
	char no_embedding[256]; /* why faces are not embedded, or "" */
};

struct worker_state {
	int32_t pid;
	int32_t wait_status; /* as from waitpid(), in EXITED */
};

/* The smallest face that is found in any photo, in percent of the photo's width. */
#define MIN_FACE_DEFAULT_PERCENT 8

struct extract_request {
	uint32_t format;        /* enum format */
	uint32_t detector;      /* enum detector */
	float min_face_percent; /* up to MIN_FACE_DEFAULT_PERCENT; smaller takes longer */
	int32_t crops;          /* of each face, averaged in its embedding; 0 for none */
};

/* So many runs of the network at most in one request; further faces are asked for by EMBED. */
#define PROTOCOL_CROPS_MAX   100
#define PROTOCOL_EMBED_FACES 16

struct photo_head {
	uint32_t verdict; /* enum verdict */
	int32_t width_px, height_px;
	uint32_t seen_count;
	uint32_t face_count;
	struct photo_quality quality; /* orientation 0 when it was not decoded */
	char detail[128];
};

struct face_record {
	struct box box;
	float score;
	float roll_deg, yaw_deg;
	struct point landmarks[LANDMARK_COUNT];
	double measures[MEASURE_COUNT];
	struct face_quality quality;
	int32_t crops; /* as in struct face */
	float embedding[EMBEDDING_COUNT];
	uint8_t thumb[THUMB_PX * THUMB_PX * 3]; /* RGB */
};

struct seen_record {
	struct box box;
	float score;
};

/* A frame of the upright photo, scaled to size_px squared. */
struct render_request {
	uint32_t format;
	struct frame frame;
	int32_t size_px;
};

struct pixels_head {
	uint32_t verdict;
	int32_t width_px, height_px; /* RGB, packed; 0 × 0 when not ok */
};

/* Faces that were measured before, by their landmarks in the upright full-size photo. */
struct embed_request {
	uint32_t format;
	int32_t crops;
	uint32_t face_count;
	struct point landmarks[PROTOCOL_EMBED_FACES][LANDMARK_COUNT];
};

struct embed_reply {
	uint32_t face_count;
	int32_t crops[PROTOCOL_EMBED_FACES];
	float embeddings[PROTOCOL_EMBED_FACES][EMBEDDING_COUNT];
};

/* A face that was measured before: again, on crops that are shifted, scaled and turned a little. */
struct remeasure_request {
	uint32_t format;
	struct box box; /* in the upright full-size photo */
	float roll_deg;
};

#define REMEASURE_RUNS 8

struct remeasure_reply {
	uint32_t run_count; /* 0 when the photo could not be decoded or measured again */
	uint32_t unused;
	double measures[REMEASURE_RUNS][MEASURE_COUNT];
};

struct message {
	enum message_kind kind;
	uint32_t length;
	uint8_t *payload; /* malloc'd, NULL when length is 0 */
	int fd;           /* the descriptor that came with it, or -1 */
};

/* Send one message, and fd with it unless it is -1. Blocks; a closed peer is an error, not a
 * signal. */
enum status message_send(int socket, enum message_kind kind, const void *payload, size_t length,
			 int fd, struct error *err);

/* Wait for one message. The caller frees payload and closes fd. */
enum status message_receive(int socket, struct message *out, struct error *err);

void message_done(struct message *msg);

/*
 * Check and take apart what a worker sent. photo_from_message() fills verdict, detail,
 * size, counts and faces of *photo, and compresses the thumbnails; a face whose numbers
 * are not finite makes the message ERR_PROTOCOL.
 */
enum status photo_from_message(const struct message *msg, struct photo *photo, struct error *err);
enum status pixels_from_message(const struct message *msg, struct image *out, struct error *err);

/* The reply to a request for count faces; a face that could not be embedded is no error. */
enum status embeddings_from_message(const struct message *msg, struct face *faces, int count,
				    struct error *err);

/* How many faces fit in one request with so many crops of each: at least 1. */
int embed_faces_at_once(int crops);

/* REMEASURE_RUNS rows of measures; ERR_INPUT when the photo could not be measured again. */
enum status remeasured_from_message(const struct message *msg, double (*out)[MEASURE_COUNT],
				    struct error *err);

#endif
