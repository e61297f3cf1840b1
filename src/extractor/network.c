/*
 * network.c: the network's forward pass, without a library of linear algebra.
 *
 * Channels of a pixel lie side by side, and each picture has a border of zeros. So the window
 * under a filter is a few runs of floats, one for each of its rows, and the next pixel's window is
 * the same a few floats on: a convolution is one matrix product that reads the picture in place,
 * without the copy of every window that dlib makes first, and without asking which BLAS is
 * installed. Factors and shifts are folded into the filters when they are loaded; adding the
 * shortcut and cutting below zero happen while the sums are still in registers.
 *
 * With a stride of 1 the product runs on over the borders between rows, whose results are zeroed
 * again; that is cheaper than to treat every row by itself.
 */
#include "lookalike/extractor/network.h"

#include "lookalike/base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#ifdef __AVX__
#include <immintrin.h>
#endif

/* A register full of floats. */
#ifdef __AVX__
#define LANES 8
#else
#define LANES 4
#endif
typedef float vector __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));
typedef int32_t mask __attribute__((vector_size(LANES * sizeof(int32_t))));

#define TILE_PIXELS   6 /* with TILE_CHANNELS as many sums as fit in 12 of 16 registers */
#define TILE_CHANNELS (2 * LANES)

#define INPUT_SIDE    NETWORK_INPUT_PX
#define SLACK         (TILE_PIXELS * NETWORK_FEATURES) /* floats that a last tile may read */

/* side × side pixels of so many channels within a border of one pixel. */
struct picture {
	int side, channels;
	float *values; /* the border's first */
};

struct layer {
	struct layer_shape shape;
	float *filters; /* [out / TILE_CHANNELS][row][column, in][TILE_CHANNELS] */
	float *shift;
};

struct network {
	float mean[3];
	struct layer layers[NETWORK_LAYERS];
	float *matrix;
	float *input;       /* without a border */
	float *pictures[3]; /* what a block reads, makes, and has in between */
	float *memory;
};

/* ISO C does not let the compiler fuse these by itself. */
static inline vector multiply_add(vector sum, vector a, vector b)
{
#if defined(__AVX__) && defined(__FMA__)
	return (vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)sum);
#else
	return sum + a * b;
#endif
}

/* What a tile's sums become. */
struct finish {
	const float *shift;
	const float *shortcut; /* added, as the result is laid out; or NULL */
	bool cut;              /* below zero */
};

static int pitch_of(const struct picture *p)
{
	return (p->side + 2) * p->channels;
}

/* The first value within the border. */
static float *inside_of(const struct picture *p)
{
	return p->values + pitch_of(p) + p->channels;
}

/* One tile: up to TILE_PIXELS pixels that lie step floats apart. */
static void convolve_tile(const float *in, int step, int pitch, int rows, int run,
			  const float *filters, const struct finish *finish, int channels,
			  float *out, int pixels)
{
	vector sums[TILE_PIXELS][2] = {0};
	const vector zero = {0};

	for (int row = 0; row < rows; row++) {
		const float *at = in + (ptrdiff_t)row * pitch;

		for (int i = 0; i < run; i++, filters += TILE_CHANNELS) {
			vector low = *(const vector *)filters;
			vector high = *(const vector *)(filters + LANES);

#pragma GCC unroll 6
			for (int p = 0; p < TILE_PIXELS; p++) {
				vector value = at[(ptrdiff_t)p * step + i] - zero;

				sums[p][0] = multiply_add(sums[p][0], value, low);
				sums[p][1] = multiply_add(sums[p][1], value, high);
			}
		}
	}
	for (int p = 0; p < pixels; p++) {
		for (int half = 0; half < 2; half++) {
			ptrdiff_t at = (ptrdiff_t)p * channels + half * LANES;
			vector sum = sums[p][half] +
				     *(const vector *)(finish->shift + half * LANES);

			if (finish->shortcut)
				sum += *(const vector *)(finish->shortcut + at);
			if (finish->cut)
				sum = (vector)((mask)sum & (sum > zero));
			*(vector *)(out + at) = sum;
		}
	}
}

/* count pixels in a row, for all channels. */
static void convolve_run(const struct layer *layer, const float *in, int step, int pitch, int count,
			 const struct finish *finish, float *out)
{
	int side = layer->shape.side, channels = layer->shape.out;
	int run = side * layer->shape.in;

	for (int c = 0; c < channels; c += TILE_CHANNELS) {
		const float *filters = layer->filters + (ptrdiff_t)c * side * run;
		struct finish part = {finish->shift + c, NULL, finish->cut};

		for (int x = 0; x < count; x += TILE_PIXELS) {
			int pixels = count - x < TILE_PIXELS ? count - x : TILE_PIXELS;
			ptrdiff_t at = (ptrdiff_t)x * channels + c;

			if (finish->shortcut)
				part.shortcut = finish->shortcut + at;
			convolve_tile(in + (ptrdiff_t)x * step, step, pitch, side, run, filters,
				      &part, channels, out + at, pixels);
		}
	}
}

static void clear_border(const struct picture *p)
{
	int pitch = pitch_of(p);
	size_t pixel = (size_t)p->channels * sizeof(float);

	memset(p->values, 0, (size_t)pitch * sizeof(float));
	for (int y = 1; y <= p->side; y++) {
		memset(p->values + (ptrdiff_t)y * pitch, 0, pixel);
		memset(p->values + (ptrdiff_t)(y + 1) * pitch - p->channels, 0, pixel);
	}
	memset(p->values + (ptrdiff_t)(p->side + 1) * pitch, 0, (size_t)pitch * sizeof(float));
}

static int shrunk_side(const struct layer_shape *shape, int side)
{
	return (side - shape->side) / shape->stride + 1;
}

/* Size and channels of *out follow from the layer; shortcut is as large as *out, or NULL. */
static void convolve(const struct layer *layer, const struct picture *in, struct picture *out,
		     const struct picture *shortcut, bool cut)
{
	const struct layer_shape *shape = &layer->shape;
	int pitch = pitch_of(in), step = shape->stride * shape->in;
	struct finish finish = {layer->shift, shortcut ? inside_of(shortcut) : NULL, cut};

	out->channels = shape->out;
	if (shape->stride == 1) {
		out->side = in->side;
		convolve_run(layer, in->values, step, pitch, in->side * (in->side + 2) - 2, &finish,
			     inside_of(out));
	} else {
		out->side = shrunk_side(shape, in->side);
		for (int y = 0; y < out->side; y++)
			convolve_run(layer, inside_of(in) + (ptrdiff_t)y * shape->stride * pitch,
				     step, pitch, out->side, &finish,
				     inside_of(out) + (ptrdiff_t)y * pitch_of(out));
	}
	clear_border(out);
}

static float *pixel_at(const struct picture *p, int x, int y)
{
	return inside_of(p) + (ptrdiff_t)y * pitch_of(p) + (ptrdiff_t)x * p->channels;
}

/* The largest of 3 × 3, two pixels apart. */
static void pool_largest(const struct picture *in, struct picture *out)
{
	out->side = (in->side - 3) / 2 + 1;
	out->channels = in->channels;
	for (int y = 0; y < out->side; y++) {
		for (int x = 0; x < out->side; x++) {
			float *to = pixel_at(out, x, y);

			memcpy(to, pixel_at(in, 2 * x, 2 * y), (size_t)out->channels * sizeof(*to));
			for (int i = 1; i < 9; i++) {
				const float *from = pixel_at(in, 2 * x + i % 3, 2 * y + i / 3);

				for (int c = 0; c < out->channels; c++)
					to[c] = from[c] > to[c] ? from[c] : to[c];
			}
		}
	}
	clear_border(out);
}

/*
 * The shortcut of a block that shrinks is the mean of 2 × 2 pixels. It may be larger than what
 * the block makes and has fewer channels; what is missing in either counts as zero.
 */
static void add_shrunk(const struct picture *in, const struct picture *made, struct picture *out)
{
	int pooled = in->side / 2;

	out->side = pooled > made->side ? pooled : made->side;
	out->channels = made->channels;
	for (int y = 0; y < out->side; y++) {
		for (int x = 0; x < out->side; x++) {
			float *to = pixel_at(out, x, y);

			memset(to, 0, (size_t)out->channels * sizeof(*to));
			if (x < made->side && y < made->side)
				memcpy(to, pixel_at(made, x, y),
				       (size_t)made->channels * sizeof(*to));
			for (int i = 0; i < 4 && x < pooled && y < pooled; i++) {
				const float *from = pixel_at(in, 2 * x + i % 2, 2 * y + i / 2);

				for (int c = 0; c < in->channels; c++)
					to[c] += from[c] / 4;
			}
			for (int c = 0; c < out->channels; c++)
				to[c] = to[c] > 0 ? to[c] : 0;
		}
	}
	clear_border(out);
}

static void read_chip(struct network *n, const struct image *chip)
{
	const uint8_t *from = chip->pixels;

	for (int i = 0; i < INPUT_SIDE * INPUT_SIDE; i++)
		for (int c = 0; c < 3; c++, from++)
			n->input[i * 3 + c] = ((float)*from - n->mean[c]) / 256;
}

/* The first layer reads the chip, which has no border. */
static void convolve_chip(struct network *n, struct picture *out)
{
	const struct layer *layer = &n->layers[0];
	struct finish finish = {layer->shift, NULL, true};
	int pitch = INPUT_SIDE * 3;

	out->side = shrunk_side(&layer->shape, INPUT_SIDE);
	out->channels = layer->shape.out;
	for (int y = 0; y < out->side; y++)
		convolve_run(layer, n->input + (ptrdiff_t)2 * y * pitch, 2 * 3, pitch, out->side,
			     &finish, inside_of(out) + (ptrdiff_t)y * pitch_of(out));
	clear_border(out);
}

static void project(const struct network *n, const struct picture *in, float *out)
{
	float mean[NETWORK_FEATURES] = {0}, share = 1.0f / (float)(in->side * in->side);

	for (int y = 0; y < in->side; y++)
		for (int x = 0; x < in->side; x++)
			for (int c = 0; c < NETWORK_FEATURES; c++)
				mean[c] += share * pixel_at(in, x, y)[c];
	memset(out, 0, EMBEDDING_COUNT * sizeof(*out));
	for (int c = 0; c < NETWORK_FEATURES; c++)
		for (int i = 0; i < EMBEDDING_COUNT; i++)
			out[i] += mean[c] * n->matrix[c * EMBEDDING_COUNT + i];
}

static void swap(struct picture *a, struct picture *b)
{
	struct picture old = *a;

	*a = *b;
	*b = old;
}

void network_run(struct network *n, const struct image *chip, float out[EMBEDDING_COUNT])
{
	struct picture now = {.values = n->pictures[0]};
	struct picture inner = {.values = n->pictures[1]};
	struct picture next = {.values = n->pictures[2]};

	read_chip(n, chip);
	convolve_chip(n, &next);
	pool_largest(&next, &now);
	for (int b = 0; b < NETWORK_BLOCKS; b++) {
		const struct layer *first = &n->layers[1 + 2 * b], *second = first + 1;

		convolve(first, &now, &inner, NULL, true);
		if (first->shape.stride == 1) {
			convolve(second, &inner, &next, &now, true);
			swap(&now, &next);
		} else {
			convolve(second, &inner, &next, NULL, false);
			add_shrunk(&now, &next, &inner);
			swap(&now, &inner);
		}
	}
	project(n, &now, out);
}

/* From dlib's order to that of the tiles, with the factors in it. */
static void fold_layer(const struct layer_weights *from, struct layer *layer)
{
	const struct layer_shape *s = &layer->shape;
	int taps = s->side * s->side;

	for (int out = 0; out < s->out; out++) {
		float *block = layer->filters +
			       (ptrdiff_t)(out / TILE_CHANNELS) * taps * s->in * TILE_CHANNELS;

		for (int in = 0; in < s->in; in++)
			for (int tap = 0; tap < taps; tap++)
				block[(tap * s->in + in) * TILE_CHANNELS + out % TILE_CHANNELS] =
					from->filters[(out * s->in + in) * taps + tap] *
					from->factor[out];
		layer->shift[out] = from->bias[out] * from->factor[out] + from->shift[out];
	}
}

/* The largest picture is the first layer's. */
static size_t picture_floats(void)
{
	return (size_t)(72 + 2) * (72 + 2) * 32 + SLACK;
}

struct network *network_new(const struct weights *weights)
{
	struct network *n = memory_new(sizeof(*n));
	size_t matrix = (size_t)NETWORK_FEATURES * EMBEDDING_COUNT;
	size_t input = (size_t)INPUT_SIDE * INPUT_SIDE * 3 + SLACK;
	size_t floats = matrix + input + 3 * picture_floats();
	float *at;

	for (int i = 0; i < NETWORK_LAYERS; i++) {
		n->layers[i].shape = weights_shape(i);
		floats += weights_filter_count(i) + (size_t)n->layers[i].shape.out;
	}
	n->memory = at = memory_new(floats * sizeof(*at));
	for (int i = 0; i < NETWORK_LAYERS; i++) {
		n->layers[i].filters = at;
		n->layers[i].shift = at += weights_filter_count(i);
		at += n->layers[i].shape.out;
		fold_layer(&weights->layers[i], &n->layers[i]);
	}
	n->matrix = memcpy(at, weights->matrix, matrix * sizeof(*at));
	n->input = at += matrix;
	at += input;
	for (int i = 0; i < 3; i++, at += picture_floats())
		n->pictures[i] = at;
	memcpy(n->mean, weights->mean, sizeof(n->mean));
	return n;
}

enum status network_open(const char *path, struct network **out, struct error *err)
{
	struct weights *weights;
	enum status status = weights_read(path, &weights, err);

	if (status == OK) {
		*out = network_new(weights);
		weights_free(weights);
	}
	return status;
}

void network_close(struct network *network)
{
	if (!network)
		return;
	free(network->memory);
	free(network);
}
