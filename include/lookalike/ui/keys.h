/*
 * keys.h: what keys do. One table holds every action, its keys and its help;
 * the help screen and the key hints are made from it.
 *
 * A number typed before a key is its count.
 *
 * Owns     struct keys is the caller's; no allocation.
 *          The keys that keys_bind() gave are the process's.
 * Threads  one thread.
 * Errors   none: an unknown key is ACTION_NONE.
 */
#ifndef LOOKALIKE_UI_KEYS_H
#define LOOKALIKE_UI_KEYS_H

#include <stdbool.h>
#include <stdint.h>

/* action, keys (names, blank between; two letters are two key presses), help */
#define ACTION_LIST(X)                                      \
	X(ACTION_NEXT_VIEW, "Tab", "next view")             \
	X(ACTION_PREVIOUS_VIEW, "S-Tab", "previous view")   \
	X(ACTION_UP, "k Up", "up")                          \
	X(ACTION_DOWN, "j Down", "down")                    \
	X(ACTION_LEFT, "h Left", "left (elbow: k less)")    \
	X(ACTION_RIGHT, "l Right", "right (elbow: k more)") \
	X(ACTION_FIRST, "gg Home", "to the first")          \
	X(ACTION_LAST, "G End", "to the last")              \
	X(ACTION_HALF_DOWN, "C-d", "half a page down")      \
	X(ACTION_HALF_UP, "C-u", "half a page up")          \
	X(ACTION_PAGE_DOWN, "PgDn", "a page down")          \
	X(ACTION_PAGE_UP, "PgUp", "a page up")              \
	X(ACTION_OPEN, "Enter", "open")                     \
	X(ACTION_BACK, "q Esc", "back; at the top q quits") \
	X(ACTION_QUIT, "Q", "quit")                         \
	X(ACTION_K_MORE, "+", "a group more (3+: three)")   \
	X(ACTION_K_LESS, "-", "a group less")               \
	X(ACTION_K_SET, "=", "5=: five; =: suggested")      \
	X(ACTION_MARK, "Space", "mark, or unmark")          \
	X(ACTION_RANGE, "v", "mark a range: v, move, v")    \
	X(ACTION_MARK_ALL, "V", "mark the whole group")     \
	X(ACTION_UNMARK, "U", "take all marks off")         \
	X(ACTION_ASSIGN, "a", "to a group: name or 1-9")    \
	X(ACTION_ASIDE, "x", "set aside; there: reopen")    \
	X(ACTION_MERGE, "M", "into the group last left")    \
	X(ACTION_SPLIT, "S", "split: marks one part")       \
	X(ACTION_UNDO, "u", "undo a decision")              \
	X(ACTION_REDO, "C-r", "redo it")                    \
	X(ACTION_LAST_GROUP, "'", "to the group last left") \
	X(ACTION_NEXT_OPEN, "]", "to the next open group")  \
	X(ACTION_SEARCH, "/", "search paths and names")     \
	X(ACTION_SEARCH_NEXT, "n", "next found")            \
	X(ACTION_SEARCH_BACK, "N", "previous found")        \
	X(ACTION_FILTER, "F", "filter; F Enter: all")       \
	X(ACTION_PHOTO, "o", "full photo; + - closer")      \
	X(ACTION_SUMMARY, "i", "what needs a look")         \
	X(ACTION_EXPORT, "e", "export: format and file")    \
	X(ACTION_COPY, "c", "copy the path")                \
	X(ACTION_MESSAGES, "L", "messages so far")          \
	X(ACTION_FEATURES, "f", "geometry or neural")       \
	X(ACTION_DISTANCE, "d", "by distance (45d: 0.45)")  \
	X(ACTION_SUGGEST, "s", "suggestions: y n l")        \
	X(ACTION_YES, "y", "suggestion: one person")        \
	X(ACTION_SCALE, "z", "the next scale of three")     \
	X(ACTION_MEASURES, "w", "the measures, weights")    \
	X(ACTION_TRIAL, "t", "blind test (7t: seed 7)")     \
	X(ACTION_SEED, "r", "next seed (7r: seed 7)")       \
	X(ACTION_HELP, "? F1", "this help")                 \
	X(ACTION_REDRAW, "C-l", "redraw the screen")        \
	X(ACTION_CANCEL, "C-c", "stop the work, or quit")   \
	X(ACTION_SUSPEND, "C-z", "suspend (fg comes back)")

enum action {
	ACTION_NONE,
#define X(action, keys, help) action,
	ACTION_LIST(X)
#undef X
	ACTION_COUNT
};

#define COUNT_MAX 100000

struct keys {
	int count;       /* typed so far, 0 for none */
	uint32_t prefix; /* first of two keys, 0 for none */
};

/* The action a key completes; *count is what was typed before it, 0 for nothing. */
enum action keys_press(struct keys *keys, uint32_t key, int *count);

#define KEYS_BYTES_MAX 64 /* of an action's keys as text */

/* "j,Down", and what it does. */
void keys_names(enum action action, char *out, int out_size);
const char *keys_help(enum action action);

/* "next-view": the action by the name it has in the configuration; ACTION_NONE for no such one. */
enum action keys_action(const char *name);

/* Whether text is the name of one key ("j", "C-d", "F5") or of two in turn ("gg"). */
bool keys_valid(const char *text);

/* The one key that has this name, or 0. */
uint32_t keys_named(const char *name);

/*
 * Give an action other keys, blanks between them, all keys_valid() and in KEYS_BYTES_MAX; NULL: its
 * own ones again. Which are then two actions' is for keys_collision() to find.
 */
void keys_bind(enum action action, const char *keys);

/* Another action that has one of this one's keys, and the key; or ACTION_NONE. */
enum action keys_collision(enum action action, char key[KEYS_BYTES_MAX]);

const char *keys_action_name(enum action action, char out[KEYS_BYTES_MAX]);

/* Whether any action has keys that are not its own. */
bool keys_changed(void);

#endif
