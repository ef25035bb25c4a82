/* SPDX-License-Identifier: Apache-2.0 */
/* Type information (BTF) of the running kernel or of an object file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/btf.h>
#include "core.h"
#include "core-sound.h"

struct types {
	struct btf *btf;
	struct btf *base; /* what those of a module continue, or NULL */
};

static struct types *types__of(struct btf *btf, const char *name, struct failure *failure)
{
	int error = errno;
	struct types *types;

	if (!btf) {
		FAIL_CALL(failure, "ENGINE_BTF_MISSING", "btf__parse", error,
			  "no type information in %s: %s", name, strerror(error));
		return NULL;
	}
	types = calloc(1, sizeof(*types));
	if (!types) {
		btf__free(btf);
		FAIL_CALL(failure, "ENGINE_BTF_MISSING", "calloc", ENOMEM, "out of memory");
		return NULL;
	}
	types->btf = btf;
	return types;
}

struct types *types__open_kernel(struct failure *failure)
{
	return types__of(btf__load_vmlinux_btf(), "the kernel", failure);
}

/* Those of a module continue the numbers of the kernel's. */
struct types *types__open_module(const char *name, struct failure *failure)
{
	struct btf *base = btf__load_vmlinux_btf();
	struct btf *btf = base ? btf__load_module_btf(name, base) : NULL;
	struct types *types = types__of(btf, name, failure);

	if (types)
		types->base = base;
	else
		btf__free(base);
	return types;
}

struct types *types__open_file(const char *path, struct failure *failure)
{
	struct types *types = types__of(btf__parse(path, NULL), path, failure);
	uint32_t unsound = types ? types__first_unsound(types->btf) : 0;

	if (!unsound)
		return types;
	types__close(types);
	FAIL(failure, "ENGINE_BTF_CORRUPT", "type %u of %s refers to something that is not there",
	     unsound, path);
	return NULL;
}

/* Raw type information; nothing in it is trusted. `name` is for messages. */
struct types *types__open_bytes(const void *data, size_t size, const char *name,
				struct failure *failure)
{
	struct types *types = NULL;
	uint32_t unsound;

	if (size <= UINT32_MAX)
		types = types__of(btf__new(data, (uint32_t)size), name, failure);
	else
		FAIL(failure, "ENGINE_BTF_CORRUPT", "%s is too large", name);
	if (!types)
		return NULL;
	unsound = types__first_unsound(types->btf);
	if (!unsound && btf__pointer_size(types->btf) != sizeof(uint32_t))
		return types;
	if (unsound)
		FAIL(failure, "ENGINE_BTF_CORRUPT",
		     "type %u of %s refers to something that is not there", unsound, name);
	else
		FAIL(failure, "ENGINE_BTF_CORRUPT", "the types of %s are of a 32-bit program",
		     name);
	types__close(types);
	return NULL;
}

void types__close(struct types *types)
{
	btf__free(types->btf);
	btf__free(types->base);
	free(types);
}

uint32_t types__count(const struct types *types)
{
	return btf__type_cnt(types->btf);
}

/* The id of the first type of that name and kind, or a negative errno. */
int types__find(const struct types *types, const char *name, uint32_t kind)
{
	return btf__find_by_name_kind(types->btf, name, kind);
}

static size_t type__size(const struct btf_type *type)
{
	size_t count = btf_vlen(type);

	switch (btf_kind(type)) {
	case BTF_KIND_INT:
		return sizeof(*type) + sizeof(uint32_t);
	case BTF_KIND_ARRAY:
		return sizeof(*type) + sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return sizeof(*type) + count * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return sizeof(*type) + count * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return sizeof(*type) + count * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return sizeof(*type) + count * sizeof(struct btf_param);
	case BTF_KIND_VAR:
		return sizeof(*type) + sizeof(struct btf_var);
	case BTF_KIND_DATASEC:
		return sizeof(*type) + count * sizeof(struct btf_var_secinfo);
	case BTF_KIND_DECL_TAG:
		return sizeof(*type) + sizeof(struct btf_decl_tag);
	default:
		return sizeof(*type);
	}
}

/* The description of a type as the format has it, members and all; NULL for an unknown id. */
const void *types__bytes(const struct types *types, uint32_t id, size_t *size)
{
	const struct btf_type *type;

	/* Id 0 is void: libbpf answers with a type of its own, which has no name. */
	if (!id || id >= btf__type_cnt(types->btf))
		return NULL;
	type = btf__type_by_id(types->btf, id);
	if (type)
		*size = type__size(type);
	return type;
}

const char *types__string(const struct types *types, uint32_t offset)
{
	return btf__str_by_offset(types->btf, offset);
}

void types__names(const struct types *types, const struct name_query *query, name_visitor visit,
		  void *context)
{
	size_t length = strlen(query->prefix);
	const struct btf_type *type;
	const char *name;
	uint32_t id;

	for (id = 1; id < btf__type_cnt(types->btf); id++) {
		type = btf__type_by_id(types->btf, id);
		if (!type || btf_kind(type) != query->kind)
			continue;
		name = btf__name_by_offset(types->btf, type->name_off);
		if (name && *name && !strncmp(name, query->prefix, length) && !visit(context, name))
			return;
	}
}
