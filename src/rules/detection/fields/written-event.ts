/** Events that people write down: a class, and fields by their names. */
import { CodedError } from '../../../model/errors.ts';
import { type EventClass, isEventClass } from '../../../model/event-class.ts';
import type { Facts } from '../../../model/fact.ts';
import { findNearest } from '../../../model/nearest.ts';
import { isRecord } from '../recording/is-record.ts';
import { FIELDS, type FieldName, type FieldSpec, isFieldName } from './field-table.ts';
import type { FieldSource, FieldValue } from './field-value.ts';
import { modeBits } from './mode-bits.ts';
import { NETWORK_READERS } from './network-fields.ts';

/** Reads `{"class": "process.exec", "fields": {"process.exe.path": "/bin/sh"}}`. */
export function readWrittenEvent(value: unknown): FieldSource {
  if (!isRecord(value)) return refuse('an event is an object');
  const { class: eventClass, fields } = value;
  if (typeof eventClass !== 'string' || !isEventClass(eventClass)) {
    return refuse(`${JSON.stringify(eventClass)} is no class of events`);
  }
  if (!isRecord(fields)) return refuse('`fields` is an object');
  const read = new Map<string, FieldValue>();
  for (const [name, written] of Object.entries(fields)) read.set(name, readField(name, written));
  return createSource(eventClass, read);
}

/** A source of these fields, by their names: `process.args[0]`; and of what follows from them. */
export function createSource(
  eventClass: EventClass,
  fields: ReadonlyMap<string, FieldValue>,
  timeNs = 0n,
): FieldSource {
  return {
    class: eventClass,
    timeNs,
    value(field: FieldName, key?: string): FieldValue | undefined {
      if (field === 'event.class') return eventClass;
      if (key === undefined) {
        return fields.get(field) ?? anyKey(field, fields) ?? derive(field, eventClass, fields);
      }
      const whole = fields.get(field);
      if (FIELDS[field].takesKey === 'index' && Array.isArray(whole)) return whole[Number(key)];
      return fields.get(`${field}[${key}]`);
    },
  };
}

/** What events of this machine would have as well. */
function derive(
  field: FieldName,
  eventClass: EventClass,
  fields: ReadonlyMap<string, FieldValue>,
): FieldValue | undefined {
  if (field === 'process.args_text') {
    const args = fields.get('process.args');
    return Array.isArray(args) ? args.join(' ') : undefined;
  }
  if (field === 'file.mode_bits') {
    const mode = fields.get('file.mode');
    return typeof mode === 'number' ? modeBits(mode) : undefined;
  }
  if (!isNetworkField(field)) return undefined;
  const facts: Facts = Object.fromEntries(fields);
  return NETWORK_READERS[field]({ class: eventClass, facts });
}

function isNetworkField(field: FieldName): field is keyof typeof NETWORK_READERS {
  return Object.hasOwn(NETWORK_READERS, field);
}

/** Without a key all keys count. */
function anyKey(field: FieldName, fields: ReadonlyMap<string, FieldValue>): FieldValue | undefined {
  if (FIELDS[field].takesKey === undefined) return undefined;
  const values = [...fields].filter(([name]) => name.startsWith(`${field}[`)).map(([, v]) => v);
  return values.length === 0 ? undefined : values.map(String);
}

function readField(name: string, value: unknown): FieldValue {
  const field = name.replace(/\[[^\]]*\]$/, '');
  if (!isFieldName(field)) {
    const near = findNearest(field, Object.keys(FIELDS));
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return refuse(`there is no field ${JSON.stringify(name)}${hint}`);
  }
  const spec = FIELDS[field];
  if (name !== field && spec.takesKey === undefined) return refuse(`${field} takes no key`);
  if (Array.isArray(value) && value.every((item) => isOfType(item, spec))) {
    return value as readonly string[];
  }
  if (isOfType(value, spec)) return value as FieldValue;
  return refuse(`${name} is a ${spec.type}, not ${JSON.stringify(value)}`);
}

function isOfType(value: unknown, { type }: FieldSpec): boolean {
  if (type === 'number') return typeof value === 'number';
  if (type === 'flag') return typeof value === 'boolean';
  return typeof value === 'string';
}

function refuse(message: string): never {
  throw new CodedError('RULE_EVENT_INVALID', message);
}
