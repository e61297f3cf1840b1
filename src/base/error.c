/* The one way to report a failure; see error.h. */
#include "lookalike/base/error.h"

#include <stdarg.h>
#include <stdio.h>

enum status error_set(struct error *err, enum status code, const char *fmt, ...)
{
	va_list args;

	if (!err)
		return code;
	err->code = code;
	va_start(args, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, args);
	va_end(args);
	return code;
}

int error_exit_code(enum status code)
{
	switch (code) {
#define X(name, exit_code) \
	case name:         \
		return exit_code;
		STATUS_LIST(X)
#undef X
	}
	return 1;
}
