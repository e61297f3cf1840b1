/* The export as a child of the interface; see exporting.h. */
#include "lookalike/ui/exporting.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/ui/bar.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGUMENTS_MAX 32   /* without the paths */
#define END_MS        2000 /* for an export that is to end, before it is killed */

struct exporting {
	pid_t pid;  /* 0: nothing runs */
	int errors; /* the reading end of its standard error */
	char format[16], file[PROMPT_BYTES_MAX];
	char said[512]; /* the first line that it wrote there */
	char line[512]; /* what it writes now */
	size_t line_len;
	char stage[16]; /* what it says it is at, and how far: see cli/progress.h; or "" */
	double done, of;
	int64_t stage_ms; /* since when */
	bool cancelled;
	int64_t began_ms;
};

static const char *const formats[] = {"html ", "csv ", "json ", "tree "};

/* ---- the command ---- */

struct arguments {
	char **items; /* each malloc'd; NULL at the end */
	size_t count;
};

static void add(struct arguments *a, const char *name, char *value)
{
	a->items[a->count++] = text_copy(name);
	if (value)
		a->items[a->count++] = value;
}

/* The groups as they are now, not as they were asked for: k is known by now. */
static void add_groups(struct arguments *a, const struct grouping *g)
{
	const struct grouping_options *o = &g->options;

	add(a, "--features", text_copy(features_name(o->features)));
	if (o->features == FEATURES_GEOMETRY)
		add(a, "--scale", text_copy(scale_name(o->scale)));
	if (o->features == FEATURES_GEOMETRY && !emphasis_is_default(&o->emphasis))
		add(a, "--measures", emphasis_text(&o->emphasis));
	if (o->distance > 0)
		add(a, "--distance", text_format("%.4f", o->distance));
	else if (g->k)
		add(a, "-k", text_format("%d", g->k));
	if (o->kmax_is_wall)
		add(a, "--kmax", text_format("%d", o->kmax));
	add(a, "--restarts", text_format("%d", o->restarts));
	add(a, "--seed", text_format("%" PRIu64, o->seed));
	if (o->max_yaw_deg)
		add(a, "--max-yaw", text_format("%d", o->max_yaw_deg));
}

static void arguments_make(const struct app *app, const struct exporting *e, struct arguments *a)
{
	const struct app_config *config = app->config;

	a->items = memory_new((ARGUMENTS_MAX + config->path_count) * sizeof(*a->items));
	a->count = 0;
	add(a, "lookalike", NULL);
	add(a, "export", NULL);
	add(a, "--db", text_copy(config->db));
	add(a, "--format", text_copy(e->format));
	add(a, "-o", text_copy(e->file));
	add(a, "--progress", NULL);
	add_groups(a, app->grouping);
	if (app->filter)
		add(a, "--filter", text_copy(app->filter_text));
	add(a, "--", NULL);
	for (size_t i = 0; i < config->path_count; i++)
		add(a, config->paths[i], NULL);
}

/* Between fork() and exec(), in a program with threads: only what signal handlers may call. */
static void become(char *const argv[], int errors)
{
	int nothing = open("/dev/null", O_RDWR);
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (nothing >= 0 && dup2(errors, STDERR_FILENO) >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
	    dup2(nothing, STDOUT_FILENO) >= 0) {
		close_range(STDERR_FILENO + 1, ~0U, 0);
		execv("/proc/self/exe", argv);
	}
	_exit(127);
}

static void start(struct app *app)
{
	struct exporting *e = app->exporting;
	struct arguments a;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC)) {
		app_message(app, "not exported: %s", strerror(errno));
		return;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	arguments_make(app, e, &a);
	e->said[0] = '\0';
	e->line_len = 0;
	e->stage[0] = '\0';
	e->cancelled = false;
	e->began_ms = clock_ms();
	e->pid = fork();
	if (e->pid == 0)
		become(a.items, ends[1]);
	close(ends[1]);
	e->errors = ends[0];
	if (e->pid < 0) {
		app_message(app, "not exported: %s", strerror(errno));
		close(e->errors);
		e->pid = 0;
	}
	for (size_t i = 0; i < a.count; i++)
		free(a.items[i]);
	free(a.items);
}

/* ---- what it says, and its end ---- */

/* A line that ends with a carriage return is how far it is: "faces: 12 of 80", "criteria: k = 7".
 */
static void take_progress(struct exporting *e)
{
	char stage[sizeof(e->stage)];
	double done, of = 0;

	if (sscanf(e->line, "%15[a-z]: %lf of %lf", stage, &done, &of) != 3 &&
	    sscanf(e->line, "%15[a-z]: k = %lf", stage, &done) != 2)
		return;
	if (strcmp(stage, e->stage) != 0) {
		snprintf(e->stage, sizeof(e->stage), "%s", stage);
		e->stage_ms = clock_ms();
	}
	e->done = done;
	e->of = of;
}

/* The first line is kept, without the program's name and what takes the progress away. */
static void take_line(struct exporting *e)
{
	static const char clear[] = "\033[K", name[] = "lookalike: ";
	const char *line = e->line;

	if (strncmp(line, clear, strlen(clear)) == 0)
		line += strlen(clear);
	if (strncmp(line, name, strlen(name)) == 0)
		line += strlen(name);
	if (!e->said[0])
		snprintf(e->said, sizeof(e->said), "%s", line);
}

static void take_bytes(struct exporting *e, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != '\r' && bytes[i] != '\n') {
			if (e->line_len < sizeof(e->line) - 1)
				e->line[e->line_len++] = bytes[i];
			continue;
		}
		e->line[e->line_len] = '\0';
		e->line_len = 0;
		if (bytes[i] == '\r')
			take_progress(e);
		else
			take_line(e);
	}
}

static void tell(struct app *app, int status)
{
	struct exporting *e = app->exporting;
	const char *line = e->said;
	char *file = quote_new(e->file);
	struct stat st;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		app_message(app, "exported: %s, %.0f kB in %.1f s%s%s", file,
			    stat(e->file, &st) ? 0 : ceil((double)st.st_size / 1000),
			    (double)(clock_ms() - e->began_ms) / 1000, *line ? "; " : "", line);
	else if (e->cancelled)
		app_message(app, "the export is stopped; nothing was written to %s", file);
	else
		app_message(app, "not exported: %s", *line ? line : "it ended early");
	free(file);
}

int exporting_fd(const struct app *app)
{
	return app->exporting && app->exporting->pid ? app->exporting->errors : -1;
}

void exporting_take(struct app *app)
{
	struct exporting *e = app->exporting;
	char bytes[256];
	ssize_t n = read(e->errors, bytes, sizeof(bytes));
	int status = 0;

	if (n > 0)
		take_bytes(e, bytes, (size_t)n);
	if (n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)))
		return;
	/* It has closed its end: it is gone, or as good as that. */
	close(e->errors);
	while (waitpid(e->pid, &status, 0) < 0 && errno == EINTR)
		;
	e->pid = 0;
	tell(app, status);
}

bool exporting_cancel(struct app *app)
{
	struct exporting *e = app->exporting;

	if (exporting_fd(app) < 0)
		return false;
	e->cancelled = true;
	kill(e->pid, SIGTERM);
	return true;
}

void exporting_done(struct app *app)
{
	struct exporting *e = app->exporting;

	if (exporting_cancel(app)) {
		int64_t end = clock_ms() + END_MS;

		close(e->errors);
		while (waitpid(e->pid, NULL, WNOHANG) == 0) {
			if (clock_ms() > end)
				kill(e->pid, SIGKILL);
			nanosleep(&(struct timespec){0, 5000000}, NULL);
		}
	}
	free(e);
	app->exporting = NULL;
}

/* Before faces are written their groups are made, which takes longer with every k. */
static void say_stage(const struct exporting *e, struct bar *bar, char *counts, size_t size)
{
	bar->done = e->done;
	bar->of = e->of;
	if (strcmp(e->stage, "faces") == 0) {
		bar->unit = e->stage;
	} else if (strcmp(e->stage, "k") == 0) {
		bar->done = e->done * (e->done - 1) / 2;
		bar->of = e->of * (e->of + 1) / 2;
		snprintf(counts, size, "k = %.0f of %.0f", e->done, e->of);
	} else if (e->of > 0) {
		snprintf(counts, size, "%s of k %.0f / %.0f", e->stage, e->done, e->of);
	} else {
		snprintf(counts, size, "exporting: %s of k = %.0f", e->stage, e->done);
		bar->what = counts;
	}
	if (*counts)
		bar->counts = counts;
}

int exporting_draw(struct app *app, struct rect at)
{
	const struct exporting *e = app->exporting;
	char *file = quote_new(e->file), *note = text_format("%s to %s", e->format, file);
	struct bar bar = {.what = "exporting", .note = note, .stop = "C-c stops"};
	char counts[48] = "";
	int cols;

	bar.seconds = (double)(clock_ms() - (e->stage[0] ? e->stage_ms : e->began_ms)) / 1000;
	if (e->stage[0])
		say_stage(e, &bar, counts, sizeof(counts));
	cols = bar_draw(&app->grid, at.row, at.col, at.cols, &bar);
	free(note);
	free(file);
	return cols;
}

/* ---- the prompt ---- */

bool exporting_act(struct app *app, enum action action)
{
	if (action != ACTION_EXPORT)
		return false;
	if (!app->exporting)
		app->exporting = memory_new(sizeof(*app->exporting));
	if (app->exporting->pid)
		app_message(app, "an export is on its way; C-c stops it");
	else
		prompt_open(&app->prompt, PROMPT_EXPORT);
	return true;
}

/* "html faces.html": a format, blanks, and a file whose name may have some. */
static bool read_words(struct app *app)
{
	struct exporting *e = app->exporting;
	char text[PROMPT_BYTES_MAX];
	size_t word, blanks;

	prompt_text(&app->prompt, text, sizeof(text));
	word = strcspn(text, " ");
	blanks = strspn(text + word, " ");
	if (!text[word + blanks] || word >= sizeof(e->format)) {
		app_message(app, "type a format and a file, such as: html faces.html");
		return false;
	}
	snprintf(e->format, sizeof(e->format), "%.*s", (int)word, text);
	snprintf(e->file, sizeof(e->file), "%s", text + word + blanks);
	return true;
}

void exporting_prompt_key(struct app *app, uint32_t key)
{
	struct stat st;

	if (app->prompt.kind == PROMPT_OVERWRITE) {
		app->prompt.kind = PROMPT_NONE;
		if (key == 'y')
			start(app);
		else
			app_message(app, "not exported: the file stays as it is");
		return;
	}
	switch (prompt_key(&app->prompt, key, formats, sizeof(formats) / sizeof(formats[0]))) {
	case PROMPT_TYPING:
		return;
	case PROMPT_LEFT:
		app->prompt.kind = PROMPT_NONE;
		return;
	case PROMPT_DONE:
		break;
	}
	app->prompt.kind = PROMPT_NONE;
	if (!read_words(app))
		return;
	/* A tree is a new folder, or the command says why not. */
	if (strcmp(app->exporting->format, "tree") != 0 && !stat(app->exporting->file, &st))
		prompt_open(&app->prompt, PROMPT_OVERWRITE);
	else
		start(app);
}

void exporting_prompt_draw(struct app *app, int row, int hints_row)
{
	struct grid *g = &app->grid;

	if (app->prompt.kind == PROMPT_OVERWRITE) {
		char *file = quote_new(app->exporting->file);

		grid_printf(g, row, 1, g->cols - 2, STYLE_BOLD, "write over %s?  y n", file);
		free(file);
		return;
	}
	prompt_draw(&app->prompt, g, row,
		    1 + grid_text(g, row, 1, g->cols - 2, STYLE_BOLD, "export: "));
	if (hints_row >= 0)
		grid_text(g, hints_row, 1, g->cols - 2, STYLE_DIM,
			  "a format (Tab: html, csv, json, tree) and a file: html faces.html  Esc "
			  "leaves");
}
