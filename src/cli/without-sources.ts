/** Events for people: those that only detections asked for are left out. */
import type { Event } from '../model/event.ts';
import type { Publisher } from '../model/pipeline.ts';
import { isOfSource } from '../rules/detection/sources/of-source.ts';

/** Events of sources go no further, nor do those that an agent before this one left in the ring. */
export function withoutSources(next: Publisher): Publisher {
  return {
    publish(batch: readonly Event[]): void {
      // Nearly always, without rules: then nothing is copied.
      const shown = batch.some(isOfSource) ? batch.filter((event) => !isOfSource(event)) : batch;
      if (shown.length > 0) next.publish(shown);
    },
  };
}
