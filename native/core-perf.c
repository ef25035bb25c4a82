/* SPDX-License-Identifier: Apache-2.0 */
/* Perf events, for what the kernel only does while there is one. */
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "core.h"

int kernel__watch_mappings(int cpu, uint64_t mark, struct failure *failure)
{
	struct perf_event_attr attributes = {
	    .type = PERF_TYPE_SOFTWARE,
	    .size = sizeof(attributes),
	    .config = PERF_COUNT_SW_DUMMY,
	    .config2 = mark,
	    .mmap = 1,
	    .build_id = 1,
	};
	long fd = syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	int error = errno;

	if (fd >= 0)
		return (int)fd;
	if (error != ENODEV)
		FAIL_CALL(failure, "ENGINE_ATTACH_FAILED", "perf_event_open", error,
			  "mappings cannot be watched on CPU %d: %s", cpu, strerror(error));
	return -error;
}
