/** Batches of the engine to batches of detections. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { Event } from '../../../model/event.ts';
import { EarlyEvents } from './early-events.ts';
import { type ProcessLookup, translateEvent } from './translate-event.ts';

export interface EventTranslatorOptions extends ProcessLookup {
  /** Of the agent, in the pid namespace of the node: what it does for rules is no event of them. */
  readonly ownPid: number;
}

/** Holds what has to be remembered from one batch to the next. */
export class EventTranslator {
  readonly #options: EventTranslatorOptions;
  readonly #early = new EarlyEvents();

  constructor(options: EventTranslatorOptions) {
    this.#options = options;
  }

  /** In the order in which rules are to see them. */
  translate(batch: readonly Event[]): readonly DetectionEvent[] {
    return this.#early.order(batch).flatMap((event) => this.#translate(event) ?? []);
  }

  /** What still waited for something, for the end. */
  flush(): readonly DetectionEvent[] {
    return this.#early.flush().flatMap((event) => this.#translate(event) ?? []);
  }

  #translate(event: Event): DetectionEvent | undefined {
    if (event.process.tgid === this.#options.ownPid) return undefined;
    return translateEvent(event, this.#options);
  }
}
