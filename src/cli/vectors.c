/* lookalike cluster --vectors: groups of rows. Numbers of rows are from 0, as NumPy counts. */
#include "lookalike/cli/vectors.h"

#include "lookalike/base/memory.h"
#include "lookalike/cli/npy.h"
#include "lookalike/cli/output.h"
#include "lookalike/cluster/criteria.h"
#include "lookalike/cluster/rule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_ROWS 12 /* nearest to the centre; CSV and JSON have all */

struct row {
	int number;
	float distance;
};

static void scale_columns(enum scale scale, float *values, int n, int d)
{
	double *shift = memory_new((size_t)d * sizeof(*shift));
	double *factor = memory_new((size_t)d * sizeof(*factor));

	scale_fit(scale, values, n, d, shift, factor);
	scale_apply(values, n, d, shift, factor);
	free(shift);
	free(factor);
}

/* k as asked for, or as the criteria say. */
static void choose(const struct options *options, struct vectors *v)
{
	struct curve curve;

	v->k = options->grouping.k;
	v->chosen_by = "user";
	if (v->k)
		return;
	survey_curve(v->survey, &curve);
	v->k = rule_auto(&curve);
	v->chosen_by = curve.suggested ? "suggested" : "bic";
	curve_done(&curve);
}

enum status vectors_compute(const struct options *options, bool whole_curve, struct vectors *out,
			    struct error *err)
{
	const struct grouping_options *by = &options->grouping;
	struct survey_options survey = {.kmax_is_wall = by->kmax_is_wall,
					.stability = whole_curve,
					.seed = by->seed};
	struct vectors v = {0};
	enum status status;
	float *values;

	status = npy_read(options->vectors, &values, &v.n, &v.d, err);
	if (status)
		return status;
	if (by->k > v.n) {
		free(values);
		return error_set(err, ERR_INPUT, "-k %d is more than the %d row%s there %s", by->k,
				 v.n, v.n == 1 ? "" : "s", v.n == 1 ? "is" : "are");
	}
	scale_columns(by->scale, values, v.n, v.d);
	v.sweep = sweep_new(values, v.n, v.d, by->k > by->kmax ? by->k : by->kmax, 0, by->restarts,
			    by->seed);
	v.survey = survey_new(v.sweep, &survey);
	status = sweep_run(v.sweep, NULL, err);
	if (!status && (!by->k || whole_curve))
		status = survey_run(v.survey, NULL, err);
	if (status) {
		vectors_done(&v);
		return status;
	}
	choose(options, &v);
	*out = v;
	return OK;
}

void vectors_done(struct vectors *v)
{
	survey_free(v->survey);
	sweep_free(v->sweep);
	memset(v, 0, sizeof(*v));
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return x->number - y->number;
}

/* The rows of one group, nearest to its centre first; returns how many. */
static int rows_of(const struct vectors *v, int group, const float *distances, struct row *rows)
{
	const int32_t *labels = sweep_labels(v->sweep, v->k);
	int count = 0;

	for (int i = 0; i < v->n; i++)
		if (labels[i] == group)
			rows[count++] = (struct row){.number = i, .distance = distances[i]};
	qsort(rows, (size_t)count, sizeof(*rows), compare_rows);
	return count;
}

static void write_group_text(FILE *file, int group, const struct row *rows, int count)
{
	fprintf(file, "\n%3d  %4d row%s\n", group + 1, count, count == 1 ? "" : "s");
	for (int i = 0; i < count && i < TEXT_ROWS; i++)
		fprintf(file, "     %7.4g  row %d\n", (double)rows[i].distance, rows[i].number);
	if (count > TEXT_ROWS)
		fprintf(file, "              and %d more\n", count - TEXT_ROWS);
}

static struct json_object *group_json(int group, const struct row *rows, int count)
{
	struct json_object *o = json_object_new_object(), *numbers = json_object_new_array();

	for (int i = 0; i < count; i++)
		json_object_array_add(numbers, json_object_new_int(rows[i].number));
	json_object_object_add(o, "id", json_object_new_int(group + 1));
	json_object_object_add(o, "name", NULL);
	json_object_object_add(o, "size", json_object_new_int(count));
	json_object_object_add(o, "described_by", json_object_new_array());
	json_object_object_add(o, "rows", numbers);
	return o;
}

static struct json_object *head_json(const struct options *options, const struct vectors *v,
				     double silhouette)
{
	const struct grouping_options *by = &options->grouping;
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "k", json_object_new_int(v->k));
	json_object_object_add(o, "chosen_by", json_object_new_string(v->chosen_by));
	json_object_object_add(o, "features", json_object_new_string("vectors"));
	json_object_object_add(o, "scale", json_object_new_string(scale_name(by->scale)));
	json_object_object_add(o, "weights", NULL);
	json_object_object_add(o, "seed", json_object_new_int64((int64_t)by->seed));
	json_object_object_add(o, "restarts", json_object_new_int(by->restarts));
	json_object_object_add(o, "cost", json_number(sweep_cost(v->sweep, v->k)));
	json_object_object_add(o, "silhouette", json_number(silhouette));
	return o;
}

enum status vectors_write(FILE *file, const struct options *options, const struct vectors *v,
			  struct error *err)
{
	struct labelling by = {.k = v->k, .labels = sweep_labels(v->sweep, v->k)};
	struct silhouette silhouette;
	struct json_object *clusters;
	enum status status;
	float *distances;
	struct row *rows;

	status = silhouette_means(sweep_data(v->sweep), &by, 1, NULL, &silhouette, err);
	if (status)
		return status;
	distances = memory_new((size_t)v->n * sizeof(*distances));
	rows = memory_new((size_t)v->n * sizeof(*rows));
	clusters = json_object_new_array();
	sweep_distances(v->sweep, v->k, distances);
	if (options->format == FORMAT_CSV)
		fputs("cluster,row,distance\r\n", file);
	else if (options->format == FORMAT_TEXT)
		fprintf(file, "%d row%s in %d group%s (k chosen by: %s); scale %s, cost %.4g\n",
			v->n, v->n == 1 ? "" : "s", v->k, v->k == 1 ? "" : "s", v->chosen_by,
			scale_name(options->grouping.scale), sweep_cost(v->sweep, v->k));
	for (int group = 0; group < v->k; group++) {
		int count = rows_of(v, group, distances, rows);

		if (options->format == FORMAT_JSON)
			json_object_array_add(clusters, group_json(group, rows, count));
		else if (options->format == FORMAT_TEXT)
			write_group_text(file, group, rows, count);
		for (int i = 0; i < count && options->format == FORMAT_CSV; i++)
			fprintf(file, "%d,%d,%.9g\r\n", group + 1, rows[i].number,
				(double)rows[i].distance);
	}
	if (options->format == FORMAT_JSON) {
		struct json_object *o = head_json(options, v, silhouette.mean);

		json_object_object_add(o, "clusters", clusters);
		json_write(file, o);
	} else {
		json_object_put(clusters);
	}
	free(rows);
	free(distances);
	return OK;
}
