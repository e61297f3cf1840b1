/*
 * walk.h: folders → candidate files, one at a time.
 *
 * A candidate has a known image signature or an image extension; other files
 * are passed over in silence. Each folder is read whole and sorted by bytes,
 * so the order is the same on every machine. Links to files are followed,
 * links to folders only on request; a folder is never walked twice. Of several
 * names for one file the first is the file, the others point to it.
 *
 * Owns     walk_open()/walk_close(). An entry's strings live until the next
 *          walk_next().
 * Threads  one thread per walk.
 * Errors   ERR_MISSING from walk_open() for a path that is not there. A folder
 *          that cannot be read is an entry with a problem, never a failure.
 */
#ifndef LOOKALIKE_SCAN_WALK_H
#define LOOKALIKE_SCAN_WALK_H

#include "lookalike/base/error.h"
#include "lookalike/base/photo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct walk;

enum walk_kind {
	WALK_FILE,    /* a regular file that may be read; one with an image name was not opened */
	WALK_SAME,    /* another name of a file that came before */
	WALK_VERDICT, /* a candidate by name that is not a readable regular file, or empty */
	WALK_FOLDER,  /* a folder that cannot be read: problem says why */
};

struct walk_entry {
	enum walk_kind kind;
	const char *path; /* absolute */
	int64_t size_bytes, mtime_ns;
	const char *same_as;  /* WALK_SAME */
	enum verdict verdict; /* WALK_VERDICT */
	const char *problem;  /* WALK_VERDICT, WALK_FOLDER: a few words, or NULL */
};

/* The paths are absolute, sorted, none inside another. */
enum status walk_open(char *const *paths, size_t count, bool follow_links, struct walk **out,
		      struct error *err);

/* The next entry, or false at the end. */
bool walk_next(struct walk *walk, struct walk_entry *out);

void walk_close(struct walk *walk);

#endif
