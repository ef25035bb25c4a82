/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on processes. A handle holds the descriptor plus one, as descriptors begin with 0. */
#include <errno.h>
#include <limits.h>
#include "addon.h"

/* processOpen(pid): a handle; undefined when there is no such process. */
static napi_value addon__process_open(napi_env env, napi_callback_info info)
{
	struct call call;
	int64_t pid;
	int fd;

	if (!call__begin(&call, env, info) || !call__integer(&call, 0, &pid))
		return NULL;
	fd = process__open(pid > INT_MAX ? INT_MAX : (int)pid, &call.failure);
	if (fd == -ESRCH)
		return NULL;
	return call__result(&call, HANDLE_KIND_PROCESS, fd < 0 ? NULL : (void *)(intptr_t)(fd + 1));
}

static bool call__process(struct call *call, int *fd)
{
	void *core = call__handle(call, 0, HANDLE_KIND_PROCESS);

	*fd = (int)(intptr_t)core - 1;
	return core != NULL;
}

/* processSignal(handle, signal): false when it has ended. */
static napi_value addon__process_signal(napi_env env, napi_callback_info info)
{
	struct call call;
	int64_t signal;
	int fd, sent;

	if (!call__begin(&call, env, info) || !call__process(&call, &fd) ||
	    !call__integer(&call, 1, &signal))
		return NULL;
	sent = process__signal(fd, signal > INT_MAX ? INT_MAX : (int)signal, &call.failure);
	return sent < 0 ? call__throw(&call) : value__boolean(env, sent);
}

/* processAwaitEnd(handle, milliseconds): whether it has ended by then. */
static napi_value addon__process_await_end(napi_env env, napi_callback_info info)
{
	struct call call;
	int64_t milliseconds;
	int fd;

	if (!call__begin(&call, env, info) || !call__process(&call, &fd) ||
	    !call__integer(&call, 1, &milliseconds))
		return NULL;
	if (milliseconds > INT_MAX)
		milliseconds = INT_MAX;
	return value__boolean(env, process__await_end(fd, (int)milliseconds));
}

/* processHasten(pid): of one that is dying. */
static napi_value addon__process_hasten(napi_env env, napi_callback_info info)
{
	struct call call;
	int64_t pid;

	if (!call__begin(&call, env, info) || !call__integer(&call, 0, &pid))
		return NULL;
	if (pid > 0 && pid <= INT_MAX)
		process__hasten((int)pid, HASTE_DYING);
	return NULL;
}

/* processFd(handle): the key of the process in maps of task storage. */
static napi_value addon__process_fd(napi_env env, napi_callback_info info)
{
	struct call call;
	int fd;

	if (!call__begin(&call, env, info) || !call__process(&call, &fd))
		return NULL;
	return value__number(env, fd);
}

/* treeKillerOpen(doomed, targets, marking, verdicts, mark, id, spared): spared is bytes of u32. */
static napi_value addon__tree_killer_open(napi_env env, napi_callback_info info)
{
	struct tree_killer_options options;
	struct bytes spared;
	struct call call;
	int64_t id;

	if (!call__begin(&call, env, info))
		return NULL;
	options.doomed = call__handle(&call, 0, HANDLE_KIND_MAP);
	options.targets = options.doomed ? call__handle(&call, 1, HANDLE_KIND_MAP) : NULL;
	options.marking = options.targets ? call__handle(&call, 2, HANDLE_KIND_MAP) : NULL;
	options.verdicts = options.marking ? call__handle(&call, 3, HANDLE_KIND_MAP) : NULL;
	options.mark = options.verdicts ? call__handle(&call, 4, HANDLE_KIND_PROGRAM) : NULL;
	if (!options.mark || !call__integer(&call, 5, &id) || !call__bytes(&call, 6, &spared))
		return NULL;
	options.id = (uint32_t)id;
	options.spared = (const uint32_t *)spared.data;
	options.spared_count = spared.size / sizeof(*options.spared);
	return call__result(&call, HANDLE_KIND_TREE_KILLER,
			    tree_killer__open(&options, &call.failure));
}

static napi_value addon__boot_time(napi_env env, napi_callback_info info)
{
	napi_value result;

	(void)info;
	if (napi_create_bigint_int64(env, kernel__boot_time(), &result) != napi_ok)
		return NULL;
	return result;
}

const struct addon_function PROCESS_FUNCTIONS[] = {
    {"processOpen", addon__process_open},
    {"processSignal", addon__process_signal},
    {"processAwaitEnd", addon__process_await_end},
    {"processHasten", addon__process_hasten},
    {"processFd", addon__process_fd},
    {"treeKillerOpen", addon__tree_killer_open},
    {"bootTime", addon__boot_time},
    {NULL, NULL},
};
