/*
 * The questions and what to make of the answers. What terminals claim and what they do differ:
 * xterm caps its reported text area at its largest sixel, mlterm answers one question with
 * another's number, tmux passes on variables of the terminal around it, Konsole keeps sixels
 * that text cannot erase. So each answer is checked for sense, and silence means "cannot".
 */
#include "lookalike/ui/probe.h"

#include "lookalike/ui/color.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SIXEL_MAX_PX 1000
#define KITTY_MAX_PX 10000 /* kitty: graphics.c, MAX_IMAGE_DIMENSION */

void probe_init(struct probe *probe)
{
	memset(probe, 0, sizeof(*probe));
}

#define ASK_NAME  "\033[>0q"                             /* XTVERSION: name and version */
#define ASK_COLOR "\033[48;2;1;2;3m\033P$qm\033\\\033[m" /* DECRQSS: which colour was set? */
#define ASK_REST                                               \
	"\033[?1;1;0S"    /* XTSMGRAPHICS: colour registers */ \
	"\033[?2;1;0S"    /* the text area in pixels */        \
	"\033[?2;4;0S"    /* the largest sixel */              \
	"\033[16t"        /* a cell in pixels */               \
	"\033[14t"        /* the text area in pixels */        \
	"\033[?2026$p"    /* DECRQM: synchronised output */    \
	"\033]11;?\033\\" /* the background colour */          \
	"\033[c"          /* DA1: everybody answers, and so last */

const char *probe_questions(void)
{
	return ASK_NAME ASK_REST;
}

static bool is_terminal(const struct probe *probe, const char *name)
{
	return strncasecmp(probe->terminal, name, strlen(name)) == 0;
}

const char *probe_color_question(struct probe *probe)
{
	if (probe->color_asked || !probe->terminal[0] || is_terminal(probe, "tmux"))
		return NULL;
	probe->color_asked = true;
	return ASK_COLOR;
}

/* The largest sixel stays, and so does a cell until the answer, unless the font was changed. */
const char *probe_resized(struct probe *probe)
{
	probe->geometry_width_px = probe->geometry_height_px = 0;
	probe->window_width_px = probe->window_height_px = 0;
	return "\033[?2;1;0S"
	       "\033[16t"
	       "\033[14t";
}

static void take_attributes(struct probe *probe, const struct sequence *s)
{
	for (int i = 1; i < s->param_count; i++)
		if (s->params[i] == 4)
			probe->sixel = true;
	probe->complete = true;
}

/*
 * Item; status; value(s). The text area and the largest sixel look alike: the second is the
 * largest, which is asked for once, and all others are the area.
 */
static void take_graphics(struct probe *probe, const struct sequence *s)
{
	if (s->param_count < 3 || s->params[1] != 0)
		return;
	if (s->params[0] == 1) {
		probe->registers = s->params[2];
	} else if (s->params[0] == 2 && s->param_count >= 4) {
		bool area = ++probe->area_answers != 2;

		*(area ? &probe->geometry_width_px : &probe->max_width_px) = s->params[2];
		*(area ? &probe->geometry_height_px : &probe->max_height_px) = s->params[3];
	}
}

static void take_window(struct probe *probe, const struct sequence *s)
{
	if (s->param_count < 3)
		return;
	if (s->params[0] == 6) {
		probe->cell_height_px = s->params[1];
		probe->cell_width_px = s->params[2];
	} else if (s->params[0] == 4) {
		probe->window_height_px = s->params[1];
		probe->window_width_px = s->params[2];
	}
}

/* The SGR codes in force: "48;2;1;2;3", or with colons and perhaps an empty colour space. */
static bool has_set_color(const char *text)
{
	static const long wanted[] = {48, 2, 1, 2, 3};
	size_t matched = 0;

	while (*text && matched < 5) {
		char *end;
		long number = strtol(text, &end, 10);

		if (end == text) {
			text++;
			continue;
		}
		if (number == wanted[matched])
			matched++;
		else if (number != 0)
			matched = number == wanted[0];
		text = end;
	}
	return matched == 5;
}

/* "rgb:RRRR/GGGG/BBBB", one to four digits each; rgba: with another behind. */
static bool parse_color(const char *text, uint8_t rgb[3])
{
	static const unsigned long full[] = {0, 0xf, 0xff, 0xfff, 0xffff};

	text = strchr(text, ':');
	for (int i = 0; i < 3; i++) {
		char *end;
		unsigned long value;

		if (!text)
			return false;
		text++;
		value = strtoul(text, &end, 16);
		if (end == text || end - text > 4 || (i < 2 && *end != '/'))
			return false;
		rgb[i] = (uint8_t)((value * 255 + full[end - text] / 2) / full[end - text]);
		text = end;
	}
	return true;
}

static bool take_csi(struct probe *probe, const struct sequence *s)
{
	if (s->prefix == '?' && s->final == 'c') {
		take_attributes(probe, s);
	} else if (s->prefix == '?' && s->final == 'S') {
		take_graphics(probe, s);
	} else if (s->prefix == '?' && s->intermediate == '$' && s->final == 'y') {
		if (s->params[0] == 2026)
			probe->synchronized = s->params[1] >= 1 && s->params[1] <= 3;
	} else if (s->prefix == 0 && s->final == 't') {
		take_window(probe, s);
	} else {
		return false;
	}
	return true;
}

bool probe_take(struct probe *probe, const struct sequence *s)
{
	if (s->type == '[')
		return take_csi(probe, s);
	if (s->type == 'P' && s->prefix == '>' && s->final == '|') {
		snprintf(probe->terminal, sizeof(probe->terminal), "%.63s", s->text);
		return true;
	}
	if (s->type == 'P' && s->intermediate == '$' && s->final == 'r') {
		probe->direct_color = has_set_color(s->text);
		probe->color_answered = true;
		return true;
	}
	if (s->type == ']' && strncmp(s->text, "11;", 3) == 0) {
		uint8_t rgb[3];

		if (parse_color(s->text, rgb)) {
			memcpy(probe->background, rgb, sizeof(rgb));
			probe->has_background = true;
		}
		return true;
	}
	return false;
}

struct cell_size {
	int width_px, height_px;
};

/* No font is narrower or wider than this. */
static bool cell_plausible(struct cell_size cell)
{
	return cell.width_px >= 2 && cell.height_px >= 4 && cell.width_px <= 200 &&
	       cell.height_px <= 400;
}

static struct cell_size cell_of_area(int width_px, int height_px,
				     const struct probe_environment *env)
{
	if (env->cols <= 0 || env->rows <= 0)
		return (struct cell_size){0, 0};
	return (struct cell_size){width_px / env->cols, height_px / env->rows};
}

static struct cell_size cell_size(const struct probe *probe, const struct probe_environment *env)
{
	struct cell_size cell;
	/* A text area as large as the largest sixel was cut to it. */
	bool cut = (probe->max_width_px > 0 && probe->geometry_width_px >= probe->max_width_px) ||
		   (probe->max_height_px > 0 && probe->geometry_height_px >= probe->max_height_px);

	cell = cell_of_area(probe->geometry_width_px, probe->geometry_height_px, env);
	if (!cut && cell_plausible(cell))
		return cell;
	/* Before the kernel's size: that has borders in it, and is virtual in some. */
	cell = (struct cell_size){probe->cell_width_px, probe->cell_height_px};
	if (cell_plausible(cell))
		return cell;
	cell = cell_of_area(env->width_px, env->height_px, env);
	if (cell_plausible(cell))
		return cell;
	cell = cell_of_area(probe->window_width_px, probe->window_height_px, env);
	if (cell_plausible(cell))
		return cell;
	return (struct cell_size){10, 20};
}

/*
 * tmux has room for ten pictures of all its panes before 3.7, and drops the oldest when the last
 * place is taken (tmux: image.c, MAX_IMAGE_COUNT).
 */
static int pictures_max(const struct probe *probe)
{
	int major = 0, minor = 0;

	if (!is_terminal(probe, "tmux"))
		return GRID_PICTURES_MAX;
	sscanf(probe->terminal, "tmux %d.%d", &major, &minor);
	return major > 3 || (major == 3 && minor >= 7) ? GRID_PICTURES_MAX : 9;
}

/*
 * foot and tmux make a sixel as high as its last band of six pixels, into the next cells, where it
 * is not erased with the rest. xterm and mlterm do not (mlterm tells no name).
 */
static bool rounds_sixels_up(const struct probe *probe)
{
	return probe->terminal[0] && !is_terminal(probe, "xterm");
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = text ? strlen(text) : 0;

	return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

static bool has_direct_color(const struct probe *probe, const struct probe_environment *env)
{
	bool promised = env->colorterm && (strcmp(env->colorterm, "truecolor") == 0 ||
					   strcmp(env->colorterm, "24bit") == 0);

	if (env->colors <= 0)
		return false;
	/* Inside a multiplexer the promise is the outer terminal's; tmux converts, screen cannot.
	 */
	return probe->direct_color || is_terminal(probe, "tmux") ||
	       ends_with(env->term, "-direct") || (promised && !env->multiplexer);
}

/* The best of the characters that the terminal's colours allow. */
static enum graphics blocks_of(const struct probe_environment *env, bool direct_color)
{
	if (!env->utf8)
		return GRAPHICS_ASCII;
	if (direct_color)
		return GRAPHICS_BLOCKS;
	if (env->colors >= 256)
		return GRAPHICS_BLOCKS256;
	return env->colors >= 8 ? GRAPHICS_BLOCKS16 : GRAPHICS_MONO;
}

bool probe_is_tmux_with_sixel(const struct probe *probe)
{
	return probe->complete && probe->sixel && is_terminal(probe, "tmux");
}

static void decide_graphics(const struct probe *probe, const struct probe_environment *env,
			    struct terminal_caps *out)
{
	bool konsole = is_terminal(probe, "konsole");
	/* By name: kitty's own question makes some consoles lose the answer to the last one. */
	bool kitty = is_terminal(probe, "kitty") || is_terminal(probe, "ghostty");

	if (kitty && !env->multiplexer) {
		out->graphics = GRAPHICS_KITTY;
		out->reason = "the terminal has kitty's graphics protocol";
	} else if (probe->sixel && !konsole && probe->outer != OUTER_ASKED &&
		   probe->outer != OUTER_NO_SIXEL) {
		out->graphics = GRAPHICS_SIXEL;
		out->reason = "the terminal says it has sixel";
	} else {
		out->graphics = out->blocks;
		out->reason = !env->utf8 ? "no sixel, and the locale is not UTF-8"
			      : probe->outer == OUTER_ASKED
				      ? "tmux has not said what the terminal around it has"
			      : probe->outer == OUTER_NO_SIXEL
				      ? "the terminal around tmux has no sixel"
			      : konsole          ? "Konsole cannot erase its sixels"
			      : !probe->complete ? "the terminal has not answered"
			      : is_terminal(probe, "xterm")
				      ? "no sixel; start it as xterm -ti vt340 to have it"
				      : "the terminal does not say it has sixel";
	}
}

void probe_decide(const struct probe *probe, const struct probe_environment *env, int forced,
		  struct terminal_caps *out)
{
	struct cell_size cell = cell_size(probe, env);

	*out = (struct terminal_caps){
		.cell_width_px = cell.width_px,
		.cell_height_px = cell.height_px,
		.picture_max_width_px = probe->max_width_px > 0 ? probe->max_width_px
								: SIXEL_MAX_PX,
		.picture_max_height_px = probe->max_height_px > 0 ? probe->max_height_px
								  : SIXEL_MAX_PX,
		.registers = probe->registers > 0 ? probe->registers : 256,
		.colors = env->colors,
		.pictures_max = pictures_max(probe),
		.direct_color = has_direct_color(probe, env),
		.synchronized = probe->synchronized,
		.whole_bands = rounds_sixels_up(probe),
		.tmux = is_terminal(probe, "tmux"),
	};
	memcpy(out->background, probe->background, sizeof(out->background));
	out->blocks = blocks_of(env, out->direct_color);
	if (forced >= 0) {
		out->graphics = (enum graphics)forced;
		/* Blocks are nothing but colours: those that there are. */
		if (forced == GRAPHICS_BLOCKS && env->utf8 && env->colors < 256)
			out->graphics = out->blocks;
		out->reason = "asked for by --graphics";
	} else {
		decide_graphics(probe, env, out);
	}
	if (out->graphics == GRAPHICS_KITTY)
		out->picture_max_width_px = out->picture_max_height_px = KITTY_MAX_PX;
}

void theme_decide(enum theme theme, struct terminal_caps *caps)
{
	if (theme != THEME_AUTO && color_is_light(caps->background) != (theme == THEME_LIGHT))
		memset(caps->background, theme == THEME_LIGHT ? 255 : 0, sizeof(caps->background));
}
