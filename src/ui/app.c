/*
 * The interface thread: one loop that waits for keys, for results of the
 * other threads and for signals, changes the state, and draws at most some
 * thirty times a second what has changed.
 */
#include "loop.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/ui/clipboard.h"
#include "lookalike/ui/decide.h"
#include "lookalike/ui/large.h"
#include "lookalike/ui/search.h"

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
	/* Blocks are nothing but colours outside ASCII. */
	if ((!tty_has_color(l->tty) || l->app.config->ascii) &&
	    l->app.caps.graphics != GRAPHICS_NONE && l->app.caps.graphics != GRAPHICS_SIXEL)
		l->app.caps.graphics = GRAPHICS_ASCII;
	tty_set_synchronized(l->tty, l->app.caps.synchronized);
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

/* ---- the groups ---- */

void loop_sweep(struct loop *l)
{
	struct grouping_options *o = &l->app.grouping->options;
	int faces = session_open_faces(l->app.session);

	l->photos_came = false;
	l->decided = false;
	if (o->k > faces && faces && !l->scanning) {
		app_message(&l->app, "k = %d is more than the %d faces there are: k is chosen anew",
			    o->k, faces);
		o->k = 0;
	}
	grouping_start(l->app.grouping, l->workers);
	l->app.dirty = true;
}

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

void app_set_k(struct app *app, int k)
{
	struct loop *l = (struct loop *)app;
	int faces = session_open_faces(app->session);

	if (!faces) {
		app_message(app, app->session->totals.faces ? "every face is decided on"
							    : "there are no faces to group yet");
		return;
	}
	if (k > faces) {
		app_message(app, "k = %d is more than the %d face%s there %s", k, faces,
			    faces == 1 ? "" : "s", faces == 1 ? "is" : "are");
		return;
	}
	if (k < 0 || (k == 0 && app->grouping->k == 1)) {
		app_message(app, "k cannot be less than 1");
		k = 1;
	}
	if (app->grouping->options.distance > 0) {
		app->grouping->options.distance = 0;
		app->grouping->options.k = k;
		loop_sweep(l);
		return;
	}
	if (app->grouping->shown && !grouping_has(app->grouping, k))
		grouping_add_k(app->grouping, k, l->workers);
	else
		grouping_set_k(app->grouping, k);
	app->dirty = true;
}

/* ---- keys ---- */

static void cancel(struct loop *l)
{
	if (l->scanning) {
		scan_stop(l->scan);
		app_message(&l->app, "the scan is stopped; what is measured is kept");
	} else {
		l->app.quit = true;
	}
}

static void change_seed(struct loop *l, int count)
{
	struct grouping_options *o = &l->app.grouping->options;

	o->seed = count ? (uint64_t)count : o->seed + 1;
	app_message(&l->app, "seed %llu", (unsigned long long)o->seed);
	loop_sweep(l);
}

static void change_scale(struct loop *l)
{
	static const char *const means[] = {
		[SCALE_ZSCORE] = "every measure has the same say",
		[SCALE_RELIABILITY] = "measures that repeat well have more say",
		[SCALE_NONE] = "measures as they are, the widest-ranging one decides",
	};
	struct grouping_options *o = &l->app.grouping->options;

	if (o->features == FEATURES_NEURAL) {
		app_message(&l->app, "embeddings are never scaled; f goes to geometry");
		return;
	}
	o->scale = (o->scale + 1) % SCALE_COUNT;
	app_message(&l->app, "scale %s: %s", scale_name(o->scale), means[o->scale]);
	loop_sweep(l);
}

/* The lists begin anew; a group that a person named stays open in both modes. */
static void forget_places(struct app *app)
{
	roster_done(&app->roster);
	app->clusters = app->faces = (struct list){0};
	if (app->opened.kind == ROSTER_OPEN)
		app->opened.id = 1;
	if (app->left.kind == ROSTER_OPEN)
		app->left.id = -1;
	app->emptied = false;
	app->range = NULL;
}

/* The other mode's groups stay as they were, but for faces that came, went or were decided on. */
static void change_features(struct loop *l)
{
	struct app *app = &l->app;
	struct grouping *now = app->other, *before = app->grouping;
	bool photos_came = l->photos_came_other, decided;

	if (before->options.features == FEATURES_GEOMETRY && !app->session->totals.embedded) {
		app_message(app,
			    "no face has an embedding: get the model with models/fetch models");
		return;
	}
	if (!now) {
		struct grouping_options options = app->config->grouping;

		options.features = before->options.features == FEATURES_NEURAL ? FEATURES_GEOMETRY
									       : FEATURES_NEURAL;
		options.k = before->options.distance > 0 ? 0 : before->options.k;
		options.distance = 0;
		now = grouping_new(app->session, &options);
		photos_came = true;
	}
	decided = now->session_version != app->session->version;
	app->other = before;
	app->grouping = now;
	l->photos_came_other = l->photos_came;
	grouping_wake(now, before);
	if (photos_came)
		loop_sweep(l);
	else if (decided && !l->scanning)
		grouping_prepare(now, l->workers);
	l->photos_came = false;
	forget_places(app);
	app_message(app, "%s: %s", features_name(now->options.features),
		    now->options.features == FEATURES_NEURAL ? "who it is"
							     : "the shape of the face");
	app->dirty = true;
}

static void change_distance(struct loop *l, int count)
{
	struct grouping_options *o = &l->app.grouping->options;

	if (o->features != FEATURES_NEURAL) {
		app_message(&l->app, "groups by distance need embeddings: f goes to neural");
		return;
	}
	if (count && (count < DISTANCE_MIN * 100 || count > DISTANCE_MAX * 100)) {
		app_message(&l->app, "a distance is from %.0f to %.0f hundredths",
			    DISTANCE_MIN * 100, DISTANCE_MAX * 100);
		return;
	}
	if (count)
		o->distance = count / 100.0;
	else
		o->distance = o->distance > 0 ? 0 : DISTANCE_DEFAULT;
	if (o->distance > 0)
		app_message(&l->app, "groups of faces nearer than %.2f; d goes back to k",
			    o->distance);
	loop_sweep(l);
}

/* As suggested; where nothing is, BIC's peak, and why. */
static void choose_k(struct loop *l)
{
	struct grouping *g = l->app.grouping;
	struct curve curve;

	if (g->options.distance > 0) {
		g->options.distance = 0;
		g->options.k = 0;
		loop_sweep(l);
		return;
	}
	g->options.kmax = l->app.config->grouping.kmax;
	grouping_set_k(g, 0);
	grouping_curve(g, &curve);
	if (!curve.decided || g->next)
		app_message(&l->app, "k comes with the criteria, which are being computed");
	else if (curve.suggested)
		app_message(&l->app, "k = %d as suggested: %s", g->k, curve.reason);
	else
		app_message(&l->app, "%s; k = %d is BIC's", curve.reason, g->k);
	curve_done(&curve);
}

static void suspend(struct loop *l)
{
	tty_suspend(l->tty);
	resize(l);
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

static void back_at_top(struct loop *l, uint32_t key)
{
	if (key == 'q')
		l->app.quit = true;
	else
		app_message(&l->app, "q or Q quits");
}

static void act(struct loop *l, enum action action, int count, uint32_t key)
{
	struct app *app = &l->app;
	enum view_id tab = app->view == VIEW_FACE       ? app->below
			   : app->view == VIEW_MEASURES ? VIEW_CLUSTERS
							: app->view;

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
	case ACTION_K_MORE:
		app_set_k(app, app->grouping->k + (count ? count : 1));
		return;
	case ACTION_K_LESS:
		app_set_k(app, app->grouping->k - (count ? count : 1));
		return;
	case ACTION_K_SET:
		if (count)
			app_set_k(app, count);
		else
			choose_k(l);
		return;
	case ACTION_FEATURES:
		change_features(l);
		return;
	case ACTION_DISTANCE:
		change_distance(l, count);
		return;
	case ACTION_SCALE:
		change_scale(l);
		return;
	case ACTION_MEASURES:
		app_show(app, VIEW_MEASURES);
		return;
	case ACTION_SEED:
		change_seed(l, count);
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
		if (decide_act(app, action, count) || search_act(app, action, count))
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
	if (app->help)
		help_key(app, key);
	else if (app->log.shown)
		log_key(&app->log, key);
	else if (app->prompt.kind == PROMPT_ASSIGN)
		decide_prompt_key(app, key);
	else if (app->prompt.kind == PROMPT_SEARCH)
		search_prompt_key(app, key);
	else
		return false;
	return true;
}

/* Whether the key has to wait until the store has answered, or behind one that has to. */
static bool must_wait(const struct loop *l, uint32_t key)
{
	struct keys keys = l->keys;
	int count;

	if (l->waiting_count == WAITING_MAX || !l->app.deciding)
		return false;
	return l->waiting_count > 0 || (l->app.prompt.kind == PROMPT_NONE && !l->app.help &&
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
	if (take_key_over(&l->app, key))
		return;
	action = keys_press(&l->keys, key, &count);
	if (action)
		act(l, action, count, key);
}

static void take_input(struct loop *l, const struct input_event *event)
{
	if (event->kind == INPUT_KEY) {
		loop_take_key(l, event->key);
	} else if (probe_take(&l->probe, &event->sequence) && l->probe.complete) {
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
			resize(l);
		else if (signal == SIGTSTP)
			suspend(l);
		else
			l->app.quit = true;
	}
}

static void draw(struct loop *l)
{
	struct scan_progress progress = {0};

	if (l->scan)
		scan_progress(l->scan, &progress);
	strips_frame(l->app.strips);
	app_refresh(&l->app);
	if (l->app.message_new)
		l->message_ms = now_ms() + MESSAGE_MS;
	l->app.message_new = false;
	screen_draw(&l->app, &progress, l->scanning);
	tty_present(l->tty, &l->app.grid);
	l->app.dirty = false;
	l->drawn_ms = now_ms();
}

/* How long the loop may sleep: -1 for ever. */
static int wait_ms(const struct loop *l)
{
	bool busy = l->scanning || l->unsaved || grouping_busy(l->app.grouping);
	int64_t now = now_ms(), until = busy ? now + PROGRESS_MS : INT64_MAX;

	if (l->app.dirty && l->drawn_ms + FRAME_MS < until)
		until = l->drawn_ms + FRAME_MS;
	if (l->escape_ms && l->escape_ms < until)
		until = l->escape_ms;
	if (l->message_ms && l->message_ms < until)
		until = l->message_ms;
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
	};
	int n = poll(fds, 3, wait_ms(l));
	bool key = n > 0 && fds[0].revents;
	struct input_event event;

	if (n > 0 && fds[2].revents)
		take_signals(l);
	if (key)
		read_input(l);
	if (l->escape_ms && now_ms() >= l->escape_ms) {
		l->escape_ms = 0;
		if (input_timeout(&l->input, &event))
			take_input(l, &event);
	}
	if (n > 0 && fds[1].revents)
		loop_take_events(l);
	if (l->message_ms && now_ms() >= l->message_ms)
		forget_message(l);
	follow_scan(l);
	l->app.dirty |= grouping_poll(l->app.grouping) || (n == 0 && l->scanning);
	/* A key is answered at once; everything else waits for the next frame. */
	if (l->app.dirty && (key || now_ms() - l->drawn_ms >= FRAME_MS))
		draw(l);
}

static void start_work(struct loop *l)
{
	const struct app_config *config = l->app.config;
	struct scan_config scan = config->scan;
	struct error err;

	l->keeper = keeper_start(config->store, l->events);
	l->workers = workers_start(ENCODERS, l->events);
	l->app.strips = strips_new(l->workers, l->keeper);
	if (config->pool.extractor)
		l->pool = pool_new(&config->pool);
	l->app.large = large_new(l->workers, l->pool, l->events, config->scan.file_bytes_max);
	if (config->note)
		app_message(&l->app, "%s", config->note);
	if (session_open_faces(l->app.session))
		loop_sweep(l);
	if (!l->pool || config->read_only)
		return;
	if (scan_start(&scan, l->pool, l->events, &l->scan, &err))
		app_message(&l->app, "%s", err.msg);
	else
		l->scanning = true;
}

/* Stop everyone who could send an event, then take what they had sent. */
static void end_work(struct loop *l)
{
	struct queue_item *item;

	l->ending = true;
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
	keeper_stop(l->keeper);
	while ((item = queue_pop(l->events))) {
		if (item->kind == LARGE_READ)
			atomic_store(&((struct job *)item)->cancelled, true);
		loop_take_event(l, item);
	}
	strips_free(l->app.strips);
	large_free(l->app.large);
	queue_free(l->events);
}

enum status app_run(const struct app_config *config, struct error *err)
{
	struct loop *l = memory_new(sizeof(*l));
	enum status status;

	l->app.config = config;
	l->app.session = config->session;
	l->app.view = VIEW_CLUSTERS;
	l->app.opened = (struct roster_key){ROSTER_OPEN, 1};
	l->app.left.id = -1;
	l->signals = tty_signals();
	status = tty_open(config->color, &l->tty, err);
	if (status) {
		store_close(config->store);
		free(l);
		return status;
	}
	input_init(&l->input);
	probe_init(&l->probe);
	l->app.grouping = grouping_new(config->session, &config->grouping);
	l->events = queue_new();
	resize(l);
	start_work(l);
	draw(l);
	if (config->graphics != GRAPHICS_NONE && config->graphics != GRAPHICS_ASCII)
		tty_write(l->tty, probe_questions(), strlen(probe_questions()));
	while (!l->app.quit)
		loop_once(l);
	tty_close(l->tty);
	end_work(l);
	roster_done(&l->app.roster);
	free(l->app.target_ids);
	grouping_free(l->app.grouping);
	grouping_free(l->app.other);
	grid_done(&l->app.grid);
	free(l);
	return OK;
}
