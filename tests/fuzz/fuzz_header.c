/*
 * The first bytes, the size and the orientation of a file of any bytes, as each format.
 */
#include "lookalike/extractor/header.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct image_header header;
	enum format sniffed = format_sniff(bytes, len);
	int orientation = header_exif_orientation(bytes, len);

	if (sniffed < 0 || sniffed >= FORMAT_COUNT || orientation < 1 || orientation > 8)
		abort();
	for (int format = 0; format < FORMAT_COUNT; format++) {
		header_read(bytes, len, (enum format)format, &header);
		if (header.orientation < 1 || header.orientation > 8)
			abort();
	}
	return 0;
}
