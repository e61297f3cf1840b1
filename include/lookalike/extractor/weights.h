/*
 * weights.h: the parameters of dlib's face recognition network, and dlib's file of them.
 *
 * A residual network (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016) of 29
 * convolutions that King trained for dlib (dnn_face_recognition_ex.cpp, 2017): a 7 × 7 convolution
 * from 3 to 32 channels, 14 blocks of two 3 × 3 convolutions, and a matrix that makes 128 numbers
 * of 256. Each convolution is followed by a factor and a shift of every channel.
 *
 * Owns     weights_read() allocates; weights_free(). Arrays that weights_new() made are the
 *          caller's to fill.
 * Shapes   filters [out][in][row][column], matrix [256][128].
 * Threads  plain data.
 * Errors   ERR_MISSING when there is no file, ERR_MODEL with what is wrong for one that is cut
 *          short or holds another network, ERR_NOMEM, ERR_IO.
 */
#ifndef LOOKALIKE_EXTRACTOR_WEIGHTS_H
#define LOOKALIKE_EXTRACTOR_WEIGHTS_H

#include "lookalike/base/error.h"
#include "lookalike/base/photo.h"

#include <stddef.h>
#include <stdio.h>

#define NETWORK_INPUT_PX 150
#define NETWORK_BLOCKS   14
#define NETWORK_LAYERS   (1 + 2 * NETWORK_BLOCKS)
#define NETWORK_FEATURES 256
#define NETWORK_FILE     "dlib_face_recognition_resnet.dat"

struct layer_shape {
	int in, out; /* channels */
	int side;    /* of the filters */
	int stride;  /* 1 with a border of zeros that keeps the size, 2 without */
};

struct layer_weights {
	float *filters, *bias, *factor, *shift;
};

struct weights {
	float mean[3]; /* of red, green and blue, taken off each pixel */
	struct layer_weights layers[NETWORK_LAYERS];
	float *matrix;
	float *all; /* the memory of all arrays, in the order of the file */
};

/* The first layer is the 7 × 7 one; 1 + 2 b and 2 + 2 b are those of block b. */
struct layer_shape weights_shape(int layer);
size_t weights_filter_count(int layer);

/* Room for all arrays, with dlib's mean colours; the rest is zero. */
struct weights *weights_new(void);
void weights_free(struct weights *weights);

/* The file that dlib's serialize() writes of the whole network, of any version since 19.3. */
enum status weights_read(const char *path, struct weights **out, struct error *err);
enum status weights_write(const struct weights *weights, FILE *file, struct error *err);

#endif
