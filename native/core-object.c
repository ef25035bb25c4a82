/* SPDX-License-Identifier: Apache-2.0 */
/* BPF object files: opened, specialised, loaded. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include "core.h"
#include "core-file.h"
#include "core-link.h"

struct object {
	struct bpf_object *object;
	bool is_loaded;
	bool was_tried; /* libbpf cannot load an object twice, whatever came of the first time */
};

struct object *object__open(const char *path, struct failure *failure)
{
	struct object *object = calloc(1, sizeof(*object));

	if (!object) {
		FAIL_CALL(failure, "ENGINE_OBJECT_CORRUPT", "calloc", ENOMEM, "out of memory");
		return NULL;
	}
	object->object = file__open(path, failure);
	if (object->object)
		return object;
	free(object);
	return NULL;
}

void object__close(struct object *object)
{
	bpf_object__close(object->object);
	free(object);
}

const char *object__program_name(const struct object *object, size_t index)
{
	struct bpf_program *program;
	size_t position = 0;

	bpf_object__for_each_program(
	    program, object->object) if (position++ == index) return bpf_program__name(program);
	return NULL;
}

const char *object__map_name(const struct object *object, size_t index)
{
	struct bpf_map *map;
	size_t position = 0;

	bpf_object__for_each_map(map,
				 object->object) if (position++ == index) return bpf_map__name(map);
	return NULL;
}

static bool object__require_open(const struct object *object, struct failure *failure)
{
	if (!object->was_tried)
		return true;
	return FAIL(failure, "ENGINE_OBJECT_STATE", "object %s can only be changed before load",
		    bpf_object__name(object->object));
}

static bool object__require_loaded(const struct object *object, struct failure *failure)
{
	if (object->is_loaded)
		return true;
	return FAIL(failure, "ENGINE_OBJECT_STATE", "object %s is not loaded",
		    bpf_object__name(object->object));
}

static struct bpf_map *object__find_map(const struct object *object, const char *name,
					struct failure *failure)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object->object, name);

	if (!map)
		FAIL(failure, "ENGINE_MAP_MISSING", "object %s has no map %s",
		     bpf_object__name(object->object), name);
	return map;
}

static struct bpf_program *object__find_program(const struct object *object, const char *name,
						struct failure *failure)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object->object, name);

	if (!program)
		FAIL(failure, "ENGINE_PROGRAM_MISSING", "object %s has no program %s",
		     bpf_object__name(object->object), name);
	return program;
}

/* The verifier gives up with EAGAIN when a signal is waiting, and libbpf tries only a few times:
 * the timer of a profiler, say, would keep a long program from ever being loaded.
 */
static int object__load_undisturbed(struct bpf_object *object)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = bpf_object__load(object);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

bool object__load(struct object *object, struct failure *failure)
{
	int error;

	if (!object__require_open(object, failure))
		return false;
	object->was_tried = true;
	error = object__load_undisturbed(object->object);
	if (error)
		return FAIL_CALL(failure, "ENGINE_OBJECT_REJECTED", "bpf_object__load", error,
				 "object %s was not loaded: %s", bpf_object__name(object->object),
				 strerror(-error));
	object->is_loaded = true;
	return true;
}

bool object__set_map_entries(struct object *object, const char *name, uint32_t entries,
			     struct failure *failure)
{
	struct bpf_map *map;
	int error;

	if (!object__require_open(object, failure))
		return false;
	map = object__find_map(object, name, failure);
	if (!map)
		return false;
	error = bpf_map__set_max_entries(map, entries);
	if (error)
		return FAIL_CALL(failure, "ENGINE_MAP_FAILED", "bpf_map__set_max_entries", error,
				 "map %s cannot have %u entries: %s", name, entries,
				 strerror(-error));
	return true;
}

/* libbpf takes over the shape of whatever it is given; a program compiled for another one would
 * then be rejected with a riddle, or not at all.
 */
static bool map__has_shape(struct bpf_map *map, const struct map_info *info)
{
	return bpf_map__type(map) == info->type && bpf_map__key_size(map) == info->key_size &&
	       bpf_map__value_size(map) == info->value_size;
}

bool object__reuse_map(struct object *object, const char *name, const struct map *from,
		       struct failure *failure)
{
	const struct map_info *info = map__info(from);
	struct bpf_map *map;
	int error;

	if (!object__require_open(object, failure))
		return false;
	map = object__find_map(object, name, failure);
	if (!map)
		return false;
	if (!map__has_shape(map, info))
		return FAIL(failure, "ENGINE_MAP_SIZE",
			    "map %s (type %u, key %u, value %u) cannot be replaced by one of type "
			    "%u, key %u, value %u",
			    name, bpf_map__type(map), bpf_map__key_size(map),
			    bpf_map__value_size(map), info->type, info->key_size, info->value_size);
	error = bpf_map__reuse_fd(map, map__fd(from));
	if (error)
		return FAIL_CALL(failure, "ENGINE_MAP_FAILED", "bpf_map__reuse_fd", error,
				 "map %s cannot be reused: %s", name, strerror(-error));
	return true;
}

bool object__disable_map(struct object *object, const char *name, struct failure *failure)
{
	struct bpf_map *map;
	int error;

	if (!object__require_open(object, failure))
		return false;
	map = object__find_map(object, name, failure);
	if (!map)
		return false;
	error = bpf_map__set_autocreate(map, false);
	if (error)
		return FAIL_CALL(failure, "ENGINE_MAP_FAILED", "bpf_map__set_autocreate", error,
				 "map %s cannot be disabled: %s", name, strerror(-error));
	return true;
}

bool object__set_autoload(struct object *object, const char *name, bool on, struct failure *failure)
{
	struct bpf_program *program;
	int error;

	if (!object__require_open(object, failure))
		return false;
	program = object__find_program(object, name, failure);
	if (!program)
		return false;
	error = bpf_program__set_autoload(program, on);
	if (error)
		return FAIL_CALL(failure, "ENGINE_OBJECT_STATE", "bpf_program__set_autoload", error,
				 "autoload of %s cannot be set: %s", name, strerror(-error));
	return true;
}

bool object__set_attach_target(struct object *object, const char *name, const char *target,
			       struct failure *failure)
{
	struct bpf_program *program;
	int error;

	if (!object__require_open(object, failure))
		return false;
	program = object__find_program(object, name, failure);
	if (!program)
		return false;
	error = bpf_program__set_attach_target(program, 0, target);
	if (error)
		return FAIL_CALL(failure, "ENGINE_TARGET_MISSING", "bpf_program__set_attach_target",
				 error, "program %s cannot target %s: %s", name, target,
				 strerror(-error));
	return true;
}

struct variable_place {
	const char *section;
	uint32_t offset;
	uint32_t size;
};

static bool section__find_variable(const struct btf *btf, const struct btf_type *section,
				   const char *name, struct variable_place *place)
{
	const struct btf_var_secinfo *entry = btf_var_secinfos(section);
	const struct btf_type *variable;
	uint32_t index;

	for (index = 0; index < btf_vlen(section); index++, entry++) {
		variable = btf__type_by_id(btf, entry->type);
		if (!variable || !btf_is_var(variable))
			continue;
		if (strcmp(btf__name_by_offset(btf, variable->name_off) ?: "", name))
			continue;
		place->section = btf__name_by_offset(btf, section->name_off);
		place->offset = entry->offset;
		place->size = entry->size;
		return true;
	}
	return false;
}

/* .kconfig and .ksyms are sections of variables too, but libbpf fills them itself. */
static bool section__is_writable(const char *name)
{
	return name && (!strncmp(name, ".rodata", 7) || !strncmp(name, ".data", 5) ||
			!strncmp(name, ".bss", 4));
}

static bool object__find_variable(const struct object *object, const char *name,
				  struct variable_place *place)
{
	const struct btf *btf = bpf_object__btf(object->object);
	const struct btf_type *type;
	uint32_t id;

	if (!btf)
		return false;
	for (id = 1; id < btf__type_cnt(btf); id++) {
		type = btf__type_by_id(btf, id);
		if (!type || !btf_is_datasec(type) ||
		    !section__is_writable(btf__name_by_offset(btf, type->name_off)))
			continue;
		if (section__find_variable(btf, type, name, place))
			return true;
	}
	return false;
}

bool object__set_variable(struct object *object, struct variable_value value,
			  struct failure *failure)
{
	struct variable_place place;
	struct bpf_map *map;
	size_t size = 0;
	char *memory;

	if (!object__require_open(object, failure))
		return false;
	if (!object__find_variable(object, value.name, &place))
		return FAIL(failure, "ENGINE_VARIABLE_MISSING", "object %s has no variable %s",
			    bpf_object__name(object->object), value.name);
	if (place.size != value.size)
		return FAIL(failure, "ENGINE_VARIABLE_SIZE", "variable %s has %u bytes, %zu given",
			    value.name, place.size, value.size);
	map = bpf_object__find_map_by_name(object->object, place.section);
	memory = map ? (char *)bpf_map__initial_value(map, &size) : NULL;
	if (!memory || (uint64_t)place.offset + place.size > size)
		return FAIL(failure, "ENGINE_VARIABLE_MISSING",
			    "variable %s lies outside its section %s", value.name, place.section);
	memcpy(memory + place.offset, value.bytes, value.size);
	return true;
}

static int duplicate_fd(int fd, struct failure *failure)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (copy < 0)
		FAIL_CALL(failure, "ENGINE_OBJECT_STATE", "fcntl", errno,
			  "it has no file descriptor: %s", strerror(errno));
	return copy;
}

struct map *object__map(struct object *object, const char *name, struct failure *failure)
{
	struct bpf_map *map = object__find_map(object, name, failure);
	int fd;

	if (!map || !object__require_loaded(object, failure))
		return NULL;
	fd = duplicate_fd(bpf_map__fd(map), failure);
	return fd < 0 ? NULL : map__of_fd(fd, failure);
}

struct program *object__program(struct object *object, const char *name, struct failure *failure)
{
	struct bpf_program *program = object__find_program(object, name, failure);
	int fd;

	if (!program || !object__require_loaded(object, failure))
		return NULL;
	if (bpf_program__fd(program) < 0) {
		FAIL(failure, "ENGINE_PROGRAM_MISSING", "program %s was not loaded", name);
		return NULL;
	}
	fd = duplicate_fd(bpf_program__fd(program), failure);
	return fd < 0 ? NULL : program__of_fd(fd, failure);
}

struct link *object__attach(struct object *object, struct attach_point point,
			    struct failure *failure)
{
	struct bpf_program *program = object__find_program(object, point.program, failure);
	struct bpf_link *link;
	const char *target;
	int error;

	if (!program || !object__require_loaded(object, failure))
		return NULL;
	errno = 0;
	link = attach_point__attach(program, &point);
	error = errno;
	if (link)
		return link__of(link, failure);
	target = attach_point__target(&point);
	FAIL_CALL(failure, "ENGINE_ATTACH_FAILED", attach_point__call(&point), error,
		  "program %s was not attached to %s: %s", point.program,
		  target ? target : bpf_program__section_name(program), strerror(error));
	return NULL;
}
