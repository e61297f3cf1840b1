/*
 * The elbow curve. The joining line is drawn in braille, eight dots a cell, because a knee is a
 * matter of slopes that whole characters cannot show; the points that were computed are marked
 * on top. In ASCII the line is dots, one a cell. The cost axis does not start at zero: the shape
 * is what is looked at.
 */
#include "lookalike/ui/chart.h"

#include "lookalike/ui/color.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_MAX 16
#define TICKS_MAX 64

/* Below these the legend, then the axes, make room for the curve. */
#define LEGEND_ROWS_MIN 9
#define BARS_ROWS_MIN   8
#define AXES_ROWS_MIN   5
#define PLOT_COLS_MIN   6

static const struct style axis_style = {.attrs = ATTR_DIM};
static const struct style line_style = {0};
static const struct style point_style = {.attrs = ATTR_BOLD};
static const struct style current_style = {.fg = COLOR_CURRENT, .attrs = ATTR_BOLD};
static const struct style peak_style = {.fg = COLOR_PEAK, .attrs = ATTR_BOLD};

struct plot {
	struct grid *g;
	const struct chart *chart;
	struct rect area; /* of the curve */
	double low, high, first_tick, step;
	int decimals;
	int kmax;
	bool axes, legend, bars;
};

/* The point of k if it has a cost by now, or NULL. */
static const struct curve_point *point_at(const struct plot *p, int k)
{
	const struct curve_point *point = curve_at(p->chart->curve, k);

	return point && isfinite(point->cost) ? point : NULL;
}

/* The smallest of 1, 2, 5 times a power of ten that cuts the span in at most so many steps. */
static double round_step(double span, int steps)
{
	double raw = span / steps, power = pow(10, floor(log10(raw)));

	for (int i = 0; i < 3; i++) {
		static const double factor[] = {1, 2, 5};

		if (factor[i] * power >= raw * (1 - 1e-9))
			return factor[i] * power;
	}
	return 10 * power;
}

/* The cost axis: what there is, from end to end; false when there is no cost yet. */
static bool scale_axis(struct plot *p)
{
	double low = INFINITY, high = -INFINITY;
	int ticks = p->area.rows / 2;

	for (int i = 0; i < p->chart->curve->count; i++) {
		double cost = p->chart->curve->points[i].cost;

		if (!isfinite(cost))
			continue;
		low = fmin(low, cost);
		high = fmax(high, cost);
	}
	if (low > high)
		return false;
	if (high - low <= fabs(high) * 1e-9) {
		low = fmin(low, 0);
		high = high > low ? high : low + 1;
	}
	p->step = round_step(high - low, ticks > 1 ? ticks : 1);
	p->low = low;
	p->high = high;
	p->first_tick = ceil(low / p->step - 1e-9) * p->step;
	p->decimals = p->step < 1 ? (int)ceil(-log10(p->step) - 1e-9) : 0;
	return true;
}

static int tick_count(const struct plot *p)
{
	int count = (int)floor((p->high - p->first_tick) / p->step + 1e-9) + 1;

	return count < TICKS_MAX ? count : TICKS_MAX;
}

static void tick_label(const struct plot *p, int tick, char label[LABEL_MAX])
{
	double value = p->first_tick + tick * p->step;

	if (p->decimals > 6 || fabs(p->high) >= 1e9)
		snprintf(label, LABEL_MAX, "%.3g", value);
	else
		snprintf(label, LABEL_MAX, "%.*f", p->decimals, value);
}

/* Where a cost lies, 0 at the top to 1 at the bottom of the area. */
static double depth_of(const struct plot *p, double cost)
{
	return (p->high - cost) / (p->high - p->low);
}

static int row_of(const struct plot *p, double cost)
{
	return p->area.row + (int)lround(depth_of(p, cost) * (p->area.rows - 1));
}

static int col_of(const struct plot *p, int k)
{
	if (p->kmax < 2)
		return p->area.col + p->area.cols / 2;
	return p->area.col + (int)lround((double)(k - 1) * (p->area.cols - 1) / (p->kmax - 1));
}

static void put(const struct plot *p, int row, int col, struct style style, uint32_t ch)
{
	grid_fill(p->g, (struct rect){row, col, 1, 1}, style, ch);
}

static uint32_t choose(uint32_t utf8, char ascii)
{
	return grid_is_ascii() ? (uint32_t)ascii : utf8;
}

/* Split the rect: costs on the left, k and silhouettes below, legend and the label of k above. */
static void lay_out(struct plot *p, struct rect rect)
{
	int label_cols = 0;

	p->bars = rect.rows >= BARS_ROWS_MIN && p->chart->curve->silhouette_k;
	p->axes = rect.rows >= AXES_ROWS_MIN;
	p->legend = rect.rows >= LEGEND_ROWS_MIN;
	p->area = rect;
	p->area.row += p->legend ? 2 : 0;
	p->area.rows -= (p->legend ? 2 : 0) + (p->axes ? 2 : 0) + (p->bars ? 1 : 0);
	if (!p->axes || !scale_axis(p))
		return;
	for (int tick = 0; tick < tick_count(p); tick++) {
		char label[LABEL_MAX];

		tick_label(p, tick, label);
		if ((int)strlen(label) > label_cols)
			label_cols = (int)strlen(label);
	}
	/* The label, a blank, the axis; the curve starts one column on. */
	p->area.col += label_cols + 3;
	p->area.cols -= label_cols + 4;
}

static void draw_cost_axis(const struct plot *p, int left)
{
	int axis_col = p->area.col - 2;

	for (int row = p->area.row; row < p->area.row + p->area.rows; row++)
		put(p, row, axis_col, axis_style, choose(0x2502, '|'));
	for (int tick = 0; tick < tick_count(p); tick++) {
		int row = row_of(p, p->first_tick + tick * p->step);
		char label[LABEL_MAX];

		tick_label(p, tick, label);
		put(p, row, axis_col, axis_style, choose(0x2524, '+'));
		grid_text(p->g, row, axis_col - 1 - (int)strlen(label), axis_col - left,
			  (struct style){0}, label);
	}
}

/* Every how many k there is room for a label. */
static int label_every(const struct plot *p)
{
	static const int every[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
	int widest = snprintf(NULL, 0, "%d", p->kmax), i = 0;

	while (i < 9 && (long)every[i] * (p->area.cols - 1) < (long)(widest + 1) * p->kmax)
		i++;
	return every[i];
}

static void draw_k_axis(const struct plot *p)
{
	int row = p->area.row + p->area.rows, every = label_every(p);

	put(p, row, p->area.col - 2, axis_style, choose(0x2514, '+'));
	for (int col = p->area.col - 1; col < p->area.col + p->area.cols; col++)
		put(p, row, col, axis_style, choose(0x2500, '-'));
	grid_text(p->g, row + 1, p->area.col - 3, 1, (struct style){0}, "k");
	for (int k = 1; k <= p->kmax; k++) {
		int digits = snprintf(NULL, 0, "%d", k), col = col_of(p, k);

		if (k % every != 0 && (k != 1 || every == 1))
			continue;
		put(p, row, col, axis_style, choose(0x252c, '+'));
		if (col + (digits + 1) / 2 > p->area.col + p->area.cols)
			col = p->area.col + p->area.cols - (digits + 1) / 2;
		grid_printf(p->g, row + 1, col - (digits - 1) / 2, digits, (struct style){0}, "%d",
			    k);
	}
}

static void draw_guide(const struct plot *p, int left, int right)
{
	int k = p->chart->current_k, col, len;
	char label[LABEL_MAX];

	if (k < 1 || k > p->kmax)
		return;
	col = col_of(p, k);
	for (int row = p->area.row; row < p->area.row + p->area.rows; row++)
		put(p, row, col, current_style, choose(0x250a, ':'));
	if (!p->legend)
		return;
	len = snprintf(label, sizeof(label), "k=%d", k);
	col -= len / 2;
	if (col + len > right)
		col = right - len;
	if (col < left)
		col = left;
	grid_text(p->g, p->area.row - 1, col, len, current_style, label);
}

/* Under each k its silhouette, as a share of the highest one; in ASCII its tenths. */
static void draw_bars(const struct plot *p, int left)
{
	const struct curve *curve = p->chart->curve;
	double most = curve_at(curve, curve->silhouette_k)->silhouette;
	int row = p->area.row + p->area.rows + 2, room = p->area.col - left;

	grid_text(p->g, row, left, room, axis_style, room > 4 ? "silh" : "S");
	for (int i = 0; i < curve->count; i++) {
		double silhouette = fmax(curve->points[i].silhouette, 0);
		int eighths = most > 0 ? (int)ceil(silhouette / most * 8) : 0;
		int tenths = silhouette < 0.9 ? (int)(silhouette * 10) : 9;

		if (isnan(curve->points[i].silhouette))
			continue;
		put(p, row, col_of(p, curve->points[i].k), line_style,
		    choose(0x2580 + (uint32_t)(eighths > 1 ? eighths : 1), (char)('0' + tenths)));
	}
}

struct mark {
	char letter;
	const char *name;
	int k;
};

static void marks_of(const struct curve *curve, struct mark marks[3])
{
	marks[0] = (struct mark){'K', "knee", curve->knee};
	marks[1] = (struct mark){'S', "silhouette", curve->silhouette_k};
	marks[2] = (struct mark){'B', "BIC", curve->bic_k};
}

/* "K knee 5  S silhouette 2  B BIC 6" in full, or only letters and numbers; returns its length. */
static int legend_text(const struct mark *marks, bool full, char *out, size_t out_size)
{
	size_t used = 0;

	for (int i = 0; i < 3; i++)
		if (marks[i].k && used < out_size)
			used += (size_t)snprintf(out + used, out_size - used, "%s%c %s%s%d",
						 used ? "  " : "", marks[i].letter,
						 full ? marks[i].name : "", full ? " " : "",
						 marks[i].k);
	return (int)used;
}

static void draw_legend(const struct plot *p, struct rect rect)
{
	char text[96] = "";
	struct mark marks[3];
	int len, col;

	marks_of(p->chart->curve, marks);
	grid_text(p->g, rect.row, rect.col, rect.cols, (struct style){0}, "cost");
	len = legend_text(marks, true, text, sizeof(text));
	if (len + 6 > rect.cols)
		len = legend_text(marks, false, text, sizeof(text));
	if (len + 6 > rect.cols)
		return;
	col = rect.col + rect.cols - len;
	grid_text(p->g, rect.row, col, len, (struct style){0}, text);
	for (int i = 0; i < len; i++)
		if (strchr("KSB", text[i]) && (i == 0 || text[i - 1] == ' ') && text[i + 1] == ' ')
			grid_style(p->g, (struct rect){rect.row, col + i, 1, 1}, peak_style);
}

/* Set one braille dot; x and y in dots from the top left of the area, two by four a cell. */
static void put_dot(const struct plot *p, int x, int y)
{
	static const uint8_t bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
	int row = p->area.row + y / 4, col = p->area.col + x / 2;
	struct cell *cell = grid_cell(p->g, row, col);
	uint32_t dots = 0x2800;

	if (!cell)
		return;
	if (cell->ch >= 0x2800 && cell->ch <= 0x28ff)
		dots = cell->ch;
	put(p, row, col, line_style, dots | bit[y % 4][x % 2]);
}

/* Join two points, stepping by the finer of the two directions. */
static void draw_segment(const struct plot *p, int col0, double depth0, int col1, double depth1)
{
	bool ascii = grid_is_ascii();
	int across = ascii ? 1 : 2, down = ascii ? 1 : 4;
	int x0 = (col0 - p->area.col) * across, x1 = (col1 - p->area.col) * across;
	/* A point is in the middle of its cell. */
	double y0 = depth0 * (p->area.rows - 1) * down + (down - 1) / 2.0;
	double y1 = depth1 * (p->area.rows - 1) * down + (down - 1) / 2.0;
	int steps = (int)fmax(abs(x1 - x0), ceil(fabs(y1 - y0)));

	for (int i = 0; i <= steps; i++) {
		double t = steps > 0 ? (double)i / steps : 0;
		int x = (int)lround(x0 + t * (x1 - x0)), y = (int)lround(y0 + t * (y1 - y0));

		if (ascii)
			put(p, p->area.row + y, p->area.col + x, line_style, '.');
		else
			put_dot(p, x, y);
	}
}

/* The letters at their k: on the curve, one above the other where they share a k. */
static void draw_marks(const struct plot *p)
{
	struct mark marks[3];

	marks_of(p->chart->curve, marks);
	for (int i = 0; i < 3; i++) {
		const struct curve_point *point = point_at(p, marks[i].k);
		int row;

		if (!point)
			continue;
		row = row_of(p, point->cost);
		for (int j = 0; j < i; j++)
			row -= marks[j].k == marks[i].k;
		if (row < p->area.row)
			row = p->area.row;
		put(p, row, col_of(p, point->k), peak_style, (uint32_t)marks[i].letter);
	}
}

static void draw_curve(const struct plot *p)
{
	const struct curve *curve = p->chart->curve;
	const struct curve_point *last = NULL;

	for (int i = 0; i < curve->count; i++) {
		const struct curve_point *point = &curve->points[i];

		if (!isfinite(point->cost))
			continue;
		if (last)
			draw_segment(p, col_of(p, last->k), depth_of(p, last->cost),
				     col_of(p, point->k), depth_of(p, point->cost));
		last = point;
	}
	for (int i = 0; i < curve->count; i++) {
		const struct curve_point *point = &curve->points[i];

		if (isfinite(point->cost))
			put(p, row_of(p, point->cost), col_of(p, point->k),
			    point->k == p->chart->current_k ? current_style : point_style,
			    choose(0x2022, '*'));
	}
	draw_marks(p);
}

/* Where the curve is, after the axes have their room; false where nothing fits. */
static bool place(struct plot *p, struct rect rect)
{
	if (rect.rows < 1 || rect.cols < 1 || p->kmax < 1)
		return false;
	lay_out(p, rect);
	if (p->area.cols < PLOT_COLS_MIN && p->axes) {
		p->axes = p->legend = p->bars = false;
		p->area = rect;
	}
	return true;
}

void chart_draw(struct grid *g, struct rect rect, const struct chart *chart)
{
	struct plot p = {.g = g, .chart = chart, .kmax = curve_kmax(chart->curve)};

	if (!place(&p, rect))
		return;
	if (!scale_axis(&p)) {
		grid_text(g, rect.row + rect.rows / 2, rect.col, rect.cols, axis_style,
			  "no costs yet");
		return;
	}
	if (p.axes) {
		draw_cost_axis(&p, rect.col);
		draw_k_axis(&p);
	}
	if (p.bars)
		draw_bars(&p, rect.col);
	draw_guide(&p, rect.col, rect.col + rect.cols);
	if (p.legend)
		draw_legend(&p, rect);
	draw_curve(&p);
}

int chart_column(struct rect rect, const struct chart *chart, int k)
{
	struct plot p = {.chart = chart, .kmax = curve_kmax(chart->curve)};

	return place(&p, rect) ? col_of(&p, k) : rect.col;
}
