/** Records to events: each one goes through the process table, some become events. */
import { assert } from '../../model/errors.ts';
import type { ArgumentValue, Event, Process } from '../../model/event.ts';
import type {
  HookDirectory,
  HookTarget,
  StackNames,
  WorkloadDirectory,
} from '../../model/pipeline.ts';
import type { RequestSender } from '../../model/request.ts';
import type { ImageFacts } from '../process/facts.ts';
import type { ProcessContext, ProcessTable } from '../process/process-table.ts';
import { decodeWaitStatus } from '../process/wait-status.ts';
import type { RecordCursor } from '../records/cursor.ts';
import { decodeArgument } from '../records/decode-argument.ts';
import {
  decodeFileHash,
  decodeOutcome,
  decodeReturnMissing,
  decodeSelectors,
  decodeStack,
} from '../records/decode-hook.ts';
import { CGROUP_CHANGE, RECORD_KIND } from '../records/generated/enums.ts';
import {
  ArgumentRecordView,
  CgroupRecordView,
  DnsRecordView,
  ExecRecordView,
  ExitRecordView,
  ForkRecordView,
  HookRecordView,
  LoaderRecordView,
} from '../records/generated/views.ts';
import type { RejectCounts } from '../records/reject.ts';
import { type RecordPlace, StringTable } from '../records/string-table.ts';
import {
  decodeDatagram,
  decodeExitFacts,
  decodeForkFacts,
  decodeImageFacts,
  decodeLoader,
} from './decode-facts.ts';
import { hookEvent, NO_STACKS, type SharedFields, type Stacks } from './hook-event.ts';

export interface EventBuilderConfig {
  readonly processes: ProcessTable;
  readonly hooks: HookDirectory;
  readonly rejects: RejectCounts;
  /** Without it events have no stacks. */
  readonly stacks?: StackNames | undefined;
  /** Without it nothing is asked for. */
  readonly requests?: RequestSender | undefined;
  /** Without it events have no workload. */
  readonly workloads?: WorkloadDirectory | undefined;
}

/** Turns the record under a cursor into events. Views are reused: one record at a time. */
export class EventBuilder {
  readonly #processes: ProcessTable;
  readonly #hooks: HookDirectory;
  readonly #rejects: RejectCounts;
  readonly #stacks: StackNames | undefined;
  readonly #requests: RequestSender | undefined;
  readonly #workloads: WorkloadDirectory | undefined;
  readonly #strings = new StringTable();
  readonly #exec = new ExecRecordView();
  readonly #fork = new ForkRecordView();
  readonly #exit = new ExitRecordView();
  readonly #hook = new HookRecordView();
  readonly #loader = new LoaderRecordView();
  readonly #cgroup = new CgroupRecordView();
  readonly #dns = new DnsRecordView();
  readonly #argument = new ArgumentRecordView();

  constructor(config: EventBuilderConfig) {
    this.#processes = config.processes;
    this.#hooks = config.hooks;
    this.#rejects = config.rejects;
    this.#stacks = config.stacks;
    this.#requests = config.requests;
    this.#workloads = config.workloads;
  }

  /** Adds the events of the record to `events`. False when it was rejected after all. */
  build(cursor: RecordCursor, events: Event[]): boolean {
    switch (cursor.kind) {
      case RECORD_KIND.EXEC:
        return this.#buildExec(cursor, events);
      case RECORD_KIND.FORK:
        this.#processes.fork(decodeForkFacts(this.#fork.wrap(cursor.view, cursor.at)));
        return true;
      case RECORD_KIND.EXIT:
        return this.#buildExit(cursor, events);
      case RECORD_KIND.LOADER:
        return this.#buildLoader(cursor, events);
      case RECORD_KIND.DNS:
        return this.#buildDns(cursor, events);
      case RECORD_KIND.CGROUP:
        this.#follow(cursor);
        return true;
      default:
        assert(cursor.kind === RECORD_KIND.HOOK, 'the cursor lets known kinds through only');
        return this.#buildHook(cursor, events);
    }
  }

  /** Takes in the processes that were running before; they make no events. */
  seed(cursor: RecordCursor): number {
    const seeds: ImageFacts[] = [];
    while (cursor.advance()) {
      if (cursor.kind !== RECORD_KIND.EXEC) {
        this.#rejects.count('kind_unknown');
        continue;
      }
      const record = this.#exec.wrap(cursor.view, cursor.at);
      seeds.push(decodeImageFacts(record, this.#place(cursor)));
    }
    // Parents first, so that children find them; the kernel lists by pid, which wraps around.
    seeds.sort((a, b) => Number(a.startNs - b.startNs));
    for (const facts of seeds) this.#processes.seed(facts);
    return seeds.length;
  }

  #buildExec(cursor: RecordCursor, events: Event[]): boolean {
    const record = this.#exec.wrap(cursor.view, cursor.at);
    const { process, parent } = this.#processes.exec(decodeImageFacts(record, this.#place(cursor)));
    events.push({
      kind: 'process_exec',
      sequence: cursor.sequence,
      timeNs: record.headerTimeNs,
      process,
      parent,
      tid: record.headerTid,
      ...this.#ownersOf(process, parent),
    });
    return true;
  }

  #buildExit(cursor: RecordCursor, events: Event[]): boolean {
    const record = this.#exit.wrap(cursor.view, cursor.at);
    const facts = decodeExitFacts(record);
    const context = this.#processes.exit(facts);
    // Two threads that leave together may both report the end.
    if (context === undefined) return true;
    events.push({
      kind: 'process_exit',
      sequence: cursor.sequence,
      timeNs: facts.timeNs,
      process: context.process,
      parent: context.parent,
      tid: record.headerTid,
      ...this.#ownersOf(context.process, context.parent),
      ...decodeWaitStatus(record.status),
    });
    return true;
  }

  #buildLoader(cursor: RecordCursor, events: Event[]): boolean {
    const record = this.#loader.wrap(cursor.view, cursor.at);
    const { headerTgid, headerStartNsLow, headerStartNsHigh, headerTimeNs, headerTid } = record;
    const { process, parent } = this.#processes.lookupParts(
      headerTgid,
      headerStartNsLow,
      headerStartNsHigh,
    );
    events.push({
      ...{ kind: 'process_loader', sequence: cursor.sequence, timeNs: headerTimeNs },
      ...{ process, parent, tid: headerTid, ...this.#ownersOf(process, parent) },
      ...decodeLoader(record, this.#place(cursor)),
    });
    return true;
  }

  #buildDns(cursor: RecordCursor, events: Event[]): boolean {
    const record = this.#dns.wrap(cursor.view, cursor.at);
    const { headerTgid, headerStartNsLow, headerStartNsHigh, headerTimeNs, headerTid } = record;
    const { process, parent } = this.#processes.lookupParts(
      headerTgid,
      headerStartNsLow,
      headerStartNsHigh,
    );
    const owners = this.#ownersOf(process, parent, record.cgroupId);
    events.push({
      ...{ kind: 'process_dns', sequence: cursor.sequence, timeNs: headerTimeNs },
      ...{ process, parent, tid: headerTid, ...owners },
      ...decodeDatagram(record, this.#place(cursor)),
    });
    return true;
  }

  #follow(cursor: RecordCursor): void {
    const record = this.#cgroup.wrap(cursor.view, cursor.at);
    const { bytes, at, strings } = this.#place(cursor);
    const id = record.cgroupId;
    if (record.change === CGROUP_CHANGE.REMOVED) {
      this.#workloads?.removed(id);
      return;
    }
    const path = strings.decode(bytes, at + record.pathOffset, record.pathLength);
    // One that a process enters was made before, unless that record was lost.
    this.#workloads?.made({ id, parentId: record.parentId, path });
    if (record.change !== CGROUP_CHANGE.ENTERED) return;
    const name = path.slice(path.lastIndexOf('/') + 1);
    this.#processes.move(record.headerTgid, record.headerStartNs, { id, name });
  }

  #ownersOf(process: Process, parent: Process | undefined, cgroupId = process.cgroupId): Owners {
    const workloads = this.#workloads;
    if (workloads === undefined) return {};
    return {
      workload: workloads.of(cgroupId),
      parentWorkload: parent && workloads.of(parent.cgroupId),
    };
  }

  #buildHook(cursor: RecordCursor, events: Event[]): boolean {
    const record = this.#hook.wrap(cursor.view, cursor.at);
    const target = this.#hooks.resolve(record.hookId, record.generation);
    if (target === undefined) {
      this.#rejects.count('hook_unknown');
      return false;
    }
    const shared = this.#describeHook(cursor, target);
    const values = this.#readArguments(cursor);
    const stacks = this.#nameStacks(cursor, shared.process);
    const fileHash = decodeFileHash(record, cursor);
    let isKnown = false;
    for (const number of decodeSelectors(record)) {
      const selector = target.selector(number);
      if (selector === undefined) continue;
      isKnown = true;
      for (const request of selector.requests ?? []) this.#requests?.send(request);
      if (selector.isSilent === true) continue;
      const missing = decodeReturnMissing(record);
      events.push(hookEvent(shared, selector, { values, fileHash, missing, ...stacks }));
    }
    if (!isKnown) this.#rejects.count('selector_unknown');
    return isKnown;
  }

  #describeHook(cursor: RecordCursor, target: HookTarget): SharedFields {
    const record = this.#hook;
    const { process, parent }: ProcessContext = this.#processes.lookupParts(
      record.headerTgid,
      record.headerStartNsLow,
      record.headerStartNsHigh,
    );
    return {
      kind: target.eventKind,
      sequence: cursor.sequence,
      timeNs: record.headerTimeNs,
      process,
      parent,
      tid: record.headerTid,
      ...this.#ownersOf(process, parent, record.cgroupId),
      functionName: target.functionName,
      ...(target.place === undefined ? {} : { place: target.place }),
      outcome: decodeOutcome(record),
    };
  }

  #readArguments(cursor: RecordCursor): readonly ArgumentValue[] {
    const place = this.#place(cursor);
    const values: ArgumentValue[] = [];
    for (let index = 0; index < this.#hook.argumentCount; index++) {
      const argument = this.#argument.wrap(cursor.view, this.#hook.argumentsAt(index));
      values.push(decodeArgument(argument, place));
    }
    return values;
  }

  /** Those that the record has, which some selector asked for. */
  #nameStacks(cursor: RecordCursor, process: Process): Stacks {
    const names = this.#stacks;
    const { kernelStackOffset, kernelStackLength, userStackOffset, userStackLength } = this.#hook;
    if (names === undefined || kernelStackLength + userStackLength === 0) return NO_STACKS;
    const kernel = { offset: kernelStackOffset, length: kernelStackLength };
    const user = { offset: userStackOffset, length: userStackLength };
    return {
      kernel: names.kernel(decodeStack(cursor, kernel)),
      user: user.length === 0 ? [] : names.user(decodeStack(cursor, user), process),
    };
  }

  #place(cursor: RecordCursor): RecordPlace {
    const { bytes, view, at } = cursor;
    return { bytes, view, at, strings: this.#strings };
  }
}

/** Whose process and parent are. */
type Owners = Pick<Event, 'workload' | 'parentWorkload'>;
