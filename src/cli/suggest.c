/* lookalike suggest: groups that may be one person, and faces that may be somebody with a name. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/quote.h"
#include "lookalike/review/suggest.h"

#include <stdlib.h>

/* A suggestion with what is written of it. */
struct offer {
	const struct suggestion *s;
	const struct roster_entry *a, *b;
	int size_b; /* 1 for a single face */
	const struct session_face *face_a, *face_b;
};

static struct offer offer_of(const struct roster *r, const struct suggestion *s)
{
	struct offer o = {.s = s,
			  .a = &r->entries[roster_find(r, s->a)],
			  .b = &r->entries[roster_find(r, s->b)]};

	suggest_faces(r, s, &o.size_b);
	suggest_nearest(r, s, &o.face_a, &o.face_b);
	return o;
}

static void write_face(FILE *file, const struct session_face *face)
{
	char *path = quote_new(face->image->path);

	fprintf(file, "            %s", path);
	if (face->image->face_count > 1)
		fprintf(file, "  face %d of %d", face->position + 1, face->image->face_count);
	putc('\n', file);
	free(path);
}

static void write_text(FILE *file, const struct roster *r, const struct suggestions *found)
{
	const struct grouping *g = r->grouping;

	fprintf(file, "%d group%s nearer than %.2f; %d pair%s that may be one person\n", g->k,
		g->k == 1 ? "" : "s", g->options.distance, found->count,
		found->count == 1 ? "" : "s");
	for (int i = 0; i < found->count; i++) {
		struct offer o = offer_of(r, &found->items[i]);
		const char *single = o.s->face ? "a face of " : "";
		char *name = quote_new(o.a->name ? o.a->name : "");

		fprintf(file, "\n     %5.2f  ", o.s->distance);
		if (o.a->name)
			fprintf(file, "%s and %sgroup %d", name, single, o.b->group->number);
		else
			fprintf(file, "groups %d and %d", o.a->group->number, o.b->group->number);
		fprintf(file, ": %d and %d face%s%s\n", o.a->size, o.size_b,
			o.size_b == 1 ? "" : "s",
			o.s->same_photo ? "; but both are in one photo" : "");
		write_face(file, o.face_a);
		write_face(file, o.face_b);
		free(name);
	}
}

static void write_csv(FILE *file, const struct roster *r, const struct suggestions *found)
{
	fputs("distance,name,a,b,size_a,size_b,path_a,face_a,path_b,face_b,same_photo,single\r\n",
	      file);
	for (int i = 0; i < found->count; i++) {
		struct offer o = offer_of(r, &found->items[i]);

		fprintf(file, "%.9g,", o.s->distance);
		csv_text(file, o.a->name);
		if (o.a->name)
			fputs(",,", file);
		else
			fprintf(file, ",%d,", o.a->group->number);
		fprintf(file, "%d,%d,%d,", o.b->group->number, o.a->size, o.size_b);
		csv_text(file, o.face_a->image->path);
		fprintf(file, ",%d,", o.face_a->position);
		csv_text(file, o.face_b->image->path);
		fprintf(file, ",%d,", o.face_b->position);
		csv_text(file, o.s->same_photo ? o.s->same_photo->path : NULL);
		fprintf(file, ",%d\r\n", o.s->face != NULL);
	}
}

/* A group of the clustering has a number, one that a person made has a name. */
static struct json_object *group_json(const struct roster_entry *e, int size,
				      const struct session_face *face)
{
	struct json_object *o = json_object_new_object(), *near = json_object_new_object();

	json_add_path(near, face->image->path);
	json_object_object_add(near, "face", json_object_new_int(face->position));
	json_object_object_add(o, "id", e->group ? json_object_new_int(e->group->number) : NULL);
	json_object_object_add(o, "name", e->name ? json_object_new_string(e->name) : NULL);
	json_object_object_add(o, "size", json_object_new_int(size));
	json_object_object_add(o, "nearest", near);
	return o;
}

static void write_json(FILE *file, const struct roster *r, const struct suggestions *found)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	for (int i = 0; i < found->count; i++) {
		struct offer offer = offer_of(r, &found->items[i]);
		struct json_object *item = json_object_new_object(), *photo = NULL;

		if (offer.s->same_photo) {
			photo = json_object_new_object();
			json_add_path(photo, offer.s->same_photo->path);
		}
		json_object_object_add(item, "distance", json_number(offer.s->distance));
		json_object_object_add(item, "a", group_json(offer.a, offer.a->size, offer.face_a));
		json_object_object_add(item, "b", group_json(offer.b, offer.size_b, offer.face_b));
		json_object_object_add(item, "single",
				       json_object_new_boolean(offer.s->face != NULL));
		json_object_object_add(item, "same_photo", photo);
		json_object_array_add(list, item);
	}
	json_object_object_add(o, "k", json_object_new_int(r->grouping->k));
	json_object_object_add(o, "threshold", json_number(r->grouping->options.distance));
	json_object_object_add(o, "suggestions", list);
	json_write(file, o);
}

int command_suggest(const struct options *options)
{
	struct grouping_options by = options->grouping;
	struct suggestions found = {0};
	struct roster roster = {0};
	struct grouping *grouping;
	struct session *session;
	struct store *store;
	struct output output;
	struct error err;
	int code;

	if (command_open(options, &session, &store, &err))
		return command_fail(&err);
	by.features = FEATURES_NEURAL;
	if (!(by.distance > 0))
		by.distance = DISTANCE_DEFAULT;
	grouping = grouping_new(session, &by);
	if (grouping_compute(grouping, &err) || output_open(options->output, &output, &err)) {
		code = command_fail(&err);
		goto out;
	}
	roster_build(&roster, grouping, NULL);
	suggest_find(&roster, suggest_reach(grouping), &found);
	if (options->format == FORMAT_JSON)
		write_json(output.file, &roster, &found);
	else if (options->format == FORMAT_CSV)
		write_csv(output.file, &roster, &found);
	else
		write_text(output.file, &roster, &found);
	code = output_commit(&output, &err) ? command_fail(&err) : 0;
out:
	suggestions_done(&found);
	roster_done(&roster);
	grouping_free(grouping);
	session_free(session);
	store_close(store);
	return code;
}
