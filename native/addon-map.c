/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on BPF maps. */
#include <stdlib.h>
#include "addon.h"

static struct map *call__map(struct call *call, napi_env env, napi_callback_info info)
{
	return call__begin(call, env, info) ? call__handle(call, 0, HANDLE_KIND_MAP) : NULL;
}

static napi_value addon__map_open_pinned(napi_env env, napi_callback_info info)
{
	char path[CALL_TEXT_MAX];
	struct call call;

	if (!call__begin(&call, env, info) || !call__text(&call, 0, path))
		return NULL;
	return call__result(&call, HANDLE_KIND_MAP, map__open_pinned(path, &call.failure));
}

static napi_value addon__map_info(napi_env env, napi_callback_info info)
{
	const struct map_info *map_info;
	napi_value value = NULL;
	struct call call;
	struct map *map = call__map(&call, env, info);

	if (!map)
		return NULL;
	map_info = map__info(map);
	napi_create_object(env, &value);
	value__set(env, value, "name", value__text(env, map_info->name));
	value__set(env, value, "type", value__number(env, map_info->type));
	value__set(env, value, "keySize", value__number(env, map_info->key_size));
	value__set(env, value, "valueSize", value__number(env, map_info->value_size));
	value__set(env, value, "maxEntries", value__number(env, map_info->max_entries));
	value__set(env, value, "id", value__number(env, map_info->id));
	value__set(env, value, "valueBytes", value__number(env, (double)map_info->value_bytes));
	value__set(env, value, "fd", value__number(env, map__fd(map)));
	return value;
}

/* (map, key, out): false if there is no such key. */
static napi_value addon__map_get(napi_env env, napi_callback_info info)
{
	struct bytes key, out;
	struct call call;
	struct map *map = call__map(&call, env, info);
	int found;

	if (!map || !call__sized_bytes(&call, 1, &key, map__info(map)->key_size) ||
	    !call__sized_bytes(&call, 2, &out, map__info(map)->value_bytes))
		return NULL;
	found = map__get(map, key.data, out.data, &call.failure);
	return found < 0 ? call__throw(&call) : value__boolean(env, found);
}

static napi_value addon__map_set(napi_env env, napi_callback_info info)
{
	struct bytes key, value;
	struct call call;
	struct map *map = call__map(&call, env, info);
	int64_t flags;

	if (!map || !call__sized_bytes(&call, 1, &key, map__info(map)->key_size) ||
	    !call__sized_bytes(&call, 2, &value, map__info(map)->value_bytes) ||
	    !call__integer(&call, 3, &flags))
		return NULL;
	if (!map__set(map, key.data, value.data, (uint64_t)flags, &call.failure))
		return call__throw(&call);
	return NULL;
}

/* The value of a map of programs or maps is a file descriptor of this process. */
static napi_value map__set_fd(struct call *call, struct map *map, int fd)
{
	struct bytes key;

	if (!call__sized_bytes(call, 1, &key, map__info(map)->key_size))
		return NULL;
	if (map__info(map)->value_bytes != sizeof(fd)) {
		FAIL(&call->failure, "ENGINE_MAP_SIZE", "map %s does not hold programs or maps",
		     map__info(map)->name);
		return call__throw(call);
	}
	if (!map__set(map, key.data, &fd, 0, &call->failure))
		return call__throw(call);
	return NULL;
}

static napi_value addon__map_set_program(napi_env env, napi_callback_info info)
{
	struct call call;
	struct map *map = call__map(&call, env, info);
	struct program *program = map ? call__handle(&call, 2, HANDLE_KIND_PROGRAM) : NULL;

	return program ? map__set_fd(&call, map, program__fd(program)) : NULL;
}

static napi_value addon__map_set_map(napi_env env, napi_callback_info info)
{
	struct call call;
	struct map *map = call__map(&call, env, info);
	struct map *inner = map ? call__handle(&call, 2, HANDLE_KIND_MAP) : NULL;

	return inner ? map__set_fd(&call, map, map__fd(inner)) : NULL;
}

static napi_value addon__map_delete(napi_env env, napi_callback_info info)
{
	struct bytes key;
	struct call call;
	struct map *map = call__map(&call, env, info);
	int found;

	if (!map || !call__sized_bytes(&call, 1, &key, map__info(map)->key_size))
		return NULL;
	found = map__delete(map, key.data, &call.failure);
	return found < 0 ? call__throw(&call) : value__boolean(env, found);
}

/* All rows as {keys, values}: two byte arrays of equal row counts. */
static napi_value addon__map_rows(napi_env env, napi_callback_info info)
{
	const struct map_info *map_info;
	struct map_rows rows;
	napi_value value = NULL;
	struct call call;
	struct map *map = call__map(&call, env, info);

	if (!map)
		return NULL;
	map_info = map__info(map);
	if (!map__rows(map, &rows, &call.failure))
		return call__throw(&call);
	napi_create_object(env, &value);
	value__set(env, value, "count", value__number(env, rows.count));
	value__set(env, value, "keys",
		   value__bytes(env, rows.keys, (size_t)rows.count * map_info->key_size));
	value__set(env, value, "values",
		   value__bytes(env, rows.values, (size_t)rows.count * map_info->value_bytes));
	map_rows__free(&rows);
	return value;
}

/* (map, count, keys, values) */
static napi_value addon__map_set_rows(napi_env env, napi_callback_info info)
{
	struct bytes keys, values;
	struct map_rows rows;
	struct call call;
	struct map *map = call__map(&call, env, info);
	int64_t count;

	if (!map || !call__integer(&call, 1, &count))
		return NULL;
	if (count > UINT32_MAX) {
		FAIL(&call.failure, "ENGINE_ARGUMENT_INVALID", "too many rows");
		return call__throw(&call);
	}
	if (!call__sized_bytes(&call, 2, &keys, (size_t)count * map__info(map)->key_size) ||
	    !call__sized_bytes(&call, 3, &values, (size_t)count * map__info(map)->value_bytes))
		return NULL;
	rows = (struct map_rows){keys.data, values.data, (uint32_t)count};
	if (!map__set_rows(map, &rows, &call.failure))
		return call__throw(&call);
	return NULL;
}

static napi_value addon__map_pin(napi_env env, napi_callback_info info)
{
	char path[CALL_TEXT_MAX];
	struct call call;
	struct map *map = call__map(&call, env, info);

	if (!map || !call__text(&call, 1, path))
		return NULL;
	return map__pin(map, path, &call.failure) ? NULL : call__throw(&call);
}

const struct addon_function MAP_FUNCTIONS[] = {
    {"mapOpenPinned", addon__map_open_pinned},
    {"mapInfo", addon__map_info},
    {"mapGet", addon__map_get},
    {"mapSet", addon__map_set},
    {"mapSetProgram", addon__map_set_program},
    {"mapSetMap", addon__map_set_map},
    {"mapDelete", addon__map_delete},
    {"mapRows", addon__map_rows},
    {"mapSetRows", addon__map_set_rows},
    {"mapPin", addon__map_pin},
    {NULL, NULL},
};
