/* The elbow curve as SVG. Only numbers and words of our own are written, so nothing is escaped. */
#include "lookalike/cli/chart_svg.h"

#include <math.h>

#define WIDTH       720
#define HEIGHT      360
#define LEFT        70
#define RIGHT       (WIDTH - 20)
#define TOP         30
#define BOTTOM      (HEIGHT - 90)
#define BARS_BOTTOM (HEIGHT - 10)
#define BARS_HEIGHT 40
#define COST_TICKS  5

struct picture {
	FILE *file;
	const struct curve *curve;
	double low, high; /* costs at the bottom and at the top */
	int kmax;
};

static double x_of(const struct picture *p, int k)
{
	if (p->kmax < 2)
		return (LEFT + RIGHT) / 2.0;
	return LEFT + (double)(RIGHT - LEFT) * (k - 1) / (p->kmax - 1);
}

static double y_of(const struct picture *p, double cost)
{
	return TOP + (BOTTOM - TOP) * (p->high - cost) / (p->high - p->low);
}

static void line(const struct picture *p, double x1, double y1, double x2, double y2,
		 const char *more)
{
	fprintf(p->file,
		"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
		"stroke=\"currentColor\"%s/>\n",
		x1, y1, x2, y2, more);
}

static void axes(const struct picture *p)
{
	int every = 1;

	while (p->kmax > 20 * every)
		every *= every == 1 ? 5 : 2;
	line(p, LEFT - 8, TOP, LEFT - 8, BOTTOM + 8, "");
	line(p, LEFT - 8, BOTTOM + 8, RIGHT, BOTTOM + 8, "");
	for (int i = 0; i < COST_TICKS; i++) {
		double cost = p->low + (p->high - p->low) * i / (COST_TICKS - 1);

		line(p, LEFT - 12, y_of(p, cost), LEFT - 8, y_of(p, cost), "");
		fprintf(p->file, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>\n",
			LEFT - 15, y_of(p, cost) + 4, cost);
	}
	for (int k = 1; k <= p->kmax; k++) {
		if (k != 1 && k % every)
			continue;
		line(p, x_of(p, k), BOTTOM + 8, x_of(p, k), BOTTOM + 12, "");
		fprintf(p->file, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>\n",
			x_of(p, k), BOTTOM + 25, k);
	}
	fprintf(p->file, "<text x=\"5\" y=\"15\">cost</text>\n<text x=\"5\" y=\"%d\">k</text>\n",
		BOTTOM + 25);
}

static void points(const struct picture *p)
{
	const struct curve *curve = p->curve;

	fputs("<polyline fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" points=\"",
	      p->file);
	for (int i = 0; i < curve->count; i++)
		if (isfinite(curve->points[i].cost))
			fprintf(p->file, "%.1f,%.1f ", x_of(p, curve->points[i].k),
				y_of(p, curve->points[i].cost));
	fputs("\"/>\n", p->file);
	for (int i = 0; i < curve->count; i++)
		if (isfinite(curve->points[i].cost))
			fprintf(p->file, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>\n",
				x_of(p, curve->points[i].k), y_of(p, curve->points[i].cost));
}

static void bars(const struct picture *p)
{
	const struct curve_point *most = curve_at(p->curve, p->curve->silhouette_k);

	if (!most || most->silhouette <= 0)
		return;
	fprintf(p->file, "<text x=\"5\" y=\"%d\">silhouette</text>\n", BARS_BOTTOM);
	for (int i = 0; i < p->curve->count; i++) {
		const struct curve_point *point = &p->curve->points[i];
		double height = BARS_HEIGHT * point->silhouette / most->silhouette;

		if (height > 0)
			line(p, x_of(p, point->k), BARS_BOTTOM, x_of(p, point->k),
			     BARS_BOTTOM - height, " stroke-width=\"2\"");
	}
}

/* One letter over its point; letters that share a k stand above one another. */
static void letter(const struct picture *p, int k, const char *name, int above)
{
	const struct curve_point *point = curve_at(p->curve, k);

	if (point && isfinite(point->cost))
		fprintf(p->file,
			"<text x=\"%.1f\" y=\"%.1f\" font-weight=\"bold\" fill=\"#d75f00\">%c"
			"<title>%s: k = %d</title></text>\n",
			x_of(p, k) + 4, y_of(p, point->cost) - 6 - 14 * above, name[0], name, k);
}

void chart_svg(FILE *file, const struct curve *curve, int current_k)
{
	struct picture p = {.file = file,
			    .curve = curve,
			    .low = INFINITY,
			    .high = -INFINITY,
			    .kmax = curve_kmax(curve)};

	for (int i = 0; i < curve->count; i++) {
		if (!isfinite(curve->points[i].cost))
			continue;
		p.low = fmin(p.low, curve->points[i].cost);
		p.high = fmax(p.high, curve->points[i].cost);
	}
	if (p.low > p.high)
		return;
	if (p.high == p.low)
		p.high = p.low + 1;
	fprintf(file,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-label=\"cost for each k\" font-family=\"sans-serif\" font-size=\"12\" "
		"fill=\"currentColor\">\n",
		WIDTH, HEIGHT);
	axes(&p);
	if (current_k >= 1 && current_k <= p.kmax) {
		line(&p, x_of(&p, current_k), TOP, x_of(&p, current_k), BOTTOM + 8,
		     " stroke-dasharray=\"4 4\"");
		fprintf(file, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">k = %d</text>\n",
			x_of(&p, current_k), TOP - 8, current_k);
	}
	points(&p);
	bars(&p);
	letter(&p, curve->knee, "Knee", 0);
	letter(&p, curve->silhouette_k, "Silhouette", curve->silhouette_k == curve->knee);
	letter(&p, curve->bic_k, "BIC",
	       (curve->bic_k == curve->knee) + (curve->bic_k == curve->silhouette_k));
	fputs("</svg>\n", file);
}
