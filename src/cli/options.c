/* The command line, with getopt_long(); every option is listed once, in the table. */
#include "lookalike/cli/options.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/review/trial.h"

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
	SCORE = BIT(COMMAND_SCORE),
	SUGGEST = BIT(COMMAND_SUGGEST),
	TRIALS = BIT(COMMAND_TRIALS),
	OVERLAP = BIT(COMMAND_OVERLAP),
	DOCTOR = BIT(COMMAND_DOCTOR),
	SCANNING = VIEW | SCAN,
	CLUSTERING = VIEW | ELBOW | CLUSTER | EXPORT | SCORE | TRIALS,
	READING = ELBOW | CLUSTER | LIST | EXPORT | SCORE | SUGGEST | TRIALS,
	ALL = SCANNING | READING,
};

enum {
	OPT_DB = 256,
	OPT_FEATURES,
	OPT_SCALE,
	OPT_MEASURES,
	OPT_KMAX,
	OPT_RESTARTS,
	OPT_TRIALS,
	OPT_SEED,
	OPT_MAX_YAW,
	OPT_VECTORS,
	OPT_REMEASURE,
	OPT_LABELS,
	OPT_FILTER,
	OPT_SUMMARY,
	OPT_FORMAT,
	OPT_RAW,
	OPT_WITH_LANDMARKS,
	OPT_WITH_EMBEDDING,
	OPT_COPY,
	OPT_PROGRESS,
	OPT_DETECTOR,
	OPT_MIN_FACE,
	OPT_EMBEDDING,
	OPT_JITTER,
	OPT_DISTANCE,
	OPT_DEADLINE,
	OPT_WALL_DEADLINE,
	OPT_MAX_MEGAPIXELS,
	OPT_MAX_FILE_MIB,
	OPT_GRAPHICS,
	OPT_COLOR,
	OPT_ASCII,
	OPT_THEME,
	OPT_NO_MOUSE,
	OPT_SCRIPT,
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
	{"measures", required_argument, NULL, OPT_MEASURES},
	{"kmax", required_argument, NULL, OPT_KMAX},
	{"restarts", required_argument, NULL, OPT_RESTARTS},
	{"trials", required_argument, NULL, OPT_TRIALS},
	{"seed", required_argument, NULL, OPT_SEED},
	{"max-yaw", required_argument, NULL, OPT_MAX_YAW},
	{"remeasure", required_argument, NULL, OPT_REMEASURE},
	{"vectors", required_argument, NULL, OPT_VECTORS},
	{"labels", required_argument, NULL, OPT_LABELS},
	{"summary", no_argument, NULL, OPT_SUMMARY},
	{"filter", required_argument, NULL, OPT_FILTER},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"raw", no_argument, NULL, OPT_RAW},
	{"with-landmarks", no_argument, NULL, OPT_WITH_LANDMARKS},
	{"with-embedding", no_argument, NULL, OPT_WITH_EMBEDDING},
	{"copy", no_argument, NULL, OPT_COPY},
	{"progress", no_argument, NULL, OPT_PROGRESS},
	{"detector", required_argument, NULL, OPT_DETECTOR},
	{"min-face", required_argument, NULL, OPT_MIN_FACE},
	{"embedding", required_argument, NULL, OPT_EMBEDDING},
	{"jitter", required_argument, NULL, OPT_JITTER},
	{"distance", required_argument, NULL, OPT_DISTANCE},
	{"deadline", required_argument, NULL, OPT_DEADLINE},
	{"wall-deadline", required_argument, NULL, OPT_WALL_DEADLINE},
	{"max-megapixels", required_argument, NULL, OPT_MAX_MEGAPIXELS},
	{"max-file-mib", required_argument, NULL, OPT_MAX_FILE_MIB},
	{"graphics", required_argument, NULL, OPT_GRAPHICS},
	{"color", required_argument, NULL, OPT_COLOR},
	{"ascii", no_argument, NULL, OPT_ASCII},
	{"theme", required_argument, NULL, OPT_THEME},
	{"no-mouse", no_argument, NULL, OPT_NO_MOUSE},
	{"script", required_argument, NULL, OPT_SCRIPT},
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
	case OPT_EMBEDDING:
	case OPT_JITTER:
	case OPT_DEADLINE:
	case OPT_WALL_DEADLINE:
	case OPT_MAX_MEGAPIXELS:
	case OPT_MAX_FILE_MIB:
		return SCANNING;
	case 'k':
		return VIEW | CLUSTER | EXPORT | SCORE | TRIALS;
	case OPT_REMEASURE:
		return SCAN;
	case OPT_VECTORS:
		return ELBOW | CLUSTER | SCORE;
	case OPT_LABELS:
		return VIEW | LIST | SCORE;
	case OPT_FILTER:
		return LIST | EXPORT;
	case OPT_SUMMARY:
		return LIST;
	case OPT_DISTANCE:
		return VIEW | CLUSTER | EXPORT | SCORE | SUGGEST | OVERLAP | TRIALS;
	case OPT_FEATURES:
		return ALL & ~(unsigned)(LIST | SUGGEST);
	case OPT_SCALE:
	case OPT_MEASURES:
	case OPT_KMAX:
	case OPT_RESTARTS:
	case OPT_SEED:
	case OPT_MAX_YAW:
		return option == OPT_MAX_YAW ? CLUSTERING | SUGGEST : CLUSTERING;
	case 'o':
	case OPT_FORMAT:
		return SCAN | READING | GROUP | FORGET | DOCTOR | OVERLAP;
	case OPT_RAW:
		return OVERLAP | CLUSTER | LIST | EXPORT;
	case OPT_WITH_LANDMARKS:
	case OPT_WITH_EMBEDDING:
	case OPT_COPY:
	case OPT_PROGRESS:
		return EXPORT;
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
	case OPT_THEME:
	case OPT_NO_MOUSE:
	case OPT_SCRIPT:
	case OPT_TRIALS:
		return VIEW;
	case OPT_ASCII:
		return VIEW | ELBOW;
	default:
		return ALL;
	}
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
	static const int graphics[] = {
		-1, GRAPHICS_SIXEL, GRAPHICS_KITTY, GRAPHICS_BLOCKS, GRAPHICS_ASCII, GRAPHICS_NONE};
	enum status status = OK;
	int i = 0;

	switch (option) {
	case OPT_FEATURES:
		status = choice("--features", arg, "geometry|neural", &i, err);
		o->grouping.features = i ? FEATURES_NEURAL : FEATURES_GEOMETRY;
		o->features_given = true;
		return status;
	case OPT_SCALE:
		status = choice("--scale", arg, "zscore|reliability|none", &i, err);
		o->grouping.scale = (enum scale)i;
		o->scale_given = true;
		return status;
	case OPT_FORMAT:
		if (o->command == COMMAND_EXPORT)
			status = choice("--format", arg, "csv|json|html|tree", &i, err);
		else if (o->command == COMMAND_LIST)
			status = choice("--format", arg, "text|csv|json|paths0", &i, err);
		else
			status = choice("--format", arg, "text|csv|json", &i, err);
		o->format = (enum output_format)(i + (o->command == COMMAND_EXPORT));
		if (o->command == COMMAND_LIST && i > FORMAT_JSON)
			o->format = FORMAT_PATHS0;
		return status;
	case OPT_DETECTOR:
		status = choice("--detector", arg, "auto|hog", &i, err);
		o->detector = i ? DETECTOR_HOG : DETECTOR_AUTO;
		return status;
	case OPT_GRAPHICS:
		status = choice("--graphics", arg, "auto|sixel|kitty|blocks|ascii|none", &i, err);
		o->graphics = graphics[i];
		return status;
	case OPT_COLOR:
		status = choice("--color", arg, "auto|always|never", &i, err);
		o->color = (enum color_choice)i;
		return status;
	case OPT_THEME:
		status = choice("--theme", arg, "auto|dark|light", &i, err);
		o->theme = (enum theme)i;
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
		o->k_given = true;
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
		o->grouping.kmax_is_wall = true;
		return status;
	case OPT_TRIALS:
		status = number("--trials", arg, TRIALS_MIN, TRIALS_MAX, &n, err);
		o->trials = (int)n;
		return status;
	case OPT_RESTARTS:
		status = number("--restarts", arg, 1, 10000, &n, err);
		o->grouping.restarts = (int)n;
		return status;
	case OPT_SEED:
		status = number("--seed", arg, 0, INT64_MAX, &n, err);
		o->grouping.seed = (uint64_t)n;
		o->seed_given = true;
		return status;
	case OPT_MAX_YAW:
		status = number("--max-yaw", arg, 1, 90, &n, err);
		o->grouping.max_yaw_deg = (int)n;
		return status;
	case OPT_REMEASURE:
		status = number("--remeasure", arg, 0, REMEASURE_MAX, &n, err);
		if (!status && n && n < REMEASURE_MIN)
			status = error_set(err, ERR_USAGE,
					   "--remeasure wants %d faces or more, or 0",
					   REMEASURE_MIN);
		o->remeasure = (int)n;
		return status;
	case OPT_MIN_FACE:
		status = number("--min-face", arg, 1, MIN_FACE_DEFAULT_PERCENT, &n, err);
		o->min_face_percent = (float)n;
		return status;
	case OPT_JITTER:
		status = number("--jitter", arg, 1, PROTOCOL_CROPS_MAX, &n, err);
		o->crops = (int)n;
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

static enum status take_distance(struct options *o, const char *arg, struct error *err)
{
	char *end, quoted[64];
	double value;

	o->grouping.distance = DISTANCE_DEFAULT;
	o->k_given = true;
	if (!strcmp(arg, "auto"))
		return OK;
	value = strtod(arg, &end);
	if (end != arg && !*end && value >= DISTANCE_MIN && value <= DISTANCE_MAX) {
		o->grouping.distance = value;
		return OK;
	}
	quote_bytes(quoted, sizeof(quoted), arg, strlen(arg));
	return error_set(err, ERR_USAGE,
			 "--distance wants auto or a number from %.2f to %.2f, "
			 "not '%s'",
			 DISTANCE_MIN, DISTANCE_MAX, quoted);
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
	case OPT_VECTORS:
		o->vectors = arg;
		return OK;
	case OPT_LABELS:
		o->labels = arg;
		return OK;
	case OPT_SUMMARY:
		o->summary = true;
		return OK;
	case OPT_FILTER:
		o->filter = arg;
		return OK;
	case 'L':
		o->follow_links = true;
		return OK;
	case OPT_ASCII:
		o->ascii = true;
		return OK;
	case OPT_NO_MOUSE:
		o->no_mouse = true;
		return OK;
	case OPT_SCRIPT:
		o->script = arg;
		return OK;
	case OPT_RAW:
		o->raw = true;
		return OK;
	case OPT_WITH_LANDMARKS:
		o->with_landmarks = true;
		return OK;
	case OPT_WITH_EMBEDDING:
		o->with_embedding = true;
		return OK;
	case OPT_COPY:
		o->copy = true;
		return OK;
	case OPT_PROGRESS:
		o->progress = true;
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
	case OPT_EMBEDDING:
		o->embedding = arg;
		return OK;
	case OPT_MEASURES:
		o->measures_given = true;
		return emphasis_parse(arg, &o->grouping.emphasis, err);
	case OPT_DISTANCE:
		return take_distance(o, arg, err);
	case 'k':
	case 'j':
	case OPT_KMAX:
	case OPT_RESTARTS:
	case OPT_TRIALS:
	case OPT_SEED:
	case OPT_MAX_YAW:
	case OPT_REMEASURE:
	case OPT_MIN_FACE:
	case OPT_JITTER:
	case OPT_DEADLINE:
	case OPT_WALL_DEADLINE:
	case OPT_MAX_MEGAPIXELS:
	case OPT_MAX_FILE_MIB:
		return take_number(o, option, arg, err);
	default:
		return take_choice(o, option, arg, err);
	}
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
		.grouping = {.scale = SCALE_RELIABILITY,
			     .kmax = KMAX_DEFAULT,
			     .restarts = RESTARTS_DEFAULT,
			     .seed = SEED_DEFAULT},
		.workers = (int)sysconf(_SC_NPROCESSORS_ONLN),
		.remeasure = -1,
		.min_face_percent = MIN_FACE_DEFAULT_PERCENT,
		.crops = 1,
		.cpu_deadline_ms = 5000,
		.wall_deadline_ms = 30000,
		.max_megapixels = 100,
		.max_file_mib = 512,
		.graphics = -1,
	};
	enum status status;
	int option, index = -1;

	o.command = options_command(argc > 1 ? argv[1] : NULL);
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
	if (o.command == COMMAND_SUGGEST || o.command == COMMAND_OVERLAP)
		o.grouping.features = FEATURES_NEURAL;
	if (o.command == COMMAND_GROUP)
		status = options_verb(&o, argc, argv, &optind, err);
	else
		status = OK;
	if (!status)
		status = options_check(&o, argc - optind, err);
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
