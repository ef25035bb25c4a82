/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Reading the arguments of a hook into its record, see enum argument_type. */
#ifndef WARDER_LIB_ARGUMENT_H
#define WARDER_LIB_ARGUMENT_H

#include "buffer.bpf.h"
#include "command_line.bpf.h"
#include "file.bpf.h"
#include "object.bpf.h"
#include "socket.bpf.h"

static __always_inline void argument__read_string(struct scratch *scratch,
						  struct argument_record *argument, __u64 address)
{
	__u32 offset = scratch->length;
	void *to = &scratch->record[offset & 0xffff];
	long size;

	if (offset > RECORD_SIZE_MAX - PATH_SIZE_MAX) {
		argument->status = ARGUMENT_STATUS_TRUNCATED;
		return;
	}
	size = memory__read_string(scratch, to, PATH_SIZE_MAX, address);
	if (size <= 0) {
		argument->status = ARGUMENT_STATUS_UNREADABLE;
		return;
	}
	if (size >= PATH_SIZE_MAX)
		argument->status = ARGUMENT_STATUS_TRUNCATED;
	argument->text.offset = offset;
	argument->text.length = size - 1;
	scratch->length = offset + size - 1;
}

/* Arguments that are bytes; `size` is what another parameter says. A function of its own for the
 * sake of the stack.
 */
static __noinline int argument__read_bytes(struct scratch *scratch, __u32 index, __u64 raw,
					   __u64 size)
{
	const volatile struct argument_config *from =
	    &config.arguments[index & (HOOK_ARGUMENTS_MAX - 1)];
	struct vector_walk walk = {.scratch = scratch, .vectors = raw, .count = size};

	buffer__begin(scratch, from->size_max);
	switch (from->type) {
	case ARGUMENT_TYPE_BUFFER:
		buffer__append(scratch, raw, size);
		break;
	case ARGUMENT_TYPE_VECTOR:
		buffer__read_vectors(&walk);
		break;
	case ARGUMENT_TYPE_ITERATOR:
		buffer__read_iterator(scratch, (struct iov_iter *)raw);
		break;
	case ARGUMENT_TYPE_COMMAND_LINE:
		command_line__read(scratch, (struct task_struct *)raw);
		break;
	}
	buffer__finish(scratch, hook__argument(scratch, index));
	if (from->type == ARGUMENT_TYPE_COMMAND_LINE)
		command_line__join(scratch, hook__argument(scratch, index));
	return 0;
}

static __always_inline bool argument__is_bytes(__u32 type)
{
	return type == ARGUMENT_TYPE_BUFFER || type == ARGUMENT_TYPE_VECTOR ||
	       type == ARGUMENT_TYPE_ITERATOR || type == ARGUMENT_TYPE_COMMAND_LINE;
}

/* Room for a detail at the end of the record, zeroed; NULL when the record is full. */
static __always_inline void *argument__add_detail(struct scratch *scratch,
						  struct argument_record *argument, __u32 size)
{
	__u32 offset = (scratch->length + 7) & ~7U;
	void *detail = &scratch->record[offset & 0xffff];

	if (offset > RECORD_SIZE_MAX - PATH_SIZE_MAX) {
		argument->status = ARGUMENT_STATUS_TRUNCATED;
		return 0;
	}
	if (bpf_probe_read_kernel(detail, size, scratch->zeroes))
		return 0;
	argument->text.offset = offset;
	argument->text.length = size;
	scratch->length = offset + size;
	return detail;
}

/* Name of a module; the members are not in every kernel's build. */
static __always_inline void argument__read_module(struct scratch *scratch,
						  struct argument_record *argument,
						  struct module *module)
{
	argument__read_string(scratch, argument, (__u64)&module->name);
	argument->value = BPF_CORE_READ(module, taints);
	if (bpf_core_field_exists(module->sig_ok))
		argument->mode = BPF_CORE_READ(module, sig_ok);
}

static __always_inline void argument__read_load_info(struct scratch *scratch,
						     struct argument_record *argument,
						     struct load_info *info)
{
	if (!bpf_core_type_exists(struct load_info)) {
		argument->status = ARGUMENT_STATUS_UNREADABLE;
		return;
	}
	argument__read_string(scratch, argument, (__u64)BPF_CORE_READ(info, name));
	if (bpf_core_field_exists(info->sig_ok))
		argument->mode = BPF_CORE_READ(info, sig_ok);
}

/* struct sockaddr_un: two bytes of family, then the path; an abstract one begins with NUL, for
 * which "@" stands.
 */
static __always_inline void argument__read_unix_address(struct scratch *scratch,
							struct argument_record *argument,
							__u64 address)
{
	__u16 family = 0;
	char first = 0;

	if (memory__read(scratch, &family, sizeof(family), address) ||
	    memory__read(scratch, &first, sizeof(first), address + sizeof(family))) {
		argument->status = ARGUMENT_STATUS_UNREADABLE;
		return;
	}
	argument->value = family;
	if (family != AF_UNIX)
		return;
	if (first) {
		argument__read_string(scratch, argument, address + sizeof(family));
		return;
	}
	scratch->record[scratch->length & 0xffff] = '@';
	scratch->length += 1;
	argument__read_string(scratch, argument, address + sizeof(family) + 1);
	if (!argument->text.length)
		return;
	argument->text.offset -= 1;
	argument->text.length += 1;
}

/* The number as policies write it. */
static __always_inline __u64 argument__syscall_number(__u32 number)
{
	if (task__is_32_bit(bpf_get_current_task_btf()))
		return number | SYSCALL_32_BIT;
#if defined(__TARGET_ARCH_x86)
	number &= ~X32_SYSCALL_BIT;
#endif
	return number;
}

static __always_inline void argument__read_number(struct scratch *scratch,
						  struct argument_record *argument, __u32 type,
						  __u64 raw)
{
	switch (type) {
	case ARGUMENT_TYPE_INT8:
		argument->value = (__s64)(__s8)raw;
		break;
	case ARGUMENT_TYPE_INT16:
		argument->value = (__s64)(__s16)raw;
		break;
	case ARGUMENT_TYPE_INT:
	case ARGUMENT_TYPE_CAPABILITY:
	case ARGUMENT_TYPE_BPF_CMD:
		argument->value = (__s64)(__s32)raw;
		break;
	case ARGUMENT_TYPE_UINT8:
		argument->value = (__u8)raw;
		break;
	case ARGUMENT_TYPE_UINT16:
		argument->value = (__u16)raw;
		break;
	case ARGUMENT_TYPE_UINT32:
		argument->value = (__u32)raw;
		break;
	case ARGUMENT_TYPE_INT64:
	case ARGUMENT_TYPE_SIZE:
		argument->value = raw;
		break;
	case ARGUMENT_TYPE_SYSCALL64:
		argument->value = argument__syscall_number(raw);
		break;
	case ARGUMENT_TYPE_CAP_SET:
	case ARGUMENT_TYPE_CAP_INHERITABLE:
	case ARGUMENT_TYPE_CAP_PERMITTED:
	case ARGUMENT_TYPE_CAP_EFFECTIVE:
		if (memory__read(scratch, &argument->value, sizeof(argument->value), raw))
			argument->status = ARGUMENT_STATUS_UNREADABLE;
		break;
	}
}

/* Objects that are told by a struct of members. A function of its own for the sake of the stack. */
static __noinline int argument__read_object(struct scratch *scratch, __u32 index, __u64 raw)
{
	struct argument_record *argument = hook__argument(scratch, index);
	__u32 type = config.arguments[index & (HOOK_ARGUMENTS_MAX - 1)].type;
	long error = 0;
	__u32 size = detail__size(type);
	void *detail;

	if (!size)
		return 0;
	detail = argument__add_detail(scratch, argument, size);
	if (!detail)
		return 0;
	switch (type) {
	case ARGUMENT_TYPE_SOCK:
		detail__of_sock(detail, (struct sock *)raw);
		break;
	case ARGUMENT_TYPE_SOCKET:
		detail__of_sock(detail, BPF_CORE_READ((struct socket *)raw, sk));
		break;
	case ARGUMENT_TYPE_SKB:
		detail__of_skb(detail, (struct sk_buff *)raw);
		break;
	case ARGUMENT_TYPE_SOCKADDR:
		error = detail__of_sockaddr(scratch, detail, raw);
		break;
	case ARGUMENT_TYPE_CRED:
		detail__of_cred(detail, (struct cred *)raw);
		break;
	case ARGUMENT_TYPE_USER_NAMESPACE:
		detail__of_user_namespace(detail, (struct user_namespace *)raw);
		break;
	case ARGUMENT_TYPE_BPF_ATTR:
		error = detail__of_bpf_attr(detail, (union bpf_attr *)raw);
		break;
	case ARGUMENT_TYPE_BPF_PROG:
		detail__of_bpf_prog(detail, (struct bpf_prog *)raw);
		break;
	case ARGUMENT_TYPE_BPF_MAP:
		detail__of_bpf_map(detail, (struct bpf_map *)raw);
		break;
	case ARGUMENT_TYPE_PERF_EVENT:
		detail__of_perf_event(detail, (struct perf_event *)raw);
		break;
	}
	if (error)
		argument->status = ARGUMENT_STATUS_UNREADABLE;
	return 0;
}

/* Arguments that are, or name, a text. False when the run is none that policies should see. */
static __always_inline bool argument__read_text(struct scratch *scratch,
						struct argument_record *argument, __u32 type,
						__u64 raw, struct task_struct *task)
{
	switch (type) {
	case ARGUMENT_TYPE_STRING:
		argument__read_string(scratch, argument, raw);
		break;
	case ARGUMENT_TYPE_FILENAME:
		argument__read_string(scratch, argument,
				      (__u64)BPF_CORE_READ((struct filename *)raw, name));
		break;
	case ARGUMENT_TYPE_FILE:
		if (file__is_internal((struct file *)raw))
			return false;
		argument__read_file(scratch, argument, (struct file *)raw, task);
		break;
	case ARGUMENT_TYPE_FD:
		argument->value = (__s64)(__s32)raw;
		argument__read_file(scratch, argument, file__of_descriptor(task, raw), task);
		break;
	case ARGUMENT_TYPE_KIOCB:
		argument__read_file(scratch, argument, BPF_CORE_READ((struct kiocb *)raw, ki_filp),
				    task);
		break;
	case ARGUMENT_TYPE_LINUX_BINPRM:
		argument__read_file(scratch, argument,
				    BPF_CORE_READ((struct linux_binprm *)raw, file), task);
		break;
	case ARGUMENT_TYPE_PATH:
		argument__read_path(scratch, argument, (struct path *)raw, task);
		break;
	case ARGUMENT_TYPE_DENTRY:
		argument__read_dentry(scratch, argument, (struct dentry *)raw, task);
		break;
	case ARGUMENT_TYPE_NET_DEVICE:
		argument__read_string(scratch, argument,
				      (__u64) & ((struct net_device *)raw)->name);
		break;
	case ARGUMENT_TYPE_SOCKADDR_UN:
		argument__read_unix_address(scratch, argument, raw);
		break;
	case ARGUMENT_TYPE_MODULE:
		argument__read_module(scratch, argument, (struct module *)raw);
		break;
	case ARGUMENT_TYPE_LOAD_INFO:
		argument__read_load_info(scratch, argument, (struct load_info *)raw);
		break;
	}
	return true;
}

/* A member, in the memory that the steps began in: a pointer never leads to the other one. */
static __always_inline long argument__load(__u32 source, void *to, __u32 size, __u64 address)
{
	if (memory__is_users(source))
		return bpf_probe_read_user(to, size, (void *)address);
	return bpf_probe_read_kernel(to, size, (void *)address);
}

/* A number that is narrower than what it is read as. */
static __always_inline __u64 argument__extend(const volatile struct argument_config *from,
					      __u64 value)
{
	switch (from->width) {
	case ARGUMENT_WIDTH_SIGNED | sizeof(__s8):
		return (__s64)(__s8)value;
	case ARGUMENT_WIDTH_SIGNED | sizeof(__s16):
		return (__s64)(__s16)value;
	case ARGUMENT_WIDTH_SIGNED | sizeof(__s32):
		return (__s64)(__s32)value;
	}
	return value;
}

/* Follows the steps of the config from an address or a value; false when memory cannot be read. */
static __always_inline bool argument__resolve(const volatile struct argument_config *from,
					      __u64 *raw)
{
	__u64 address = *raw;

	for (__u32 step = 0; step < RESOLVE_STEPS_MAX; step++) {
		__u32 width = sizeof(address);
		__u64 loaded = 0;

		if (step >= from->step_count)
			break;
		address += from->steps[step];
		if (step + 1 == from->step_count)
			width = from->width & ~ARGUMENT_WIDTH_SIGNED;
		if (!width)
			break;
		/* Little endian, on every architecture in scope. */
		if (width > sizeof(loaded) || argument__load(from->source, &loaded, width, address))
			return false;
		address = loaded;
	}
	*raw = argument__extend(from, address);
	return true;
}

/* False when the run is none that policies should see. `size`: of a BUFFER or VECTOR. */
static __always_inline bool argument__read(struct scratch *scratch, __u32 index, __u64 raw,
					   __u64 size, struct task_struct *task)
{
	struct argument_record *argument = hook__argument(scratch, index);
	__u32 type = config.arguments[index].type;

	argument->type = type;
	memory__choose(scratch, config.arguments[index].source);
	if (!argument__resolve(&config.arguments[index], &raw)) {
		argument->status = ARGUMENT_STATUS_UNREADABLE;
		return true;
	}
	if (argument__is_bytes(type)) {
		argument__read_bytes(scratch, index, raw, size);
		return true;
	}
	argument__read_number(scratch, argument, type, raw);
	if (detail__size(type))
		argument__read_object(scratch, index, raw);
	return argument__read_text(scratch, argument, type, raw, task);
}

#endif
