/* lookalike export: the collection as CSV, JSON, a page or a tree of links. */
#include "lookalike/cli/export.h"

#include "lookalike/cli/command.h"
#include "lookalike/review/findings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct group *export_cluster_of(const struct export *from, const struct session_face *face)
{
	const struct grouping *g = from->grouping;
	bool grouped = face->assigned == FACE_OPEN && face->group >= 0 && face->group < g->k;

	return grouped ? &g->groups[face->group] : NULL;
}

const char *export_group_of(const struct export *from, const struct session_face *face)
{
	return face->assigned >= 0 ? from->session->named[face->assigned].name : NULL;
}

enum status export_each(const struct export *from, export_face_fn *each, void *user,
			struct error *err)
{
	enum status status = OK;

	for (int i = 0; i < from->session->image_count && !status; i++) {
		const struct session_image *image = from->session->images[i];

		for (int j = 0; j < image->face_count && !status; j++)
			if (filter_face(from->filter, from->session, &image->faces[j]))
				status = each(&image->faces[j], user, err);
	}
	return status;
}

void export_wrote(const struct export *from)
{
	progress_tell("faces", ++*from->written, from->faces, from->progress);
}

static enum status count_face(const struct session_face *face, void *user, struct error *err)
{
	const struct export *from = user;

	(void)err;
	if (face->assigned >= 0)
		from->session->named[face->assigned].face_count++;
	from->grouping->left_out += face->assigned == FACE_OPEN && !export_cluster_of(from, face);
	return OK;
}

/* Groups are those of the whole collection; of each only the faces that pass are left. */
static void leave_passing(struct export *from)
{
	struct grouping *g = from->grouping;

	for (int c = 0; c < g->k; c++) {
		struct group *group = &g->groups[c];
		int size = 0;

		for (int i = 0; i < group->size; i++)
			if (filter_face(from->filter, from->session, group->faces[i]))
				group->faces[size++] = group->faces[i];
		group->size = size;
	}
	for (int i = 0; i < from->session->named_count; i++)
		from->session->named[i].face_count = 0;
	g->left_out = 0;
	export_each(from, count_face, from, NULL);
}

static enum status count_written(const struct session_face *face, void *user, struct error *err)
{
	struct export *from = user;

	(void)err;
	from->faces += from->options->format != FORMAT_TREE || export_cluster_of(from, face) ||
		       export_group_of(from, face);
	return OK;
}

static int write_file(const struct export *from)
{
	struct output output;
	struct error err;
	enum status status;

	if (output_open(from->options->output, &output, &err))
		return command_fail(&err);
	if (from->options->format == FORMAT_CSV)
		status = export_csv(from, &output, &err);
	else if (from->options->format == FORMAT_HTML)
		status = export_html(from, &output, &err);
	else
		status = export_json(from, &output, &err);
	progress_end(from->progress);
	if (status) {
		output_abandon(&output);
		return command_fail(&err);
	}
	return output_commit(&output, &err) ? command_fail(&err) : 0;
}

static int write_tree(const struct export *from)
{
	char *first = NULL;
	struct error err;
	int missing = 0;
	enum status status = export_tree(from, from->options->output, &missing, &first, &err);

	progress_end(from->progress);
	if (status)
		return command_fail(&err);
	if (missing)
		fprintf(stderr, "lookalike: %d photo%s could not be copied; the first: %s\n",
			missing, missing == 1 ? "" : "s", first);
	free(first);
	return missing ? EXIT_UNREADABLE_FILES : 0;
}

/* On a terminal the result is not to be mixed with it. */
static bool is_live(const struct options *options)
{
	return options->progress ||
	       (options->output && strcmp(options->output, "-") != 0 && isatty(STDERR_FILENO));
}

int command_export(const struct options *options)
{
	struct grouping_options by = options->grouping;
	struct progress progress = {.live = is_live(options)};
	int written = 0;
	struct export from = {.options = options, .progress = &progress, .written = &written};
	struct grouping *grouping;
	struct session *session;
	struct filter *filter;
	struct error err;
	int code = command_filter(options, &filter);

	if (code)
		return code;
	if (command_open(options, &session, &from.store, &err)) {
		filter_free(filter);
		return command_fail(&err);
	}
	by.stability = options->format == FORMAT_HTML; /* the page shows the whole curve */
	grouping = grouping_new(session, &by);
	grouping->watch = (struct watch){progress_tell, &progress};
	from.session = session;
	findings_compute(session);
	from.grouping = grouping;
	from.filter = filter;
	/* Without open faces there are no groups. */
	if (session->totals.faces > session->totals.decided && grouping_compute(grouping, &err)) {
		progress_end(&progress);
		code = command_fail(&err);
	} else {
		if (filter)
			leave_passing(&from);
		export_each(&from, count_written, &from, NULL);
		code = options->format == FORMAT_TREE ? write_tree(&from) : write_file(&from);
	}
	filter_free(filter);
	grouping_free(grouping);
	session_free(session);
	store_close(from.store);
	return code;
}
