/*
 * Models made field by field, after onnx.proto, and what is left of them.
 */
#include "lookalike/extractor/onnx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct message {
	uint8_t bytes[4096];
	size_t len;
};

static void put_number(struct message *m, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		m->bytes[m->len++] = (uint8_t)(value | 0x80);
	m->bytes[m->len++] = (uint8_t)value;
}

static void put_bytes(struct message *m, unsigned field, const void *bytes, size_t len)
{
	put_number(m, field << 3 | 2);
	put_number(m, len);
	assert_true(m->len + len <= sizeof(m->bytes));
	memcpy(m->bytes + m->len, bytes, len);
	m->len += len;
}

static void put_text(struct message *m, unsigned field, const char *text)
{
	put_bytes(m, field, text, strlen(text));
}

/* Inputs are words; the output has the node's name. */
static void put_node(struct message *graph, const char *name, const char *type, const char *inputs)
{
	struct message node = {.len = 0};
	char words[64], *word, *rest = words;

	strcpy(words, inputs);
	while ((word = strtok_r(rest, " ", &rest)))
		put_text(&node, 1, word);
	put_text(&node, 2, name);
	put_text(&node, 3, name);
	put_text(&node, 4, type);
	put_bytes(graph, 1, node.bytes, node.len);
}

static void put_head(struct message *m)
{
	put_number(m, 1 << 3); /* ir_version, a number */
	put_number(m, 300);
	put_text(m, 2, "a maker");
}

/* The parts that are to stay, and those that come after them. */
static struct message graph_of(int heads, bool whole)
{
	struct message graph = {.len = 0};

	put_node(&graph, "shape", "Concat", "one two"); /* of no Reshape: it collects nothing */
	put_node(&graph, "r1", "Reshape", "shape");
	put_node(&graph, "r2", "Reshape", "shape");
	put_node(&graph, "mixed", "Concat", "r1 shape");
	put_node(&graph, "head1", "Concat", "r1 r2");
	if (heads > 1)
		put_node(&graph, "head2", "Concat", "r2 r1");
	if (whole) {
		put_node(&graph, "softmax", "Softmax", "head1");
		put_node(&graph, "later", "Concat", "r1 r2");
	}
	put_text(&graph, 2, "a graph");
	put_text(&graph, 5, "weights");
	if (whole) {
		put_text(&graph, 12, "scores");
		put_text(&graph, 12, "boxes");
	}
	return graph;
}

static struct message model_of(int heads, bool whole)
{
	struct message model = {.len = 0}, graph = graph_of(heads, whole);

	put_head(&model);
	put_bytes(&model, 7, graph.bytes, graph.len);
	put_number(&model, 9 << 3 | 5); /* a fixed number behind it */
	put_number(&model, 1);
	model.len += 3;
	return model;
}

static void test_trim(void **state)
{
	struct message model = model_of(2, true), expected = model_of(2, false);
	size_t len = 0;
	uint8_t *out;

	(void)state;
	assert_int_equal(onnx_trim(model.bytes, model.len, &out, &len, NULL), OK);
	assert_int_equal(len, expected.len);
	assert_memory_equal(out, expected.bytes, len);
	free(out);
	/* What is trimmed already stays as it is. */
	assert_int_equal(onnx_trim(expected.bytes, expected.len, &out, &len, NULL), OK);
	assert_int_equal(len, expected.len);
	assert_memory_equal(out, expected.bytes, len);
	free(out);
}

static void assert_refused(const uint8_t *bytes, size_t len)
{
	uint8_t *exact = malloc(len + 1), *out = NULL; /* so that reading beyond it shows */
	size_t out_len;

	assert_non_null(exact);
	memcpy(exact + 1, bytes, len);
	assert_int_equal(onnx_trim(exact + 1, len, &out, &out_len, NULL), ERR_MODEL);
	assert_null(out);
	free(exact);
}

static void test_other_models(void **state)
{
	struct message one = model_of(1, false), twice = model_of(2, true),
		       graph = graph_of(2, true);

	(void)state;
	assert_refused(one.bytes, one.len);
	assert_refused((const uint8_t *)"", 0);
	assert_refused((const uint8_t *)"not a model at all", 18);
	put_bytes(&twice, 7, graph.bytes, graph.len);
	assert_refused(twice.bytes, twice.len);
}

/* Cut short anywhere, and with any one byte wrong: an answer, and nothing read beyond the end. */
static void test_damage(void **state)
{
	struct message model = model_of(2, true);

	(void)state;
	for (size_t len = 0; len < model.len - 5; len++)
		assert_refused(model.bytes, len);
	for (size_t i = 0; i < model.len; i++) {
		uint8_t *copy = malloc(model.len), *out = NULL;
		size_t len;

		assert_non_null(copy);
		memcpy(copy, model.bytes, model.len);
		copy[i] ^= 0xff;
		if (onnx_trim(copy, model.len, &out, &len, NULL) == OK)
			assert_true(len <= model.len + 10);
		free(out);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_other_models),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
