/* SPDX-License-Identifier: Apache-2.0 */
/* Checks type information before libbpf walks it: before 1.3 libbpf follows a type number or a name
 * that is not there into unmapped memory, and a typedef of itself forever.
 */
#include <stdint.h>
#include <string.h>
#include <bpf/btf.h>
#include "core-sound.h"

/* Typedefs and qualifiers in a row; the kernel's own limit is 32. */
#define CHAIN_MAX 64

/* Bytes of a name. Those of C are shorter by far, and one long name of every member of a struct
 * would take more memory than there is.
 */
#define NAME_MAX_BYTES 1024

static bool name__is_sound(const struct btf *btf, uint32_t offset)
{
	const char *name = btf__str_by_offset(btf, offset);

	return name != NULL && strnlen(name, NAME_MAX_BYTES + 1) <= NAME_MAX_BYTES;
}

static bool reference__is_sound(const struct btf *btf, uint32_t id)
{
	return id < btf__type_cnt(btf);
}

static bool members__are_sound(const struct btf *btf, const struct btf_type *type)
{
	const struct btf_member *member = btf_members(type);
	uint32_t index;

	for (index = 0; index < btf_vlen(type); index++, member++)
		if (!name__is_sound(btf, member->name_off) ||
		    !reference__is_sound(btf, member->type))
			return false;
	return true;
}

static bool parameters__are_sound(const struct btf *btf, const struct btf_type *type)
{
	const struct btf_param *parameter = btf_params(type);
	uint32_t index;

	for (index = 0; index < btf_vlen(type); index++, parameter++)
		if (!name__is_sound(btf, parameter->name_off) ||
		    !reference__is_sound(btf, parameter->type))
			return false;
	return reference__is_sound(btf, type->type);
}

static bool values__are_sound(const struct btf *btf, const struct btf_type *type)
{
	const struct btf_enum *value = btf_enum(type);
	uint32_t index;

	for (index = 0; index < btf_vlen(type); index++, value++)
		if (!name__is_sound(btf, value->name_off))
			return false;
	return true;
}

/* The section of external functions holds functions; all others hold variables. */
static bool section__is_sound(const struct btf *btf, const struct btf_type *type)
{
	const struct btf_var_secinfo *place = btf_var_secinfos(type);
	const struct btf_type *variable;
	uint32_t index;

	for (index = 0; index < btf_vlen(type); index++, place++) {
		variable = btf__type_by_id(btf, place->type);
		if (!variable || (!btf_is_var(variable) && !btf_is_func(variable)))
			return false;
	}
	return true;
}

static bool chain__is_sound(const struct btf *btf, const struct btf_type *type)
{
	int steps;

	for (steps = 0; steps < CHAIN_MAX; steps++) {
		if (!btf_is_mod(type) && !btf_is_typedef(type))
			return true;
		type = btf__type_by_id(btf, type->type);
		if (!type)
			return false;
	}
	return false;
}

static bool function__is_sound(const struct btf *btf, const struct btf_type *type)
{
	const struct btf_type *prototype = btf__type_by_id(btf, type->type);

	return prototype && btf_is_func_proto(prototype);
}

static bool array__is_sound(const struct btf *btf, const struct btf_type *type)
{
	return reference__is_sound(btf, btf_array(type)->type) &&
	       reference__is_sound(btf, btf_array(type)->index_type);
}

static bool type__is_sound(const struct btf *btf, const struct btf_type *type)
{
	if (!name__is_sound(btf, type->name_off))
		return false;
	switch (btf_kind(type)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return members__are_sound(btf, type);
	case BTF_KIND_ENUM:
		return values__are_sound(btf, type);
	case BTF_KIND_FUNC_PROTO:
		return parameters__are_sound(btf, type);
	case BTF_KIND_DATASEC:
		return section__is_sound(btf, type);
	case BTF_KIND_FUNC:
		return function__is_sound(btf, type);
	case BTF_KIND_ARRAY:
		return array__is_sound(btf, type);
	case BTF_KIND_PTR:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return reference__is_sound(btf, type->type);
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return reference__is_sound(btf, type->type) && chain__is_sound(btf, type);
	default:
		return true;
	}
}

uint32_t types__first_unsound(const struct btf *btf)
{
	uint32_t id;

	for (id = 1; id < btf__type_cnt(btf); id++)
		if (!type__is_sound(btf, btf__type_by_id(btf, id)))
			return id;
	return 0;
}
