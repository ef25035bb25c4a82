/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Rows from user space to kernel: the only definition of what a hook program is told. Encoders are
 * generated from the BTF of these types. Everything here is fixed for one generation of one hook:
 * the structs named *_config and *_row live in the frozen .rodata of that generation's program.
 */
#ifndef WARDER_POLICY_H
#define WARDER_POLICY_H

#include <linux/types.h>
#include "limits.h"
#include "rows.h"

enum argument_type {
	ARGUMENT_TYPE_NONE = 0,
	ARGUMENT_TYPE_INT = 1,	  /* 32 bits, signed */
	ARGUMENT_TYPE_SIZE = 2,	  /* size_t, 64 bits */
	ARGUMENT_TYPE_STRING = 3, /* char *, of the kernel or of the process */
	ARGUMENT_TYPE_FILE = 4,	  /* struct file * */
	ARGUMENT_TYPE_PATH = 5,	  /* struct path * */
	ARGUMENT_TYPE_INT8 = 6,
	ARGUMENT_TYPE_INT16 = 7,
	ARGUMENT_TYPE_INT64 = 8,
	ARGUMENT_TYPE_UINT8 = 9,
	ARGUMENT_TYPE_UINT16 = 10,
	ARGUMENT_TYPE_UINT32 = 11,
	ARGUMENT_TYPE_FD = 12,		    /* int, a descriptor of the process: its file */
	ARGUMENT_TYPE_KIOCB = 13,	    /* struct kiocb *: its file */
	ARGUMENT_TYPE_LINUX_BINPRM = 14,    /* struct linux_binprm * */
	ARGUMENT_TYPE_DENTRY = 15,	    /* struct dentry *: path within its mount */
	ARGUMENT_TYPE_NET_DEVICE = 16,	    /* struct net_device *: its name */
	ARGUMENT_TYPE_SOCKADDR_UN = 17,	    /* its path; value: its family */
	ARGUMENT_TYPE_MODULE = 18,	    /* struct module *: its name, value: taints */
	ARGUMENT_TYPE_LOAD_INFO = 19,	    /* struct load_info *: name of the module */
	ARGUMENT_TYPE_SOCK = 20,	    /* struct sock *: socket_detail */
	ARGUMENT_TYPE_SOCKET = 21,	    /* struct socket *: socket_detail */
	ARGUMENT_TYPE_SKB = 22,		    /* struct sk_buff *: socket_detail */
	ARGUMENT_TYPE_SOCKADDR = 23,	    /* struct sockaddr *: the source only */
	ARGUMENT_TYPE_CRED = 24,	    /* struct cred *: cred_detail */
	ARGUMENT_TYPE_USER_NAMESPACE = 25,  /* struct user_namespace * */
	ARGUMENT_TYPE_CAPABILITY = 26,	    /* int, number of a capability */
	ARGUMENT_TYPE_CAP_SET = 27,	    /* kernel_cap_t * */
	ARGUMENT_TYPE_BPF_ATTR = 28,	    /* union bpf_attr *: bpf_detail */
	ARGUMENT_TYPE_BPF_PROG = 29,	    /* struct bpf_prog *: bpf_detail */
	ARGUMENT_TYPE_BPF_MAP = 30,	    /* struct bpf_map *: bpf_detail */
	ARGUMENT_TYPE_BPF_CMD = 31,	    /* int */
	ARGUMENT_TYPE_PERF_EVENT = 32,	    /* struct perf_event * */
	ARGUMENT_TYPE_BUFFER = 33,	    /* bytes; another argument holds how many */
	ARGUMENT_TYPE_NOP = 34,		    /* keeps a place */
	ARGUMENT_TYPE_CAP_INHERITABLE = 35, /* as CAP_SET, else named */
	ARGUMENT_TYPE_CAP_PERMITTED = 36,
	ARGUMENT_TYPE_CAP_EFFECTIVE = 37,
	ARGUMENT_TYPE_SYSCALL64 = 38, /* number of a system call; SYSCALL_32_BIT */
	ARGUMENT_TYPE_FILENAME = 39,  /* struct filename *: its name */
	ARGUMENT_TYPE_VECTOR = 40,    /* array of struct iovec: bytes; another argument: how many */
	ARGUMENT_TYPE_ITERATOR = 41,  /* struct iov_iter *: bytes */
	ARGUMENT_TYPE_COMMAND_LINE = 42, /* struct task_struct *, the running one: its argv */
};

/* In the value of a SYSCALL64: the call is that of a 32-bit program, and numbered as theirs. */
#define SYSCALL_32_BIT 0x80000000

/* In the number of a call that an x32 program makes; most numbers mean the same without it. */
#define X32_SYSCALL_BIT 0x40000000

/* Where the value of an argument begins. */
enum argument_source {
	ARGUMENT_SOURCE_PARAMETER = 0,	  /* of the function */
	ARGUMENT_SOURCE_CURRENT_TASK = 1, /* struct task_struct of the running thread */
	ARGUMENT_SOURCE_REGISTER = 2,	  /* of what was interrupted */
	ARGUMENT_SOURCE_RESULT = 3,	  /* what the function returned */
};

/* Which structure answers "which selectors does this value satisfy". */
enum dimension_kind {
	DIMENSION_KIND_NONE = 0,
	/* index_rows by index_numbers: the value is a small id, 0 has no row. start is where the
	 * ids of this dimension begin in index_numbers, mask_bits how many there are.
	 */
	DIMENSION_KIND_INDEXED = 1,
	DIMENSION_KIND_NUMBER = 2, /* number_rows: the value */
	DIMENSION_KIND_MASK = 3,   /* number_rows: one row per bit, OR over the bits that are set */
	DIMENSION_KIND_TEXT = 4,   /* text_rows_*: the whole string */
	/* The longest prefix that the value has, by the lengths that there are: its row holds what
	 * shorter ones hold too.
	 */
	DIMENSION_KIND_PREFIX = 5,    /* text_rows_* */
	DIMENSION_KIND_POSTFIX = 6,   /* text_rows_*: the same from the end */
	DIMENSION_KIND_RANGE = 7,     /* block_rows, of numbers */
	DIMENSION_KIND_SUBSTRING = 8, /* automaton, then number_rows of the states that accept */
	DIMENSION_KIND_ADDRESS = 9,   /* block_rows, of addresses */
};

/* What a dimension looks at. */
enum dimension_source {
	DIMENSION_SOURCE_NONE = 0,
	DIMENSION_SOURCE_FACT = 1,	/* subject: enum fact */
	DIMENSION_SOURCE_VALUE = 2,	/* subject: an argument; its number */
	DIMENSION_SOURCE_TEXT = 3,	/* subject: an argument; its text */
	DIMENSION_SOURCE_MEMBER = 4,	/* subject: an argument; bytes of its detail */
	DIMENSION_SOURCE_FILE_TYPE = 5, /* subject: an argument; S_IFMT of its mode */
	DIMENSION_SOURCE_GAINED = 6, /* bits of the argument `start` that `subject` does not have */
	/* Of the arguments `subject` and `start`, in `width` bytes. */
	DIMENSION_SOURCE_SUM = 7,
	DIMENSION_SOURCE_DIFFERENCE = 8,
	DIMENSION_SOURCE_ORDER = 9, /* 0: less, 1: equal, 2: greater; `bias` makes it unsigned */
};

/* What is known of the current process without reading an argument. */
enum fact {
	FACT_NONE = 0,
	FACT_BINARY = 1,	/* id of the executable, see the map "binaries" */
	FACT_PID = 2,		/* of the process, as the host counts */
	FACT_NAMESPACE_PID = 3, /* in the innermost pid namespace */
	FACT_NAMESPACE_UTS = 4, /* inode numbers */
	FACT_NAMESPACE_IPC = 5,
	FACT_NAMESPACE_MNT = 6,
	FACT_NAMESPACE_PID_NS = 7,
	FACT_NAMESPACE_PID_FOR_CHILDREN = 8,
	FACT_NAMESPACE_NET = 9,
	FACT_NAMESPACE_TIME = 10,
	FACT_NAMESPACE_TIME_FOR_CHILDREN = 11,
	FACT_NAMESPACE_CGROUP = 12,
	FACT_NAMESPACE_USER = 13,
	FACT_CAP_EFFECTIVE = 14, /* bit sets */
	FACT_CAP_PERMITTED = 15,
	FACT_CAP_INHERITABLE = 16,
	FACT_PARENT_BINARY = 17,      /* id of the parent's executable */
	FACT_BINARY_PATH = 18,	      /* text */
	FACT_PARENT_BINARY_PATH = 19, /* text */
	FACT_LINEAGE = 20, /* lineage ids of the process, a set of LINEAGE_IDS_MAX bits */
	FACT_PARENT_LINEAGE = 21,
	FACT_PID_LINEAGE = 22, /* FACT_PID of the process and of its ancestors that still run */
	FACT_NAMESPACE_PID_LINEAGE = 23,
	/* What differs from the last exec, or from the last time a difference counted: bit n is
	 * fact FACT_NAMESPACE_UTS + n, or a capability.
	 */
	FACT_NAMESPACE_CHANGES = 24,
	FACT_CAP_EFFECTIVE_CHANGES = 25,
	FACT_CAP_PERMITTED_CHANGES = 26,
	FACT_CAP_INHERITABLE_CHANGES = 27,
	FACT_DECISIONS = 28, /* of the thread, a set of DECISIONS_MAX bits */
	FACT_SCOPES = 29,    /* that the workload of the process is in, SCOPES_MAX bits */
};

/* A cell of the map "automaton": the following state, with this bit when it has a row. */
#define AUTOMATON_ACCEPTS 0x80000000

/* One bit per selector of the hook, over all policies. */
struct selector_set {
	__u64 words[SELECTOR_WORDS_MAX];
};

enum argument_width {
	ARGUMENT_WIDTH_SIGNED = 1 << 7, /* beside the bytes: the number keeps its sign */
};

struct argument_config {
	__u8 index;	 /* position in the function's parameters; REGISTER: word of pt_regs */
	__u8 type;	 /* enum argument_type */
	__u8 source;	 /* enum argument_source */
	__u8 step_count; /* steps in use; 0: the value itself */
	__u8 width;	 /* bytes loaded at the last step; 0: its address is the value */
	__u8
	    size_index; /* BUFFER, VECTOR: 1 + position of the parameter with the length; 0: none */
	__u16 size_max; /* BUFFER, VECTOR, ITERATOR: bytes that are read */
	/* Offsets. At all places but the last stands a pointer, which is followed. */
	__u32 steps[RESOLVE_STEPS_MAX];
};

enum dimension_flag {
	DIMENSION_FLAG_REQUIRED = 1 << 0, /* no selector holds for a value that is not found */
};

struct dimension_config {
	__u8 kind;	 /* enum dimension_kind */
	__u8 source;	 /* enum dimension_source */
	__u8 subject;	 /* enum fact, or position in hook_config.arguments */
	__u8 classes;	 /* SUBSTRING: class table; 1 folds the case of letters */
	__u16 number;	 /* in the keys of its rows */
	__u16 flags;	 /* enum dimension_flag */
	__u64 mask_bits; /* MASK: bits that have a row */
	__u64 bias;	 /* RANGE: added to the value, so that its order is unsigned */
	__u32 start;	 /* SUBSTRING: the state before the first byte. MEMBER: offset */
	__u16 width;	 /* MEMBER: bytes */
	__u16 lengths;	 /* PREFIX, POSTFIX, RANGE, ADDRESS: first length to try; 0: none */
	struct selector_set negated;	   /* selectors that want the value not to be found */
	struct selector_set unconstrained; /* selectors that do not look at this dimension */
};

/* What happens to the socket that a call returned. */
enum return_tracking {
	RETURN_TRACKING_NONE = 0,
	RETURN_TRACKING_TRACK = 1,
	RETURN_TRACKING_UNTRACK = 2,
};

/* One selector, for what the sets in hook_config do not say. */
struct selector_row {
	__s32 override_error; /* negative errno */
	__u32 signal;
	__u32 return_signal;  /* sent when the call returns */
	__u8 tracked;	      /* 1 + index of the parameter whose socket is tracked; 0: none */
	__u8 untracked;	      /* the same of the one that no longer is */
	__u8 return_tracking; /* enum return_tracking */
	__u8 variable;	      /* 1 + index of the argument that is overwritten; 0: none */
	__u32 variable_value; /* with this */
	__u32 reserved;
	__u64 raised;  /* decisions that it leaves for enforcers */
	__u64 dropped; /* decisions that it carried out or takes back */
};

enum rate_scope {
	RATE_SCOPE_GLOBAL = 0,
	RATE_SCOPE_PROCESS = 1,
	RATE_SCOPE_THREAD = 2,
};

/* How often a selector posts the same: once in interval_ms for each scope and set of arguments. */
struct rate_row {
	__u64 selector; /* stays the same from generation to generation; 0: no limit */
	__u32 interval_ms;
	__u16 scope;	 /* enum rate_scope */
	__u16 arguments; /* bit n: argument number n tells posts apart */
};

/* Key of the map "rates". */
struct rate_key {
	__u64 selector;
	__u64 arguments; /* their hash */
	__u32 owner;	 /* tid, tgid or 0 */
	__u32 reserved;
};

enum hook_flag {
	HOOK_FLAG_SYSCALL_REGISTERS = 1 << 0, /* arguments are in a struct pt_regs */
	HOOK_FLAG_USER_STRINGS = 1 << 1,      /* strings are in the memory of the process */
	HOOK_FLAG_DECIDES = 1 << 2,	      /* some selector raises or drops decisions */
	HOOK_FLAG_RETURNS = 1 << 3,	      /* some selector waits for the call to return */
	HOOK_FLAG_KERNEL_STACK = 1 << 4,      /* kernel_stack has a selector */
	HOOK_FLAG_USER_STACK = 1 << 5,	      /* user_stack has a selector */
	HOOK_FLAG_TRACKS = 1 << 6,	      /* some selector tracks or untracks sockets */
	HOOK_FLAG_SETS = 1 << 7,	      /* some selector overwrites a variable */
	HOOK_FLAG_HASHES = 1 << 8,	      /* file_hash has a selector */
};

struct hook_config {
	__u32 hook_id;
	__u32 generation;
	__u32 flags;	       /* enum hook_flag */
	__u32 word_count;      /* words of a selector_set in use */
	__u32 argument_count;  /* numbers first, last those that are read at the return */
	__u32 number_count;    /* arguments that are numbers */
	__u32 entry_count;     /* arguments that are read at the entry */
	__u32 dimension_count; /* facts first, then numbers, texts, and what the return shows */
	__u32 fact_end;	       /* dimensions before it are facts */
	__u32 number_end;      /* those before it are facts or numbers */
	__u32 entry_end;       /* those before it are looked at at the entry */
	__u32 text_classes;    /* bit n: text_rows of class n, from tiny on, has rows */
	__u32 class_count;     /* columns of the automaton */
	__u32 is_limited;      /* whether limited has a selector */
	__u32 return_slot;     /* number of a system call, else 0 */
	__u32 owned_socket;    /* 1 + index of the parameter whose owner events name; 0: none */
	struct argument_config arguments[HOOK_ARGUMENTS_MAX];
	struct selector_set all;     /* every selector of the hook */
	struct selector_set posting; /* selectors that want an event */
	struct selector_set signalling;
	struct selector_set overriding;
	struct selector_set limited;   /* posting, and not every time; see rate_row */
	struct selector_set deciding;  /* selectors that raise or drop decisions */
	struct selector_set setting;   /* selectors that overwrite a variable */
	struct selector_set returning; /* selectors whose report waits for the return */
	struct selector_set return_posting;
	struct selector_set return_signalling;
	/* Selectors whose signal is for all that descends from the process too. */
	struct selector_set tree_killing;
	struct selector_set return_tree_killing;
	struct selector_set kernel_stack; /* posting, with where in the kernel it came from */
	struct selector_set user_stack;	  /* the same in the process */
	struct selector_set file_hash;	  /* posting, with the hash of the file */
	/* Bit n of [k]: selector n and selector n - 2^k are of one policy; those are neighbours. */
	struct selector_set same_policy[SAME_POLICY_STEPS];
};

/* How a field of a classic tracepoint is got at. */
enum field_kind {
	FIELD_KIND_VALUE = 0,	 /* size bytes at offset */
	FIELD_KIND_ADDRESS = 1,	 /* what is at offset is text itself */
	FIELD_KIND_DATA_LOC = 2, /* 32 bits at offset; the lower 16 are the offset of text */
};

/* One field of the record of a classic tracepoint. */
struct field_config {
	__u32 offset;
	__u16 size;
	__u16 kind; /* enum field_kind */
};

/* Where an argument of a user static probe is. */
enum usdt_source {
	USDT_SOURCE_NONE = 0,
	USDT_SOURCE_CONSTANT = 1, /* displacement is the value */
	USDT_SOURCE_REGISTER = 2,
	USDT_SOURCE_MEMORY = 3, /* at register + displacement + index * scale */
};

struct usdt_argument_config {
	__s64 displacement;
	__u16 register_offset; /* in struct pt_regs */
	__u16 index_offset;
	__u8 scale;  /* 0: no index */
	__u8 source; /* enum usdt_source */
	__u8 size;   /* bytes of the value */
	__u8 is_signed;
};

/* One place of a user static probe. */
struct usdt_location_config {
	struct usdt_argument_config arguments[FUNCTION_ARGUMENTS_MAX];
};

/* Numbers that all programs of one agent share: rows of the map "control". A row each, so that user
 * space can write one while the kernel counts in another.
 */
enum control_number {
	CONTROL_NUMBER_SEQUENCE = 0,		/* last number given to a record */
	CONTROL_NUMBER_BINARIES_GENERATION = 1, /* raised when binaries gained a row; from 1 */
	CONTROL_NUMBER_FOLLOWS_PODS = 2, /* not 0: somebody says of containers which pod they are */
	CONTROL_NUMBER_WAKES_AT_ONCE = 3, /* not 0: records are answered, and must not wait */
	CONTROL_NUMBER_MAX = 4,
};

/* Workloads that are always there: rows of the map "workloads". */
enum workload_number {
	WORKLOAD_NUMBER_NONE = 0,
	WORKLOAD_NUMBER_HOST = 1,
	WORKLOAD_NUMBER_UNNAMED = 2, /* containers: nobody has said whose */
	WORKLOAD_NUMBER_NAMED = 3,   /* the first of those that are one container each */
};

/* Counters that are not losses: rows of the per-CPU map "counters". */
enum counter {
	COUNTER_RECORDS = 0,	      /* records that went into a ring */
	COUNTER_STATE_FAILED = 1,     /* what was to be kept of a task or socket could not be */
	COUNTER_COMPAT_SYSCALLS = 2,  /* 32-bit system calls, which syscall hooks do not see */
	COUNTER_RATE_LIMITED = 3,     /* posts that a rate limit kept back */
	COUNTER_UNNAMED_WORKLOAD = 4, /* scopes asked for in an unnamed container */
	COUNTER_MAX = 5,
};

/* What the programs of one hook did: the row of its per-CPU map "hook_counters". */
struct hook_counters_row {
	__u64 runs;
	__u64 matched; /* at least one selector held */
	__u64 posted;
	__u64 signalled;
	__u64 overridden;
	__u64 set; /* a variable was overwritten */
};

/* What one selector of a generation did, as the first match of its policy: a row of the per-CPU map
 * "selector_counters".
 */
struct selector_counters_row {
	__u64 enforced;	 /* matches while its actions were carried out */
	__u64 monitored; /* matches while its policy was in monitor mode */
	__u64 returned;	 /* the same two, of what was waited for at the return */
	__u64 return_monitored;
	__u64 last_ns; /* CLOCK_BOOTTIME of the last match; 0: none */
};

_Static_assert(sizeof(struct rate_row) == 16, "rate_row is wire format");
_Static_assert(sizeof(struct selector_row) == 40, "selector_row is wire format");
_Static_assert(sizeof(struct dimension_config) == 160, "dimension_config is wire format");
_Static_assert(sizeof(struct hook_config) == 2176, "hook_config is wire format");

#endif
