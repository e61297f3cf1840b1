/* What the blind test shows. Nothing on it but the faces depends on the groups, until the end. */
#include "lookalike/ui/trial.h"

#include "lookalike/base/clock.h"

#include "lookalike/ui/bar.h"
#include "lookalike/ui/decide.h"

#include <stdlib.h>
#include <string.h>

#define BAR_COLS   24
#define LABEL_COLS 20
#define LESS_COLS  72 /* below, no bars */

/* Below, numbers have a line of their own, under what they are about. */
#define NARROW_COLS   52
#define NARROW_INDENT 2
#define TALLY_COLS    26 /* " 12/345    56 % (100-100)", and a gap */
#define LINE_BYTES    160
#define ROWS_LEAST    3 /* of a face, to be seen at all */
/* The explanation, and what is read when there is less room for it. */
#define INTRO_ROWS 15
#define INTRO_COLS 77

static const char *question(enum trial_kind kind)
{
	return kind == TRIAL_PAIR ? "Is this one person?" : "Which one does not belong?";
}

/* ---- before it begins ---- */

/* Lines up to a NULL, in what is left of the area. */
static void draw_lines(struct app *app, struct rect *area, struct style first,
		       const char *const *lines)
{
	for (; *lines && area->rows > 0; lines++, area->row++, area->rows--) {
		grid_text(&app->grid, area->row, area->col + 1, area->cols - 2, first, *lines);
		first = STYLE_PLAIN;
	}
}

static void draw_intro(struct app *app, struct rect area)
{
	static const char *const about[] = {
		"A blind test: do these groups mean anything to you?",
		"",
		"You see faces of one group, and one of another. Which one does not belong?",
		"Guess when you do not know: the result is compared with guessing, and",
		"says whether you can see what the groups are made of. It mixes in faces",
		"of other groupings, and groups by lot, without telling you.",
		"",
		NULL,
	};
	static const char *const in_short[] = {
		"A blind test of these groups",
		"One face is of another group: which?",
		"Guess when you do not know: the result",
		"is compared with guessing.",
		"",
		NULL,
	};
	bool small = area.rows < INTRO_ROWS || area.cols < INTRO_COLS;
	const char *const keys[] = {
		"Enter  six faces, about three minutes",
		"o      three faces: the odd one out",
		trial_may_pair(app) ? "p      two faces: one person or two?"
				    : "       two faces: only in neural mode",
		"q      not now",
		small ? NULL : "",
		"Space skips a trial, q ends the test; what was answered is kept.",
		NULL,
	};

	if (app->config->read_only && area.rows > 1)
		grid_text(&app->grid, area.row + --area.rows, area.col + 1, area.cols - 2,
			  STYLE_BOLD, "The database can only be read: the answers are not kept.");
	draw_lines(app, &area, STYLE_BOLD, small ? in_short : about);
	draw_lines(app, &area, STYLE_PLAIN, keys);
}

/* Nobody knows how long k-means takes; and what it makes is not to be told here. */
static void draw_making(struct app *app)
{
	const struct trial_view *v = app->trial;
	char note[32];
	struct bar bar = {.what = "making the trials", .note = note, .stop = "q leaves"};

	snprintf(note, sizeof(note), "%d faces", v->job->n);
	bar.seconds = (double)(clock_ms() - v->job_ms) / 1000;
	bar_draw(&app->grid, 1, 1, app->grid.cols - 2, &bar);
}

/* ---- a trial ---- */

struct layout {
	struct picture_options options;
	int columns, lines, rows; /* rows: of a line, with the number below it */
};

/* The largest faces that leave room for all of them; columns 0 when there is none. */
static struct layout layout_of(const struct app *app, struct rect area, int faces)
{
	struct layout best = {.columns = 0};

	for (int columns = faces; columns >= 1; columns--) {
		int lines = (faces + columns - 1) / columns, rows = area.rows / lines - 1;
		struct layout l = {.columns = columns, .lines = lines};

		for (; rows >= ROWS_LEAST; rows--) {
			picture_options_for(app, rows, &l.options);
			if (columns * (l.options.thumb_cols + l.options.gap_cols) <= area.cols &&
			    (!graphics_has_pixels(app->caps.graphics) ||
			     columns * (l.options.thumb_cols + l.options.gap_cols) *
					     l.options.cell_width_px <=
				     app->caps.picture_max_width_px))
				break;
		}
		l.rows = rows + 1;
		if (rows >= ROWS_LEAST && l.rows > best.rows)
			best = l;
	}
	best.options.equalize = true;
	return best;
}

static const char *answer_name(enum trial_kind kind, int place)
{
	static const char *const pair[] = {"1 one person", "2 two people"};
	static const char *const numbers[] = {"1", "2", "3", "4", "5", "6"};

	return kind == TRIAL_PAIR ? pair[place] : numbers[place];
}

static void draw_faces(struct app *app, struct rect area, const struct trial *t)
{
	struct trial_view *v = app->trial;
	struct layout l = layout_of(app, area, t->row.face_count);
	int step = l.options.thumb_cols + l.options.gap_cols;
	int left = area.col + (area.cols - l.columns * step) / 2;

	v->narrow = !l.columns;
	v->missing = false;
	v->columns = l.columns;
	if (v->narrow) {
		grid_text(&app->grid, area.row, area.col + 1, area.cols - 2, STYLE_BOLD,
			  "the terminal is too small for the faces");
		return;
	}
	for (int line = 0; line < l.lines; line++) {
		int first = line * l.columns, row = area.row + line * l.rows;
		int count = t->row.face_count - first;
		const struct picture *picture = NULL;

		if (count > l.columns)
			count = l.columns;
		if (app->caps.graphics != GRAPHICS_NONE) {
			picture = strips_row(app->strips, 0, t->faces + first, count, l.columns,
					     &l.options);
			v->missing |= !picture;
		}
		if (picture)
			grid_picture(&app->grid, row, left, picture);
		for (int i = 0; i < count && v->plan.run.kind != TRIAL_PAIR; i++) {
			struct rect caption = {row + l.rows - 1, left + i * step, 1,
					       l.options.thumb_cols};

			app_hit(app, (struct rect){row, caption.col, l.rows, caption.cols},
				&v->cursor, first + i);

			grid_text(&app->grid, caption.row, caption.col + caption.cols / 2, 1,
				  STYLE_BOLD, answer_name(v->plan.run.kind, first + i));
			if (first + i == v->cursor)
				grid_style(&app->grid, caption, STYLE_CURSOR);
		}
	}
	for (int i = 0; v->plan.run.kind == TRIAL_PAIR && i < 2; i++) {
		struct rect answer = {area.row + area.rows - 1, area.cols / 2 - 16 + 18 * i, 1, 14};

		grid_text(&app->grid, answer.row, answer.col, answer.cols,
			  i == v->cursor ? STYLE_CURSOR : STYLE_BOLD,
			  answer_name(v->plan.run.kind, i));
		app_hit(app, answer, &v->cursor, i);
	}
	if (!v->missing && !v->shown_ms)
		v->shown_ms = clock_ms();
}

static void draw_ask(struct app *app, struct rect area)
{
	struct trial_view *v = app->trial;

	grid_text(&app->grid, 0, 1, app->grid.cols - 2, STYLE_BOLD, question(v->plan.run.kind));
	grid_printf(&app->grid, 0, app->grid.cols - 14, 13, STYLE_PLAIN, "%6d of %d", v->at + 1,
		    v->plan.run.planned);
	draw_faces(app, area, &v->plan.trials[v->at]);
}

/* ---- the result ---- */

/* Lines that may be more than there is room for. */
struct lines {
	struct app *app;
	struct rect area;
	int count;
};

static int line_row(struct lines *l)
{
	int at = l->count++ - l->app->trial->top;

	return at >= 0 && at < l->area.rows ? l->area.row + at : -1;
}

/* How many bytes of it, which are ASCII, go into a line: broken at a blank where there is one. */
static int line_bytes(const char *text, int cols)
{
	int len = (int)strlen(text), end = cols;

	if (len <= cols)
		return len;
	while (end > 0 && text[end] != ' ')
		end--;
	return end > 0 ? end : cols;
}

static void put_text(struct lines *l, struct style style, const char *text)
{
	int cols = l->area.cols > 2 ? l->area.cols - 2 : 1, bytes;

	do {
		int row = line_row(l);

		bytes = line_bytes(text, cols);
		if (row >= 0)
			grid_printf(&l->app->grid, row, l->area.col + 1, cols, style, "%.*s", bytes,
				    text);
		text += bytes;
		text += strspn(text, " ");
	} while (*text);
}

/* The interval as a bar, the rate in it, and where chance is. */
static void draw_bar(struct grid *g, int row, int col, const struct trial_tally *t, double chance)
{
	struct interval in = wilson_interval(t->hits, t->answered);
	double rate = t->answered ? (double)t->hits / t->answered : 0;
	bool ascii = grid_is_ascii();

	for (int i = 0; i < BAR_COLS; i++) {
		double from = (double)i / BAR_COLS, to = (double)(i + 1) / BAR_COLS;
		bool last = i == BAR_COLS - 1, within = in.high > from && in.low < to;
		uint32_t ch = within ? (ascii ? '=' : 0x2501) : (ascii ? '.' : 0x00b7);

		if (chance > 0 && chance >= from && chance < to)
			ch = ascii ? '|' : 0x2502;
		if (t->answered && rate >= from && (rate < to || last))
			ch = ascii ? 'o' : 0x25cf;
		grid_fill(g, (struct rect){row, col + i, 1, 1}, within ? STYLE_PLAIN : STYLE_DIM,
			  ch);
	}
}

/* The numbers of a tally, from a column on. */
static void draw_tally(struct lines *l, int row, int col, const struct trial_tally *t,
		       double chance)
{
	struct interval in = wilson_interval(t->hits, t->answered);
	struct grid *g = &l->app->grid;

	if (!t->answered) {
		grid_text(g, row, col, l->area.cols - col - 1, STYLE_DIM, "no answers");
		return;
	}
	col += grid_printf(g, row, col, 10, STYLE_PLAIN, "%3d/%-4d", t->hits, t->answered) + 1;
	if (l->area.cols >= LESS_COLS) {
		draw_bar(g, row, col, t, chance);
		col += BAR_COLS + 2;
	}
	grid_printf(g, row, col, l->area.cols - col - 1, STYLE_PLAIN, "%3.0f %% (%.0f-%.0f)",
		    100.0 * t->hits / t->answered, 100 * in.low, 100 * in.high);
}

/* Words go behind the numbers, or on a line of their own where that has no room. */
static void put_tally(struct lines *l, const char *label, const struct trial_tally *t,
		      double chance, const char *words)
{
	bool narrow = l->area.cols < NARROW_COLS;
	int col = l->area.col + (narrow ? 1 + NARROW_INDENT : 1 + LABEL_COLS), row;
	int right = col + TALLY_COLS + (l->area.cols >= LESS_COLS ? BAR_COLS + 2 : 0);
	struct grid *g = &l->app->grid;
	char text[LINE_BYTES];

	if (narrow)
		put_text(l, STYLE_PLAIN, label);
	row = line_row(l);
	if (row >= 0 && !narrow)
		grid_text(g, row, l->area.col + 1, LABEL_COLS - 1, STYLE_PLAIN, label);
	if (row >= 0)
		draw_tally(l, row, col, t, chance);
	if (!t->answered || !*words)
		return;
	if (right + (int)strlen(words) < l->area.cols) {
		if (row >= 0)
			grid_text(g, row, right, (int)strlen(words), STYLE_PLAIN, words);
		return;
	}
	snprintf(text, sizeof(text), "%*s%s", col - 1, "", words);
	put_text(l, STYLE_PLAIN, text);
}

static void put_summary(struct lines *l, const struct trial_result *r)
{
	const struct trial_tally *t = &r->arms[TRIAL_CURRENT];
	enum trial_verdict verdict = trial_verdict(r);
	char text[LINE_BYTES];

	put_text(l, STYLE_BOLD, trial_verdict_text(verdict));
	if (verdict == TRIAL_BETTER || verdict == TRIAL_NOT_SHOWN) {
		snprintf(
			text, sizeof(text),
			"%d of %d right; chance alone gets that far with p = %.2g (%d were needed)",
			t->hits, t->answered, trial_p(r->kind, t),
			binomial_needed(t->answered, 1.0 / trial_ways(r->kind), ALPHA));
		put_text(l, STYLE_PLAIN, text);
	}
	put_text(l, STYLE_PLAIN, "");
}

static void put_arms(struct lines *l, const struct trial_result *r)
{
	const struct trial_view *v = l->app->trial;
	double chance = 1.0 / trial_ways(r->kind);
	struct trial_tally pool = trial_pool_random(l->app->session, r->kind);
	bool neural = v->plan.run.features == FEATURES_NEURAL;
	char text[LINE_BYTES];

	snprintf(text, sizeof(text), "%*s%s",
		 l->area.cols < NARROW_COLS ? NARROW_INDENT : LABEL_COLS, "",
		 l->area.cols >= LESS_COLS ? "  right   0 %                 100 %  95 % interval"
					   : "  right    %, 95 % interval");
	put_text(l, STYLE_DIM, text);
	put_tally(l, neural ? "neural groups" : "geometry groups", &r->arms[TRIAL_CURRENT], chance,
		  "");
	put_tally(l, "  from the nearest", &r->near, chance, "");
	put_tally(l, "  from any other", &r->far, chance, "");
	if (v->plan.without_other)
		put_text(l, STYLE_DIM, "the other mode has no groups that are large enough");
	else
		put_tally(l, neural ? "geometry, as many" : "neural, as many",
			  &r->arms[TRIAL_OTHER], chance, "");
	put_tally(l, "by lot", &r->arms[TRIAL_RANDOM], chance, "");
	put_tally(l, "by lot, all tests", &pool, chance,
		  !pool.answered                       ? ""
		  : trial_is_at_chance(r->kind, &pool) ? "at chance, as it must"
						       : "NOT at chance: the test leaks");
}

static void put_groups(struct lines *l, const struct trial_result *r)
{
	double chance = r->kind == TRIAL_PAIR ? 0 : 1.0 / trial_ways(r->kind);

	put_text(l, STYLE_PLAIN, "");
	for (int i = 0; i < r->group_count; i++) {
		const struct trial_tally *t = &r->groups[i].tally;
		char label[LABEL_COLS + 1], words[LINE_BYTES] = "";

		snprintf(label, sizeof(label), "group %d", r->groups[i].group);
		if (r->kind == TRIAL_PAIR)
			snprintf(words, sizeof(words), "pure, after %d check%s", t->answered,
				 t->answered == 1 ? "" : "s");
		put_tally(l, label, t, chance, words);
	}
}

static void put_judge(struct lines *l, const struct trial_result *r)
{
	bool unreliable = trial_at_end(r) && !trial_is_reliable(r);
	char text[LINE_BYTES];

	snprintf(text, sizeof(text),
		 "You: %d/%d right where nobody can miss; the same answer to %d/%d repeats%s",
		 r->catches.hits, r->catches.answered, r->repeats_same, r->repeats,
		 unreliable ? ": UNRELIABLE" : "");
	if (r->catches.answered || r->repeats)
		put_text(l, unreliable ? STYLE_BOLD : STYLE_PLAIN, text);
	snprintf(text, sizeof(text), "Seed %llu; %d of %d trials, %d skipped%s",
		 (unsigned long long)l->app->trial->plan.run.seed, r->seen, r->planned, r->skipped,
		 l->app->config->read_only ? "; not kept, the database can only be read" : "");
	put_text(l, STYLE_DIM, text);
}

void trial_result_draw(struct app *app, struct rect area)
{
	const struct trial_result *r = &app->trial->result;
	struct lines l = {.app = app, .area = area};
	int last;

	put_summary(&l, r);
	/* Who looks at rates on the way and stops when they please gets what pleases. */
	if (!trial_at_end(r)) {
		put_text(&l, STYLE_PLAIN, "What was answered is kept. Rates are told at the end.");
	} else if (r->kind == TRIAL_PAIR) {
		put_tally(&l, "all groups", &r->arms[TRIAL_CURRENT], 0, "pure");
		put_tally(&l, "missed merges", &r->merges, 0, "of pairs of two groups");
	} else {
		put_arms(&l, r);
	}
	put_text(&l, STYLE_PLAIN, "");
	put_judge(&l, r);
	if (trial_at_end(r))
		put_groups(&l, r);
	last = l.count > area.rows ? l.count - area.rows : 0;
	if (app->trial->top > last) {
		app->trial->top = last;
		grid_fill(&app->grid, area, STYLE_PLAIN, ' ');
		trial_result_draw(app, area);
	}
}

void trial_draw(struct app *app)
{
	static const char *const hints[] = {
		[TRIAL_STAGE_INTRO] = "Enter begin  o three faces  p two faces  q not now",
		[TRIAL_STAGE_GROUPS] = "q leave",
		[TRIAL_STAGE_ASK] = "1-6, or arrows and Enter  Space skip  q end",
		[TRIAL_STAGE_RESULT] = "q back to the groups  j k scroll",
	};
	struct trial_view *v = app->trial;
	struct grid *g = &app->grid;
	struct rect area = {1, 0, g->rows - 2, g->cols};
	const char *hint = hints[v->stage];

	switch (v->stage) {
	case TRIAL_STAGE_INTRO:
		draw_intro(app, area);
		if (!trial_may_pair(app))
			hint = "Enter begin  o three faces  q not now";
		break;
	case TRIAL_STAGE_GROUPS:
		draw_making(app);
		break;
	case TRIAL_STAGE_ASK:
		draw_ask(app, area);
		if (v->plan.run.kind != TRIAL_INTRUDER)
			hint = v->plan.run.kind == TRIAL_ODD
				       ? "1-3, or arrows and Enter  Space skip  q end"
				       : "1 2  Space skip  q end  S one: decide so too  D two: "
					 "decide so too";
		break;
	case TRIAL_STAGE_RESULT:
		grid_text(g, 0, 1, g->cols - 2, STYLE_BOLD, question(v->plan.run.kind));
		trial_result_draw(app, area);
		break;
	}
	if (app->prompt.kind == PROMPT_ASSIGN) {
		decide_prompt_draw(app, g->rows - 1, -1);
		return;
	}
	grid_text(g, g->rows - 1, 1, g->cols - 2, STYLE_DIM, hint);
	app_hit_hints(app, (struct rect){g->rows - 1, 1, 1, g->cols - 2}, hint);
}
