/** What conditions about events and findings can read. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import { FINDING_LEVELS, type Finding } from '../../../model/finding.ts';
import { EventFields, type FieldContext } from '../fields/event-fields.ts';
import { FIELDS, type FieldSpec, isFieldName } from '../fields/field-table.ts';
import type { FieldSource, FieldValue } from '../fields/field-value.ts';
import type { CelType, CelValues, CelVariables } from './cel-variables.ts';

function celTypeOf({ type, isList, takesKey }: FieldSpec): CelType {
  if (takesKey === 'name') return 'named';
  if (type === 'flag') return 'flag';
  if (type === 'number') return isList === true ? 'numbers' : 'number';
  return isList === true ? 'texts' : 'text';
}

function eventVariables(): CelVariables {
  const types = Object.entries(FIELDS).map(([name, spec]) => [name, celTypeOf(spec)]);
  return Object.fromEntries(types) as Record<string, CelType>;
}

/** Fields of events, by the names that rules use. */
export const EVENT_VARIABLES: CelVariables = eventVariables();

interface FindingField {
  readonly type: CelType;
  read(finding: Finding, key: string): FieldValue | undefined;
}

const text = (value: string): string | undefined => (value === '' ? undefined : value);

function named(
  values: Readonly<Record<string, string>> | undefined,
  key: string,
): string | undefined {
  return values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
}

const FINDING_FIELDS: Readonly<Record<string, FindingField>> = {
  'finding.id': { type: 'text', read: ({ id }) => id },
  'finding.message': { type: 'text', read: ({ message }) => message },
  'finding.level': { type: 'text', read: ({ rule }) => rule.level },
  /** 0 for informational to 4 for critical: for `finding.severity >= 3`. */
  'finding.severity': { type: 'number', read: ({ rule }) => FINDING_LEVELS.indexOf(rule.level) },
  'finding.count': { type: 'number', read: ({ count }) => count },
  'finding.field': { type: 'named', read: ({ fields }, key) => named(fields, key) },
  'finding.group': { type: 'named', read: ({ group }, key) => named(group, key) },
  'rule.id': { type: 'text', read: ({ rule }) => rule.id },
  'rule.title': { type: 'text', read: ({ rule }) => rule.title },
  'rule.version': { type: 'text', read: ({ rule }) => rule.version },
  'rule.language': { type: 'text', read: ({ rule }) => rule.language },
  'rule.status': { type: 'text', read: ({ rule }) => text(rule.status) },
  'rule.tags': { type: 'texts', read: ({ rule }) => rule.tags },
  'rule.attack': { type: 'texts', read: ({ rule }) => rule.attack.map(({ id }) => id) },
  'rule.runbook': { type: 'text', read: ({ rule }) => text(rule.runbook) },
  'response.kind': { type: 'text', read: ({ rule }) => rule.respond?.kind },
  'response.dry_run': { type: 'flag', read: ({ rule }) => rule.respond?.isDryRun },
};

/** Those of findings, and of the event that completed one. */
export const FINDING_VARIABLES: CelVariables = {
  ...EVENT_VARIABLES,
  ...Object.fromEntries(Object.entries(FINDING_FIELDS).map(([name, { type }]) => [name, type])),
};

/** Values of an event that has fields. */
export function valuesOfSource(source: FieldSource): CelValues {
  return {
    value: (name, key) => (isFieldName(name) ? source.value(name, key) : undefined),
  };
}

/** Values of an event of this machine. */
export function valuesOfEvent(context: FieldContext, event: DetectionEvent): CelValues {
  return valuesOfSource(new EventFields(context, event));
}

/** Values of a finding; those of its event are those of the last. */
export function valuesOfFinding(context: FieldContext, finding: Finding): CelValues {
  const event = finding.evidence.at(-1);
  const source = event && valuesOfEvent(context, event);
  return {
    value(name, key) {
      const field = Object.hasOwn(FINDING_FIELDS, name) ? FINDING_FIELDS[name] : undefined;
      return field === undefined ? source?.value(name, key) : field.read(finding, key ?? '');
    },
  };
}
