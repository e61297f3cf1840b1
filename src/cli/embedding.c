/*
 * embedding.c: which network embeds faces, and by which key its embeddings are known.
 *
 * Embeddings of two networks cannot be compared, so each is stored with its network's key. The key
 * is a checksum of samples from all over the file: reading all of its 22 MB would make every start
 * slower, and this is about telling models apart, not about forgery.
 */
#include "lookalike/cli/command.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/base/sha256.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define EMBEDDING_FILE "dlib_face_recognition_resnet.dat"
#define KEY_HEX_DIGITS 16
#define SAMPLES        64
#define SAMPLE_BYTES   4096

static char *file_key(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char bytes[SAMPLE_BYTES], hex[SHA256_HEX_SIZE];
	struct sha256 sum;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return NULL;
	}
	sha256_init(&sum);
	sha256_add(&sum, &st.st_size, sizeof(st.st_size));
	for (int i = 0; i < SAMPLES; i++) {
		ssize_t got = pread(fd, bytes, sizeof(bytes), st.st_size / SAMPLES * i);

		if (got > 0)
			sha256_add(&sum, bytes, (size_t)got);
	}
	close(fd);
	sha256_end(&sum, hex);
	return text_format("%.*s", KEY_HEX_DIGITS, hex);
}

enum status embedding_find(const struct options *options, struct places *places, struct error *err)
{
	bool wanted = options->embedding || options->grouping.features == FEATURES_NEURAL;
	char *path = options->embedding ? text_copy(options->embedding)
					: text_format("%s/" EMBEDDING_FILE, places->models);
	char *key = file_key(path), *quoted;

	if (!key && wanted) {
		quoted = quote_new(path);
		error_set(err, ERR_MODEL,
			  "the face embedding %s cannot be read: get it with models/fetch models, "
			  "or go without neural mode",
			  quoted);
		free(quoted);
		free(path);
		return ERR_MODEL;
	}
	if (!key) {
		free(path);
		return OK;
	}
	places->embedding = path;
	places->embedding_key = key;
	return OK;
}
