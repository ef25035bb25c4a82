/** The quarantines in force: those of this agent, and those that earlier ones left. */
import type { Quarantine } from '../../model/response.ts';
import { bootTimeNs } from '../kernel/index.ts';
import { VERDICT_KIND } from '../records/index.ts';
import {
  type KnownQuarantine,
  readQuarantines,
  type SavedQuarantine,
  saveQuarantine,
} from './saved-quarantine.ts';
import type { VerdictSensor } from './verdict-sensor.ts';

export interface QuarantineListOptions {
  readonly sensor: VerdictSensor;
  /** What an earlier agent wrote down. */
  readonly saved: readonly SavedQuarantine[];
  readonly save: (all: readonly SavedQuarantine[]) => void;
  /** CLOCK_BOOTTIME ns to RFC 3339. */
  readonly toIso: (timeNs: bigint) => string;
}

/** The rows of the kernel say what is in force; this says what they are. */
export class QuarantineList {
  readonly #options: QuarantineListOptions;
  readonly #known = new Map<number, KnownQuarantine>();

  constructor(options: QuarantineListOptions) {
    this.#options = options;
    const ids: number[] = [];
    for (const [id, { kind }] of options.sensor.rows()) {
      if (kind === VERDICT_KIND.QUARANTINE) ids.push(id);
      // A kill that an agent died of has nobody who would end it.
      else options.sensor.release(id);
    }
    for (const one of readQuarantines(options.saved, ids)) this.#known.set(one.id, one);
  }

  get size(): number {
    return this.#known.size;
  }

  /** Takes up an id; what it is of is said when it is known. */
  add(id: number): void {
    const since = this.#options.toIso(bootTimeNs());
    this.#known.set(id, { id, scope: 'process', rule: '', reason: '', since, processes: 0 });
  }

  describe(known: Omit<KnownQuarantine, 'since'>): void {
    const since = this.#known.get(known.id)?.since ?? '';
    this.#known.set(known.id, { ...known, since });
    this.#save();
  }

  /** False when there is none of that id. */
  remove(id: number): boolean {
    if (!this.#known.delete(id)) return false;
    this.#options.sensor.release(id);
    this.#save();
    return true;
  }

  all(): readonly Quarantine[] {
    const { sensor, toIso } = this.#options;
    const rows = sensor.rows();
    return [...this.#known.values()]
      .toSorted((a, b) => a.id - b.id)
      .map((known) => {
        const { denied = 0n, lastNs = 0n } = rows.get(known.id) ?? {};
        return { ...known, denied: Number(denied), lastDenied: lastNs > 0n ? toIso(lastNs) : '' };
      });
  }

  #save(): void {
    this.#options.save([...this.#known.values()].map(saveQuarantine));
  }
}
