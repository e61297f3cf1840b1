/*
 * sha256.h: the checksum of a file, as sha256sum prints it.
 *
 * SHA-256 of FIPS 180-4. For telling whether a model is the one that was pinned, not for secrets.
 *
 * Owns     the caller's memory only.
 * Threads  any.
 * Errors   ERR_IO when the file cannot be read, *hex untouched.
 */
#ifndef LOOKALIKE_BASE_SHA256_H
#define LOOKALIKE_BASE_SHA256_H

#include "lookalike/base/error.h"

#include <stddef.h>
#include <stdint.h>

#define SHA256_HEX_SIZE 65 /* with the NUL */

struct sha256 {
	uint32_t state[8];
	uint64_t length; /* in bytes */
	uint8_t block[64];
};

void sha256_init(struct sha256 *sum);
void sha256_add(struct sha256 *sum, const void *bytes, size_t len);
void sha256_end(struct sha256 *sum, char hex[SHA256_HEX_SIZE]);

enum status sha256_file(const char *path, char hex[SHA256_HEX_SIZE], struct error *err);

#endif
