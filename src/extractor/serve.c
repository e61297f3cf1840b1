/*
 * serve.c: requests in, replies out, one at a time. A file arrives as a sealed memfd, so that it
 * can be mapped without fear that somebody makes it shorter meanwhile.
 */
#include "lookalike/extractor/serve.h"

#include "lookalike/extractor/test_input.h"
#include "lookalike/scan/protocol.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct file {
	uint8_t *bytes; /* NULL when len is 0 */
	size_t len;
};

static enum status file_map(int fd, struct file *out, struct error *err)
{
	void *bytes = NULL;
	off_t len;

	if (fd < 0)
		return error_set(err, ERR_PROTOCOL, "a request without a file");
	/* fstat() is the call that takes names as well, and a worker may not make it. */
	len = lseek(fd, 0, SEEK_END);
	if (len < 0)
		return error_set(err, ERR_IO, "cannot measure a file: %s", strerror(errno));
	if (len > 0) {
		bytes = mmap(NULL, (size_t)len, PROT_READ, MAP_PRIVATE, fd, 0);
		if (bytes == MAP_FAILED)
			return error_set(err, errno == ENOMEM ? ERR_NOMEM : ERR_IO,
					 "cannot map a file: %s", strerror(errno));
	}
	*out = (struct file){bytes, (size_t)len};
	return OK;
}

static void file_unmap(struct file *file)
{
	if (file->bytes)
		munmap(file->bytes, file->len);
}

static enum status send_too_large(int socket, enum message_kind kind, struct error *err)
{
	struct photo_head photo = {.verdict = VERDICT_TOO_LARGE, .detail = "out of memory"};
	struct pixels_head pixels = {.verdict = VERDICT_TOO_LARGE};
	struct embed_reply none = {0};
	struct remeasure_reply nothing = {0};

	if (kind == MESSAGE_REMEASURE)
		return message_send(socket, MESSAGE_REMEASURED, &nothing, sizeof(nothing), -1, err);
	if (kind == MESSAGE_EXTRACT)
		return message_send(socket, MESSAGE_PHOTO, &photo, sizeof(photo), -1, err);
	if (kind == MESSAGE_EMBED)
		return message_send(socket, MESSAGE_EMBEDDINGS, &none, sizeof(none), -1, err);
	return message_send(socket, MESSAGE_PIXELS, &pixels, sizeof(pixels), -1, err);
}

static enum status answer(const struct models *models, int socket, const struct message *request,
			  const struct file *file, struct error *err)
{
	struct extract_request extract;
	struct embed_request embed;
	struct render_request render;
	struct remeasure_request remeasure;
	enum message_kind kind;
	uint8_t *payload = NULL;
	size_t len = 0;
	enum status status;

	if (request->kind == MESSAGE_EXTRACT && request->length == sizeof(extract)) {
		memcpy(&extract, request->payload, sizeof(extract));
		kind = MESSAGE_PHOTO;
		status = extract_photo(models, file->bytes, file->len, &extract, &payload, &len,
				       err);
	} else if (request->kind == MESSAGE_EMBED && request->length == sizeof(embed)) {
		memcpy(&embed, request->payload, sizeof(embed));
		kind = MESSAGE_EMBEDDINGS;
		status = extract_embeddings(models, file->bytes, file->len, &embed, &payload, &len,
					    err);
	} else if (request->kind == MESSAGE_RENDER && request->length == sizeof(render)) {
		memcpy(&render, request->payload, sizeof(render));
		kind = MESSAGE_PIXELS;
		status = extract_render(file->bytes, file->len, &render, &payload, &len, err);
	} else if (request->kind == MESSAGE_REMEASURE && request->length == sizeof(remeasure)) {
		memcpy(&remeasure, request->payload, sizeof(remeasure));
		kind = MESSAGE_REMEASURED;
		status = extract_again(models, file->bytes, file->len, &remeasure, &payload, &len,
				       err);
	} else {
		return error_set(err, ERR_PROTOCOL, "an unknown request");
	}
	if (status == OK)
		status = message_send(socket, kind, payload, len, -1, err);
	free(payload);
	return status;
}

enum status serve(const struct models *models, int socket, bool test_inputs, struct error *err)
{
	for (;;) {
		struct message request;
		struct file file = {0};
		bool answered = false;
		enum status status = message_receive(socket, &request, err);

		if (status != OK)
			return status == ERR_MISSING ? OK : status;
		status = file_map(request.fd, &file, err);
		if (status == OK && test_inputs)
			status = test_input_act(file.bytes, file.len, socket, &answered, err);
		if (status == OK && !answered)
			status = answer(models, socket, &request, &file, err);
		if (status == ERR_NOMEM)
			status = send_too_large(socket, request.kind, err);
		file_unmap(&file);
		message_done(&request);
		if (status != OK)
			return status;
	}
}
