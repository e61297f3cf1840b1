/* The mouse: a click goes to what it is on, a second one opens it; the wheel moves. */
#include "lookalike/ui/view.h"

#include "lookalike/ui/input.h"

enum {
	BUTTON_LEFT = 0,
	WHEEL_UP = 64,
	WHEEL_DOWN = 65,
};

void app_hit(struct app *app, struct rect rect, struct list *list, int index)
{
	if (app->hit_count < HITS_MAX)
		app->hits[app->hit_count++] = (struct hit){rect, list, index};
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
static enum action click(struct app *app, int row, int col, int *count)
{
	const struct hit *hit = hit_at(app, row, col);

	if (!hit)
		return ACTION_NONE;
	if (!hit->list) {
		app_show(app, (enum view_id)hit->index);
		return ACTION_NONE;
	}
	if (hit->list->cursor == hit->index)
		return ACTION_OPEN;
	*count = hit->index + 1;
	return ACTION_FIRST;
}

enum action mouse_take(struct app *app, const struct sequence *sequence, int *count)
{
	bool up = sequence->params[0] == WHEEL_UP, down = sequence->params[0] == WHEEL_DOWN;

	*count = app->view == VIEW_IMAGES ? 3 : 1;
	if (app->prompt.kind != PROMPT_NONE || sequence->final != 'M')
		return ACTION_NONE;
	if (app->log.shown && (up || down)) {
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
		return click(app, sequence->params[2] - 1, sequence->params[1] - 1, count);
	}
	return ACTION_NONE;
}
