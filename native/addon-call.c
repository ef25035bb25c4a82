/* SPDX-License-Identifier: Apache-2.0 */
/* What every call from JavaScript shares: arguments in, values, handles and errors out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "addon.h"

struct handle {
	enum handle_kind kind;
	void *core; /* NULL once closed */
};

static const char *const HANDLE_WORDS[] = {
    [HANDLE_KIND_OBJECT] = "object",	[HANDLE_KIND_MAP] = "map",
    [HANDLE_KIND_PROGRAM] = "program",	[HANDLE_KIND_LINK] = "link",
    [HANDLE_KIND_TYPES] = "type table", [HANDLE_KIND_READER] = "ring reader",
    [HANDLE_KIND_STATS] = "statistics", [HANDLE_KIND_PERF_EVENT] = "perf event",
    [HANDLE_KIND_PROCESS] = "process",	[HANDLE_KIND_TREE_KILLER] = "tree killer",
};

static const napi_type_tag HANDLE_TAG = {0x7761726465722e31, 0x6b65726e656c0001};

napi_value value__number(napi_env env, double number)
{
	napi_value value = NULL;

	napi_create_double(env, number, &value);
	return value;
}

napi_value value__boolean(napi_env env, bool boolean)
{
	napi_value value = NULL;

	napi_get_boolean(env, boolean, &value);
	return value;
}

napi_value value__text(napi_env env, const char *text)
{
	napi_value value = NULL;

	napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
	return value;
}

napi_value value__bytes(napi_env env, const void *data, size_t size)
{
	napi_value buffer = NULL;
	napi_value value = NULL;
	void *memory;

	if (napi_create_arraybuffer(env, size, &memory, &buffer) != napi_ok)
		return NULL;
	if (size)
		memcpy(memory, data, size);
	napi_create_typedarray(env, napi_uint8_array, size, buffer, 0, &value);
	return value;
}

void value__set(napi_env env, napi_value object, const char *name, napi_value value)
{
	napi_set_named_property(env, object, name, value);
}

static void throw_plain(napi_env env, const struct failure *failure)
{
	napi_throw_error(env, failure->code, failure->message);
}

static napi_value error__log(napi_env env)
{
	napi_value value = NULL;
	size_t length;
	const char *text = log__text(&length);

	if (length)
		napi_create_string_utf8(env, text, length, &value);
	else
		napi_get_undefined(env, &value);
	return value;
}

/* Throws the failure of the call through the error factory; always returns NULL. */
napi_value call__throw(struct call *call)
{
	const struct failure *failure = &call->failure;
	napi_value arguments[5];
	napi_value create = NULL;
	napi_value undefined;
	napi_value error;
	struct addon_state *state = NULL;
	napi_env env = call->env;
	bool is_pending = false;

	napi_is_exception_pending(env, &is_pending);
	if (is_pending)
		return NULL;
	napi_get_undefined(env, &undefined);
	napi_get_instance_data(env, (void **)&state);
	if (state && state->create_error)
		napi_get_reference_value(env, state->create_error, &create);
	arguments[0] = value__text(env, failure->code);
	arguments[1] = value__text(env, failure->message);
	arguments[2] = failure->error ? value__number(env, failure->error) : undefined;
	arguments[3] = failure->call ? value__text(env, failure->call) : undefined;
	arguments[4] = error__log(env);
	log__drop();
	if (create && napi_call_function(env, undefined, create, 5, arguments, &error) == napi_ok)
		napi_throw(env, error);
	else
		throw_plain(env, failure);
	return NULL;
}

static bool call__refuse(struct call *call, size_t index, const char *expected)
{
	FAIL(&call->failure, "ENGINE_ARGUMENT_INVALID", "argument %zu must be %s", index + 1,
	     expected);
	call__throw(call);
	return false;
}

bool call__begin(struct call *call, napi_env env, napi_callback_info info)
{
	call->env = env;
	call->count = CALL_ARGUMENTS_MAX;
	log__begin();
	return napi_get_cb_info(env, info, &call->count, call->arguments, NULL, NULL) == napi_ok;
}

static struct handle *handle__of(napi_env env, napi_value value)
{
	struct handle *handle = NULL;
	napi_valuetype type;
	bool is_ours = false;

	if (napi_typeof(env, value, &type) != napi_ok || type != napi_object)
		return NULL;
	if (napi_check_object_type_tag(env, value, &HANDLE_TAG, &is_ours) != napi_ok || !is_ours)
		return NULL;
	napi_unwrap(env, value, (void **)&handle);
	return handle;
}

void *call__handle(struct call *call, size_t index, enum handle_kind kind)
{
	struct handle *handle = handle__of(call->env, call->arguments[index]);

	if (!handle || handle->kind != kind) {
		call__refuse(call, index, "a handle of the right kind");
		return NULL;
	}
	if (!handle->core) {
		FAIL(&call->failure, "ENGINE_HANDLE_CLOSED", "a closed %s was used",
		     HANDLE_WORDS[kind]);
		call__throw(call);
	}
	return handle->core;
}

bool call__text(struct call *call, size_t index, char text[CALL_TEXT_MAX])
{
	size_t length = 0;

	if (napi_get_value_string_utf8(call->env, call->arguments[index], text, CALL_TEXT_MAX,
				       &length) != napi_ok)
		return call__refuse(call, index, "a string");
	/* A cut string or one that ends at an inner NUL would name something else. */
	if (length >= CALL_TEXT_MAX - 1 || strlen(text) != length)
		return call__refuse(call, index, "a string of less than 4 KiB without NUL");
	return true;
}

bool call__bytes(struct call *call, size_t index, struct bytes *bytes)
{
	napi_typedarray_type type;
	void *data = NULL;
	bool is_array = false;

	napi_is_typedarray(call->env, call->arguments[index], &is_array);
	if (!is_array || napi_get_typedarray_info(call->env, call->arguments[index], &type,
						  &bytes->size, &data, NULL, NULL) != napi_ok)
		return call__refuse(call, index, "a Uint8Array");
	if (type != napi_uint8_array || (!data && bytes->size))
		return call__refuse(call, index, "a Uint8Array");
	bytes->data = data;
	return true;
}

bool call__sized_bytes(struct call *call, size_t index, struct bytes *bytes, size_t size)
{
	if (!call__bytes(call, index, bytes))
		return false;
	if (bytes->size == size)
		return true;
	FAIL(&call->failure, "ENGINE_MAP_SIZE", "expected %zu bytes, %zu given", size, bytes->size);
	call__throw(call);
	return false;
}

bool call__integer(struct call *call, size_t index, int64_t *value)
{
	double number;

	if (napi_get_value_double(call->env, call->arguments[index], &number) != napi_ok ||
	    number < 0 || number > 9007199254740991.0 || number != floor(number))
		return call__refuse(call, index, "a whole number that is not negative");
	*value = (int64_t)number;
	return true;
}

bool call__boolean(struct call *call, size_t index, bool *value)
{
	if (napi_get_value_bool(call->env, call->arguments[index], value) != napi_ok)
		return call__refuse(call, index, "a boolean");
	return true;
}

bool call__is_given(struct call *call, size_t index)
{
	napi_valuetype type = napi_undefined;

	napi_typeof(call->env, call->arguments[index], &type);
	return type != napi_undefined && type != napi_null;
}

static void handle__free_core(enum handle_kind kind, void *core)
{
	switch (kind) {
	case HANDLE_KIND_OBJECT:
		object__close(core);
		break;
	case HANDLE_KIND_MAP:
		map__close(core);
		break;
	case HANDLE_KIND_PROGRAM:
		program__close(core);
		break;
	case HANDLE_KIND_LINK:
		link__close(core);
		break;
	case HANDLE_KIND_TYPES:
		types__close(core);
		break;
	case HANDLE_KIND_READER:
		addon_reader__close(core);
		break;
	case HANDLE_KIND_STATS:
	case HANDLE_KIND_PERF_EVENT:
		close((int)(intptr_t)core);
		break;
	case HANDLE_KIND_PROCESS:
		close((int)(intptr_t)core - 1);
		break;
	case HANDLE_KIND_TREE_KILLER:
		tree_killer__close(core);
		break;
	}
}

static void handle__finalize(napi_env env, void *data, void *hint)
{
	struct handle *handle = data;

	(void)env;
	(void)hint;
	if (handle->core)
		handle__free_core(handle->kind, handle->core);
	free(handle);
}

napi_value call__result(struct call *call, enum handle_kind kind, void *core)
{
	struct handle *handle;
	napi_value value = NULL;

	if (!core)
		return call__throw(call);
	handle = calloc(1, sizeof(*handle));
	if (!handle || napi_create_object(call->env, &value) != napi_ok ||
	    napi_wrap(call->env, value, handle, handle__finalize, NULL, NULL) != napi_ok) {
		handle__free_core(kind, core);
		free(handle);
		FAIL(&call->failure, "ENGINE_ARGUMENT_INVALID", "handle cannot be created");
		return call__throw(call);
	}
	handle->kind = kind;
	handle->core = core;
	napi_type_tag_object(call->env, value, &HANDLE_TAG);
	return value;
}

/* True if it was open; throws for anything that is not a handle. */
bool call__close_handle(struct call *call, size_t index)
{
	struct handle *handle = handle__of(call->env, call->arguments[index]);
	void *core;

	if (!handle)
		return call__refuse(call, index, "a handle");
	core = handle->core;
	handle->core = NULL;
	if (core)
		handle__free_core(handle->kind, core);
	return core != NULL;
}
