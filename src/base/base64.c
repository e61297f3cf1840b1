/* Three bytes → four characters; see base64.h. */
#include "lookalike/base/base64.h"

#include <stdint.h>

char *base64_encode(char *out, const void *data, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t bits = (uint32_t)bytes[i] << 16;

		if (i + 1 < len)
			bits |= (uint32_t)bytes[i + 1] << 8;
		if (i + 2 < len)
			bits |= bytes[i + 2];
		*out++ = digits[bits >> 18 & 63];
		*out++ = digits[bits >> 12 & 63];
		*out++ = i + 1 < len ? digits[bits >> 6 & 63] : '=';
		*out++ = i + 2 < len ? digits[bits & 63] : '=';
	}
	return out;
}
