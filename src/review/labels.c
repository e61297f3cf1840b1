/* Labels, and their numbers in the order of their first use. */
#include "lookalike/review/labels.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE_MAX (64 << 20)

enum label_source {
	FROM_PARENT,
	FROM_STEM,
	FROM_CSV
};

struct keyed {
	char *key; /* a label, or a path */
	int32_t class;
};

struct labels {
	enum label_source source;
	void *classes, *paths; /* trees of struct keyed, for tsearch() */
	const char **names;    /* of the classes, in the first tree */
	int32_t class_count;
};

static int compare_keyed(const void *a, const void *b)
{
	return strcmp(((const struct keyed *)a)->key, ((const struct keyed *)b)->key);
}

static void free_keyed(void *entry)
{
	free(((struct keyed *)entry)->key);
	free(entry);
}

/* The entry of this key, made with the given class if it is not there. */
static struct keyed *put(void **tree, const char *key, int32_t class)
{
	struct keyed *entry = memory_new(sizeof(*entry)), *found;

	*entry = (struct keyed){.key = text_copy(key), .class = class};
	found = *(struct keyed **)tsearch(entry, tree, compare_keyed);
	if (found != entry)
		free_keyed(entry);
	return found;
}

static int32_t class_of(struct labels *labels, const char *label)
{
	struct keyed *entry = put(&labels->classes, label, labels->class_count);

	if (entry->class == labels->class_count) {
		labels->names = memory_resize(labels->names, (size_t)labels->class_count + 1,
					      sizeof(*labels->names));
		labels->names[labels->class_count++] = entry->key;
	}
	return entry->class;
}

static enum status file_error(const char *file, int line, const char *what, struct error *err)
{
	char *quoted = quote_new(file);
	enum status status = line ? ERR_INPUT : ERR_MISSING;

	if (line)
		error_set(err, status, "%s, line %d: %s", quoted, line, what);
	else
		error_set(err, status, "cannot read %s: %s", quoted, what);
	free(quoted);
	return status;
}

/* The whole of a regular file, with a NUL behind it. */
static enum status read_file(const char *file, char **out, struct error *err)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum status status = OK;
	struct stat st;
	size_t size = 0;
	ssize_t got;
	char *text;

	if (fd < 0 || fstat(fd, &st)) {
		status = file_error(file, 0, strerror(errno), err);
	} else if (!S_ISREG(st.st_mode)) {
		status = file_error(file, 0, "not a regular file", err);
	} else if (st.st_size > FILE_SIZE_MAX) {
		status = file_error(file, 0, "over 64 MiB is no list of labels", err);
	}
	if (status) {
		if (fd >= 0)
			close(fd);
		return status;
	}
	text = memory_new((size_t)st.st_size + 1);
	while (size < (size_t)st.st_size &&
	       (got = read(fd, text + size, (size_t)st.st_size - size)) > 0)
		size += (size_t)got;
	close(fd);
	text[size] = '\0';
	if (strlen(text) != size) {
		free(text);
		return file_error(file, 1, "there are NUL bytes in it", err);
	}
	*out = text;
	return OK;
}

/* Cut the next line off, without its end; NULL at the end of the text. */
static char *next_line(char **text)
{
	char *line = *text, *end = line + strcspn(line, "\n");

	if (!*line)
		return NULL;
	*text = *end ? end + 1 : end;
	if (end > line && end[-1] == '\r')
		end[-1] = '\0';
	*end = '\0';
	return line;
}

/* Cut a field off a line of CSV, in place, without its quotes. NULL when it is not one. */
static char *next_field(char **line)
{
	char *from = *line, *to = *line, *field = *line;

	if (*from != '"') {
		from += strcspn(from, ",");
	} else {
		for (from++; *from && (*from != '"' || from[1] == '"'); from++) {
			from += *from == '"';
			*to++ = *from;
		}
		if (*from != '"' || (from[1] && from[1] != ','))
			return NULL;
		*to = '\0';
		from++;
	}
	*line = *from ? from + 1 : from;
	*from = '\0';
	return field;
}

/* A path of the list as the database has it, malloc'd; NULL when there is no such file. */
static char *absolute(const char *folder, const char *path)
{
	char *joined = *path == '/' ? text_copy(path) : text_format("%s/%s", folder, path);
	char *real = realpath(joined, NULL);

	if (real || *path != '/') {
		free(joined);
		return real;
	}
	return joined; /* a photo that is gone can still be in the database */
}

static enum status parse_csv(struct labels *labels, const char *file, char *text, struct error *err)
{
	char *folder = text_copy(file), *slash = strrchr(folder, '/'), *line;
	enum status status = OK;

	if (slash)
		*slash = '\0';
	for (int number = 1; !status && (line = next_line(&text)); number++) {
		char *path = next_field(&line), *label = path ? next_field(&line) : NULL, *real;

		if (!path || !label || !*path || !*label || *line)
			status = file_error(file, number, "a path, a comma and a label are wanted",
					    err);
		else if (number == 1 && !strcmp(path, "path"))
			continue;
		else if ((real = absolute(slash ? folder : ".", path))) {
			int32_t class = class_of(labels, label);

			if (put(&labels->paths, real, class)->class != class)
				status = file_error(file, number,
						    "this path has another label already", err);
			free(real);
		}
	}
	free(folder);
	return status;
}

enum status labels_open(const char *source, struct labels **out, struct error *err)
{
	struct labels *labels = memory_new(sizeof(*labels));
	enum status status = OK;
	char *text;

	if (!strcmp(source, "stem"))
		labels->source = FROM_STEM;
	else if (strcmp(source, "parent"))
		labels->source = FROM_CSV;
	if (labels->source == FROM_CSV) {
		status = read_file(source, &text, err);
		if (!status) {
			status = parse_csv(labels, source, text, err);
			free(text);
		}
	}
	if (status)
		labels_done(labels);
	else
		*out = labels;
	return status;
}

void labels_done(struct labels *labels)
{
	if (!labels)
		return;
	tdestroy(labels->classes, free_keyed);
	tdestroy(labels->paths, free_keyed);
	free(labels->names);
	free(labels);
}

int32_t labels_class(struct labels *labels, const char *path)
{
	const char *name = strrchr(path, '/');
	struct keyed wanted = {.key = (char *)path};
	char *label = NULL;
	void *found;
	int32_t class;

	if (labels->source == FROM_CSV) {
		found = tfind(&wanted, &labels->paths, compare_keyed);
		return found ? (*(struct keyed **)found)->class : -1;
	}
	name = name ? name + 1 : path;
	if (labels->source == FROM_STEM)
		label = text_format("%.*s", (int)strcspn(name, "_-."), name);
	else
		label = text_format("%.*s", (int)(name > path ? name - path - 1 : 0), path);
	class = class_of(labels, label);
	free(label);
	return class;
}

int32_t labels_count(const struct labels *labels)
{
	return labels->class_count;
}

const char *labels_name(const struct labels *labels, int32_t class)
{
	const char *name = labels->names[class];
	const char *slash = labels->source == FROM_PARENT ? strrchr(name, '/') : NULL;

	return slash && slash[1] ? slash + 1 : name;
}

enum status labels_read_lines(const char *file, int n, int32_t *classes, struct error *err)
{
	struct labels labels = {0};
	char *text, *at, *line;
	enum status status = read_file(file, &text, err);
	int count = 0;

	if (status)
		return status;
	for (at = text; (line = next_line(&at)); count++)
		if (count < n)
			classes[count] = class_of(&labels, line);
	if (count != n) {
		char *quoted = quote_new(file);

		status = error_set(err, ERR_INPUT,
				   "%s has %d lines, one for each of %d rows is "
				   "wanted",
				   quoted, count, n);
		free(quoted);
	}
	tdestroy(labels.classes, free_keyed);
	free(labels.names);
	free(text);
	return status;
}
