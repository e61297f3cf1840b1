/*
 * The interface thread: one loop that waits for keys, for results of the
 * other threads and for signals, changes the state, and draws at most some
 * thirty times a second what has changed.
 */
#include "script.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/base/responsive.h"
#include "lookalike/ui/clipboard.h"
#include "lookalike/ui/config.h"
#include "lookalike/ui/decide.h"
#include "lookalike/ui/exporting.h"
#include "lookalike/ui/filtering.h"
#include "lookalike/ui/large.h"
#include "lookalike/ui/photo.h"
#include "lookalike/ui/search.h"
#include "lookalike/ui/suggesting.h"
#include "lookalike/ui/trial.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ESCAPE_MS   25   /* a lone ESC is a key after this silence */
#define FRAME_MS    33   /* between two frames */
#define PROGRESS_MS 150  /* while something goes on */
#define FOLLOW_MS   700  /* between two changes of the groups while a scan brings faces */
#define FIRST_FACES 12   /* enough for the first sweep while a scan runs */
#define MESSAGE_MS  5000 /* a message gives way to the progress after this */
#define ENCODERS    2

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- what the terminal is ---- */

static void decide_graphics(struct loop *l)
{
	tty_environment(l->tty, &l->environment);
	probe_decide(&l->probe, &l->environment, l->app.config->graphics, &l->app.caps);
	theme_decide(l->app.config->theme, &l->app.caps);
	if (l->app.config->ascii && l->app.caps.graphics != GRAPHICS_NONE &&
	    !graphics_has_pixels(l->app.caps.graphics))
		l->app.caps.graphics = GRAPHICS_ASCII;
	if (graphics_has_pixels(l->app.caps.graphics) && !l->measured) {
		l->measured = true;
		pump_measure(&l->pump, l->tty);
	}
	if (l->app.caps.graphics == GRAPHICS_KITTY)
		tty_use_kitty(l->tty);
	tty_set_synchronized(l->tty, l->app.caps.synchronized);
	tty_set_tmux(l->tty, l->app.caps.tmux);
	tty_set_direct_color(l->tty, l->app.caps.direct_color);
	l->app.dirty = true;
}

static void resize(struct loop *l)
{
	decide_graphics(l);
	grid_done(&l->app.grid);
	grid_init(&l->app.grid, l->environment.rows, l->environment.cols);
	tty_invalidate(l->tty);
}

bool loop_asks_terminal(const struct loop *l)
{
	return l->app.config->graphics != GRAPHICS_NONE &&
	       l->app.config->graphics != GRAPHICS_ASCII;
}

/* The cells may have another size as well: the answers come when they come. */
static void window_changed(struct loop *l)
{
	const char *questions = probe_resized(&l->probe);

	pump_stop(&l->pump, l->tty);
	resize(l);
	if (loop_asks_terminal(l) &&
	    (!l->probe.complete || graphics_has_pixels(l->app.caps.graphics)))
		tty_write(l->tty, questions, strlen(questions));
}

/* ---- the groups ---- */

/*
 * New faces join the groups there are, at a pace that can be read; a new sweep
 * is worth its time when they have become a quarter more, and at the scan's end.
 */
static void follow_scan(struct loop *l)
{
	const struct grouping *g = l->app.grouping;
	int faces = session_open_faces(l->app.session);

	if (!l->scanning || g->session_version == l->app.session->version)
		return;
	if (grouping_busy(g) || now_ms() - l->followed_ms < FOLLOW_MS)
		return;
	l->followed_ms = now_ms();
	if (!g->shown ? faces >= FIRST_FACES : faces > g->shown->n + g->shown->n / 4)
		loop_sweep(l);
	else if (g->shown)
		grouping_rebuild(l->app.grouping);
}

/* ---- keys ---- */

static void cancel(struct loop *l)
{
	if (exporting_cancel(&l->app)) {
		app_message(&l->app, "stopping the export");
	} else if (l->scanning) {
		scan_stop(l->scan);
		app_message(&l->app, "the scan is stopped; what is measured is kept");
	} else if (grouping_cancel(l->app.grouping)) {
		app_message(&l->app, "the clustering is stopped; %s",
			    l->app.grouping->k ? "the groups stay as they were"
					       : "= begins it anew");
	} else {
		l->app.quit = true;
	}
}

static void suspend(struct loop *l)
{
	pump_stop(&l->pump, l->tty);
	tty_suspend(l->tty);
	window_changed(l);
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

void app_decide(struct app *app, const struct decision_request *request)
{
	struct loop *l = (struct loop *)app;

	app->deciding++;
	snprintf(app->message, sizeof(app->message), "saving"); /* not one for the log */
	keeper_decide(l->keeper, request);
}

void app_search(struct app *app, struct suggest_search *search)
{
	workers_add(((struct loop *)app)->workers, suggest_job(search));
}

void app_add_job(struct app *app, struct job *job)
{
	workers_add(((struct loop *)app)->workers, job);
}

void app_put_trial(struct app *app, const struct trial_run *run, const struct trial_row *row)
{
	keeper_put_trial(((struct loop *)app)->keeper, run, row);
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
		suspend(l);
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

static void forget_message(struct loop *l)
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

/* Whether there are no groups, but will be in a moment: a key typed ahead is about those. */
static bool groups_are_due(const struct loop *l)
{
	return !l->app.grouping->k && grouping_busy(l->app.grouping) &&
	       l->app.clustering_ms < CLUSTERING_MS;
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
	if (groups_are_due(l))
		return true;
	if (!l->app.deciding)
		return false;
	/* In the queue of suggestions every key is about the question there will be. */
	/* And an export reads what is stored. */
	return l->waiting_count > 0 || l->app.prompt.kind == PROMPT_EXPORT ||
	       (l->app.view == VIEW_SUGGEST && !l->app.help) ||
	       (l->app.prompt.kind == PROMPT_NONE && !l->app.help &&
		decide_must_wait(keys_press(&keys, key, &count)));
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
	forget_message(l);
	app_refresh(&l->app);
	l->app.settling &= l->app.grouping->k == 0;
	if (take_key_over(&l->app, key))
		return;
	action = keys_press(&l->keys, key, &count);
	if (action)
		act(l, action, count, key);
}

static void take_mouse(struct loop *l, const struct sequence *sequence)
{
	enum action action;
	uint32_t key;
	int count;

	/* What is there will be something else once the store has answered. */
	if (l->waiting_count > 0 || l->app.deciding || groups_are_due(l))
		return;
	l->app.dirty = true;
	forget_message(l);
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

static void take_input(struct loop *l, const struct input_event *event)
{
	const struct sequence *sequence = &event->sequence;

	if (event->kind == INPUT_KEY) {
		loop_take_key(l, event->key);
		l->keyed = true;
	} else if (sequence->type == '[' && sequence->prefix == '<') {
		take_mouse(l, sequence);
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
		if (l->probe.complete)
			decide_graphics(l);
	}
}

static void read_input(struct loop *l)
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
	l->escape_ms = input_pending(&l->input) ? now_ms() + ESCAPE_MS : 0;
}

/* ---- the loop ---- */

static void take_signals(struct loop *l)
{
	for (int signal; (signal = tty_next_signal(l->signals));) {
		if (signal == SIGWINCH)
			window_changed(l);
		else if (signal == SIGTSTP)
			suspend(l);
		else if (signal != SIGCONT)
			l->app.quit = true;
		else if (tty_resume(l->tty))
			window_changed(l);
	}
}

static void draw(struct loop *l)
{
	struct scan_progress progress = {0};

	if (l->scan)
		scan_progress(l->scan, &progress);
	if (!grouping_busy(l->app.grouping))
		l->clustering_since_ms = 0;
	else if (!l->clustering_since_ms)
		l->clustering_since_ms = now_ms();
	l->app.clustering_ms = l->clustering_since_ms ? now_ms() - l->clustering_since_ms : 0;
	strips_frame(l->app.strips);
	app_refresh(&l->app);
	if (l->app.message_new && !l->script) /* whose clock stands still */
		l->message_ms = now_ms() + MESSAGE_MS;
	l->app.message_new = false;
	l->app.hurried = l->keyed;
	l->app.later = false;
	screen_draw(&l->app, &progress, l->scanning);
	pump_present(&l->pump, l->tty, &l->app.grid);
	l->app.dirty = l->app.later || l->app.findings_due;
	l->drawn_ms = now_ms();
}

/* How long the loop may sleep: -1 for ever. */
static int wait_ms(const struct loop *l)
{
	bool busy = l->scanning || l->unsaved || grouping_busy(l->app.grouping) ||
		    exporting_fd(&l->app) >= 0;
	int pump = pump_wait_ms(&l->pump, l->tty, &l->app.grid);
	int64_t now = now_ms(), until = busy ? now + PROGRESS_MS : INT64_MAX;

	if (l->app.dirty && !pump_busy(&l->pump) && l->drawn_ms + l->frame_ms < until)
		until = l->drawn_ms + l->frame_ms;
	if (l->escape_ms && l->escape_ms < until)
		until = l->escape_ms;
	if (l->message_ms && l->message_ms < until)
		until = l->message_ms;
	if (pump >= 0 && now + pump < until)
		until = now + pump;
	if (l->script && now + script_wait_ms(l) < until)
		until = now + script_wait_ms(l);
	if (until == INT64_MAX)
		return -1;
	return until > now ? (int)(until - now) : 0;
}

static void loop_once(struct loop *l)
{
	struct pollfd fds[] = {
		{.fd = tty_fd(l->tty), .events = POLLIN},
		{.fd = queue_fd(l->events), .events = POLLIN},
		{.fd = l->signals, .events = POLLIN},
		{.fd = exporting_fd(&l->app), .events = POLLIN},
	};
	struct input_event event;
	int n;

	keeper_send(l->keeper); /* behind the frame that says so */
	n = poll(fds, 4, wait_ms(l));
	l->keyed = false;
	if (l->script)
		script_step(l);
	if (n > 0 && fds[2].revents)
		take_signals(l);
	if (n > 0 && fds[0].revents)
		read_input(l);
	if (l->escape_ms && now_ms() >= l->escape_ms) {
		l->escape_ms = 0;
		if (input_timeout(&l->input, &event))
			take_input(l, &event);
	}
	if (n > 0 && fds[1].revents)
		loop_take_events(l);
	if (n > 0 && fds[3].revents && exporting_fd(&l->app) >= 0)
		exporting_take(&l->app);
	if (l->message_ms && now_ms() >= l->message_ms)
		forget_message(l);
	follow_scan(l);
	l->app.dirty |= grouping_poll(l->app.grouping) ||
			(n == 0 &&
			 (l->scanning || l->clustering_since_ms || exporting_fd(&l->app) >= 0));
	if (l->waiting_count && !l->app.deciding && !groups_are_due(l))
		loop_take_waiting(l);
	/* A key is answered at once; all else waits for the next frame, and for a whole picture. */
	if (l->app.dirty &&
	    (l->keyed || (!pump_busy(&l->pump) && now_ms() - l->drawn_ms >= l->frame_ms)))
		draw(l);
	pump_run(&l->pump, l->tty, &l->app.grid);
}

static void tell_problem(const char *text, void *user)
{
	app_message(user, "%s", text);
}

static void read_config(struct loop *l)
{
	char *path = config_path();

	if (path)
		config_read(path, tell_problem, &l->app);
	free(path);
}

static void start_work(struct loop *l)
{
	const struct app_config *config = l->app.config;

	l->keeper = keeper_start(config->store, l->events);
	l->workers = workers_start(ENCODERS, l->events);
	l->app.strips = strips_new(l->workers, l->keeper);
	if (config->pool.extractor)
		l->pool = pool_new(&config->pool);
	l->app.large = large_new(l->workers, l->pool, l->events, config->scan.file_bytes_max);
	l->app.photo.large = large_new(l->workers, l->pool, l->events, config->scan.file_bytes_max);
	if (config->note)
		app_message(&l->app, "%s", config->note);
	loop_check_labels(l);
	read_config(l);
	l->app.recalling = l->pool && !config->read_only;
	/* The first screen, before anything takes the processors or the database. */
	draw(l);
	if (session_open_faces(l->app.session))
		loop_sweep(l);
	if (l->app.recalling)
		keeper_call(l->keeper, config->recall, config->recall_user);
}

/* Stop everyone who could send an event, then take what they had sent. */
static void end_work(struct loop *l)
{
	struct queue_item *item;

	l->ending = true;
	if (l->app.seeking)
		atomic_store(&suggest_job(l->app.seeking)->cancelled, true);
	scan_free(l->scan);
	l->scan = NULL;
	if (l->pool)
		pool_free(l->pool);
	l->pool = NULL;
	while ((item = queue_pop(l->events))) {
		if (item->kind == LARGE_READ) /* no pool to go to any more */
			atomic_store(&((struct job *)item)->cancelled, true);
		loop_take_event(l, item);
	}
	workers_stop(l->workers);
	if (!l->app.config->read_only)
		keeper_place(l->keeper, place_text(&l->app));
	keeper_stop(l->keeper);
	while ((item = queue_pop(l->events))) {
		if (item->kind == LARGE_READ)
			atomic_store(&((struct job *)item)->cancelled, true);
		loop_take_event(l, item);
	}
	strips_free(l->app.strips);
	large_free(l->app.large);
	large_free(l->app.photo.large);
	queue_free(l->events);
}

enum status app_run(const struct app_config *config, struct error *err)
{
	struct loop *l = memory_new(sizeof(*l));
	enum status status = OK;

	l->app.config = config;
	l->app.session = config->session;
	l->app.opened = (struct roster_key){ROSTER_OPEN, 1};
	l->app.left.id = -1;
	thread_be_responsive();
	l->signals = tty_signals();
	l->frame_ms = config->script ? 0 : FRAME_MS;
	if (config->script)
		status = script_read(config->script, &l->script, err);
	if (!status)
		status = tty_open(config->color, &l->tty, err);
	if (status) {
		script_free(l->script);
		store_close(config->store);
		free(l);
		return status;
	}
	if (!config->no_mouse)
		tty_use_mouse(l->tty);
	input_init(&l->input);
	pump_init(&l->pump);
	probe_init(&l->probe);
	l->app.grouping = grouping_new(config->session, &config->grouping);
	l->events = queue_new();
	place_go(&l->app, &config->place);
	resize(l);
	start_work(l);
	if (loop_asks_terminal(l))
		tty_write(l->tty, probe_questions(), strlen(probe_questions()));
	while (!l->app.quit)
		loop_once(l);
	tty_close(l->tty);
	exporting_done(&l->app);
	pump_done(&l->pump);
	end_work(l);
	roster_done(&l->app.roster);
	free(l->app.target_ids);
	trial_done(&l->app);
	filtering_done(&l->app);
	suggesting_done(&l->app);
	grouping_free(l->app.grouping);
	grouping_free(l->app.other);
	grid_done(&l->app.grid);
	status = script_failed(l->script, err);
	script_free(l->script);
	free(l);
	return status;
}
