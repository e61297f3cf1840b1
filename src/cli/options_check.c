/* What options mean to each other, and to the words beside them. */
#include "lookalike/cli/options.h"

#include <string.h>

/* What an option about a format needs the format to be. */
static enum status check_format(const struct options *o, struct error *err)
{
	bool csv = o->format == FORMAT_CSV, json = o->format == FORMAT_JSON;
	bool tree = o->format == FORMAT_TREE;

	if (o->raw && !csv)
		return error_set(err, ERR_USAGE, "--raw goes with --format csv");
	if (o->with_landmarks && !csv && !json)
		return error_set(err, ERR_USAGE, "--with-landmarks goes with --format csv");
	if (o->with_embedding && !csv && !json)
		return error_set(err, ERR_USAGE, "--with-embedding goes with --format csv or json");
	if (o->copy && !tree)
		return error_set(err, ERR_USAGE, "--copy goes with --format tree");
	if (tree && (!o->output || !*o->output || !strcmp(o->output, "-")))
		return error_set(err, ERR_USAGE,
				 "--format tree makes a folder: name a new one with -o");
	if (o->summary && o->format == FORMAT_PATHS0)
		return error_set(err, ERR_USAGE,
				 "a summary has no paths: --summary goes with text, csv or json");
	if (o->summary && o->filter)
		return error_set(err, ERR_USAGE,
				 "--summary is of everything: it takes no --filter");
	if (o->command == COMMAND_DOCTOR && csv)
		return error_set(err, ERR_USAGE, "doctor wants --format text or json, not 'csv'");
	return OK;
}

/* What has to be there beside options: so many words are left for paths. */
static enum status check_words(const struct options *o, int left, struct error *err)
{
	bool named = left > 0 || o->db || o->vectors;

	if (o->command == COMMAND_OVERLAP && left != 2)
		return error_set(err, ERR_USAGE,
				 "overlap wants two PATHs, each one scanned by itself");
	if (o->command == COMMAND_DOCTOR && left > 0)
		return error_set(err, ERR_USAGE, "doctor takes no PATH; see lookalike --help");
	if (o->command == COMMAND_DOCTOR && o->salvage && !o->db)
		return error_set(err, ERR_USAGE, "--salvage wants the damaged database: --db FILE");
	if (o->command == COMMAND_FORGET && (left > 0) + !!o->person + o->forget_all != 1)
		return error_set(err, ERR_USAGE, "forget wants PATH..., --person NAME or --all");
	if (!named && o->command != COMMAND_DOCTOR && o->command != COMMAND_FORGET)
		return error_set(err, ERR_USAGE, "no PATH and no --db; see lookalike --help");
	return OK;
}

static enum status check_distance(const struct options *o, struct error *err)
{
	if (o->grouping.distance > 0 && o->grouping.features != FEATURES_NEURAL)
		return error_set(err, ERR_USAGE, "--distance needs --features neural");
	if (o->grouping.distance > 0 && o->grouping.k)
		return error_set(err, ERR_USAGE,
				 "--distance and -k are two ways to say how many groups: give one");
	return OK;
}

/* What --vectors and --labels mean to each other and to the rest. */
static enum status check_vectors(struct options *o, bool paths, struct error *err)
{
	if (o->command == COMMAND_SCORE && !o->labels)
		return error_set(err, ERR_USAGE, "score wants --labels; see lookalike --help");
	if (!o->vectors)
		return OK;
	if (paths || o->db)
		return error_set(err, ERR_USAGE, "--vectors takes the place of PATH and --db");
	if (o->grouping.max_yaw_deg)
		return error_set(err, ERR_USAGE, "--max-yaw means nothing to --vectors");
	if (!o->scale_given)
		o->grouping.scale = SCALE_NONE;
	if (o->grouping.scale == SCALE_RELIABILITY)
		return error_set(err, ERR_USAGE,
				 "--scale reliability knows the eight measures, not --vectors");
	return OK;
}

static enum status check_measures(const struct options *o, struct error *err)
{
	if (o->measures_given && (o->vectors || o->grouping.features == FEATURES_NEURAL))
		return error_set(err, ERR_USAGE,
				 "--measures is about the eight measures: it means nothing to %s",
				 o->vectors ? "--vectors" : "--features neural");
	return OK;
}

enum status options_check(struct options *o, int words, struct error *err)
{
	enum status status = check_words(o, words, err);

	if (!status)
		status = check_format(o, err);
	if (!status)
		status = check_vectors(o, words > 0, err);
	if (!status)
		status = check_distance(o, err);
	if (!status)
		status = check_measures(o, err);
	return status;
}
