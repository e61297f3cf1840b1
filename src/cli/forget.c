/*
 * lookalike forget: remove face data for good, from every database there is, and say from which.
 */
#include "lookalike/cli/command.h"
#include "lookalike/cli/databases.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/store/forget.h"

#include <stdlib.h>

static void add(struct forgotten *sum, const struct forgotten *part)
{
	sum->images += part->images;
	sum->faces += part->faces;
	sum->touched |= part->touched;
}

/* What the options say, in one database. */
static enum status forget_in(const char *db, const struct options *options, char *const *paths,
			     struct forgotten *out, struct error *err)
{
	struct forgotten sum = {0}, part;
	struct store *store;
	enum status status = store_open(db, STORE_CHANGE, &store, err);

	if (status)
		return status;
	if (options->forget_all || options->person) {
		status = store_forget(store, options->person ? FORGET_PERSON : FORGET_ALL,
				      options->person, &part, err);
		if (!status)
			add(&sum, &part);
	}
	for (size_t i = 0; i < options->path_count && !status; i++) {
		status = store_forget(store, FORGET_PATH, paths[i], &part, err);
		if (!status)
			add(&sum, &part);
	}
	if (!status)
		status = store_scrub(store, sum.touched, err);
	/* Ours are named after a folder; one that the user named is left, empty. */
	if (!status && options->forget_all && !options->db)
		status = store_delete(store, err);
	store_close(store);
	if (!status)
		*out = sum;
	return status;
}

static void report(FILE *file, enum output_format format, const char *db, const struct forgotten *f)
{
	if (format == FORMAT_JSON) {
		struct json_object *o = json_object_new_object();

		json_add_path(o, db);
		json_object_object_add(o, "images", json_object_new_int64(f->images));
		json_object_object_add(o, "faces", json_object_new_int64(f->faces));
		json_write(file, o);
	} else if (format == FORMAT_CSV) {
		csv_text(file, db);
		fprintf(file, ",%lld,%lld\r\n", (long long)f->images, (long long)f->faces);
	} else {
		char *quoted = quote_new(db);

		fprintf(file, "%s: %lld image%s and %lld face%s forgotten\n", quoted,
			(long long)f->images, f->images == 1 ? "" : "s", (long long)f->faces,
			f->faces == 1 ? "" : "s");
		free(quoted);
	}
}

/* Every database, whatever becomes of the others; the worst is what is returned. */
static enum status forget_everywhere(const struct options *options, char *const *databases,
				     size_t count, FILE *file)
{
	char **paths = memory_new((options->path_count + 1) * sizeof(char *));
	enum status worst = OK;
	struct error err;
	int touched = 0;

	for (size_t i = 0; i < options->path_count; i++)
		paths[i] = path_absolute(options->paths[i]);
	for (size_t i = 0; i < count; i++) {
		struct forgotten f;
		enum status status = forget_in(databases[i], options, paths, &f, &err);

		if (status) {
			command_fail(&err);
			worst = status;
		} else if (f.touched) {
			if (touched++ && options->format == FORMAT_JSON)
				putc(',', file);
			report(file, options->format, databases[i], &f);
		}
	}
	if (!touched && !worst && !options->forget_all) {
		error_set(&err, ERR_MISSING, "there was nothing to forget in %zu database%s", count,
			  count == 1 ? "" : "s");
		command_fail(&err);
		worst = ERR_MISSING;
	}
	databases_free(paths, options->path_count);
	return worst;
}

int command_forget(const struct options *options)
{
	char **databases = NULL;
	struct output output;
	struct error err;
	size_t count = 0;
	enum status status = OK;

	if (options->db) {
		databases = memory_new(sizeof(char *));
		databases[count++] = text_copy(options->db);
	} else {
		status = databases_find(&databases, &count, &err);
	}
	if (!status)
		status = output_open(options->output, &output, &err);
	if (status) {
		databases_free(databases, count);
		return command_fail(&err);
	}
	if (options->format == FORMAT_JSON)
		fputs("[\n", output.file);
	if (options->format == FORMAT_CSV)
		fputs("path,images,faces\r\n", output.file);
	status = forget_everywhere(options, databases, count, output.file);
	if (options->format == FORMAT_JSON)
		fputs("]\n", output.file);
	databases_free(databases, count);
	if (output_commit(&output, &err))
		return command_fail(&err);
	return error_exit_code(status);
}
