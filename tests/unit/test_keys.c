/* Keys: counts, two-key commands, and a table without collisions. */
#include "lookalike/ui/keys.h"

#include "lookalike/ui/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static enum action press(struct keys *keys, const char *text, int *count)
{
	enum action action = ACTION_NONE;

	for (; *text; text++)
		action = keys_press(keys, (unsigned char)*text, count);
	return action;
}

static void keys_do_what_the_table_says(void **state)
{
	static const struct {
		const char *text;
		enum action action;
		int count;
	} cases[] = {
		{"j", ACTION_DOWN, 0},     {"5j", ACTION_DOWN, 5},
		{"10k", ACTION_UP, 10},    {"gg", ACTION_FIRST, 0},
		{"7gg", ACTION_FIRST, 7},  {"G", ACTION_LAST, 0},
		{"12=", ACTION_K_SET, 12}, {"=", ACTION_K_SET, 0},
		{"3+", ACTION_K_MORE, 3},  {"\t", ACTION_NEXT_VIEW, 0},
		{"\r", ACTION_OPEN, 0},    {"\x04", ACTION_HALF_DOWN, 0},
		{"gj", ACTION_NONE, 0},    {"0", ACTION_NONE, 0},
		{"*", ACTION_NONE, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct keys keys = {0};
		int count = 0;

		assert_int_equal(press(&keys, cases[i].text, &count), cases[i].action);
		assert_int_equal(count, cases[i].count);
	}
}

static void counts_do_not_linger(void **state)
{
	struct keys keys = {0};
	int count = -1;

	(void)state;
	assert_int_equal(press(&keys, "5*j", &count), ACTION_DOWN);
	assert_int_equal(count, 0);
	assert_int_equal(press(&keys, "99999999999999j", &count), ACTION_DOWN);
	assert_in_range(count, COUNT_MAX, 10 * COUNT_MAX + 9);
}

static void every_action_has_keys_of_its_own(void **state)
{
	(void)state;
	for (int action = 1; action < ACTION_COUNT; action++) {
		char names[64];

		keys_names((enum action)action, names, sizeof(names));
		assert_true(strlen(names) > 0);
		assert_true(strlen(keys_help((enum action)action)) > 0);
	}
	for (uint32_t key = 1; key < K_F12; key = key == 126   ? K_BACKSPACE
						  : key == 127 ? K_UP
							       : key + 1) {
		struct keys keys = {0};
		int count;
		enum action action = keys_press(&keys, key, &count);
		int owners = 0;

		/* The first in the table wins: a second owner would never be reached. */
		for (int other = 1; other < ACTION_COUNT; other++) {
			char names[64], *name, *rest;

			keys_names((enum action)other, names, sizeof(names));
			for (name = strtok_r(names, ",", &rest); name;
			     name = strtok_r(NULL, ",", &rest))
				owners += strlen(name) == 1 && (unsigned char)name[0] == key;
		}
		assert_in_range(owners, 0, 1);
		if (owners)
			assert_int_not_equal(action, ACTION_NONE);
	}
}

static void keys_are_given_by_name(void **state)
{
	static const char *const good[] = {"j", "gg", "C-a", "F1", "F12", "Space", "ö", "=", "#"};
	static const char *const bad[] = {"",   "ggg",   "C-A",  "F13",  "F0",  "5",
					  "5x", "Spoce", "\x01", "\xff", "C-é", "F1x"};
	char name[KEYS_BYTES_MAX], key[KEYS_BYTES_MAX];
	struct keys keys = {0};
	int count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(keys_valid(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(keys_valid(bad[i]));
	for (int action = 1; action < ACTION_COUNT; action++) {
		keys_action_name((enum action)action, name);
		assert_int_equal(keys_action(name), action);
		assert_int_equal(keys_collision((enum action)action, key), ACTION_NONE);
	}
	assert_string_equal(keys_action_name(ACTION_NEXT_VIEW, name), "next-view");
	assert_int_equal(keys_action("next_view"), ACTION_NONE);
	assert_false(keys_changed());
	keys_bind(ACTION_OPEN, "b C-o zz");
	assert_true(keys_changed());
	assert_int_equal(press(&keys, "b", &count), ACTION_OPEN);
	assert_int_equal(press(&keys, "7\x0f", &count), ACTION_OPEN);
	assert_int_equal(count, 7);
	assert_int_equal(press(&keys, "\r", &count), ACTION_NONE);
	keys_names(ACTION_OPEN, name, sizeof(name));
	assert_string_equal(name, "b,C-o,zz");
	/* "z" alone comes first, so "zz" would never be reached. */
	assert_int_equal(keys_collision(ACTION_OPEN, key), ACTION_SCALE);
	assert_string_equal(key, "zz");
	keys_bind(ACTION_OPEN, NULL);
	assert_false(keys_changed());
	assert_int_equal(press(&keys, "\r", &count), ACTION_OPEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_do_what_the_table_says),
		cmocka_unit_test(counts_do_not_linger),
		cmocka_unit_test(every_action_has_keys_of_its_own),
		cmocka_unit_test(keys_are_given_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
