/* CSV fields and JSON values. */
#include "lookalike/cli/values.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/review/findings.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Whether a spreadsheet takes a cell for a formula that begins like this, apostrophes apart. */
static bool begins_formula(const char *text)
{
	static const char *const signs[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};

	text += strspn(text, "'");
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (!strncmp(text, signs[i], strlen(signs[i])))
			return true;
	return false;
}

static char *neutral_new(const char *text)
{
	char *out = memory_new(2 * strlen(text) + 1), *to = out;
	bool at_start = true;

	for (; *text; text++) {
		if (at_start && begins_formula(text))
			*to++ = '\'';
		*to++ = *text;
		at_start = *text == ';';
	}
	return out;
}

void csv_raw(FILE *file, const char *bytes)
{
	if (!bytes)
		return;
	if (!bytes[strcspn(bytes, ",;\"\r\n")]) {
		fputs(bytes, file);
		return;
	}
	putc('"', file);
	for (; *bytes; bytes++) {
		if (*bytes == '"')
			putc('"', file);
		putc(*bytes, file);
	}
	putc('"', file);
}

void csv_text(FILE *file, const char *text)
{
	char *quoted, *neutral;

	if (!text)
		return;
	quoted = quote_new(text);
	neutral = neutral_new(quoted);
	csv_raw(file, neutral);
	free(neutral);
	free(quoted);
}

/* The shortest text of nine digits and more that is read back as the same number. */
static void exact_text(double value, char *out, size_t size)
{
	for (int digits = 9; digits <= 17; digits++) {
		snprintf(out, size, "%.*g", digits, value);
		if (strtod(out, NULL) == value)
			return;
	}
}

void csv_number(FILE *file, double value)
{
	char text[32];

	if (!isfinite(value))
		return;
	exact_text(value, text, sizeof(text));
	fputs(text, file);
}

struct json_object *json_number(double value)
{
	char text[32];

	if (!isfinite(value))
		return NULL;
	snprintf(text, sizeof(text), "%.9g", value);
	return json_object_new_double_s(value, text);
}

struct json_object *json_exact(double value)
{
	char text[32];

	if (!isfinite(value))
		return NULL;
	exact_text(value, text, sizeof(text));
	return json_object_new_double_s(value, text);
}

struct json_object *json_findings(uint32_t findings)
{
	struct json_object *array = json_object_new_array();

	for (int f = 0; f < FINDING_COUNT; f++)
		if (finding_in(findings, f))
			json_object_array_add(array, json_object_new_string(finding_name(f)));
	return array;
}

void csv_findings(FILE *file, uint32_t findings)
{
	const char *blank = "";

	for (int f = 0; f < FINDING_COUNT; f++) {
		if (!finding_in(findings, f))
			continue;
		fprintf(file, "%s%s", blank, finding_name(f));
		blank = " ";
	}
}

void csv_measured(FILE *file, float value)
{
	if (isfinite(value))
		fprintf(file, "%.9g", (double)value);
}

char *base64_new(const void *bytes, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = memory_new((len + 2) / 3 * 4 + 1), *to = out;

	for (size_t i = 0; i < len; i += 3) {
		const unsigned char *b = (const unsigned char *)bytes + i;
		uint32_t three = (uint32_t)b[0] << 16 | (i + 1 < len ? (uint32_t)b[1] << 8 : 0) |
				 (i + 2 < len ? b[2] : 0);

		*to++ = digits[three >> 18];
		*to++ = digits[three >> 12 & 63];
		*to++ = i + 1 < len ? digits[three >> 6 & 63] : '=';
		*to++ = i + 2 < len ? digits[three & 63] : '=';
	}
	return out;
}

void json_add_bytes(struct json_object *object, const char *name, const char *base64_name,
		    const char *bytes)
{
	size_t len = bytes ? strlen(bytes) : 0, at = 0;
	char *text, *base64;
	uint32_t cp;

	if (!bytes || utf8_valid(bytes, len)) {
		json_object_object_add(object, name, bytes ? json_object_new_string(bytes) : NULL);
		return;
	}
	text = memory_new(3 * len + 1);
	for (size_t i = 0, n; i < len; i += n ? n : 1) {
		n = utf8_decode(bytes + i, len - i, &cp);
		memcpy(text + at, n ? bytes + i : "\xef\xbf\xbd", n ? n : 3);
		at += n ? n : 3;
	}
	base64 = base64_new(bytes, len);
	json_object_object_add(object, name, json_object_new_string(text));
	json_object_object_add(object, base64_name, json_object_new_string(base64));
	free(base64);
	free(text);
}

void json_add_path(struct json_object *object, const char *path)
{
	json_add_bytes(object, "path", "path_base64", path);
}

void json_write(FILE *file, struct json_object *object)
{
	fputs(json_object_to_json_string_ext(object, JSON_C_TO_STRING_NOSLASHESCAPE), file);
	putc('\n', file);
	json_object_put(object);
}

char *weights_text(const struct grouping_options *by)
{
	char *list, *text;

	if (by->features != FEATURES_GEOMETRY || emphasis_is_default(&by->emphasis))
		return text_copy("");
	list = emphasis_text(&by->emphasis);
	text = text_format(", measures %s", list);
	free(list);
	return text;
}

struct json_object *json_weights(const struct grouping_options *by)
{
	struct json_object *o = by->features == FEATURES_GEOMETRY ? json_object_new_object() : NULL;

	for (int m = 0; o && m < MEASURE_COUNT; m++)
		json_object_object_add(o, measure_name((enum measure)m),
				       json_number(
					       emphasis_factor(&by->emphasis, (enum measure)m)));
	return o;
}
