/*
 * The interface thread: one loop that waits for keys, for results of the
 * other threads and for signals, changes the state, and draws at most some
 * thirty times a second what has changed.
 */
#include "script.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/responsive.h"
#include "lookalike/ui/config.h"
#include "lookalike/ui/decide.h"
#include "lookalike/ui/exporting.h"
#include "lookalike/ui/filtering.h"
#include "lookalike/ui/large.h"
#include "lookalike/ui/suggesting.h"
#include "lookalike/ui/tmux.h"
#include "lookalike/ui/trial.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAME_MS    33   /* between two frames */
#define PROGRESS_MS 150  /* while something goes on */
#define FOLLOW_MS   2000 /* between two changes of the groups while a scan brings faces */
#define FIRST_FACES 12   /* enough for the first sweep while a scan runs */
#define MESSAGE_MS  5000 /* a message gives way to the progress after this */
#define PATIENCE_MS 500  /* for what the terminal answers: half blocks are many bytes in vain */

/* Who makes pictures is waited for; who clusters must not be in the way of anybody. */
#define ENCODERS     2
#define ENCODER_NICE 5
#define WORKERS      2
#define WORKER_NICE  19

/* ---- what the terminal is ---- */

void loop_decide_graphics(struct loop *l)
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
	loop_decide_graphics(l);
	grid_done(&l->app.grid);
	grid_init(&l->app.grid, l->environment.rows, l->environment.cols);
	tty_invalidate(l->tty);
}

bool loop_asks_terminal(const struct loop *l)
{
	return l->app.config->graphics != GRAPHICS_NONE &&
	       l->app.config->graphics != GRAPHICS_ASCII;
}

/* Also anew, as the session may have been attached in another terminal. */
void loop_ask_tmux(struct loop *l)
{
	if (l->asking_tmux || l->app.config->graphics >= 0 || !getenv("TMUX") ||
	    !probe_is_tmux_with_sixel(&l->probe))
		return;
	l->asking_tmux = true;
	if (l->probe.outer == OUTER_UNKNOWN)
		l->probe.outer = OUTER_ASKED;
	workers_add(l->encoders, tmux_ask_new()); /* pictures wait for it */
}

/* The cells may have another size as well: the answers come when they come. */
void loop_window_changed(struct loop *l)
{
	const char *questions = probe_resized(&l->probe);

	loop_ask_tmux(l);
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
	if (grouping_busy(g) || clock_ms() - l->followed_ms < FOLLOW_MS)
		return;
	l->followed_ms = clock_ms();
	if (!g->shown ? faces >= FIRST_FACES : faces > g->shown->n + g->shown->n / 4)
		loop_sweep(l);
	else if (g->shown)
		grouping_rebuild(l->app.grouping);
}

/* ---- what the views ask for ---- */

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

/* ---- the loop ---- */

static void take_signals(struct loop *l)
{
	for (int signal; (signal = tty_next_signal(l->signals));) {
		if (signal == SIGWINCH)
			loop_window_changed(l);
		else if (signal == SIGTSTP)
			loop_suspend(l);
		else if (signal != SIGCONT)
			l->app.quit = true;
		else if (tty_resume(l->tty))
			loop_window_changed(l);
	}
}

/* When pictures are shown although the terminal has not said how; 0 when that is known. */
static int64_t pictures_due_ms(const struct loop *l)
{
	bool known = l->app.config->graphics >= 0 || l->probe.complete || !loop_asks_terminal(l);

	return known ? 0 : l->began_ms + PATIENCE_MS;
}

static void draw(struct loop *l)
{
	struct scan_progress progress = {0};

	if (l->scan)
		scan_progress(l->scan, &progress);
	if (!grouping_busy(l->app.grouping))
		l->clustering_since_ms = 0;
	else if (!l->clustering_since_ms)
		l->clustering_since_ms = clock_ms();
	l->app.clustering_ms = l->clustering_since_ms ? clock_ms() - l->clustering_since_ms : 0;
	strips_frame(l->app.strips);
	strips_hold(l->app.strips, clock_ms() < pictures_due_ms(l));
	l->refined = false;
	app_refresh(&l->app);
	if (l->app.message_new && !l->script) /* whose clock stands still */
		l->message_ms = clock_ms() + MESSAGE_MS;
	l->app.message_new = false;
	l->app.hurried = l->keyed;
	l->app.later = false;
	l->app.looking = l->scanning || l->app.recalling;
	screen_draw(&l->app, &progress, l->scanning);
	pump_present(&l->pump, l->tty, &l->app.grid);
	/* With all processors taken, pictures behind it would hold the answer up. */
	if (l->keyed && l->scanning)
		pump_rest(&l->pump);
	l->app.dirty = l->app.later || l->app.findings_due;
	l->drawn_ms = clock_ms();
}

/* Whether something goes on, beside scan and clustering, of which the screen tells how far it is.
 */
static bool has_bar(const struct app *app)
{
	return exporting_fd(app) >= 0 || app->seeking || (app->trial && app->trial->job);
}

/* How long the loop may sleep: -1 for ever. */
static int wait_ms(const struct loop *l)
{
	bool busy = l->scanning || l->unsaved || grouping_busy(l->app.grouping) || has_bar(&l->app);
	int pump = pump_wait_ms(&l->pump, l->tty, &l->app.grid);
	int64_t now = clock_ms(), until = busy ? now + PROGRESS_MS : INT64_MAX;
	int64_t strips = strips_due_ms(l->app.strips), rest = loop_rest_due_ms(l);
	int64_t pictures = pictures_due_ms(l);
	int refine = loop_refine_wait_ms(l, now);

	if (l->app.dirty && !pump_busy(&l->pump) && l->drawn_ms + l->frame_ms < until)
		until = l->drawn_ms + l->frame_ms;
	/* Past, it has made the screen dirty. */
	if (!l->app.dirty && strips < until)
		until = strips;
	if (rest < until)
		until = rest;
	if (!l->app.dirty && l->drawn_ms < pictures && pictures < until)
		until = pictures;
	if (l->silence_ms && l->silence_ms < until)
		until = l->silence_ms;
	if (l->message_ms && l->message_ms < until)
		until = l->message_ms;
	if (pump >= 0 && now + pump < until)
		until = now + pump;
	if (refine >= 0 && now + refine < until)
		until = now + refine;
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
	int n;

	loop_refine(l, clock_ms());
	keeper_send(l->keeper); /* behind the frame that says so */
	n = poll(fds, 4, wait_ms(l));
	l->keyed = false;
	if (l->script)
		script_step(l);
	if (n > 0 && fds[2].revents)
		take_signals(l);
	if (n > 0 && fds[0].revents)
		loop_read_input(l);
	if (l->silence_ms && clock_ms() >= l->silence_ms)
		loop_take_silence(l);
	if (n > 0 && fds[1].revents)
		loop_take_events(l);
	if (n > 0 && fds[3].revents && exporting_fd(&l->app) >= 0)
		exporting_take(&l->app);
	if (l->message_ms && clock_ms() >= l->message_ms)
		loop_forget_message(l);
	if (clock_ms() >= loop_rest_due_ms(l))
		loop_prepare_rest(l);
	follow_scan(l);
	l->app.dirty |= grouping_poll(l->app.grouping) ||
			clock_ms() >= strips_due_ms(l->app.strips) ||
			(l->drawn_ms < pictures_due_ms(l) && clock_ms() >= pictures_due_ms(l)) ||
			(n == 0 && (l->scanning || l->clustering_since_ms || has_bar(&l->app)));
	if (l->waiting_count && !l->app.deciding && !loop_groups_are_due(l))
		loop_take_waiting(l);
	/* A key is answered at once; all else waits for the next frame, and for a whole picture. */
	if (l->app.dirty &&
	    (l->keyed || (!pump_busy(&l->pump) && clock_ms() - l->drawn_ms >= l->frame_ms)))
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
	l->encoders = workers_start(ENCODERS, ENCODER_NICE, l->events);
	l->workers = workers_start(WORKERS, WORKER_NICE, l->events);
	l->app.strips = strips_new(l->encoders, l->keeper);
	if (config->pool.extractor)
		l->pool = pool_new(&config->pool);
	l->app.large = large_new(l->encoders, l->pool, l->events, config->scan.file_bytes_max);
	l->app.photo.large = large_new(l->encoders, l->pool, l->events,
				       config->scan.file_bytes_max);
	if (config->note)
		app_message(&l->app, "%s", config->note);
	read_config(l);
	l->app.recalling = l->pool && !config->read_only;
	/* The first screen, before anything takes the processors or the database. */
	draw(l);
	if (loop_asks_terminal(l))
		tty_write(l->tty, probe_questions(), strlen(probe_questions()));
	if (l->app.session->without_embeddings) {
		l->app.quit = session_load_embeddings(l->app.session, config->store, &l->failure);
		l->app.dirty = true;
	}
	if (l->app.quit)
		return;
	loop_check_labels(l);
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
	workers_stop(l->encoders);
	workers_stop(l->workers);
	if (!l->app.config->read_only)
		keeper_place(l->keeper, place_text(&l->app));
	keeper_stop(l->keeper);
	while ((item = queue_pop(l->events))) {
		if (item->kind == LARGE_READ)
			atomic_store(&((struct job *)item)->cancelled, true);
		loop_take_event(l, item);
	}
	workers_free(l->encoders);
	workers_free(l->workers);
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
	l->asked_ms = l->began_ms = clock_ms();
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
	if (!status && l->failure.code)
		status = error_set(err, l->failure.code, "%s", l->failure.msg);
	script_free(l->script);
	free(l);
	return status;
}
