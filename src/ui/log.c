/* The message log and its box. */
#include "lookalike/ui/log.h"

#include "lookalike/ui/input.h"
#include "lookalike/ui/view.h"

#include <stdio.h>
#include <string.h>

#define PAGE 10

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

void log_draw(struct log *log, struct grid *g)
{
	struct rect box = {1, 1, g->rows - 3, g->cols - 2};
	int lines = box.rows - 2, kept = log->count;

	if (kept > LOG_MESSAGES_MAX)
		kept = LOG_MESSAGES_MAX;
	if (log->back > kept - lines)
		log->back = kept > lines ? kept - lines : 0;
	draw_box(g, box, " messages; j k scroll, any other key closes ");
	if (kept == 0)
		grid_text(g, box.row + 1, box.col + 2, box.cols - 4, STYLE_DIM, "none so far");
	for (int i = 0; i < lines; i++) {
		int before = kept < lines ? kept - 1 - i : log->back + lines - 1 - i;
		const struct log_message *m = log_at(log, before);
		char time_text[16] = "";
		struct tm parts;
		int used;

		if (!m)
			continue;
		if (localtime_r(&m->time, &parts))
			strftime(time_text, sizeof(time_text), "%H:%M:%S  ", &parts);
		used = grid_text(g, box.row + 1 + i, box.col + 2, box.cols - 4, STYLE_DIM,
				 time_text);
		grid_text(g, box.row + 1 + i, box.col + 2 + used, box.cols - 4 - used, STYLE_PLAIN,
			  m->text);
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
