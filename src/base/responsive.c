/* Short turns for one thread; see responsive.h. */
#include "lookalike/base/responsive.h"

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLICE_NS      100000 /* the least that the kernel takes */
#define RESET_ON_FORK 1      /* SCHED_FLAG_RESET_ON_FORK */

/* As the kernel has it (sched_setattr(2), first version); the C library of Debian 12 does not. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};

void thread_be_responsive(void)
{
	struct attributes a = {.size = sizeof(a)};

	if (syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0))
		return;
	a.flags |= RESET_ON_FORK;
	a.runtime_ns = SLICE_NS;
	syscall(SYS_sched_setattr, 0, &a, 0);
}
