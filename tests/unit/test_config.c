/* The configuration: what is right is taken, what is wrong is told with its line. */
#include "lookalike/ui/config.h"
#include "lookalike/ui/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char told[4096];

static void note(const char *text, void *user)
{
	const char *line = strrchr(text, '/');

	assert_ptr_equal(user, told);
	strcat(told, line ? line + 1 : text);
	strcat(told, "\n");
}

static void read_text(const char *text, size_t len)
{
	char path[] = "/tmp/lookalike-config.XXXXXX/config", *slash = strrchr(path, '/');
	FILE *file;

	told[0] = '\0';
	for (int action = 1; action < ACTION_COUNT; action++)
		keys_bind((enum action)action, NULL);
	*slash = '\0';
	assert_non_null(mkdtemp(path));
	*slash = '/';
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	fclose(file);
	config_read(path, note, told);
	unlink(path);
	*slash = '\0';
	rmdir(path);
}

static void is(const char *text, const char *problems)
{
	read_text(text, strlen(text));
	assert_string_equal(told, problems);
}

static void keys_are(enum action action, const char *keys)
{
	char names[KEYS_BYTES_MAX];

	keys_names(action, names, sizeof(names));
	assert_string_equal(names, keys);
}

static void lines_give_keys(void **state)
{
	(void)state;
	is("# mine\n\n  open =  b\tC-o \r\nfirst=gg Home\nk-set = = ", "");
	keys_are(ACTION_OPEN, "b,C-o");
	keys_are(ACTION_FIRST, "gg,Home");
	keys_are(ACTION_K_SET, "=");
	/* Two actions change their keys with each other, in any order. */
	is("up = j\ndown = k\n", "");
	keys_are(ACTION_UP, "j");
	keys_are(ACTION_DOWN, "k");
}

static void what_is_wrong_has_its_line(void **state)
{
	(void)state;
	is("open = b\nopn = x\n", "config:2: no action is called 'opn'; the manual lists them\n");
	keys_are(ACTION_OPEN, "b");
	is("open\n", "config:1: not 'action = key ...'\n");
	is("open =\n", "config:1: no key behind the equals sign\n");
	is("open = Entr\n", "config:1: 'Entr' is no key; a key is a character, two of them, C-x, "
			    "F1, Tab, Enter, Up ...\n");
	keys_are(ACTION_OPEN, "Enter");
	is("open = b\n\nopen = p\n", "config:3: 'open' has its keys by line 1 already\n");
	keys_are(ACTION_OPEN, "b");
	is("open = b x\n", "config:1: 'x' is a key of 'aside'\n");
	keys_are(ACTION_OPEN, "Enter");
	/* What gives way to one line takes its own key back from another. */
	is("quit = a\nup = Q\n", "config:1: 'a' is a key of 'assign'\n"
				 "config:2: 'Q' is a key of 'quit'\n");
	keys_are(ACTION_QUIT, "Q");
	keys_are(ACTION_UP, "k,Up");
	is("quit = b\nopen = b\n", "config:2: 'b' is a key of 'quit'\n");
	is("open = \x1b[31m\n", "config:1: '$'\\033[31m'' is no key; a key is a character, two of "
				"them, C-x, F1, Tab, Enter, Up ...\n");
}

static void any_file_ends(void **state)
{
	char text[600];

	(void)state;
	memset(text, 'x', sizeof(text));
	read_text(text, sizeof(text));
	assert_string_equal(told, "config:1: longer than 254 bytes; what follows is not read\n");
	memset(text, 0, sizeof(text));
	read_text(text, sizeof(text));
	assert_false(keys_changed());
	told[0] = '\0';
	config_read("/nonexistent/config", note, told);
	assert_string_equal(told, "");
	config_read("/tmp", note, told);
	assert_non_null(told);
}

static void xdg_says_where(void **state)
{
	char *path;

	(void)state;
	setenv("HOME", "/home/ada", 1);
	setenv("XDG_CONFIG_HOME", "/etc/mine", 1);
	path = config_path();
	assert_string_equal(path, "/etc/mine/lookalike/config");
	free(path);
	setenv("XDG_CONFIG_HOME", "relative", 1);
	path = config_path();
	assert_string_equal(path, "/home/ada/.config/lookalike/config");
	free(path);
	unsetenv("HOME");
	assert_null(config_path());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_give_keys),
		cmocka_unit_test(what_is_wrong_has_its_line),
		cmocka_unit_test(any_file_ends),
		cmocka_unit_test(xdg_says_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
