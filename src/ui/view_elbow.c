/* elbow: the cost for every k; left and right choose k. */
#include "lookalike/ui/chart.h"
#include "lookalike/ui/view.h"

#include <math.h>

#define ROWS_WORDS 15 /* below, the chart has all rows but two */

/* The shown k, and what the criteria say: in two lines, or three; returns how many. */
static int draw_caption(struct app *app, struct rect area, const struct curve *curve)
{
	int k = app->grouping->k;
	const struct curve_point *here = curve_at(curve, k), *below = curve_at(curve, k - 1);
	char drop[64] = "", silhouette[40] = "", stability[40] = "";

	if (!here)
		return 2;
	if (below && isfinite(below->cost) && below->cost > 0)
		snprintf(drop, sizeof(drop), ", %.0f %% less than at k = %d",
			 100 * (1 - here->cost / below->cost), k - 1);
	if (!isnan(here->silhouette))
		snprintf(silhouette, sizeof(silhouette), "  silhouette %.2f", here->silhouette);
	if (!isnan(here->stability))
		snprintf(stability, sizeof(stability), "  stability %.2f", here->stability);
	grid_printf(&app->grid, area.row, area.col + 1, area.cols - 2, STYLE_PLAIN,
		    "k = %d  cost %.4g%s%s%s", k, here->cost, drop, silhouette, stability);
	return 1 + grid_paragraph(&app->grid,
				  (struct rect){area.row + 1, area.col + 1,
						area.rows < ROWS_WORDS ? 1 : 2, area.cols - 2},
				  STYLE_DIM,
				  curve->decided ? curve->reason
						 : "the criteria are being computed ...");
}

/* A click chooses the k that was computed and is nearest. */
static void hit_points(struct app *app, struct rect rect, const struct chart *chart)
{
	const struct curve *curve = chart->curve;
	int begin = rect.col;

	app->elbow_cursor = chart->current_k - 1;
	for (int i = 0; i < curve->count; i++) {
		int col = chart_column(rect, chart, curve->points[i].k), end = rect.col + rect.cols;

		if (i + 1 < curve->count)
			end = (col + chart_column(rect, chart, curve->points[i + 1].k)) / 2 + 1;
		if (end <= begin)
			continue;
		app_hit(app, (struct rect){rect.row, begin, rect.rows, end - begin},
			&app->elbow_cursor, curve->points[i].k - 1);
		begin = end;
	}
}

static void draw(struct app *app, struct rect area)
{
	struct curve curve;
	struct chart chart = {.curve = &curve, .current_k = app->grouping->k};

	if (app->grouping->options.distance > 0) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  "the groups are by distance: d goes back to k, and to its curve");
		return;
	}
	grouping_curve(app->grouping, &curve);
	if (!curve.count || !chart.current_k) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  no_groups_text(app));
	} else {
		int used = draw_caption(app, area, &curve);

		area = (struct rect){area.row + used, area.col + 1, area.rows - used,
				     area.cols - 2};
		chart_draw(&app->grid, area, &chart);
		hit_points(app, area, &chart);
	}
	curve_done(&curve);
}

static bool act(struct app *app, enum action action, int count)
{
	int step = count ? count : 1, k = app->grouping->k;

	if (!k || app->grouping->options.distance > 0)
		return false;
	switch (action) {
	case ACTION_LEFT:
	case ACTION_UP:
		app_set_k(app, k - step);
		return true;
	case ACTION_RIGHT:
	case ACTION_DOWN:
		app_set_k(app, k + step);
		return true;
	case ACTION_FIRST:
		app_set_k(app, step);
		return true;
	case ACTION_LAST:
		app_set_k(app, grouping_kmax(app->grouping));
		return true;
	case ACTION_OPEN:
		app_show(app, VIEW_CLUSTERS);
		return true;
	default:
		return false;
	}
}

const struct view view_elbow = {
	.name = "elbow",
	.hints = "h l choose k  Enter groups  = suggested k  f mode  z scale  Tab view  ? help",
	.draw = draw,
	.act = act,
};
