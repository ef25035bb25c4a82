/** Builders of what detections look at. */
import type { DetectionEvent } from '../../src/model/detection-event.ts';
import type { EventClass } from '../../src/model/event-class.ts';
import type { FieldName } from '../../src/rules/detection/fields/field-table.ts';
import type { FieldSource, FieldValue } from '../../src/rules/detection/fields/field-value.ts';
import { aProcess } from './events.ts';

/** Fields as they are written down, instead of an event that has them. */
export type WrittenFields = Readonly<Partial<Record<string, FieldValue>>>;

/** A source of exactly these fields; `field[key]` for fields with keys. */
export function aFieldSource(eventClass: EventClass, fields: WrittenFields = {}): FieldSource {
  return {
    class: eventClass,
    timeNs: 0n,
    value(field: FieldName, key?: string): FieldValue | undefined {
      const name = key === undefined ? field : `${field}[${key}]`;
      return Object.hasOwn(fields, name) ? fields[name] : undefined;
    },
  };
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
