/*
 * The network against dlib's own, and files that are not it. The expected numbers are those of
 * dlib 19.24 with the same file, which tests/bench/embedding.cc prints.
 */
#include "lookalike/extractor/embed.h"
#include "lookalike/extractor/network.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MODEL "models/" NETWORK_FILE

static uint8_t *bytes;
static size_t len;
static char path[64];

static int load(void **state)
{
	FILE *file = fopen(MODEL, "rb");

	(void)state;
	if (!file || fseek(file, 0, SEEK_END))
		return -1;
	len = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(len);
	if (!bytes || fread(bytes, 1, len, file) != len)
		return -1;
	fclose(file);
	snprintf(path, sizeof(path), "/tmp/test_network.XXXXXX");
	close(mkstemp(path));
	return 0;
}

static int unload(void **state)
{
	(void)state;
	free(bytes);
	return unlink(path);
}

static void put(size_t count)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, count, file), count);
	fclose(file);
}

static void refuse(enum status expected, const char *words)
{
	struct network *network = NULL;
	struct error err;

	assert_int_equal(network_open(path, &network, &err), expected);
	assert_null(network);
	if (!strstr(err.msg, words) || !strstr(err.msg, path))
		fail_msg("no '%s' in: %s", words, err.msg);
}

static void test_like_dlib(void **state)
{
	static const float first[] = {-0.0528865f, 0.100103f,   0.0169452f,  -0.0364804f,
				      -0.0441265f, -0.0628322f, -0.0420556f, 0.0119754f};
	float out[EMBEDDING_COUNT], again[EMBEDDING_COUNT];
	struct network *network;
	struct image chip;

	(void)state;
	assert_int_equal(network_open(MODEL, &network, NULL), OK);
	assert_int_equal(image_alloc(&chip, NETWORK_INPUT_PX, NETWORK_INPUT_PX, 3, NULL), OK);
	for (int r = 0; r < NETWORK_INPUT_PX; r++) {
		for (int c = 0; c < NETWORK_INPUT_PX; c++) {
			uint8_t *p = chip.pixels + (r * NETWORK_INPUT_PX + c) * 3;

			p[0] = (uint8_t)(r * 7 + c * 3);
			p[1] = (uint8_t)(r * c);
			p[2] = (uint8_t)(r + 2 * c);
		}
	}
	network_run(network, &chip, out);
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		assert_true(fabsf(out[i] - first[i]) < 1e-5f);
	network_run(network, &chip, again);
	assert_memory_equal(out, again, sizeof(out));
	assert_int_equal(embed_check(network, NULL), OK);
	image_done(&chip);
	network_close(network);
}

static void test_cut_short(void **state)
{
	static const double parts[] = {0.0001, 0.1, 0.5, 0.9999999};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		put((size_t)((double)len * parts[i]));
		refuse(ERR_MODEL, "cut short");
	}
	put(0);
	refuse(ERR_MODEL, "empty");
	unlink(path);
	refuse(ERR_MISSING, "No such file");
	put(0);
}

/* A file of the right length whose heads say something else. */
static void test_another_shape(void **state)
{
	uint8_t *at = bytes;
	static const char word[] = "con_5";

	(void)state;
	while (memcmp(at, word, sizeof(word) - 1))
		at++;
	/* Behind the word: the tensor's version, then its first size. */
	at += sizeof(word) - 1 + 2;
	assert_int_equal(at[0], 2); /* two bytes: 7 * 7 * 3 * 32 + 32 */
	at[1] ^= 1;
	put(len);
	refuse(ERR_MODEL, "not dlib's");
	at[1] ^= 1;
	bytes[0] ^= 1;
	put(len);
	refuse(ERR_MODEL, "not dlib's");
	bytes[0] ^= 1;
	memset(bytes + len / 2, 0xff, 4); /* no number */
	put(len);
	refuse(ERR_MODEL, "not dlib's");
}

/* Any byte changed in the heads is either refused or harmless, never a crash. */
static void test_any_byte(void **state)
{
	struct network *network;

	(void)state;
	for (size_t i = 0; i < 600; i += 7) {
		uint8_t old = bytes[i];

		bytes[i] = (uint8_t)(old + 0x51);
		put(4096);
		assert_int_equal(network_open(path, &network, NULL), ERR_MODEL);
		bytes[i] = old;
	}
}

/* The right shape is not enough. */
static void test_wrong_numbers(void **state)
{
	struct weights *weights = weights_new();
	struct network *network = network_new(weights);
	struct error err;

	(void)state;
	assert_int_equal(embed_check(network, &err), ERR_MODEL);
	assert_non_null(strstr(err.msg, "does not see faces"));
	network_close(network);
	weights_free(weights);
}

/* What is written is what was read, to the byte. */
static void test_round_trip(void **state)
{
	struct weights *weights;
	FILE *file = fopen(path, "w+b");
	uint8_t *copy = malloc(len);

	(void)state;
	assert_int_equal(weights_read(MODEL, &weights, NULL), OK);
	assert_int_equal(weights_write(weights, file, NULL), OK);
	assert_int_equal(ftell(file), (long)len);
	rewind(file);
	assert_int_equal(fread(copy, 1, len, file), len);
	fclose(file);
	assert_memory_equal(copy, bytes, len);
	free(copy);
	weights_free(weights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_dlib),     cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_round_trip),    cmocka_unit_test(test_any_byte),
		cmocka_unit_test(test_another_shape), cmocka_unit_test(test_wrong_numbers),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
