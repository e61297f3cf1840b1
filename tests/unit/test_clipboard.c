/* Base64 against the vectors of RFC 4648; quoted paths against the shell that reads them. */
#include "lookalike/ui/clipboard.h"

#include "lookalike/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void base64_is_that_of_the_rfc(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"f", "Zg=="},
		{"fo", "Zm8="},
		{"foo", "Zm9v"},
		{"foob", "Zm9vYg=="},
		{"fooba", "Zm9vYmE="},
		{"foobar", "Zm9vYmFy"},
		{"\xff\xfe\xfb", "//77"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *expected = text_format("\033]52;c;%s\033\\", cases[i][1]);
		char *sequence = clipboard_sequence(cases[i][0]);

		assert_string_equal(sequence, expected);
		free(sequence);
		free(expected);
	}
}

static void a_shell_reads_the_path_again(void **state)
{
	static const char *const paths[] = {
		"/p/a.jpg", "/p/two words.jpg",  "/p/it's.jpg", "/p/$HOME `id` \"\\.jpg",
		"/p/é.jpg", "/p/\xff\n\x1b.jpg", "-rf",         "/p/'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char *quoted = shell_quote(paths[i]), read[64] = "";
		char *argument = text_format("printf '%%s' %s", quoted);
		const char *tmp = getenv("TMPDIR");
		char *file = text_format("%s/clipboard.XXXXXX", tmp ? tmp : "/tmp");
		int fd = mkstemp(file);
		FILE *script = fdopen(fd, "w"), *out;
		char *run = text_format("bash %s", file);

		fputs(argument, script);
		fclose(script);
		out = popen(run, "r");
		assert_non_null(out);
		read[fread(read, 1, sizeof(read) - 1, out)] = '\0';
		pclose(out);
		remove(file);
		assert_string_equal(read, paths[i]);
		free(run);
		free(file);
		free(argument);
		free(quoted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_is_that_of_the_rfc),
		cmocka_unit_test(a_shell_reads_the_path_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
