/* The order of keys that have to wait. */
#include "../../src/ui/loop.h"

#include "lookalike/review/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* What waits is released after all that was read has been taken: keys behind it wait too. */
static void keys_do_not_overtake_those_that_wait(void **state)
{
	struct session *session = session_new();
	struct grouping_options options = {0};
	struct grouping *grouping = grouping_new(session, &options);
	struct loop l = {.app = {.session = session, .grouping = grouping},
			 .waiting = {'j'},
			 .waiting_count = 1};

	(void)state;
	assert_false(loop_groups_are_due(&l));
	loop_take_key(&l, 'x');
	assert_int_equal(l.waiting_count, 2);
	assert_int_equal(l.waiting[1], 'x');
	grouping_free(grouping);
	session_free(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_do_not_overtake_those_that_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
