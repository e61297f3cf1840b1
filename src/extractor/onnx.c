/*
 * onnx.c: a walk over the fields of a model file; what is kept is copied as it is.
 *
 * A message of protocol buffers is a row of fields: a tag (number and wire type), then a number,
 * or a length and so many bytes, which may be a message again. Nodes stand in the order in which
 * they are computed, so what follows the second collecting node is not needed for it.
 */
#include "lookalike/extractor/onnx.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum wire {
	WIRE_NUMBER = 0,
	WIRE_FIXED64 = 1,
	WIRE_BYTES = 2,
	WIRE_FIXED32 = 5,
};

/* Field numbers of onnx.proto. */
#define MODEL_GRAPH  7
#define GRAPH_NODE   1
#define GRAPH_OUTPUT 12
#define NODE_INPUT   1
#define NODE_OUTPUT  2
#define NODE_OP_TYPE 4

#define RESHAPES_MAX 64
#define HEADS        2
#define VARINT_MAX   10

struct span {
	const uint8_t *bytes;
	size_t len;
};

struct field {
	unsigned number;
	enum wire wire;
	struct span whole; /* with its tag */
	struct span value; /* WIRE_BYTES */
};

static bool read_varint(struct span *in, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < in->len && i < VARINT_MAX; i++) {
		*out |= (uint64_t)(in->bytes[i] & 0x7f) << (7 * i);
		if (!(in->bytes[i] & 0x80)) {
			in->bytes += i + 1;
			in->len -= i + 1;
			return true;
		}
	}
	return false;
}

static bool read_field(struct span *in, struct field *out)
{
	const uint8_t *start = in->bytes;
	uint64_t tag, len = 0;

	if (!read_varint(in, &tag))
		return false;
	out->number = (unsigned)(tag >> 3);
	out->wire = (enum wire)(tag & 7);
	switch (out->wire) {
	case WIRE_NUMBER:
		if (!read_varint(in, &len))
			return false;
		len = 0;
		break;
	case WIRE_FIXED64:
		len = 8;
		break;
	case WIRE_FIXED32:
		len = 4;
		break;
	case WIRE_BYTES:
		if (!read_varint(in, &len))
			return false;
		break;
	default:
		return false;
	}
	if (len > in->len)
		return false;
	out->value = (struct span){in->bytes, (size_t)len};
	in->bytes += len;
	in->len -= (size_t)len;
	out->whole = (struct span){start, (size_t)(in->bytes - start)};
	return true;
}

/* The value of the first field with this number; empty when there is none. */
static struct span find_field(struct span message, unsigned number)
{
	struct field field;

	while (read_field(&message, &field))
		if (field.number == number && field.wire == WIRE_BYTES)
			return field.value;
	return (struct span){0};
}

static bool span_is(struct span span, struct span other)
{
	return span.len == other.len && !memcmp(span.bytes, other.bytes, span.len);
}

static bool op_is(struct span node, const char *name)
{
	struct span op = find_field(node, NODE_OP_TYPE);

	return op.len == strlen(name) && !memcmp(op.bytes, name, op.len);
}

struct trim {
	struct span reshaped[RESHAPES_MAX]; /* names of what Reshape nodes give */
	int reshaped_count;
	int heads;
};

static bool is_reshaped(const struct trim *trim, struct span name)
{
	for (int i = 0; i < trim->reshaped_count; i++)
		if (span_is(trim->reshaped[i], name))
			return true;
	return false;
}

/* A node that collects the outputs of all scales. */
static bool is_head(const struct trim *trim, struct span node)
{
	struct field field;

	if (!op_is(node, "Concat"))
		return false;
	while (read_field(&node, &field))
		if (field.number == NODE_INPUT && !is_reshaped(trim, field.value))
			return false;
	return true;
}

/* Whether this node is to be kept. */
static bool keep_node(struct trim *trim, struct span node)
{
	if (trim->heads == HEADS)
		return false;
	if (op_is(node, "Reshape") && trim->reshaped_count < RESHAPES_MAX)
		trim->reshaped[trim->reshaped_count++] = find_field(node, NODE_OUTPUT);
	else if (is_head(trim, node))
		trim->heads++;
	return true;
}

/* The graph without what comes after the heads; out has room for all of it. */
static bool trim_graph(struct span graph, uint8_t *out, size_t *out_len)
{
	struct trim trim = {0};
	struct field field;

	*out_len = 0;
	while (graph.len > 0) {
		if (!read_field(&graph, &field))
			return false;
		/* A node that nobody reads is an output, named or not. */
		if (field.number == GRAPH_OUTPUT ||
		    (field.number == GRAPH_NODE && !keep_node(&trim, field.value)))
			continue;
		memcpy(out + *out_len, field.whole.bytes, field.whole.len);
		*out_len += field.whole.len;
	}
	return trim.heads == HEADS;
}

static size_t write_varint(uint8_t *out, uint64_t value)
{
	size_t len = 0;

	do {
		out[len] = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
		value >>= 7;
	} while (out[len++] & 0x80);
	return len;
}

static bool trim_model(struct span model, uint8_t *graph, uint8_t *out, size_t *out_len)
{
	struct field field;
	size_t graph_len, at = 0;
	bool found = false;

	while (model.len > 0) {
		if (!read_field(&model, &field))
			return false;
		if (field.number != MODEL_GRAPH) {
			memcpy(out + at, field.whole.bytes, field.whole.len);
			at += field.whole.len;
			continue;
		}
		if (found || field.wire != WIRE_BYTES ||
		    !trim_graph(field.value, graph, &graph_len))
			return false;
		found = true;
		at += write_varint(out + at, MODEL_GRAPH << 3 | WIRE_BYTES);
		at += write_varint(out + at, graph_len);
		memcpy(out + at, graph, graph_len);
		at += graph_len;
	}
	*out_len = at;
	return found;
}

enum status onnx_trim(const uint8_t *model, size_t len, uint8_t **out, size_t *out_len,
		      struct error *err)
{
	/* The graph's length may be written longer than it was. */
	uint8_t *graph = malloc(len + 1), *trimmed = malloc(len + VARINT_MAX);
	enum status status = OK;

	if (!graph || !trimmed)
		status = error_set(err, ERR_NOMEM, "out of memory for a model");
	else if (!trim_model((struct span){model, len}, graph, trimmed, out_len))
		status = error_set(err, ERR_MODEL, "not a network of the kind that is known");
	free(graph);
	if (status == OK)
		*out = trimmed;
	else
		free(trimmed);
	return status;
}
