/* version.c: changed with each release, and by that failed photos are tried again. */
#include "lookalike/base/version.h"

const char lookalike_version[] = "0.1.0";
