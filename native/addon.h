/* SPDX-License-Identifier: Apache-2.0 */
/* The Node-API shell over the core: arguments in, handles and coded errors out. */
#ifndef WARDER_ADDON_H
#define WARDER_ADDON_H

#define NAPI_VERSION 9
#include <node_api.h>
#include "core.h"

#define CALL_ARGUMENTS_MAX 7
#define CALL_TEXT_MAX	   4096

/* One per env. */
struct addon_state {
	napi_ref create_error; /* (code, message, errno, call, log) => Error */
};

enum handle_kind {
	HANDLE_KIND_OBJECT = 1,
	HANDLE_KIND_MAP = 2,
	HANDLE_KIND_PROGRAM = 3,
	HANDLE_KIND_LINK = 4,
	HANDLE_KIND_TYPES = 5,
	HANDLE_KIND_READER = 6,
	HANDLE_KIND_STATS = 7,
	HANDLE_KIND_PERF_EVENT = 8,
	HANDLE_KIND_PROCESS = 9,
	HANDLE_KIND_TREE_KILLER = 10,
};

/* One call from JavaScript. The functions below throw and return NULL or false on a wrong argument.
 */
struct call {
	napi_env env;
	size_t count;
	napi_value arguments[CALL_ARGUMENTS_MAX];
	struct failure failure;
};

struct bytes {
	uint8_t *data;
	size_t size;
};

bool call__begin(struct call *call, napi_env env, napi_callback_info info);
napi_value call__throw(struct call *call);
void *call__handle(struct call *call, size_t index, enum handle_kind kind);
bool call__text(struct call *call, size_t index, char text[CALL_TEXT_MAX]);
bool call__bytes(struct call *call, size_t index, struct bytes *bytes);
bool call__sized_bytes(struct call *call, size_t index, struct bytes *bytes, size_t size);
bool call__integer(struct call *call, size_t index, int64_t *value);
bool call__boolean(struct call *call, size_t index, bool *value);
bool call__is_given(struct call *call, size_t index);
bool call__close_handle(struct call *call, size_t index);

/* Wraps a core pointer; NULL means that the core failed and throws. */
napi_value call__result(struct call *call, enum handle_kind kind, void *core);

napi_value value__number(napi_env env, double number);
napi_value value__boolean(napi_env env, bool value);
napi_value value__text(napi_env env, const char *text);
napi_value value__bytes(napi_env env, const void *data, size_t size);
void value__set(napi_env env, napi_value object, const char *name, napi_value value);

/* A reader and the JavaScript function it wakes. */
struct addon_reader;
void addon_reader__close(struct addon_reader *reader);

struct addon_function {
	const char *name;
	napi_callback callback;
};

/* Each ends with an entry without a name. */
extern const struct addon_function OBJECT_FUNCTIONS[];
extern const struct addon_function MAP_FUNCTIONS[];
extern const struct addon_function PROGRAM_FUNCTIONS[];
extern const struct addon_function TYPES_FUNCTIONS[];
extern const struct addon_function RING_FUNCTIONS[];
extern const struct addon_function PROCESS_FUNCTIONS[];

#endif
