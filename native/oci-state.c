/* SPDX-License-Identifier: Apache-2.0 */
/* A strict reader of JSON without recursion or allocation, for the state of a container.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "oci-state.h"

/* Longer than any key that is looked for. */
#define KEY_SIZE 64

#define UTF8_SIZE_MAX 4

static const char *const NAMESPACE_KEYS[STATE_NAMESPACES] = {
    "io.kubernetes.cri.sandbox-namespace",
    "io.kubernetes.pod.namespace",
};

enum expectation { EXPECT_KEY, EXPECT_VALUE, EXPECT_SEPARATOR };

/* What the value is that comes next. */
enum meaning { MEANS_NOTHING, MEANS_ANNOTATIONS, MEANS_NAMESPACE };

struct reader {
	const uint8_t *at;
	const uint8_t *end;
	const char *problem;
	struct oci_state *state;
	enum expectation expected;
	enum meaning meaning;
	size_t namespace_index;
	size_t depth;
	bool is_object[STATE_DEPTH_MAX];
	bool has_annotations;
	bool is_in_annotations;
	bool has_namespace[STATE_NAMESPACES];
};

/* A decoded string: the first `size` bytes of it, and how many there are. */
struct text {
	char *bytes;
	size_t size;
	size_t length;
};

static bool reader__fail(struct reader *reader, const char *problem)
{
	reader->problem = problem;
	return false;
}

/* The next byte without taking it; -1 at the end. */
static int reader__peek(const struct reader *reader)
{
	return reader->at < reader->end ? *reader->at : -1;
}

static bool reader__take(struct reader *reader, char byte)
{
	if (reader__peek(reader) != byte)
		return false;
	reader->at++;
	return true;
}

static void reader__skip_space(struct reader *reader)
{
	while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) && *reader->at)
		reader->at++;
}

static bool is_digit(int byte)
{
	return byte >= '0' && byte <= '9';
}

static void text__add(struct text *text, const void *bytes, size_t size)
{
	if (text->length + size <= text->size)
		memcpy(text->bytes + text->length, bytes, size);
	text->length += size;
}

static bool text__equals(const struct text *text, const char *other)
{
	return text->length == strlen(other) && !memcmp(text->bytes, other, text->length);
}

static void text__add_point(struct text *text, uint32_t point)
{
	uint8_t bytes[UTF8_SIZE_MAX];
	size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	static const uint8_t marks[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t at = size; at-- > 1; point >>= 6)
		bytes[at] = 0x80 | (point & 0x3f);
	bytes[0] = marks[size] | point;
	text__add(text, bytes, size);
}

/* Bytes of the valid sequence at `at`, or 0. */
static size_t utf8__size(const uint8_t *at, const uint8_t *end)
{
	size_t size = *at < 0x80 ? 1 : *at < 0xc2 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;

	if (*at > 0xf4 || size > (size_t)(end - at))
		return 0;
	for (size_t place = 1; place < size; place++)
		if ((at[place] & 0xc0) != 0x80)
			return 0;
	/* Numbers in more bytes than they need, halves of pairs, and what is beyond Unicode. */
	if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) ||
	    (*at == 0xf0 && at[1] < 0x90) || (*at == 0xf4 && at[1] > 0x8f))
		return 0;
	return size;
}

static bool hex__read(struct reader *reader, uint32_t *unit)
{
	*unit = 0;
	for (int place = 0; place < 4; place++) {
		int byte = reader__peek(reader);
		int letter = byte | 0x20;

		if (is_digit(byte))
			*unit = *unit << 4 | (uint32_t)(byte - '0');
		else if (byte > 0 && letter >= 'a' && letter <= 'f')
			*unit = *unit << 4 | (uint32_t)(letter - 'a' + 10);
		else
			return reader__fail(reader, "an escape is not one");
		reader->at++;
	}
	return true;
}

/* What follows `\u`: a number, or two halves of one. */
static bool point__read(struct reader *reader, struct text *text)
{
	uint32_t high, low;

	if (!hex__read(reader, &high))
		return false;
	if (high < 0xd800 || high > 0xdfff) {
		text__add_point(text, high);
		return true;
	}
	if (high > 0xdbff || !reader__take(reader, '\\') || !reader__take(reader, 'u'))
		return reader__fail(reader, "an escape is half of a character");
	if (!hex__read(reader, &low))
		return false;
	if (low < 0xdc00 || low > 0xdfff)
		return reader__fail(reader, "an escape is half of a character");
	text__add_point(text, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
	return true;
}

static bool escape__read(struct reader *reader, struct text *text)
{
	static const char escapes[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	int byte = reader__peek(reader);
	const char *found = byte > 0 ? strchr(escapes, byte) : NULL;

	if (byte < 0)
		return reader__fail(reader, "a string does not end");
	reader->at++;
	if (byte == 'u')
		return point__read(reader, text);
	if (!found)
		return reader__fail(reader, "an escape is not one");
	text__add(text, &meanings[found - escapes], 1);
	return true;
}

/* A string, from its first quote. */
static bool string__read(struct reader *reader, struct text *text)
{
	if (!reader__take(reader, '"'))
		return reader__fail(reader, "a string is missing");
	for (;;) {
		int byte = reader__peek(reader);
		size_t size;

		if (byte < 0)
			return reader__fail(reader, "a string does not end");
		if (byte < ' ')
			return reader__fail(reader, "a string has a control character");
		if (reader__take(reader, '"'))
			return true;
		if (reader__take(reader, '\\')) {
			if (!escape__read(reader, text))
				return false;
			continue;
		}
		size = utf8__size(reader->at, reader->end);
		if (!size)
			return reader__fail(reader, "a string is not UTF-8");
		text__add(text, reader->at, size);
		reader->at += size;
	}
}

static bool digits__read(struct reader *reader)
{
	if (!is_digit(reader__peek(reader)))
		return reader__fail(reader, "a value is not one");
	while (is_digit(reader__peek(reader)))
		reader->at++;
	return true;
}

static bool number__read(struct reader *reader)
{
	reader__take(reader, '-');
	if (!reader__take(reader, '0') && !digits__read(reader))
		return false;
	if (reader__take(reader, '.') && !digits__read(reader))
		return false;
	if (!reader__take(reader, 'e') && !reader__take(reader, 'E'))
		return true;
	if (!reader__take(reader, '+'))
		reader__take(reader, '-');
	return digits__read(reader);
}

static bool word__read(struct reader *reader)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t place = 0; place < sizeof(words) / sizeof(words[0]); place++) {
		size_t size = strlen(words[place]);

		if ((size_t)(reader->end - reader->at) < size ||
		    memcmp(reader->at, words[place], size))
			continue;
		reader->at += size;
		return true;
	}
	return number__read(reader);
}

/* Which namespace a key of the annotations gives; STATE_NAMESPACES for none. */
static size_t namespace__index(const struct text *key)
{
	size_t index = 0;

	while (index < STATE_NAMESPACES && !text__equals(key, NAMESPACE_KEYS[index]))
		index++;
	return index;
}

/* A key that says the same thing twice could mean either, so neither is believed. */
static bool key__note(struct reader *reader, const struct text *key)
{
	reader->meaning = MEANS_NOTHING;
	if (reader->depth == 1 && text__equals(key, "annotations")) {
		if (reader->has_annotations)
			return reader__fail(reader, "it has annotations twice");
		reader->has_annotations = true;
		reader->meaning = MEANS_ANNOTATIONS;
	} else if (reader->depth == 2 && reader->is_in_annotations) {
		size_t index = namespace__index(key);

		if (index == STATE_NAMESPACES)
			return true;
		if (reader->has_namespace[index])
			return reader__fail(reader, "it has a namespace twice");
		reader->has_namespace[index] = true;
		reader->namespace_index = index;
		reader->meaning = MEANS_NAMESPACE;
	}
	return true;
}

static bool key__read(struct reader *reader)
{
	char bytes[KEY_SIZE];
	struct text key = {.bytes = bytes, .size = sizeof(bytes)};

	reader__skip_space(reader);
	if (!string__read(reader, &key))
		return false;
	reader__skip_space(reader);
	if (!reader__take(reader, ':'))
		return reader__fail(reader, "a member has no value");
	reader->expected = EXPECT_VALUE;
	return key__note(reader, &key);
}

static bool namespace__read(struct reader *reader)
{
	char *bytes = reader->state->namespaces[reader->namespace_index];
	struct text text = {.bytes = bytes, .size = STATE_NAMESPACE_SIZE - 1};

	if (!string__read(reader, &text))
		return reader__fail(reader, "a namespace is not a string");
	if (text.length > text.size || memchr(bytes, 0, text.length))
		return reader__fail(reader, "a namespace is none that there can be");
	bytes[text.length] = 0;
	return true;
}

static bool value__open(struct reader *reader, bool is_object)
{
	if (reader->depth == STATE_DEPTH_MAX)
		return reader__fail(reader, "it is nested too deeply");
	reader->at++;
	reader->is_object[reader->depth++] = is_object;
	if (reader->meaning == MEANS_ANNOTATIONS)
		reader->is_in_annotations = true;
	reader->meaning = MEANS_NOTHING;
	reader->expected = is_object ? EXPECT_KEY : EXPECT_VALUE;
	reader__skip_space(reader);
	if (reader__peek(reader) == (is_object ? '}' : ']'))
		reader->expected = EXPECT_SEPARATOR;
	return true;
}

static bool value__read(struct reader *reader)
{
	struct text ignored = {0};
	int byte;

	reader__skip_space(reader);
	byte = reader__peek(reader);
	if (reader->depth == 0 && byte != '{')
		return reader__fail(reader, "it is not an object");
	if (reader->meaning == MEANS_ANNOTATIONS && byte != '{')
		return reader__fail(reader, "its annotations are not an object");
	if (byte == '{' && reader->meaning != MEANS_NAMESPACE)
		return value__open(reader, true);
	reader->expected = EXPECT_SEPARATOR;
	if (reader->meaning == MEANS_NAMESPACE)
		return namespace__read(reader);
	if (byte == '[')
		return value__open(reader, false);
	return byte == '"' ? string__read(reader, &ignored) : word__read(reader);
}

/* What follows a value: another one, or the end of what it is in. */
static bool separator__read(struct reader *reader)
{
	bool is_object = reader->is_object[reader->depth - 1];

	reader->meaning = MEANS_NOTHING;
	reader__skip_space(reader);
	if (reader__take(reader, is_object ? '}' : ']')) {
		reader->depth--;
		if (reader->depth < 2)
			reader->is_in_annotations = false;
		return true;
	}
	if (!reader__take(reader, ','))
		return reader__fail(reader,
				    "it ends too early or has something that does not belong");
	reader->expected = is_object ? EXPECT_KEY : EXPECT_VALUE;
	return true;
}

static bool step__read(struct reader *reader)
{
	switch (reader->expected) {
	case EXPECT_KEY:
		return key__read(reader);
	case EXPECT_VALUE:
		return value__read(reader);
	default:
		return separator__read(reader);
	}
}

const char *state__read(const char *text, size_t size, struct oci_state *state)
{
	struct reader reader = {
	    .at = (const uint8_t *)text,
	    .end = (const uint8_t *)text + size,
	    .state = state,
	    .expected = EXPECT_VALUE,
	};

	memset(state, 0, sizeof(*state));
	do {
		if (!step__read(&reader))
			return reader.problem;
	} while (reader.depth > 0);
	reader__skip_space(&reader);
	return reader.at == reader.end ? NULL : "something follows it";
}
