/* Files of NumPy's, and files that are not: each refused in one line, whatever they claim. */
#include "lookalike/cli/npy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[4096];

static int set_up(void **state)
{
	const char *folder = getenv("TMPDIR");

	(void)state;
	snprintf(path, sizeof(path), "%s/lookalike-npy.%d", folder ? folder : "/tmp", getpid());
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

/* A file of this version, header and so many bytes of numbers 0, 1, 2, ... */
static void write_file(int version, const char *header, size_t bytes)
{
	FILE *file = fopen(path, "wb");
	size_t len = strlen(header);
	unsigned char start[] = {0x93,
				 'N',
				 'U',
				 'M',
				 'P',
				 'Y',
				 (unsigned char)version,
				 0,
				 (unsigned char)len,
				 (unsigned char)(len >> 8),
				 0,
				 0};

	assert_non_null(file);
	fwrite(start, 1, version == 1 ? 10 : 12, file);
	fwrite(header, 1, len, file);
	for (size_t i = 0; i < bytes; i += sizeof(float)) {
		float value = (float)(i / sizeof(float));

		fwrite(&value, 1, bytes - i < sizeof(value) ? bytes - i : sizeof(value), file);
	}
	fclose(file);
}

#define HEADER(shape) "{'descr': '<f4', 'fortran_order': False, 'shape': " shape ", }        \n"

static void assert_refused(const char *why)
{
	float *values = NULL;
	struct error err;
	int n = -1, d = -1;

	assert_int_equal(npy_read(path, &values, &n, &d, &err), ERR_INPUT);
	if (!strstr(err.msg, why))
		fail_msg("'%s' does not say '%s'", err.msg, why);
	assert_null(strchr(err.msg, '\n'));
	assert_non_null(strstr(err.msg, "numpy.save("));
	assert_true(!values && n == -1 && d == -1);
}

static void test_good_files(void **state)
{
	float *values;
	int n, d;

	(void)state;
	for (int version = 1; version <= 3; version++) {
		write_file(version, HEADER("(3, 2)"), 24);
		assert_int_equal(npy_read(path, &values, &n, &d, NULL), OK);
		assert_true(n == 3 && d == 2);
		for (int i = 0; i < 6; i++)
			assert_true(values[i] == (float)i);
		free(values);
	}
}

static void test_refused_headers(void **state)
{
	static const struct {
		const char *header, *why;
	} cases[] = {
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (3, 1), }\n", "not float32"},
		{"{'descr': '>f4', 'fortran_order': False, 'shape': (3, 2), }\n", "not float32"},
		{"{'descr': '|O', 'fortran_order': False, 'shape': (3, 2), }\n", "not float32"},
		{"{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }\n", "C order"},
		{HEADER("(6,)"), "two dimensions"},
		{HEADER("(1, 3, 2)"), "two dimensions"},
		{HEADER("()"), "two dimensions"},
		{HEADER("(-3, 2)"), "two dimensions"},
		{HEADER("(3, 2000000000000)"), "two dimensions"},
		{HEADER("(0, 2)"), "empty"},
		{HEADER("(3, 0)"), "empty"},
		{HEADER("(1000001, 2)"), "more than"},
		{HEADER("(3, 513)"), "more than"},
		{HEADER("(4, 2)"), "cut short"},
		{HEADER("(1000000, 512)"), "cut short"},
		{HEADER("(2, 2)"), "more in it"},
		{"{'shape': (3, 2)}\n", "header"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), } evil\n", "header"},
		{"", "header"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_file(1, cases[i].header, 24);
		assert_refused(cases[i].why);
	}
	write_file(4, HEADER("(3, 2)"), 24);
	assert_refused("later version");
	write_file(1, HEADER("(3, 2)"), 23);
	assert_refused("cut short");
}

/* Every beginning of a good file, and its bytes changed one at a time: no crash, one line. */
static void test_mutants(void **state)
{
	unsigned char whole[128];
	size_t len;
	FILE *file;

	(void)state;
	write_file(1, HEADER("(3, 2)"), 24);
	file = fopen(path, "rb");
	assert_non_null(file);
	len = fread(whole, 1, sizeof(whole), file);
	fclose(file);
	for (size_t i = 0; i < 2 * len; i++) {
		unsigned char kept = whole[i % len];
		float *values = NULL;
		struct error err;
		int n, d;

		file = fopen(path, "wb");
		assert_non_null(file);
		if (i >= len)
			whole[i % len] ^= 0x55;
		fwrite(whole, 1, i < len ? i : len, file);
		fclose(file);
		whole[i % len] = kept;
		if (npy_read(path, &values, &n, &d, &err))
			assert_null(strchr(err.msg, '\n'));
		else
			free(values);
	}
}

static void test_not_finite(void **state)
{
	const uint32_t bits[] = {0x7fc00000, 0x7f800000, 0xff800000, 0x7f000000};

	(void)state;
	for (int i = 0; i < 4; i++) {
		FILE *file;

		write_file(1, HEADER("(3, 2)"), 24);
		file = fopen(path, "r+b");
		assert_non_null(file);
		fseek(file, -4, SEEK_END);
		fwrite(&bits[i], 4, 1, file);
		fclose(file);
		assert_refused("row 2, column 1");
	}
}

static void test_no_file(void **state)
{
	struct error err;
	float *values;
	int n, d;

	(void)state;
	unlink(path);
	assert_int_equal(npy_read(path, &values, &n, &d, &err), ERR_MISSING);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(npy_read(path, &values, &n, &d, &err), ERR_MISSING);
	assert_non_null(strstr(err.msg, "not a regular file"));
	unlink(path);
	assert_int_equal(npy_read("/", &values, &n, &d, &err), ERR_MISSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_files), cmocka_unit_test(test_refused_headers),
		cmocka_unit_test(test_mutants),    cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
