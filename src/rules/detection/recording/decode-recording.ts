/** Reads recordings. They are files that anybody may have written: nothing in them is believed. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import { CodedError } from '../../../model/errors.ts';
import type { Process } from '../../../model/event.ts';
import { isEventClass } from '../../../model/event-class.ts';
import { FACT_TYPES, type FactName, type Facts } from '../../../model/fact.ts';
import type { Workload } from '../../../model/workload.ts';
import { decodeProcess } from './decode-process.ts';
import { RECORDING_VERSION, type RecordingHead } from './encode-recording.ts';
import { isRecord } from './is-record.ts';

/** Reads lines one after the other. Throws a CodedError that names the line. */
export class RecordingDecoder {
  readonly #processes: Process[] = [];
  readonly #workloads: Workload[] = [];
  #head: RecordingHead | undefined;
  #line = 0;

  /** What the recording says of itself; after the first line. */
  get head(): RecordingHead | undefined {
    return this.#head;
  }

  /** The event of a line; undefined for lines that are not of events. */
  decode(text: string): DetectionEvent | undefined {
    this.#line += 1;
    const value = this.#parse(text);
    if (this.#head === undefined) {
      this.#head = this.#decodeHead(value);
      return undefined;
    }
    if (Array.isArray(value)) return this.#decodeEvent(value);
    if (isRecord(value) && 'process' in value) {
      this.#processes.push(decodeProcess(value['process']) ?? this.#refuse('is not a process'));
    } else if (isRecord(value) && isRecord(value['workload'])) {
      this.#workloads.push(decodeWorkload(value['workload']) ?? this.#refuse('is no workload'));
    } else {
      this.#refuse('is neither an event nor a process nor a workload');
    }
    return undefined;
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new CodedError('RULE_RECORDING_INVALID', `line ${this.#line} is not JSON`, {
        cause: error,
      });
    }
  }

  #decodeHead(value: unknown): RecordingHead {
    if (!isRecord(value) || value['warder'] !== 'recording') {
      return this.#refuse('is not the head of a recording');
    }
    const { version, node, cluster, boot, bootTimeMs } = value;
    if (version !== RECORDING_VERSION) {
      return this.#refuse(`is of version ${String(version)}, not ${RECORDING_VERSION}`);
    }
    return {
      node: typeof node === 'string' ? node : '',
      cluster: typeof cluster === 'string' ? cluster : '',
      boot: typeof boot === 'string' ? boot : '',
      bootTimeMs: typeof bootTimeMs === 'number' ? bootTimeMs : 0,
    };
  }

  #decodeEvent(fields: readonly unknown[]): DetectionEvent {
    const [eventClass, sequence, timeNs, tid, process, ancestors, workload, syscall, facts] =
      fields;
    if (
      typeof eventClass !== 'string' ||
      !isEventClass(eventClass) ||
      typeof sequence !== 'number' ||
      typeof timeNs !== 'string' ||
      !/^\d{1,20}$/.test(timeNs) ||
      typeof tid !== 'number' ||
      !Array.isArray(ancestors)
    ) {
      return this.#refuse('is not an event');
    }
    return {
      ...{ class: eventClass, sequence, tid, timeNs: BigInt(timeNs) },
      process: this.#processAt(process),
      ancestors: ancestors.map((ancestor) => this.#processAt(ancestor)),
      workload: typeof workload === 'number' ? this.#workloads[workload] : undefined,
      syscall: typeof syscall === 'string' ? syscall : undefined,
      facts: decodeFacts(facts) ?? this.#refuse('has facts that no event has'),
    };
  }

  #processAt(number: unknown): Process {
    const process = typeof number === 'number' ? this.#processes[number] : undefined;
    return process ?? this.#refuse(`names process ${String(number)}, which is not there`);
  }

  #refuse(problem: string): never {
    throw new CodedError('RULE_RECORDING_INVALID', `line ${this.#line} ${problem}`);
  }
}

function decodeFacts(value: unknown): Facts | undefined {
  if (!isRecord(value)) return undefined;
  for (const [name, fact] of Object.entries(value)) {
    if (!Object.hasOwn(FACT_TYPES, name) || !isFact(name as FactName, fact)) return undefined;
  }
  return value as Facts;
}

function isFact(name: FactName, value: unknown): boolean {
  switch (FACT_TYPES[name]) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    default:
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
  }
}

function decodeWorkload(value: Readonly<Record<string, unknown>>): Workload | undefined {
  const { kind } = value;
  const isKnown =
    kind === 'host' || kind === 'service' || kind === 'container' || kind === 'unknown';
  return isKnown ? (value as unknown as Workload) : undefined;
}
