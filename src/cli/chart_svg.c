/* The elbow curve as SVG. */
#include "lookalike/cli/chart_svg.h"

#include <math.h>

#define WIDTH  640
#define HEIGHT 260
#define LEFT   56
#define RIGHT  16
#define TOP    16
#define BOTTOM 34

/* A round step that gives about so many lines. */
static double round_step(double range, int lines)
{
	double rough = range / lines, unit = pow(10, floor(log10(rough)));

	return unit * (rough / unit > 5 ? 10 : rough / unit > 2 ? 5 : rough / unit > 1 ? 2 : 1);
}

void chart_svg(FILE *file, const double *cost, int kmax, int k, int knee)
{
	double top = cost[0] > 0 ? cost[0] : 1, step = round_step(top, 4);
	double per_k = (double)(WIDTH - LEFT - RIGHT) / (kmax > 1 ? kmax - 1 : 1);
	double per_cost = (HEIGHT - TOP - BOTTOM) / (ceil(top / step) * step);
	int label_step = kmax > 20 ? (int)round_step(kmax, 10) : 1;

	fprintf(file,
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-label=\"cost for each number of groups\" fill=\"none\">",
		WIDTH, HEIGHT);
	for (int i = 0; i * step < top + step; i++) {
		double c = i * step, y = HEIGHT - BOTTOM - c * per_cost;

		fprintf(file,
			"<path d=\"M%d %.1fH%d\" stroke=\"var(--line)\"/>"
			"<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" "
			"fill=\"var(--soft)\">%g</text>",
			LEFT, y, WIDTH - RIGHT, LEFT - 8, y + 4, c);
	}
	for (int i = 1; i <= kmax; i++)
		if (i == 1 || i % label_step == 0)
			fprintf(file,
				"<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" "
				"fill=\"var(--%s)\"%s>%d</text>",
				LEFT + (i - 1) * per_k, HEIGHT - BOTTOM + 20,
				i == k ? "mark" : "soft", i == k ? " font-weight=\"700\"" : "", i);
	if (k >= 1 && k <= kmax)
		fprintf(file,
			"<path d=\"M%.1f %dV%d\" stroke=\"var(--mark)\" stroke-dasharray=\"4 4\"/>",
			LEFT + (k - 1) * per_k, TOP, HEIGHT - BOTTOM);
	fputs("<path stroke=\"var(--ink)\" stroke-width=\"2\" stroke-linejoin=\"round\" d=\"",
	      file);
	for (int i = 1; i <= kmax; i++)
		fprintf(file, "%c%.1f %.1f", i == 1 ? 'M' : 'L', LEFT + (i - 1) * per_k,
			HEIGHT - BOTTOM - cost[i - 1] * per_cost);
	fputs("\"/>", file);
	for (int i = 1; i <= kmax; i++)
		fprintf(file,
			"<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"var(--%s)\" "
			"stroke=\"var(--card)\" stroke-width=\"1.5\"/>",
			LEFT + (i - 1) * per_k, HEIGHT - BOTTOM - cost[i - 1] * per_cost,
			i == knee || i == k ? "6" : "3.5", i == knee || i == k ? "mark" : "ink");
	fputs("</svg>", file);
}
