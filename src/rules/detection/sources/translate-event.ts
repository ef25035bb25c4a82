/** Events of the engine to what detections look at. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import { assertNever } from '../../../model/errors.ts';
import type { ArgumentValue, Event, HookEvent, Process } from '../../../model/event.ts';
import type { EventClass } from '../../../model/event-class.ts';
import type { Facts } from '../../../model/fact.ts';
import { argumentTexts } from './argument-texts.ts';
import type { AddressNames } from './dns/address-names.ts';
import { translateDns } from './dns/translate-dns.ts';
import { isOfSource } from './of-source.ts';
import { knownFacts, SourceArguments } from './source-arguments.ts';
import { findHook } from './source-table.ts';
import { FILE_TRANSLATORS } from './translate-file.ts';
import { NETWORK_TRANSLATORS } from './translate-network.ts';
import { PROCESS_TRANSLATORS } from './translate-process.ts';
import type { Translator } from './translator.ts';

/** What is known beside an event. */
export interface EventSurroundings {
  readonly names: AddressNames;
  /** Who a process descends from, its parent first. */
  ancestorsOf(process: Process): readonly Process[];
  /** The process of an id in the pid namespace of the node, if it is known. */
  processOf(pid: number): Process | undefined;
}

/** What a source saw, and what it is called. */
interface Translated {
  readonly class: EventClass;
  readonly facts: Facts;
  readonly syscall?: string | undefined;
}

const TRANSLATORS: ReadonlyMap<string, Translator> = new Map(
  Object.entries({ ...PROCESS_TRANSLATORS, ...FILE_TRANSLATORS, ...NETWORK_TRANSLATORS }),
);

/** Undefined for events that no class is about. */
export function translateEvent(
  event: Event,
  around: EventSurroundings,
): DetectionEvent | undefined {
  const translated = translate(event, around);
  if (translated === undefined) return undefined;
  const { sequence, timeNs, tid, process, workload } = event;
  return new LazyEvent({ ...translated, sequence, timeNs, tid, process, workload }, around);
}

function translate(event: Event, around: EventSurroundings): Translated | undefined {
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
      return isOfSource(event) ? translateSource(event, around) : translatePolicy(event);
    case 'process_dns':
      return translateDns(event, around.names);
    case 'process_loader':
    case 'enrichment':
      return undefined;
    default:
      return assertNever(event);
  }
}

/** Undefined for a hook that is not in the table: of an agent before this one. */
function translateSource(event: HookEvent, around: EventSurroundings): Translated | undefined {
  const [call = ''] = event.tags;
  const found = findHook(event.policyName, call);
  if (found === undefined) return undefined;
  const { means, syscall } = found.hook;
  const facts = TRANSLATORS.get(found.class)?.({
    ...{ event, means, args: new SourceArguments(event) },
    processOf: (pid) => around.processOf(pid),
  });
  if (facts === undefined) return undefined;
  const named = knownFacts({ ...facts, ...remoteName(event, facts, around.names) });
  return { class: found.class, facts: named, syscall };
}

/** The name that the other end was resolved from; of who connects here, nobody asked for one. */
function remoteName({ process, timeNs }: HookEvent, facts: Facts, names: AddressNames): Facts {
  const address = facts['network.remote.ip'];
  if (address === undefined || facts['network.direction'] !== 'outbound') return {};
  const network = process.namespaces.net;
  return { 'network.remote.name': names.nameOf({ network, address }, timeNs) };
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
  readonly #around: EventSurroundings;
  #ancestors: readonly Process[] | undefined;

  constructor(fields: Fields, around: EventSurroundings) {
    this.class = fields.class;
    this.sequence = fields.sequence;
    this.timeNs = fields.timeNs;
    this.tid = fields.tid;
    this.process = fields.process;
    this.workload = fields.workload;
    this.syscall = fields.syscall;
    this.facts = fields.facts;
    this.#around = around;
  }

  get ancestors(): readonly Process[] {
    this.#ancestors ??= this.#around.ancestorsOf(this.process);
    return this.#ancestors;
  }
}
