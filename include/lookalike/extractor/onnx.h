/*
 * onnx.h: cut the box decoding off the proposer's network.
 *
 * The published model multiplies its outputs with tables for one input size. Up to the two
 * Concat nodes that collect scores and offsets it is convolutions only, and fits any size.
 *
 * Owns     onnx_trim() gives *out memory that the caller frees.
 * Units    bytes of an ONNX model: protocol buffers after onnx.proto, version 3.
 * Threads  pure function.
 * Errors   ERR_MODEL for bytes that are not such a model, ERR_NOMEM.
 */
#ifndef LOOKALIKE_EXTRACTOR_ONNX_H
#define LOOKALIKE_EXTRACTOR_ONNX_H

#include "lookalike/base/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The model up to the second Concat whose inputs all come from Reshape nodes. */
enum status onnx_trim(const uint8_t *model, size_t len, uint8_t **out, size_t *out_len,
		      struct error *err);

#ifdef __cplusplus
}
#endif

#endif
