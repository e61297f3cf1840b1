/* The words of the command line: which command, and what group is to do. */
#include "lookalike/cli/options.h"

#include "lookalike/base/quote.h"

#include <string.h>

enum command options_command(const char *word)
{
	static const struct {
		const char *name;
		enum command command;
	} commands[] = {
		{"scan", COMMAND_SCAN},       {"elbow", COMMAND_ELBOW},
		{"cluster", COMMAND_CLUSTER}, {"list", COMMAND_LIST},
		{"export", COMMAND_EXPORT},   {"score", COMMAND_SCORE},
		{"group", COMMAND_GROUP},     {"forget", COMMAND_FORGET},
		{"doctor", COMMAND_DOCTOR},   {"suggest", COMMAND_SUGGEST},
		{"overlap", COMMAND_OVERLAP}, {"trials", COMMAND_TRIALS},
	};

	for (size_t i = 0; word && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(word, commands[i].name))
			return commands[i].command;
	return COMMAND_VIEW;
}

enum status options_verb(struct options *o, int argc, char **argv, int *at, struct error *err)
{
	const char *word = *at < argc ? argv[(*at)++] : "";
	char quoted[64];

	for (o->verb = 0; o->verb < DECISION_COUNT; o->verb++)
		if (!strcmp(word, decision_name((enum decision_kind)o->verb)))
			break;
	if (o->verb == DECISION_COUNT && !strcmp(word, "log"))
		o->verb = GROUP_LOG;
	else if (o->verb == DECISION_COUNT && strcmp(word, "list")) {
		quote_bytes(quoted, sizeof(quoted), word, strlen(word));
		return error_set(err, ERR_USAGE, "group cannot '%s'; see lookalike --help", quoted);
	}
	if (o->verb == DECISION_ASSIGN || o->verb == DECISION_REFUSE || o->verb == DECISION_RENAME)
		o->group = *at < argc ? argv[(*at)++] : NULL;
	if (o->verb == DECISION_RENAME)
		o->group_after = *at < argc ? argv[(*at)++] : NULL;
	if ((o->verb == DECISION_ASSIGN || o->verb == DECISION_REFUSE) && !o->group)
		return error_set(err, ERR_USAGE, "group %s wants the NAME of a group", word);
	if (o->verb == DECISION_RENAME && !o->group_after)
		return error_set(err, ERR_USAGE, "group rename wants two NAMEs");
	if (o->verb <= DECISION_REFUSE && o->verb != DECISION_RENAME && *at == argc)
		return error_set(err, ERR_USAGE, "group %s wants at least one FACE", word);
	if (o->verb == DECISION_APART && argc - *at < 2)
		return error_set(err, ERR_USAGE, "group apart wants two FACEs or more");
	return OK;
}
