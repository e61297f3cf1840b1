/*
 * inspect.c: an extractor is started, heard, looked at and ended.
 */
#include "lookalike/scan/inspect.h"

#include "lookalike/base/quote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define HELLO_LIMIT_S 60 /* a cold disk may have to give 100 MB of models */

/* Which of several packages answers to libblas.so.3 decides over a factor of 15 in speed. */
static void find_blas(pid_t pid, char *out, size_t out_size)
{
	char name[32], *line = NULL, *path;
	size_t capacity = 0;
	FILE *maps;

	snprintf(name, sizeof(name), "/proc/%d/maps", (int)pid);
	maps = fopen(name, "re");
	out[0] = '\0';
	while (maps && !out[0] && getline(&line, &capacity, maps) > 0) {
		path = strchr(line, '/');
		if (path && strstr(path, "libblas.so"))
			quote_bytes(out, out_size, path, strcspn(path, "\n"));
	}
	free(line);
	if (maps)
		fclose(maps);
}

static enum status take_hello(const struct message *msg, struct inspection *out, struct error *err)
{
	struct hello hello;
	int text_len;

	if (msg->kind != MESSAGE_HELLO || msg->length != sizeof(hello))
		return error_set(err, ERR_PROTOCOL,
				 "the extractor is of another version: install "
				 "both programs together");
	memcpy(&hello, msg->payload, sizeof(hello));
	text_len = (int)strnlen(hello.message, sizeof(hello.message));
	if (hello.status != OK)
		return error_set(err, hello.status <= ERR_CANCELLED ? hello.status : ERR_PROTOCOL,
				 "%.*s", text_len, hello.message);
	out->isolation = hello.isolation;
	snprintf(out->no_embedding, sizeof(out->no_embedding), "%.*s",
		 (int)strnlen(hello.no_embedding, sizeof(hello.no_embedding)), hello.no_embedding);
	snprintf(out->versions, sizeof(out->versions), "%.*s", text_len, hello.message);
	return OK;
}

enum status inspect_extractor(const struct launch_config *config, struct inspection *out,
			      struct error *err)
{
	const struct timeval limit = {.tv_sec = HELLO_LIMIT_S};
	struct inspection found = {0};
	struct launched launched;
	struct message msg;
	enum status status = launch_extractor(config, &launched, err);

	if (status)
		return status;
	setsockopt(launched.socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	status = message_receive(launched.socket, &msg, NULL);
	if (status) {
		status = error_set(err, ERR_PROTOCOL,
				   "the extractor does not start; run it under ldd to "
				   "see whether a library is missing");
	} else {
		status = take_hello(&msg, &found, err);
		find_blas(launched.pid, found.blas, sizeof(found.blas));
		message_done(&msg);
	}
	launch_end(&launched);
	if (!status)
		*out = found;
	return status;
}
