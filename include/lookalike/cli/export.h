/*
 * export.h: a whole collection in another form, one file for each form.
 *
 * What a face has beyond its session (landmarks, a thumbnail) is read from the store face by
 * face, so that an export needs no more memory than the session, however large it is.
 *
 * Owns     nothing; struct export borrows all of it.
 * Threads  one.
 * Errors   those of the store. What the output refuses is not told here: writing ends early, and
 *          output_commit() reports it.
 */
#ifndef LOOKALIKE_CLI_EXPORT_H
#define LOOKALIKE_CLI_EXPORT_H

#include "lookalike/cli/options.h"
#include "lookalike/cli/output.h"
#include "lookalike/cli/progress.h"
#include "lookalike/review/filter.h"
#include "lookalike/review/grouping.h"
#include "lookalike/review/session.h"
#include "lookalike/store/store.h"

struct export
{
	const struct options *options;
	struct session *session;
	struct store *store;
	struct grouping *grouping;
	const struct filter *filter; /* or NULL */
	struct progress *progress;
	int *written, faces; /* of all faces that are to be written */
};

/* A face is written. */
void export_wrote(const struct export *from);

enum status export_csv(const struct export *from, struct output *to, struct error *err);
enum status export_json(const struct export *from, struct output *to, struct error *err);

/* One page that needs nothing else; photos are in it as thumbnails. */
enum status export_html(const struct export *from, struct output *to, struct error *err);

/*
 * A new folder of that name, with one folder for each group and in it links to its photos, or
 * copies. All or nothing, as output.h; a name that is taken is an error. *missing counts photos
 * that could not be copied because they could not be read; the first is in *first, quoted and for
 * the caller to free.
 */
enum status export_tree(const struct export *from, const char *folder, int *missing, char **first,
			struct error *err);

/* The group of the current clustering that a face is in, or NULL: set aside, named, turned. */
const struct group *export_cluster_of(const struct export *from, const struct session_face *face);

/* The name of the group that a person put it in, or NULL. */
const char *export_group_of(const struct export *from, const struct session_face *face);

/* Call each for every face that passes the filter, by path and position, until it fails. */
typedef enum status export_face_fn(const struct session_face *face, void *user, struct error *err);
enum status export_each(const struct export *from, export_face_fn *each, void *user,
			struct error *err);

/* The blind tests, as a part of the page; nothing when there was none. */
void export_trials(const struct session *session, FILE *file);

/* The style sheet of the page. */
extern const char export_style[];

#endif
