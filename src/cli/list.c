/* lookalike list: every image and its verdict. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/quote.h"
#include "lookalike/review/findings.h"

#include <stdlib.h>

static void write_text(FILE *file, const struct session_image *image)
{
	char *path = quote_new(image->path);

	fprintf(file, "%-11s %3d face%s %3d seen %5d x %-5d %s", verdict_name(image->verdict),
		image->face_count, image->face_count == 1 ? " " : "s", image->seen_count,
		image->width_px, image->height_px, path);
	free(path);
	if (image->detail || image->same_as) {
		char *why = quote_new(image->same_as ? image->same_as : image->detail);

		fprintf(file, "  (%s%s)", image->same_as ? "same file as " : "", why);
		free(why);
	}
	putc('\n', file);
}

static void write_hash(FILE *file, const uint8_t hash[PERCEPTUAL_HASH_BYTES])
{
	for (int i = 0; i < PERCEPTUAL_HASH_BYTES && perceptual_hash_known(hash); i++)
		fprintf(file, "%02x", hash[i]);
}

/* Empty where an older version has measured the photo, or nobody could. */
static void write_csv_quality(FILE *file, const struct session_image *image)
{
	const struct photo_quality *q = &image->quality;
	const float measured[] = {q->sharpness, q->brightness, q->shadows, q->highlights};

	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++) {
		putc(',', file);
		csv_measured(file, measured[i]);
	}
	putc(',', file);
	write_hash(file, q->perceptual_hash);
	fputs(photo_quality_known(q) ? exif_turned(image) ? ",1" : ",0" : ",", file);
	fprintf(file, ",%d,", wrong_extension(image->path, image->format));
	csv_findings(file, image->findings);
}

static void write_csv(FILE *file, const struct session_image *image, bool raw)
{
	void (*text)(FILE *, const char *) = raw ? csv_raw : csv_text;

	text(file, image->path);
	fprintf(file, ",%s,", verdict_name(image->verdict));
	text(file, image->detail);
	fprintf(file, ",%d,%d,%d,%d,", image->width_px, image->height_px, image->face_count,
		image->seen_count);
	text(file, format_name(image->format));
	putc(',', file);
	text(file, image->same_as);
	write_csv_quality(file, image);
	fputs("\r\n", file);
}

static struct json_object *text_or_null(const char *text)
{
	char *quoted;
	struct json_object *object;

	if (!text)
		return NULL;
	quoted = quote_new(text);
	object = json_object_new_string(quoted);
	free(quoted);
	return object;
}

/* The name of each face's group, null for those in none. */
static struct json_object *groups_json(const struct session *s, const struct session_image *image)
{
	struct json_object *array = json_object_new_array();

	for (int i = 0; i < image->face_count; i++) {
		int assigned = image->faces[i].assigned;

		json_object_array_add(array, assigned >= 0 ? json_object_new_string(
								     s->named[assigned].name)
							   : NULL);
	}
	return array;
}

/* null where an older version has measured the photo, or nobody could. */
static void add_quality(struct json_object *o, const struct session_image *image)
{
	const struct photo_quality *q = &image->quality;
	char hex[2 * PERCEPTUAL_HASH_BYTES + 1];

	for (size_t i = 0; i < sizeof(q->perceptual_hash); i++)
		snprintf(hex + 2 * i, 3, "%02x", q->perceptual_hash[i]);
	json_object_object_add(o, "sharpness", json_number((double)q->sharpness));
	json_object_object_add(o, "brightness", json_number((double)q->brightness));
	json_object_object_add(o, "shadows", json_number((double)q->shadows));
	json_object_object_add(o, "highlights", json_number((double)q->highlights));
	json_object_object_add(o, "perceptual_hash",
			       perceptual_hash_known(q->perceptual_hash)
				       ? json_object_new_string(hex)
				       : NULL);
	json_object_object_add(o, "exif_turned",
			       photo_quality_known(q) ? json_object_new_boolean(exif_turned(image))
						      : NULL);
}

static struct json_object *image_json(const struct session *s, const struct session_image *image)
{
	struct json_object *o = json_object_new_object();

	json_add_path(o, image->path);
	json_object_object_add(o, "verdict", json_object_new_string(verdict_name(image->verdict)));
	json_object_object_add(o, "detail", text_or_null(image->detail));
	json_object_object_add(o, "width", json_object_new_int(image->width_px));
	json_object_object_add(o, "height", json_object_new_int(image->height_px));
	json_object_object_add(o, "faces", json_object_new_int(image->face_count));
	json_object_object_add(o, "seen_not_measured", json_object_new_int(image->seen_count));
	json_object_object_add(o, "format", json_object_new_string(format_name(image->format)));
	json_object_object_add(o, "groups", groups_json(s, image));
	json_object_object_add(o, "same_as", text_or_null(image->same_as));
	add_quality(o, image);
	json_object_object_add(o, "wrong_extension",
			       json_object_new_boolean(
				       wrong_extension(image->path, image->format)));
	json_object_object_add(o, "findings", json_findings(image->findings));
	return o;
}

static void write_image(FILE *file, const struct options *options, const struct session *session,
			const struct session_image *image, bool first)
{
	switch (options->format) {
	case FORMAT_JSON:
		fputs(first ? " " : ",", file);
		json_write(file, image_json(session, image));
		break;
	case FORMAT_CSV:
		write_csv(file, image, options->raw);
		break;
	case FORMAT_PATHS0:
		fputs(image->path, file);
		putc('\0', file);
		break;
	default:
		write_text(file, image);
	}
}

int command_list(const struct options *options)
{
	struct filter *filter;
	struct session *session;
	struct output output;
	struct error err;
	bool first = true;
	int code = command_filter(options, &filter);

	if (code)
		return code;
	if (command_load(options, &session, &err)) {
		filter_free(filter);
		return command_fail(&err);
	}
	findings_compute(session);
	if (output_open(options->output, &output, &err)) {
		filter_free(filter);
		session_free(session);
		return command_fail(&err);
	}
	if (options->format == FORMAT_CSV)
		fputs("path,verdict,detail,width,height,faces,seen_not_measured,format,same_as,"
		      "sharpness,brightness,shadows,highlights,perceptual_hash,exif_turned,"
		      "wrong_extension,findings\r\n",
		      output.file);
	if (options->format == FORMAT_JSON)
		fputs("[\n", output.file);
	for (int i = 0; i < session->image_count; i++) {
		if (!filter_image(filter, session, session->images[i]))
			continue;
		write_image(output.file, options, session, session->images[i], first);
		first = false;
	}
	if (options->format == FORMAT_JSON)
		fputs("]\n", output.file);
	filter_free(filter);
	session_free(session);
	return output_commit(&output, &err) ? command_fail(&err) : 0;
}
