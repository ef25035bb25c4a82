/** Keeps events back for a moment when nobody has said yet which pod they are of. */
import type { EnrichmentEvent, Event } from '../../model/event.ts';
import type { Publisher, WorkloadDirectory } from '../../model/pipeline.ts';
import type { ContainerWorkload, Workload } from '../../model/workload.ts';
import { isPending } from './scope-subject.ts';

/** How long an event waits for its pod when the caller does not say. */
const HOLD_MS = 2000;

/** Events that wait at once; those that came first go out when there are more. */
const HELD_MAX = 8192;

/** Events that went out and can still be amended; the oldest are forgotten. */
const AMENDABLE_MAX = 8192;

export interface EnricherOptions {
  readonly next: Publisher;
  readonly workloads: Pick<WorkloadDirectory, 'of'>;
  /** 0: nothing waits. Default 2000. */
  readonly holdMs?: number | undefined;
  /** Monotonic ms, for tests. */
  readonly now?: () => number;
}

/** Totals, and how many wait now. */
export interface EnrichmentCounts {
  readonly held: number;
  /** Waited and went out with their pod. */
  readonly named: number;
  /** Went out without it: too late, or too many waited. */
  readonly expired: number;
  readonly overflowed: number;
  /** Were amended afterwards. */
  readonly amended: number;
}

interface Held {
  readonly event: Event;
  readonly deadline: number;
}

/** Between pipeline and listeners. Events of one workload keep their order. */
export class Enricher implements Publisher {
  readonly #next: Publisher;
  readonly #workloads: Pick<WorkloadDirectory, 'of'>;
  readonly #holdMs: number;
  readonly #now: () => number;
  #held: Held[] = [];
  /** Went out without their pod, by container. */
  readonly #amendable = new Map<string, Event[]>();
  #amendableCount = 0;
  #timer: NodeJS.Timeout | undefined;
  #named = 0;
  #expired = 0;
  #overflowed = 0;
  #amended = 0;

  constructor({ next, workloads, holdMs, now }: EnricherOptions) {
    this.#next = next;
    this.#workloads = workloads;
    this.#holdMs = holdMs ?? HOLD_MS;
    this.#now = now ?? (() => performance.now());
  }

  publish(batch: readonly Event[]): void {
    // Nearly always: then nothing is copied.
    if (!batch.some(isToWait)) {
      this.#next.publish(batch);
      return;
    }
    const deadline = this.#now() + this.#holdMs;
    const ready = batch.filter((event) => {
      if (!isToWait(event)) return true;
      this.#held.push({ event, deadline });
      return false;
    });
    if (ready.length > 0) this.#next.publish(ready);
    this.#overflow();
    this.#expire();
  }

  /** More is known of a container: what waited for that goes out, what did not wait is amended. */
  named({ containerId }: ContainerWorkload): void {
    const ready: Event[] = [];
    this.#held = this.#held.filter((held) => {
      if (containerOf(held.event) !== containerId) return true;
      const event = this.#lookUp(held.event);
      if (isToWait(event)) return true;
      ready.push(event);
      return false;
    });
    this.#named += ready.length;
    const amendments = this.#amend(containerId);
    if (ready.length + amendments.length > 0) this.#next.publish([...ready, ...amendments]);
  }

  counts(): EnrichmentCounts {
    return {
      held: this.#held.length,
      named: this.#named,
      expired: this.#expired,
      overflowed: this.#overflowed,
      amended: this.#amended,
    };
  }

  /** Lets go of everything that waits. */
  close(): void {
    clearTimeout(this.#timer);
    this.#release(this.#held.splice(0));
  }

  #amend(containerId: string): readonly Event[] {
    const events = this.#amendable.get(containerId) ?? [];
    const amended = events.map((event) => amendment(this.#lookUp(event)));
    if (events.length === 0 || amended.some(isToWait)) return [];
    this.#amendable.delete(containerId);
    this.#amendableCount -= events.length;
    this.#amended += events.length;
    return amended;
  }

  #overflow(): void {
    const surplus = this.#held.length - HELD_MAX;
    if (surplus <= 0) return;
    this.#overflowed += surplus;
    this.#release(this.#held.splice(0, surplus));
  }

  #expire(): void {
    const now = this.#now();
    const late = this.#held.findIndex(({ deadline }) => deadline > now);
    const expired = this.#held.splice(0, late === -1 ? this.#held.length : late);
    this.#expired += expired.length;
    this.#release(expired);
    clearTimeout(this.#timer);
    const [first] = this.#held;
    if (first === undefined) return;
    this.#timer = setTimeout(() => this.#expire(), Math.max(1, first.deadline - now));
    this.#timer.unref();
  }

  /** They go out as they are, and are remembered. */
  #release(held: readonly Held[]): void {
    if (held.length === 0) return;
    const events = held.map(({ event }) => this.#lookUp(event));
    for (const event of events) if (isToWait(event)) this.#remember(event);
    this.#next.publish(events);
  }

  #remember(event: Event): void {
    const containerId = containerOf(event) ?? '';
    while (this.#amendableCount >= AMENDABLE_MAX) {
      const [oldest] = this.#amendable;
      if (oldest === undefined) break;
      this.#amendable.delete(oldest[0]);
      this.#amendableCount -= oldest[1].length;
    }
    const others = this.#amendable.get(containerId);
    if (others === undefined) this.#amendable.set(containerId, [event]);
    else others.push(event);
    this.#amendableCount += 1;
  }

  #lookUp(event: Event): Event {
    const { process, parent, workload, parentWorkload } = event;
    const known = this.#again(workload, process.cgroupId);
    const parents = parent && this.#again(parentWorkload, parent.cgroupId);
    if (known === workload && parents === parentWorkload) return event;
    return { ...event, workload: known, parentWorkload: parents };
  }

  #again(workload: Workload | undefined, cgroupId: bigint): Workload | undefined {
    if (workload?.kind !== 'container' || workload.unknown === undefined) return workload;
    const now = this.#workloads.of(cgroupId);
    // The process may have gone elsewhere since; what it was in then is what counts.
    const isSame = now.kind === 'container' && now.containerId === workload.containerId;
    return isSame ? now : workload;
  }
}

function isToWait({ workload }: Event): boolean {
  return workload?.kind === 'container' && isPending(workload);
}

function containerOf({ workload }: Event): string | undefined {
  return workload?.kind === 'container' ? workload.containerId : undefined;
}

function amendment(event: Event): EnrichmentEvent {
  const { sequence, timeNs, process, parent, tid, workload, parentWorkload } = event;
  return {
    ...{ kind: 'enrichment', sequence, timeNs, process, parent, tid },
    ...{ workload, parentWorkload },
  };
}
