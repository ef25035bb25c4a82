/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on ring readers, and the wake-up that crosses from the reader's thread to JavaScript. */
#include <stdlib.h>
#include "addon.h"

#define RINGS_MAX 16

/* Freed when both its owner and the thread-safe function have let go, in either order: calls that
 * were queued before close still arrive afterwards. All of it happens on the thread of the env.
 */
struct addon_reader {
	struct reader *reader; /* NULL once closed */
	napi_threadsafe_function wake;
	napi_env env;
	int references;
};

static void addon_reader__release(struct addon_reader *reader)
{
	if (!--reader->references)
		free(reader);
}

static void addon_reader__on_wake_gone(napi_env env, void *data, void *hint)
{
	(void)env;
	(void)hint;
	addon_reader__release(data);
}

/* On the reader's thread. Nothing to do if the queue is closing: so is the reader. */
static void addon_reader__wake(void *context)
{
	struct addon_reader *reader = context;

	napi_call_threadsafe_function(reader->wake, NULL, napi_tsfn_nonblocking);
}

/* On the thread of the env. An exception of the callback is an uncaught exception of the program;
 * without this Node would drop it.
 */
static void addon_reader__call(napi_env env, napi_value callback, void *context, void *data)
{
	struct addon_reader *reader = context;
	napi_value undefined;
	napi_value error;
	bool is_pending = false;

	(void)data;
	if (!env || !callback || !reader->reader)
		return;
	reader__rearm(reader->reader);
	napi_get_undefined(env, &undefined);
	napi_call_function(env, undefined, callback, 0, NULL, NULL);
	napi_is_exception_pending(env, &is_pending);
	if (is_pending && napi_get_and_clear_last_exception(env, &error) == napi_ok)
		napi_fatal_exception(env, error);
}

static void addon_reader__stop(struct addon_reader *reader)
{
	if (!reader->reader)
		return;
	reader__close(reader->reader);
	reader->reader = NULL;
	napi_release_threadsafe_function(reader->wake, napi_tsfn_abort);
}

/* The env goes away with the reader open: a worker was terminated. */
static void addon_reader__on_env_gone(void *argument)
{
	addon_reader__stop(argument);
}

void addon_reader__close(struct addon_reader *reader)
{
	napi_remove_env_cleanup_hook(reader->env, addon_reader__on_env_gone, reader);
	addon_reader__stop(reader);
	addon_reader__release(reader);
}

static bool call__maps(struct call *call, struct map *maps[RINGS_MAX], uint32_t *count)
{
	napi_value elements[RINGS_MAX];
	napi_value list = call->arguments[0];
	bool is_array = false;
	uint32_t index;

	napi_is_array(call->env, list, &is_array);
	if (!is_array || napi_get_array_length(call->env, list, count) != napi_ok ||
	    *count > RINGS_MAX) {
		FAIL(&call->failure, "ENGINE_ARGUMENT_INVALID",
		     "argument 1 must be an array of at most %d maps", RINGS_MAX);
		call__throw(call);
		return false;
	}
	/* First all elements, then all handles: a getter of the array may close what was resolved.
	 */
	for (index = 0; index < *count; index++)
		if (napi_get_element(call->env, list, index, &elements[index]) != napi_ok)
			return false;
	for (index = 0; index < *count; index++) {
		call->arguments[0] = elements[index];
		maps[index] = call__handle(call, 0, HANDLE_KIND_MAP);
		if (!maps[index])
			return false;
	}
	return true;
}

static bool addon_reader__create_wake(struct addon_reader *reader, napi_value callback)
{
	napi_value name = value__text(reader->env, "warder:ring");

	return napi_create_threadsafe_function(reader->env, callback, NULL, name, 0, 1, reader,
					       addon_reader__on_wake_gone, reader,
					       addon_reader__call, &reader->wake) == napi_ok;
}

/* (maps, wake, intervalMs) */
static napi_value addon__reader_open(napi_env env, napi_callback_info info)
{
	struct map *maps[RINGS_MAX];
	struct addon_reader *reader;
	struct call call;
	int64_t interval;
	uint32_t count;

	if (!call__begin(&call, env, info) || !call__maps(&call, maps, &count) ||
	    !call__integer(&call, 2, &interval))
		return NULL;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return NULL;
	reader->env = env;
	reader->references = 2;
	if (!addon_reader__create_wake(reader, call.arguments[1])) {
		free(reader);
		FAIL(&call.failure, "ENGINE_ARGUMENT_INVALID", "argument 2 must be a function");
		return call__throw(&call);
	}
	reader->reader = reader__open(maps, count,
				      (struct reader_options){addon_reader__wake, reader,
							      interval > 60000 ? 60000
							      : interval < 1   ? 1
									     : (uint32_t)interval},
				      &call.failure);
	if (!reader->reader) {
		napi_release_threadsafe_function(reader->wake, napi_tsfn_abort);
		addon_reader__release(reader);
		return call__throw(&call);
	}
	napi_add_env_cleanup_hook(env, addon_reader__on_env_gone, reader);
	return call__result(&call, HANDLE_KIND_READER, reader);
}

/* A reader whose env is going away is closed while its handle still exists. */
static struct reader *call__reader(struct call *call, napi_env env, napi_callback_info info)
{
	struct addon_reader *reader;

	if (!call__begin(call, env, info))
		return NULL;
	reader = call__handle(call, 0, HANDLE_KIND_READER);
	return reader ? reader->reader : NULL;
}

/* (reader, index, out): bytes of records copied to out. */
static napi_value addon__reader_fill(napi_env env, napi_callback_info info)
{
	struct bytes out;
	struct call call;
	struct reader *reader = call__reader(&call, env, info);
	int64_t index;
	int64_t bytes;

	if (!reader || !call__integer(&call, 1, &index) || !call__bytes(&call, 2, &out))
		return NULL;
	bytes = reader__fill(reader, (size_t)index, out.data, out.size, &call.failure);
	return bytes < 0 ? call__throw(&call) : value__number(env, (double)bytes);
}

static napi_value addon__reader_pending(napi_env env, napi_callback_info info)
{
	struct call call;
	struct reader *reader = call__reader(&call, env, info);

	return reader ? value__number(env, (double)reader__pending(reader)) : NULL;
}

/* (data, consumer, producer, out): the scan alone, for tests. */
static napi_value addon__ring_scan(napi_env env, napi_callback_info info)
{
	struct bytes data, out;
	int64_t consumer, producer, bytes;
	struct ring_view view;
	struct call call;

	if (!call__begin(&call, env, info) || !call__bytes(&call, 0, &data) ||
	    !call__integer(&call, 1, &consumer) || !call__integer(&call, 2, &producer) ||
	    !call__bytes(&call, 3, &out))
		return NULL;
	if (data.size < 8 || (data.size & (data.size - 1)) || ((uintptr_t)data.data & 7)) {
		FAIL(&call.failure, "ENGINE_ARGUMENT_INVALID",
		     "argument 1 must have a power of two of bytes");
		return call__throw(&call);
	}
	view = (struct ring_view){data.data, data.size - 1, (uint64_t)consumer, (uint64_t)producer};
	bytes = ring__scan(&view, out.data, out.size);
	if (bytes >= 0)
		return value__number(env, (double)bytes);
	FAIL(&call.failure,
	     bytes == RING_SCAN_CORRUPT ? "ENGINE_RING_CORRUPT" : "ENGINE_RING_BATCH_SIZE",
	     "the scan refused the ring");
	return call__throw(&call);
}

const struct addon_function RING_FUNCTIONS[] = {
    {"readerOpen", addon__reader_open},
    {"readerFill", addon__reader_fill},
    {"readerPending", addon__reader_pending},
    {"ringScan", addon__ring_scan},
    {NULL, NULL},
};
