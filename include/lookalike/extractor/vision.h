/*
 * vision.h: OpenCV and dlib as a whole.
 *
 * Owns     nothing.
 * Threads  vision_init() once, before any other use.
 * Errors   none.
 */
#ifndef LOOKALIKE_EXTRACTOR_VISION_H
#define LOOKALIKE_EXTRACTOR_VISION_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One thread, not a word on stderr. */
void vision_init(void);

/* "OpenCV 4.6.0, dlib 19.24.0" */
void vision_versions(char *out, size_t out_size);

#ifdef __cplusplus
}
#endif

#endif
