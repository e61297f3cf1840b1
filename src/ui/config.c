/* Lines are taken first, and only then compared with each other: two actions may swap keys. */
#include "lookalike/ui/config.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/ui/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_BYTES_MAX 256

struct reading {
	char *name; /* the file's, quoted */
	int line;
	int lines[ACTION_COUNT]; /* where each action was given keys, 0 for nowhere */
	void (*problem)(const char *text, void *user);
	void *user;
};

char *config_path(void)
{
	const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	/* An XDG path that is not absolute is to be ignored. */
	if (folder && folder[0] == '/')
		return text_format("%s/lookalike/config", folder);
	return home && home[0] == '/' ? text_format("%s/.config/lookalike/config", home) : NULL;
}

static void tell(const struct reading *r, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void tell(const struct reading *r, int line, const char *fmt, ...)
{
	char what[LINE_BYTES_MAX], *text;
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	text = text_format("%s:%d: %s", r->name, line, what);
	r->problem(text, r->user);
	free(text);
}

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]))
		text[--len] = '\0';
	return text;
}

/* The keys with one blank between; false and told if one of them is none. */
static bool take_keys(const struct reading *r, char *text, char out[KEYS_BYTES_MAX])
{
	char quoted[64], *rest;
	size_t len = 0;

	for (char *key = strtok_r(text, " \t", &rest); key; key = strtok_r(NULL, " \t", &rest)) {
		quote_bytes(quoted, sizeof(quoted), key, strlen(key));
		if (!keys_valid(key)) {
			tell(r, r->line,
			     "'%s' is no key; a key is a character, two of them, C-x, "
			     "F1, Tab, Enter, Up ...",
			     quoted);
			return false;
		}
		if (len + strlen(key) + 2 > KEYS_BYTES_MAX) {
			tell(r, r->line, "too many keys");
			return false;
		}
		len += (size_t)sprintf(out + len, "%s%s", len ? " " : "", key);
	}
	if (!len)
		tell(r, r->line, "no key behind the equals sign");
	return len > 0;
}

static void take_line(struct reading *r, char *line)
{
	char keys[KEYS_BYTES_MAX] = "", quoted[64], *equals, *name;
	enum action action;

	name = trim(line);
	if (!*name || *name == '#')
		return;
	equals = strchr(name, '=');
	if (!equals) {
		tell(r, r->line, "not 'action = key ...'");
		return;
	}
	*equals = '\0';
	name = trim(name);
	quote_bytes(quoted, sizeof(quoted), name, strlen(name));
	action = keys_action(name);
	if (!action)
		tell(r, r->line, "no action is called '%s'; the manual lists them", quoted);
	else if (r->lines[action])
		tell(r, r->line, "'%s' has its keys by line %d already", name, r->lines[action]);
	else if (take_keys(r, equals + 1, keys)) {
		keys_bind(action, keys);
		r->lines[action] = r->line;
	}
}

/* Take back what collides until nothing does: with no line left, nothing can. */
static void take_back_collisions(struct reading *r)
{
	char key[KEYS_BYTES_MAX], name[KEYS_BYTES_MAX];
	bool again = true;

	while (again) {
		again = false;
		for (int i = 1; i < ACTION_COUNT; i++) {
			enum action other = r->lines[i] ? keys_collision((enum action)i, key)
							: ACTION_NONE;

			if (!other)
				continue;
			tell(r, r->lines[i], "'%s' is a key of '%s'", key,
			     keys_action_name(other, name));
			keys_bind((enum action)i, NULL);
			r->lines[i] = 0;
			again = true;
		}
	}
}

/* A pipe would be waited for, and a folder is no text. */
static FILE *open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fdopen(fd, "r");
	close(fd);
	errno = EINVAL;
	return NULL;
}

void config_read(const char *path, void (*problem)(const char *text, void *user), void *user)
{
	struct reading r = {.problem = problem, .user = user};
	char line[LINE_BYTES_MAX];
	FILE *file = open_file(path);

	if (!file && (errno == ENOENT || errno == ENOTDIR))
		return;
	r.name = quote_new(path);
	if (!file)
		tell(&r, 0, "%s", errno == EINVAL ? "not a file" : strerror(errno));
	while (file && fgets(line, sizeof(line), file)) {
		r.line++;
		if (!strchr(line, '\n') && !feof(file)) {
			tell(&r, r.line, "longer than %d bytes; what follows is not read",
			     LINE_BYTES_MAX - 2);
			break;
		}
		take_line(&r, line);
	}
	if (file)
		fclose(file);
	take_back_collisions(&r);
	free(r.name);
}
