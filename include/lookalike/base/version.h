/* version.h: the version of both programs. */
#ifndef LOOKALIKE_BASE_VERSION_H
#define LOOKALIKE_BASE_VERSION_H

extern const char lookalike_version[];

#endif
