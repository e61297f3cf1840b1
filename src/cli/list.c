/* lookalike list: every image and its verdict. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"
#include "lookalike/cli/summary.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/review/findings.h"
#include "lookalike/review/labelling.h"

#include <stdlib.h>

static void write_text(FILE *file, const struct session *s, const struct session_image *image)
{
	char *path = quote_new(image->path), *label;

	fprintf(file, "%-11s %3d face%s %3d seen %5d x %-5d %s", verdict_name(image->verdict),
		image->face_count, image->face_count == 1 ? " " : "s", image->seen_count,
		image->width_px, image->height_px, path);
	free(path);
	if (image->detail || image->same_as) {
		char *why = quote_new(image->same_as ? image->same_as : image->detail);

		fprintf(file, "  (%s%s)", image->same_as ? "same file as " : "", why);
		free(why);
	}
	label = image_label_text(s, image);
	if (label)
		fprintf(file, "  [%s]", label);
	free(label);
	putc('\n', file);
}

typedef void csv_text_fn(FILE *file, const char *text);

static void write_hash(FILE *file, const uint8_t hash[PERCEPTUAL_HASH_BYTES])
{
	for (int i = 0; i < PERCEPTUAL_HASH_BYTES && perceptual_hash_known(hash); i++)
		fprintf(file, "%02x", hash[i]);
}

/* Empty where an older version has measured the photo, or nobody could. */
static void write_csv_quality(FILE *file, const struct session_image *image, csv_text_fn *text)
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
	putc(',', file);
	text(file, image->duplicate_of ? image->duplicate_of->path : NULL);
	putc(',', file);
	text(file, image->near_duplicate_of ? image->near_duplicate_of->path : NULL);
}

static void write_csv_label(FILE *file, const struct session *s, const struct session_image *image,
			    void (*text)(FILE *, const char *))
{
	const struct session_face *face;
	float confidence = image_doubt(image, &face);

	putc(',', file);
	text(file, image->class < 0 ? NULL : labels_name(s->labels, image->class));
	fprintf(file, ",%s,", face ? doubt_name(face->doubt) : "");
	if (face)
		fprintf(file, "%.9g", (double)confidence);
	putc(',', file);
	text(file,
	     face && face->doubt_class >= 0 ? labels_name(s->labels, face->doubt_class) : NULL);
}

static void write_csv(FILE *file, const struct session *s, const struct session_image *image,
		      bool raw)
{
	csv_text_fn *text = raw ? csv_raw : csv_text;

	text(file, image->path);
	fprintf(file, ",%s,", verdict_name(image->verdict));
	text(file, image->detail);
	fprintf(file, ",%d,%d,%d,%d,", image->width_px, image->height_px, image->face_count,
		image->seen_count);
	text(file, format_name(image->format));
	putc(',', file);
	text(file, image->same_as);
	write_csv_quality(file, image, text);
	if (s->labels)
		write_csv_label(file, s, image, text);
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

static struct json_object *path_or_null(const struct session_image *image)
{
	return text_or_null(image ? image->path : NULL);
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

/* Of a label: what it is, and what is doubtful about it. */
static void add_label(struct json_object *o, const struct session *s,
		      const struct session_image *image)
{
	const struct session_face *face;
	float confidence = image_doubt(image, &face);
	bool like = face && face->doubt_class >= 0;

	json_add_bytes(o, "label", "label_base64",
		       image->class < 0 ? NULL : labels_name(s->labels, image->class));
	json_object_object_add(o, "label_doubt",
			       face ? json_object_new_string(doubt_name(face->doubt)) : NULL);
	json_object_object_add(o, "label_doubt_confidence",
			       face ? json_number((double)confidence) : NULL);
	json_add_bytes(o, "label_looks_like", "label_looks_like_base64",
		       like ? labels_name(s->labels, face->doubt_class) : NULL);
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
	json_object_object_add(o, "duplicate_of", path_or_null(image->duplicate_of));
	json_object_object_add(o, "near_duplicate_of", path_or_null(image->near_duplicate_of));
	add_label(o, s, image);
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
		write_csv(file, session, image, options->raw);
		break;
	case FORMAT_PATHS0:
		fputs(image->path, file);
		putc('\0', file);
		break;
	default:
		write_text(file, session, image);
	}
}

/* Compare the labels, where there are some, with the faces. */
static enum status check_labels(struct session *session, struct labelling **out, struct error *err)
{
	struct labelling *labelling;
	enum status status;

	if (!session->labels)
		return OK;
	labelling = labelling_collect(session);
	status = labelling_find(labelling, NULL, err);
	if (status) {
		labelling_free(labelling);
		return status;
	}
	labelling_apply(labelling, session);
	*out = labelling;
	return OK;
}

static void write_header(FILE *file, const struct options *options)
{
	if (options->format == FORMAT_JSON)
		fputs("[\n", file);
	if (options->format == FORMAT_CSV)
		fprintf(file,
			"path,verdict,detail,width,height,faces,seen_not_measured,format,"
			"same_as,sharpness,brightness,shadows,highlights,perceptual_hash,"
			"exif_turned,wrong_extension,findings,duplicate_of,near_duplicate_of%s\r\n",
			options->labels ? ",label,label_doubt,label_doubt_confidence,"
					  "label_looks_like"
					: "");
}

static void write_list(FILE *file, const struct options *options, const struct session *session,
		       const struct filter *filter)
{
	struct session_image **passing = memory_new(((size_t)session->image_count + 1) *
						    sizeof(struct session_image *));
	int count = 0;

	for (int i = 0; i < session->image_count; i++)
		if (filter_image(filter, session, session->images[i]))
			passing[count++] = session->images[i];
	if (filter_is_of_doubts(filter))
		labelling_order(passing, count);
	write_header(file, options);
	for (int i = 0; i < count; i++)
		write_image(file, options, session, passing[i], i == 0);
	if (options->format == FORMAT_JSON)
		fputs("]\n", file);
	free(passing);
}

int command_list(const struct options *options)
{
	struct labelling *labelling = NULL;
	struct session *session = NULL;
	struct filter *filter;
	struct output output;
	struct error err;
	int code = command_filter(options, &filter);

	if (code)
		return code;
	if (command_load(options, &session, &err) || check_labels(session, &labelling, &err) ||
	    output_open(options->output, &output, &err)) {
		code = command_fail(&err);
	} else {
		findings_compute(session);
		if (options->summary)
			summary_write(output.file, options->format, session, labelling);
		else
			write_list(output.file, options, session, filter);
		code = output_commit(&output, &err) ? command_fail(&err) : 0;
	}
	labelling_free(labelling);
	filter_free(filter);
	session_free(session);
	return code;
}
