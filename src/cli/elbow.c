/* lookalike elbow: the cost and the criteria for every k. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"
#include "lookalike/cli/vectors.h"

#include "lookalike/ui/chart.h"

#include <math.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#define CHART_ROWS 20
#define CHART_COLS 76

/* One value of the table, or blanks where there is none. */
static void write_value(FILE *file, int width, int decimals, double value)
{
	if (isfinite(value))
		fprintf(file, " %*.*f", width, decimals, value);
	else
		fprintf(file, " %*s", width, "-");
}

static void write_table(FILE *file, const struct curve *curve)
{
	fprintf(file, "%4s %10s %5s %9s %5s\n", "k", "cost", "silh", "bic", "stab");
	for (int i = 0; i < curve->count; i++) {
		const struct curve_point *point = &curve->points[i];

		fprintf(file, "%4d %10.4g", point->k, point->cost);
		write_value(file, 5, 2, point->silhouette);
		write_value(file, 9, 1, point->bic);
		write_value(file, 5, 2, point->stability);
		putc('\n', file);
	}
}

/* A narrow terminal would break longer lines in two. */
static int chart_cols(FILE *file)
{
	struct winsize size = {0};

	ioctl(fileno(file), TIOCGWINSZ, &size);
	return size.ws_col && size.ws_col < CHART_COLS ? size.ws_col : CHART_COLS;
}

static void write_text(FILE *file, const struct curve *curve, int current_k, bool table)
{
	struct chart chart = {.curve = curve, .current_k = current_k};
	int cols = chart_cols(file);
	struct grid grid;

	grid_init(&grid, CHART_ROWS, cols);
	chart_draw(&grid, (struct rect){0, 0, CHART_ROWS, cols}, &chart);
	grid_write(&grid, file);
	grid_done(&grid);
	if (curve->suggested)
		fprintf(file, "suggested: k = %d (%s)\n", curve->suggested, curve->reason);
	else
		fprintf(file, "%s\n", curve->reason);
	if (curve->knee)
		fprintf(file, "knee of the curve: k = %d\n", curve->knee);
	else
		fputs("the curve has no knee\n", file);
	if (table) {
		putc('\n', file);
		write_table(file, curve);
	}
}

void elbow_write_text(FILE *file, const struct grouping *grouping)
{
	struct curve curve;

	grouping_curve(grouping, &curve);
	write_text(file, &curve, grouping->k, false);
	curve_done(&curve);
}

static void write_csv(FILE *file, const struct curve *curve)
{
	fputs("k,cost,silhouette,bic,stability\r\n", file);
	for (int i = 0; i < curve->count; i++) {
		const struct curve_point *point = &curve->points[i];
		double values[] = {point->cost, point->silhouette, point->bic, point->stability};

		fprintf(file, "%d", point->k);
		for (int j = 0; j < 4; j++)
			if (isfinite(values[j]))
				fprintf(file, ",%.9g", values[j]);
			else
				putc(',', file);
		fputs("\r\n", file);
	}
}

static struct json_object *k_json(int k)
{
	return k ? json_object_new_int(k) : NULL;
}

static struct json_object *point_json(const struct curve_point *point)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "k", json_object_new_int(point->k));
	json_object_object_add(o, "cost", json_number(point->cost));
	json_object_object_add(o, "silhouette", json_number(point->silhouette));
	json_object_object_add(o, "silhouette_error", json_number(point->silhouette_error));
	json_object_object_add(o, "bic", json_number(point->bic));
	json_object_object_add(o, "stability", json_number(point->stability));
	return o;
}

static void write_json(FILE *file, const struct options *options, const struct curve *curve,
		       const char *features, const char *scale)
{
	struct json_object *o = json_object_new_object(), *points = json_object_new_array(),
			   *criteria = json_object_new_object();

	for (int i = 0; i < curve->count; i++)
		json_object_array_add(points, point_json(&curve->points[i]));
	json_object_object_add(criteria, "knee", k_json(curve->knee));
	json_object_object_add(criteria, "silhouette", k_json(curve->silhouette_k));
	json_object_object_add(criteria, "bic", k_json(curve->bic_k));
	json_object_object_add(o, "features", json_object_new_string(features));
	json_object_object_add(o, "scale", json_object_new_string(scale));
	json_object_object_add(o, "weights",
			       options->vectors ? NULL : json_weights(&options->grouping));
	json_object_object_add(o, "kmax", json_object_new_int(curve_kmax(curve)));
	json_object_object_add(o, "curve", points);
	json_object_object_add(o, "criteria", criteria);
	json_object_object_add(o, "suggested", k_json(curve->suggested));
	json_object_object_add(o, "reason", json_object_new_string(curve->reason));
	json_write(file, o);
}

static enum status write_curve(const struct options *options, const struct curve *curve,
			       int current_k, const char *features, const char *scale,
			       struct error *err)
{
	struct output output;
	enum status status = output_open(options->output, &output, err);

	if (status)
		return status;
	if (options->format == FORMAT_JSON)
		write_json(output.file, options, curve, features, scale);
	else if (options->format == FORMAT_CSV)
		write_csv(output.file, curve);
	else
		write_text(output.file, curve, current_k, true);
	return output_commit(&output, err);
}

static enum status elbow_of_vectors(const struct options *options, struct error *err)
{
	struct vectors vectors;
	struct curve curve;
	enum status status = vectors_compute(options, true, &vectors, err);

	if (status)
		return status;
	survey_curve(vectors.survey, &curve);
	status = write_curve(options, &curve, vectors.k, "vectors",
			     scale_name(options->grouping.scale), err);
	curve_done(&curve);
	vectors_done(&vectors);
	return status;
}

static enum status elbow_of_faces(const struct options *options, struct error *err)
{
	struct grouping_options by = options->grouping;
	struct grouping *grouping;
	struct session *session;
	struct curve curve;
	enum status status = command_load(options, &session, err);

	if (status)
		return status;
	by.stability = true;
	grouping = grouping_new(session, &by);
	status = grouping_compute(grouping, err);
	if (!status) {
		grouping_curve(grouping, &curve);
		status = write_curve(options, &curve, grouping->k, features_name(by.features),
				     grouping_scale_name(grouping), err);
		curve_done(&curve);
	}
	grouping_free(grouping);
	session_free(session);
	return status;
}

int command_elbow(const struct options *options)
{
	struct error err;
	enum status status = options->vectors ? elbow_of_vectors(options, &err)
					      : elbow_of_faces(options, &err);

	return status ? command_fail(&err) : 0;
}
