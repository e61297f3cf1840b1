/* The help: the key table as it is in force, searched by words. */
#include "lookalike/ui/view.h"

#include <stdio.h>
#include <string.h>

#define HELP_COLS     40
#define HELP_COLS_MIN 62 /* for the title */
#define HELP_KEYS     10
#define BESIDE_COLS   36 /* what one column takes at least */
#define BESIDE_KEYS   8

/* How the table is laid out: beside the pictures; else over them, in as many columns as there is
 * room for. Then pages. */
struct help_layout {
	int actions[ACTION_COUNT], count; /* those that match what is searched for */
	int columns, lines, width, keys;
	struct rect box;
};

static bool matches(enum action action, const char *words)
{
	char keys[KEYS_BYTES_MAX];

	keys_names(action, keys, sizeof(keys));
	return text_contains(keys, words) || text_contains(keys_help(action), words);
}

/* What it covered would have to be sent again. */
static void lay_beside(const struct app *app, struct help_layout *l)
{
	struct rect beside = app->beside;

	l->columns = 1;
	l->keys = BESIDE_KEYS;
	l->lines = ACTION_COUNT - 1 < beside.rows - 2 ? ACTION_COUNT - 1 : beside.rows - 2;
	l->box = (struct rect){beside.row, beside.col, l->lines + 2,
			       beside.cols < HELP_COLS ? beside.cols : HELP_COLS};
	l->width = l->box.cols - 3;
}

static void lay_over(const struct app *app, struct help_layout *l)
{
	const struct grid *g = &app->grid;
	int cols, room = g->rows - 3;

	l->columns = 1;
	l->keys = HELP_KEYS;
	while (ACTION_COUNT - 1 > room * l->columns && (l->columns + 1) * HELP_COLS <= g->cols)
		l->columns++;
	l->lines = (ACTION_COUNT - 1 + l->columns - 1) / l->columns;
	if (l->lines > room)
		l->lines = room;
	cols = l->columns * HELP_COLS;
	if (cols < HELP_COLS_MIN)
		cols = HELP_COLS_MIN;
	if (cols > g->cols)
		cols = g->cols;
	l->box = (struct rect){(g->rows - 1 - l->lines - 2) / 2, (g->cols - cols) / 2, l->lines + 2,
			       cols};
	l->width = (cols - 3) / l->columns;
}

/* The box stays as it is while a search goes on. */
static struct help_layout help_layout(const struct app *app)
{
	struct help_layout l = {0};

	for (int action = 1; action < ACTION_COUNT; action++)
		if (matches((enum action)action, app->help_search.text))
			l.actions[l.count++] = action;
	if (app->beside.cols >= BESIDE_COLS)
		lay_beside(app, &l);
	else
		lay_over(app, &l);
	return l;
}

static void draw_title(const struct app *app, const struct help_layout *l)
{
	bool more = app->help_top + l->lines * l->columns < l->count;
	bool narrow = l->box.cols < HELP_COLS_MIN;
	char title[PROMPT_BYTES_MAX + 40];

	if (app->help_search.kind != PROMPT_NONE)
		snprintf(title, sizeof(title), " keys with /%s_ ", app->help_search.text);
	else
		snprintf(title, sizeof(title), " keys; %s/ finds; %s ",
			 narrow ? "" : "a number before one is its count; ",
			 more ? "Space: more" : "any key closes");
	draw_box((struct grid *)&app->grid, l->box, title);
}

void help_draw(struct app *app)
{
	struct help_layout l = help_layout(app);
	struct grid *g = &app->grid;

	draw_title(app, &l);
	if (!l.count)
		grid_text(g, l.box.row + 1, l.box.col + 2, l.width, STYLE_DIM, "no such key");
	for (int i = 0; i < l.lines * l.columns && app->help_top + i < l.count; i++) {
		enum action action = (enum action)l.actions[app->help_top + i];
		int row = l.box.row + 1 + i % l.lines;
		int col = l.box.col + 2 + i / l.lines * l.width;
		char keys[KEYS_BYTES_MAX];

		keys_names(action, keys, sizeof(keys));
		grid_text(g, row, col, l.keys - 1, STYLE_BOLD, keys);
		grid_text(g, row, col + l.keys, l.width - l.keys, STYLE_PLAIN, keys_help(action));
	}
	app->help_page = l.lines * l.columns;
}

static void close_help(struct app *app)
{
	app->help = false;
	app->help_top = 0;
	memset(&app->help_search, 0, sizeof(app->help_search));
}

void help_key(struct app *app, uint32_t key)
{
	if (app->help_search.kind != PROMPT_NONE) {
		app->help_top = 0;
		switch (prompt_key(&app->help_search, key, NULL, 0)) {
		case PROMPT_DONE:
			app->help_search.kind = PROMPT_NONE;
			break;
		case PROMPT_LEFT:
			memset(&app->help_search, 0, sizeof(app->help_search));
			break;
		case PROMPT_TYPING:
			break;
		}
		return;
	}
	if (key == '/') {
		app->help_top = 0;
		prompt_open(&app->help_search, PROMPT_SEARCH);
		return;
	}
	app->help_top += app->help_page;
	if (key != ' ' || app->help_top >= help_layout(app).count)
		close_help(app);
}
