/* What the person does: keys, the mouse, pastes; and the terminal's answers, which come among them.
 */
#include "script.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/quote.h"
#include "lookalike/ui/clipboard.h"
#include "lookalike/ui/decide.h"
#include "lookalike/ui/exporting.h"
#include "lookalike/ui/filtering.h"
#include "lookalike/ui/photo.h"
#include "lookalike/ui/search.h"
#include "lookalike/ui/suggesting.h"
#include "lookalike/ui/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void cancel(struct loop *l)
{
	if (exporting_cancel(&l->app)) {
		app_message(&l->app, "stopping the export");
	} else if (l->scanning) {
		scan_stop(l->scan);
		app_message(&l->app, "the scan is stopped; what is measured is kept");
	} else if (suggesting_cancel(&l->app)) {
		app_message(&l->app, "the search is stopped; s searches again");
	} else if (grouping_cancel(l->app.grouping)) {
		app_message(&l->app, "the clustering is stopped; %s",
			    l->app.grouping->k ? "the groups stay as they were"
					       : "= begins it anew");
	} else {
		l->app.quit = true;
	}
}

void loop_suspend(struct loop *l)
{
	pump_stop(&l->pump, l->tty);
	tty_suspend(l->tty);
	loop_window_changed(l);
}

static void copy_path(struct loop *l)
{
	const char *path = app_path(&l->app);
	char *quoted, *sequence, *shown;

	if (!path) {
		app_message(&l->app, "no path is under the cursor here");
		return;
	}
	quoted = shell_quote(path);
	sequence = clipboard_sequence(quoted);
	shown = quote_new(path);
	pump_stop(&l->pump, l->tty);
	tty_write(l->tty, sequence, strlen(sequence));
	app_message(&l->app, "sent to the terminal's clipboard: %s", shown);
	free(shown);
	free(sequence);
	free(quoted);
}

static void back_at_top(struct loop *l, uint32_t key)
{
	char names[KEYS_BYTES_MAX];

	keys_names(ACTION_QUIT, names, sizeof(names));
	if (key != K_ESC)
		l->app.quit = true;
	else if (keys_changed())
		app_message(&l->app, "%s quits", names);
	else
		app_message(&l->app, "q or Q quits");
}

static void act(struct loop *l, enum action action, int count, uint32_t key)
{
	struct app *app = &l->app;
	enum view_id view = app->view == VIEW_PHOTO ? app->photo.below : app->view;
	enum view_id tab = view == VIEW_FACE    ? app->below
			   : view >= VIEW_COUNT ? VIEW_CLUSTERS
						: view;

	if (!l->scanning)
		grouping_hold(app->grouping);
	/* A photo has no groups: there + and - are about what is seen. */
	if (photo_act(app, action, count))
		return;
	switch (action) {
	case ACTION_NEXT_VIEW:
		app_show(app, (tab + 1) % VIEW_COUNT);
		return;
	case ACTION_PREVIOUS_VIEW:
		app_show(app, (tab + VIEW_COUNT - 1) % VIEW_COUNT);
		return;
	case ACTION_QUIT:
		app->quit = true;
		return;
	case ACTION_MEASURES:
		app_show(app, VIEW_MEASURES);
		return;
	case ACTION_HELP:
		app->help = true;
		return;
	case ACTION_REDRAW:
		tty_invalidate(l->tty);
		return;
	case ACTION_CANCEL:
		cancel(l);
		return;
	case ACTION_SUSPEND:
		loop_suspend(l);
		return;
	case ACTION_COPY:
		copy_path(l);
		return;
	case ACTION_MESSAGES:
		app->log.shown = true;
		app->log.back = 0;
		return;
	default:
		if (loop_regroup(l, action, count) || suggesting_act(app, action, count) ||
		    decide_act(app, action, count) || search_act(app, action, count) ||
		    filtering_act(app, action) || exporting_act(app, action) ||
		    trial_act(app, action, count))
			return;
		if (!views[app->view]->act(app, action, count) && action == ACTION_BACK)
			back_at_top(l, key);
	}
}

void loop_forget_message(struct loop *l)
{
	l->app.message[0] = '\0';
	l->message_ms = 0;
	l->app.dirty = true;
}

/* Keys for what lies over the view; true if it took the key. */
static bool take_key_over(struct app *app, uint32_t key)
{
	if (app->trial)
		return trial_key(app, key);
	if (app->help)
		help_key(app, key);
	else if (app->log.shown)
		log_key(&app->log, key);
	else if (app->prompt.kind == PROMPT_ASSIGN)
		decide_prompt_key(app, key);
	else if (app->prompt.kind == PROMPT_SEARCH)
		search_prompt_key(app, key);
	else if (app->prompt.kind == PROMPT_FILTER)
		filtering_prompt_key(app, key);
	else if (app->prompt.kind != PROMPT_NONE)
		exporting_prompt_key(app, key);
	else
		return false;
	return true;
}

bool loop_groups_are_due(const struct loop *l)
{
	return !l->app.grouping->k && grouping_busy(l->app.grouping) &&
	       l->app.clustering_ms < BAR_MS;
}

/*
 * Whether the key has to wait until the store has answered, or the groups are there, or behind one
 * that has to.
 */
static bool must_wait(const struct loop *l, uint32_t key)
{
	struct keys keys = l->keys;
	int count;

	if (l->waiting_count == WAITING_MAX || l->app.trial)
		return false;
	if (l->waiting_count > 0 || loop_groups_are_due(l))
		return true;
	if (!l->app.deciding)
		return false;
	/* In the queue of suggestions every key is about the question there will be. */
	/* And an export reads what is stored. */
	return l->app.prompt.kind == PROMPT_EXPORT ||
	       (l->app.view == VIEW_SUGGEST && !l->app.help) ||
	       (l->app.prompt.kind == PROMPT_NONE && !l->app.help &&
		decide_must_wait(keys_press(&keys, key, &count)));
}

/* What can be done without seeing anything. */
static bool leaves(enum action action)
{
	return action == ACTION_QUIT || action == ACTION_BACK || action == ACTION_CANCEL ||
	       action == ACTION_SUSPEND || action == ACTION_REDRAW;
}

void loop_take_key(struct loop *l, uint32_t key)
{
	enum action action;
	int count;

	l->app.dirty = true;
	if (must_wait(l, key)) {
		l->waiting[l->waiting_count++] = key;
		return;
	}
	loop_forget_message(l);
	l->app.hurried = true;
	app_refresh(&l->app);
	l->app.settling &= l->app.grouping->k == 0;
	if (!screen_is_too_small(&l->app.grid) && take_key_over(&l->app, key))
		return;
	action = keys_press(&l->keys, key, &count);
	if (action && (!screen_is_too_small(&l->app.grid) || leaves(action)))
		act(l, action, count, key);
}

void loop_take_waiting(struct loop *l)
{
	uint32_t keys[WAITING_MAX];
	int count = l->waiting_count;

	memcpy(keys, l->waiting, sizeof(keys));
	l->waiting_count = 0;
	for (int i = 0; i < count && !l->app.quit; i++)
		loop_take_key(l, keys[i]);
}

static void take_mouse(struct loop *l, const struct sequence *sequence)
{
	enum action action;
	uint32_t key;
	int count;

	/* What is there will be something else once the store has answered. */
	if (l->waiting_count > 0 || l->app.deciding || loop_groups_are_due(l))
		return;
	l->app.dirty = true;
	loop_forget_message(l);
	app_refresh(&l->app);
	action = mouse_take(&l->app, sequence, &count, &key);
	if (key)
		loop_take_key(l, key);
	else if (action)
		act(l, action, count, 0);
}

static void ask_color(struct loop *l)
{
	const char *question = probe_color_question(&l->probe);

	if (!question)
		return;
	pump_stop(&l->pump, l->tty);
	tty_write(l->tty, question, strlen(question));
}

/* Pasted text is never a command: without a line to type in it goes nowhere. */
static void take_pasted(struct loop *l, uint32_t cp)
{
	if (!l->app.help && !l->app.log.shown && !l->app.trial &&
	    l->app.prompt.kind != PROMPT_NONE && !l->waiting_count)
		take_key_over(&l->app, cp);
	else if (l->app.help && l->app.help_search.kind != PROMPT_NONE)
		help_key(&l->app, cp);
	l->keyed = true;
	l->app.dirty = true;
}

static void take_input(struct loop *l, const struct input_event *event)
{
	const struct sequence *sequence = &event->sequence;

	if (event->kind == INPUT_KEY) {
		loop_take_key(l, event->key);
		l->asked_ms = clock_ms();
		l->keyed = true;
	} else if (event->kind == INPUT_PASTED) {
		take_pasted(l, event->key);
	} else if (sequence->type == '[' && sequence->prefix == '<') {
		take_mouse(l, sequence);
		l->asked_ms = clock_ms();
	} else if (sequence->type == '[' && !sequence->prefix && sequence->final == 'n') {
		bool measuring = l->pump.link.measuring;

		if (script_answered(l))
			return;
		pump_answered(&l->pump);
		if (measuring && !l->pump.link.measuring && link_is_slow(&l->pump.link)) {
			l->app.line_is_slow = true;
			l->app.dirty = true;
		}
	} else if (probe_take(&l->probe, &event->sequence)) {
		ask_color(l);
		if (l->probe.outer == OUTER_UNKNOWN)
			loop_ask_tmux(l);
		if (l->probe.complete)
			loop_decide_graphics(l);
	}
}

void loop_read_input(struct loop *l)
{
	struct input_event event;
	uint8_t bytes[1024];
	ssize_t n = read(tty_fd(l->tty), bytes, sizeof(bytes));

	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
		l->app.quit = true; /* the terminal is gone */
		return;
	}
	for (ssize_t i = 0; i < n; i++)
		if (input_feed(&l->input, bytes[i], &event))
			take_input(l, &event);
	l->silence_ms = input_wait_ms(&l->input) ? clock_ms() + input_wait_ms(&l->input) : 0;
}

void loop_take_silence(struct loop *l)
{
	struct input_event event;

	l->silence_ms = 0;
	if (input_timeout(&l->input, &event))
		take_input(l, &event);
}
