/* lookalike: options → command. */
#include "lookalike/cli/command.h"

#include "lookalike/ui/grid.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the environment asks for, by POSIX's order. */
static bool wants_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *value = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !(value && *value); i++)
		value = getenv(names[i]);
	return value && (strcasestr(value, "UTF-8") || strcasestr(value, "utf8"));
}

int main(int argc, char **argv)
{
	struct options options;
	struct error err;
	int code = 0;

	/* Over SSH the locale is often one that this host lacks; its characters are known all the
	 * same.
	 */
	if (!setlocale(LC_CTYPE, "") && wants_utf8())
		setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	if (options_parse(argc, argv, &options, &err))
		return command_fail(&err);
	grid_set_ascii(options.ascii || strcmp(nl_langinfo(CODESET), "UTF-8"));
	switch (options.command) {
	case COMMAND_VIEW:
		code = command_view(&options);
		break;
	case COMMAND_SCAN:
		code = command_scan(&options);
		break;
	case COMMAND_ELBOW:
		code = command_elbow(&options);
		break;
	case COMMAND_CLUSTER:
		code = command_cluster(&options);
		break;
	case COMMAND_LIST:
		code = command_list(&options);
		break;
	case COMMAND_EXPORT:
		code = command_export(&options);
		break;
	case COMMAND_GROUP:
		code = command_group(&options);
		break;
	case COMMAND_FORGET:
		code = command_forget(&options);
		break;
	case COMMAND_SCORE:
		code = command_score(&options);
		break;
	case COMMAND_OVERLAP:
		code = command_overlap(&options);
		break;
	case COMMAND_TRIALS:
		code = command_trials(&options);
		break;
	case COMMAND_SUGGEST:
		code = command_suggest(&options);
		break;
	case COMMAND_DOCTOR:
		code = command_doctor(&options);
		break;
	case COMMAND_HELP:
		fputs(options_help(), stdout);
		break;
	case COMMAND_VERSION:
		code = command_version();
		break;
	}
	options_done(&options);
	return code;
}
