/* Long work on one line; see bar.h. */
#include "lookalike/ui/bar.h"

#include "lookalike/ui/view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BAR_COLS      20
#define BAR_COLS_LESS 10
#define COLS_LESS     60
#define GAP           3  /* between two things that are said */
#define NOTE_COLS     12 /* a longer note may be cut down to these */
#define PART_BYTES    96
#define RATE_S        0.5  /* sooner, a rate says nothing */
#define RATE_SLOW     9.95 /* below, it has a decimal */
#define LEFT_MAX_S    (100 * 3600.0)

enum part {
	PART_WHAT,
	PART_COUNTS,
	PART_RATE,
	PART_LEFT,
	PART_NOTE,
	PART_STOP,
	PART_COUNT,
};

/* What goes first where there is no room for all. */
static const enum part less[] = {PART_RATE, PART_STOP, PART_WHAT, PART_NOTE, PART_LEFT};

void duration_words(double seconds, char *out, size_t size)
{
	int minutes = (int)(seconds / 60 + 0.5);

	if (seconds < 120)
		snprintf(out, size, "%.0f s", seconds);
	else if (minutes < 120)
		snprintf(out, size, "%d min", minutes);
	else
		snprintf(out, size, "%d h %02d min", minutes / 60, minutes % 60);
}

static double share_of(const struct bar *bar)
{
	return bar->of > 0 ? fmin(bar->done / bar->of, 1) : 0;
}

/* The words of each part; texts[] is room for those that are made here. */
static void say(const struct bar *bar, char texts[PART_COUNT][PART_BYTES],
		const char *parts[PART_COUNT])
{
	double rate = bar->seconds >= RATE_S ? (bar->done - bar->known) / bar->seconds : 0;
	double left = rate > 0 && !bar->growing ? (bar->of - bar->done) / rate : 0;
	char words[32], *counts = texts[PART_COUNTS];
	int percent = (int)floor(100 * share_of(bar));

	for (int i = 0; i < PART_COUNT; i++)
		parts[i] = texts[i];
	parts[PART_WHAT] = bar->what ? bar->what : "";
	parts[PART_NOTE] = bar->note ? bar->note : "";
	parts[PART_STOP] = bar->stop ? bar->stop : "";
	if (bar->of <= 0) {
		duration_words(floor(bar->seconds), counts, PART_BYTES);
		return;
	}
	if (bar->counts)
		snprintf(counts, PART_BYTES, "%3d %%  %s", percent, bar->counts);
	else
		snprintf(counts, PART_BYTES, "%3d %%  %.0f / %.0f%s", percent, bar->done, bar->of,
			 bar->growing ? "+" : "");
	if (bar->unit)
		snprintf(texts[PART_RATE], PART_BYTES, "%.*f %s/s", rate > 0 && rate < RATE_SLOW,
			 rate, bar->unit);
	if (left > 0 && left < LEFT_MAX_S) {
		duration_words(left, words, sizeof(words));
		snprintf(texts[PART_LEFT], PART_BYTES, "%s left", words);
	}
}

/* Of all parts, the note as long as it has to be at least. */
static int width_of(const char *const parts[PART_COUNT], int bar_cols)
{
	int width = bar_cols ? bar_cols + 1 : 0, count = 0;

	for (int i = 0; i < PART_COUNT; i++) {
		int cols = grid_text_width(parts[i]);

		width += i == PART_NOTE && cols > NOTE_COLS ? NOTE_COLS : cols;
		count += cols > 0;
	}
	return width + GAP * (count - 1);
}

static void draw_line(struct grid *g, struct rect line, double share)
{
	grid_fill(g, line, STYLE_DIM, grid_is_ascii() ? '.' : 0x2591);
	line.cols = (int)(share * line.cols);
	grid_fill(g, line, STYLE_PLAIN, grid_is_ascii() ? '#' : 0x2588);
}

int bar_draw(struct grid *g, int row, int col, int cols, const struct bar *bar)
{
	int bar_cols = bar->of <= 0 ? 0 : cols < COLS_LESS ? BAR_COLS_LESS : BAR_COLS;
	char texts[PART_COUNT][PART_BYTES] = {{0}};
	const char *parts[PART_COUNT];
	int begin = col, end = col + cols, room;

	say(bar, texts, parts);
	for (size_t i = 0; i < sizeof(less) / sizeof(less[0]); i++)
		if (width_of(parts, bar_cols) > cols)
			parts[less[i]] = "";
	room = cols - width_of(parts, bar_cols) + NOTE_COLS;
	for (int i = 0; i < PART_COUNT; i++) {
		if (!*parts[i])
			continue;
		col += col > begin ? GAP : 0;
		if (i == PART_COUNTS && bar_cols) {
			draw_line(g, (struct rect){row, col, 1, bar_cols}, share_of(bar));
			col += bar_cols + 1;
		}
		col += grid_text(g, row, col, i == PART_NOTE ? room : end - col, STYLE_PLAIN,
				 parts[i]);
	}
	return col - begin;
}
