/*
 * error.h: how a function says that it failed.
 *
 * A function that can fail returns enum status and takes a struct error last;
 * the error may be NULL. Outputs are untouched on failure. There is no global
 * last error.
 *
 * Owns     nothing; struct error is caller's memory.
 * Threads  one struct error per thread.
 */
#ifndef LOOKALIKE_BASE_ERROR_H
#define LOOKALIKE_BASE_ERROR_H

/* name, exit code of the program */
#define STATUS_LIST(X)                                                        \
	X(OK, 0)                                                              \
	X(ERR_USAGE, 2)     /* the command line is wrong */                   \
	X(ERR_MISSING, 1)   /* a path or program is not there */              \
	X(ERR_INPUT, 1)     /* the data does not allow it: no faces, k > n */ \
	X(ERR_MODEL, 1)     /* a model file is missing or unusable */         \
	X(ERR_NOMEM, 1)     /* out of memory, or over a limit of ours */      \
	X(ERR_IO, 1)        /* a system call failed */                        \
	X(ERR_STORE, 1)     /* the database refused */                        \
	X(ERR_FULL, 1)      /* the database's disk is full */                 \
	X(ERR_LOCKED, 4)    /* the database is held by another instance */    \
	X(ERR_PROTOCOL, 1)  /* the extractor said something impossible */     \
	X(ERR_VISION, 1)    /* OpenCV or dlib threw */                        \
	X(ERR_CANCELLED, 5) /* interrupted; can be resumed */

enum status {
#define X(name, exit_code) name,
	STATUS_LIST(X)
#undef X
};

struct error {
	enum status code;
	char msg[512]; /* one line, no newline; names in it are quoted */
};

/* Fill err (if not NULL) and return code, so that "return error_set(...)" reads well. */
enum status error_set(struct error *err, enum status code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* What the program exits with for a status. */
int error_exit_code(enum status code);

#endif
