/*
 * warm.h: everything done once before a worker loses its files.
 *
 * Libraries open files, load plug-ins and fill tables at first use; in a worker they could not.
 *
 * Owns     nothing.
 * Threads  one, before the first worker.
 * Errors   ERR_VISION, ERR_NOMEM or ERR_MODEL when not even a grey picture goes through.
 */
#ifndef LOOKALIKE_EXTRACTOR_WARM_H
#define LOOKALIKE_EXTRACTOR_WARM_H

#include "lookalike/extractor/extract.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A picture of each format goes the whole way, and so does one that is broken. */
enum status warm_up(const struct models *models, struct error *err);

#ifdef __cplusplus
}
#endif

#endif
