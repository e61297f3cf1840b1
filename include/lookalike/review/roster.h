/*
 * roster.h: every group there is, as a person sees them: those that were named, the oldest first;
 * the open ones, by place; and the faces that were set aside. With a filter only the faces that
 * pass are there, and only the groups that have some.
 *
 * Owns     roster_build() fills, roster_done() frees. Entries borrow names from the session and
 *          open groups from the grouping: build anew when roster_is_old(); the lists of faces
 *          stay valid until roster_done(), for the functions that follow a cursor.
 * Threads  the session's owner.
 * Errors   none.
 */
#ifndef LOOKALIKE_REVIEW_ROSTER_H
#define LOOKALIKE_REVIEW_ROSTER_H

#include "lookalike/review/filter.h"
#include "lookalike/review/grouping.h"
#include "lookalike/review/session.h"

#include <stdbool.h>
#include <stdint.h>

enum roster_kind {
	ROSTER_NAMED,
	ROSTER_OPEN,
	ROSTER_ASIDE,
};

/* What stays when the roster is built anew. */
struct roster_key {
	enum roster_kind kind;
	int64_t id; /* the named group's, the open group's number, or 0 */
};

struct roster_entry {
	struct roster_key key;
	const char *name;            /* of a named group, else NULL */
	const struct group *group;   /* the open group, else NULL */
	int size, whole;             /* whole: without the filter */
	struct session_face **faces; /* open: nearest to the centre first; else by path */
};

struct roster {
	struct roster_entry *entries;
	int count;
	struct roster_entry **by_key;    /* the entries in the order of their keys */
	struct session_face **faces;     /* of all entries */
	const struct grouping *grouping; /* that it was made of */
	const struct filter *filter;     /* the same; only to compare with */
	uint64_t session_version, grouping_version;
};

/* filter is NULL for all faces. */
void roster_build(struct roster *roster, const struct grouping *grouping,
		  const struct filter *filter);
void roster_done(struct roster *roster);
bool roster_is_old(const struct roster *roster, const struct grouping *grouping,
		   const struct filter *filter);

/* Whether there is such a group, though none of its faces passes the filter. */
bool roster_hides(const struct roster *roster, struct roster_key key);

/* The index of an entry, or -1. */
int roster_find(const struct roster *roster, struct roster_key key);

bool roster_key_equal(struct roster_key a, struct roster_key b);

/* The index of a face in an entry, or -1. */
int roster_find_face(const struct roster_entry *entry, const struct session_face *face);

/*
 * Where a cursor goes that was at `cursor` of before: to what it was on, else to the next thing of
 * before that is still there, else to the last one before that.
 */
int roster_follow_face(const struct roster_entry *before, const struct roster_entry *after,
		       int cursor);
int roster_follow_entry(const struct roster *before, const struct roster *after, int cursor);

/* A named group by its name, as an index in session->named, or -1. */
int session_find_named(const struct session *session, const char *name);

/*
 * Split faces in two by 2-means of what the collection is clustered by: its measures, scaled the
 * same, or embeddings. part[i] becomes true for the faces of the smaller part, the second of equal
 * ones; never for one without an embedding in neural mode. ERR_INPUT for fewer than two faces that
 * can be compared.
 */
enum status roster_split(const struct grouping *grouping, struct session_face *const *faces,
			 int count, bool *part, struct error *err);

#endif
