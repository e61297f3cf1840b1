/*
 * npy.h: reads a matrix from a file of NumPy's, for --vectors.
 *
 * Format   https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3;
 *          of it only what is asked for: two dimensions, little-endian float32, C order.
 * Owns     values is malloc'd, the caller's.
 * Threads  any.
 * Errors   ERR_MISSING or ERR_IO for a file that cannot be read; ERR_INPUT, with what to do, for
 * one that is something else, is cut short, has more than its header says, is too large, or has a
 * number that is not finite.
 */
#ifndef LOOKALIKE_CLI_NPY_H
#define LOOKALIKE_CLI_NPY_H

#include "lookalike/base/error.h"

#define NPY_ROWS_MAX    1000000
#define NPY_COLUMNS_MAX 512

enum status npy_read(const char *path, float **values, int *n, int *d, struct error *err);

#endif
