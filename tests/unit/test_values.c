/* Fields of CSV and values of JSON, against forms written by hand. */
#include "lookalike/cli/values.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *written(void (*write)(FILE *, const char *), const char *text)
{
	char *out = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&out, &len);

	write(file, text);
	fclose(file);
	return out;
}

struct field {
	const char *bytes, *text, *raw;
};

static void test_csv(void **state)
{
	static const struct field fields[] = {
		{NULL, "", ""},
		{"", "", ""},
		{"plain", "plain", "plain"},
		{"a,b", "\"a,b\"", "\"a,b\""},
		{"a;b", "\"a;b\"", "\"a;b\""},
		{"say \"hi\"", "\"say \"\"hi\"\"\"", "\"say \"\"hi\"\"\""},
		{"two\nlines", "$'two\\nlines'", "\"two\nlines\""},
		{"\r", "$'\\015'", "\"\r\""},
		{"\t=1", "$'\\t=1'", "\t=1"},
		{"\xff", "$'\\377'", "\xff"},
		/* formulas */
		{"=1+1", "'=1+1", "=1+1"},
		{"+1", "'+1", "+1"},
		{"-1", "'-1", "-1"},
		{"@SUM(A1)", "'@SUM(A1)", "@SUM(A1)"},
		{"＝1", "'＝1", "＝1"},
		{"a=1", "a=1", "a=1"},
		{"x;=1;y", "\"x;'=1;y\"", "\"x;=1;y\""},
		{"x;+1;-2", "\"x;'+1;'-2\"", "\"x;+1;-2\""},
		/* so that one apostrophe less is what it was */
		{"'=1", "''=1", "'=1"},
		{"''=1", "'''=1", "''=1"},
		{"'a", "'a", "'a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		char *text = written(csv_text, fields[i].bytes);
		char *raw = written(csv_raw, fields[i].bytes);

		assert_string_equal(text, fields[i].text);
		assert_string_equal(raw, fields[i].raw);
		free(text);
		free(raw);
	}
}

static char *number_written(double value)
{
	char *out = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&out, &len);

	csv_number(file, value);
	fclose(file);
	return out;
}

static void test_numbers(void **state)
{
	static const double values[] = {
		0,        1,      -1.5, 0.1,           1.0 / 3,           DBL_MIN,
		-DBL_MAX, 4e-324, 1e22, 123456789.123, 0.7841733554555523};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char *text = number_written(values[i]);
		struct json_object *json = json_exact(values[i]);

		assert_true(strtod(text, NULL) == values[i]);
		assert_string_equal(json_object_to_json_string(json), text);
		json_object_put(json);
		free(text);
	}
	for (int i = 0; i < 3; i++) {
		double odd = i == 0 ? NAN : i == 1 ? INFINITY : -INFINITY;
		char *text = number_written(odd);

		assert_string_equal(text, "");
		assert_null(json_exact(odd));
		assert_null(json_number(odd));
		free(text);
	}
}

static void test_base64(void **state)
{
	/* RFC 4648, section 10 */
	static const char *const pairs[][2] = {
		{"", ""},
		{"f", "Zg=="},
		{"fo", "Zm8="},
		{"foo", "Zm9v"},
		{"foob", "Zm9vYg=="},
		{"fooba", "Zm9vYmE="},
		{"foobar", "Zm9vYmFy"},
	};
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		text = base64_new(pairs[i][0], strlen(pairs[i][0]));
		assert_string_equal(text, pairs[i][1]);
		free(text);
	}
	text = base64_new("\0\xff\0", 3);
	assert_string_equal(text, "AP8A");
	free(text);
}

static void test_paths(void **state)
{
	struct json_object *o = json_object_new_object();

	(void)state;
	json_add_path(o, "/a/\xc3\xa9");
	assert_string_equal(json_object_to_json_string_ext(o, JSON_C_TO_STRING_NOSLASHESCAPE),
			    "{\"path\":\"/a/\xc3\xa9\"}");
	json_object_put(o);
	o = json_object_new_object();
	json_add_path(o, "\xe9z");
	assert_string_equal(json_object_to_json_string(o),
			    "{ \"path\": \"\xef\xbf\xbdz\", \"path_base64\": \"6Xo=\" }");
	json_object_put(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
