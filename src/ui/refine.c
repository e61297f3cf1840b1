/*
 * When nobody asks for anything, the rows of thumbnails on the screen get more colours, all at once
 * when the last of them is made. A row that has them keeps them, so each is sent once more.
 */
#include "loop.h"

#define IDLE_MS     1000
#define COLORS_FINE 64

/* A screen of them has to go over the line within this. */
#define SCREEN_MS 1000
#define LARGER    1.5 /* than with COLORS_STRIP, and a little more */

static double screen_ms(const struct loop *l)
{
	const struct grid *g = &l->app.grid;
	double bytes = 0;

	for (int i = 0; i < g->placement_count; i++)
		bytes += (double)g->placements[i].picture->sixel_len;
	return LARGER * bytes / l->pump.link.rate;
}

/* A line that has answered for all that it was sent, and is fast enough. */
static bool line_is_free(const struct loop *l)
{
	const struct link *link = &l->pump.link;

	return link->proven && !link->mark_count && !link->measuring && !pump_busy(&l->pump) &&
	       !tty_has_picture(l->tty, &l->app.grid) && screen_ms(l) < SCREEN_MS;
}

static bool may_refine(const struct loop *l)
{
	const struct app *app = &l->app;

	/* What a script saves is to be the same each time. */
	return app->caps.graphics == GRAPHICS_SIXEL && app->caps.registers >= COLORS_FINE &&
	       !app->line_is_slow && !l->script && !l->refined && !l->scanning && !l->unsaved &&
	       !app->dirty && !grouping_busy(app->grouping) && line_is_free(l);
}

void loop_refine(struct loop *l, int64_t now)
{
	const struct grid *g = &l->app.grid;

	if (now < l->asked_ms + IDLE_MS || !may_refine(l))
		return;
	for (int i = 0; i < g->placement_count; i++)
		if (strips_refine(l->app.strips, g->placements[i].picture, COLORS_FINE))
			return; /* when it has come this looks again */
	l->refined = !strips_show_refined(l->app.strips);
	l->app.dirty |= !l->refined;
}

int loop_refine_wait_ms(const struct loop *l, int64_t now)
{
	return now < l->asked_ms + IDLE_MS && may_refine(l) ? (int)(l->asked_ms + IDLE_MS - now)
							    : -1;
}
