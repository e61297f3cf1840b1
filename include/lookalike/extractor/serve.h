/*
 * serve.h: the life of a worker: answer requests until the socket is closed.
 *
 * Owns     nothing; borrows the models and the socket.
 * Threads  the worker's only one.
 * Errors   OK when the other side has closed, else why the worker cannot go on.
 */
#ifndef LOOKALIKE_EXTRACTOR_SERVE_H
#define LOOKALIKE_EXTRACTOR_SERVE_H

#include "lookalike/extractor/extract.h"

#include <stdbool.h>

enum status serve(const struct models *models, int socket, bool test_inputs, struct error *err);

#endif
