/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Every bound of the kernel side, with the reason for its value. */
#ifndef WARDER_LIMITS_H
#define WARDER_LIMITS_H

/* Slices in records are 16-bit, so a record ends below 64 KiB; 8-byte aligned like the ring. */
#define RECORD_SIZE_MAX 65528

/* argv kept per exec; what is longer is cut and flagged. Linux allows 2 MiB, a shell one-liner
 * seldom passes 4 KiB. With two full paths and a cwd it still fits RECORD_SIZE_MAX.
 */
#define ARGV_SIZE_MAX 49152

/* PATH_MAX of the kernel, terminator included. */
#define PATH_SIZE_MAX 4096

/* Bytes of a buffer, when a policy asks for more than PATH_SIZE_MAX with maxData; half a record, so
 * that what else the record holds has room.
 */
#define BUFFER_SIZE_MAX 32768

/* Pieces of a vector of buffers that are read. Linux allows 1024; programs use a few. */
#define VECTORS_MAX 64

/* Components walked from a dentry to its root: PATH_MAX / 2 is the worst case of "/a/a/a". */
#define PATH_DEPTH_MAX 2048

/* Longest name of one path component, NAME_MAX of the kernel. */
#define NAME_SIZE_MAX 255

/* Registers that carry arguments of a function on x86-64. */
#define FUNCTION_ARGUMENTS_MAX 6

/* Distinct arguments and data read at one hook for all its policies together. A power of two, so
 * that one AND bounds a position for the verifier.
 */
#define HOOK_ARGUMENTS_MAX 16

/* Pointers followed from an argument to the member that "resolve" names. */
#define RESOLVE_STEPS_MAX 10

/* Name of a BPF program or map, a network device, and the terminator. */
#define OBJECT_NAME_SIZE 16

/* Name of a kernel module, and of the function of a perf event; the terminator included. */
#define SYMBOL_NAME_SIZE 64

/* Bytes of the build id of a program or library; the kernel reads no longer ones. */
#define BUILD_ID_SIZE_MAX 20

/* Frames of one stack in a record: as many as perf keeps (kernel.perf_event_max_stack). */
#define STACK_FRAMES_MAX 127

/* Selectors of all policies on one hook: eight 64-bit words are one cache line. */
#define SELECTOR_WORDS_MAX 8
#define SELECTORS_MAX	   (SELECTOR_WORDS_MAX * 64)

/* Doublings that span a word: how far apart two selectors of one policy can be. */
#define SAME_POLICY_STEPS 6

/* (argument, operator class) pairs of one hook, including second uses within one selector. */
#define DIMENSIONS_MAX 48

/* Text of a hash key: the smallest class that holds the string is the one looked up. The time that
 * a look-up takes grows with the size of its key.
 */
#define TEXT_CLASS_TINY	  32
#define TEXT_CLASS_SMALL  64
#define TEXT_CLASS_MEDIUM 256
#define TEXT_CLASS_LARGE  4096

/* Distinct lengths of prefixes and postfixes on one hook, ranges and networks included: their
 * places are 16-bit numbers.
 */
#define LENGTHS_MAX 65535

/* Lengths that are tried for one value: a balanced tree of PATH_SIZE_MAX of them is that deep. */
#define LENGTH_TRIES_MAX 13

/* Cells of the automaton behind SubString: states times classes of bytes, over all values of one
 * hook. One cell has four bytes.
 */
#define AUTOMATON_CELLS_MAX 1048576

/* Sockets that are tracked at once, over all policies. One that is too many is not, and counted. */
#define SOCKETS_MAX 32000

/* Posts with a rate limit that are remembered, over all policies; 100 bytes each. */
#define RATES_MAX 8192

/* Binary path in a matchBinaries value; longer executables have no id and match no value. */
#define BINARY_PATH_SIZE 256

/* Executables with followChildren, over all policies: bits in the state of every process. */
#define LINEAGE_IDS_MAX 256

/* Ancestors that are looked at: by followForks, and for the lineage of a process that was already
 * running.
 */
#define LINEAGE_DEPTH_MAX 16

/* Ancestors that every process is remembered with, so that a response finds what descends from a
 * process when those in between have ended. 16 bytes each, of every process.
 */
#define ANCESTORS_MAX 16

/* Lists of forebears beyond those, of all processes; 1.4 MiB. */
#define FOREBEARS_MAX 4096

/* Of these lists, how many are gone through for one process. */
#define FOREBEARS_STEPS_MAX 64

/* Execs of one process: how far the key of an image may be from the start of its process. Two
 * processes of one pid are further apart, as a millisecond has that many nanoseconds.
 */
#define EXECS_MAX 1048576

/* Responses that one thread can be under at once: those of its parents and its own. */
#define VERDICTS_MAX 4

/* Responses that are in force at once: quarantines, and kills that are not done. */
#define RESPONSES_MAX 1024

/* Processes that the agent names to one response: the target and what it knows to descend from it.
 */
#define TARGETS_MAX 16384

/* Cgroups above a process that are looked at, to the root; deeper ones are in no quarantine. */
#define CGROUP_DEPTH_MAX 64

/* Decisions for enforcers, over all policies that ever were: bits in a word of every thread. */
#define DECISIONS_MAX 64

/* Policies with a scope that are in force at once: bits of every workload. */
#define SCOPES_MAX 256

/* Workloads at once: containers, services, the host. */
#define WORKLOADS_MAX 4096

/* Cgroups at once that have a row of their own, which the others do without. */
#define CGROUPS_MAX 65536

/* Record kept of a thread until its call returns. With what surrounds it in the kernel it takes 8
 * KiB of each thread that is in such a call.
 */
#define HELD_RECORD_MAX 7936

/* Bytes of a hash of a file, SHA-512 being the longest that the kernel measures with. */
#define FILE_HASH_MAX 64

/* Bytes kept of a message to or from a name server: what RFC 1035 allows without extensions. Of a
 * longer answer the first addresses are there.
 */
#define DNS_MESSAGE_MAX 512

/* Sockets whose user is remembered, so that answers of name servers have a process. */
#define DNS_SOCKETS_MAX 4096

/* Generations of a hook whose calls are still evaluated when they return; a power of two. */
#define RETURN_SLOTS 4

/* Places of one user static probe: the compiler copies code that it unrolls or inlines. */
#define USDT_LOCATIONS_MAX 64

/* System call numbers of every architecture in scope end below this. */
#define SYSCALLS_MAX 512

/* Work areas per CPU: one for the running program, the others for programs that preempt it or are
 * preempted inside one, which a kernel with full preemption allows.
 */
#define SCRATCH_SLOTS_PER_CPU 4

/* Areas tried, from the CPU's own onwards, before a run is given up and counted. */
#define SCRATCH_TRIES_MAX 16

/* Ring sizes. Sized for stalls of the reader, not for throughput: 8 MiB hold 20 ms of the worst
 * flood measured and a third of a second at 100,000 records a second.
 */
#define RING_BULK_SIZE	 (8 * 1024 * 1024)
#define RING_URGENT_SIZE (1024 * 1024)

/* Processes that are killed with their trees; as large as the largest page. */
#define RING_DOOMED_SIZE (64 * 1024)

/* Bytes waiting in the bulk ring at which a sleeping reader is woken before its timer. */
#define RING_WAKE_BYTES (256 * 1024)

#endif
