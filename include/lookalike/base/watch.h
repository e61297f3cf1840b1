/*
 * watch.h: who computes for long says how far it is.
 *
 * Owns     nothing; zeroed, nobody watches.
 * Threads  tell() is called on the thread that computes.
 * Errors   none.
 */
#ifndef LOOKALIKE_BASE_WATCH_H
#define LOOKALIKE_BASE_WATCH_H

struct watch {
	/*
	 * done of `of` things are finished; of is 0 where nobody knows how many there will be, and
	 * done is the k then. What they are is a word.
	 */
	void (*tell)(const char *what, int done, int of, void *user);
	void *user;
};

static inline void watch_tell(const struct watch *watch, const char *what, int done, int of)
{
	if (watch->tell)
		watch->tell(what, done, of, watch->user);
}

#endif
