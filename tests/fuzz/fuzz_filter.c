/* The filter language: any text is a filter, or refused at one of its bytes with one line. */
#include "lookalike/review/filter.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool one_line(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct session_group group = {.id = 1, .name = (char *)"choir"};
	struct session session = {.named = &group, .named_count = 1};
	struct session_image image = {.path = (char *)"/p/a.jpg", .name = "a.jpg"};
	struct session_face face = {.image = &image};
	struct filter *filter;
	struct error err = {.msg = ""};
	char *text = malloc(len + 1);
	size_t at = 0;

	if (!text)
		return 0;
	memcpy(text, bytes, len);
	text[len] = '\0';
	if (filter_parse(text, false, &filter, &at, &err)) {
		if (at > strlen(text) || !*err.msg || !one_line(err.msg))
			abort();
	} else {
		/* Alone, the face says what its photo does. */
		image.faces = &face;
		image.face_count = 1;
		if (filter_image(filter, &session, &image) != filter_face(filter, &session, &face))
			abort();
		filter_free(filter);
	}
	free(text);
	return 0;
}
