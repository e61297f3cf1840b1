/* The message log and its box. */
#include "lookalike/ui/log.h"

#include "lookalike/ui/input.h"
#include "lookalike/ui/view.h"

#include <stdio.h>
#include <string.h>

#define PAGE      10
#define TIME_COLS 10

void log_add(struct log *log, const char *text, time_t now)
{
	struct log_message *m = &log->messages[log->count++ % LOG_MESSAGES_MAX];

	m->time = now;
	snprintf(m->text, sizeof(m->text), "%s", text);
}

const struct log_message *log_at(const struct log *log, int before)
{
	if (before < 0 || before >= log->count || before >= LOG_MESSAGES_MAX)
		return NULL;
	return &log->messages[(log->count - 1 - before) % LOG_MESSAGES_MAX];
}

static int rows_of(const struct log_message *m, int cols)
{
	return grid_paragraph(NULL, (struct rect){0, 0, LOG_BYTES_MAX, cols}, STYLE_PLAIN, m->text);
}

static void draw_message(struct grid *g, struct rect rect, const struct log_message *m)
{
	char time_text[16] = "";
	struct tm parts;

	if (localtime_r(&m->time, &parts))
		strftime(time_text, sizeof(time_text), "%H:%M:%S", &parts);
	grid_text(g, rect.row, rect.col, rect.cols, STYLE_DIM, time_text);
	rect.col += TIME_COLS;
	rect.cols -= TIME_COLS;
	grid_paragraph(g, rect, STYLE_PLAIN, m->text);
}

void log_draw(struct log *log, struct grid *g)
{
	struct rect box = {1, 0, g->rows - 3, g->cols};
	struct rect in = {box.row + 1, box.col + 2, box.rows - 2, box.cols - 4};
	int kept = log->count < LOG_MESSAGES_MAX ? log->count : LOG_MESSAGES_MAX, above = 0, row;

	/* No further back than that the oldest is at the top. */
	log->back = log->back < kept ? log->back : kept;
	for (int i = log->back; i < kept; i++)
		above += rows_of(log_at(log, i), in.cols - TIME_COLS);
	while (log->back > 0 && above < in.rows)
		above += rows_of(log_at(log, --log->back), in.cols - TIME_COLS);
	draw_box(g, box, " messages; j k scroll, any other key closes ");
	if (kept == 0)
		grid_text(g, in.row, in.col, in.cols, STYLE_DIM, "none so far");
	row = above < in.rows ? above : in.rows;
	for (int i = log->back; i < kept && row > 0; i++) {
		const struct log_message *m = log_at(log, i);
		int rows = rows_of(m, in.cols - TIME_COLS);

		if (rows > row && i > log->back)
			break;
		rows = rows < row ? rows : row;
		row -= rows;
		draw_message(g, (struct rect){in.row + row, in.col, rows, in.cols}, m);
	}
}

void log_key(struct log *log, uint32_t key)
{
	int by = 0;

	if (key == 'k' || key == K_UP)
		by = 1;
	else if (key == 'j' || key == K_DOWN)
		by = -1;
	else if (key == K_PAGE_UP)
		by = PAGE;
	else if (key == K_PAGE_DOWN)
		by = -PAGE;
	else
		log->shown = false;
	log->back += by;
	if (log->back < 0)
		log->back = 0;
}
