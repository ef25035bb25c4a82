/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on BPF objects. */
#include "addon.h"

static napi_value addon__object_open(napi_env env, napi_callback_info info)
{
	char path[CALL_TEXT_MAX];
	struct call call;

	if (!call__begin(&call, env, info) || !call__text(&call, 0, path))
		return NULL;
	return call__result(&call, HANDLE_KIND_OBJECT, object__open(path, &call.failure));
}

static napi_value addon__object_load(napi_env env, napi_callback_info info)
{
	struct object *object;
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__handle(&call, 0, HANDLE_KIND_OBJECT);
	if (!object)
		return NULL;
	return object__load(object, &call.failure) ? NULL : call__throw(&call);
}

typedef const char *(*name_at)(const struct object *object, size_t index);

static napi_value object__names(napi_env env, napi_callback_info info, name_at at)
{
	struct object *object;
	struct call call;
	napi_value names;
	const char *name;
	uint32_t index;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__handle(&call, 0, HANDLE_KIND_OBJECT);
	if (!object || napi_create_array(env, &names) != napi_ok)
		return NULL;
	for (index = 0; (name = at(object, index)); index++)
		napi_set_element(env, names, index, value__text(env, name));
	return names;
}

static napi_value addon__object_program_names(napi_env env, napi_callback_info info)
{
	return object__names(env, info, object__program_name);
}

static napi_value addon__object_map_names(napi_env env, napi_callback_info info)
{
	return object__names(env, info, object__map_name);
}

/* Reads (object, name) from the first two arguments. */
static struct object *call__object_and_name(struct call *call, char name[CALL_TEXT_MAX])
{
	struct object *object = call__handle(call, 0, HANDLE_KIND_OBJECT);

	return object && call__text(call, 1, name) ? object : NULL;
}

static napi_value addon__object_set_variable(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct bytes bytes;
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (!object || !call__bytes(&call, 2, &bytes))
		return NULL;
	if (!object__set_variable(object, (struct variable_value){name, bytes.data, bytes.size},
				  &call.failure))
		return call__throw(&call);
	return NULL;
}

static napi_value addon__object_set_map_entries(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct call call;
	int64_t entries;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (!object || !call__integer(&call, 2, &entries))
		return NULL;
	if (entries > UINT32_MAX) {
		FAIL(&call.failure, "ENGINE_ARGUMENT_INVALID", "too many entries");
		return call__throw(&call);
	}
	if (!object__set_map_entries(object, name, (uint32_t)entries, &call.failure))
		return call__throw(&call);
	return NULL;
}

static napi_value addon__object_reuse_map(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct call call;
	struct map *from;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	from = object ? call__handle(&call, 2, HANDLE_KIND_MAP) : NULL;
	if (!from)
		return NULL;
	if (!object__reuse_map(object, name, from, &call.failure))
		return call__throw(&call);
	return NULL;
}

static napi_value addon__object_disable_map(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (object && !object__disable_map(object, name, &call.failure))
		return call__throw(&call);
	return NULL;
}

static napi_value addon__object_set_autoload(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct call call;
	bool on;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (!object || !call__boolean(&call, 2, &on))
		return NULL;
	if (!object__set_autoload(object, name, on, &call.failure))
		return call__throw(&call);
	return NULL;
}

static napi_value addon__object_set_attach_target(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	char target[CALL_TEXT_MAX];
	struct object *object;
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (!object || !call__text(&call, 2, target))
		return NULL;
	if (!object__set_attach_target(object, name, target, &call.failure))
		return call__throw(&call);
	return NULL;
}

static napi_value addon__object_map(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (!object)
		return NULL;
	return call__result(&call, HANDLE_KIND_MAP, object__map(object, name, &call.failure));
}

static napi_value addon__object_program(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (!object)
		return NULL;
	return call__result(&call, HANDLE_KIND_PROGRAM,
			    object__program(object, name, &call.failure));
}

/* (object, program, function?, isReturn?) */
static napi_value addon__object_attach(napi_env env, napi_callback_info info)
{
	struct attach_point point = {0};
	char function[CALL_TEXT_MAX];
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (!object)
		return NULL;
	point.program = name;
	if (call__is_given(&call, 2)) {
		if (!call__text(&call, 2, function) || !call__boolean(&call, 3, &point.is_return))
			return NULL;
		point.kind = ATTACH_KIND_KPROBE;
		point.function = function;
	}
	return call__result(&call, HANDLE_KIND_LINK, object__attach(object, point, &call.failure));
}

/* (object, program, category, event) */
static napi_value addon__object_attach_tracepoint(napi_env env, napi_callback_info info)
{
	struct attach_point point = {.kind = ATTACH_KIND_TRACEPOINT};
	char category[CALL_TEXT_MAX];
	char event[CALL_TEXT_MAX];
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (!object || !call__text(&call, 2, category) || !call__text(&call, 3, event))
		return NULL;
	point.program = name;
	point.category = category;
	point.function = event;
	return call__result(&call, HANDLE_KIND_LINK, object__attach(object, point, &call.failure));
}

/* (object, program, file, offset, refCounter, isReturn, cookie) */
static napi_value addon__object_attach_uprobe(napi_env env, napi_callback_info info)
{
	struct attach_point point = {.kind = ATTACH_KIND_UPROBE};
	char file[CALL_TEXT_MAX];
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct call call;
	int64_t ref_counter;
	int64_t offset;
	int64_t cookie;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (!object || !call__text(&call, 2, file) || !call__integer(&call, 3, &offset) ||
	    !call__integer(&call, 4, &ref_counter) || !call__boolean(&call, 5, &point.is_return) ||
	    !call__integer(&call, 6, &cookie))
		return NULL;
	point.program = name;
	point.file = file;
	point.offset = (uint64_t)offset;
	point.ref_counter = (uint64_t)ref_counter;
	point.cookie = (uint64_t)cookie;
	return call__result(&call, HANDLE_KIND_LINK, object__attach(object, point, &call.failure));
}

/* (object, program, directory) */
static napi_value addon__object_attach_cgroup(napi_env env, napi_callback_info info)
{
	struct attach_point point = {.kind = ATTACH_KIND_CGROUP};
	char directory[CALL_TEXT_MAX];
	char name[CALL_TEXT_MAX];
	struct object *object;
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	object = call__object_and_name(&call, name);
	if (!object || !call__text(&call, 2, directory))
		return NULL;
	point.program = name;
	point.file = directory;
	return call__result(&call, HANDLE_KIND_LINK, object__attach(object, point, &call.failure));
}

const struct addon_function OBJECT_FUNCTIONS[] = {
    {"objectOpen", addon__object_open},
    {"objectLoad", addon__object_load},
    {"objectProgramNames", addon__object_program_names},
    {"objectMapNames", addon__object_map_names},
    {"objectSetVariable", addon__object_set_variable},
    {"objectSetMapEntries", addon__object_set_map_entries},
    {"objectReuseMap", addon__object_reuse_map},
    {"objectDisableMap", addon__object_disable_map},
    {"objectSetAutoload", addon__object_set_autoload},
    {"objectSetAttachTarget", addon__object_set_attach_target},
    {"objectMap", addon__object_map},
    {"objectProgram", addon__object_program},
    {"objectAttach", addon__object_attach},
    {"objectAttachTracepoint", addon__object_attach_tracepoint},
    {"objectAttachUprobe", addon__object_attach_uprobe},
    {"objectAttachCgroup", addon__object_attach_cgroup},
    {NULL, NULL},
};
