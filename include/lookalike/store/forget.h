/*
 * forget.h: remove what is known of photos and people, for good.
 *
 * Rows go with everything that refers to them: faces, thumbnails, measures, and what the log of
 * decisions says of them. store_forget() does that in one transaction, in which SQLite overwrites
 * what it deletes; store_scrub() then leaves no copy of it in the WAL or in unused pages.
 *
 * Threads  as store.h.
 * Errors   those of the store; ERR_LOCKED when somebody is reading, so that copies stay for now.
 */
#ifndef LOOKALIKE_STORE_FORGET_H
#define LOOKALIKE_STORE_FORGET_H

#include "lookalike/store/store.h"

enum forget_kind {
	FORGET_PATH,    /* a file, with all its names, or all below a folder */
	FORGET_PERSON,  /* the faces in the group of this name, and the name */
	FORGET_REMOVED, /* files that are gone */
	FORGET_ALL,
};

struct forgotten {
	int64_t images, faces;
	bool touched; /* anything at all was there to forget */
};

/* what is a path (absolute) or a name, NULL for the last two. */
enum status store_forget(struct store *store, enum forget_kind kind, const char *what,
			 struct forgotten *out, struct error *err);
/* Where nothing was touched, only what an earlier run may have left undone. */
enum status store_scrub(struct store *store, bool touched, struct error *err);
/* Remove the emptied database itself, whose name may tell of its photos; only store_close() is
 * left. */
enum status store_delete(struct store *store, struct error *err);

#endif
