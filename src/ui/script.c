/* Keys from a file, and the screens they end at; see script.h. */
#include "script.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/base/sha256.h"
#include "lookalike/ui/exporting.h"
#include "lookalike/ui/large.h"
#include "lookalike/ui/picture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_MS_MAX 60000 /* then something hangs */
#define SIDE_MAX    1000

enum command_kind {
	COMMAND_KEYS,
	COMMAND_IDLE,
	COMMAND_RESIZE,
	COMMAND_SAVE,
};

struct command {
	enum command_kind kind;
	int line;
	uint32_t *keys;
	int key_count;
	int rows, cols;
	char *file, *name;
};

struct script {
	char *path; /* quoted */
	struct command *commands;
	int count, at, key;
	bool asked; /* and not answered */
	bool begun; /* the command has done its part, and waits */
	int64_t begun_ms;
	enum status status;
	struct error error;
};

/* ---- reading ---- */

static enum status wrong(const struct script *s, int line, const char *what, struct error *err)
{
	return error_set(err, ERR_USAGE, "%s:%d: %s", s->path, line, what);
}

static void add_key(struct command *c, uint32_t key)
{
	c->keys = memory_resize(c->keys, (size_t)c->key_count + 1, sizeof(*c->keys));
	c->keys[c->key_count++] = key;
}

/* A word is a key's name, or else the characters that are typed. */
static bool take_keys(struct command *c, char *words)
{
	char *rest;

	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		uint32_t key = keys_named(word);
		size_t len = key ? 0 : strlen(word), used;

		if (key)
			add_key(c, key);
		for (; len > 0; word += used, len -= used) {
			used = utf8_decode(word, len, &key);
			if (!used)
				return false;
			add_key(c, key);
		}
	}
	return c->key_count > 0;
}

static bool take_save(struct command *c, const char *words)
{
	size_t len = strcspn(words, " ");

	if (!len || !words[len] || !words[len + 1])
		return false;
	c->file = text_format("%.*s", (int)len, words);
	c->name = text_copy(words + len + 1);
	return true;
}

static enum status take_line(struct script *s, char *line, int number, struct error *err)
{
	size_t len = strcspn(line, " ");
	char *words = line + len + (line[len] != '\0'), end;
	struct command *c;

	if (!len || *line == '#')
		return OK;
	line[len] = '\0';
	s->commands = memory_resize(s->commands, (size_t)s->count + 1, sizeof(*s->commands));
	c = &s->commands[s->count++];
	*c = (struct command){.line = number};
	if (!strcmp(line, "keys")) {
		c->kind = COMMAND_KEYS;
		if (!take_keys(c, words))
			return wrong(s, number, "keys wants names of keys, or text in UTF-8", err);
	} else if (!strcmp(line, "wait-idle")) {
		c->kind = COMMAND_IDLE;
		if (*words)
			return wrong(s, number, "wait-idle stands alone", err);
	} else if (!strcmp(line, "resize")) {
		c->kind = COMMAND_RESIZE;
		if (sscanf(words, "%4d %4d%c", &c->rows, &c->cols, &end) != 2 || c->rows < 1 ||
		    c->cols < 1 || c->rows > SIDE_MAX || c->cols > SIDE_MAX)
			return wrong(s, number, "resize wants rows and columns, 1 to 1000", err);
	} else if (!strcmp(line, "save-screen")) {
		c->kind = COMMAND_SAVE;
		if (!take_save(c, words))
			return wrong(s, number, "save-screen wants a file and a name", err);
	} else {
		return wrong(s, number,
			     "not keys, wait-idle, resize or save-screen; the manual has them",
			     err);
	}
	return OK;
}

enum status script_read(const char *path, struct script **out, struct error *err)
{
	struct script *s = memory_new(sizeof(*s));
	FILE *file = fopen(path, "re");
	enum status status = OK;
	char *line = NULL;
	size_t size = 0;

	s->path = quote_new(path);
	s->begun_ms = clock_ms();
	if (!file)
		status = error_set(err, ERR_MISSING, "%s: %s", s->path, strerror(errno));
	for (int number = 1; !status && getline(&line, &size, file) >= 0; number++) {
		line[strcspn(line, "\r\n")] = '\0';
		status = take_line(s, line, number, err);
	}
	free(line);
	if (file)
		fclose(file);
	if (status)
		script_free(s);
	else
		*out = s;
	return status;
}

void script_free(struct script *s)
{
	if (!s)
		return;
	for (int i = 0; i < s->count; i++) {
		free(s->commands[i].keys);
		free(s->commands[i].file);
		free(s->commands[i].name);
	}
	free(s->commands);
	free(s->path);
	free(s);
}

/* ---- idle ---- */

/* The busy counter: what has begun and is not done. */
static int busy(const struct loop *l)
{
	const struct app *app = &l->app;

	return workers_added(l->encoders) + workers_added(l->workers) - l->jobs_back +
	       keeper_asked(l->keeper) - l->answers_back + l->waiting_count + l->scanning +
	       l->unsaved + (exporting_fd(app) >= 0) + large_is_busy(app->large) +
	       large_is_busy(app->photo.large) + app->dirty + (l->silence_ms > 0) +
	       (loop_asks_terminal(l) && !l->probe.complete) + l->pump.link.measuring +
	       l->pump.link.mark_count + pump_busy(&l->pump) + tty_has_picture(l->tty, &app->grid);
}

static bool has_size(const struct loop *l, const struct command *c)
{
	return l->environment.rows == c->rows && l->environment.cols == c->cols;
}

bool script_answered(struct loop *l)
{
	bool asked = l->script && l->script->asked;

	if (asked)
		l->script->asked = false;
	return asked;
}

/* ---- screens ---- */

static void write_color(FILE *out, int base, uint32_t color, const char **gap)
{
	if (color == COLOR_TERMINAL)
		return;
	fprintf(out, "%s%d;", *gap, base);
	if (color >= COLOR_RGB(0, 0, 0))
		fprintf(out, "2;%u;%u;%u", color >> 16 & 0xff, color >> 8 & 0xff, color & 0xff);
	else
		fprintf(out, "5;%u", color & 0xff);
	*gap = " ";
}

static void write_stretch(FILE *out, int row, int first, int last, struct style style)
{
	static const struct {
		uint32_t attribute;
		const char *name;
	} names[] = {{ATTR_BOLD, "bold"},
		     {ATTR_DIM, "dim"},
		     {ATTR_REVERSE, "reverse"},
		     {ATTR_UNDERLINE, "underline"}};
	const char *gap = "";

	if (!style.attrs && style.fg == COLOR_TERMINAL && style.bg == COLOR_TERMINAL)
		return;
	fprintf(out, "%d %d..%d ", row, first, last);
	write_color(out, 38, style.fg, &gap);
	write_color(out, 48, style.bg, &gap);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(style.attrs & names[i].attribute))
			continue;
		fprintf(out, "%s%s", gap, names[i].name);
		gap = " ";
	}
	fputc('\n', out);
}

/* The attributes as the terminal is told them. */
static void write_styles(struct loop *l, FILE *out)
{
	struct grid *g = &l->app.grid;

	for (int row = 0; row < g->rows; row++) {
		struct style pen = {0};
		int first = 0;

		for (int col = 0; col <= g->cols; col++) {
			const struct cell *cell = grid_cell(g, row, col);
			struct style style = cell ? tty_reduce(l->tty, cell->style) : pen;

			if (col > 0 && cell && style.fg == pen.fg && style.bg == pen.bg &&
			    style.attrs == pen.attrs)
				continue;
			if (col > 0)
				write_stretch(out, row, first, col - 1, pen);
			pen = style;
			first = col;
		}
	}
}

static void write_pictures(const struct grid *g, FILE *out)
{
	for (int i = 0; i < g->placement_count; i++) {
		const struct placement *p = &g->placements[i];
		struct sha256 sum;
		char hex[SHA256_HEX_SIZE];

		sha256_init(&sum);
		if (p->picture->sixel)
			sha256_add(&sum, p->picture->sixel, p->picture->sixel_len);
		else
			sha256_add(&sum, p->picture->png64, p->picture->png64_len);
		sha256_end(&sum, hex);
		fprintf(out, "picture %d %d %d %d %.12s\n", p->rect.row, p->rect.col,
			p->picture->rows, p->picture->cols, hex);
	}
}

static void fail(struct loop *l, enum status status, const char *what)
{
	struct script *s = l->script;

	s->status = error_set(&s->error, status, "%s:%d: %s", s->path, s->commands[s->at].line,
			      what);
	l->app.quit = true;
}

static void save(struct loop *l, const struct command *c)
{
	FILE *out = fopen(c->file, "ae");
	bool written;

	if (!out) {
		fail(l, ERR_IO, strerror(errno));
		return;
	}
	fprintf(out, "== %s\n", c->name);
	grid_write(&l->app.grid, out);
	fputs("--\n", out);
	write_styles(l, out);
	write_pictures(&l->app.grid, out);
	written = !ferror(out);
	if (fclose(out) || !written)
		fail(l, ERR_IO, "the screen cannot be written");
}

/* ---- playing ---- */

static void ask(struct loop *l)
{
	l->script->asked = true;
	tty_write(l->tty, LINK_QUESTION, strlen(LINK_QUESTION));
}

static void ask_for_size(struct loop *l, const struct command *c)
{
	char bytes[32];
	int len = snprintf(bytes, sizeof(bytes), "\033[8;%d;%dt", c->rows, c->cols);

	tty_write(l->tty, bytes, (size_t)len);
}

/* Begin the command; what it then waits for is in ends(). */
static void begin(struct loop *l, const struct command *c)
{
	struct script *s = l->script;

	if (c->kind == COMMAND_KEYS) {
		loop_take_key(l, c->keys[s->key++]);
		l->keyed = true;
		s->begun = s->key == c->key_count;
		return;
	}
	if (c->kind == COMMAND_SAVE)
		save(l, c);
	else if (c->kind == COMMAND_RESIZE && !has_size(l, c))
		ask_for_size(l, c);
	if (c->kind != COMMAND_RESIZE)
		ask(l);
	s->begun = true;
}

static bool may_begin(const struct loop *l, const struct command *c)
{
	return c->kind != COMMAND_IDLE || !busy(l);
}

static bool ends(const struct loop *l, const struct command *c)
{
	return l->script->begun && !l->script->asked &&
	       (c->kind != COMMAND_RESIZE || has_size(l, c));
}

static const struct command *command_at(const struct script *s)
{
	return s->at < s->count ? &s->commands[s->at] : NULL;
}

int script_wait_ms(const struct loop *l)
{
	const struct command *c = command_at(l->script);

	if (!c || (l->script->begun ? ends(l, c) : may_begin(l, c)))
		return 0;
	return 1000;
}

void script_step(struct loop *l)
{
	struct script *s = l->script;
	const struct command *c = command_at(s);

	if (!c) {
		l->app.quit = true;
		return;
	}
	if (!s->begun && may_begin(l, c))
		begin(l, c);
	if (ends(l, c)) {
		/* What the terminal answered before may have changed something. */
		s->begun = false;
		s->key = 0;
		s->at += c->kind != COMMAND_IDLE || !busy(l);
		s->begun_ms = clock_ms();
	} else if (clock_ms() - s->begun_ms > IDLE_MS_MAX) {
		fail(l, ERR_IO, "not done within a minute");
	}
}

enum status script_failed(const struct script *s, struct error *err)
{
	if (s && s->status)
		return error_set(err, s->status, "%s", s->error.msg);
	return OK;
}
