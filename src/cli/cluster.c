/* lookalike cluster: the groups. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"
#include "lookalike/cli/vectors.h"

#include "lookalike/base/quote.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_FACES 6 /* nearest to the centre; CSV and JSON have all */

static int count_assigned(const struct session *s, int assigned)
{
	int count = 0;

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			count += s->images[i]->faces[j].assigned == assigned;
	return count;
}

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
	const struct session *s = g->session;
	int faces = session_open_faces(s) - g->left_out;
	char *weights = weights_text(&g->options);
	const char *chosen = "";

	if (!g->options.k)
		chosen = strcmp(grouping_chosen_by(g), "suggested") ? " (k by BIC: no clear k)"
								    : " (k as suggested)";
	fprintf(file, "%d face%s in %d group%s", faces, faces == 1 ? "" : "s", g->k,
		g->k == 1 ? "" : "s");
	if (g->options.distance > 0)
		fprintf(file, "; neural, nearer than %.2f\n", g->options.distance);
	else
		fprintf(file, "%s; %s, scale %s%s, seed %llu, cost %.4g\n", chosen,
			features_name(g->options.features), grouping_scale_name(g), weights,
			(unsigned long long)g->options.seed, grouping_cost(g));
	free(weights);
	write_left_out(file, g);
	for (int c = 0; c < g->k; c++) {
		const struct group *group = &g->groups[c];
		char traits[128];
		double distance;
		int nearest = grouping_nearest(g, group, &distance);

		traits_text(group->traits, group->trait_count, traits, sizeof(traits));
		fprintf(file, "\n%3d  %4d face%s  %s\n", group->number, group->size,
			group->size == 1 ? " " : "s", traits);
		fprintf(file, "            spread %.2f", group->spread);
		if (nearest)
			fprintf(file, ", nearest group %d at %.2f", nearest, distance);
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

static void write_csv(FILE *file, const struct grouping *g, bool raw)
{
	void (*text)(FILE *, const char *) = raw ? csv_raw : csv_text;

	fputs("cluster,path,face,distance\r\n", file);
	for (int c = 0; c < g->k; c++) {
		for (int i = 0; i < g->groups[c].size; i++) {
			const struct session_face *face = g->groups[c].faces[i];

			fprintf(file, "%d,", g->groups[c].number);
			text(file, face->image->path);
			fprintf(file, ",%d,%.9g\r\n", face->position, face->distance);
		}
	}
}

static struct json_object *group_json(const struct grouping *g, const struct group *group)
{
	double distance;
	int nearest = grouping_nearest(g, group, &distance);
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
	json_object_object_add(o, "nearest", nearest ? json_object_new_int(nearest) : NULL);
	json_object_object_add(o, "nearest_distance", json_number(distance));
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

/* What a measure looks like here: the faces with the least, the middle and the most of it. */
static struct json_object *measure_json(struct grouping *g, enum measure measure)
{
	static const char *const names[EXTREMES] = {"min", "median", "max"};
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "feature", json_object_new_string(measure_name(measure)));
	json_object_object_add(o, "reliability", json_number(g->session->reliability[measure]));
	for (int i = 0; i < EXTREMES; i++) {
		const struct session_face *face = grouping_extremes(g, measure)[i];
		struct json_object *at = json_object_new_object();

		json_add_path(at, face->image->path);
		json_object_object_add(at, "face", json_object_new_int(face->position));
		json_object_object_add(at, "value", json_number(face->measures[measure]));
		json_object_object_add(o, names[i], at);
	}
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

			if (face->group >= 0 || face->assigned != FACE_OPEN)
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

static void write_json(FILE *file, struct grouping *g, double silhouette)
{
	const struct grouping_options *by = &g->options;
	struct json_object *o = json_object_new_object(), *clusters = json_object_new_array(),
			   *measures = json_object_new_array();

	for (int c = 0; c < g->k; c++)
		json_object_array_add(clusters, group_json(g, &g->groups[c]));
	for (int i = 0; i < g->session->named_count; i++)
		json_object_array_add(clusters, named_json(g->session, i, g->k + 1 + i));
	json_object_object_add(o, "k", json_object_new_int(g->k));
	json_object_object_add(o, "chosen_by", json_object_new_string(grouping_chosen_by(g)));
	json_object_object_add(o, "features", json_object_new_string(features_name(by->features)));
	json_object_object_add(o, "threshold", by->distance > 0 ? json_number(by->distance) : NULL);
	json_object_object_add(o, "scale", json_object_new_string(grouping_scale_name(g)));
	json_object_object_add(o, "weights", json_weights(by));
	json_object_object_add(o, "seed", json_object_new_int64((int64_t)by->seed));
	json_object_object_add(o, "restarts", json_object_new_int(by->restarts));
	json_object_object_add(o, "cost", json_number(grouping_cost(g)));
	json_object_object_add(o, "silhouette", json_number(silhouette));
	json_object_object_add(o, "left_out", json_object_new_int(g->left_out));
	json_object_object_add(o, "left_out_faces", left_out_json(g));
	json_object_object_add(o, "clusters", clusters);
	for (int m = 0; m < MEASURE_COUNT; m++)
		json_object_array_add(measures, measure_json(g, m));
	json_object_object_add(o, "measures", measures);
	json_object_object_add(o, "set_aside", assigned_json(g->session, FACE_ASIDE));
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
			write_csv(output.file, grouping, options->raw);
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
