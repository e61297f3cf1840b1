/* lookalike cluster: the groups. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/quote.h"

#include <stdlib.h>

#define TEXT_FACES 6 /* nearest to the centre; CSV and JSON have all */

/* Whether a face is in no group because it has no embedding. */
static bool lacks_embedding(const struct grouping *g, const struct session_face *face)
{
	return g->options.features == FEATURES_NEURAL && !face->embedding;
}

static void write_left_out(FILE *file, const struct grouping *g)
{
	const struct session *s = g->session;
	int lacking = g->options.features == FEATURES_NEURAL ? s->totals.faces - s->totals.embedded
							     : 0,
	    listed = 0;

	if (g->left_out > lacking)
		fprintf(file, "%d left out, turned by more than %d degrees\n",
			g->left_out - lacking, g->options.max_yaw_deg);
	if (lacking)
		fprintf(file, "%d left out, without an embedding\n", lacking);
	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			const struct session_face *face = &s->images[i]->faces[j];
			char *path;

			if (!lacks_embedding(g, face) || listed++ >= TEXT_FACES)
				continue;
			path = quote_new(face->image->path);
			fprintf(file, "            %s  face %d of %d\n", path, j + 1,
				face->image->face_count);
			free(path);
		}
	}
}

void cluster_write_text(FILE *file, const struct grouping *g)
{
	int faces = g->session->totals.faces - g->left_out;

	fprintf(file, "%d face%s in %d group%s", faces, faces == 1 ? "" : "s", g->k,
		g->k == 1 ? "" : "s");
	if (g->options.distance > 0)
		fprintf(file, "; neural, nearer than %.2f\n", g->options.distance);
	else
		fprintf(file, "%s; %s, scale %s, seed %llu, cost %.4g\n",
			g->options.k ? "" : " (k chosen by the knee)",
			features_name(g->options.features), grouping_scale_name(g),
			(unsigned long long)g->options.seed, grouping_cost(g));
	write_left_out(file, g);
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

/* The faces that are in no group. */
static struct json_object *left_out_json(const struct grouping *g)
{
	struct json_object *list = json_object_new_array();
	const struct session *s = g->session;

	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			const struct session_face *face = &s->images[i]->faces[j];
			const char *why = lacks_embedding(g, face) ? "no embedding" : "turned";
			struct json_object *o;

			if (face->group >= 0)
				continue;
			o = json_object_new_object();
			json_add_path(o, face->image->path);
			json_object_object_add(o, "face", json_object_new_int(j));
			json_object_object_add(o, "why", json_object_new_string(why));
			json_object_array_add(list, o);
		}
	}
	return list;
}

static const char *chosen_by(const struct grouping *g)
{
	return g->options.distance > 0 ? "distance" : g->options.k ? "user" : NULL;
}

static void write_json(FILE *file, const struct grouping *g)
{
	const struct grouping_options *by = &g->options;
	struct json_object *o = json_object_new_object(), *clusters = json_object_new_array();

	for (int c = 0; c < g->k; c++)
		json_object_array_add(clusters, group_json(&g->groups[c]));
	json_object_object_add(o, "k", json_object_new_int(g->k));
	json_object_object_add(o, "chosen_by",
			       chosen_by(g) ? json_object_new_string(chosen_by(g)) : NULL);
	json_object_object_add(o, "features", json_object_new_string(features_name(by->features)));
	json_object_object_add(o, "threshold", by->distance > 0 ? json_number(by->distance) : NULL);
	json_object_object_add(o, "scale", json_object_new_string(grouping_scale_name(g)));
	json_object_object_add(o, "seed", json_object_new_int64((int64_t)by->seed));
	json_object_object_add(o, "restarts", json_object_new_int(by->restarts));
	json_object_object_add(o, "cost", by->distance > 0 ? NULL : json_number(grouping_cost(g)));
	json_object_object_add(o, "silhouette", NULL);
	json_object_object_add(o, "left_out", json_object_new_int(g->left_out));
	json_object_object_add(o, "left_out_faces", left_out_json(g));
	json_object_object_add(o, "clusters", clusters);
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
