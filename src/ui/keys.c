/* Key names → actions; see the table in keys.h. */
#include "lookalike/ui/keys.h"

#include "lookalike/ui/input.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *keys, *help;
} actions[ACTION_COUNT] = {[ACTION_NONE] = {"", ""},
#define X(action, keys, help) [action] = {keys, help},
			   ACTION_LIST(X)
#undef X
};

static const struct {
	const char *name;
	uint32_t key;
} names[] = {
	{"Tab", '\t'},       {"S-Tab", K_BACKTAB},  {"Up", K_UP},     {"Down", K_DOWN},
	{"Left", K_LEFT},    {"Right", K_RIGHT},    {"Home", K_HOME}, {"End", K_END},
	{"PgUp", K_PAGE_UP}, {"PgDn", K_PAGE_DOWN}, {"Enter", '\r'},  {"Esc", K_ESC},
	{"F1", K_F1},        {"Space", ' '},
};

/* The key a name stands for; with *second, if it is two key presses. */
static uint32_t key_of(const char *name, size_t len, uint32_t *second)
{
	*second = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == len && !strncmp(names[i].name, name, len))
			return names[i].key;
	if (len == 3 && !strncmp(name, "C-", 2))
		return (uint32_t)name[2] & 0x1f;
	if (len == 2)
		*second = (unsigned char)name[1];
	return (unsigned char)name[0];
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
		const char *name = actions[action].keys;

		for (size_t len; *name; name += len + (name[len] == ' ')) {
			uint32_t second, first;

			len = strcspn(name, " ");
			first = key_of(name, len, &second);
			if (!second && !prefix && first == key) {
				*count = keys->count;
				keys->count = 0;
				return (enum action)action;
			}
			if (second && prefix == first && second == key) {
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
	int len = snprintf(out, (size_t)out_size, "%s", actions[action].keys);

	for (int i = 0; i < len && i < out_size - 1; i++)
		if (out[i] == ' ')
			out[i] = ',';
}

const char *keys_help(enum action action)
{
	return actions[action].help;
}
