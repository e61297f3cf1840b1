/* Result files, CSV fields and JSON values. */
#include "lookalike/cli/output.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status io_error(const char *what, const char *path, struct error *err)
{
	int saved = errno;
	char *quoted = quote_new(path);

	error_set(err, ERR_IO, "%s %s: %s", what, quoted, strerror(saved));
	free(quoted);
	return ERR_IO;
}

enum status output_open(const char *path, struct output *out, struct error *err)
{
	struct output o = {.file = stdout};
	int fd;

	if (path && strcmp(path, "-")) {
		o.path = text_copy(path);
		o.temporary = text_format("%s.XXXXXX", path);
		fd = mkstemp(o.temporary); /* 0600: results tell about people's faces */
		if (fd < 0) {
			io_error("cannot write beside", path, err);
			free(o.path);
			free(o.temporary);
			return ERR_IO;
		}
		o.file = fdopen(fd, "w");
	}
	*out = o;
	return OK;
}

static void output_done(struct output *out)
{
	free(out->path);
	free(out->temporary);
	memset(out, 0, sizeof(*out));
}

/* What a rename needs to survive a power cut: the folder's own entry on disk. */
static void sync_folder_of(const char *path)
{
	char *folder = text_copy(path), *slash = strrchr(folder, '/');
	int fd;

	if (slash)
		slash[slash == folder] = '\0';
	fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

enum status output_commit(struct output *out, struct error *err)
{
	enum status status = OK;
	bool failed = fflush(out->file) || ferror(out->file);

	if (!out->path) {
		if (failed && errno != EPIPE)
			status = io_error("cannot write to", "stdout", err);
		output_done(out);
		return status;
	}
	failed = failed || fsync(fileno(out->file));
	failed = fclose(out->file) || failed;
	if (failed || rename(out->temporary, out->path)) {
		status = io_error("cannot write", out->path, err);
		unlink(out->temporary);
	} else {
		sync_folder_of(out->path);
	}
	output_done(out);
	return status;
}

void output_abandon(struct output *out)
{
	if (out->path) {
		fclose(out->file);
		unlink(out->temporary);
	}
	output_done(out);
}

void csv_text(FILE *file, const char *text)
{
	char *quoted;

	if (!text)
		return;
	quoted = quote_new(text);
	if (!quoted[strcspn(quoted, ",\"\r\n")]) {
		fputs(quoted, file);
	} else {
		putc('"', file);
		for (const char *c = quoted; *c; c++) {
			if (*c == '"')
				putc('"', file);
			putc(*c, file);
		}
		putc('"', file);
	}
	free(quoted);
}

struct json_object *json_number(double value)
{
	char text[32];

	if (!isfinite(value))
		return NULL;
	snprintf(text, sizeof(text), "%.9g", value);
	return json_object_new_double_s(value, text);
}

static char *base64_new(const char *bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(bytes);
	char *out = memory_new((len + 2) / 3 * 4 + 1), *to = out;

	for (size_t i = 0; i < len; i += 3) {
		const unsigned char *b = (const unsigned char *)bytes + i;
		uint32_t three = (uint32_t)b[0] << 16 | (i + 1 < len ? (uint32_t)b[1] << 8 : 0) |
				 (i + 2 < len ? b[2] : 0);

		*to++ = digits[three >> 18];
		*to++ = digits[three >> 12 & 63];
		*to++ = i + 1 < len ? digits[three >> 6 & 63] : '=';
		*to++ = i + 2 < len ? digits[three & 63] : '=';
	}
	return out;
}

void json_add_path(struct json_object *object, const char *path)
{
	size_t len = strlen(path), at = 0;
	char *text, *base64;
	uint32_t cp;

	if (utf8_valid(path, len)) {
		json_object_object_add(object, "path", json_object_new_string(path));
		return;
	}
	text = memory_new(3 * len + 1);
	for (size_t i = 0, n; i < len; i += n ? n : 1) {
		n = utf8_decode(path + i, len - i, &cp);
		memcpy(text + at, n ? path + i : "\xef\xbf\xbd", n ? n : 3);
		at += n ? n : 3;
	}
	base64 = base64_new(path);
	json_object_object_add(object, "path", json_object_new_string(text));
	json_object_object_add(object, "path_base64", json_object_new_string(base64));
	free(base64);
	free(text);
}

void json_write(FILE *file, struct json_object *object)
{
	fputs(json_object_to_json_string_ext(object, JSON_C_TO_STRING_NOSLASHESCAPE), file);
	putc('\n', file);
	json_object_put(object);
}
