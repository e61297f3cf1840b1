/*
 * test_input.h: files that make a worker misbehave on purpose, for tests of isolation.
 *
 * Real photos that crash a decoder get repaired; a test needs one that always
 * does. Only when the extractor was started with LOOKALIKE_TEST_INPUTS=1, a file
 * whose bytes start with "LOOKALIKE-TEST " and one of these words does that:
 *
 *     segv      write through a null pointer
 *     abort     abort()
 *     loop      never answer, and use the processor
 *     wait      never answer, and use nothing
 *     stop      stop as by Ctrl-Z
 *     alloc     allocate until the limit
 *     garbage   answer with bytes that are no message, then end
 *     half      answer with the first half of a message, then wait
 *     huge      answer with a message of 4 GiB
 *     lie       answer with more faces than are sent
 *     close     close the socket and stay
 *     exit      end with status 7 and no answer
 *     forbidden try what a worker may not do, and answer how much of it was refused
 *
 * Owns     nothing.
 * Threads  the worker's only one.
 * Errors   OK for any other file; ERR_NOMEM when "alloc" met the limit; *answered
 *          when the request has its answer.
 */
#ifndef LOOKALIKE_EXTRACTOR_TEST_INPUT_H
#define LOOKALIKE_EXTRACTOR_TEST_INPUT_H

#include "lookalike/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum status test_input_act(const uint8_t *bytes, size_t len, int socket, bool *answered,
			   struct error *err);

/* Of FORBIDDEN_COUNT forbidden acts, how many were refused; one that was not goes to name. */
#define FORBIDDEN_COUNT 40
int forbidden_try(int socket, const char **name);

#endif
