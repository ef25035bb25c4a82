/** Messages as records of OCSF: https://schema.ocsf.io */
import type { OutboundMessage } from '../../../model/delivery.ts';
import { type Encoded, encodeFields, memberAt } from '../fields/encode-fields.ts';
import type { FieldRow } from '../fields/rows.ts';
import { type Reading, readMessage } from '../reading/read-message.ts';
import { activityOf, baseActivity } from './activities.ts';
import { OCSF_CLASSES, type OcsfClass } from './classes.ts';
import { observablesOf } from './observables.ts';

/** One record, as JSON on one line. Never throws. */
export function encodeOcsf(message: OutboundMessage): string {
  return JSON.stringify(toOcsf(readMessage(message)));
}

/** The record as an object. */
export function toOcsf(reading: Reading): Encoded {
  const wanted = activityOf(reading);
  const activity = fits(OCSF_CLASSES[wanted.class], reading) ? wanted : baseActivity(reading.deed);
  const ocsfClass = OCSF_CLASSES[activity.class];
  const fields = encodeFields(rowsOf(ocsfClass), reading);
  const observables = observablesOf(fields);
  const metadata = { ...partOf(fields, 'metadata'), profiles: profilesOf(fields) };
  return {
    activity_id: activity.id,
    activity_name: activity.name,
    category_uid: ocsfClass.category.uid,
    category_name: ocsfClass.category.name,
    class_uid: ocsfClass.uid,
    class_name: ocsfClass.name,
    type_uid: ocsfClass.uid * 100 + activity.id,
    type_name: `${ocsfClass.name}: ${activity.name}`,
    ...fields,
    metadata,
    ...(observables.length === 0 ? {} : { observables }),
  };
}

function rowsOf({ shared, rows }: OcsfClass): readonly FieldRow[] {
  return [...shared.flatMap((part) => part.rows), ...rows];
}

function fits({ needs }: OcsfClass, { values }: Reading): boolean {
  return needs.every((names) => names.some((name) => values[name] !== undefined));
}

function partOf(record: Encoded, name: string): object {
  const part = record[name];
  return typeof part === 'object' && part !== null ? part : {};
}

/** Where containers may be, in records and in evidences. */
const CONTAINERS = ['container', 'process.container', 'actor.process.container'] as const;

/** Profiles whose attributes are in the record. */
function profilesOf(record: Encoded): readonly string[] {
  const evidences = record['evidences'];
  const parts: readonly Encoded[] = [record, ...(Array.isArray(evidences) ? evidences : [])];
  const isContained = parts.some((part) =>
    CONTAINERS.some((target) => memberAt(part, target) !== undefined),
  );
  return [
    ...(isContained ? ['container'] : []),
    ...(record['device'] === undefined && record['actor'] === undefined ? [] : ['host']),
    ...(record['action_id'] === undefined ? [] : ['security_control']),
  ];
}
