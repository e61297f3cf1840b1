/*
 * weights.c: dlib's file of the network, read and written by one description of it.
 *
 * dlib writes a network from the outside in: the loss, then each layer's version, down to the
 * first one; and on the way back each layer's details with its parameters and what it keeps for
 * training (dlib/dnn/core.h, layers.h). Numbers are one byte, sign and count, and so many bytes,
 * lowest first; floats are mantissa and exponent; parameters are tensors of plain float32.
 * Writing the format by hand needs no 1.2 GB of compiler for dlib's template of the network, and
 * reading it checks every count before it is believed.
 */
#include "lookalike/extractor/weights.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define LAYERS_MAX   200
#define WORD_MAX     32
#define INPUT_LAYER  3 /* versions that dlib writes now */
#define OTHER_LAYER  2
#define FLOAT_DIGITS 24

/* Either bytes that are read, or a file that is written. */
struct codec {
	const uint8_t *at, *end;
	FILE *out;
	bool failed;
};

/*
 * The layers of a block from the outside in, as in dlib's type: relu, +, avg_pool, skip, tag,
 * affine (n), con.
 */
static const char plain_block[] = "r+ncrnct", down_block[] = "r+astncrnct";
static const char head_layers[] = "fe", tail_layers[] = "mrnc";

static const struct {
	int in, out;
} blocks[NETWORK_BLOCKS] = {
	{32, 32},  {32, 32},   {32, 32},   {32, 64},   {64, 64},   {64, 64},   {64, 64},
	{64, 128}, {128, 128}, {128, 128}, {128, 256}, {256, 256}, {256, 256}, {256, 256},
};

static bool block_shrinks(int block)
{
	return blocks[block].in != blocks[block].out || block == NETWORK_BLOCKS - 1;
}

struct layer_shape weights_shape(int layer)
{
	int block = (layer - 1) / 2;

	if (layer == 0)
		return (struct layer_shape){3, 32, 7, 2};
	if (layer % 2)
		return (struct layer_shape){blocks[block].in, blocks[block].out, 3,
					    block_shrinks(block) ? 2 : 1};
	return (struct layer_shape){blocks[block].out, blocks[block].out, 3, 1};
}

size_t weights_filter_count(int layer)
{
	struct layer_shape s = weights_shape(layer);

	return (size_t)s.in * (size_t)s.out * (size_t)s.side * (size_t)s.side;
}

struct weights *weights_new(void)
{
	struct weights *w = memory_new(sizeof(*w));
	size_t count = (size_t)NETWORK_FEATURES * EMBEDDING_COUNT;
	float *at;

	for (int i = 0; i < NETWORK_LAYERS; i++)
		count += weights_filter_count(i) + 3 * (size_t)weights_shape(i).out;
	w->all = at = memory_new(count * sizeof(*at));
	for (int i = 0; i < NETWORK_LAYERS; i++) {
		size_t out = (size_t)weights_shape(i).out;

		w->layers[i].filters = at;
		w->layers[i].bias = at += weights_filter_count(i);
		w->layers[i].factor = at += out;
		w->layers[i].shift = at += out;
		at += out;
	}
	w->matrix = at;
	w->mean[0] = 122.782f;
	w->mean[1] = 117.001f;
	w->mean[2] = 104.298f;
	return w;
}

void weights_free(struct weights *weights)
{
	if (!weights)
		return;
	free(weights->all);
	free(weights);
}

static bool is_writing(const struct codec *c)
{
	return c->out != NULL;
}

static void code_bytes(struct codec *c, void *bytes, size_t len)
{
	if (c->failed)
		return;
	if (is_writing(c)) {
		c->failed = fwrite(bytes, 1, len, c->out) != len;
	} else if ((size_t)(c->end - c->at) < len) {
		c->failed = true;
		c->at = c->end; /* tells a file that is cut short */
	} else {
		memcpy(bytes, c->at, len);
		c->at += len;
	}
}

static void write_integer(struct codec *c, int64_t value)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	uint8_t bytes[9] = {value < 0 ? 0x80 : 0};

	do {
		bytes[++bytes[0] & 0x0f] = (uint8_t)rest;
		rest >>= 8;
	} while (rest);
	code_bytes(c, bytes, 1 + (size_t)(bytes[0] & 0x0f));
}

static int64_t read_integer(struct codec *c)
{
	uint8_t head = 0, bytes[8] = {0};
	uint64_t value = 0;

	code_bytes(c, &head, 1);
	if ((head & 0x0f) > 8)
		c->failed = true;
	code_bytes(c, bytes, head & 0x0f);
	for (int i = 7; i >= 0; i--)
		value = value << 8 | bytes[i];
	if (c->failed)
		return 0;
	return head & 0x80 ? (int64_t)(0 - value) : (int64_t)value;
}

/* Written, or expected; returns what is there. */
static int64_t code_integer(struct codec *c, int64_t value)
{
	if (!is_writing(c))
		return read_integer(c);
	write_integer(c, value);
	return value;
}

static void code_constant(struct codec *c, int64_t value)
{
	if (code_integer(c, value) != value)
		c->failed = true;
}

static float code_float(struct codec *c, float value)
{
	int exponent = 0;
	int64_t mantissa = (int64_t)ldexp(frexp((double)value, &exponent), FLOAT_DIGITS);

	mantissa = code_integer(c, mantissa);
	exponent = (int)code_integer(c, exponent - FLOAT_DIGITS);
	return (float)ldexp((double)mantissa, exponent);
}

/* The first word is written; either is accepted. Whether it was the first. */
static bool code_word(struct codec *c, const char *word, const char *older)
{
	char found[WORD_MAX] = {0};
	int64_t len = code_integer(c, (int64_t)strlen(word));

	if (len < 1 || len >= WORD_MAX)
		c->failed = true;
	if (c->failed)
		return false;
	if (is_writing(c))
		strcpy(found, word);
	code_bytes(c, found, (size_t)len);
	if (strcmp(found, word) && (!older || strcmp(found, older)))
		c->failed = true;
	return !strcmp(found, word);
}

static void code_flag(struct codec *c, bool value)
{
	char flag = value ? '1' : '0';

	code_bytes(c, &flag, 1);
	if (flag != '0' && flag != '1')
		c->failed = true;
}

/* A tensor's version and sizes; returns how many values follow. */
static size_t code_sizes(struct codec *c, int version, size_t rows, size_t columns)
{
	uint64_t count = 1;
	size_t sizes[4] = {rows, columns, rows ? 1 : 0, rows ? 1 : 0};

	code_constant(c, version);
	for (int i = 0; i < 4; i++) {
		int64_t size = code_integer(c, (int64_t)sizes[i]);

		if (size < 0 || size > 1 << 24 || count > 1 << 24)
			c->failed = true;
		count *= c->failed ? 0 : (uint64_t)size;
	}
	return (size_t)count;
}

/* Values that are wanted, in so many rows. */
static void code_values(struct codec *c, float *values, size_t rows, size_t columns)
{
	if (code_sizes(c, 2, rows, columns) != rows * columns)
		c->failed = true;
	code_bytes(c, values, rows * columns * sizeof(*values));
}

/* The parts of one tensor that another one names: only its shape. */
static void code_alias(struct codec *c, size_t count, const size_t sizes[4])
{
	size_t product = 1;

	code_constant(c, 1);
	for (int i = 0; i < 4; i++)
		product *= (size_t)code_integer(c, (int64_t)sizes[i]);
	if (product != count)
		c->failed = true;
}

static void code_vector_alias(struct codec *c, size_t count)
{
	code_alias(c, count, (size_t[4]){1, count, 1, 1});
}

/* What was kept for training is of no use here. */
static void code_leftover(struct codec *c)
{
	size_t count = code_sizes(c, 2, 0, 0);

	if (is_writing(c) || c->failed)
		return;
	if ((size_t)(c->end - c->at) / sizeof(float) < count) {
		c->failed = true;
		c->at = c->end;
	} else {
		c->at += count * sizeof(float);
	}
}

static void code_multipliers(struct codec *c, const float values[4])
{
	for (int i = 0; i < 4; i++)
		code_float(c, values[i]);
}

static void code_window(struct codec *c, int side, int stride, int border)
{
	code_constant(c, side);
	code_constant(c, side);
	code_constant(c, stride);
	code_constant(c, stride);
	code_constant(c, border);
	code_constant(c, border);
}

static void code_convolution(struct codec *c, struct weights *w, int layer)
{
	struct layer_shape s = weights_shape(layer);
	struct layer_weights *l = &w->layers[layer];
	size_t out = (size_t)s.out, side = (size_t)s.side, count = weights_filter_count(layer);
	bool newest = code_word(c, "con_5", "con_4");

	/* Filters and bias lie one behind the other in memory too. */
	code_values(c, l->filters, count + out, 1);
	code_constant(c, s.out);
	code_window(c, s.side, s.stride, s.stride == 1 ? s.side / 2 : 0);
	code_alias(c, count, (size_t[4]){out, (size_t)s.in, side, side});
	code_vector_alias(c, out);
	code_multipliers(c, (float[4]){1, 1, 1, 0});
	if (newest)
		code_flag(c, true);
}

static void code_affine(struct codec *c, struct weights *w, int layer)
{
	size_t out = (size_t)weights_shape(layer).out;
	bool newest = code_word(c, "affine_2", "affine_");

	code_values(c, w->layers[layer].factor, 2 * out, 1);
	code_vector_alias(c, out);
	code_vector_alias(c, out);
	code_constant(c, 0); /* one factor for each channel */
	if (newest)
		code_flag(c, false);
}

static void code_matrix(struct codec *c, struct weights *w)
{
	bool newest = code_word(c, "fc_3", "fc_2");

	code_constant(c, EMBEDDING_COUNT);
	code_constant(c, NETWORK_FEATURES);
	code_values(c, w->matrix, NETWORK_FEATURES, EMBEDDING_COUNT);
	code_alias(c, (size_t)NETWORK_FEATURES * EMBEDDING_COUNT,
		   (size_t[4]){NETWORK_FEATURES, EMBEDDING_COUNT, 1, 1});
	code_alias(c, 0, (size_t[4]){0});
	code_constant(c, 1); /* no bias */
	code_multipliers(c, (float[4]){1, 1, 1, 0});
	if (newest)
		code_flag(c, true);
}

static void code_input(struct codec *c, struct weights *w)
{
	code_word(c, "input_rgb_image_sized", NULL);
	for (int i = 0; i < 3; i++)
		w->mean[i] = code_float(c, w->mean[i]);
	code_constant(c, NETWORK_INPUT_PX);
	code_constant(c, NETWORK_INPUT_PX);
}

static void code_details(struct codec *c, struct weights *w, char kind, int layer)
{
	switch (kind) {
	case 'c':
		code_convolution(c, w, layer);
		break;
	case 'n':
		code_affine(c, w, layer);
		break;
	case 'r':
		code_word(c, "relu_", NULL);
		break;
	case '+':
		code_word(c, "add_prev_", NULL);
		break;
	case 'm':
		code_word(c, "max_pool_2", NULL);
		code_window(c, 3, 2, 0);
		break;
	case 'a':
		code_word(c, "avg_pool_2", NULL);
		code_window(c, 2, 2, 0);
		break;
	case 'e':
		code_word(c, "avg_pool_2", NULL);
		code_window(c, 0, 1, 0);
		break;
	case 'f':
		code_matrix(c, w);
		break;
	}
}

/* Tags and skips consist of their version. */
static bool has_details(char kind)
{
	return kind != 't' && kind != 's';
}

static size_t list_layers(char kinds[LAYERS_MAX])
{
	char *end = stpcpy(kinds, head_layers);

	for (int b = NETWORK_BLOCKS - 1; b >= 0; b--)
		end = stpcpy(end, block_shrinks(b) ? down_block : plain_block);
	return (size_t)(stpcpy(end, tail_layers) - kinds);
}

static void code_network(struct codec *c, struct weights *w)
{
	char kinds[LAYERS_MAX];
	int64_t versions[LAYERS_MAX];
	size_t count = list_layers(kinds);
	int layer = -1;

	code_constant(c, 1);
	if (code_word(c, "loss_metric_2", "loss_metric_")) {
		code_float(c, 0.04f);
		code_float(c, 0.6f);
	}
	for (size_t i = 0; i < count; i++) {
		int newest = !has_details(kinds[i]) ? 1
			     : i == count - 1       ? INPUT_LAYER
						    : OTHER_LAYER;

		versions[i] = code_integer(c, newest);
		if (versions[i] < 1 || versions[i] > newest)
			c->failed = true;
	}
	code_input(c, w);
	for (size_t i = count; i-- > 0 && !c->failed;) {
		if (!has_details(kinds[i]))
			continue;
		layer += kinds[i] == 'c';
		code_details(c, w, kinds[i], layer);
		for (int flag = 0; flag < 3; flag++) /* set up, stale, disabled */
			code_flag(c, flag == 0);
		code_leftover(c);
		code_leftover(c);
		if (i == count - 1 || versions[i] > 1)
			code_leftover(c);
		if (i == count - 1 && versions[i] > 2)
			code_constant(c, 1);
	}
}

static bool all_finite(const struct weights *w)
{
	const float *end = w->matrix + (size_t)NETWORK_FEATURES * EMBEDDING_COUNT;

	for (const float *at = w->all; at < end; at++)
		if (!isfinite(*at))
			return false;
	return isfinite(w->mean[0] + w->mean[1] + w->mean[2]);
}

static enum status unusable(enum status status, const char *path, const char *why,
			    struct error *err)
{
	char name[200];

	quote_bytes(name, sizeof(name), path, strlen(path));
	return error_set(err, status, "face embedding %s: %s", name, why);
}

enum status weights_read(const char *path, struct weights **out, struct error *err)
{
	struct weights *w = NULL;
	void *bytes = MAP_FAILED;
	struct stat st = {0};
	enum status status = OK;
	struct codec codec = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st)) {
		status = unusable(fd < 0 && errno == ENOENT ? ERR_MISSING : ERR_MODEL, path,
				  strerror(errno), err);
		goto out;
	}
	if (S_ISREG(st.st_mode) && st.st_size > 0)
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED) {
		status = unusable(ERR_MODEL, path, "not a file, or empty", err);
		goto out;
	}
	w = weights_new();
	codec.at = bytes;
	codec.end = codec.at + st.st_size;
	code_network(&codec, w);
	if (codec.failed && codec.at == codec.end)
		status = unusable(ERR_MODEL, path, "cut short", err);
	else if (codec.failed || codec.at != codec.end || !all_finite(w))
		status = unusable(ERR_MODEL, path, "not dlib's face recognition network", err);
out:
	if (bytes != MAP_FAILED)
		munmap(bytes, (size_t)st.st_size);
	if (fd >= 0)
		close(fd);
	if (status == OK)
		*out = w;
	else
		weights_free(w);
	return status;
}

enum status weights_write(const struct weights *weights, FILE *file, struct error *err)
{
	struct codec codec = {.out = file};

	/* Writing leaves the weights as they are. */
	code_network(&codec, (struct weights *)weights);
	if (codec.failed || fflush(file))
		return error_set(err, ERR_IO, "cannot write the network: %s", strerror(errno));
	return OK;
}
