/** Triggers of types that no operator applies to: they are read, and reported. */
import type { Trigger } from './trigger.ts';
import { NUMBER, type Subject } from './values.ts';

type ObjectTrigger = Omit<Trigger, 'section'>;

const object = (json: object): Subject => ({ kind: 'object', json });

/** Root, and what is left of its capabilities. */
const CREDENTIALS = object({ process_credentials_arg: { euid: 0, user_ns: { uid: 0, gid: 0 } } });
const NAMESPACE = object({ user_ns_arg: { level: 0, uid: 0, gid: 0 } });
const PROGRAM = {
  ProgType: 'BPF_PROG_TYPE_SOCKET_FILTER',
  ...{ InsnCnt: 2, ProgName: 'matrix' },
};

const guard = (argument: string, value: number | string, other: number | string) => ({
  argument,
  match: `operator: Equal, values: ["${value}"]`,
  twin: `operator: Equal, values: ["${other}"]`,
});

/** CAP_SYS_CHROOT. */
const OF_CHROOT = guard('index: 2, type: capability', 18, 19);
/** BPF_PROG_LOAD. */
const OF_LOAD = guard('index: 0, type: bpf_cmd', 5, 3);

/** What functions of the kernel and LSM hooks have alike; the name is that of the hook. */
const BOTH: readonly (Omit<ObjectTrigger, 'hook'> & { readonly name: string })[] = [
  {
    ...{ name: 'capable', types: ['cred'], subject: CREDENTIALS },
    ...{ part: 'apart', argument: 'index: 0', guard: OF_CHROOT },
  },
  {
    ...{ name: 'capable', types: ['user_namespace'], subject: NAMESPACE },
    ...{ part: 'apart', argument: 'index: 1', guard: OF_CHROOT },
  },
  {
    ...{ name: 'bpf', types: ['bpf_attr'], subject: object({ bpf_attr_arg: PROGRAM }) },
    ...{ part: 'objects', argument: 'index: 1', guard: OF_LOAD },
  },
  {
    ...{ name: 'bpf_prog', types: ['bpf_prog'], subject: object({ bpf_prog_arg: PROGRAM }) },
    ...{ part: 'objects', argument: 'index: 0' },
    guard: guard('index: 0, type: uint32, resolve: len', 2, 3),
  },
  {
    ...{ name: 'bpf_map', types: ['bpf_map'], part: 'objects', argument: 'index: 0' },
    guard: guard('index: 0, type: uint32, resolve: max_entries', 66, 67),
    subject: object({
      bpf_map_arg: {
        ...{ MapType: 'BPF_MAP_TYPE_ARRAY', KeySize: 4, ValueSize: 8 },
        ...{ MaxEntries: 66, MapName: 'matrix' },
      },
    }),
  },
  {
    ...{ name: 'perf_event_alloc', types: ['perf_event'], part: 'objects', argument: 'index: 0' },
    guard: guard('index: 0, type: uint64, resolve: attr.config', 3, 4),
    subject: object({ perf_event_arg: { Type: 'PERF_TYPE_SOFTWARE', Config: '3' } }),
  },
];

const ANYTHING = { types: ['nop'], subject: object({}) } as const;
const theNumber = (index: number) => guard(`index: ${index}, type: size_t`, NUMBER, NUMBER + 1);

const SEEK: ObjectTrigger = {
  ...{ ...ANYTHING, hook: 'call: sys_lseek', argument: 'index: 1', guard: theNumber(1) },
};

const FUNCTIONS: readonly ObjectTrigger[] = BOTH.map(({ name, ...rest }) => ({
  ...{ ...rest, hook: `call: security_${name}\n    syscall: false` },
  needs: 'fentry',
}));

const HOOKS: readonly ObjectTrigger[] = [
  ...BOTH.map(
    ({ name, ...rest }): ObjectTrigger => ({
      ...{ ...rest, hook: `hook: ${name}`, needs: 'lsm' },
    }),
  ),
  {
    ...{ ...ANYTHING, hook: 'hook: task_prctl', argument: 'index: 1', needs: 'lsm' },
    guard: theNumber(1),
  },
];

/** The program names a child; that of the part `objects` has a filter of system calls then. */
const RENAMED: Omit<ObjectTrigger, 'types' | 'subject' | 'argument'> = {
  ...{ hook: 'subsystem: task\n    event: task_rename\n    raw: true', part: 'apart' },
  ...{ guard: guard('index: 1, type: string', 'warder', 'warden'), needs: 'fentry' },
};

const TRACEPOINTS: readonly ObjectTrigger[] = [
  { ...RENAMED, types: ['cred'], subject: CREDENTIALS, argument: 'index: 0, resolve: cred' },
  {
    ...{ ...RENAMED, types: ['user_namespace'], subject: NAMESPACE },
    argument: 'index: 0, resolve: cred.user_ns',
  },
  {
    ...{ ...RENAMED, part: 'objects', types: ['bpf_prog'] },
    argument: 'index: 0, resolve: seccomp.filter.prog',
    subject: object({ bpf_prog_arg: { ProgType: 'BPF_PROG_TYPE_UNSPEC' } }),
  },
  {
    ...{ ...ANYTHING, hook: 'subsystem: syscalls\n    event: sys_enter_lseek' },
    ...{ argument: 'index: 6', guard: theNumber(6), needs: 'fentry' },
  },
];

export const OBJECT_TRIGGERS: readonly Trigger[] = [
  ...[SEEK, ...FUNCTIONS].map((trigger): Trigger => ({ ...trigger, section: 'kprobes' })),
  ...[SEEK, ...FUNCTIONS].map(
    (trigger): Trigger => ({
      ...{ ...trigger, section: 'fentries', needs: 'fentry' },
    }),
  ),
  ...HOOKS.map((trigger): Trigger => ({ ...trigger, section: 'lsmhooks' })),
  ...TRACEPOINTS.map((trigger): Trigger => ({ ...trigger, section: 'tracepoints' })),
  {
    ...{ ...ANYTHING, section: 'uprobes', argument: 'index: 0', guard: theNumber(0) },
    hook: 'path: PROGRAM\n    symbols: [matrix_number]',
  },
  {
    ...{ ...ANYTHING, section: 'usdts', argument: 'index: 0', guard: theNumber(0) },
    hook: 'path: PROGRAM\n    provider: warder\n    name: mark',
  },
];
