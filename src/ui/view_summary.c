/*
 * summary: what needs a look, distributions, kinds of photos and folders, as one list of lines
 * under headings. Lines with a filter open the photos that they count.
 */
#include "lookalike/ui/overview.h"

#include "lookalike/base/memory.h"
#include "lookalike/ui/filtering.h"

#include <stdlib.h>
#include <string.h>

#define COLS_WIDE  72 /* a distribution and its numbers fit in one line */
#define COLS_WORDS 50 /* a line has more than its count and its filter, or folder */

enum section {
	SECTION_LOOKS,
	SECTION_SPREADS,
	SECTION_KINDS,
	SECTION_FOLDERS,
	SECTION_COUNT
};

static const char *const headings[] = {
	[SECTION_LOOKS] = "needs a look, most important first",
	[SECTION_SPREADS] = "how photos and faces are distributed",
	[SECTION_KINDS] = "photos by verdict, format, faces",
	[SECTION_FOLDERS] = "images   faces  failed    look  folder",
};

/* The sections one below the other: a heading, items, and a blank line before the next heading. */
struct page {
	struct summary_line looks[SUMMARY_LOOKS_MAX], kinds[SUMMARY_KINDS_MAX];
	int counts[SECTION_COUNT]; /* of items */
	int look_count, length, spread_lines;
};

#define ITEM_HEADING (-1)
#define ITEM_BLANK   (-2)

static void page_make(const struct app *app, struct page *p)
{
	const struct summary *s = &app->overview.summary;

	p->look_count = summary_looks(s, p->looks);
	p->spread_lines = app->grid.cols < COLS_WIDE ? 2 : 1;
	p->counts[SECTION_LOOKS] = p->look_count ? p->look_count : 1; /* "nothing" */
	p->counts[SECTION_SPREADS] = SPREAD_COUNT * p->spread_lines;
	p->counts[SECTION_KINDS] = summary_kinds(s, p->kinds);
	p->counts[SECTION_FOLDERS] = s->folder_count;
	p->length = -1; /* no blank line at the end */
	for (int i = 0; i < SECTION_COUNT; i++)
		p->length += p->counts[i] + 2;
}

/* The item of a section that a line is, or ITEM_... */
static int page_item(const struct page *p, int line, enum section *section)
{
	for (int i = 0; i < SECTION_COUNT; i++) {
		*section = (enum section)i;
		if (line == 0)
			return ITEM_HEADING;
		if (line <= p->counts[i])
			return line - 1;
		if (line == p->counts[i] + 1)
			return ITEM_BLANK;
		line -= p->counts[i] + 2;
	}
	return ITEM_BLANK;
}

/* The filter of a line, or "". */
static const char *page_filter(const struct page *p, int line)
{
	enum section section;
	int item = page_item(p, line, &section);

	if (section == SECTION_LOOKS && item >= 0 && item < p->look_count)
		return p->looks[item].filter;
	return section == SECTION_KINDS && item >= 0 ? p->kinds[item].filter : "";
}

/* Lines come and go while photos do: the cursor stays on what it is on. */
static void follow_line(struct overview *o, const struct page *p)
{
	if (o->lines.cursor >= p->length)
		o->lines.cursor = p->length - 1;
	if (o->lines.cursor < 1)
		o->lines.cursor = 1;
	if (!o->at[0] || !strcmp(o->at, page_filter(p, o->lines.cursor)))
		return;
	for (int i = 0; i < p->length; i++) {
		if (!strcmp(o->at, page_filter(p, i))) {
			o->lines.top += i - o->lines.cursor;
			o->lines.cursor = i;
			return;
		}
	}
}

static void summary_refresh(struct app *app)
{
	struct overview *o = &app->overview;

	if (o->findings_version && o->findings_version == app->findings_version)
		return;
	summary_done(&o->summary);
	summary_make(app->session, &o->summary);
	o->findings_version = app->findings_version;
}

/* ---- drawing ---- */

static void draw_spread(struct app *app, struct rect row, const struct spread_of *spread,
			enum spread_kind kind, bool bars, bool numbers)
{
	char text[SPREAD_TEXT_SIZE], range[SPREAD_RANGE_SIZE];

	spread_text(spread, grid_is_ascii(), text);
	spread_range(spread, kind, range);
	if (bars)
		grid_printf(&app->grid, row.row, row.col, row.cols, STYLE_PLAIN, "%-10s |%s|",
			    spread_name(kind), text);
	if (numbers)
		grid_text(&app->grid, row.row, row.col + (bars ? SUMMARY_BINS + 15 : 11),
			  row.cols - (bars ? SUMMARY_BINS + 15 : 11), STYLE_DIM, range);
}

static void draw_counted(struct app *app, struct rect row, const struct summary_line *line)
{
	bool wide = row.cols >= COLS_WORDS;

	grid_printf(&app->grid, row.row, row.col, row.cols, STYLE_PLAIN, "%6d  %-28s %s",
		    line->count, line->filter, wide ? line->about : "");
}

static void draw_folder(struct app *app, struct rect row, const struct summary_folder *of)
{
	char *path = text_format("%.*s", of->path_len, of->path);
	char *shown = path_for_screen(app, path);

	if (row.cols >= COLS_WORDS)
		grid_printf(&app->grid, row.row, row.col, row.cols, STYLE_PLAIN, "%6d%8d%8d%8d  %s",
			    of->images, of->faces, of->failed, of->found, shown);
	else
		grid_printf(&app->grid, row.row, row.col, row.cols, STYLE_PLAIN, "%6d  %s",
			    of->images, shown);
	free(shown);
	free(path);
}

static void draw_item(struct app *app, struct rect row, const struct page *p, enum section section,
		      int item)
{
	const struct summary *s = &app->overview.summary;
	int spread = item / p->spread_lines;

	switch (section) {
	case SECTION_LOOKS:
		if (p->look_count)
			draw_counted(app, row, &p->looks[item]);
		else
			grid_text(&app->grid, row.row, row.col, row.cols, STYLE_PLAIN,
				  "nothing needs a look");
		break;
	case SECTION_SPREADS:
		draw_spread(app, row, &s->spreads[spread], (enum spread_kind)spread,
			    item % p->spread_lines == 0,
			    item % p->spread_lines == p->spread_lines - 1);
		break;
	case SECTION_KINDS:
		draw_counted(app, row, &p->kinds[item]);
		break;
	default:
		draw_folder(app, row, &s->folders[item]);
	}
}

static void draw(struct app *app, struct rect area)
{
	struct overview *o = &app->overview;
	struct page page;

	if (!app->session->image_count) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  no_faces_text(app));
		return;
	}
	if (app->findings_due && !app->findings_version) {
		grid_text(&app->grid, area.row + 1, area.col + 2, area.cols - 2, STYLE_PLAIN,
			  FINDINGS_DUE);
		return;
	}
	summary_refresh(app);
	page_make(app, &page);
	follow_line(o, &page);
	if (o->lines.cursor == 1)
		o->lines.top = 0; /* with its heading */
	list_scroll(&o->lines, page.length, area.rows, 1);
	for (int i = 0; i < area.rows && o->lines.top + i < page.length; i++) {
		struct rect row = {area.row + i, area.col + 2, 1, area.cols - 3};
		struct rect whole = {area.row + i, area.col, 1, area.cols};
		int line = o->lines.top + i, item;
		enum section section;

		item = page_item(&page, line, &section);
		if (item == ITEM_HEADING)
			grid_text(&app->grid, row.row, row.col, row.cols, STYLE_BOLD,
				  section == SECTION_FOLDERS && row.cols < COLS_WORDS
					  ? "images  folder"
					  : headings[section]);
		if (item < 0)
			continue;
		draw_item(app, row, &page, section, item);
		app_hit(app, whole, &o->lines.cursor, line);
		if (line == o->lines.cursor)
			grid_style(&app->grid, whole, STYLE_CURSOR);
	}
	snprintf(o->at, sizeof(o->at), "%s", page_filter(&page, o->lines.cursor));
}

/* ---- keys ---- */

void summary_open(struct app *app)
{
	if (app->view != VIEW_SUMMARY)
		app->overview.from = app->view;
	app_show(app, VIEW_SUMMARY);
}

void summary_return(struct app *app)
{
	struct overview *o = &app->overview;

	/* Another filter that was typed meanwhile stays. */
	if (!strcmp(app->filter_text, o->opened))
		filtering_set(app, o->before);
	app_show(app, VIEW_SUMMARY);
}

static void open_line(struct app *app, const char *filter)
{
	struct overview *o = &app->overview;

	if (!*filter) {
		app_message(app, "this line has no photos to show");
		return;
	}
	snprintf(o->before, sizeof(o->before), "%s", app->filter_text);
	snprintf(o->opened, sizeof(o->opened), "%s", filter);
	if (!filtering_set(app, filter))
		return;
	app->images = (struct list){0};
	app->image_at = NULL;
	app_show(app, VIEW_IMAGES);
	o->left_for_images = true;
}

static bool act(struct app *app, enum action action, int count)
{
	struct overview *o = &app->overview;
	int page_rows = app->grid.rows > 8 ? app->grid.rows - 7 : 1, before = o->lines.cursor, step;
	enum section section;
	struct page page;

	if (action == ACTION_BACK) {
		app_show(app, o->from);
		return true;
	}
	if (!app->session->image_count)
		return false;
	summary_refresh(app);
	page_make(app, &page);
	follow_line(o, &page);
	if (action == ACTION_OPEN) {
		open_line(app, page_filter(&page, o->lines.cursor));
		return true;
	}
	if (!list_act(&o->lines, action, count, page.length, 1, page_rows))
		return false;
	/* Over headings. */
	step = o->lines.cursor < before ? -1 : 1;
	while (o->lines.cursor > 0 && page_item(&page, o->lines.cursor, &section) < 0)
		o->lines.cursor += step;
	if (o->lines.cursor < 1)
		o->lines.cursor = 1;
	snprintf(o->at, sizeof(o->at), "%s", page_filter(&page, o->lines.cursor));
	return true;
}

const struct view view_summary = {
	.name = "summary",
	.hints = "j k move  Enter shows these photos  F filter  Tab view  ? help  q back",
	.draw = draw,
	.act = act,
};
