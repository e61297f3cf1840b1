/*
 * recall.c: what earlier scans left in the store, and whether their failures are worth another try.
 *
 * A failed photo is tried again when what failed has changed: the program, its libraries, its
 * models or its limits. A scan in which nothing is new must not start the extractor to ask for
 * their versions, so it compares what it can see from outside: its own version, size and time of
 * the extractor's and the models' files, and of the cache that the dynamic linker gets anew
 * whenever a library is installed. The libraries' own versions are stored beside that key.
 */
#include "lookalike/cli/command.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/sha256.h"
#include "lookalike/base/version.h"

#include <stdlib.h>
#include <sys/stat.h>

#define KEY_HEX_DIGITS 16

static void add_file(struct sha256 *sum, const char *folder, const char *name)
{
	char *path = text_format("%s%s%s", folder, *folder ? "/" : "", name);
	int64_t facts[3] = {0};
	struct stat st;

	if (stat(path, &st) == 0) {
		facts[0] = st.st_size;
		facts[1] = st.st_mtim.tv_sec;
		facts[2] = st.st_mtim.tv_nsec;
	}
	sha256_add(sum, facts, sizeof(facts));
	free(path);
}

static char *maker_key(const struct places *places, const struct options *options)
{
	const int limits[] = {options->max_megapixels, options->max_file_mib};
	char hex[SHA256_HEX_SIZE];
	struct sha256 sum;

	sha256_init(&sum);
	add_file(&sum, "", places->extractor);
	add_file(&sum, "", places->landmarks);
	add_file(&sum, places->models, "fr_detect.onnx");
	add_file(&sum, "", "/etc/ld.so.cache");
	sha256_add(&sum, limits, sizeof(limits));
	sha256_end(&sum, hex);
	return text_format("%s-%.*s", lookalike_version, KEY_HEX_DIGITS, hex);
}

enum status scan_recall(struct store *store, const struct places *places,
			const struct options *options, struct scan_config *scan, struct error *err)
{
	char **suspects;
	enum status status;

	scan->maker_key = maker_key(places, options);
	status = store_attempts(store, &suspects, &scan->suspect_count, err);
	if (status)
		return status;
	scan->suspects = suspects;
	status = store_known(store, scan->maker_key, &scan->known, &scan->known_count, err);
	if (!status && scan->embedding_key) {
		status = store_lacking(store, scan->embedding_key, scan->crops, scan->known,
				       scan->known_count, err);
		if (status) {
			known_files_free(scan->known, scan->known_count);
			scan->known = NULL;
		}
	}
	return status;
}

void scan_recall_done(struct scan_config *scan)
{
	free((void *)scan->maker_key);
	free((void *)scan->suspects);
}
