/*
 * app.h: the interface, from the first screen to the last.
 *
 * The calling thread becomes the interface thread: it owns the terminal, the
 * session and the groups. Everything else happens on other threads (scan, pool,
 * keeper, workers), whose results come back through one queue.
 *
 * Owns     app_run() takes the store and closes it; the rest is borrowed.
 * Threads  call on the main thread, before any other thread is started.
 * Errors   those of the terminal and the scan's start; later ones are shown.
 */
#ifndef LOOKALIKE_UI_APP_H
#define LOOKALIKE_UI_APP_H

#include "lookalike/review/grouping.h"
#include "lookalike/review/session.h"
#include "lookalike/scan/scan.h"
#include "lookalike/store/keeper.h"
#include "lookalike/ui/place.h"
#include "lookalike/ui/tty.h"

struct app_config {
	struct session *session;
	struct store *store;
	const char *db;     /* the store's file */
	char *const *paths; /* the collection's */
	size_t path_count;
	struct pool_config pool; /* extractor NULL: nothing can be measured, note says why */
	struct scan_config scan; /* without the known files */
	keeper_fn *recall;       /* fills them in; not before the first screen: it takes its time */
	void *recall_user;
	struct grouping_options grouping;
	struct place place; /* where to begin; what of it makes groups is in grouping */
	char *note;         /* shown at first, or NULL */
	char *read_only;    /* why nothing can be written (who writes), or NULL; nothing is scanned
			       then */
	int graphics;       /* enum graphics, -1 for auto */
	const char *script; /* keys and screens for tests, see the manual; or NULL */
	int trials;         /* of a blind test, 0: as trial.h has it */
	enum color_choice color;
	enum theme theme;
	bool ascii, no_mouse;
};

enum status app_run(const struct app_config *config, struct error *err);

#endif
