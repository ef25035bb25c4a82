/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on type information. */
#include "addon.h"

static struct types *call__types(struct call *call, napi_env env, napi_callback_info info)
{
	return call__begin(call, env, info) ? call__handle(call, 0, HANDLE_KIND_TYPES) : NULL;
}

static napi_value addon__types_open_kernel(napi_env env, napi_callback_info info)
{
	struct call call;

	if (!call__begin(&call, env, info))
		return NULL;
	return call__result(&call, HANDLE_KIND_TYPES, types__open_kernel(&call.failure));
}

static napi_value addon__types_open_module(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	struct call call;

	if (!call__begin(&call, env, info) || !call__text(&call, 0, name))
		return NULL;
	return call__result(&call, HANDLE_KIND_TYPES, types__open_module(name, &call.failure));
}

static napi_value addon__types_open_file(napi_env env, napi_callback_info info)
{
	char path[CALL_TEXT_MAX];
	struct call call;

	if (!call__begin(&call, env, info) || !call__text(&call, 0, path))
		return NULL;
	return call__result(&call, HANDLE_KIND_TYPES, types__open_file(path, &call.failure));
}

/* (bytes, name) */
static napi_value addon__types_open_bytes(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	struct bytes bytes;
	struct call call;

	if (!call__begin(&call, env, info) || !call__bytes(&call, 0, &bytes) ||
	    !call__text(&call, 1, name))
		return NULL;
	return call__result(&call, HANDLE_KIND_TYPES,
			    types__open_bytes(bytes.data, bytes.size, name, &call.failure));
}

static napi_value addon__types_count(napi_env env, napi_callback_info info)
{
	struct call call;
	struct types *types = call__types(&call, env, info);

	return types ? value__number(env, types__count(types)) : NULL;
}

/* (types, name, kind): an id, or 0. */
static napi_value addon__types_find(napi_env env, napi_callback_info info)
{
	char name[CALL_TEXT_MAX];
	struct call call;
	struct types *types = call__types(&call, env, info);
	int64_t kind;
	int id;

	if (!types || !call__text(&call, 1, name) || !call__integer(&call, 2, &kind))
		return NULL;
	id = types__find(types, name, kind > UINT32_MAX ? UINT32_MAX : (uint32_t)kind);
	return value__number(env, id < 0 ? 0 : id);
}

/* (types, id): undefined for an unknown id. */
static napi_value addon__types_bytes(napi_env env, napi_callback_info info)
{
	const void *bytes;
	size_t size = 0;
	struct call call;
	struct types *types = call__types(&call, env, info);
	int64_t id;

	if (!types || !call__integer(&call, 1, &id))
		return NULL;
	bytes = id > UINT32_MAX ? NULL : types__bytes(types, (uint32_t)id, &size);
	return bytes ? value__bytes(env, bytes, size) : NULL;
}

/* (types, offset): undefined for an offset outside the strings. */
static napi_value addon__types_string(napi_env env, napi_callback_info info)
{
	const char *text;
	struct call call;
	struct types *types = call__types(&call, env, info);
	int64_t offset;

	if (!types || !call__integer(&call, 1, &offset))
		return NULL;
	text = offset > UINT32_MAX ? NULL : types__string(types, (uint32_t)offset);
	return text ? value__text(env, text) : NULL;
}

struct name_list {
	napi_env env;
	napi_value names;
	uint32_t count;
	int64_t limit;
};

static bool name_list__add(void *context, const char *name)
{
	struct name_list *list = context;

	napi_set_element(list->env, list->names, list->count++, value__text(list->env, name));
	return list->count < list->limit;
}

/* (types, kind, prefix, limit) */
static napi_value addon__types_names(napi_env env, napi_callback_info info)
{
	struct name_list list = {.env = env};
	struct name_query query = {};
	char prefix[CALL_TEXT_MAX];
	struct call call;
	struct types *types = call__types(&call, env, info);
	int64_t kind;

	if (!types || !call__integer(&call, 1, &kind) || !call__text(&call, 2, prefix) ||
	    !call__integer(&call, 3, &list.limit))
		return NULL;
	query.kind = kind > UINT32_MAX ? UINT32_MAX : (uint32_t)kind;
	query.prefix = prefix;
	napi_create_array(env, &list.names);
	if (list.limit)
		types__names(types, &query, name_list__add, &list);
	return list.names;
}

const struct addon_function TYPES_FUNCTIONS[] = {
    {"typesOpenKernel", addon__types_open_kernel},
    {"typesOpenModule", addon__types_open_module},
    {"typesOpenFile", addon__types_open_file},
    {"typesOpenBytes", addon__types_open_bytes},
    {"typesCount", addon__types_count},
    {"typesFind", addon__types_find},
    {"typesBytes", addon__types_bytes},
    {"typesString", addon__types_string},
    {"typesNames", addon__types_names},
    {NULL, NULL},
};
