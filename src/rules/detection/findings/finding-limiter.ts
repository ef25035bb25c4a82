/** Keeps a rule that is too wide from flooding whoever reads findings. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import { TokenBucket } from './token-bucket.ts';

/** Seconds' worth of findings that may go out at once. */
const BURST_SECONDS = 10;

/** Places of one rule whose first finding is known; whoever makes places chooses how many. */
export const PLACES_MAX = 1024;

/** What of a finding decides whether it goes out. */
export interface LimitedFinding {
  /** Of the rule. */
  readonly id: string;
  /** What the rule says of itself; absent: as the configuration says. */
  readonly findingsPerSecond?: number | undefined;
  /** Of the event that completed it. */
  readonly timeMs: number;
  readonly place: string;
}

interface RuleLimit {
  readonly perSecond: number;
  readonly bucket: TokenBucket;
  readonly places: Set<string>;
  /** Left out since the finding before. */
  pending: number;
  total: number;
}

/**
 * A bucket for each rule, which fills with the time of events: the same events suppress the same.
 * The first finding of a rule in each container or service always goes out: a flood in one of them
 * must not hide what goes on in another.
 */
export class FindingLimiter {
  readonly #perSecond: number;
  readonly #limits = new Map<string, RuleLimit>();

  /** `perSecond` is more than 0; Infinity: all go out, but for rules that say a number. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** How many were left out since the one before; undefined when this one is too many. */
  take({ id, findingsPerSecond, timeMs, place }: LimitedFinding): number | undefined {
    const perSecond = findingsPerSecond ?? this.#perSecond;
    if (perSecond === Number.POSITIVE_INFINITY) return 0;
    const known = this.#limits.get(id);
    const limit = known?.perSecond === perSecond ? known : this.#open(id, perSecond, known);
    const hasRoom = limit.bucket.take(timeMs);
    const isFirst = takePlace(limit.places, place);
    if (!hasRoom && !isFirst) return undefined;
    const { pending } = limit;
    limit.pending = 0;
    return pending;
  }

  /** Counts one that was too many and did not go out for another reason. */
  leaveOut(id: string): void {
    const limit = this.#limits.get(id);
    if (limit === undefined) return;
    limit.pending += 1;
    limit.total += 1;
  }

  /** Findings that were left out, by id of the rule; rules without any are not there. */
  suppressed(): ReadonlyMap<string, number> {
    const all = [...this.#limits].map(([id, { total }]) => [id, total] as const);
    return new Map(all.filter(([, total]) => total > 0));
  }

  /** Goes on where another one is; of rules that are not the same only their totals stay. */
  takeOver(previous: FindingLimiter, isSame: (id: string) => boolean): void {
    for (const [id, limit] of previous.#limits) {
      const fresh = { perSecond: Number.NaN, places: new Set<string>(), pending: 0 };
      this.#limits.set(id, isSame(id) ? limit : { ...limit, ...fresh });
    }
  }

  /** Another rate than before begins with a full bucket; what else is known stays. */
  #open(id: string, perSecond: number, known: RuleLimit | undefined): RuleLimit {
    const findingsBurst = Math.max(1, perSecond * BURST_SECONDS);
    const bucket = new TokenBucket({ findingsBurst, findingsPerSecond: perSecond });
    const { places = new Set<string>(), pending = 0, total = 0 } = known ?? {};
    const limit = { perSecond, bucket, places, pending, total };
    this.#limits.set(id, limit);
    return limit;
  }
}

/** Whether nothing was found there before, as far as is known. */
function takePlace(places: Set<string>, place: string): boolean {
  if (places.has(place) || places.size >= PLACES_MAX) return false;
  places.add(place);
  return true;
}

/** The container or service of an event; all that is in neither is one place. */
export function placeOf({ workload }: Pick<DetectionEvent, 'workload'>): string {
  switch (workload?.kind) {
    case 'container':
      return `container ${workload.containerId}`;
    case 'service':
      return `service ${workload.name}`;
    default:
      return '';
  }
}
