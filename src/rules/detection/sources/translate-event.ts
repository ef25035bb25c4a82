/** Events of the engine to what detections look at. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import { assertNever } from '../../../model/errors.ts';
import type { ArgumentValue, Event, HookEvent, Process } from '../../../model/event.ts';
import type { EventClass } from '../../../model/event-class.ts';
import type { Facts } from '../../../model/fact.ts';
import { argumentTexts } from './argument-texts.ts';
import { SOURCE_PREFIX } from './source-policies.ts';
import { translateSource } from './translate-source.ts';

/** Who an event's process descends from, its parent first. */
export type AncestorsOf = (process: Process) => readonly Process[];

/** What a source saw, and what it is called. */
export interface Translated {
  readonly class: EventClass;
  readonly facts: Facts;
  readonly syscall?: string | undefined;
}

/** Whether the event is one of a source, which nobody but detections asked for. */
export function isOfSource(event: Event): event is HookEvent {
  return 'policyName' in event && event.policyName.startsWith(SOURCE_PREFIX);
}

/** Undefined for events that no class is about. */
export function translateEvent(event: Event, ancestorsOf: AncestorsOf): DetectionEvent | undefined {
  const translated = translate(event);
  if (translated === undefined) return undefined;
  const { sequence, timeNs, tid, process, workload } = event;
  return new LazyEvent({ ...translated, sequence, timeNs, tid, process, workload }, ancestorsOf);
}

function translate(event: Event): Translated | undefined {
  switch (event.kind) {
    case 'process_exec':
      return { class: 'process.exec', facts: {} };
    case 'process_exit':
      return {
        class: 'process.exit',
        facts: { 'exit.code': event.status, 'exit.signal': event.signal },
      };
    case 'process_loader':
      return { class: 'process.mapping', facts: { 'file.path': event.path } };
    case 'process_kprobe':
    case 'process_lsm':
    case 'process_tracepoint':
    case 'process_uprobe':
    case 'process_usdt':
      return isOfSource(event) ? translateSource(event) : translatePolicy(event);
    case 'enrichment':
      return undefined;
    default:
      return assertNever(event);
  }
}

function translatePolicy(event: HookEvent): Translated {
  const { policyName, functionName, action, message, tags, args } = event;
  return {
    class: 'policy.match',
    facts: {
      'policy.name': policyName,
      'policy.function': functionName,
      'policy.action': action,
      ...(message === '' ? {} : { 'policy.message': message }),
      ...(tags.length === 0 ? {} : { 'policy.tags': tags }),
      'policy.args': args.flatMap(({ value }: { value: ArgumentValue }) => argumentTexts(value)),
    },
  };
}

type Fields = Omit<DetectionEvent, 'ancestors'>;

/** Most events are of no interest, and ancestors are a walk through the table of processes. */
class LazyEvent implements DetectionEvent {
  readonly class: EventClass;
  readonly sequence: number;
  readonly timeNs: bigint;
  readonly tid: number;
  readonly process: Process;
  readonly workload: DetectionEvent['workload'];
  readonly syscall: string | undefined;
  readonly facts: Facts;
  readonly #ancestorsOf: AncestorsOf;
  #ancestors: readonly Process[] | undefined;

  constructor(fields: Fields, ancestorsOf: AncestorsOf) {
    this.class = fields.class;
    this.sequence = fields.sequence;
    this.timeNs = fields.timeNs;
    this.tid = fields.tid;
    this.process = fields.process;
    this.workload = fields.workload;
    this.syscall = fields.syscall;
    this.facts = fields.facts;
    this.#ancestorsOf = ancestorsOf;
  }

  get ancestors(): readonly Process[] {
    this.#ancestors ??= this.#ancestorsOf(this.process);
    return this.#ancestors;
  }
}
