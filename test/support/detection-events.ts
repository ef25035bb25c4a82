/** Builders of what detections look at. */
import type { DetectionEvent } from '../../src/model/detection-event.ts';
import type { EventClass } from '../../src/model/event-class.ts';
import type { FieldSource, FieldValue } from '../../src/rules/detection/fields/field-value.ts';
import { createSource } from '../../src/rules/detection/fields/written-event.ts';
import { aProcess } from './events.ts';

/** Fields as they are written down, instead of an event that has them. */
export type WrittenFields = Readonly<Partial<Record<string, FieldValue>>>;

/** A source of exactly these fields; `field[key]` for fields with keys. */
export function aFieldSource(eventClass: EventClass, fields: WrittenFields = {}): FieldSource {
  const known = Object.entries(fields).filter((pair): pair is [string, FieldValue] => {
    return pair[1] !== undefined;
  });
  return createSource(eventClass, new Map(known));
}

/** A bash that was executed; say what is different. */
export function aDetectionEvent(changes: Partial<DetectionEvent> = {}): DetectionEvent {
  const process = changes.process ?? aProcess();
  return {
    class: 'process.exec',
    sequence: 1,
    timeNs: 1_000_000_000n,
    tid: process.tgid,
    process,
    ancestors: [],
    facts: {},
    ...changes,
  };
}
