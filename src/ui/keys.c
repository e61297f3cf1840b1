/* Key names → actions; see the table in keys.h. */
#include "lookalike/ui/keys.h"

#include "lookalike/base/quote.h"
#include "lookalike/ui/input.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *keys, *help;
} actions[ACTION_COUNT] = {[ACTION_NONE] = {"", "", ""},
#define X(action, keys, help) [action] = {#action, keys, help},
			   ACTION_LIST(X)
#undef X
};

/* Keys that a person gave an action instead; "" for none. */
static char bound[ACTION_COUNT][KEYS_BYTES_MAX];

static const struct {
	const char *name;
	uint32_t key;
} names[] = {
	{"Tab", '\t'},        {"S-Tab", K_BACKTAB},
	{"Up", K_UP},         {"Down", K_DOWN},
	{"Left", K_LEFT},     {"Right", K_RIGHT},
	{"Home", K_HOME},     {"End", K_END},
	{"PgUp", K_PAGE_UP},  {"PgDn", K_PAGE_DOWN},
	{"Enter", '\r'},      {"Esc", K_ESC},
	{"Space", ' '},       {"Insert", K_INSERT},
	{"Delete", K_DELETE}, {"Backspace", K_BACKSPACE},
};

static const char *keys_of(int action)
{
	return bound[action][0] ? bound[action] : actions[action].keys;
}

/* The key a name stands for; with *second, if it is two key presses. 0 for no key. */
static uint32_t key_of(const char *name, size_t len, uint32_t *second)
{
	uint32_t first = 0;
	size_t used;

	*second = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == len && !strncmp(names[i].name, name, len))
			return names[i].key;
	if (len == 3 && !strncmp(name, "C-", 2))
		return islower((unsigned char)name[2]) ? (uint32_t)name[2] & 0x1f : 0;
	if (len >= 2 && name[0] == 'F' && strspn(name + 1, "0123456789") >= len - 1) {
		long number = strtol(name + 1, NULL, 10);

		return number >= 1 && number <= 12 ? (uint32_t)K_F1 + (uint32_t)number - 1 : 0;
	}
	used = utf8_decode(name, len, &first);
	if (!used || first < 0x20)
		return 0;
	if (used < len && utf8_decode(name + used, len - used, second) != len - used)
		return 0;
	return first;
}

/* One name of those in keys, and where the next begins. */
static const char *next_name(const char *keys, size_t *len)
{
	keys += *len;
	keys += *keys == ' ';
	*len = strcspn(keys, " ");
	return keys;
}

enum action keys_press(struct keys *keys, uint32_t key, int *count)
{
	uint32_t prefix = keys->prefix;
	bool starts = false;

	keys->prefix = 0;
	if (!prefix && ((key >= '1' && key <= '9') || (key == '0' && keys->count))) {
		if (keys->count < COUNT_MAX)
			keys->count = 10 * keys->count + (int)(key - '0');
		return ACTION_NONE;
	}
	for (int action = 1; action < ACTION_COUNT; action++) {
		size_t len = 0;

		for (const char *name = next_name(keys_of(action), &len); *name;
		     name = next_name(name, &len)) {
			uint32_t second, first = key_of(name, len, &second);

			if ((!second && !prefix && first == key) ||
			    (second && prefix == first && second == key)) {
				*count = keys->count;
				keys->count = 0;
				return (enum action)action;
			}
			starts |= second && !prefix && first == key;
		}
	}
	if (starts)
		keys->prefix = key;
	else
		keys->count = 0;
	return ACTION_NONE;
}

void keys_names(enum action action, char *out, int out_size)
{
	int len = snprintf(out, (size_t)out_size, "%s", keys_of(action));

	for (int i = 0; i < len && i < out_size - 1; i++)
		if (out[i] == ' ')
			out[i] = ',';
}

const char *keys_help(enum action action)
{
	return actions[action].help;
}

const char *keys_action_name(enum action action, char out[KEYS_BYTES_MAX])
{
	int len = snprintf(out, KEYS_BYTES_MAX, "%s", actions[action].name + strlen("ACTION_"));

	for (int i = 0; i < len; i++)
		out[i] = out[i] == '_' ? '-' : (char)tolower((unsigned char)out[i]);
	return out;
}

enum action keys_action(const char *name)
{
	char candidate[KEYS_BYTES_MAX];

	for (int action = 1; action < ACTION_COUNT; action++)
		if (!strcmp(keys_action_name((enum action)action, candidate), name))
			return (enum action)action;
	return ACTION_NONE;
}

bool keys_valid(const char *text)
{
	uint32_t second, first = key_of(text, strlen(text), &second);

	return first && (first < '0' || first > '9'); /* digits are counts */
}

uint32_t keys_named(const char *name)
{
	uint32_t second, first = key_of(name, strlen(name), &second);

	return second ? 0 : first;
}

void keys_bind(enum action action, const char *keys)
{
	snprintf(bound[action], sizeof(bound[action]), "%s", keys ? keys : "");
}

/* One key hides another if it is the same, or the first of the other's two. */
static bool hides(const char *a, size_t a_len, const char *b, size_t b_len)
{
	uint32_t a_second, b_second;

	return key_of(a, a_len, &a_second) == key_of(b, b_len, &b_second) &&
	       (a_second == b_second || !a_second || !b_second);
}

enum action keys_collision(enum action action, char key[KEYS_BYTES_MAX])
{
	size_t len = 0, other_len;

	for (const char *name = next_name(keys_of((int)action), &len); *name;
	     name = next_name(name, &len)) {
		for (int other = 1; other < ACTION_COUNT; other++) {
			other_len = 0;
			for (const char *theirs = next_name(keys_of(other), &other_len);
			     *theirs && other != (int)action;
			     theirs = next_name(theirs, &other_len)) {
				if (!hides(name, len, theirs, other_len))
					continue;
				snprintf(key, KEYS_BYTES_MAX, "%.*s", (int)len, name);
				return (enum action)other;
			}
		}
	}
	return ACTION_NONE;
}

bool keys_changed(void)
{
	for (int action = 1; action < ACTION_COUNT; action++)
		if (bound[action][0])
			return true;
	return false;
}
