/* lookalike cluster: the groups. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/quote.h"

#include <stdlib.h>

#define TEXT_FACES 6 /* nearest to the centre; CSV and JSON have all */

static int count_assigned(const struct session *s, int assigned)
{
	int count = 0;

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			count += s->images[i]->faces[j].assigned == assigned;
	return count;
}

void cluster_write_text(FILE *file, const struct grouping *g)
{
	const struct session *s = g->session;
	int faces = session_open_faces(s) - g->left_out;

	fprintf(file, "%d face%s in %d group%s%s; geometry, scale %s, seed %llu, cost %.4g\n",
		faces, faces == 1 ? "" : "s", g->k, g->k == 1 ? "" : "s",
		g->options.k ? "" : " (k chosen by the knee)", scale_name(g->options.scale),
		(unsigned long long)g->options.seed, grouping_cost(g));
	if (g->left_out)
		fprintf(file, "%d left out, turned by more than %d degrees\n", g->left_out,
			g->options.max_yaw_deg);
	for (int c = 0; c < g->k; c++) {
		const struct group *group = &g->groups[c];
		char traits[128];

		traits_text(group->traits, group->trait_count, traits, sizeof(traits));
		fprintf(file, "\n%3d  %4d face%s  %s\n", group->number, group->size,
			group->size == 1 ? " " : "s", traits);
		for (int i = 0; i < group->size && i < TEXT_FACES; i++) {
			char *path = quote_new(group->faces[i]->image->path);

			fprintf(file, "     %5.2f  %s", group->faces[i]->distance, path);
			if (group->faces[i]->image->face_count > 1)
				fprintf(file, "  face %d of %d", group->faces[i]->position + 1,
					group->faces[i]->image->face_count);
			putc('\n', file);
			free(path);
		}
		if (group->size > TEXT_FACES)
			fprintf(file, "            and %d more\n", group->size - TEXT_FACES);
	}
	if (s->totals.decided)
		putc('\n', file);
	for (int i = 0; i < s->named_count; i++) {
		char *name = quote_new(s->named[i].name);

		fprintf(file, "  *  %4d face%s  %s\n", s->named[i].face_count,
			s->named[i].face_count == 1 ? " " : "s", name);
		free(name);
	}
	if (count_assigned(s, FACE_ASIDE))
		fprintf(file, "     %4d set aside\n", count_assigned(s, FACE_ASIDE));
}

static void write_csv(FILE *file, const struct grouping *g)
{
	fputs("cluster,path,face,distance\r\n", file);
	for (int c = 0; c < g->k; c++) {
		for (int i = 0; i < g->groups[c].size; i++) {
			const struct session_face *face = g->groups[c].faces[i];

			fprintf(file, "%d,", g->groups[c].number);
			csv_text(file, face->image->path);
			fprintf(file, ",%d,%.9g\r\n", face->position, face->distance);
		}
	}
}

static struct json_object *group_json(const struct group *group)
{
	struct json_object *o = json_object_new_object(), *traits = json_object_new_array(),
			   *faces = json_object_new_array();

	for (int i = 0; i < group->trait_count; i++) {
		struct json_object *trait = json_object_new_object();
		const char *name = measure_name(group->traits[i].measure);

		json_object_object_add(trait, "feature", json_object_new_string(name));
		json_object_object_add(trait, "z", json_number(group->traits[i].z));
		json_object_array_add(traits, trait);
	}
	for (int i = 0; i < group->size; i++) {
		struct json_object *face = json_object_new_object();

		json_add_path(face, group->faces[i]->image->path);
		json_object_object_add(face, "face",
				       json_object_new_int(group->faces[i]->position));
		json_object_object_add(face, "distance", json_number(group->faces[i]->distance));
		json_object_array_add(faces, face);
	}
	json_object_object_add(o, "id", json_object_new_int(group->number));
	json_object_object_add(o, "name", NULL);
	json_object_object_add(o, "size", json_object_new_int(group->size));
	json_object_object_add(o, "described_by", traits);
	json_object_object_add(o, "faces", faces);
	return o;
}

/* The faces of a group that a person made, or those set aside. */
static struct json_object *assigned_json(const struct session *s, int assigned)
{
	struct json_object *faces = json_object_new_array();

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++) {
			struct json_object *face;

			if (s->images[i]->faces[j].assigned != assigned)
				continue;
			face = json_object_new_object();
			json_add_path(face, s->images[i]->path);
			json_object_object_add(face, "face",
					       json_object_new_int(
						       s->images[i]->faces[j].position));
			json_object_object_add(face, "distance", NULL);
			json_object_array_add(faces, face);
		}
	return faces;
}

static struct json_object *named_json(const struct session *s, int i, int id)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "id", json_object_new_int(id));
	json_object_object_add(o, "name", json_object_new_string(s->named[i].name));
	json_object_object_add(o, "size", json_object_new_int(s->named[i].face_count));
	json_object_object_add(o, "described_by", json_object_new_array());
	json_object_object_add(o, "faces", assigned_json(s, i));
	return o;
}

static void write_json(FILE *file, const struct grouping *g)
{
	const struct grouping_options *by = &g->options;
	struct json_object *o = json_object_new_object(), *clusters = json_object_new_array();

	for (int c = 0; c < g->k; c++)
		json_object_array_add(clusters, group_json(&g->groups[c]));
	for (int i = 0; i < g->session->named_count; i++)
		json_object_array_add(clusters, named_json(g->session, i, g->k + 1 + i));
	json_object_object_add(o, "k", json_object_new_int(g->k));
	json_object_object_add(o, "chosen_by", by->k ? json_object_new_string("user") : NULL);
	json_object_object_add(o, "features", json_object_new_string("geometry"));
	json_object_object_add(o, "scale", json_object_new_string(scale_name(by->scale)));
	json_object_object_add(o, "seed", json_object_new_int64((int64_t)by->seed));
	json_object_object_add(o, "restarts", json_object_new_int(by->restarts));
	json_object_object_add(o, "cost", json_number(grouping_cost(g)));
	json_object_object_add(o, "silhouette", NULL);
	json_object_object_add(o, "left_out", json_object_new_int(g->left_out));
	json_object_object_add(o, "clusters", clusters);
	json_object_object_add(o, "aside", assigned_json(g->session, FACE_ASIDE));
	json_write(file, o);
}

int command_cluster(const struct options *options)
{
	struct grouping *grouping = NULL;
	struct session *session;
	struct output output;
	struct error err;
	int code;

	if (command_load(options, &session, &err))
		return command_fail(&err);
	grouping = grouping_new(session, &options->grouping);
	if (grouping_compute(grouping, &err) || output_open(options->output, &output, &err)) {
		code = command_fail(&err);
		goto out;
	}
	if (options->format == FORMAT_JSON)
		write_json(output.file, grouping);
	else if (options->format == FORMAT_CSV)
		write_csv(output.file, grouping);
	else
		cluster_write_text(output.file, grouping);
	code = output_commit(&output, &err) ? command_fail(&err) : 0;
out:
	grouping_free(grouping);
	session_free(session);
	return code;
}
