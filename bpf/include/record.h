/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Records from kernel to user space: the only definition of the wire format. Decoders are
 * generated from the BTF of these types. Little endian, naturally aligned, no padding left
 * unnamed. Kinds and bits are never reused.
 */
#ifndef WARDER_RECORD_H
#define WARDER_RECORD_H

#include <linux/types.h>
#include "limits.h"

enum record_kind {
	RECORD_KIND_INVALID = 0,
	RECORD_KIND_EXEC = 1,
	RECORD_KIND_FORK = 2,
	RECORD_KIND_EXIT = 3,
	RECORD_KIND_HOOK = 4,
	RECORD_KIND_LOADER = 5,
	RECORD_KIND_CGROUP = 6,
	RECORD_KIND_DNS = 7,
};

/* Bytes inside the same record, counted from its first byte. Length 0 means absent or empty. */
struct slice {
	__u16 offset;
	__u16 length;
};

/* start_ns is start_boottime of the thread-group leader plus the number of execs in the lineage
 * (self_exec_id): unique per image, and computable from a task at any time, so that it survives
 * a restart of the agent.
 */
struct record_header {
	__u16 kind;	/* enum record_kind */
	__u16 flags;	/* enum record_flag */
	__u32 size;	/* bytes of the whole record */
	__u64 sequence; /* per node, from 1, over both rings; a gap is a loss */
	__u64 time_ns;	/* CLOCK_BOOTTIME */
	__u64 start_ns;
	__u32 tgid;
	__u32 tid;
};

enum record_flag {
	RECORD_FLAG_URGENT = 1 << 0, /* went through the urgent ring */
};

enum exec_flag {
	EXEC_FLAG_CLONE = 1 << 0,  /* first exec since the fork */
	EXEC_FLAG_SEEDED = 1 << 1, /* was running before the sensor was attached */
	EXEC_FLAG_ARGS_TRUNCATED = 1 << 2,
	EXEC_FLAG_ARGS_UNREADABLE = 1 << 3,
	EXEC_FLAG_BINARY_UNRESOLVED = 1 << 4, /* the path is cut at its front */
	EXEC_FLAG_CWD_UNRESOLVED = 1 << 5,
	EXEC_FLAG_CWD_ROOT = 1 << 6, /* cwd is the root directory of the process */
	EXEC_FLAG_MEMFD = 1 << 7,
	EXEC_FLAG_UNLINKED = 1 << 8,	/* no name left in any directory */
	EXEC_FLAG_UPPER_LAYER = 1 << 9, /* written after the container started */
	EXEC_FLAG_SETUID = 1 << 10,	/* the file is set-user-id and it took effect */
	EXEC_FLAG_SETGID = 1 << 11,
	EXEC_FLAG_FILE_CAPS = 1 << 12, /* privileges rose through file capabilities */
	EXEC_FLAG_KERNEL_THREAD = 1 << 13,
	EXEC_FLAG_NON_LEADER = 1 << 14,	  /* another thread than the leader called exec */
	EXEC_FLAG_IN_INIT_TREE = 1 << 15, /* pid 1 of a pid namespace, or below it */
	EXEC_FLAG_FORKED = 1 << 16, /* seeded process that has not called exec since its fork */
};

struct credentials_record {
	__u32 uid;
	__u32 gid;
	__u32 euid;
	__u32 egid;
	__u32 suid;
	__u32 sgid;
	__u32 fsuid;
	__u32 fsgid;
	__u32 securebits;
	__u32 login_uid; /* 4294967295: unset */
	__u64 cap_permitted;
	__u64 cap_effective;
	__u64 cap_inheritable;
};

/* Inode numbers of the namespaces. */
struct namespaces_record {
	__u32 uts;
	__u32 ipc;
	__u32 mnt;
	__u32 pid;
	__u32 pid_for_children;
	__u32 net;
	__u32 time;
	__u32 time_for_children;
	__u32 cgroup;
	__u32 user;
};

struct exec_record {
	struct record_header header;
	__u64 parent_start_ns;
	__u64 cgroup_id;
	__u64 image_time_ns; /* when this image started: exec, else fork */
	__u64 exe_inode;
	__u32 parent_tgid;
	__u32 flags;	  /* enum exec_flag */
	__u32 exe_device; /* kernel dev_t: major << 20 | minor */
	__u32 exe_links;
	__u32 exe_uid;
	__u32 exe_gid;
	__u32 exe_mode;
	__u32 namespace_pid; /* pid in the innermost pid namespace; equals tgid on the host */
	__u32 old_tid;	     /* thread that called exec */
	__u32 args_size;     /* bytes of argv in the process, also when cut */
	__u32 tty;	     /* controlling terminal, as tty_nr of /proc; 0: none */
	__u32 reserved;
	struct credentials_record credentials;
	struct namespaces_record namespaces;
	struct slice binary;   /* path of the file that was mapped: the interpreter of a script */
	struct slice filename; /* as passed to exec: a script, a relative path */
	struct slice interpreter; /* as named by the script or the ELF loader, if not filename */
	struct slice cwd;
	struct slice args;	  /* argv, each terminated by NUL, argv[0] first */
	struct slice cgroup_name; /* last component of the cgroup path */
};

struct fork_record {
	struct record_header header; /* the child */
	__u64 parent_start_ns;
	__u64 cgroup_id;
	__u32 parent_tgid;
	__u32 namespace_pid;
	/* Who called fork: with CLONE_PARENT, that is not the parent but a sibling. */
	__u64 forker_start_ns;
	__u32 forker_tgid;
	__u32 reserved;
};

struct exit_record {
	struct record_header header;
	__u32 status; /* as wait(2) reports it */
	__u32 uid;
};

/* A file that was mapped executable. */
struct loader_record {
	struct record_header header;
	__u32 reserved;
	__u32 build_id_size; /* 0: the kernel found none */
	__u8 build_id[BUILD_ID_SIZE_MAX];
	struct slice path;
};

enum argument_status {
	ARGUMENT_STATUS_OK = 0,
	ARGUMENT_STATUS_UNREADABLE = 1, /* the memory could not be read */
	ARGUMENT_STATUS_TRUNCATED = 2,	/* cut at PATH_SIZE_MAX, or at the record's end */
	ARGUMENT_STATUS_UNRESOLVED = 3, /* a path cut at its front */
};

/* Ends of a connection; ports in the byte order of the machine. Addresses of IPv4 are
 * ::ffff:a.b.c.d.
 */
struct socket_detail {
	__u8 source[16];
	__u8 destination[16];
	__u64 cookie; /* of the socket; 0 until the kernel gave it one */
	__u32 mark;
	__u32 priority;
	__u32 hash;   /* of a packet */
	__u32 length; /* of a packet */
	__u16 family;
	__u16 type;	/* of the socket: SOCK_STREAM, ... */
	__u16 protocol; /* IPPROTO_TCP, ... */
	__u16 source_port;
	__u16 destination_port;
	__u16 ether_type; /* of a packet */
	__u8 state;	  /* TCP_ESTABLISHED, ... */
	__u8 reserved[3];
};

struct user_namespace_detail {
	__s32 level; /* 0: the host's */
	__u32 uid;   /* who made it */
	__u32 gid;
	__u32 inum;
};

struct cred_detail {
	struct credentials_record credentials;
	struct user_namespace_detail user_namespace;
};

struct bpf_detail {
	__u32 type;	    /* of the program or map */
	__u32 instructions; /* of a program */
	__u32 key_size;	    /* of a map, as what follows */
	__u32 value_size;
	__u32 entries;
	__u32 reserved;
	char name[OBJECT_NAME_SIZE];
};

struct perf_event_detail {
	__u32 type;
	__u32 reserved;
	__u64 config;
	__u64 probe_offset;
	char function[SYMBOL_NAME_SIZE]; /* of a kprobe */
};

/* One argument. value: integers, sign-extended to 64 bits, and the length of a BUFFER, VECTOR or
 * ITERATOR before it was cut. text: strings, paths and bytes, and the struct named *_detail of an
 * object.
 */
struct argument_record {
	__u64 value;
	struct slice text;
	__u16 mode;  /* file type and permission bits of a file or path; signed: of a module */
	__u8 type;   /* enum argument_type */
	__u8 status; /* enum argument_status */
};

enum outcome_flag {
	OUTCOME_FLAG_SIGNALLED = 1 << 0, /* bpf_send_signal succeeded */
	OUTCOME_FLAG_SIGNAL_FAILED = 1 << 1,
	OUTCOME_FLAG_OVERRIDDEN = 1 << 2, /* the hook returned override_error instead */
	OUTCOME_FLAG_WITHHELD = 1 << 3,	  /* a policy in monitor mode would have enforced */
	OUTCOME_FLAG_SET = 1 << 4,	  /* a variable of the program was overwritten */
	OUTCOME_FLAG_SET_FAILED = 1 << 5, /* or could not be */
};

/* What became of the wait for the return of the call. Those after RETURNED say why matchReturnArgs
 * and matchReturnActions were not looked at, and the record has no return value.
 */
enum return_status {
	RETURN_STATUS_NONE = 0, /* nobody asked for it */
	RETURN_STATUS_RETURNED = 1,
	RETURN_STATUS_ENFORCED = 2,    /* reported at once, as it was enforced at the entry */
	RETURN_STATUS_SUPERSEDED = 3,  /* the thread called the function again before it returned */
	RETURN_STATUS_ENDED = 4,       /* the thread ended in the call */
	RETURN_STATUS_UNHELD = 5,      /* the thread could not be given state */
	RETURN_STATUS_UNEVALUATED = 6, /* its generation is gone, or no work area was free */
};

/* One run of a hook that matched at least one selector with something to report. */
struct hook_record {
	struct record_header header;
	__u64 cgroup_id;
	__u32 hook_id;
	__u32 generation;
	__u32 outcome; /* enum outcome_flag */
	__s32 override_error;
	__u32 uid;
	__u32 argument_count;
	__u32 return_status;  /* enum return_status */
	__u32 hash_algorithm; /* 1 + enum hash_algo of the kernel; 0: no hash */
	/* Addresses of 8 bytes, innermost first. Empty: not asked for, or there is none. */
	struct slice kernel_stack;
	struct slice user_stack;
	struct slice file_hash; /* FILE_HASH_MAX bytes, of which the algorithm fills the first */
	__u32 reserved;
	__u64 selectors[SELECTOR_WORDS_MAX]; /* first match of every policy */
	struct argument_record arguments[HOOK_ARGUMENTS_MAX];
};

enum cgroup_change {
	CGROUP_CHANGE_NONE = 0,
	CGROUP_CHANGE_MADE = 1,
	CGROUP_CHANGE_REMOVED = 2,
	CGROUP_CHANGE_ENTERED = 3, /* by the process of the header, which was in another one */
};

/* A change of the default hierarchy of cgroups. The header names who made it. */
struct cgroup_record {
	struct record_header header;
	__u64 cgroup_id;
	__u64 parent_id;   /* 0: of the root */
	__u32 change;	   /* enum cgroup_change */
	struct slice path; /* from the root of the hierarchy */
};

enum dns_direction {
	DNS_DIRECTION_NONE = 0,
	DNS_DIRECTION_QUERY = 1,
	DNS_DIRECTION_ANSWER = 2,
};

/* A datagram to a name server, or from one. The header names who sent the query, of an answer the
 * one who used the socket last. Addresses of IPv4 are ::ffff:a.b.c.d.
 */
struct dns_record {
	struct record_header header;
	__u64 cgroup_id;
	__u8 local[16];
	__u8 remote[16];
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 direction; /* enum dns_direction */
	__u32 size;	 /* bytes of the message, also when it was cut at DNS_MESSAGE_MAX */
	struct slice message;
};

enum loss_reason {
	LOSS_REASON_NONE = 0,
	LOSS_REASON_RING_FULL = 1,
	LOSS_REASON_SCRATCH_BUSY =
	    2,		       /* more programs nested on one CPU than there are work areas */
	LOSS_REASON_STATE = 3, /* the process could not be given state */
};

/* Key of the map "losses": records that should have come and did not. Each took a sequence number
 * only for RING_FULL.
 */
struct loss_key {
	__u32 reason;	   /* enum loss_reason */
	__u32 record_kind; /* enum record_kind */
	__u32 hook_id;	   /* 0 for the base sensor */
	__u32 reserved;
	__u64 cgroup_id;
};

_Static_assert(sizeof(struct record_header) == 40, "record_header is wire format");
_Static_assert(sizeof(struct credentials_record) == 64, "credentials_record is wire format");
_Static_assert(sizeof(struct namespaces_record) == 40, "namespaces_record is wire format");
_Static_assert(sizeof(struct exec_record) == 248, "exec_record is wire format");
_Static_assert(sizeof(struct fork_record) == 80, "fork_record is wire format");
_Static_assert(sizeof(struct exit_record) == 48, "exit_record is wire format");
_Static_assert(sizeof(struct loader_record) == 72, "loader_record is wire format");
_Static_assert(sizeof(struct cgroup_record) == 64, "cgroup_record is wire format");
_Static_assert(sizeof(struct dns_record) == 96, "dns_record is wire format");
_Static_assert(sizeof(struct argument_record) == 16, "argument_record is wire format");
_Static_assert(sizeof(struct hook_record) == 416, "hook_record is wire format");

#endif
