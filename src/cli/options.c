/* The command line, with getopt_long(); every option is listed once, in the table. */
#include "lookalike/cli/options.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BIT(command) (1u << (command))

enum {
	VIEW = BIT(COMMAND_VIEW),
	SCAN = BIT(COMMAND_SCAN),
	ELBOW = BIT(COMMAND_ELBOW),
	CLUSTER = BIT(COMMAND_CLUSTER),
	LIST = BIT(COMMAND_LIST),
	EXPORT = BIT(COMMAND_EXPORT),
	GROUP = BIT(COMMAND_GROUP),
	FORGET = BIT(COMMAND_FORGET),
	DOCTOR = BIT(COMMAND_DOCTOR),
	SCANNING = VIEW | SCAN,
	CLUSTERING = VIEW | ELBOW | CLUSTER | EXPORT,
	READING = ELBOW | CLUSTER | LIST | EXPORT,
	ALL = SCANNING | READING,
};

enum {
	OPT_DB = 256,
	OPT_FEATURES,
	OPT_SCALE,
	OPT_KMAX,
	OPT_RESTARTS,
	OPT_SEED,
	OPT_MAX_YAW,
	OPT_FORMAT,
	OPT_DETECTOR,
	OPT_MIN_FACE,
	OPT_DEADLINE,
	OPT_WALL_DEADLINE,
	OPT_MAX_MEGAPIXELS,
	OPT_MAX_FILE_MIB,
	OPT_GRAPHICS,
	OPT_COLOR,
	OPT_ASCII,
	OPT_PRUNE,
	OPT_ALL,
	OPT_PERSON,
	OPT_SALVAGE,
	OPT_HELP,
	OPT_VERSION,
};

static const struct option long_options[] = {
	{"db", required_argument, NULL, OPT_DB},
	{"features", required_argument, NULL, OPT_FEATURES},
	{"scale", required_argument, NULL, OPT_SCALE},
	{"kmax", required_argument, NULL, OPT_KMAX},
	{"restarts", required_argument, NULL, OPT_RESTARTS},
	{"seed", required_argument, NULL, OPT_SEED},
	{"max-yaw", required_argument, NULL, OPT_MAX_YAW},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"detector", required_argument, NULL, OPT_DETECTOR},
	{"min-face", required_argument, NULL, OPT_MIN_FACE},
	{"deadline", required_argument, NULL, OPT_DEADLINE},
	{"wall-deadline", required_argument, NULL, OPT_WALL_DEADLINE},
	{"max-megapixels", required_argument, NULL, OPT_MAX_MEGAPIXELS},
	{"max-file-mib", required_argument, NULL, OPT_MAX_FILE_MIB},
	{"graphics", required_argument, NULL, OPT_GRAPHICS},
	{"color", required_argument, NULL, OPT_COLOR},
	{"ascii", no_argument, NULL, OPT_ASCII},
	{"prune", no_argument, NULL, OPT_PRUNE},
	{"all", no_argument, NULL, OPT_ALL},
	{"person", required_argument, NULL, OPT_PERSON},
	{"salvage", no_argument, NULL, OPT_SALVAGE},
	{"help", no_argument, NULL, OPT_HELP},
	{"version", no_argument, NULL, OPT_VERSION},
	{NULL, 0, NULL, 0},
};

/* Which commands an option means something to. */
static unsigned option_commands(int option)
{
	switch (option) {
	case 'j':
	case 'L':
	case OPT_DETECTOR:
	case OPT_MIN_FACE:
	case OPT_DEADLINE:
	case OPT_WALL_DEADLINE:
	case OPT_MAX_MEGAPIXELS:
	case OPT_MAX_FILE_MIB:
		return SCANNING;
	case 'k':
		return VIEW | CLUSTER | EXPORT;
	case OPT_FEATURES:
		return ALL & ~(unsigned)LIST;
	case OPT_SCALE:
	case OPT_KMAX:
	case OPT_RESTARTS:
	case OPT_SEED:
	case OPT_MAX_YAW:
		return CLUSTERING;
	case 'o':
	case OPT_FORMAT:
		return SCAN | READING | GROUP | FORGET | DOCTOR;
	case OPT_DB:
		return ALL | GROUP | FORGET | DOCTOR;
	case OPT_PRUNE:
		return SCAN;
	case OPT_ALL:
	case OPT_PERSON:
		return FORGET;
	case OPT_SALVAGE:
		return DOCTOR;
	case OPT_GRAPHICS:
	case OPT_COLOR:
		return VIEW;
	case OPT_ASCII:
		return VIEW | ELBOW;
	default:
		return ALL;
	}
}

const char *options_help(void)
{
	return "usage: lookalike [options] PATH...          look at the faces in folders and "
	       "photos\n"
	       "       lookalike scan    [options] PATH...  measure only\n"
	       "       lookalike elbow   [options] PATH...  cost for every k: chart, CSV or JSON\n"
	       "       lookalike cluster [options] PATH...  the groups\n"
	       "       lookalike list    [options] PATH...  every image and its verdict\n"
	       "       lookalike export  [options] PATH...  every face with its landmarks, as "
	       "JSON\n"
	       "       lookalike group   [options] DO ...   decide: assign NAME FACE..., aside "
	       "FACE...,\n"
	       "                                            open FACE..., not NAME FACE...,\n"
	       "                                            rename NAME NEW [PATH...],\n"
	       "                                            undo, redo, list, log [PATH...]\n"
	       "       lookalike forget  [options] PATH...  remove face data, for good; or --all\n"
	       "       lookalike doctor  [options]          what was found on this machine\n"
	       "\n"
	       "  --db FILE            the database, instead of the paths' own one\n"
	       "  -k N|auto            number of groups (auto: the knee of the elbow curve)\n"
	       "  --kmax N             largest k of the elbow curve (20)\n"
	       "  --scale zscore|none  standardise the measures, or take them raw (zscore)\n"
	       "  --restarts N         k-means restarts for each k (10)\n"
	       "  --seed N             seed of the random numbers (1)\n"
	       "  --max-yaw DEGREES    leave out faces that are turned further than this\n"
	       "  --features geometry  the vectors to cluster: the eight measures\n"
	       "  --format text|csv|json\n"
	       "  -o FILE              write there instead of to stdout\n"
	       "  -j N                 worker processes (one per core)\n"
	       "  -L                   follow links to folders\n"
	       "  --deadline SECONDS   give up on a photo after this much processor time (5)\n"
	       "  --wall-deadline SECONDS  or after this long (30)\n"
	       "  --max-megapixels N   decode no image that claims more, JPEG apart (100)\n"
	       "  --max-file-mib N     read no larger file (512)\n"
	       "  --detector auto|hog  how faces are found\n"
	       "  --min-face PERCENT   reach for faces down to this share of a photo's width,\n"
	       "                       1 to 8 (8); smaller takes longer\n"
	       "  --graphics auto|sixel|blocks|ascii|none\n"
	       "  --color auto|always|never\n"
	       "  --ascii              no characters outside ASCII\n"
	       "  --prune              drop files that are gone, and the decisions on them (scan)\n"
	       "  --person NAME        the faces of this group (forget)\n"
	       "  --all                everything (forget)\n"
	       "  --salvage            save what can be read of a damaged database (doctor)\n"
	       "  -h, --help, --version\n"
	       "\n"
	       "elbow, cluster, list and export read what scan, or the interface, measured "
	       "before.\n"
	       "A FACE is PATH#N (from 0), or a PATH for all faces there.\n";
}

static enum status number(const char *name, const char *text, long long low, long long high,
			  long long *out, struct error *err)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || end == text || *end || value < low || value > high) {
		char quoted[64];

		quote_bytes(quoted, sizeof(quoted), text, strlen(text));
		return error_set(err, ERR_USAGE, "%s wants a number from %lld to %lld, not '%s'",
				 name, low, high, quoted);
	}
	*out = value;
	return OK;
}

/* The index of text among words ("auto|sixel|..."), or ERR_USAGE naming them all. */
static enum status choice(const char *name, const char *text, const char *words, int *out,
			  struct error *err)
{
	const char *word = words;
	size_t len = strlen(text);
	char quoted[64];

	for (int i = 0;; i++) {
		size_t word_len = strcspn(word, "|");

		if (word_len == len && !strncmp(word, text, len)) {
			*out = i;
			return OK;
		}
		if (!word[word_len])
			break;
		word += word_len + 1;
	}
	quote_bytes(quoted, sizeof(quoted), text, len);
	return error_set(err, ERR_USAGE, "%s wants %s, not '%s'", name, words, quoted);
}

static enum status take_choice(struct options *o, int option, const char *arg, struct error *err)
{
	static const int graphics[] = {-1, GRAPHICS_SIXEL, GRAPHICS_BLOCKS, GRAPHICS_ASCII,
				       GRAPHICS_NONE};
	enum status status = OK;
	int i = 0;

	switch (option) {
	case OPT_FEATURES:
		return choice("--features", arg, "geometry", &i, err);
	case OPT_SCALE:
		status = choice("--scale", arg, "zscore|none", &i, err);
		o->grouping.scale = i ? SCALE_NONE : SCALE_ZSCORE;
		return status;
	case OPT_FORMAT:
		status = choice("--format", arg, "text|csv|json", &i, err);
		o->format = (enum output_format)i;
		return status;
	case OPT_DETECTOR:
		status = choice("--detector", arg, "auto|hog", &i, err);
		o->detector = i ? DETECTOR_HOG : DETECTOR_AUTO;
		return status;
	case OPT_GRAPHICS:
		status = choice("--graphics", arg, "auto|sixel|blocks|ascii|none", &i, err);
		o->graphics = graphics[i];
		return status;
	case OPT_COLOR:
		status = choice("--color", arg, "auto|always|never", &i, err);
		o->color = (enum color_choice)i;
		return status;
	}
	return OK;
}

static enum status take_number(struct options *o, int option, const char *arg, struct error *err)
{
	enum status status = OK;
	long long n = 0;

	switch (option) {
	case 'k':
		if (!strcmp(arg, "auto")) {
			o->grouping.k = 0;
			return OK;
		}
		status = number("-k", arg, 1, 100000, &n, err);
		o->grouping.k = (int)n;
		return status;
	case 'j':
		status = number("-j", arg, 1, 128, &n, err);
		o->workers = (int)n;
		return status;
	case OPT_KMAX:
		status = number("--kmax", arg, 1, 1000, &n, err);
		o->grouping.kmax = (int)n;
		return status;
	case OPT_RESTARTS:
		status = number("--restarts", arg, 1, 10000, &n, err);
		o->grouping.restarts = (int)n;
		return status;
	case OPT_SEED:
		status = number("--seed", arg, 0, INT64_MAX, &n, err);
		o->grouping.seed = (uint64_t)n;
		return status;
	case OPT_MAX_YAW:
		status = number("--max-yaw", arg, 1, 90, &n, err);
		o->grouping.max_yaw_deg = (int)n;
		return status;
	case OPT_MIN_FACE:
		status = number("--min-face", arg, 1, MIN_FACE_DEFAULT_PERCENT, &n, err);
		o->min_face_percent = (float)n;
		return status;
	case OPT_DEADLINE:
		status = number("--deadline", arg, 1, 3600, &n, err);
		o->cpu_deadline_ms = (int)n * 1000;
		return status;
	case OPT_WALL_DEADLINE:
		status = number("--wall-deadline", arg, 1, 3600, &n, err);
		o->wall_deadline_ms = (int)n * 1000;
		return status;
	case OPT_MAX_MEGAPIXELS:
		status = number("--max-megapixels", arg, 1, 1000, &n, err);
		o->max_megapixels = (int)n;
		return status;
	case OPT_MAX_FILE_MIB:
		status = number("--max-file-mib", arg, 1, 2047, &n, err);
		o->max_file_mib = (int)n;
		return status;
	}
	return OK;
}

static enum status take(struct options *o, int option, const char *arg, struct error *err)
{
	switch (option) {
	case OPT_DB:
		o->db = arg;
		return OK;
	case 'o':
		o->output = arg;
		return OK;
	case 'L':
		o->follow_links = true;
		return OK;
	case OPT_ASCII:
		o->ascii = true;
		return OK;
	case OPT_PRUNE:
		o->prune = true;
		return OK;
	case OPT_ALL:
		o->forget_all = true;
		return OK;
	case OPT_PERSON:
		o->person = arg;
		return OK;
	case OPT_SALVAGE:
		o->salvage = true;
		return OK;
	case 'k':
	case 'j':
	case OPT_KMAX:
	case OPT_RESTARTS:
	case OPT_SEED:
	case OPT_MAX_YAW:
	case OPT_MIN_FACE:
	case OPT_DEADLINE:
	case OPT_WALL_DEADLINE:
	case OPT_MAX_MEGAPIXELS:
	case OPT_MAX_FILE_MIB:
		return take_number(o, option, arg, err);
	default:
		return take_choice(o, option, arg, err);
	}
}

static enum command command_of(const char *word)
{
	static const struct {
		const char *name;
		enum command command;
	} commands[] = {
		{"scan", COMMAND_SCAN},       {"elbow", COMMAND_ELBOW},
		{"cluster", COMMAND_CLUSTER}, {"list", COMMAND_LIST},
		{"export", COMMAND_EXPORT},   {"group", COMMAND_GROUP},
		{"forget", COMMAND_FORGET},   {"doctor", COMMAND_DOCTOR},
	};

	for (size_t i = 0; word && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(word, commands[i].name))
			return commands[i].command;
	return COMMAND_VIEW;
}

/* The words after 'group': what to do, names, and then paths. */
static enum status take_verb(struct options *o, int argc, char **argv, int *at, struct error *err)
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
	return OK;
}

/* What has to be there beside options: so many words are left for paths. */
static enum status check_words(const struct options *o, int left, struct error *err)
{
	bool named = left > 0 || o->db;

	if (o->command == COMMAND_EXPORT && o->format != FORMAT_JSON)
		return error_set(err, ERR_USAGE, "export writes --format json");
	if (o->command == COMMAND_DOCTOR && left > 0)
		return error_set(err, ERR_USAGE, "doctor takes no PATH; see lookalike --help");
	if (o->command == COMMAND_DOCTOR && o->format == FORMAT_CSV)
		return error_set(err, ERR_USAGE, "doctor wants --format text or json, not 'csv'");
	if (o->command == COMMAND_DOCTOR && o->salvage && !o->db)
		return error_set(err, ERR_USAGE, "--salvage wants the damaged database: --db FILE");
	if (o->command == COMMAND_FORGET && (left > 0) + !!o->person + o->forget_all != 1)
		return error_set(err, ERR_USAGE, "forget wants PATH..., --person NAME or --all");
	if (!named && o->command != COMMAND_DOCTOR && o->command != COMMAND_FORGET)
		return error_set(err, ERR_USAGE, "no PATH and no --db; see lookalike --help");
	return OK;
}

static enum status wrong_option(char **argv, int option, struct error *err)
{
	char quoted[128];
	const char *given = argv[optind - 1];
	char letter[3] = {'-', (char)optopt, '\0'};

	if (optopt && optopt < 256)
		given = letter;
	quote_bytes(quoted, sizeof(quoted), given, strlen(given));
	if (option == ':')
		return error_set(err, ERR_USAGE, "%s needs a value; see lookalike --help", quoted);
	return error_set(err, ERR_USAGE, "unknown option %s; see lookalike --help", quoted);
}

enum status options_parse(int argc, char **argv, struct options *out, struct error *err)
{
	struct options o = {
		.grouping = {.scale = SCALE_ZSCORE,
			     .kmax = KMAX_DEFAULT,
			     .restarts = RESTARTS_DEFAULT,
			     .seed = SEED_DEFAULT},
		.workers = (int)sysconf(_SC_NPROCESSORS_ONLN),
		.min_face_percent = MIN_FACE_DEFAULT_PERCENT,
		.cpu_deadline_ms = 5000,
		.wall_deadline_ms = 30000,
		.max_megapixels = 100,
		.max_file_mib = 512,
		.graphics = -1,
	};
	enum status status;
	int option, index = -1;

	o.command = command_of(argc > 1 ? argv[1] : NULL);
	if (o.command == COMMAND_EXPORT)
		o.format = FORMAT_JSON;
	optind = o.command == COMMAND_VIEW ? 1 : 2;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":hk:j:o:L", long_options, &index)) != -1) {
		if (option == 'h' || option == OPT_HELP || option == OPT_VERSION) {
			o.command = option == OPT_VERSION ? COMMAND_VERSION : COMMAND_HELP;
			*out = o;
			return OK;
		}
		if (option == '?' || option == ':')
			return wrong_option(argv, option, err);
		if (!(option_commands(option) & BIT(o.command)))
			return error_set(err, ERR_USAGE,
					 "%s means nothing to '%s'; see lookalike --help",
					 argv[optind - 1 - (optarg && optarg == argv[optind - 1])],
					 o.command == COMMAND_VIEW ? "lookalike" : argv[1]);
		status = take(&o, option, optarg, err);
		if (status)
			return status;
	}
	if (o.command == COMMAND_GROUP)
		status = take_verb(&o, argc, argv, &optind, err);
	else
		status = OK;
	if (!status)
		status = check_words(&o, argc - optind, err);
	if (status)
		return status;
	o.path_count = (size_t)(argc - optind);
	o.paths = memory_new((o.path_count + 1) * sizeof(char *));
	memcpy(o.paths, argv + optind, o.path_count * sizeof(char *));
	*out = o;
	return OK;
}

void options_done(struct options *options)
{
	free(options->paths);
	options->paths = NULL;
}
