/* lookalike elbow: the cost for every k. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/ui/chart.h"

#include <stdlib.h>

#define CHART_ROWS 18
#define CHART_COLS 76
#define K_ROOM     1000

void elbow_write_text(FILE *file, const struct grouping *grouping)
{
	double cost[K_ROOM];
	struct chart chart = {.cost = cost};
	struct grid grid;

	chart.kmax = grouping_curve(grouping, cost, K_ROOM, &chart.knee);
	chart.current_k = grouping->k;
	grid_init(&grid, CHART_ROWS, CHART_COLS);
	chart_draw(&grid, (struct rect){0, 0, CHART_ROWS, CHART_COLS}, &chart);
	grid_write(&grid, file);
	grid_done(&grid);
	if (chart.knee)
		fprintf(file, "knee of the curve: k = %d\n", chart.knee);
	else
		fputs("the curve has no knee\n", file);
}

static void write_csv(FILE *file, const double *cost, int kmax)
{
	fputs("k,cost,silhouette,bic\r\n", file);
	for (int k = 1; k <= kmax; k++)
		fprintf(file, "%d,%.9g,,\r\n", k, cost[k - 1]);
}

static void write_json(FILE *file, const struct grouping *grouping, const double *cost, int kmax,
		       int knee)
{
	struct json_object *o = json_object_new_object(), *curve = json_object_new_array(),
			   *criteria = json_object_new_object();

	for (int k = 1; k <= kmax; k++) {
		struct json_object *point = json_object_new_object();

		json_object_object_add(point, "k", json_object_new_int(k));
		json_object_object_add(point, "cost", json_number(cost[k - 1]));
		json_object_object_add(point, "silhouette", NULL);
		json_object_object_add(point, "bic", NULL);
		json_object_array_add(curve, point);
	}
	json_object_object_add(criteria, "knee", knee ? json_object_new_int(knee) : NULL);
	json_object_object_add(criteria, "silhouette", NULL);
	json_object_object_add(criteria, "bic", NULL);
	json_object_object_add(o, "features",
			       json_object_new_string(features_name(grouping->options.features)));
	json_object_object_add(o, "scale", json_object_new_string(grouping_scale_name(grouping)));
	json_object_object_add(o, "kmax", json_object_new_int(kmax));
	json_object_object_add(o, "curve", curve);
	json_object_object_add(o, "criteria", criteria);
	json_object_object_add(o, "suggested", NULL);
	json_object_object_add(o, "reason", NULL);
	json_write(file, o);
}

int command_elbow(const struct options *options)
{
	struct grouping *grouping = NULL;
	struct session *session;
	struct output output;
	double cost[K_ROOM];
	struct error err;
	int kmax, knee, code;

	if (command_load(options, &session, &err))
		return command_fail(&err);
	grouping = grouping_new(session, &options->grouping);
	if (grouping_compute(grouping, &err) || output_open(options->output, &output, &err)) {
		code = command_fail(&err);
		goto out;
	}
	kmax = grouping_curve(grouping, cost, K_ROOM, &knee);
	if (options->format == FORMAT_JSON)
		write_json(output.file, grouping, cost, kmax, knee);
	else if (options->format == FORMAT_CSV)
		write_csv(output.file, cost, kmax);
	else
		elbow_write_text(output.file, grouping);
	code = output_commit(&output, &err) ? command_fail(&err) : 0;
out:
	grouping_free(grouping);
	session_free(session);
	return code;
}
