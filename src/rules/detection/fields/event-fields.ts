/** Reads fields of the events of this machine. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { Process } from '../../../model/event.ts';
import type { EventClass } from '../../../model/event-class.ts';
import { FACT_TYPES, type FactName, type Facts } from '../../../model/fact.ts';
import { capabilityNames } from './capability-names.ts';
import type { FieldName } from './field-table.ts';
import type { FieldSource, FieldValue } from './field-value.ts';
import { modeBits } from './mode-bits.ts';
import { NETWORK_READERS } from './network-fields.ts';
import { processTexts } from './process-texts.ts';
import { WORKLOAD_READERS } from './workload-fields.ts';

/** What the events do not say themselves. */
export interface FieldContext {
  readonly nodeName: string;
  readonly clusterName: string;
  /** Name of a user id on this node. */
  userName(uid: number): string | undefined;
  /** Milliseconds since the Unix epoch of a CLOCK_BOOTTIME. */
  toEpochMs(timeNs: bigint): number;
}

type Reader = (
  event: DetectionEvent,
  context: FieldContext,
  key: string | undefined,
) => FieldValue | undefined;

/** Stands for no login user. */
const NO_LOGIN = 0xffff_ffff;
const NS_PER_MS = 1_000_000n;

/** The event that is looked at now; made once, and given one event after the other. */
export class EventFields implements FieldSource {
  readonly #context: FieldContext;
  #event: DetectionEvent;

  constructor(context: FieldContext, event: DetectionEvent) {
    this.#context = context;
    this.#event = event;
  }

  set(event: DetectionEvent): this {
    this.#event = event;
    return this;
  }

  get class(): EventClass {
    return this.#event.class;
  }

  get timeNs(): bigint {
    return this.#event.timeNs;
  }

  value(field: FieldName, key?: string): FieldValue | undefined {
    return READERS[field](this.#event, this.#context, key);
  }
}

const text = (value: string): string | undefined => (value === '' ? undefined : value);

function picked<T>(values: readonly T[], key: string | undefined): T | readonly T[] | undefined {
  return key === undefined ? values : values[Number(key)];
}

function ofParent<T>(read: (parent: Process) => T): (event: DetectionEvent) => T | undefined {
  return ({ ancestors: [parent] }) => (parent === undefined ? undefined : read(parent));
}

function ofAncestors<T extends string | number>(read: (process: Process) => T): Reader {
  return ({ ancestors }, _context, key) => {
    const values = ancestors.map(read);
    return picked<T>(values, key) as FieldValue | undefined;
  };
}

const EVENT_READERS = {
  'event.class': (event: DetectionEvent) => event.class,
  'event.syscall': (event: DetectionEvent) => event.syscall,
  'event.time_ms': (event: DetectionEvent, context: FieldContext) =>
    context.toEpochMs(event.timeNs),
  'event.time': (event: DetectionEvent, context: FieldContext) =>
    timeText(context.toEpochMs(event.timeNs)),
  'event.number': (event: DetectionEvent) => event.sequence,
  'node.name': (_event: DetectionEvent, { nodeName }: FieldContext) => text(nodeName),
  'cluster.name': (_event: DetectionEvent, { clusterName }: FieldContext) => text(clusterName),
} as const;

/** The greatest time that can be written as a date. */
const EPOCH_MS_MAX = 8_640_000_000_000_000;

function timeText(epochMs: number): string | undefined {
  return Math.abs(epochMs) <= EPOCH_MS_MAX ? new Date(epochMs).toISOString() : undefined;
}

const DERIVED_READERS = {
  'file.mode_bits': ({ facts }: DetectionEvent) => modeBits(facts['file.mode']),
  'credentials.new_user': ({ facts }: DetectionEvent, context: FieldContext) => {
    const uid = facts['credentials.new_uid'];
    return uid === undefined ? undefined : context.userName(uid);
  },
  ...NETWORK_READERS,
} as const;

const PROCESS_READERS: Readonly<Record<Extract<FieldName, `process.${string}`>, Reader>> = {
  'process.exec_id': ({ process }) => process.execId,
  'process.pid': ({ process }) => process.tgid,
  'process.tid': ({ tid }) => tid,
  'process.vpid': ({ process }) => process.namespacePid,
  'process.exe.path': ({ process }) => processTexts(process).exePaths,
  'process.exe.inode': ({ process }) => Number(process.executable.inode),
  'process.exe.memfd': ({ process }) => process.flags.memfd,
  'process.exe.deleted': ({ process }) => process.flags.unlinked,
  'process.exe.upper_layer': ({ process }) => process.flags.upperLayer,
  'process.exe.setuid': ({ process }) => process.flags.setuid,
  'process.name': ({ process }) => processTexts(process).names,
  'process.interpreter': ({ process }) => text(process.interpreter),
  'process.arg0': ({ process }) => process.argv[0],
  'process.args': ({ process }, _context, key) => picked(processTexts(process).args, key),
  'process.args_text': ({ process }) => processTexts(process).args.join(' '),
  'process.cmdline': ({ process }) => text(processTexts(process).cmdline),
  'process.command': ({ process }) => text(processTexts(process).command),
  'process.cwd': ({ process }) => text(process.cwd),
  'process.env': () => undefined,
  'process.uid': ({ process }) => process.credentials.uid,
  'process.euid': ({ process }) => process.credentials.euid,
  'process.gid': ({ process }) => process.credentials.gid,
  'process.user': ({ process }, context) => context.userName(process.credentials.uid),
  'process.loginuid': ({ process: { credentials } }) =>
    credentials.loginUid === NO_LOGIN ? undefined : credentials.loginUid,
  'process.caps.effective': ({ process }) => capabilityNames(process.credentials.capEffective),
  'process.caps.permitted': ({ process }) => capabilityNames(process.credentials.capPermitted),
  'process.caps.inheritable': ({ process }) => capabilityNames(process.credentials.capInheritable),
  // Recordings of earlier versions have none.
  'process.tty': ({ process }) => process.tty || undefined,
  'process.age_ms': ({ process, timeNs }) => Number((timeNs - process.imageTimeNs) / NS_PER_MS),
  'process.cgroup': ({ process }) => text(process.cgroupName),
};

const LINEAGE_READERS: Readonly<
  Record<Extract<FieldName, `parent.${string}` | `ancestors.${string}`>, Reader>
> = {
  'parent.pid': ofParent(({ tgid }) => tgid),
  'parent.exe.path': ofParent((parent) => processTexts(parent).exePaths),
  'parent.name': ofParent((parent) => processTexts(parent).names),
  'parent.cmdline': ofParent((parent) => text(processTexts(parent).cmdline)),
  'parent.command': ofParent((parent) => text(processTexts(parent).command)),
  'parent.arg0': ofParent(({ argv }) => argv[0]),
  'parent.args': ({ ancestors: [parent] }, _context, key) =>
    parent === undefined ? undefined : picked(processTexts(parent).args, key),
  'parent.cwd': ofParent(({ cwd }) => text(cwd)),
  'parent.uid': ofParent(({ credentials }) => credentials.uid),
  'parent.user': ({ ancestors: [parent] }, context) =>
    parent === undefined ? undefined : context.userName(parent.credentials.uid),
  'ancestors.pid': ofAncestors(({ tgid }) => tgid),
  'ancestors.exe.path': ofAncestors(({ binary }) => binary),
  'ancestors.name': ({ ancestors }, _context, key) => {
    const names = ancestors.map((process) => processTexts(process).names);
    return key === undefined ? names.flat() : names[Number(key)];
  },
  'ancestors.cmdline': ofAncestors((process) => processTexts(process).cmdline),
  'ancestors.command': ofAncestors((process) => processTexts(process).command),
  'ancestors.arg0': ofAncestors(({ argv }) => argv[0] ?? ''),
};

function factReaders(): Readonly<Record<FactName, Reader>> {
  const names = Object.keys(FACT_TYPES) as FactName[];
  const readers = names.map((name) => [name, ({ facts }: { facts: Facts }) => facts[name]]);
  return Object.fromEntries(readers) as Record<FactName, Reader>;
}

const READERS: Readonly<Record<FieldName, Reader>> = {
  ...EVENT_READERS,
  ...DERIVED_READERS,
  ...PROCESS_READERS,
  ...LINEAGE_READERS,
  ...WORKLOAD_READERS,
  ...factReaders(),
};
