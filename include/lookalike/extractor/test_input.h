/*
 * test_input.h: files that make a worker misbehave on purpose, for tests of isolation.
 *
 * Real photos that crash a decoder get repaired; a test needs one that always
 * does. Only when the extractor was started with LOOKALIKE_TEST_INPUTS=1, a file
 * whose bytes start with "LOOKALIKE-TEST " and one of these words does that:
 *
 *     segv      write through a null pointer
 *     abort     abort()
 *     loop      never answer
 *     alloc     allocate until the limit
 *     garbage   answer with bytes that are no message, then end
 *     exit      end with status 7 and no answer
 *
 * Owns     nothing.
 * Threads  the worker's only one.
 * Errors   OK for any other file; ERR_NOMEM when "alloc" met the limit.
 */
#ifndef LOOKALIKE_EXTRACTOR_TEST_INPUT_H
#define LOOKALIKE_EXTRACTOR_TEST_INPUT_H

#include "lookalike/base/error.h"

#include <stddef.h>
#include <stdint.h>

enum status test_input_act(const uint8_t *bytes, size_t len, int socket, struct error *err);

#endif
