/* The line editor: the cursor is always at the end, which is enough for a name. */
#include "lookalike/ui/prompt.h"

#include "lookalike/base/quote.h"
#include "lookalike/ui/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CTRL(c) ((c)&0x1f)

void prompt_open(struct prompt *p, enum prompt_kind kind)
{
	memset(p, 0, sizeof(*p));
	p->kind = kind;
}

bool text_contains(const char *text, const char *part)
{
	size_t len = strlen(part);

	for (; *text; text++)
		if (strncasecmp(text, part, len) == 0)
			return true;
	return len == 0;
}

static void cut(struct prompt *p, size_t len)
{
	p->text[len] = '\0';
	p->len = len;
	p->completed = 0;
	memcpy(p->typed, p->text, sizeof(p->typed));
}

static void backspace(struct prompt *p)
{
	size_t len = p->len;

	while (len > 0 && ((unsigned char)p->text[len - 1] & 0xc0) == 0x80)
		len--;
	cut(p, len > 0 ? len - 1 : 0);
}

static void cut_word(struct prompt *p)
{
	size_t len = p->len;

	while (len > 0 && p->text[len - 1] == ' ')
		len--;
	while (len > 0 && p->text[len - 1] != ' ')
		len--;
	cut(p, len);
}

static void append(struct prompt *p, uint32_t key)
{
	char bytes[4];
	size_t len = utf8_encode(key, bytes);

	if (p->len + len >= sizeof(p->text))
		return;
	memcpy(p->text + p->len, bytes, len);
	cut(p, p->len + len);
}

/* The next word that begins as what was typed; after the last one comes what was typed. */
static void complete(struct prompt *p, const char *const *words, int word_count)
{
	for (int i = p->completed; i < word_count; i++) {
		if (strncasecmp(words[i], p->typed, strlen(p->typed)) != 0 ||
		    strlen(words[i]) >= sizeof(p->text))
			continue;
		p->len = strlen(words[i]);
		memcpy(p->text, words[i], p->len + 1);
		p->completed = i + 1;
		return;
	}
	memcpy(p->text, p->typed, sizeof(p->text));
	cut(p, strlen(p->text));
}

enum prompt_result prompt_key(struct prompt *p, uint32_t key, const char *const *words,
			      int word_count)
{
	switch (key) {
	case '\r':
		return PROMPT_DONE;
	case K_ESC:
	case CTRL('c'):
		return PROMPT_LEFT;
	case '\t':
		complete(p, words, word_count);
		return PROMPT_TYPING;
	case K_BACKSPACE:
		if (p->len == 0)
			return PROMPT_LEFT;
		backspace(p);
		return PROMPT_TYPING;
	case CTRL('u'):
		cut(p, 0);
		return PROMPT_TYPING;
	case CTRL('w'):
		cut_word(p);
		return PROMPT_TYPING;
	default:
		if (key >= ' ' && key < K_UP)
			append(p, key);
		return PROMPT_TYPING;
	}
}

void prompt_text(const struct prompt *p, char *out, size_t size)
{
	size_t from = strspn(p->text, " "), to = p->len;

	while (to > from && p->text[to - 1] == ' ')
		to--;
	snprintf(out, size, "%.*s", (int)(to - from), p->text + from);
}

int prompt_draw(const struct prompt *p, struct grid *g, int row, int col)
{
	char *quoted = quote_new(p->text);
	const char *text = quoted;
	uint32_t cp;

	while (*text && grid_text_width(text) > g->cols - col - 2)
		text += utf8_decode(text, strlen(text), &cp);
	col += grid_text(g, row, col, g->cols - col - 1, (struct style){0}, text);
	grid_text(g, row, col, 1, (struct style){.attrs = ATTR_REVERSE}, " ");
	free(quoted);
	return col + 1;
}
