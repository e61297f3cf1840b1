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
	COMMAND_SCORE,
	COMMAND_SUGGEST,
	COMMAND_TRIALS,
	COMMAND_OVERLAP,
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
	FORMAT_HTML, /* of export only, as the next */
	FORMAT_TREE,
	FORMAT_PATHS0, /* of list only: paths, each with a NUL behind it */
};

/* Fewer faces say little of how a measure repeats; more add nothing. */
#define REMEASURE_MIN 20
#define REMEASURE_MAX 10000

struct options {
	enum command command;
	char **paths; /* as given */
	size_t path_count;
	const char *db;               /* or NULL */
	const char *output;           /* or NULL for stdout */
	const char *vectors, *labels; /* or NULL */
	bool summary;                 /* list */
	const char *filter;           /* or NULL */
	enum output_format format;
	bool raw;                            /* CSV with the bytes of names as they are */
	bool with_landmarks, with_embedding; /* in CSV; the embedding in JSON as well */
	bool progress;                       /* export: how far it is, on stderr */
	bool copy;                           /* a tree of copies, not of links */
	struct grouping_options grouping;
	int trials;                            /* of the blind test, 0: its default */
	bool scale_given, k_given, seed_given; /* k_given: or a distance */
	bool measures_given;
	enum detector detector;
	float min_face_percent;
	const char *embedding; /* the network's file, or NULL */
	int crops;             /* of each face, in its embedding */
	bool features_given;
	int remeasure; /* so many faces after a scan; 0: forget what they told; -1: neither */
	int workers;
	int cpu_deadline_ms, wall_deadline_ms; /* for one photo */
	int max_megapixels, max_file_mib;      /* larger ones are not decoded, not read */
	bool follow_links;
	int graphics; /* enum graphics, -1 for auto */
	enum color_choice color;
	enum theme theme;
	bool ascii, no_mouse;
	const char *script;
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

/* For options_parse(): the command of a first word, and what follows 'group': what to do, names. */
enum command options_command(const char *word);
enum status options_verb(struct options *options, int argc, char **argv, int *at,
			 struct error *err);

/*
 * What options mean to each other, and that with so many words left for paths there is something to
 * work on; options_parse() asks. A scale that was not given is set to what --vectors want.
 */
enum status options_check(struct options *options, int words, struct error *err);

/* The text of --help. */
const char *options_help(void);

#endif
