/* lookalike cluster: the groups. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"
#include "lookalike/cli/vectors.h"

#include "lookalike/base/quote.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_FACES 6 /* nearest to the centre; CSV and JSON have all */

void cluster_write_text(FILE *file, const struct grouping *g)
{
	int faces = g->session->totals.faces - g->left_out;
	const char *chosen = "";

	if (!g->options.k)
		chosen = strcmp(grouping_chosen_by(g), "suggested") ? " (k by BIC: no clear k)"
								    : " (k as suggested)";
	fprintf(file, "%d face%s in %d group%s%s; geometry, scale %s, seed %llu, cost %.4g\n",
		faces, faces == 1 ? "" : "s", g->k, g->k == 1 ? "" : "s", chosen,
		scale_name(g->options.scale), (unsigned long long)g->options.seed,
		grouping_cost(g));
	if (g->left_out)
		fprintf(file, "%d left out, turned by more than %d degrees\n", g->left_out,
			g->options.max_yaw_deg);
	for (int c = 0; c < g->k; c++) {
		const struct group *group = &g->groups[c];
		char traits[128];

		traits_text(group->traits, group->trait_count, traits, sizeof(traits));
		fprintf(file, "\n%3d  %4d face%s  %s\n", group->number, group->size,
			group->size == 1 ? " " : "s", traits);
		fprintf(file, "            spread %.2f", group->spread);
		if (group->nearest)
			fprintf(file, ", nearest group %d at %.2f", group->nearest,
				group->nearest_distance);
		putc('\n', file);
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
	json_object_object_add(o, "spread", json_number(group->spread));
	json_object_object_add(o, "nearest",
			       group->nearest ? json_object_new_int(group->nearest) : NULL);
	json_object_object_add(o, "nearest_distance", json_number(group->nearest_distance));
	json_object_object_add(o, "faces", faces);
	return o;
}

/* What a measure looks like here: the faces with the least, the middle and the most of it. */
static struct json_object *measure_json(const struct grouping *g, enum measure measure)
{
	static const char *const names[EXTREMES] = {"min", "median", "max"};
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "feature", json_object_new_string(measure_name(measure)));
	json_object_object_add(o, "reliability", json_number(g->session->reliability[measure]));
	for (int i = 0; i < EXTREMES; i++) {
		const struct session_face *face = g->extremes[measure][i];
		struct json_object *at = json_object_new_object();

		json_add_path(at, face->image->path);
		json_object_object_add(at, "face", json_object_new_int(face->position));
		json_object_object_add(at, "value", json_number(face->measures[measure]));
		json_object_object_add(o, names[i], at);
	}
	return o;
}

static void write_json(FILE *file, const struct grouping *g, double silhouette)
{
	const struct grouping_options *by = &g->options;
	struct json_object *o = json_object_new_object(), *clusters = json_object_new_array(),
			   *measures = json_object_new_array();

	for (int c = 0; c < g->k; c++)
		json_object_array_add(clusters, group_json(&g->groups[c]));
	json_object_object_add(o, "k", json_object_new_int(g->k));
	json_object_object_add(o, "chosen_by", json_object_new_string(grouping_chosen_by(g)));
	json_object_object_add(o, "features", json_object_new_string("geometry"));
	json_object_object_add(o, "scale", json_object_new_string(scale_name(by->scale)));
	json_object_object_add(o, "seed", json_object_new_int64((int64_t)by->seed));
	json_object_object_add(o, "restarts", json_object_new_int(by->restarts));
	json_object_object_add(o, "cost", json_number(grouping_cost(g)));
	json_object_object_add(o, "silhouette", json_number(silhouette));
	json_object_object_add(o, "left_out", json_object_new_int(g->left_out));
	json_object_object_add(o, "clusters", clusters);
	for (int m = 0; m < MEASURE_COUNT; m++)
		json_object_array_add(measures, measure_json(g, m));
	json_object_object_add(o, "measures", measures);
	json_write(file, o);
}

static enum status cluster_vectors(const struct options *options, struct error *err)
{
	struct vectors vectors;
	struct output output;
	enum status status = vectors_compute(options, false, &vectors, err);

	if (status)
		return status;
	status = output_open(options->output, &output, err);
	if (!status) {
		status = vectors_write(output.file, options, &vectors, err);
		if (status)
			output_abandon(&output);
		else
			status = output_commit(&output, err);
	}
	vectors_done(&vectors);
	return status;
}

static enum status cluster_faces(const struct options *options, struct error *err)
{
	struct grouping *grouping;
	struct session *session;
	struct output output;
	double silhouette;
	enum status status = command_load(options, &session, err);

	if (status)
		return status;
	grouping = grouping_new(session, &options->grouping);
	status = grouping_compute(grouping, err);
	if (!status)
		status = grouping_silhouette(grouping, &silhouette, err);
	if (!status)
		status = output_open(options->output, &output, err);
	if (!status) {
		if (options->format == FORMAT_JSON)
			write_json(output.file, grouping, silhouette);
		else if (options->format == FORMAT_CSV)
			write_csv(output.file, grouping);
		else
			cluster_write_text(output.file, grouping);
		status = output_commit(&output, err);
	}
	grouping_free(grouping);
	session_free(session);
	return status;
}

int command_cluster(const struct options *options)
{
	struct error err;
	enum status status = options->vectors ? cluster_vectors(options, &err)
					      : cluster_faces(options, &err);

	return status ? command_fail(&err) : 0;
}
