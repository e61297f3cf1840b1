/* The status line: a message, or what goes on, or what there is; and at its end what was decided.
 */
#include "lookalike/ui/status.h"

#include "lookalike/ui/bar.h"
#include "lookalike/ui/exporting.h"
#include "lookalike/ui/marks.h"
#include "lookalike/ui/suggesting.h"

#include <string.h>

#define COLS_WORDS 60 /* below, what is safe comes first */
#define GAP        2  /* before what was decided */
#define STOP       "C-c stops"

/* ---- work that goes on ---- */

/* First what is to be measured; then, of photos that are known, the embeddings that lack. */
static int draw_scan(struct app *app, struct rect at, const struct scan_progress *p)
{
	char failed[48];
	struct bar bar = {.unit = "photos", .stop = STOP};

	if (p->embedding_seconds > 0) {
		bar.what = "embedding";
		bar.done = (double)p->embedded;
		bar.of = (double)p->lacking;
		bar.seconds = p->embedding_seconds;
	} else {
		bar.known = (double)p->unchanged;
		bar.done = (double)(p->done - p->embedded) + bar.known;
		bar.of = (double)(p->found - p->lacking);
		bar.growing = p->walking;
		bar.seconds = p->seconds;
		snprintf(failed, sizeof(failed), "%llu failed", (unsigned long long)p->failed);
		bar.note = failed;
	}
	return bar_draw(&app->grid, at.row, at.col, at.cols, &bar);
}

/* A sweep: what is left is guessed from this, that a k takes a time that grows as k does. */
static int draw_clustering(struct app *app, struct rect at)
{
	struct bar bar = {.seconds = (double)app->clustering_ms / 1000, .stop = STOP};
	char counts[48];
	int done, of;

	grouping_progress(app->grouping, &done, &of);
	if (of > 1) {
		bar.done = done * (done + 1) / 2.0;
		bar.of = of * (of + 1) / 2.0;
		snprintf(counts, sizeof(counts), "k = %d of %d", done, of);
		bar.counts = counts;
	} else {
		bar.what = "clustering";
	}
	return bar_draw(&app->grid, at.row, at.col, at.cols, &bar);
}

/* For the queue of suggestions: of its groups, those that all others were compared with. */
static int draw_seeking(struct app *app, struct rect at)
{
	struct bar bar = {.what = "looking for suggestions", .unit = "groups", .stop = STOP};
	int done, of;

	suggest_progress(app->seeking, &done, &of, &bar.seconds);
	bar.done = done;
	bar.of = of;
	return bar_draw(&app->grid, at.row, at.col, at.cols, &bar);
}

static bool seeks_long(const struct app *app)
{
	double seconds;
	int done, of;

	if (!app->seeking || app->view != VIEW_SUGGEST)
		return false;
	suggest_progress(app->seeking, &done, &of, &seconds);
	return seconds >= BAR_MS / 1000.0;
}

/* ---- what there is ---- */

/* The shorter, the higher `less`; empty before the first decision. */
static void decided_words(const struct app *app, int less, char *out, size_t size)
{
	int made = app->session->decisions, left = session_open_faces(app->session);

	if (!made && !app->session->totals.decided)
		*out = '\0';
	else if (less > 1)
		snprintf(out, size, "%d left", left);
	else
		snprintf(out, size, "%d decision%s  %d%s left", made, made == 1 ? "" : "s", left,
			 less        ? ""
			 : left == 1 ? " face"
				     : " faces");
}

/* At the end of the line, as long as it fits behind what is there. */
static void draw_decided(struct app *app, int row, int used)
{
	struct grid *g = &app->grid;
	char words[64];

	for (int less = 0; less < 3; less++) {
		int width;

		decided_words(app, less, words, sizeof(words));
		width = (int)strlen(words);
		if (width && used + GAP + width + 1 <= g->cols) {
			grid_text(g, row, g->cols - width - 1, width, STYLE_PLAIN, words);
			return;
		}
	}
}

static void facts_words(const struct app *app, int less, char *out, size_t size)
{
	const struct session_totals *t = &app->session->totals;
	const char *saved = app->deciding ? "saving" : "saved";
	char files[96], failed[32];

	snprintf(failed, sizeof(failed), "%d failed", t->failed);
	snprintf(files, sizeof(files), "%d with faces   %d without   ", t->with_faces,
		 t->without_faces);
	if (app->config->read_only)
		snprintf(out, size, "read only: %s", app->config->read_only);
	else if (less > 1)
		snprintf(out, size, "%s", saved);
	else if (app->grid.cols < COLS_WORDS)
		snprintf(out, size, "%s   %s%s", saved, less ? "" : files, failed);
	else
		snprintf(out, size, "%s%s   %s", less ? "" : files, failed, saved);
}

/* How files and decisions give way to each other: the first pair that fits is shown. */
static int draw_facts(struct app *app, int row, int col)
{
	static const struct {
		int facts, decided;
	} tries[] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 1}, {2, 2}};
	struct style style = app->config->read_only ? STYLE_BOLD : STYLE_PLAIN;
	char facts[256], decided[64];
	int room = app->grid.cols - col - 1;

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		facts_words(app, tries[i].facts, facts, sizeof(facts));
		decided_words(app, tries[i].decided, decided, sizeof(decided));
		if (grid_text_width(facts) + (*decided ? GAP : 0) + (int)strlen(decided) <= room)
			break;
	}
	return grid_text(&app->grid, row, col, room, style, facts);
}

static int draw_marks(struct app *app, int row, int col)
{
	int marked = marks_count(app);

	if (!marked)
		return 0;
	return grid_printf(&app->grid, row, col, app->grid.cols - 2, STYLE_MARK, "%s%d",
			   mark_sign(), marked) +
	       3;
}

void status_draw(struct app *app, int row, const struct scan_progress *progress, bool scanning)
{
	struct grid *g = &app->grid;
	struct rect at = {row, 1, 1, g->cols - 2};

	if (app->message[0]) {
		at.col += grid_text(g, row, at.col, at.cols, STYLE_BOLD, app->message);
	} else if (exporting_fd(app) >= 0) {
		at.col += exporting_draw(app, at);
	} else {
		at.col += draw_marks(app, row, at.col);
		at.cols = g->cols - at.col - 1;
		if (app->recalling)
			at.col += grid_text(g, row, at.col, at.cols, STYLE_PLAIN,
					    "looking for new photos");
		else if (scanning)
			at.col += draw_scan(app, at, progress);
		else if (app->clustering_ms >= BAR_MS)
			at.col += draw_clustering(app, at);
		else if (seeks_long(app))
			at.col += draw_seeking(app, at);
		else
			at.col += draw_facts(app, row, at.col);
	}
	draw_decided(app, row, at.col);
}
