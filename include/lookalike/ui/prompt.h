/*
 * prompt.h: a line of text asked for at the bottom of the screen.
 *
 * Typing goes to its end; Backspace, C-w and C-u take away; Tab goes round the words that
 * complete what was typed.
 *
 * Owns     struct prompt is the caller's; no allocation.
 * Threads  one thread.
 * Errors   none: text that is too long is not taken.
 */
#ifndef LOOKALIKE_UI_PROMPT_H
#define LOOKALIKE_UI_PROMPT_H

#include "lookalike/ui/grid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROMPT_BYTES_MAX 201 /* with the NUL: a group's name fits */

enum prompt_kind {
	PROMPT_NONE,
	PROMPT_ASSIGN,
	PROMPT_SEARCH,
	PROMPT_FILTER,
	PROMPT_EXPORT,
	PROMPT_OVERWRITE, /* one key: y or another */
};

enum prompt_result {
	PROMPT_TYPING,
	PROMPT_DONE,
	PROMPT_LEFT,
};

struct prompt {
	enum prompt_kind kind;
	char text[PROMPT_BYTES_MAX];
	size_t len;
	char typed[PROMPT_BYTES_MAX]; /* what completions begin with */
	int completed;                /* which completion is shown, from 1; 0 for none */
};

void prompt_open(struct prompt *prompt, enum prompt_kind kind);

/* Take a key; words are what Tab completes to. */
enum prompt_result prompt_key(struct prompt *prompt, uint32_t key, const char *const *words,
			      int word_count);

/* The text without blanks at its ends. */
void prompt_text(const struct prompt *prompt, char *out, size_t size);

/* Draw the text, its end where there is little room, and a cursor; the column after both. */
int prompt_draw(const struct prompt *prompt, struct grid *g, int row, int col);

/* Whether a text contains a part, letters of ASCII compared without case. */
bool text_contains(const char *text, const char *part);

#endif
