/* lookalike suggest: groups that may be one person. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/quote.h"
#include "lookalike/review/suggest.h"

#include <stdlib.h>

static void write_face(FILE *file, const struct session_face *face)
{
	char *path = quote_new(face->image->path);

	fprintf(file, "            %s", path);
	if (face->image->face_count > 1)
		fprintf(file, "  face %d of %d", face->position + 1, face->image->face_count);
	putc('\n', file);
	free(path);
}

static void write_text(FILE *file, const struct grouping *g, const struct suggestions *found)
{
	fprintf(file, "%d group%s nearer than %.2f; %d pair%s that may be one person\n", g->k,
		g->k == 1 ? "" : "s", g->options.distance, found->count,
		found->count == 1 ? "" : "s");
	for (int i = 0; i < found->count; i++) {
		const struct suggestion *s = &found->items[i];
		const struct group *a = &g->groups[s->a], *b = &g->groups[s->b];

		fprintf(file, "\n     %5.2f  groups %d and %d: %d and %d face%s%s\n", s->distance,
			a->number, b->number, a->size, b->size, b->size == 1 ? "" : "s",
			s->same_photo ? "; but both are in one photo" : "");
		write_face(file, s->face_a);
		write_face(file, s->face_b);
	}
}

static void write_csv(FILE *file, const struct grouping *g, const struct suggestions *found)
{
	fputs("distance,a,b,size_a,size_b,path_a,face_a,path_b,face_b,same_photo\r\n", file);
	for (int i = 0; i < found->count; i++) {
		const struct suggestion *s = &found->items[i];
		const struct group *a = &g->groups[s->a], *b = &g->groups[s->b];

		fprintf(file, "%.9g,%d,%d,%d,%d,", s->distance, a->number, b->number, a->size,
			b->size);
		csv_text(file, s->face_a->image->path);
		fprintf(file, ",%d,", s->face_a->position);
		csv_text(file, s->face_b->image->path);
		fprintf(file, ",%d,", s->face_b->position);
		csv_text(file, s->same_photo ? s->same_photo->path : NULL);
		fputs("\r\n", file);
	}
}

static struct json_object *group_json(const struct group *group, const struct session_face *face)
{
	struct json_object *o = json_object_new_object(), *near = json_object_new_object();

	json_add_path(near, face->image->path);
	json_object_object_add(near, "face", json_object_new_int(face->position));
	json_object_object_add(o, "id", json_object_new_int(group->number));
	json_object_object_add(o, "name", NULL);
	json_object_object_add(o, "size", json_object_new_int(group->size));
	json_object_object_add(o, "nearest", near);
	return o;
}

static void write_json(FILE *file, const struct grouping *g, const struct suggestions *found)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	for (int i = 0; i < found->count; i++) {
		const struct suggestion *s = &found->items[i];
		struct json_object *item = json_object_new_object(), *photo = NULL;

		if (s->same_photo) {
			photo = json_object_new_object();
			json_add_path(photo, s->same_photo->path);
		}
		json_object_object_add(item, "distance", json_number(s->distance));
		json_object_object_add(item, "a", group_json(&g->groups[s->a], s->face_a));
		json_object_object_add(item, "b", group_json(&g->groups[s->b], s->face_b));
		json_object_object_add(item, "same_photo", photo);
		json_object_array_add(list, item);
	}
	json_object_object_add(o, "k", json_object_new_int(g->k));
	json_object_object_add(o, "threshold", json_number(g->options.distance));
	json_object_object_add(o, "suggestions", list);
	json_write(file, o);
}

int command_suggest(const struct options *options)
{
	struct grouping_options by = options->grouping;
	struct suggestions found = {0};
	struct grouping *grouping;
	struct session *session;
	struct output output;
	struct error err;
	int code;

	if (command_load(options, &session, &err))
		return command_fail(&err);
	by.features = FEATURES_NEURAL;
	if (!(by.distance > 0))
		by.distance = DISTANCE_DEFAULT;
	grouping = grouping_new(session, &by);
	if (grouping_compute(grouping, &err) || output_open(options->output, &output, &err)) {
		code = command_fail(&err);
		goto out;
	}
	suggest_find(grouping, by.distance * SUGGEST_REACH, NULL, NULL, &found);
	if (options->format == FORMAT_JSON)
		write_json(output.file, grouping, &found);
	else if (options->format == FORMAT_CSV)
		write_csv(output.file, grouping, &found);
	else
		write_text(output.file, grouping, &found);
	code = output_commit(&output, &err) ? command_fail(&err) : 0;
out:
	suggestions_done(&found);
	grouping_free(grouping);
	session_free(session);
	return code;
}
