/*
 * syscalls.h: the few system calls that a worker may still make.
 *
 * Owns     nothing.
 * Threads  the calling one, and those it will never start.
 * Errors   ERR_IO when the kernel has filters and refused this one.
 */
#ifndef LOOKALIKE_EXTRACTOR_SYSCALLS_H
#define LOOKALIKE_EXTRACTOR_SYSCALLS_H

#include "lookalike/base/error.h"

#include <stdbool.h>

/*
 * From now on every call that is not in the list is answered with EPERM. PR_SET_NO_NEW_PRIVS
 * must be set. *held is false when this kernel has no filters.
 */
enum status syscalls_restrict(bool *held, struct error *err);

#endif
