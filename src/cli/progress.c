/* How far a command is; see progress.h. */
#include "lookalike/cli/progress.h"

#include "lookalike/base/clock.h"

#include <stdio.h>

#define SHOW_MS 100 /* between two lines */
#define RATE_MS 300 /* sooner, a rate says nothing */

void progress_tell(const char *what, int done, int of, void *user)
{
	struct progress *p = user;
	int64_t now, took;

	if (!p->live)
		return;
	now = clock_ms();
	if (p->what != what) {
		p->what = what;
		p->began_ms = now;
	} else if (now - p->shown_ms < SHOW_MS && done != of) {
		return;
	}
	p->shown_ms = now;
	p->shown = true;
	took = now - p->began_ms;
	if (!of)
		fprintf(stderr, "%s: k = %d\033[K\r", what, done);
	else if (took < RATE_MS || !done)
		fprintf(stderr, "%s: %d of %d\033[K\r", what, done, of);
	else
		fprintf(stderr, "%s: %d of %d  %.0f/s  %.0f s left\033[K\r", what, done, of,
			1000.0 * done / (double)took,
			(double)(of - done) * (double)took / done / 1000);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\033[K", stderr);
	p->shown = false;
}
