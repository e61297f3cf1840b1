/*
 * known.h: the files that have a row already, as the walk meets them again.
 *
 * Owns     struct known owns its files: known_init()/known_done().
 * Threads  one thread.
 * Errors   none: no memory ends the program.
 */
#ifndef LOOKALIKE_SCAN_KNOWN_H
#define LOOKALIKE_SCAN_KNOWN_H

#include "lookalike/scan/scan.h"
#include "lookalike/scan/walk.h"

struct known {
	struct known_file *files; /* sorted by path */
	size_t count;
	bool *met;       /* of each: the walk came past it, or could not have */
	bool *taken;     /* of each: its row is another file's now, or is written anew */
	size_t *by_hash; /* those that were measured, sorted by the hash of their bytes */
	size_t hash_count;
};

/* Takes the files. All count as met until known_mark() says that a walk looks there. */
void known_init(struct known *known, struct known_file *files, size_t count);
void known_done(struct known *known);

/* Mark the files at or below a path. */
void known_mark(struct known *known, const char *path, bool met);

/*
 * Whether the row that is known says what the walk says, and would say it again. A file that
 * could not be read is tried again: neither size nor time tell that it can be read now.
 */
bool known_has(struct known *known, const struct walk_entry *entry);

/*
 * The id of the row whose file has these bytes and is no longer where it was, or is the photo's
 * own: it is met, and taken by the photo. 0 when there is none. photo->hash is that of its bytes.
 */
int64_t known_take(struct known *known, const struct photo *photo);

/* Whether there is a row of this path, and it was measured from other bytes. */
bool known_differs(const struct known *known, const struct photo *photo);

/* The row of this path is going to be written anew. */
void known_overwrite(struct known *known, const char *path);

/* The file if its row is still true but faces in it lack an embedding, else NULL. */
const struct known_file *known_lacking(const struct known *known, const char *path);

/* How many workers have died on a file with these bytes. */
int known_deaths(const struct known *known, const struct photo *photo);

/* The ids of the files that were not met; *ids is malloc'd. */
size_t known_gone(const struct known *known, int64_t **ids);

#endif
