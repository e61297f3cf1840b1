/* The mouse: a click goes to what it is on, a second one opens it; the wheel moves; hints are keys.
 */
#include "lookalike/ui/view.h"

#include "lookalike/ui/input.h"
#include "lookalike/ui/trial.h"

#include <stdio.h>
#include <string.h>

enum {
	BUTTON_LEFT = 0,
	WHEEL_UP = 64,
	WHEEL_DOWN = 65,
};

static void add(struct app *app, struct hit hit)
{
	if (app->hit_count < HITS_MAX)
		app->hits[app->hit_count++] = hit;
}

void app_hit(struct app *app, struct rect rect, int *cursor, int index)
{
	add(app, (struct hit){.rect = rect, .cursor = cursor, .index = index});
}

/* "h l choose k": two keys and what they do; what is said may look like a key, as the last word. */
static void hit_hint(struct app *app, struct rect line, const char *hint, int len)
{
	struct hit hits[4];
	int count = 0, at = 0;

	while (at < len && count < 4) {
		int word = (int)strcspn(hint + at, " ");
		char name[KEYS_BYTES_MAX];
		uint32_t key;

		if (at + word >= len)
			break;
		snprintf(name, sizeof(name), "%.*s", word, hint + at);
		key = keys_named(name);
		if (!key)
			break;
		hits[count++] = (struct hit){.rect = {line.row, line.col + at, 1, word},
					     .key = key};
		at += word + 1;
	}
	if (count == 1)
		hits[0].rect.cols = len;
	for (int i = 0; i < count; i++)
		add(app, hits[i]);
}

void app_hit_hints(struct app *app, struct rect line, const char *hints)
{
	for (int at = 0; hints[at];) {
		const char *end = strstr(hints + at, "  ");
		int len = end ? (int)(end - hints) - at : (int)strlen(hints + at);

		if (at + len > line.cols)
			return;
		hit_hint(app, (struct rect){line.row, line.col + at, 1, len}, hints + at, len);
		at += len + (end ? 2 : 0);
	}
}

static const struct hit *hit_at(const struct app *app, int row, int col)
{
	for (int i = app->hit_count - 1; i >= 0; i--) {
		const struct rect *r = &app->hits[i].rect;

		if (row >= r->row && row < r->row + r->rows && col >= r->col &&
		    col < r->col + r->cols)
			return &app->hits[i];
	}
	return NULL;
}

/* To an item as a number and gg would: the views have more to do then than to move the cursor. */
static enum action click(struct app *app, int row, int col, int *count, uint32_t *key)
{
	const struct hit *hit = hit_at(app, row, col);

	if (!hit)
		return ACTION_NONE;
	if (hit->key) {
		*key = hit->key;
		return ACTION_NONE;
	}
	if (!hit->cursor) {
		app_show(app, (enum view_id)hit->index);
		return ACTION_NONE;
	}
	if (*hit->cursor == hit->index)
		return ACTION_OPEN;
	*count = hit->index + 1;
	return ACTION_FIRST;
}

/* In the blind test a click only goes to a face: a second one answers, and no wheel does. */
static void click_trial(struct app *app, int row, int col, uint32_t *key)
{
	const struct hit *hit = hit_at(app, row, col);

	if (hit && hit->key)
		*key = hit->key;
	else if (hit && hit->cursor && *hit->cursor == hit->index)
		*key = '\r';
	else if (hit && hit->cursor)
		*hit->cursor = hit->index;
}

enum action mouse_take(struct app *app, const struct sequence *sequence, int *count, uint32_t *key)
{
	int row = sequence->params[2] - 1, col = sequence->params[1] - 1;
	bool up = sequence->params[0] == WHEEL_UP, down = sequence->params[0] == WHEEL_DOWN;

	*count = app->view == VIEW_IMAGES ? 3 : 1;
	*key = 0;
	if (app->prompt.kind != PROMPT_NONE || sequence->final != 'M')
		return ACTION_NONE;
	if (app->trial) {
		if (sequence->params[0] == BUTTON_LEFT)
			click_trial(app, row, col, key);
	} else if (app->log.shown && (up || down)) {
		log_key(&app->log, up ? K_UP : K_DOWN);
	} else if (app->log.shown || app->help) {
		if (sequence->params[0] != BUTTON_LEFT)
			return ACTION_NONE;
		app->log.shown = false;
		if (app->help)
			help_key(app, K_ESC);
	} else if (up || down) {
		return up ? ACTION_UP : ACTION_DOWN;
	} else if (sequence->params[0] == BUTTON_LEFT) {
		return click(app, row, col, count, key);
	}
	return ACTION_NONE;
}
