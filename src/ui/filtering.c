/* The filter of the views: its prompt, and the list of images that pass. */
#include "lookalike/ui/filtering.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/memory.h"
#include "lookalike/review/findings.h"
#include "lookalike/review/labelling.h"
#include "lookalike/ui/overview.h"

#include <stdlib.h>
#include <string.h>

#define FINDINGS_AT_ONCE 5000 /* images */
#define FRAME_MS         33   /* findings that take less may be found for each frame */

struct session_image *const *app_images(struct app *app, int *count)
{
	const struct session *s = app->session;
	struct passing *p = &app->passing;
	bool old;

	if (!app->filter) {
		*count = s->image_count;
		return s->images;
	}
	old = !p->images || p->filter != app->filter || p->session_version != s->version;
	if (old) {
		p->images = memory_resize(p->images, (size_t)s->image_count + 1,
					  sizeof(*p->images));
		p->filter = app->filter;
		p->session_version = s->version;
		p->count = p->faces = 0;
		for (int i = 0; i < s->image_count; i++) {
			if (!filter_image(app->filter, s, s->images[i]))
				continue;
			p->images[p->count++] = s->images[i];
			for (int j = 0; j < s->images[i]->face_count; j++)
				p->faces += filter_face(app->filter, s, &s->images[i]->faces[j]);
		}
	}
	if (old && filter_is_of_doubts(app->filter))
		labelling_order(p->images, p->count);
	*count = p->count;
	return p->images;
}

void filtering_refresh(struct app *app)
{
	const struct session *s = app->session;
	/* Grows with every image that comes or goes, and not with decisions. */
	uint64_t version = (uint64_t)s->image_count + 2 * (uint64_t)s->retired_count + 1;
	bool asked = filter_is_of_findings(app->filter) || app->view == VIEW_SUMMARY;
	bool postponed = app->findings_due;
	int64_t began, took;

	app->findings_due = false;
	if (!asked || app->findings_version == version)
		return;
	began = clock_ms();
	/* Of many it takes some tenths of a second: the key is answered first. */
	app->findings_due = began < app->findings_next_ms ||
			    (app->hurried && s->image_count > FINDINGS_AT_ONCE);
	if (app->findings_due)
		return;
	findings_compute(app->session);
	took = clock_ms() - began;
	app->findings_next_ms = took < FRAME_MS ? 0 : began + 10 * took;
	app->findings_version = version;
	if (postponed) { /* what has been shown meanwhile is old */
		app->passing.filter = NULL;
		app->session->version++;
	}
}

/* The place of the image under the cursor, or of the first one behind it. */
static void place_images(struct app *app)
{
	int count, at = 0, on_screen = app->images.cursor - app->images.top;
	struct session_image *const *images = app_images(app, &count);

	if (!app->image_at || !count)
		return;
	while (at < count - 1 && strcmp(images[at]->path, app->image_at->path) < 0)
		at++;
	app->images.cursor = at;
	app->images.top = at > on_screen ? at - on_screen : 0;
	app->image_at = images[at];
}

bool filtering_set(struct app *app, const char *text)
{
	struct filter *filter, *before = app->filter;
	struct error err;

	if (filter_parse(text, app->session->labels, &filter, &app->filter_error_at, &err)) {
		memcpy(app->filter_error, err.msg, sizeof(app->filter_error));
		return false;
	}
	app_refresh(app);
	app->filter = filter;
	filtering_refresh(app);
	snprintf(app->filter_text, sizeof(app->filter_text), "%s", text);
	if (filter)
		snprintf(app->filter_last, sizeof(app->filter_last), "%s", text);
	app->passing.filter = NULL;
	app->range = NULL;
	app->opened_most = 0;
	app->row_rows = 0;
	app_refresh(app);
	place_images(app);
	filter_free(before); /* only now: what is new has another address */
	return true;
}

bool filtering_act(struct app *app, enum action action)
{
	if (action == ACTION_SUMMARY) {
		summary_open(app);
		return true;
	}
	if (action != ACTION_FILTER)
		return false;
	app->filter_error[0] = '\0';
	prompt_open(&app->prompt, PROMPT_FILTER);
	return true;
}

void filtering_prompt_key(struct app *app, uint32_t key)
{
	const char *last = app->filter_last;
	enum prompt_result result = prompt_key(&app->prompt, key, &last, *last != '\0');

	app->filter_error[0] = '\0';
	if (result == PROMPT_TYPING)
		return;
	if (result == PROMPT_LEFT || filtering_set(app, app->prompt.text))
		app->prompt.kind = PROMPT_NONE;
}

void filtering_prompt_draw(struct app *app, int row, int hints_row)
{
	struct grid *g = &app->grid;
	int col = 1 + grid_text(g, row, 1, g->cols - 2, STYLE_BOLD, "filter: ");
	bool wrong = app->filter_error[0];

	prompt_draw(&app->prompt, g, row, col);
	if (hints_row >= 0 && !wrong)
		grid_text(g, hints_row, 1, g->cols - 2, STYLE_DIM,
			  app->filter_last[0]
				  ? "such as faces:0 yaw>20  Enter alone: all  Tab: the "
				    "last one again  Esc leaves"
				  : "such as faces:0 yaw>20 size<80 group:choir  Enter "
				    "alone: all  Esc leaves");
	else if (wrong)
		grid_text(g, hints_row >= 0 ? hints_row : row, 1, g->cols - 2, STYLE_BOLD,
			  app->filter_error);
	if (wrong && col + grid_text_width(app->prompt.text) < g->cols - 2) {
		char before[PROMPT_BYTES_MAX];

		snprintf(before, sizeof(before), "%.*s", (int)app->filter_error_at,
			 app->prompt.text);
		col += grid_text_width(before);
		grid_style(g, (struct rect){row, col, 1, 1}, STYLE_MARK);
	}
}

void filtering_done(struct app *app)
{
	filter_free(app->filter);
	app->filter = NULL;
	free(app->passing.images);
	app->passing = (struct passing){0};
	summary_done(&app->overview.summary);
}
