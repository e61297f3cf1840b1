/* What surrounds every view: title, tabs, status line, key hints; and the help over it. */
#include "lookalike/ui/decide.h"
#include "lookalike/ui/exporting.h"
#include "lookalike/ui/filtering.h"
#include "lookalike/ui/search.h"
#include "lookalike/ui/status.h"
#include "lookalike/ui/trial.h"
#include "lookalike/ui/view.h"

#include "lookalike/base/quote.h"
#include "lookalike/cluster/rule.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MIN       5
#define COLS_MIN       20
#define COLS_TABS      50 /* narrower, the mode and k are worth more than the names of other views */
#define COLS_WORDS     60 /* below, the title has short words */
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

/* The groups that have a name; how many faces are left is on the status line. */
static void named_text(const struct app *app, char *out, size_t size)
{
	int named = app->session->named_count;

	if (!named)
		*out = '\0';
	else if (app->grid.cols < COLS_WORDS)
		snprintf(out, size, "%d named", named);
	else
		snprintf(out, size, "%d group%s named", named, named == 1 ? "" : "s");
}

/* With a filter, what passes stands in place of the counts. */
static void draw_filter(struct app *app, const char *path)
{
	const struct session_totals *t = &app->session->totals;
	struct grid *g = &app->grid;
	int images, width, used = 1, room;
	char counts[96], *quoted = quote_new(app->filter_text);

	app_images(app, &images);
	if (g->cols < COLS_WORDS)
		width = snprintf(counts, sizeof(counts), "%d of %d", images,
				 app->session->image_count);
	else
		width = snprintf(counts, sizeof(counts), "%d of %d images  %d of %d faces", images,
				 app->session->image_count, app->passing.faces, t->faces);
	grid_text(g, 0, g->cols - width - 1, width, STYLE_BOLD, counts);
	room = g->cols - width - 3;
	if (room > TITLE_COLS_MIN + grid_text_width(quoted)) {
		used += grid_text(g, 0, used, room, STYLE_BOLD, "lookalike") + 2;
		used += grid_text(g, 0, used, room - used - grid_text_width(quoted) - 10,
				  STYLE_PLAIN, path) +
			3;
	}
	used += grid_text(g, 0, used, room - used, STYLE_PLAIN, "filter ");
	grid_text(g, 0, used, room - used, STYLE_MARK, quoted);
	free(quoted);
}

static void draw_title(struct app *app)
{
	const struct session_totals *t = &app->session->totals;
	struct grid *g = &app->grid;
	char counts[128], named[64], seen[48], turned[32];
	char *path = app->config->path_count ? quote_new(app->config->paths[0]) : quote_new("");
	int room = g->cols - TITLE_COLS_MIN, width, used, right;

	if (app->filter) {
		draw_filter(app, path);
		free(path);
		return;
	}
	named_text(app, named, sizeof(named));
	right = (int)strlen(named);
	if (right)
		room -= right + 3;
	width = snprintf(counts, sizeof(counts), "%d image%s  %d face%s", t->images,
			 t->images == 1 ? "" : "s", t->faces, t->faces == 1 ? "" : "s");
	snprintf(seen, sizeof(seen), "  %d seen, not measured", t->seen_not_measured);
	snprintf(turned, sizeof(turned), "  %d turned", t->turned);
	width = add_count(counts, sizeof(counts), width, room, t->seen_not_measured, seen);
	width = add_count(counts, sizeof(counts), width, room, t->turned, turned);
	/* Once somebody decides, what is left says most. */
	if (right && width > room)
		width = 0;
	if (right)
		grid_text(g, 0, g->cols - right - 1, right, STYLE_BOLD, named);
	right = g->cols - 1 - (right && width ? right + 3 : right);
	/* Where there is little room the counts say more than the name. */
	used = grid_text(g, 0, 1, right - width - 2, STYLE_BOLD, "lookalike") + 3;
	used += grid_text(g, 0, used, right - used - width - 2, STYLE_PLAIN, path);
	if (app->config->path_count > 1)
		grid_printf(g, 0, used, right - used - width - 2, STYLE_DIM, " and %zu more",
			    app->config->path_count - 1);
	grid_text(g, 0, right - width, width, STYLE_PLAIN, counts);
	free(path);
}

static void draw_tabs(struct app *app)
{
	const struct grouping *grouping = app->grouping;
	enum view_id view = app->view == VIEW_PHOTO ? app->photo.below : app->view;
	enum view_id current = view == VIEW_FACE ? app->below : view;
	struct grid *g = &app->grid;
	char state[224], words[48], count[32], out_text[32] = "", seed[32], say[48] = "",
					       busy[32] = "";
	bool neural = grouping->options.features == FEATURES_NEURAL;
	struct curve curve;
	int col = 1, width;

	for (int i = 0; i < VIEW_COUNT && g->cols >= COLS_TABS; i++) {
		bool here = i == (int)current;
		int width_tab = grid_printf(g, 1, col, g->cols - col,
					    here ? STYLE_BOLD : STYLE_PLAIN, here ? "[%s]" : " %s ",
					    views[i]->name);

		app_hit(app, (struct rect){1, col, 1, width_tab}, NULL, i);
		col += width_tab;
	}
	if (g->cols < COLS_TABS ||
	    (current >= VIEW_COUNT && col + (int)strlen(views[current]->name) + 3 < g->cols))
		col += grid_printf(g, 1, col, g->cols - col, STYLE_BOLD, "[%s]",
				   views[current]->name);
	if (!grouping->k)
		return;
	grouping_curve(grouping, &curve);
	rule_words(&curve, words, sizeof(words));
	curve_done(&curve);
	if (grouping->left_out)
		snprintf(out_text, sizeof(out_text), "  %d left out", grouping->left_out);
	snprintf(count, sizeof(count), "  k %d", grouping->k);
	if (grouping->options.distance > 0) {
		snprintf(count, sizeof(count), "  k %d  distance %.2f", grouping->k,
			 grouping->options.distance);
		words[0] = '\0';
	}
	snprintf(seed, sizeof(seed), "  seed %llu", (unsigned long long)grouping->options.seed);
	if (grouping_busy(grouping))
		snprintf(busy, sizeof(busy), "clustering ...  ");
	if (!neural)
		emphasis_words(&grouping->options.emphasis, say, sizeof(say));
	/* What the criteria say gives way first: the elbow view has it too. Then what is likely
	 * to be known. */
	for (int less = 0; less < 5; less++) {
		width = snprintf(state, sizeof(state), "%s%s%s%s%s%s%s%s%s%s%s",
				 less < 4 ? busy : "", features_name(grouping->options.features),
				 neural ? "" : "  ",
				 neural || less > 2 ? "" : scale_name(grouping->options.scale),
				 *say && less <= 2 ? "  " : "", say, less < 4 ? out_text : "",
				 count, less < 1 && *words ? "  " : "", less < 1 ? words : "",
				 less < 2 ? seed : "");
		if (col + width + 2 >= g->cols)
			continue;
		grid_text(g, 1, g->cols - width - 1, width, STYLE_PLAIN, state);
		return;
	}
}

/* What lies over the view, or takes its last lines. */
static void draw_over(struct app *app, int status_row, int hints_row)
{
	if (app->prompt.kind != PROMPT_NONE) {
		grid_fill(&app->grid, (struct rect){status_row, 0, 1, app->grid.cols}, STYLE_PLAIN,
			  ' ');
		if (hints_row >= 0)
			grid_fill(&app->grid, (struct rect){hints_row, 0, 1, app->grid.cols},
				  STYLE_PLAIN, ' ');
	}
	if (app->prompt.kind == PROMPT_ASSIGN)
		decide_prompt_draw(app, status_row, hints_row);
	else if (app->prompt.kind == PROMPT_SEARCH)
		search_prompt_draw(app, status_row, hints_row);
	else if (app->prompt.kind == PROMPT_FILTER)
		filtering_prompt_draw(app, status_row, hints_row);
	else if (app->prompt.kind != PROMPT_NONE)
		exporting_prompt_draw(app, status_row, hints_row);
	if (app->log.shown)
		log_draw(&app->log, &app->grid);
	if (app->help)
		help_draw(app);
}

/* The hints name the keys as they come; who has others knows them, or looks into the help. */
static void draw_hints(struct app *app)
{
	struct grid *g = &app->grid;
	char keys[KEYS_BYTES_MAX];

	if (!keys_changed()) {
		const char *hints = views[app->view]->hints, *help = "? help";
		int room = g->cols - 2, width = grid_text_width(help);

		/* How to find the rest is the last to go. */
		if (grid_text_width(hints) > room) {
			room -= width + 2;
			grid_text(g, g->rows - 1, room + 3, width, STYLE_DIM, help);
			app_hit_hints(app, (struct rect){g->rows - 1, room + 3, 1, width}, help);
		}
		grid_text(g, g->rows - 1, 1, room, STYLE_DIM, hints);
		app_hit_hints(app, (struct rect){g->rows - 1, 1, 1, room}, hints);
		return;
	}
	keys_names(ACTION_HELP, keys, sizeof(keys));
	grid_printf(g, g->rows - 1, 1, g->cols - 2, STYLE_DIM, "keys of your own: %s help", keys);
}

bool screen_is_too_small(const struct grid *g)
{
	return g->rows < ROWS_MIN || g->cols < COLS_MIN;
}

void screen_draw(struct app *app, const struct scan_progress *progress, bool scanning)
{
	struct grid *g = &app->grid;
	struct rect area = {3, 0, g->rows - 6, g->cols};
	bool rules = area.rows >= 2;
	int status_row, end;

	grid_clear(g);
	app->hit_count = 0;
	app->beside = (struct rect){0};
	if (screen_is_too_small(g)) {
		grid_text(g, 0, 0, g->cols, STYLE_PLAIN, "too small");
		return;
	}
	if (app->trial) {
		trial_draw(app);
		return;
	}
	draw_title(app);
	draw_tabs(app);
	if (!rules)
		area = (struct rect){2, 0, g->rows - 3, g->cols};
	views[app->view]->draw(app, area);
	/* A view on a low screen may need more lines than it has. */
	end = area.row + area.rows;
	grid_cut(g, (struct rect){end, 0, g->rows - end, g->cols});
	if (rules) {
		draw_rule(g, area.row - 1);
		draw_rule(g, end);
		draw_hints(app);
	}
	status_row = end + rules;
	status_draw(app, status_row, progress, scanning);
	draw_over(app, status_row, rules ? g->rows - 1 : -1);
}

void draw_box(struct grid *g, struct rect box, const char *title)
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

void draw_tail(struct grid *g, struct rect place, const char *name, struct style style)
{
	int width = grid_text_width(name), cut = 0;
	const char *rest = name;
	uint32_t cp;

	while (*rest && width - cut > place.cols - 1 && width > place.cols) {
		rest += utf8_decode(rest, strlen(rest), &cp);
		cut = width - grid_text_width(rest);
	}
	if (rest != name)
		place.col += grid_text(g, place.row, place.col, 1, STYLE_DIM,
				       grid_is_ascii() ? "~" : "…");
	grid_text(g, place.row, place.col, place.cols - (rest != name), style, rest);
}
