/* elbow: the cost for every k; left and right choose k. */
#include "lookalike/ui/chart.h"
#include "lookalike/ui/view.h"

#include <math.h>

#define K_ROOM 1000

static void draw_caption(struct app *app, struct rect area, const struct chart *chart)
{
	int k = chart->current_k;
	char drop[64] = "", knee[64] = "";

	if (k > 1 && isfinite(chart->cost[k - 2]) && chart->cost[k - 2] > 0)
		snprintf(drop, sizeof(drop), ", %.0f %% less than at k = %d",
			 100 * (1 - chart->cost[k - 1] / chart->cost[k - 2]), k - 1);
	if (chart->knee)
		snprintf(knee, sizeof(knee), "   knee (K) at k = %d", chart->knee);
	grid_printf(&app->grid, area.row, area.col + 1, area.cols - 2, STYLE_PLAIN,
		    "k = %d   cost %.4g%s%s", k, chart->cost[k - 1], drop, knee);
}

static void draw(struct app *app, struct rect area)
{
	double cost[K_ROOM];
	struct chart chart = {.cost = cost};

	chart.kmax = grouping_curve(app->grouping, cost, K_ROOM, &chart.knee);
	chart.current_k = app->grouping->k;
	if (app->grouping->options.distance > 0) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  "the groups are by distance: d goes back to k, and to its curve");
		return;
	}
	if (!chart.kmax || !chart.current_k) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  app->session->totals.faces ? "clustering ..." : "no faces yet");
		return;
	}
	draw_caption(app, area, &chart);
	chart_draw(&app->grid,
		   (struct rect){area.row + 1, area.col + 1, area.rows - 1, area.cols - 2}, &chart);
}

static bool act(struct app *app, enum action action, int count)
{
	int step = count ? count : 1, k = app->grouping->k;

	if (!k || app->grouping->options.distance > 0)
		return false;
	switch (action) {
	case ACTION_LEFT:
		app_set_k(app, k - step);
		return true;
	case ACTION_RIGHT:
		app_set_k(app, k + step);
		return true;
	case ACTION_FIRST:
		app_set_k(app, 1);
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
	.hints = "h l choose k  Enter the groups  = the knee  f mode  z scale  Tab view  ? help",
	.draw = draw,
	.act = act,
};
