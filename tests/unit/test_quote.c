/* Quoting: hostile names in, one harmless line out, which bash reads back. */
#include "lookalike/base/quote.h"

#include "lookalike/base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *in, *out;
} cases[] = {
	{"", ""},
	{"photo.jpg", "photo.jpg"},
	{"with space 'and' \\ back", "with space 'and' \\ back"},
	{"na\xc3\xafve \xe4\xb8\xad\xe6\x96\x87.png", "na\xc3\xafve \xe4\xb8\xad\xe6\x96\x87.png"},
	{"a\nb", "$'a\\nb'"},
	{"tab\t", "$'tab\\t'"},
	{"\x1b[2J", "$'\\033[2J'"},
	{"\x7f", "$'\\177'"},
	{"$'x'", "$'$\\'x\\''"},
	{"it's\r", "$'it\\'s\\015'"},
	{"back\\slash\x01", "$'back\\\\slash\\001'"},
	{"\xff\xfe", "$'\\377\\376'"},
	{"\xc2\x85", "$'\\302\\205'"},                          /* C1: next line */
	{"a\xe2\x80\xaegpj.exe", "$'a\\342\\200\\256gpj.exe'"}, /* U+202E */
	{"\xe2\x80\x8b", "$'\\342\\200\\213'"},                 /* U+200B */
	{"\xef\xbb\xbfx", "$'\\357\\273\\277x'"},               /* U+FEFF */
	{"\xc0\xaf", "$'\\300\\257'"},                          /* overlong */
	{"\xed\xa0\x80", "$'\\355\\240\\200'"},                 /* surrogate */
	{"\xf4\x90\x80\x80", "$'\\364\\220\\200\\200'"},        /* over U+10FFFF */
	{"\xe4\xb8", "$'\\344\\270'"},                          /* cut short */
};

static void quotes_as_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *quoted = quote_new(cases[i].in);

		assert_string_equal(quoted, cases[i].out);
		free(quoted);
	}
}

static void cuts_between_pieces(void **state)
{
	char out[16];

	(void)state;
	assert_int_equal(quote_bytes(out, 4, "\x1b", 1), 7); /* $'\033' */
	assert_string_equal(out, "$'");
	assert_int_equal(quote_bytes(out, 3, "\xe4\xb8\xad", 3), 3);
	assert_string_equal(out, "");
	assert_int_equal(quote_bytes(NULL, 0, "abc", 3), 3);
	assert_int_equal(quote_bytes(out, 1, "abc", 3), 3);
	assert_string_equal(out, "");
}

/* Undo $'...' as bash does; plain text is itself. */
static size_t unquote(const char *in, char *out)
{
	size_t len = 0;

	if (strncmp(in, "$'", 2)) {
		memcpy(out, in, strlen(in));
		return strlen(in);
	}
	for (in += 2; *in != '\''; in++) {
		if (*in != '\\') {
			out[len++] = *in;
			continue;
		}
		in++;
		if (*in == 'n')
			out[len++] = '\n';
		else if (*in == 't')
			out[len++] = '\t';
		else if (*in == '\\' || *in == '\'')
			out[len++] = *in;
		else {
			out[len++] = (char)((in[0] - '0') * 64 + (in[1] - '0') * 8 + in[2] - '0');
			in += 2;
		}
	}
	assert_int_equal(in[1], '\0');
	return len;
}

static void random_bytes_come_back(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, 0);
	for (int i = 0; i < 20000; i++) {
		char name[64], back[64], *quoted;
		size_t len = rng_below(&rng, sizeof(name) - 1);

		for (size_t j = 0; j < len; j++)
			name[j] = (char)(1 + rng_below(&rng, 255));
		name[len] = '\0';
		quoted = quote_new(name);
		assert_true(utf8_valid(quoted, strlen(quoted)));
		for (const char *c = quoted; *c; c++)
			assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
		assert_int_equal(unquote(quoted, back), len);
		assert_memory_equal(back, name, len);
		free(quoted);
	}
}

static void encodes_what_it_decodes(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp += cp < 0x3000 ? 1 : 97) {
		char bytes[4];
		size_t n = utf8_encode(cp, bytes);
		uint32_t back = 0;

		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		assert_int_equal(utf8_decode(bytes, n, &back), n);
		assert_int_equal(back, cp);
		if (n > 1)
			assert_int_equal(utf8_decode(bytes, n - 1, &back), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_as_written),
		cmocka_unit_test(cuts_between_pieces),
		cmocka_unit_test(random_bytes_come_back),
		cmocka_unit_test(encodes_what_it_decodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
