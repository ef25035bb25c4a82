/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on loaded programs and on links. */
#include <stdlib.h>
#include "addon.h"

static struct program *call__program(struct call *call, napi_env env, napi_callback_info info)
{
	return call__begin(call, env, info) ? call__handle(call, 0, HANDLE_KIND_PROGRAM) : NULL;
}

static napi_value addon__program_open_pinned(napi_env env, napi_callback_info info)
{
	char path[CALL_TEXT_MAX];
	struct call call;

	if (!call__begin(&call, env, info) || !call__text(&call, 0, path))
		return NULL;
	return call__result(&call, HANDLE_KIND_PROGRAM, program__open_pinned(path, &call.failure));
}

static napi_value addon__program_info(napi_env env, napi_callback_info info)
{
	struct program_info data;
	napi_value value = NULL;
	struct call call;
	struct program *program = call__program(&call, env, info);

	if (!program)
		return NULL;
	if (!program__info(program, &data, &call.failure))
		return call__throw(&call);
	napi_create_object(env, &value);
	value__set(env, value, "name", value__text(env, data.name));
	value__set(env, value, "id", value__number(env, data.id));
	value__set(env, value, "jitedBytes", value__number(env, data.jited_bytes));
	value__set(env, value, "verifiedInstructions",
		   value__number(env, data.verified_instructions));
	value__set(env, value, "runCount", value__number(env, (double)data.run_count));
	value__set(env, value, "runTimeNs", value__number(env, (double)data.run_time_ns));
	value__set(env, value, "recursionMisses",
		   value__number(env, (double)data.recursion_misses));
	return value;
}

static napi_value addon__program_pin(napi_env env, napi_callback_info info)
{
	char path[CALL_TEXT_MAX];
	struct call call;
	struct program *program = call__program(&call, env, info);

	if (!program || !call__text(&call, 1, path))
		return NULL;
	return program__pin(program, path, &call.failure) ? NULL : call__throw(&call);
}

static bool call__optional_bytes(struct call *call, size_t index, struct bytes *bytes)
{
	*bytes = (struct bytes){NULL, 0};
	if (call__is_given(call, index) && !call__bytes(call, index, bytes))
		return false;
	if (bytes->size <= INT32_MAX)
		return true;
	FAIL(&call->failure, "ENGINE_ARGUMENT_INVALID", "argument %zu is too large", index + 1);
	call__throw(call);
	return false;
}

/* (program, context, data, dataOut, repeat): context and dataOut are written to. */
static napi_value addon__program_test_run(napi_env env, napi_callback_info info)
{
	struct bytes context, data, data_out;
	struct test_run run = {0};
	napi_value value = NULL;
	struct call call;
	struct program *program = call__program(&call, env, info);
	int64_t repeat;

	if (!program || !call__optional_bytes(&call, 1, &context) ||
	    !call__optional_bytes(&call, 2, &data) || !call__optional_bytes(&call, 3, &data_out) ||
	    !call__integer(&call, 4, &repeat))
		return NULL;
	run.context = context.data;
	run.context_size = (uint32_t)context.size;
	run.data = data.data;
	run.data_size = (uint32_t)data.size;
	run.data_out = data_out.data;
	run.data_out_size = (uint32_t)data_out.size;
	run.repeat = repeat > INT32_MAX ? INT32_MAX : (int)repeat;
	if (!program__test_run(program, &run, &call.failure))
		return call__throw(&call);
	napi_create_object(env, &value);
	value__set(env, value, "returnValue", value__number(env, run.return_value));
	value__set(env, value, "durationNs", value__number(env, run.duration_ns));
	value__set(env, value, "dataSize", value__number(env, run.data_out_size));
	return value;
}

static napi_value addon__program_run_iterator(napi_env env, napi_callback_info info)
{
	void *bytes = NULL;
	size_t size = 0;
	napi_value value;
	struct call call;
	struct program *program = call__program(&call, env, info);

	if (!program)
		return NULL;
	if (!program__run_iterator(program, &bytes, &size, &call.failure))
		return call__throw(&call);
	value = value__bytes(env, bytes, size);
	free(bytes);
	return value;
}

static struct link *call__link(struct call *call, napi_env env, napi_callback_info info)
{
	return call__begin(call, env, info) ? call__handle(call, 0, HANDLE_KIND_LINK) : NULL;
}

static napi_value addon__link_open_pinned(napi_env env, napi_callback_info info)
{
	char path[CALL_TEXT_MAX];
	struct call call;

	if (!call__begin(&call, env, info) || !call__text(&call, 0, path))
		return NULL;
	return call__result(&call, HANDLE_KIND_LINK, link__open_pinned(path, &call.failure));
}

static napi_value addon__link_id(napi_env env, napi_callback_info info)
{
	struct call call;
	struct link *link = call__link(&call, env, info);
	uint32_t id;

	if (!link)
		return NULL;
	return link__id(link, &id, &call.failure) ? value__number(env, id) : call__throw(&call);
}

static napi_value addon__link_pin(napi_env env, napi_callback_info info)
{
	char path[CALL_TEXT_MAX];
	struct call call;
	struct link *link = call__link(&call, env, info);

	if (!link || !call__text(&call, 1, path))
		return NULL;
	return link__pin(link, path, &call.failure) ? NULL : call__throw(&call);
}

static napi_value addon__link_unpin(napi_env env, napi_callback_info info)
{
	char path[CALL_TEXT_MAX];
	struct call call;
	struct link *link = call__link(&call, env, info);

	if (!link || !call__text(&call, 1, path))
		return NULL;
	return link__unpin(link, path, &call.failure) ? NULL : call__throw(&call);
}

const struct addon_function PROGRAM_FUNCTIONS[] = {
    {"programOpenPinned", addon__program_open_pinned},
    {"programInfo", addon__program_info},
    {"programPin", addon__program_pin},
    {"programTestRun", addon__program_test_run},
    {"programRunIterator", addon__program_run_iterator},
    {"linkOpenPinned", addon__link_open_pinned},
    {"linkId", addon__link_id},
    {"linkPin", addon__link_pin},
    {"linkUnpin", addon__link_unpin},
    {NULL, NULL},
};
