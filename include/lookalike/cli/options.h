/*
 * options.h: the command line.
 *
 * Owns     strings point into argv; options_done() frees the array of paths.
 * Threads  before any is started.
 * Errors   ERR_USAGE with one line that says what is wrong.
 */
#ifndef LOOKALIKE_CLI_OPTIONS_H
#define LOOKALIKE_CLI_OPTIONS_H

#include "lookalike/base/error.h"
#include "lookalike/review/grouping.h"
#include "lookalike/scan/protocol.h"
#include "lookalike/store/decisions.h"
#include "lookalike/ui/picture.h"
#include "lookalike/ui/tty.h"

#include <stdbool.h>
#include <stddef.h>

enum command {
	COMMAND_VIEW, /* the interface */
	COMMAND_SCAN,
	COMMAND_ELBOW,
	COMMAND_CLUSTER,
	COMMAND_LIST,
	COMMAND_EXPORT,
	COMMAND_GROUP,
	COMMAND_FORGET,
	COMMAND_DOCTOR,
	COMMAND_HELP,
	COMMAND_VERSION,
};

/* What 'group' does: an enum decision_kind, or one of these. */
enum {
	GROUP_LIST = DECISION_COUNT,
	GROUP_LOG
};

enum output_format {
	FORMAT_TEXT,
	FORMAT_CSV,
	FORMAT_JSON,
};

struct options {
	enum command command;
	char **paths; /* as given */
	size_t path_count;
	const char *db;     /* or NULL */
	const char *output; /* or NULL for stdout */
	enum output_format format;
	struct grouping_options grouping;
	enum detector detector;
	float min_face_percent;
	int workers;
	int cpu_deadline_ms, wall_deadline_ms; /* for one photo */
	int max_megapixels, max_file_mib;      /* larger ones are not decoded, not read */
	bool follow_links;
	int graphics; /* enum graphics, -1 for auto */
	enum color_choice color;
	bool ascii;
	bool prune;              /* scan: drop what is gone, and the decisions on it */
	bool forget_all;         /* forget */
	const char *person;      /* forget: this group; or NULL */
	bool salvage;            /* doctor */
	int verb;                /* group */
	const char *group;       /* group: its name, or NULL */
	const char *group_after; /* group rename: the name to be */
};

enum status options_parse(int argc, char **argv, struct options *out, struct error *err);
void options_done(struct options *options);

/* The text of --help. */
const char *options_help(void);

#endif
