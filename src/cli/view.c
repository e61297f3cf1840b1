/* lookalike PATH...: the interface, or the plain report where there is no terminal. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/ui/app.h"
#include "lookalike/ui/guardian.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int plain_report(const struct options *options)
{
	struct grouping_options by = options->grouping;
	struct scan_summary summary;
	struct grouping *grouping;
	struct session *session;
	struct output output;
	struct error err;
	int code;

	if (scan_collection(options, &summary, &err) || command_load(options, &session, &err))
		return command_fail(&err);
	free(summary.db);
	by.stability = true;
	grouping = grouping_new(session, &by);
	if (grouping_compute(grouping, &err) || output_open(NULL, &output, &err)) {
		code = command_fail(&err);
	} else {
		if (!(grouping->options.distance > 0)) {
			elbow_write_text(output.file, grouping);
			putc('\n', output.file);
		}
		cluster_write_text(output.file, grouping);
		code = summary.totals.failed || summary.folders_unreadable ? EXIT_UNREADABLE_FILES
									   : 0;
		if (output_commit(&output, &err))
			code = command_fail(&err);
	}
	grouping_free(grouping);
	session_free(session);
	return code;
}

/*
 * Begin where the last one ended. What the command line says goes before; k and the distance are
 * those of a mode, so they go with it.
 */
static enum status recall_place(struct store *store, const struct options *options,
				struct app_config *config, struct error *err)
{
	struct grouping_options *g = &config->grouping;
	char *text = store_place(store);
	struct place *p = &config->place;
	int open = session_open_faces(config->session), k;
	bool mode_given, same_mode;
	enum status status = OK;

	place_default(g, p);
	place_parse(text, p);
	free(text);
	/* Geometry is on the screen before they are read. */
	if (p->features == FEATURES_NEURAL || g->features == FEATURES_NEURAL)
		status = session_load_embeddings(config->session, store, err);
	if (p->features == FEATURES_NEURAL && !config->session->totals.embedded)
		p->features = FEATURES_GEOMETRY;
	/* --measures are geometry's. */
	mode_given = options->features_given ||
		     (options->measures_given && p->features == FEATURES_NEURAL);
	if (!options->scale_given)
		g->scale = p->scale;
	if (!options->seed_given)
		g->seed = p->seed;
	if (!options->measures_given)
		g->emphasis = p->emphasis;
	if (!mode_given && g->distance <= 0)
		g->features = p->features;
	same_mode = g->features == p->features;
	k = same_mode ? p->k : p->other_k;
	/* -k is for both modes. There may be fewer faces by now. */
	p->other_k = same_mode ? p->other_k : p->k;
	if (options->k_given || p->other_k > open)
		p->other_k = -1;
	if (options->k_given || g->distance > 0)
		return status;
	g->distance = same_mode && g->features == FEATURES_NEURAL ? p->distance : 0;
	g->k = k >= 0 && k <= open ? k : 0;
	return status;
}

static bool terminal_is_usable(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) && term && *term &&
	       strcmp(term, "dumb");
}

/* What the scan needs; without models the interface still shows what is stored. */
static enum status prepare(const struct options *options, struct store *store,
			   struct collection *collection, struct places *places,
			   struct app_config *config, struct error *err)
{
	enum status status = OK;
	struct error missing;

	/* A reader cannot note the paths. */
	if (!config->read_only || !collection->path_count)
		status = collection_adopt(collection, store, err);
	if (!status && options->labels)
		status = labels_open(options->labels, &config->session->labels, err);
	config->session->without_embeddings = true;
	if (!status)
		status = session_load(config->session, store, collection->paths,
				      collection->path_count, err);
	if (!status)
		status = recall_place(store, options, config, err);
	if (status)
		return status;
	if (!config->note && store_warning(store))
		config->note = text_copy(store_warning(store));
	if (!config->note && !config->session->image_count)
		config->note = text_copy(LANDMARKS_NOTE);
	config->paths = collection->paths;
	config->path_count = collection->path_count;
	if (places_find(places, &missing)) {
		if (!config->session->image_count && !config->read_only)
			return error_set(err, missing.code, "%s", missing.msg);
		if (!config->read_only) {
			free(config->note);
			config->note = text_copy(missing.msg);
		}
		return OK;
	}
	if (embedding_find(options, places, &missing)) {
		free(config->note);
		config->note = text_copy(missing.msg);
	}
	scan_configure(options, collection, places, &config->pool, &config->scan);
	config->pool.background = true;
	return OK;
}

/* Where somebody else writes, or nobody can, what is there can still be looked at. */
static enum status open_store(const char *db, struct app_config *config, struct error *err)
{
	enum status status = store_open(db, STORE_WRITE, &config->store, err);
	const char *why = err->msg;
	char *name;

	if (!status || store_open(db, STORE_READ, &config->store, NULL))
		return status;
	/* On one line of a screen, who writes says more than a long name. */
	name = quote_new(db);
	if (!strncmp(why, name, strlen(name)))
		config->read_only = text_format("the database%s", why + strlen(name));
	else
		config->read_only = text_copy(why);
	config->note = text_format("only to look at, nothing is measured: %s", config->read_only);
	free(name);
	return OK;
}

/* What the scan has to know of earlier ones, for the keeper's thread. */
struct recall {
	const struct options *options;
	const struct places *places;
	struct scan_config *scan;
};

static enum status recall(struct store *store, void *user, struct error *err)
{
	struct recall *r = user;

	return scan_recall(store, r->places, r->options, r->scan, err);
}

int command_view(const struct options *options)
{
	struct app_config config = {
		.grouping = options->grouping,
		.trials = options->trials,
		.graphics = options->graphics,
		.color = options->color,
		.theme = options->theme,
		.ascii = options->ascii,
		.no_mouse = options->no_mouse,
		.script = options->script,
	};
	struct places places = {0};
	struct recall recalled = {options, &places, &config.scan};
	struct collection collection;
	struct error err;
	int code = 0;

	if (!terminal_is_usable() && options->script) {
		error_set(&err, ERR_USAGE, "--script plays in a terminal, and there is none");
		return command_fail(&err);
	}
	if (!terminal_is_usable())
		return plain_report(options);
	guardian_start();
	if (collection_open(options, &collection, &err))
		return command_fail(&err);
	config.session = session_new();
	config.db = collection.db;
	config.recall = recall;
	config.recall_user = &recalled;
	if (open_store(collection.db, &config, &err)) {
		code = command_fail(&err);
	} else if (prepare(options, config.store, &collection, &places, &config, &err)) {
		store_close(config.store);
		code = command_fail(&err);
	} else if (app_run(&config, &err)) {
		code = command_fail(&err);
	}
	free(config.note);
	free(config.read_only);
	scan_recall_done(&config.scan);
	places_done(&places);
	session_free(config.session);
	collection_done(&collection);
	return code;
}
