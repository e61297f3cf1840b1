/* lookalike suggest: groups that may be one person. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/review/suggest.h"
#include "lookalike/store/decisions.h"

#include <stdlib.h>

/* The faces of a suggestion's first group, which may be one that a person made. */
static int size_a(const struct grouping *g, const struct suggestion *s)
{
	return s->a >= SUGGEST_NAMED ? g->session->named[s->a - SUGGEST_NAMED].face_count
				     : g->groups[s->a].size;
}

static const char *name_a(const struct grouping *g, const struct suggestion *s)
{
	return s->a >= SUGGEST_NAMED ? g->session->named[s->a - SUGGEST_NAMED].name : NULL;
}

/* What a person has said no to, by face and group. */
struct refusals {
	struct refusal {
		int64_t face_id, group_id;
	} * items; /* in that order */
	int count;
};

static bool add_refusal(int64_t face_id, int64_t group_id, void *user)
{
	struct refusals *r = user;

	r->items = memory_resize(r->items, (size_t)r->count + 1, sizeof(*r->items));
	r->items[r->count++] = (struct refusal){face_id, group_id};
	return true;
}

static int compare_refusals(const void *pa, const void *pb)
{
	const struct refusal *a = pa, *b = pb;

	if (a->face_id != b->face_id)
		return a->face_id < b->face_id ? -1 : 1;
	return (a->group_id > b->group_id) - (a->group_id < b->group_id);
}

static bool is_refused(int64_t face_id, int64_t group_id, void *user)
{
	const struct refusals *r = user;
	const struct refusal wanted = {face_id, group_id};

	return r->count &&
	       bsearch(&wanted, r->items, (size_t)r->count, sizeof(*r->items), compare_refusals);
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

static void write_text(FILE *file, const struct grouping *g, const struct suggestions *found)
{
	fprintf(file, "%d group%s nearer than %.2f; %d pair%s that may be one person\n", g->k,
		g->k == 1 ? "" : "s", g->options.distance, found->count,
		found->count == 1 ? "" : "s");
	for (int i = 0; i < found->count; i++) {
		const struct suggestion *s = &found->items[i];
		const struct group *b = &g->groups[s->b];

		fprintf(file, "\n     %5.2f  ", s->distance);
		if (name_a(g, s))
			fprintf(file, "%s and group %d", name_a(g, s), b->number);
		else
			fprintf(file, "groups %d and %d", g->groups[s->a].number, b->number);
		fprintf(file, ": %d and %d face%s%s\n", size_a(g, s), b->size,
			b->size == 1 ? "" : "s",
			s->same_photo ? "; but both are in one photo" : "");
		write_face(file, s->face_a);
		write_face(file, s->face_b);
	}
}

static void write_csv(FILE *file, const struct grouping *g, const struct suggestions *found)
{
	fputs("distance,name,a,b,size_a,size_b,path_a,face_a,path_b,face_b,same_photo\r\n", file);
	for (int i = 0; i < found->count; i++) {
		const struct suggestion *s = &found->items[i];
		const struct group *b = &g->groups[s->b];

		fprintf(file, "%.9g,", s->distance);
		csv_text(file, name_a(g, s));
		if (name_a(g, s))
			fputs(",,", file);
		else
			fprintf(file, ",%d,", g->groups[s->a].number);
		fprintf(file, "%d,%d,%d,", b->number, size_a(g, s), b->size);
		csv_text(file, s->face_a->image->path);
		fprintf(file, ",%d,", s->face_a->position);
		csv_text(file, s->face_b->image->path);
		fprintf(file, ",%d,", s->face_b->position);
		csv_text(file, s->same_photo ? s->same_photo->path : NULL);
		fputs("\r\n", file);
	}
}

/* A group of the clustering has a number, one that a person made has a name. */
static struct json_object *group_json(int number, const char *name, int size,
				      const struct session_face *face)
{
	struct json_object *o = json_object_new_object(), *near = json_object_new_object();

	json_add_path(near, face->image->path);
	json_object_object_add(near, "face", json_object_new_int(face->position));
	json_object_object_add(o, "id", number ? json_object_new_int(number) : NULL);
	json_object_object_add(o, "name", name ? json_object_new_string(name) : NULL);
	json_object_object_add(o, "size", json_object_new_int(size));
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
		json_object_object_add(item, "a",
				       group_json(name_a(g, s) ? 0 : g->groups[s->a].number,
						  name_a(g, s), size_a(g, s), s->face_a));
		json_object_object_add(item, "b",
				       group_json(g->groups[s->b].number, NULL,
						  g->groups[s->b].size, s->face_b));
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
	struct refusals refusals = {0};
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
	if (store_refusals(store, add_refusal, &refusals, &err) ||
	    grouping_compute(grouping, &err) || output_open(options->output, &output, &err)) {
		code = command_fail(&err);
		goto out;
	}
	suggest_find(grouping, by.distance * SUGGEST_REACH, is_refused, &refusals, &found);
	if (options->format == FORMAT_JSON)
		write_json(output.file, grouping, &found);
	else if (options->format == FORMAT_CSV)
		write_csv(output.file, grouping, &found);
	else
		write_text(output.file, grouping, &found);
	code = output_commit(&output, &err) ? command_fail(&err) : 0;
out:
	suggestions_done(&found);
	free(refusals.items);
	grouping_free(grouping);
	session_free(session);
	store_close(store);
	return code;
}
