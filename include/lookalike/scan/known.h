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
	bool *met; /* of each: the walk came past it, or could not have */
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

/* The file if its row is still true but faces in it lack an embedding, else NULL. */
const struct known_file *known_lacking(const struct known *known, const char *path);

/* How many workers have died on a file with these bytes. */
int known_deaths(const struct known *known, const struct photo *photo);

/* The ids of the files that were not met; *ids is malloc'd. */
size_t known_gone(const struct known *known, int64_t **ids);

#endif
