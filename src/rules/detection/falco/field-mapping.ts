/** Fields of Falco's language and what they are here. */
import { ARGUMENT_NAMES, mapArgument } from './event-arguments.ts';
import { DESCRIPTOR, EVENT } from './event-fields.ts';
import type { FilterField } from './filter-tree.ts';
import type { MappedField } from './mapped-field.ts';
import { OWN_FIELDS, PROCESS } from './process-fields.ts';
import { WORKLOAD } from './workload-fields.ts';

const FIELDS: Readonly<Record<string, MappedField>> = {
  ...PROCESS,
  ...EVENT,
  ...DESCRIPTOR,
  ...WORKLOAD,
};

/** Names of all fields, for hints. */
export const FIELD_NAMES: readonly string[] = [...Object.keys(FIELDS), ...ARGUMENT_NAMES];

/** What a field stands for; undefined when there is none of that name. */
export function mapField({ name, argument }: FilterField): MappedField | undefined {
  const [, called] = /^evt\.(?:raw)?arg\.(.+)$/.exec(name) ?? [];
  if (called !== undefined) return mapArgument(called);
  if (name === 'evt.arg' || name === 'evt.rawarg') return mapArgument(argument ?? '');
  const [, label] = /^k8s\.pod\.label\.(.+)$/.exec(name) ?? [];
  if (label !== undefined)
    return mapField({ name: 'k8s.pod.label', argument: label, transformers: [] });
  const mapped = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  return mapped === undefined ? undefined : withArgument(mapped, name, argument);
}

function withArgument(
  mapped: MappedField,
  name: string,
  argument: string | undefined,
): MappedField {
  if (argument === undefined) return mapped;
  if (mapped.kind === 'text_or_list') {
    return { kind: 'field', field: mapped.list, key: argument, transforms: [] };
  }
  if (mapped.kind !== 'field') return mapped;
  const own = Object.hasOwn(OWN_FIELDS, name) ? OWN_FIELDS[name] : undefined;
  if (own === undefined) return { ...mapped, key: argument };
  // The language counts the process itself as 0 and its parent as 1.
  const level = Number(argument);
  if (level === 0) return { ...mapped, field: own };
  return { ...mapped, key: String(level - 1) };
}
