/** Events of the engine to what detections look at. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import { assertNever } from '../../../model/errors.ts';
import type { ArgumentValue, Event, HookEvent, Process } from '../../../model/event.ts';
import type { EventClass } from '../../../model/event-class.ts';
import type { Facts } from '../../../model/fact.ts';
import { argumentTexts } from './argument-texts.ts';
import { knownFacts, SourceArguments } from './source-arguments.ts';
import { findHook, SOURCE_PREFIX } from './source-table.ts';
import { FILE_TRANSLATORS } from './translate-file.ts';
import { NETWORK_TRANSLATORS } from './translate-network.ts';
import { PROCESS_TRANSLATORS } from './translate-process.ts';
import type { Translator } from './translator.ts';

/** Who knows the processes of the node. */
export interface ProcessLookup {
  /** Who a process descends from, its parent first. */
  ancestorsOf(process: Process): readonly Process[];
  /** The process of an id in the pid namespace of the node, if it is known. */
  processOf(pid: number): Process | undefined;
}

/** What a source saw, and what it is called. */
export interface Translated {
  readonly class: EventClass;
  readonly facts: Facts;
  readonly syscall?: string | undefined;
}

const TRANSLATORS: ReadonlyMap<string, Translator> = new Map(
  Object.entries({ ...PROCESS_TRANSLATORS, ...FILE_TRANSLATORS, ...NETWORK_TRANSLATORS }),
);

/** Whether the event is one of a source, which nobody but detections asked for. */
export function isOfSource(event: Event): boolean {
  return 'policyName' in event && event.policyName.startsWith(SOURCE_PREFIX);
}

/** Undefined for events that no class is about. */
export function translateEvent(event: Event, lookup: ProcessLookup): DetectionEvent | undefined {
  const translated = translate(event, lookup);
  return translated && makeEvent(event, translated, lookup);
}

/** The event of one class that was seen in an event of the engine. */
export function makeEvent(
  { sequence, timeNs, tid, process, workload }: Event,
  translated: Translated,
  lookup: ProcessLookup,
): DetectionEvent {
  return new LazyEvent({ ...translated, sequence, timeNs, tid, process, workload }, lookup);
}

function translate(event: Event, lookup: ProcessLookup): Translated | undefined {
  switch (event.kind) {
    case 'process_exec':
      return { class: 'process.exec', facts: {} };
    case 'process_exit':
      return {
        class: 'process.exit',
        facts: { 'exit.code': event.status, 'exit.signal': event.signal },
      };
    case 'process_kprobe':
    case 'process_lsm':
    case 'process_tracepoint':
    case 'process_uprobe':
    case 'process_usdt':
      return isOfSource(event) ? translateSource(event, lookup) : translatePolicy(event);
    case 'process_loader':
    case 'enrichment':
      return undefined;
    default:
      return assertNever(event);
  }
}

/** Undefined for a hook that is not in the table: of an agent before this one. */
function translateSource(event: HookEvent, lookup: ProcessLookup): Translated | undefined {
  const [call = ''] = event.tags;
  const found = findHook(event.policyName, call);
  if (found === undefined) return undefined;
  const { means, syscall } = found.hook;
  const facts = TRANSLATORS.get(found.class)?.({
    ...{ event, means, args: new SourceArguments(event) },
    processOf: (pid) => lookup.processOf(pid),
  });
  return facts && { class: found.class, facts: knownFacts(facts), syscall };
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
  readonly #lookup: ProcessLookup;
  #ancestors: readonly Process[] | undefined;

  constructor(fields: Fields, lookup: ProcessLookup) {
    this.class = fields.class;
    this.sequence = fields.sequence;
    this.timeNs = fields.timeNs;
    this.tid = fields.tid;
    this.process = fields.process;
    this.workload = fields.workload;
    this.syscall = fields.syscall;
    this.facts = fields.facts;
    this.#lookup = lookup;
  }

  get ancestors(): readonly Process[] {
    this.#ancestors ??= this.#lookup.ancestorsOf(this.process);
    return this.#ancestors;
  }
}
