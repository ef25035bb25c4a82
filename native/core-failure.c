/* SPDX-License-Identifier: Apache-2.0 */
/* Failures, and the text libbpf would have printed about them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/libbpf.h>
#include "core.h"

/* libbpf asks the kernel for at most 16 MiB of verifier log. */
#define LOG_SIZE_MAX (20u << 20)

/* libbpf's print hook is global to the process while calls come from several threads. */
static _Thread_local struct {
	char *text;
	size_t length;
	size_t capacity;
} log_buffer;

bool failure__set(struct failure *failure, struct failure_call call, const char *format, ...)
{
	va_list arguments;

	failure->code = call.code;
	failure->call = call.call;
	failure->error = call.error < 0 ? -call.error : call.error;
	va_start(arguments, format);
	vsnprintf(failure->message, sizeof(failure->message), format, arguments);
	va_end(arguments);
	return false;
}

static bool log__reserve(size_t length)
{
	size_t wanted = log_buffer.length + length + 1;
	size_t capacity = log_buffer.capacity ? log_buffer.capacity : 4096;
	char *text;

	if (wanted > LOG_SIZE_MAX)
		return false;
	while (capacity < wanted)
		capacity *= 2;
	if (capacity == log_buffer.capacity)
		return true;
	text = realloc(log_buffer.text, capacity);
	if (!text)
		return false;
	log_buffer.text = text;
	log_buffer.capacity = capacity;
	return true;
}

static int log__print(enum libbpf_print_level level, const char *format, va_list arguments)
{
	va_list again;
	int length;

	if (level == LIBBPF_DEBUG)
		return 0;
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length <= 0 || !log__reserve((size_t)length))
		return 0;
	vsnprintf(log_buffer.text + log_buffer.length, (size_t)length + 1, format, arguments);
	log_buffer.length += (size_t)length;
	return length;
}

void log__install(void)
{
	libbpf_set_print(log__print);
}

void log__begin(void)
{
	log_buffer.length = 0;
	/* A rejected program may have left megabytes; the next calls need a few lines. */
	if (log_buffer.capacity > 65536)
		log__drop();
}

void log__drop(void)
{
	free(log_buffer.text);
	memset(&log_buffer, 0, sizeof(log_buffer));
}

const char *log__text(size_t *length)
{
	*length = log_buffer.length;
	return log_buffer.text;
}
