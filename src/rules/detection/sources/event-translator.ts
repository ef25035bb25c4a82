/** Batches of the engine to batches of detections. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { Event } from '../../../model/event.ts';
import { AddressNames } from './dns/address-names.ts';
import { type EventSurroundings, translateEvent } from './translate-event.ts';

export interface EventTranslatorOptions extends Omit<EventSurroundings, 'names'> {
  /** Of the agent, in the pid namespace of the node: what it does for rules is no event of them. */
  readonly ownPid: number;
}

/** Holds what has to be remembered from one batch to the next. */
export class EventTranslator {
  readonly #ownPid: number;
  readonly #surroundings: EventSurroundings;

  constructor({ ownPid, processOf, ancestorsOf }: EventTranslatorOptions) {
    this.#ownPid = ownPid;
    this.#surroundings = { processOf, ancestorsOf, names: new AddressNames() };
  }

  /** In the order in which they came. */
  translate(batch: readonly Event[]): readonly DetectionEvent[] {
    return batch.flatMap((event) => {
      if (event.process.tgid === this.#ownPid) return [];
      return translateEvent(event, this.#surroundings) ?? [];
    });
  }
}
