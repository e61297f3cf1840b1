/*
 * probe.h: what the terminal can do, asked once without waiting.
 *
 * One write asks everything, with DA1 last: every terminal answers that, so
 * when it comes all other answers have come or never will. Until then the
 * interface draws without pixels. Answers are believed only as far as
 * terminals were seen to tell the truth.
 *
 * Owns     struct probe is the caller's; no allocation.
 * Threads  one thread.
 * Errors   none: silence means the least.
 */
#ifndef LOOKALIKE_UI_PROBE_H
#define LOOKALIKE_UI_PROBE_H

#include "lookalike/ui/input.h"
#include "lookalike/ui/picture.h"

#include <stdbool.h>
#include <stdint.h>

/* Of the terminal around tmux: see tmux.h. */
enum outer_sixel {
	OUTER_UNKNOWN,
	OUTER_ASKED, /* no pictures until it is known */
	OUTER_SIXEL,
	OUTER_NO_SIXEL,
};

struct probe {
	bool complete;                    /* DA1 has come */
	bool sixel;                       /* DA1 attribute 4 */
	bool color_asked, color_answered; /* DECRQSS: which colour was set? */
	bool direct_color;                /* DECRQSS gave back the 24-bit colour that was set */
	bool synchronized;                /* mode 2026 is known */
	char terminal[64];                /* XTVERSION's text, or "" */
	enum outer_sixel outer;
	int registers;                             /* sixel colours, 0 unknown */
	int geometry_width_px, geometry_height_px; /* of the text area; 0 unknown */
	int max_width_px, max_height_px;           /* of one sixel; 0 unknown */
	int area_answers;                          /* of the two lines above */
	int cell_width_px, cell_height_px;         /* CSI 16 t; 0 unknown */
	int window_width_px, window_height_px;     /* CSI 14 t; 0 unknown */
	bool has_background;
	uint8_t background[3]; /* OSC 11, RGB */
};

/* What the environment says, gathered by the caller so that tests can set it. */
struct probe_environment {
	const char *term, *colorterm; /* or NULL */
	bool utf8;                    /* the locale's character set */
	bool multiplexer;             /* TMUX or STY is set */
	int colors;                   /* terminfo's, 0 or less for none */
	int rows, cols;
	int width_px, height_px; /* TIOCGWINSZ, 0 unknown */
};

struct terminal_caps {
	enum graphics graphics;
	enum graphics blocks; /* of rows that are no pictures because there are too many */
	int cell_width_px, cell_height_px;
	int picture_max_width_px, picture_max_height_px;
	int registers;
	int colors;       /* of text, 0 none */
	int pictures_max; /* alive at once, at most GRID_PICTURES_MAX */
	bool direct_color;
	bool synchronized;
	bool whole_bands; /* sixels should be a multiple of six pixels high */
	bool tmux;        /* has rules of its own for sixels: frame_terminal */
	uint8_t background[3];
	const char *reason; /* why these graphics, for doctor and the status line */
};

/* Whether it is a tmux that says it has sixel, which the terminal around it may not have. */
bool probe_is_tmux_with_sixel(const struct probe *probe);

/* What a person says the background is, for terminals that do not. */
enum theme {
	THEME_AUTO, /* as the terminal answers; dark without an answer */
	THEME_DARK,
	THEME_LIGHT,
};

/* An answer that is of the theme stays; else the background is black or white. */
void theme_decide(enum theme theme, struct terminal_caps *caps);

void probe_init(struct probe *probe);

/* All questions but one, as one string, DA1 last. */
const char *probe_questions(void);

/*
 * The one that is left, when it is time, once: it is a DCS, which GNU screen writes on the screen
 * without its ends, and over SSH nothing tells that it is there. So a terminal is asked that has
 * told a name; but not tmux, which has all colours, and takes it for a sixel (3.5a, seen). NULL:
 * not now.
 */
const char *probe_color_question(struct probe *probe);

/* The window has another size: forget what that changes; the questions for it anew. */
const char *probe_resized(struct probe *probe);

/* Take an answer; true if it was one of ours. */
bool probe_take(struct probe *probe, const struct sequence *sequence);

/* forced is GRAPHICS_NONE .. GRAPHICS_KITTY, or -1 for what the terminal can do. */
void probe_decide(const struct probe *probe, const struct probe_environment *env, int forced,
		  struct terminal_caps *out);

#endif
