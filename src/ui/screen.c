/* What surrounds every view: title, tabs, progress, messages, key hints; and the help over it. */
#include "lookalike/ui/view.h"

#include "lookalike/base/quote.h"
#include "lookalike/cluster/rule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MIN       5
#define COLS_MIN       20
#define HELP_COLS      62
#define HELP_COLS_WIDE 80
#define HELP_KEYS      10
#define BAR_COLS       20
#define TITLE_COLS_MIN 36 /* for the program's name and the beginning of the path */

static void draw_rule(struct grid *g, int row)
{
	grid_fill(g, (struct rect){row, 0, 1, g->cols}, STYLE_DIM, grid_is_ascii() ? '-' : 0x2500);
}

/* Put one more count behind the others if there is anything to count, and room for it. */
static int add_count(char *counts, size_t size, int width, int room, int count, const char *words)
{
	int longer = width + (int)strlen(words);

	if (!count || longer > room || (size_t)longer >= size)
		return width;
	strcat(counts, words);
	return longer;
}

static void draw_title(struct app *app)
{
	const struct session_totals *t = &app->session->totals;
	struct grid *g = &app->grid;
	char counts[128], seen[48], turned[32];
	char *path = app->config->path_count ? quote_new(app->config->paths[0]) : quote_new("");
	int room = g->cols - TITLE_COLS_MIN, width, used;

	width = snprintf(counts, sizeof(counts), "%d image%s  %d face%s", t->images,
			 t->images == 1 ? "" : "s", t->faces, t->faces == 1 ? "" : "s");
	snprintf(seen, sizeof(seen), "  %d seen, not measured", t->seen_not_measured);
	snprintf(turned, sizeof(turned), "  %d turned", t->turned);
	width = add_count(counts, sizeof(counts), width, room, t->seen_not_measured, seen);
	width = add_count(counts, sizeof(counts), width, room, t->turned, turned);
	/* Where there is little room the counts say more than the name. */
	used = grid_text(g, 0, 1, g->cols - width - 3, STYLE_BOLD, "lookalike") + 3;
	used += grid_text(g, 0, used, g->cols - used - width - 3, STYLE_PLAIN, path);
	if (app->config->path_count > 1)
		grid_printf(g, 0, used, g->cols - used - width - 3, STYLE_DIM, " and %zu more",
			    app->config->path_count - 1);
	grid_text(g, 0, g->cols - width - 1, width, STYLE_PLAIN, counts);
	free(path);
}

static void draw_tabs(struct app *app)
{
	const struct grouping *grouping = app->grouping;
	enum view_id current = app->view == VIEW_FACE ? app->below : app->view;
	struct grid *g = &app->grid;
	char state[160], words[48], out_text[32] = "";
	bool neural = grouping->options.features == FEATURES_NEURAL;
	struct curve curve;
	int col = 1, width;

	for (int i = 0; i < VIEW_COUNT; i++) {
		bool here = i == (int)current;

		col += grid_printf(g, 1, col, g->cols - col, here ? STYLE_BOLD : STYLE_PLAIN,
				   here ? "[%s]" : " %s ", views[i]->name);
	}
	if (!grouping->k)
		return;
	grouping_curve(grouping, &curve);
	rule_words(&curve, words, sizeof(words));
	curve_done(&curve);
	if (grouping->left_out)
		snprintf(out_text, sizeof(out_text), "  %d left out", grouping->left_out);
	if (grouping->options.distance > 0)
		snprintf(words, sizeof(words), "distance %.2f", grouping->options.distance);
	/* What the criteria say gives way first: the elbow view has it too. */
	for (int words_too = 1; words_too >= 0; words_too--) {
		width = snprintf(state, sizeof(state), "%s%s%s%s%s  k %d%s%s  seed %llu",
				 grouping_busy(grouping) ? "clustering ...  " : "",
				 features_name(grouping->options.features), neural ? "" : "  ",
				 neural ? "" : scale_name(grouping->options.scale), out_text,
				 grouping->k, words_too && *words ? "  " : "",
				 words_too ? words : "",
				 (unsigned long long)grouping->options.seed);
		if (col + width + 2 >= g->cols)
			continue;
		grid_text(g, 1, g->cols - width - 1, width, STYLE_PLAIN, state);
		return;
	}
}

static void draw_bar(struct grid *g, int row, int col, double share)
{
	int filled = (int)(share * BAR_COLS);

	grid_fill(g, (struct rect){row, col, 1, BAR_COLS}, STYLE_DIM,
		  grid_is_ascii() ? '.' : 0x2591);
	grid_fill(g, (struct rect){row, col, 1, filled}, STYLE_PLAIN,
		  grid_is_ascii() ? '#' : 0x2588);
}

static void draw_progress(struct app *app, int row, const struct scan_progress *p)
{
	uint64_t done = p->done + p->unchanged;
	double share = p->found ? (double)done / (double)p->found : 0;
	double rate = p->seconds > 0.5 ? (double)p->done / p->seconds : 0;
	struct grid *g = &app->grid;
	char left[32] = "";

	if (!p->walking && rate > 0)
		snprintf(left, sizeof(left), "   %.0f s left", (double)(p->found - done) / rate);
	draw_bar(g, row, 1, share);
	grid_printf(g, row, 2 + BAR_COLS, g->cols - BAR_COLS - 3, STYLE_PLAIN,
		    "%3.0f %%  %llu / %llu%s   %.0f photos/s%s   %llu failed", floor(100 * share),
		    (unsigned long long)done, (unsigned long long)p->found, p->walking ? "+" : "",
		    rate, left, (unsigned long long)p->failed);
}

static void draw_status(struct app *app, int row, const struct scan_progress *progress,
			bool scanning)
{
	const struct session_totals *t = &app->session->totals;
	struct grid *g = &app->grid;

	if (app->message[0])
		grid_text(g, row, 1, g->cols - 2, STYLE_BOLD, app->message);
	else if (scanning)
		draw_progress(app, row, progress);
	else
		grid_printf(g, row, 1, g->cols - 2, STYLE_PLAIN,
			    "%d with faces   %d without   %d failed   saved", t->with_faces,
			    t->without_faces, t->failed);
}

void screen_draw(struct app *app, const struct scan_progress *progress, bool scanning)
{
	struct grid *g = &app->grid;
	struct rect area = {3, 0, g->rows - 6, g->cols};

	grid_clear(g);
	if (g->rows < ROWS_MIN || g->cols < COLS_MIN) {
		grid_text(g, 0, 0, g->cols, STYLE_PLAIN, "too small");
		return;
	}
	draw_title(app);
	draw_tabs(app);
	if (area.rows < 2) {
		/* Very low: no rules. */
		area = (struct rect){2, 0, g->rows - 3, g->cols};
	} else {
		draw_rule(g, 2);
		draw_rule(g, g->rows - 3);
		grid_text(g, g->rows - 1, 1, g->cols - 2, STYLE_DIM, views[app->view]->hints);
	}
	views[app->view]->draw(app, area);
	draw_status(app, area.row + area.rows + (g->rows - 6 >= 2), progress, scanning);
	if (app->help)
		help_draw(app);
}

/* A box with a line round it, everything under it cut away. */
static void draw_box(struct grid *g, struct rect box, const char *title)
{
	static const uint32_t unicode[] = {0x250c, 0x2510, 0x2514, 0x2518, 0x2500, 0x2502};
	static const uint32_t ascii[] = {'+', '+', '+', '+', '-', '|'};
	const uint32_t *line = grid_is_ascii() ? ascii : unicode;
	int bottom = box.row + box.rows - 1, right = box.col + box.cols - 1;

	grid_cut(g, box);
	grid_fill(g, (struct rect){box.row, box.col, 1, box.cols}, STYLE_PLAIN, line[4]);
	grid_fill(g, (struct rect){bottom, box.col, 1, box.cols}, STYLE_PLAIN, line[4]);
	grid_fill(g, (struct rect){box.row, box.col, box.rows, 1}, STYLE_PLAIN, line[5]);
	grid_fill(g, (struct rect){box.row, right, box.rows, 1}, STYLE_PLAIN, line[5]);
	grid_fill(g, (struct rect){box.row, box.col, 1, 1}, STYLE_PLAIN, line[0]);
	grid_fill(g, (struct rect){box.row, right, 1, 1}, STYLE_PLAIN, line[1]);
	grid_fill(g, (struct rect){bottom, box.col, 1, 1}, STYLE_PLAIN, line[2]);
	grid_fill(g, (struct rect){bottom, right, 1, 1}, STYLE_PLAIN, line[3]);
	grid_text(g, box.row, box.col + 2, box.cols - 4, STYLE_BOLD, title);
}

void help_draw(struct app *app)
{
	struct grid *g = &app->grid;
	int columns = ACTION_COUNT + 1 > g->rows - 1 ? 2 : 1;
	int lines = (ACTION_COUNT - 1 + columns - 1) / columns;
	int cols = columns == 2 ? HELP_COLS_WIDE : HELP_COLS, key_cols = HELP_KEYS, width;
	struct rect box;

	if (cols > g->cols)
		cols = g->cols;
	if (lines + 2 > g->rows - 1)
		lines = g->rows - 3;
	box = (struct rect){(g->rows - 1 - lines - 2) / 2, (g->cols - cols) / 2, lines + 2, cols};
	width = (cols - 3) / columns;
	draw_box(g, box, " keys; a number before one is its count; any key closes ");
	for (int action = 1; action < ACTION_COUNT && (action - 1) / lines < columns; action++) {
		int row = box.row + 1 + (action - 1) % lines;
		int col = box.col + 2 + (action - 1) / lines * width;
		char keys[32];

		keys_names((enum action)action, keys, sizeof(keys));
		grid_text(g, row, col, key_cols - 1, STYLE_BOLD, keys);
		grid_text(g, row, col + key_cols, width - key_cols - 1, STYLE_PLAIN,
			  keys_help((enum action)action));
	}
}
