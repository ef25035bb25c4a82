/* SPDX-License-Identifier: Apache-2.0 */
/* The core that holds kernel objects: libbpf below, plain C above. It knows nothing of Node, so
 * that it can be linked into a small privileged process of its own.
 *
 * Every function that can fail takes a struct failure and fills it; what it returns then is NULL,
 * false or a negative number. Names given by callers are copied or used before return.
 */
#ifndef WARDER_CORE_H
#define WARDER_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAILURE_MESSAGE_SIZE 512

struct failure {
	const char *code; /* stable: a row of KERNEL_ERRORS */
	const char *call; /* library or system call that failed, or NULL */
	int error;	  /* positive errno, or 0 */
	char message[FAILURE_MESSAGE_SIZE];
};

struct failure_call {
	const char *code;
	const char *call;
	int error;
};

/* Fills a failure; always returns false, so that callers can return its result. */
bool failure__set(struct failure *failure, struct failure_call call, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define FAIL(failure, code, ...)                                                                   \
	failure__set(failure, (struct failure_call){code, NULL, 0}, __VA_ARGS__)
#define FAIL_CALL(failure, code, name, error, ...)                                                 \
	failure__set(failure, (struct failure_call){code, name, error}, __VA_ARGS__)

/* What libbpf would have printed since log__begin, kept per thread. */
void log__install(void);
void log__begin(void);
void log__drop(void);
const char *log__text(size_t *length);

struct object;
struct map;
struct program;
struct link;
struct types;
struct reader;

struct object *object__open(const char *path, struct failure *failure);
void object__close(struct object *object);
bool object__load(struct object *object, struct failure *failure);
const char *object__program_name(const struct object *object, size_t index);
const char *object__map_name(const struct object *object, size_t index);

/* Before load only. */
bool object__set_map_entries(struct object *object, const char *name, uint32_t entries,
			     struct failure *failure);
bool object__reuse_map(struct object *object, const char *name, const struct map *from,
		       struct failure *failure);
bool object__disable_map(struct object *object, const char *name, struct failure *failure);
bool object__set_autoload(struct object *object, const char *name, bool on,
			  struct failure *failure);
bool object__set_attach_target(struct object *object, const char *name, const char *target,
			       struct failure *failure);

struct variable_value {
	const char *name;
	const void *bytes;
	size_t size;
};
bool object__set_variable(struct object *object, struct variable_value value,
			  struct failure *failure);

/* After load only. Maps, programs and links own their file descriptors: they outlive the object. */
struct map *object__map(struct object *object, const char *name, struct failure *failure);
struct program *object__program(struct object *object, const char *name, struct failure *failure);

enum attach_kind {
	ATTACH_KIND_SECTION = 0, /* as the section of the program says */
	ATTACH_KIND_KPROBE = 1,
	ATTACH_KIND_TRACEPOINT = 2,
	ATTACH_KIND_UPROBE = 3,
	ATTACH_KIND_CGROUP = 4,
};

struct attach_point {
	enum attach_kind kind;
	const char *program;
	const char *function; /* of a kprobe; the event of a tracepoint */
	const char *category; /* of a tracepoint */
	const char *file;     /* of a uprobe; the directory of a cgroup */
	uint64_t offset;      /* in the file */
	uint64_t ref_counter; /* offset in the file of a counter to raise; 0: none */
	uint64_t cookie;      /* of a uprobe: what its program is told */
	bool is_return;	      /* of a kprobe or uprobe */
};
struct link *object__attach(struct object *object, struct attach_point point,
			    struct failure *failure);

struct map_info {
	char name[16];
	uint32_t type;
	uint32_t key_size;
	uint32_t value_size;
	uint32_t max_entries;
	uint32_t id;
	size_t value_bytes; /* of one lookup: value_size, or 8-byte aligned per possible CPU */
};

struct map *map__open_pinned(const char *path, struct failure *failure);
struct map *map__of_fd(int fd, struct failure *failure);
void map__close(struct map *map);
const struct map_info *map__info(const struct map *map);
int map__fd(const struct map *map);
bool map__pin(struct map *map, const char *path, struct failure *failure);

/* Keys and values must have key_size and value_bytes bytes; the caller checks. */
int map__get(struct map *map, const void *key, void *value, struct failure *failure);
bool map__set(struct map *map, const void *key, const void *value, uint64_t flags,
	      struct failure *failure);
int map__delete(struct map *map, const void *key, struct failure *failure);

struct map_rows {
	void *keys;
	void *values;
	uint32_t count;
};
bool map__rows(struct map *map, struct map_rows *rows, struct failure *failure);
void map_rows__free(struct map_rows *rows);
bool map__set_rows(struct map *map, const struct map_rows *rows, struct failure *failure);

struct program_info {
	char name[128];
	uint32_t id;
	uint32_t type;
	uint32_t jited_bytes;
	uint32_t verified_instructions;
	uint64_t run_count;
	uint64_t run_time_ns;
	uint64_t recursion_misses;
};

struct test_run {
	void *context; /* written back by programs that change it; NULL if none */
	uint32_t context_size;
	const void *data;
	uint32_t data_size;
	void *data_out;
	uint32_t data_out_size; /* in: room; out: bytes written */
	int repeat;
	uint32_t return_value; /* out */
	uint32_t duration_ns;  /* out */
};

struct program *program__of_fd(int fd, struct failure *failure);
struct program *program__open_pinned(const char *path, struct failure *failure);
void program__close(struct program *program);
int program__fd(const struct program *program);
bool program__info(const struct program *program, struct program_info *info,
		   struct failure *failure);
bool program__pin(struct program *program, const char *path, struct failure *failure);
bool program__test_run(struct program *program, struct test_run *run, struct failure *failure);

/* Reads an iterator to its end; the caller frees the bytes. */
bool program__run_iterator(struct program *program, void **bytes, size_t *size,
			   struct failure *failure);

struct link *link__open_pinned(const char *path, struct failure *failure);
void link__close(struct link *link);
bool link__id(const struct link *link, uint32_t *id, struct failure *failure);
bool link__pin(struct link *link, const char *path, struct failure *failure);
/* Closing it detaches again. */
bool link__unpin(struct link *link, const char *path, struct failure *failure);

/* Type information (BTF). */
struct types *types__open_kernel(struct failure *failure);
struct types *types__open_module(const char *name, struct failure *failure);
struct types *types__open_file(const char *path, struct failure *failure);
struct types *types__open_bytes(const void *data, size_t size, const char *name,
				struct failure *failure);
void types__close(struct types *types);
uint32_t types__count(const struct types *types);
int types__find(const struct types *types, const char *name, uint32_t kind);
const void *types__bytes(const struct types *types, uint32_t id, size_t *size);
const char *types__string(const struct types *types, uint32_t offset);

struct name_query {
	uint32_t kind;
	const char *prefix;
};

/* Calls visit for each type of the kind whose name starts with the prefix, until it returns false.
 */
typedef bool (*name_visitor)(void *context, const char *name);
void types__names(const struct types *types, const struct name_query *query, name_visitor visit,
		  void *context);

/* Ring buffers. */
#define RING_SCAN_CORRUPT   (-1)
#define RING_SCAN_TOO_SMALL (-2)

/* What a scan looks at. Headers never lie across the end: they are 8 bytes at multiples of 8. */
struct ring_view {
	const uint8_t *data;
	uint64_t mask; /* size of the data minus one; the size is a power of two */
	uint64_t consumer;
	uint64_t producer;
};

/* Bytes of committed records that were copied to out, headers included, or a RING_SCAN_ code. */
int64_t ring__scan(const struct ring_view *view, void *out, size_t room);

typedef void (*wake_function)(void *context);

struct reader_options {
	wake_function wake; /* called on the reader's own thread */
	void *context;
	uint32_t interval_ms;
};

struct reader *reader__open(struct map *const *maps, size_t count, struct reader_options options,
			    struct failure *failure);
void reader__close(struct reader *reader);
int64_t reader__fill(struct reader *reader, size_t index, void *out, size_t room,
		     struct failure *failure);
uint64_t reader__pending(const struct reader *reader);

/* The wake function is not called again until this is. */
void reader__rearm(struct reader *reader);

int kernel__enable_stats(struct failure *failure);

/* A perf event of memory mappings on one CPU, which has the kernel look for build ids. Nobody reads
 * it; programs know it by the mark. -ENODEV: the CPU is offline, which is no failure.
 */
int kernel__watch_mappings(int cpu, uint64_t mark, struct failure *failure);

/* A descriptor of the process; -ESRCH when there is none, which is no failure. */
int process__open(int pid, struct failure *failure);
/* 1: sent, 0: the process has ended, -1: failure. */
int process__signal(int fd, int signal, struct failure *failure);
bool process__await_end(int fd, int milliseconds);
bool process__has_thread(int pid, int tid);

/* Real-time priorities: ahead of who forks without end, and of the agent, which hears of every
 * death.
 */
enum haste {
	HASTE_DYING = 1,
	HASTE_KILLING = 2,
};
/* Of a thread, or of the only thread of a process. Where real-time is not allowed, the highest
 * priority that is.
 */
void process__hasten(int tid, enum haste haste);

/* Who ends trees of processes: see core-tree-kill.c. All maps but the first are of one object. */
struct tree_killer_options {
	struct map *doomed;	/* the ring to follow */
	struct map *targets;	/* nobody else's */
	struct map *marking;	/* the same */
	struct map *verdicts;	/* of all responses */
	struct program *mark;	/* the iterator, with these maps */
	uint32_t id;		/* of the response, which is in force */
	const uint32_t *spared; /* processes whose trees are left alone */
	size_t spared_count;
};
struct tree_killer;
struct tree_killer *tree_killer__open(const struct tree_killer_options *options,
				      struct failure *failure);
void tree_killer__close(struct tree_killer *killer);

int kernel__cpu_count(struct failure *failure);

/* CLOCK_REALTIME minus CLOCK_BOOTTIME in ns: turns times of records into wall-clock times. */
int64_t kernel__clock_offset(void);

/* CLOCK_BOOTTIME in ns, the clock of records. */
int64_t kernel__boot_time(void);

/* Gives freed memory back to the system: reading the kernel's type information leaves 20 MB. */
void kernel__trim_memory(void);

#endif
