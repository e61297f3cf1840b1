/*
 * lookalike doctor: everything that decides how well it works here, as found on this machine now:
 * the terminal, the models, the extractor and the isolation of its workers, the database's folder.
 */
#include "lookalike/cli/doctor.h"
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/isolation.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/base/version.h"
#include "lookalike/scan/inspect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, text && *text ? json_object_new_string(text) : NULL);
}

static void add_bool(struct json_object *object, const char *key, bool value)
{
	json_object_object_add(object, key, json_object_new_boolean(value));
}

static struct json_object *isolation_json(unsigned layers)
{
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();
	char summary[512];

	isolation_summary(layers, summary, sizeof(summary));
	add_text(object, "summary", summary);
	for (int i = 0; i < ISOLATION_COUNT; i++) {
		struct json_object *layer = json_object_new_object();

		add_text(layer, "layer", isolation_key(i));
		add_text(layer, "words", isolation_words(i));
		add_bool(layer, "held", layers & 1u << i);
		json_object_array_add(list, layer);
	}
	json_object_object_add(object, "layers", list);
	return object;
}

/* Starts it with its models, because only that tells. */
static struct json_object *look_at_extractor(const struct places *places, struct inspection *found)
{
	char *embedding = text_format("%s/dlib_face_recognition_resnet.dat", places->models);
	struct launch_config config = {places->extractor, places->landmarks, places->models, 100,
				       access(embedding, R_OK) ? NULL : embedding};
	struct json_object *object = json_object_new_object();
	char *quoted = quote_new(places->extractor ? places->extractor : "");
	struct error err = {.msg = ""};
	struct places whole;
	bool ok = places_find(&whole, &err) == OK;

	if (ok) {
		places_done(&whole);
		ok = inspect_extractor(&config, found, &err) == OK;
	}

	add_bool(object, "ok", ok);
	add_text(object, "path", quoted);
	add_text(object, "versions", found->versions);
	add_text(object, "blas", found->blas);
	add_bool(object, "blas_fast", strstr(found->blas, "openblas-serial") != NULL);
	add_text(object, "problem", err.msg[0] ? err.msg : found->no_embedding);
	free(embedding);
	free(quoted);
	return object;
}

/* The folder that databases go to, or its nearest parent that is there. */
static struct json_object *look_at_folder(const struct options *options)
{
	struct json_object *object = json_object_new_object();
	char *db = options->db ? text_copy(options->db) : collection_folder(), *slash, *quoted;
	const char *problem = NULL;
	struct stat st;
	bool exists;

	if (!db) {
		add_bool(object, "ok", false);
		add_text(object, "folder", NULL);
		add_bool(object, "exists", false);
		add_text(object, "problem", "HOME is not set: name a database with --db");
		return object;
	}
	if (options->db && (slash = strrchr(db, '/')))
		slash[slash == db] = '\0';
	else if (options->db)
		strcpy(db, ".");
	quoted = quote_new(db);
	exists = stat(db, &st) == 0;
	while (stat(db, &st) && errno == ENOENT && (slash = strrchr(db, '/')) && slash != db)
		*slash = '\0';
	if (access(db, W_OK | X_OK))
		problem = strerrordesc_np(errno);
	else if (exists && !S_ISDIR(st.st_mode))
		problem = "not a folder";
	else if (exists && st.st_mode & 077 && !options->db)
		problem = "others may look into it: chmod 700";
	add_bool(object, "ok", !problem);
	add_text(object, "folder", quoted);
	add_bool(object, "exists", exists);
	add_text(object, "problem", problem);
	free(quoted);
	free(db);
	return object;
}

static bool is_ok(struct json_object *object)
{
	return json_object_get_boolean(json_object_object_get(object, "ok"));
}

static const char *text_of(struct json_object *object, const char *key)
{
	struct json_object *value = json_object_object_get(object, key);

	return value ? json_object_get_string(value) : "-";
}

/* "  ok  what: where", and on a line of its own what is wrong. */
static void write_line(FILE *file, struct json_object *object, const char *what, const char *where)
{
	fprintf(file, "  %-4s %s: %s\n", is_ok(object) ? "ok" : "NO", what, where);
	if (json_object_object_get(object, "problem"))
		fprintf(file, "       %s\n", text_of(object, "problem"));
}

static void write_terminal(FILE *file, struct json_object *terminal)
{
	struct json_object *answers = json_object_object_get(terminal, "answers"), *row;

	fprintf(file, "terminal\n  TERM %s, COLORTERM %s, %s, %s colours, %s x %s cells\n",
		text_of(terminal, "term"), text_of(terminal, "colorterm"),
		json_object_get_boolean(json_object_object_get(terminal, "utf8")) ? "UTF-8"
										  : "not UTF-8",
		text_of(terminal, "colors"), text_of(terminal, "cols"), text_of(terminal, "rows"));
	if (!answers) {
		fprintf(file, "  not asked: %s\n", text_of(terminal, "problem"));
		return;
	}
	for (size_t i = 0; i < json_object_array_length(answers); i++) {
		row = json_object_array_get_idx(answers, i);
		fprintf(file, "  %-34s %s", text_of(row, "question"), text_of(row, "answer"));
		if (json_object_object_get(row, "ms"))
			fprintf(file, "  (%.1f ms)",
				json_object_get_double(json_object_object_get(row, "ms")));
		putc('\n', file);
	}
	fprintf(file, "  pictures: %s, because %s\n", text_of(terminal, "graphics"),
		text_of(terminal, "reason"));
	if (json_object_object_get(terminal, "line_bytes_per_second"))
		fprintf(file, "  line: %.0f kB/s%s\n",
			json_object_get_double(
				json_object_object_get(terminal, "line_bytes_per_second")) /
				1000,
			json_object_get_boolean(json_object_object_get(terminal, "line_is_slow"))
				? ", slow: sixels have fewer colours"
				: "");
}

static void write_isolation(FILE *file, struct json_object *isolation)
{
	struct json_object *layers = json_object_object_get(isolation, "layers"), *row;

	fprintf(file, "isolation: %s\n", text_of(isolation, "summary"));
	for (size_t i = 0; i < json_object_array_length(layers); i++) {
		row = json_object_array_get_idx(layers, i);
		fprintf(file, "  %-4s %s\n",
			json_object_get_boolean(json_object_object_get(row, "held")) ? "yes" : "NO",
			text_of(row, "words"));
	}
}

static void write_text(FILE *file, struct json_object *all)
{
	struct json_object *extractor = json_object_object_get(all, "extractor"), *row;
	struct json_object *models = json_object_object_get(all, "models");
	struct json_object *database = json_object_object_get(all, "database");

	fprintf(file, "lookalike %s\n", text_of(all, "version"));
	write_terminal(file, json_object_object_get(all, "terminal"));
	fputs("models\n", file);
	for (size_t i = 0; i < json_object_array_length(models); i++) {
		row = json_object_array_get_idx(models, i);
		write_line(file, row, text_of(row, "purpose"), text_of(row, "path"));
	}
	fputs("extractor\n", file);
	write_line(file, extractor, "program", text_of(extractor, "path"));
	fprintf(file, "       %s\n", text_of(extractor, "versions"));
	fprintf(file, "  %-4s BLAS: %s\n",
		json_object_get_boolean(json_object_object_get(extractor, "blas_fast")) ? "ok"
											: "SLOW",
		text_of(extractor, "blas"));
	write_isolation(file, json_object_object_get(all, "isolation"));
	fputs("database\n", file);
	write_line(file, database, "folder", text_of(database, "folder"));
}

static struct json_object *examine(const struct options *options, bool *fit)
{
	struct json_object *all, *extractor, *database, *models;
	struct inspection found = {0};
	struct places places;

	places_look(&places);
	all = json_object_new_object();
	extractor = look_at_extractor(&places, &found);
	database = look_at_folder(options);
	models = doctor_models(&places);
	*fit = is_ok(extractor) && is_ok(database);
	for (size_t i = 0; i < json_object_array_length(models); i++)
		*fit = *fit && is_ok(json_object_array_get_idx(models, i));
	add_text(all, "version", lookalike_version);
	add_bool(all, "ok", *fit);
	json_object_object_add(all, "terminal", doctor_terminal());
	json_object_object_add(all, "models", models);
	json_object_object_add(all, "extractor", extractor);
	json_object_object_add(all, "isolation", isolation_json(found.isolation));
	json_object_object_add(all, "database", database);
	places_done(&places);
	return all;
}

int command_doctor(const struct options *options)
{
	struct json_object *all;
	struct output output;
	struct error err;
	bool fit = false;

	if (options->salvage)
		return doctor_salvage(options);
	all = examine(options, &fit);
	if (output_open(options->output, &output, &err)) {
		json_object_put(all);
		return command_fail(&err);
	}
	if (options->format == FORMAT_JSON) {
		json_write(output.file, all);
	} else {
		write_text(output.file, all);
		json_object_put(all);
	}
	if (output_commit(&output, &err))
		return command_fail(&err);
	return fit ? 0 : 1;
}

/* Without models, so that it answers at once. */
int command_version(void)
{
	struct inspection found = {0};
	struct places places;
	struct error err;
	char summary[512];

	printf("lookalike %s\n", lookalike_version);
	places_look(&places);
	if (!places.extractor) {
		puts("isolation: unknown (lookalike-extractor is not beside this program)");
	} else if (inspect_extractor(&(struct launch_config){.extractor = places.extractor}, &found,
				     &err)) {
		printf("isolation: unknown (%s)\n", err.msg);
	} else {
		isolation_summary(found.isolation, summary, sizeof(summary));
		printf("%s\nisolation: %s\n", found.versions, summary);
	}
	places_done(&places);
	return 0;
}
