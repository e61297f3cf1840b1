/* lookalike export: the collection as CSV, JSON, a page or a tree of links. */
#include "lookalike/cli/export.h"

#include "lookalike/cli/command.h"

#include <stdlib.h>

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
			status = each(&image->faces[j], user, err);
	}
	return status;
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

	if (export_tree(from, from->options->output, &missing, &first, &err))
		return command_fail(&err);
	if (missing)
		fprintf(stderr, "lookalike: %d photo%s could not be copied; the first: %s\n",
			missing, missing == 1 ? "" : "s", first);
	free(first);
	return missing ? EXIT_UNREADABLE_FILES : 0;
}

int command_export(const struct options *options)
{
	struct grouping_options by = options->grouping;
	struct export from = {.options = options};
	struct grouping *grouping;
	struct session *session;
	struct error err;
	int code;

	if (command_open(options, &session, &from.store, &err))
		return command_fail(&err);
	by.stability = options->format == FORMAT_HTML; /* the page shows the whole curve */
	grouping = grouping_new(session, &by);
	from.session = session;
	from.grouping = grouping;
	/* Without open faces there are no groups. */
	if (session->totals.faces > session->totals.decided && grouping_compute(grouping, &err))
		code = command_fail(&err);
	else
		code = options->format == FORMAT_TREE ? write_tree(&from) : write_file(&from);
	grouping_free(grouping);
	session_free(session);
	store_close(from.store);
	return code;
}
