/* SPDX-License-Identifier: Apache-2.0 */
/* Module start, and calls that belong to no kernel object. */
#include <errno.h>
#include <stdlib.h>
#include "addon.h"

/* close(handle): true if it was open. */
static napi_value addon__close(napi_env env, napi_callback_info info)
{
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	return value__boolean(env, call__close_handle(&call, 0));
}

static napi_value addon__set_error_factory(napi_env env, napi_callback_info info)
{
	struct addon_state *state = NULL;
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	napi_get_instance_data(env, (void **)&state);
	if (state->create_error)
		napi_delete_reference(env, state->create_error);
	state->create_error = NULL;
	napi_create_reference(env, call.arguments[0], 1, &state->create_error);
	return NULL;
}

static napi_value addon__clock_offset(napi_env env, napi_callback_info info)
{
	napi_value result;

	(void)info;
	if (napi_create_bigint_int64(env, kernel__clock_offset(), &result) != napi_ok)
		return NULL;
	return result;
}

static napi_value addon__trim_memory(napi_env env, napi_callback_info info)
{
	(void)env;
	(void)info;
	kernel__trim_memory();
	return NULL;
}

static napi_value addon__cpu_count(napi_env env, napi_callback_info info)
{
	struct call call;
	int count;

	if (!call__begin(&call, env, info))
		return NULL;
	count = kernel__cpu_count(&call.failure);
	return count < 0 ? call__throw(&call) : value__number(env, count);
}

static napi_value addon__enable_stats(napi_env env, napi_callback_info info)
{
	struct call call;
	int fd;

	if (!call__begin(&call, env, info))
		return NULL;
	fd = kernel__enable_stats(&call.failure);
	return call__result(&call, HANDLE_KIND_STATS, fd < 0 ? NULL : (void *)(intptr_t)fd);
}

/* watchMappings(cpu, mark): a handle; undefined when the CPU is offline. */
static napi_value addon__watch_mappings(napi_env env, napi_callback_info info)
{
	struct call call;
	int64_t cpu, mark;
	int fd;

	if (!call__begin(&call, env, info) || !call__integer(&call, 0, &cpu) ||
	    !call__integer(&call, 1, &mark))
		return NULL;
	fd = kernel__watch_mappings((int)cpu, (uint64_t)mark, &call.failure);
	if (fd == -ENODEV)
		return NULL;
	return call__result(&call, HANDLE_KIND_PERF_EVENT, fd < 0 ? NULL : (void *)(intptr_t)fd);
}

static const struct addon_function ADDON_FUNCTIONS[] = {
    {"close", addon__close},
    {"setErrorFactory", addon__set_error_factory},
    {"cpuCount", addon__cpu_count},
    {"clockOffset", addon__clock_offset},
    {"trimMemory", addon__trim_memory},
    {"enableStats", addon__enable_stats},
    {"watchMappings", addon__watch_mappings},
    {NULL, NULL},
};

static void functions__export(napi_env env, napi_value exports, const struct addon_function *entry)
{
	napi_value function;

	for (; entry->name; entry++)
		if (napi_create_function(env, entry->name, NAPI_AUTO_LENGTH, entry->callback, NULL,
					 &function) == napi_ok)
			value__set(env, exports, entry->name, function);
}

static void state__finalize(napi_env env, void *data, void *hint)
{
	(void)env;
	(void)hint;
	log__drop();
	free(data);
}

NAPI_MODULE_INIT()
{
	struct addon_state *state = calloc(1, sizeof(*state));

	if (!state || napi_set_instance_data(env, state, state__finalize, NULL) != napi_ok) {
		free(state);
		return NULL;
	}
	log__install();
	functions__export(env, exports, ADDON_FUNCTIONS);
	functions__export(env, exports, OBJECT_FUNCTIONS);
	functions__export(env, exports, MAP_FUNCTIONS);
	functions__export(env, exports, PROGRAM_FUNCTIONS);
	functions__export(env, exports, TYPES_FUNCTIONS);
	functions__export(env, exports, RING_FUNCTIONS);
	functions__export(env, exports, PROCESS_FUNCTIONS);
	return exports;
}
