/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the kernel's type information that an object is relocated against. libbpf compares
 * each type of an object with all 120,000 of the kernel, at every load: that took two thirds of the
 * time until a policy was in force. Among the few hundred that can be meant, it takes none.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core-excerpt.h"
#include "core-relocations.h"

/* Objects relocate against some dozens of types; with room to spare, look-ups end soon. */
#define NAMES_ROOM 1024

struct name {
	const char *text; /* NULL: none here */
	size_t length;
	bool is_found;
};

struct excerpt {
	struct name names[NAMES_ROOM]; /* an open hash table */
	size_t name_count;
	size_t found_count;
	const struct btf *object;
	const struct btf *from; /* types of the kernel, or of a module on top of those */
	struct btf *types;
	uint32_t *ids; /* of from -> of types; 0: not there yet */
	uint32_t id_count;
	bool is_broken;
};

/* Excerpts that were made, by the identity of the object file. */
struct kept {
	struct stat file;
	int fd;
	struct kept *next;
};

static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept *kept_first;

/* Types that are variants of each other have names that differ behind three underscores. */
static size_t name__essential_length(const char *name)
{
	const char *at = strstr(name, "___");

	return at && at != name && at[3] ? (size_t)(at - name) : strlen(name);
}

/* FNV-1a. */
static uint32_t name__hash(struct name name)
{
	uint32_t hash = 2166136261U;
	size_t at;

	for (at = 0; at < name.length; at++)
		hash = (hash ^ (uint8_t)name.text[at]) * 16777619U;
	return hash;
}

/* Where the name is, or would be. */
static struct name *names__place(struct excerpt *excerpt, struct name name)
{
	uint32_t at = name__hash(name);

	for (;; at++) {
		struct name *other = &excerpt->names[at % NAMES_ROOM];

		if (!other->text ||
		    (other->length == name.length && !memcmp(other->text, name.text, name.length)))
			return other;
	}
}

static struct name type__name(const struct btf *btf, const struct btf_type *type)
{
	const char *text = btf__name_by_offset(btf, type->name_off);

	if (!text || !*text)
		return (struct name){};
	return (struct name){.text = text, .length = name__essential_length(text)};
}

/* Kinds that a relocation can be about. */
static bool type__is_relocatable(const struct btf_type *type)
{
	return btf_is_composite(type) || btf_is_any_enum(type) || btf_is_typedef(type) ||
	       btf_is_int(type) || btf_is_float(type);
}

/* For relocations__visit(). */
static void excerpt__want(void *context, uint32_t id)
{
	struct excerpt *excerpt = context;
	const struct btf_type *type = btf__type_by_id(excerpt->object, id);
	struct name name = type ? type__name(excerpt->object, type) : (struct name){}, *place;

	if (!name.text)
		return;
	place = names__place(excerpt, name);
	if (place->text)
		return;
	if (++excerpt->name_count > NAMES_ROOM / 2)
		excerpt->is_broken = true;
	else
		*place = name;
}

static uint32_t excerpt__add(struct excerpt *excerpt, uint32_t id);

/* libbpf hands out what it holds for reading only, but lays no value on it. */
static struct btf_type *excerpt__type(struct excerpt *excerpt, uint32_t id)
{
	return (struct btf_type *)btf__type_by_id(excerpt->types, id);
}

/* Adding a type can move all others, so that they are looked up again before each write. */
static void excerpt__add_members(struct excerpt *excerpt, const struct btf_type *from, uint32_t to)
{
	uint32_t index, id;

	for (index = 0; index < btf_vlen(from); index++) {
		id = excerpt__add(excerpt, btf_members(from)[index].type);
		btf_members(excerpt__type(excerpt, to))[index].type = id;
	}
}

static void excerpt__add_references(struct excerpt *excerpt, const struct btf_type *from,
				    uint32_t to)
{
	uint32_t id;

	switch (btf_kind(from)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		excerpt__add_members(excerpt, from, to);
		break;
	case BTF_KIND_ARRAY:
		id = excerpt__add(excerpt, btf_array(from)->type);
		btf_array(excerpt__type(excerpt, to))->type = id;
		id = excerpt__add(excerpt, btf_array(from)->index_type);
		btf_array(excerpt__type(excerpt, to))->index_type = id;
		break;
	case BTF_KIND_PTR:
		/* A relocation never goes through a pointer: its target does not matter. */
		excerpt__type(excerpt, to)->type = 0;
		break;
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		id = excerpt__add(excerpt, from->type);
		excerpt__type(excerpt, to)->type = id;
		break;
	}
}

/* Adds a type with all that it is made of, once. Returns its number; recursion ends, as no type is
 * a part of itself.
 */
static uint32_t excerpt__add(struct excerpt *excerpt, uint32_t id)
{
	const struct btf_type *type;
	int added;

	if (!id || excerpt->is_broken)
		return 0;
	if (excerpt->ids[id])
		return excerpt->ids[id];
	type = btf__type_by_id(excerpt->from, id);
	added = btf__add_type(excerpt->types, excerpt->from, type);
	if (added < 0) {
		excerpt->is_broken = true;
		return 0;
	}
	excerpt->ids[id] = added;
	excerpt__add_references(excerpt, type, added);
	return added;
}

/* Adds the types from number `first` on whose names are wanted, in their order, which decides
 * between types of one name.
 */
static void excerpt__fill(struct excerpt *excerpt, uint32_t first)
{
	uint32_t id;

	for (id = first; id < btf__type_cnt(excerpt->from); id++) {
		const struct btf_type *type = btf__type_by_id(excerpt->from, id);
		struct name name, *place;

		if (!type__is_relocatable(type))
			continue;
		name = type__name(excerpt->from, type);
		place = name.text ? names__place(excerpt, name) : NULL;
		if (!place || !place->text)
			continue;
		excerpt__add(excerpt, id);
		if (!place->is_found)
			excerpt->found_count++;
		place->is_found = true;
	}
}

/* Makes room for the numbers of the types of `from`, and forgets those from `first` on. */
static bool excerpt__read_from(struct excerpt *excerpt, const struct btf *from, uint32_t first)
{
	uint32_t count = btf__type_cnt(from);
	uint32_t *ids = excerpt->ids;

	if (count > excerpt->id_count) {
		ids = realloc(ids, count * sizeof(*ids));
		if (!ids)
			return false;
		excerpt->ids = ids;
		excerpt->id_count = count;
	}
	memset(ids + first, 0, (excerpt->id_count - first) * sizeof(*ids));
	excerpt->from = from;
	return true;
}

/* Types that the kernel itself does not have may be those of a module, as the overlay's are. */
static void excerpt__fill_from_modules(struct excerpt *excerpt, struct btf *kernel)
{
	uint32_t first = btf__type_cnt(kernel);
	DIR *directory = opendir("/sys/kernel/btf");
	struct dirent *entry;

	if (!directory)
		return;
	while (excerpt->found_count < excerpt->name_count && (entry = readdir(directory))) {
		struct btf *module;

		if (entry->d_name[0] == '.' || !strcmp(entry->d_name, "vmlinux"))
			continue;
		module = btf__load_module_btf(entry->d_name, kernel);
		if (module && excerpt__read_from(excerpt, module, first))
			excerpt__fill(excerpt, first);
		btf__free(module);
	}
	closedir(directory);
}

static bool write__all(int fd, const char *bytes, size_t size)
{
	ssize_t written;

	for (; size; bytes += written, size -= written) {
		written = write(fd, bytes, size);
		if (written <= 0)
			return false;
	}
	return true;
}

/* A file in memory, or -1. */
static int excerpt__store(const struct excerpt *excerpt)
{
	uint32_t size;
	const void *bytes = btf__raw_data(excerpt->types, &size);
	int fd = bytes ? memfd_create("warder-types", MFD_CLOEXEC) : -1;

	if (fd >= 0 && !write__all(fd, bytes, size)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The excerpt as a file in memory, or -1. */
static int excerpt__make(const char *path, const struct btf *object)
{
	struct excerpt *excerpt = calloc(1, sizeof(*excerpt));
	struct btf *kernel = btf__load_vmlinux_btf();
	int fd = -1;

	if (excerpt && kernel) {
		excerpt->object = object;
		excerpt->types = btf__new_empty();
		relocations__visit(path, excerpt__want, excerpt);
		if (excerpt->types && excerpt__read_from(excerpt, kernel, 0)) {
			excerpt__fill(excerpt, 1);
			if (excerpt->found_count < excerpt->name_count)
				excerpt__fill_from_modules(excerpt, kernel);
			fd = excerpt->is_broken ? -1 : excerpt__store(excerpt);
		}
		free(excerpt->ids);
		btf__free(excerpt->types);
	}
	btf__free(kernel);
	free(excerpt);
	return fd;
}

static bool file__is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Called with the lock. Returns a descriptor that stays open, or -1. */
static int kept__find(const struct stat *file, const char *path, const struct btf *object)
{
	struct kept *kept;

	for (kept = kept_first; kept; kept = kept->next)
		if (file__is_same(&kept->file, file))
			return kept->fd;
	kept = calloc(1, sizeof(*kept));
	if (!kept)
		return -1;
	kept->file = *file;
	kept->fd = excerpt__make(path, object);
	kept->next = kept_first;
	kept_first = kept;
	return kept->fd;
}

bool excerpt__find(const char *object_path, const struct btf *object, char path[EXCERPT_PATH_SIZE])
{
	struct stat file;
	int fd;

	if (!object || stat(object_path, &file))
		return false;
	pthread_mutex_lock(&kept_lock);
	fd = kept__find(&file, object_path, object);
	pthread_mutex_unlock(&kept_lock);
	if (fd < 0)
		return false;
	snprintf(path, EXCERPT_PATH_SIZE, "/proc/self/fd/%d", fd);
	return true;
}
